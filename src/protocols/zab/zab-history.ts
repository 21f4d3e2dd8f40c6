/**
 * Histories: transactions in the order of their zxids, the oldest ones folded into a snapshot.
 *
 * Two histories that hold the same zxid are equal up to it: one leader broadcast all of an epoch, upon one initial history. So a leader
 * that knows a follower's last zxid knows what the follower has, and what it has too much.
 */
import type { Command } from '../protocol.ts';
import { execute } from './zab-execute.ts';
import type { Database, Sync } from './zab-state.ts';

export interface Zxid {
  readonly epoch: number;
  readonly counter: number;
}

export interface Transaction extends Zxid {
  readonly client: number;
  readonly number: number;
  readonly command: Command;
}

/** The state after the first `index` transactions, the last of which is `zxid`. */
export interface Snapshot {
  readonly index: number;
  readonly zxid: Zxid;
  readonly database: Database;
}

export interface History {
  readonly snapshot: Snapshot;
  /** What comes after the snapshot. */
  readonly log: readonly Transaction[];
}

export const NO_ZXID: Zxid = { epoch: 0, counter: 0 };

export const EMPTY_HISTORY: History = {
  snapshot: { index: 0, zxid: NO_ZXID, database: { store: [], sessions: [] } },
  log: [],
};

export function compareZxids(a: Zxid, b: Zxid): number {
  return a.epoch - b.epoch || a.counter - b.counter;
}

export function lastPlace({ snapshot, log }: History): number {
  return snapshot.index + log.length;
}

export function lastZxid({ snapshot, log }: History): Zxid {
  const last = log.at(-1);
  return last === undefined ? snapshot.zxid : { epoch: last.epoch, counter: last.counter };
}

/** The last counter of `epoch` in a history that holds no later epoch. */
export function lastCounter({ snapshot, log }: History, epoch: number): number {
  const last = log.at(-1) ?? snapshot.zxid;
  return last.epoch === epoch ? last.counter : 0;
}

/** The transaction at a place from 1; undefined where it is not there or in the snapshot. */
export function transactionAt({ snapshot, log }: History, place: number): Transaction | undefined {
  return log[place - snapshot.index - 1];
}

/** Place of the last transaction up to `zxid`; never before the snapshot. */
export function placeOf({ snapshot, log }: History, zxid: Zxid): number {
  let length = log.length;
  for (let last = log[length - 1]; last !== undefined && compareZxids(last, zxid) > 0; last = log[length - 1]) length--;
  return snapshot.index + length;
}

/** What is there after a place, as far as it is not in the snapshot. */
export function logAfter({ snapshot, log }: History, place: number): readonly Transaction[] {
  return log.slice(Math.max(0, place - snapshot.index));
}

/** The history up to a place after the snapshot. */
export function upTo({ snapshot, log }: History, place: number): History {
  return { snapshot, log: log.slice(0, place - snapshot.index) };
}

/**
 * DIFF where the leader has the follower's last transaction, TRUNC where the follower has only more of an epoch that the leader has as
 * well, or than all of the leader's history, else SNAP: a TRUNC that crosses an epoch in the middle is not tried, as in ZooKeeper.
 */
export function syncFrom(history: History, last: Zxid): Sync {
  const { snapshot, log } = history;
  if (compareZxids(last, snapshot.zxid) < 0) return { mode: 'snap', snapshot, txns: log };
  const place = placeOf(history, last);
  const to = zxidAt(history, place);
  const txns = log.slice(place - snapshot.index);
  if (compareZxids(to, last) === 0) return { mode: 'diff', txns };
  const isSafe = to.epoch === last.epoch || txns.length === 0;
  return isSafe ? { mode: 'trunc', to, txns } : { mode: 'snap', snapshot, txns: log };
}

function zxidAt(history: History, place: number): Zxid {
  const { epoch, counter } = transactionAt(history, place) ?? history.snapshot.zxid;
  return { epoch, counter };
}

/** The follower's history once it has done what the leader says. */
export function synchronized(history: History, sync: Sync): History {
  if (sync.mode === 'snap') return { snapshot: sync.snapshot, log: sync.txns };
  const kept = sync.mode === 'trunc' ? upTo(history, placeOf(history, sync.to)) : history;
  return sync.txns.length === 0 ? kept : { snapshot: kept.snapshot, log: [...kept.log, ...sync.txns] };
}

/** Folds the oldest delivered transactions into the snapshot once there are twice as many as are to be kept. */
export function compacted(history: History, delivered: number, keep: number): History {
  const { snapshot, log } = history;
  if (delivered - snapshot.index < 2 * keep) return history;
  const folded = delivered - snapshot.index - keep;
  const last = log[folded - 1];
  if (last === undefined) return history;
  const store = snapshot.database.store.slice();
  const sessions = snapshot.database.sessions.slice();
  for (let index = 0; index < folded; index++) {
    const txn = log[index];
    if (txn !== undefined) execute(txn, store, sessions);
  }
  const zxid = { epoch: last.epoch, counter: last.counter };
  return {
    snapshot: { index: snapshot.index + folded, zxid, database: { store, sessions } },
    log: log.slice(folded),
  };
}
