/**
 * What each register by itself is promised to do, as an order of its versions: writes follow reads, and the order of the processes or of
 * real time over the transactions that touch the key. Linear in the touches times how many of them overlap.
 */
import { type EdgeList, NO_LABEL, WW } from './edge-list.ts';
import { INITIAL } from './observations.ts';
import type { RegisterOptions } from './rw-register.ts';
import type { TransactionTable } from './transaction-table.ts';

interface Reads {
  readonly table: TransactionTable;
  readonly options: RegisterOptions;
  readonly committed: Uint8Array;
  readonly readBy: readonly number[];
  readonly readKey: readonly number[];
  readonly readVersion: readonly number[];
}

/** A transaction at a key: the version it found, and the one it left. INITIAL where it found none. */
interface Touch {
  readonly transaction: number;
  found: number;
  left: number;
}

export function addKeyOrders(work: Reads, order: EdgeList): void {
  const { writesFollowReads, sequentialKeys, linearizableKeys } = work.options;
  if (!writesFollowReads && !sequentialKeys && !linearizableKeys) return;
  for (const touches of touchesByKey(work)) {
    for (const { found, left } of touches) addOrder(order, found, left);
    if (sequentialKeys) addSequential(work.table, touches, order);
    if (linearizableKeys) addRealtime(work.table, touches, order);
  }
}

function addOrder(order: EdgeList, before: number, after: number): void {
  if (before !== INITIAL && after !== INITIAL && before !== after) order.add(before, after, WW, NO_LABEL);
}

function touchesByKey(work: Reads): Touch[][] {
  const { table, committed } = work;
  const touches: Touch[][] = table.keys.map(() => []);
  let read = 0;
  for (let t = 0; t < table.size; t++) {
    for (; work.readBy[read] === t; read++) {
      const version = work.readVersion[read] as number;
      touch(touches[work.readKey[read] as number], t, version, version);
    }
    if (!committed[t]) continue;
    for (let at = table.starts[t] as number; at < (table.starts[t + 1] as number); at++) {
      const version = table.versionAt[at] as number;
      if (version >= 0 && !table.superseded[version]) touch(touches[table.keyAt[at] as number], t, version, version);
    }
  }
  return touches;
}

function touch(touches: Touch[] | undefined, transaction: number, found: number, left: number): void {
  const last = touches?.[touches.length - 1];
  if (last?.transaction === transaction) last.left = left;
  else touches?.push({ transaction, found, left });
}

function addSequential(table: TransactionTable, touches: readonly Touch[], order: EdgeList): void {
  const last = new Map<number, Touch>();
  for (const now of touches) {
    const process = table.history.operations[now.transaction]?.process ?? 0;
    const before = last.get(process);
    if (before !== undefined) addOrder(order, before.left, now.found);
    last.set(process, now);
  }
}

/** Touches come in the order of their invocations. `frontier` are the completed ones that no completed one follows. */
function addRealtime(table: TransactionTable, touches: readonly Touch[], order: EdgeList): void {
  const { operations } = table.history;
  const completed = ({ transaction }: Touch): number => operations[transaction]?.completed ?? Infinity;
  const invoked = ({ transaction }: Touch): number => operations[transaction]?.invoked ?? 0;
  let frontier: Touch[] = [];
  let running: Touch[] = [];
  for (const now of touches) {
    const start = invoked(now);
    const done = running.filter((touch) => completed(touch) < start).sort((a, b) => completed(a) - completed(b));
    if (done.length > 0) running = running.filter((touch) => completed(touch) >= start);
    for (const touch of done) {
      frontier = frontier.filter((before) => completed(before) >= invoked(touch));
      frontier.push(touch);
    }
    for (const before of frontier) addOrder(order, before.left, now.found);
    running.push(now);
  }
}
