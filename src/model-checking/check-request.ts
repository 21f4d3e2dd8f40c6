/**
 * What is to be checked, as plain data: what tools send and what travels to worker threads.
 */
import type { ClusterRequest } from './cluster/cluster-request.ts';

export interface CheckRequest {
  readonly subject: Subject;
  readonly search: SearchRequest;
  /** Written by the user, in the language of `expressions`; judged beside those of the subject. */
  readonly properties: readonly string[];
  /** Names of the subject's properties to judge; absent: all but those that must be asked for. */
  readonly only?: readonly string[];
  readonly fairness: Fairness;
}

export type Subject =
  | { readonly kind: 'protocol'; readonly cluster: ClusterRequest }
  /** A reference model with its settings as text. */
  | { readonly kind: 'model'; readonly model: string; readonly config: Readonly<Record<string, string>> };

export type SearchOrder = 'breadth_first' | 'depth_first' | 'iterative_deepening' | 'random_walk';

export type Fairness = 'none' | 'weak' | 'strong';

export interface SearchRequest {
  readonly order: SearchOrder;
  readonly isExact: boolean;
  readonly usesSymmetry: boolean;
  /** Depth-first: leave out orders of steps on different nodes that come to the same (sleep sets). */
  readonly usesSleepSets: boolean;
  readonly statesMax: number;
  /** Longest path, in states. */
  readonly depthMax: number;
  readonly bytesMax: number;
  readonly goesOnAfterViolation: boolean;
  /** Random walks: the seed, and how many there are. */
  readonly seed: number;
  readonly walks: number;
}

export const STANDARD_SEARCH: SearchRequest = {
  order: 'breadth_first',
  isExact: false,
  usesSymmetry: true,
  usesSleepSets: false,
  statesMax: 1_000_000,
  depthMax: 1_000_000,
  bytesMax: 2 * 1024 ** 3,
  goesOnAfterViolation: false,
  seed: 1,
  walks: 1000,
};
