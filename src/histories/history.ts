/**
 * A history: what clients asked of a store and what they were told, in the order in which it happened. Every reader produces this and every
 * checker takes it.
 *
 * Order is by events, numbered from 0 in the order in which they happened; at equal times invocations come before completions, so that what
 * touches overlaps. An operation precedes another when it completed before the other was invoked.
 */

/** Plain JSON. EDN keywords are read as their names, sets and lists as arrays. */
export type Value = null | boolean | number | string | readonly Value[] | { readonly [name: string]: Value };

export interface History {
  /** In the order of their invocations. */
  readonly operations: readonly Operation[];
  /** Names of the processes by their number, as the source gives them. */
  readonly processes: readonly string[];
  /** What is odd about the source and was set right or left out, each with its line. */
  readonly remarks: readonly Remark[];
}

/** `open`: nobody knows whether it took effect, and it may do so at any later time. `failed`: it certainly had none. */
export type Outcome = 'ok' | 'failed' | 'open';

export interface Operation {
  /** Its place among the operations. */
  readonly id: number;
  /** Number of the process; a process has at most one operation open, and none after one that stayed open. */
  readonly process: number;
  /** What is asked, by the source's own word: `read`, `write`, `cas`, `append`, `enqueue`, `acquire`, `txn`. */
  readonly f: string;
  /** Which part of the store, where the source names one. */
  readonly key: Value | undefined;
  /** The argument; null where there is none. For `cas` the pair of the expected and the new value. */
  readonly input: Value;
  /** What was returned; null unless `ok`. */
  readonly output: Value;
  readonly outcome: Outcome;
  /** Number of the event that invoked it. */
  readonly invoked: number;
  /** Number of the event that completed it; Infinity while it is open. */
  readonly completed: number;
  /** Times in ns, where the source has them. */
  readonly invokedNs?: number;
  readonly completedNs?: number;
  /** Lines of the source, from 1. */
  readonly invokedLine: number;
  readonly completedLine?: number;
}

/** A micro-operation of a transaction (`f` is `txn`, the input and output are lists of these): read, write or append, a key, a value. */
export type MicroOperation = readonly [f: 'r' | 'w' | 'append', key: Value, value: Value];

export interface Remark {
  readonly line: number;
  /** snake_case: `acts_after_info`, `completion_without_invocation`, `time_goes_back`, `duplicate_index`. */
  readonly kind: string;
  readonly text: string;
}
