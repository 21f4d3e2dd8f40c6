/** What the reads of a history say about its transactions, whatever the workload: the ground on which all checks stand. */
import type { AnomalyLog } from './anomaly.ts';
import type { EdgeList } from './edge-list.ts';
import type { TransactionTable } from './transaction-table.ts';

/** In `readVersion`: the key as it was before any write. */
export const INITIAL = -1;

export interface Observations {
  readonly table: TransactionTable;
  /** 1 for what answered ok, and for what stayed open but was seen by a read. */
  readonly committed: Uint8Array;
  /** Reads of what the transaction itself had not written, in the order in which they were made, and the version they saw. */
  readonly readBy: readonly number[];
  readonly readKey: readonly number[];
  readonly readVersion: readonly number[];
  /** Edges ww, wr and rw that hold under every model. */
  readonly edges: EdgeList;
  readonly anomalies: AnomalyLog;
  /** A transaction did not see its own last write: wrong even where a transaction may read a key twice and differently. */
  readonly missesOwnWrites: boolean;
  /** Why not everything could be used; a verdict `holds` is then out of reach. */
  readonly doubts: readonly string[];
}
