/** A file that `npm run generate` writes, and how generators read their sources. */
export interface GeneratedFile {
  /** Path from the root of the repository. */
  readonly path: string;
  readonly content: string;
}

/** The text of a source file, by its path from the root of the repository. */
export type ReadSource = (path: string) => string;
