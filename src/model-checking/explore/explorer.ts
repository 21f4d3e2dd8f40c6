/**
 * What every way of exploring offers: it goes on until it ends, or until its budget does, and tells what it found.
 */
import type { Budget } from '../../kernel/budget.ts';
import type { ByteWriter } from './saved-bytes.ts';

export interface Explorer {
  /** undefined while states remain and nothing stops it. */
  readonly ending: Ending | undefined;
  readonly measures: Measures;
  /** The first breach of each property that is broken. */
  readonly findings: readonly Finding[];
  /** Names of the `sometimes` properties that were reached. */
  readonly reached: readonly string[];
  /** Explores until it ends or the budget does; returns whether it ended. Each successor costs one step. */
  run(budget: Budget, onProgress?: (measures: Measures) => void): boolean;
  /** Writes down how far it is, where it can go on from that in another process. */
  save?(into: ByteWriter): void;
}

export type Ending =
  /** Every state within the bounds was explored. */
  | { readonly kind: 'exhausted' }
  | { readonly kind: 'violated' }
  /** States may remain that were not explored; `reason` says which limit was reached. */
  | { readonly kind: 'stopped'; readonly reason: string };

export interface Measures {
  readonly unique: number;
  /** The initial states and every successor of every state explored, as TLC counts. */
  readonly generated: number;
  /** States on the longest of the shortest paths; depth-first and random: on the longest path that was taken. */
  readonly depth: number;
  /** States reached and not yet explored. */
  readonly frontier: number;
  readonly bytes: number;
  /** Expected number of states lost because their fingerprint equals another's: n^2 / 2^65; 0 where words are compared. */
  readonly expectedCollisions: number;
}

export interface Finding {
  readonly property: string;
  readonly complaint: string;
  /** The actions to the state that breaks it, or by the step that does; the first is the number of the initial state. */
  readonly actions: readonly number[];
  /** Under symmetry the actions lead through representatives of orbits. */
  readonly throughRepresentatives: boolean;
  /** The path is a shortest one. */
  readonly isShortest: boolean;
  /** Of what never comes true: the actions repeated for ever after these; none where nothing can happen any more. */
  readonly loop?: readonly number[];
}

export function expectedCollisions(states: number): number {
  return (states / 2 ** 32) ** 2 / 2;
}
