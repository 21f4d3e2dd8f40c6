/** Anomalies as they are reported: named as Adya (1999) and Elle (Kingsbury and Alvaro, VLDB 2020) name them. */
import type { Value } from '../history.ts';

type Plain = 'G0' | 'G1c' | 'G-single-item' | 'G-nonadjacent-item' | 'G2-item';

/** Cycles; with a suffix where the cycle needs the order within a process, or real time. */
export type CycleAnomaly = Plain | `${Plain}-process` | `${Plain}-realtime`;

export type AnomalyType =
  | CycleAnomaly
  | 'G1a'
  | 'G1b'
  | 'internal'
  | 'lost-update'
  | 'dirty-update'
  | 'duplicate-elements'
  | 'incompatible-order'
  | 'cyclic-versions'
  | 'future-read'
  /** A read of a value that nobody wrote. */
  | 'unwritten-read'
  /** No order of commits satisfies the axiom of the model that was asked for. */
  | 'no-commit-order';

export type EdgeKind = 'ww' | 'wr' | 'rw' | 'process' | 'realtime' | 'inferred';

export interface ExplainedEdge {
  /** Numbers of operations. */
  readonly from: number;
  readonly to: number;
  readonly kind: EdgeKind;
  /** `T1 < T2, because T2 observed T1's append of 1 to key y`; T1 is the first of the anomaly's transactions. */
  readonly reason: string;
}

export interface Anomaly {
  readonly type: AnomalyType;
  /** A shape that has a name of its own. */
  readonly pattern?: 'write-skew' | 'long-fork';
  /** Numbers of operations; T1, T2, … in the texts are the first, the second, … of these. */
  readonly transactions: readonly number[];
  /** From T1 round to T1 again. */
  readonly cycle?: readonly ExplainedEdge[];
  readonly key?: Value;
  readonly text: string;
}

const MOST_KEPT_OF_A_TYPE = 16;

/** Counts all, keeps the first few of each type: a broken store breaks the same promise a million times. */
export interface AnomalyLog {
  readonly kept: Anomaly[];
  readonly counts: Map<AnomalyType, number>;
}

export function newLog(): AnomalyLog {
  return { kept: [], counts: new Map() };
}

export function logAnomaly(log: AnomalyLog, type: AnomalyType, describe: () => Omit<Anomaly, 'type'>): void {
  const count = (log.counts.get(type) ?? 0) + 1;
  log.counts.set(type, count);
  if (count <= MOST_KEPT_OF_A_TYPE) log.kept.push({ type, ...describe() });
}

export function show(value: Value): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
