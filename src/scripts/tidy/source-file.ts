/** A file as the house rules see it. */
export interface SourceFile {
  /** Path from the root of the repository. */
  readonly path: string;
  readonly text: string;
  readonly bytes: number;
}

/** What is wrong, and where. */
export interface Complaint {
  readonly path: string;
  readonly complaint: string;
}

export function isTest(path: string): boolean {
  return path.endsWith('.test.ts');
}
