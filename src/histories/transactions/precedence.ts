/**
 * Edges that do not come from data: the order within a process, and real time.
 *
 * Real time would need an edge from every transaction to all that were invoked after it completed. Instead completions between two
 * invocations share one barrier, a node of its own; barriers form a chain. A path through barriers exists exactly where one
 * transaction completed before the other was invoked, with at most three edges for each transaction at any concurrency.
 */
import { type EdgeList, NO_LABEL, PROCESS, REALTIME } from './edge-list.ts';
import type { TransactionTable } from './transaction-table.ts';

const MOST_EVENTS_OF_AN_OPERATION = 8;

export function addProcessEdges(table: TransactionTable, committed: Uint8Array, edges: EdgeList): void {
  const { operations, processes } = table.history;
  const last = new Int32Array(processes.length).fill(-1);
  for (let t = 0; t < table.size; t++) {
    const process = operations[t]?.process;
    if (!committed[t] || process === undefined) continue;
    const before = last[process];
    if (before !== undefined && before >= 0) edges.add(before, t, PROCESS, NO_LABEL);
    last[process] = t;
  }
}

/** Barriers are numbered from `table.size` on; how many there are. */
export function addRealtimeEdges(table: TransactionTable, committed: Uint8Array, edges: EdgeList): number {
  const { operations } = table.history;
  const completions = committedByCompletion(table, committed);
  let barriers = 0;
  let next = 0;
  for (let t = 0; t < table.size; t++) {
    const invoked = operations[t]?.invoked;
    if (!committed[t] || invoked === undefined) continue;
    if (completedAt(table, completions[next]) < invoked) {
      const barrier = table.size + barriers++;
      if (barriers > 1) edges.add(barrier - 1, barrier, REALTIME, NO_LABEL);
      while (completedAt(table, completions[next]) < invoked) {
        edges.add(completions[next] as number, barrier, REALTIME, NO_LABEL);
        next++;
      }
    }
    if (barriers > 0) edges.add(table.size + barriers - 1, t, REALTIME, NO_LABEL);
  }
  return barriers;
}

function completedAt(table: TransactionTable, t: number | undefined): number {
  return t === undefined ? Infinity : (table.history.operations[t]?.completed ?? Infinity);
}

/** Events are numbered, so the order of completions is found by putting each in its place. */
function committedByCompletion(table: TransactionTable, committed: Uint8Array): Int32Array {
  let last = -1;
  for (let t = 0; t < table.size; t++) {
    const at = completedAt(table, t);
    if (committed[t] && at < Infinity && at > last) last = at;
  }
  if (last >= MOST_EVENTS_OF_AN_OPERATION * table.size) return sortedByCompletion(table, committed);
  const at = new Int32Array(last + 1).fill(-1);
  for (let t = 0; t < table.size; t++) if (committed[t]) at[completedAt(table, t)] = t;
  return at.filter((t) => t >= 0);
}

/** For a cutting of a longer history, whose numbers are far apart. */
function sortedByCompletion(table: TransactionTable, committed: Uint8Array): Int32Array {
  const order = new Int32Array(table.size);
  let count = 0;
  for (let t = 0; t < table.size; t++) if (committed[t] && completedAt(table, t) < Infinity) order[count++] = t;
  return order.subarray(0, count).sort((a, b) => completedAt(table, a) - completedAt(table, b));
}
