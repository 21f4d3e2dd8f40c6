/**
 * What a topic of the benchmark answers: ratios against a peer measured in the same run. Absolute times are context only.
 */
export interface Topic {
  readonly name: string;
  /** One line: what is compared with what. */
  readonly compares: string;
  /** What it may be told beyond its name: `seeds` is given as `--seeds=1000`. */
  readonly options?: readonly string[];
  readonly run: (note: (line: string) => void, options: Options) => Promise<Comparison>;
}

/** Those that were given, by name. */
export type Options = ReadonlyMap<string, string>;

export interface Comparison {
  readonly rows: readonly Row[];
  /** The rows are about different peers, so that no median speaks for all. */
  readonly hasNoMedian?: true;
  /** What the numbers depend on: versions, repetitions. */
  readonly context: Readonly<Record<string, string>>;
  readonly checks: readonly Check[];
}

/** Wall time, what a caller waits. */
export interface Row extends Measured {
  readonly name: string;
  /** User and system time, with that of the processes that were started; where it was measured. */
  readonly cpu?: Measured;
}

export interface Measured {
  readonly oursMs: number;
  readonly peerMs: number;
  /** The topic says of what; see the checks. */
  readonly ratio: number;
}

/** A promise of the project, and whether this run kept it. */
export interface Check {
  readonly claim: string;
  readonly measured: string;
  readonly holds: boolean;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}
