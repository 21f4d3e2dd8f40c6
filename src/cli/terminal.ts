/**
 * What the command line sees of the process it runs in. Everything comes in through here, so that a test is a terminal too.
 */
export interface Terminal {
  /** Standard output: answers, and nothing else. */
  readonly out: Output;
  /** Standard error: failures, progress and remarks. */
  readonly err: Output;
  readonly stdin: Input;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** A clock that never goes back. */
  readonly nowMs: () => number;
}

export interface Output {
  readonly write: (text: string) => void;
  readonly isTerminal: boolean;
  /** Columns, where they are known. */
  readonly columns: number | undefined;
}

export interface Input {
  readonly chunks: AsyncIterable<Uint8Array>;
  readonly isTerminal: boolean;
}
