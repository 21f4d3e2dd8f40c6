/**
 * The workload list-append: transactions append unique elements to lists and read whole lists, so a read shows the order of all versions
 * before it. The longest read of a key gives its version order; what was appended but never read follows the last element read (Elle,
 * section 4). Linear in the elements read.
 */
import { fail, renderReceived } from '../../kernel/failure.ts';
import type { Value } from '../history.ts';
import { type AnomalyLog, logAnomaly, newLog, show } from './anomaly.ts';
import { EdgeList, RW, WR, WW } from './edge-list.ts';
import { INITIAL, type Observations } from './observations.ts';
import { identityOf, isList, READ, type TransactionTable } from './transaction-table.ts';

/** A list that was read, without what the reader itself had appended. */
interface ListReads {
  readonly by: number[];
  readonly key: number[];
  readonly list: (readonly Value[])[];
  /** How many of the elements others appended. */
  readonly foreign: number[];
}

/** The version order of a key. Elements that nobody appended are left out of it. */
interface Chain {
  readonly list: readonly Value[];
  /** By place in the list: the version, or NOBODY. */
  readonly versions: Int32Array;
  /** By place: the next place whose writer committed and differs from the writer here. */
  readonly next: Int32Array;
  /** First place of an element of a failed transaction, or Infinity. */
  readonly firstFailed: number;
  /** Last place of an element of a committed transaction, or -1. */
  readonly last: number;
}

const NOBODY = -2;
/** Most edges from the readers of a key's end to the appends nobody read. */
const MOST_TAIL_EDGES = 1 << 20;
const EMPTY: readonly Value[] = [];

interface Work {
  readonly table: TransactionTable;
  readonly log: AnomalyLog;
  readonly edges: EdgeList;
  readonly committed: Uint8Array;
  readonly readBy: number[];
  readonly readKey: number[];
  readonly readVersion: number[];
  readonly doubts: Set<string>;
  /** By version: 1 where a read shows its place. */
  readonly placed: Uint8Array;
  missesOwnWrites: boolean;
}

export function observeListAppend(table: TransactionTable): Observations {
  const committed = new Uint8Array(table.size);
  for (let t = 0; t < table.size; t++) if (table.history.operations[t]?.outcome === 'ok') committed[t] = 1;
  const work: Work = {
    table,
    log: newLog(),
    edges: new EdgeList(),
    committed,
    readBy: [],
    readKey: [],
    readVersion: [],
    doubts: new Set(),
    placed: new Uint8Array(table.versionKey.length),
    missesOwnWrites: false,
  };
  for (let version = 0; version < table.versionKey.length; version++) {
    if (table.ambiguous[version]) work.doubts.add(doubtOf(table, version));
  }
  const reads = collectReads(work);
  const chains = chainsOf(work, reads);
  addVersionOrder(work, chains);
  const tails = linkReads(work, reads, chains);
  linkUnread(work, chains, tails);
  return { ...work, anomalies: work.log, doubts: [...work.doubts] };
}

function doubtOf(table: TransactionTable, version: number): string {
  const key = show(table.keys[table.versionKey[version] ?? 0] ?? null);
  return `more than one transaction appended ${show(table.versionValue[version] ?? null)} to key ${key}; elements must be unique`;
}

/** Takes the reads apart into own and foreign elements, and compares the reads of a key within a transaction. */
function collectReads(work: Work): ListReads {
  const { table } = work;
  const reads: ListReads = { by: [], key: [], list: [], foreign: [] };
  const keys = table.keys.length;
  const appender = new Int32Array(keys).fill(-1);
  const own = new Int32Array(keys);
  const reader = new Int32Array(keys).fill(-1);
  const readAt = new Int32Array(keys);
  for (let t = 0; t < table.size; t++) {
    const end = table.starts[t + 1] as number;
    for (let at = table.starts[t] as number; at < end; at++) {
      const key = table.keyAt[at] as number;
      if (table.versionAt[at] !== READ) {
        own[key] = appender[key] === t ? (own[key] as number) + 1 : 1;
        appender[key] = t;
        continue;
      }
      const list = listAt(table, t, at);
      const mine = appender[key] === t ? (own[key] as number) : 0;
      if (mine > 0 && !endsWithOwn(table, t, at, key, list, mine)) {
        work.missesOwnWrites = true;
        logInternal(work, t, key, `read ${show(list)}, which does not end with what it had appended itself`);
        continue;
      }
      const foreign = list.length - mine;
      const before = reader[key] === t ? (readAt[key] as number) : -1;
      if (before >= 0 && !agree(reads, before, list, foreign)) {
        logInternal(work, t, key, `read ${show(reads.list[before] ?? null)} and later ${show(list)}`);
        continue;
      }
      reader[key] = t;
      readAt[key] = reads.by.length;
      reads.by.push(t);
      reads.key.push(key);
      reads.list.push(list);
      reads.foreign.push(foreign);
    }
  }
  return reads;
}

function listAt(table: TransactionTable, t: number, at: number): readonly Value[] {
  const value = table.readAt[at] ?? null;
  if (value === null) return EMPTY;
  return isList(value) ? value : notAList(t, value);
}

function notAList(t: number, value: Value): never {
  return fail('input/invalid', {
    message: 'a read of the workload list-append must return a list',
    path: `operations[${t}].output`,
    received: renderReceived(value),
    expected: 'a list of the elements appended so far, or null',
    nextStep: 'take workload "rw-register" when reads return single values',
  });
}

function endsWithOwn(
  table: TransactionTable,
  t: number,
  at: number,
  key: number,
  list: readonly Value[],
  mine: number,
): boolean {
  if (list.length < mine) return false;
  let place = list.length - 1;
  for (let index = at - 1; index >= (table.starts[t] as number); index--) {
    const version = table.versionAt[index] as number;
    if (version === READ || table.keyAt[index] !== key) continue;
    if (!isSame(list[place--], table.versionValue[version])) return false;
  }
  return true;
}

function agree(reads: ListReads, before: number, list: readonly Value[], foreign: number): boolean {
  const earlier = reads.list[before] ?? EMPTY;
  return reads.foreign[before] === foreign && samePrefix(earlier, list, foreign);
}

function samePrefix(one: readonly Value[], other: readonly Value[], length: number): boolean {
  for (let place = 0; place < length; place++) {
    if (one[place] !== other[place] && !isSame(one[place], other[place])) return false;
  }
  return true;
}

function isSame(one: Value | undefined, other: Value | undefined): boolean {
  return one === other || identityOf(one ?? null) === identityOf(other ?? null);
}

function logInternal(work: Work, t: number, key: number, what: string): void {
  const name = work.table.keys[key] ?? null;
  logAnomaly(work.log, 'internal', () => ({ transactions: [t], key: name, text: `T1, on key ${show(name)}, ${what}` }));
}

function chainsOf(work: Work, reads: ListReads): (Chain | undefined)[] {
  const longest: (readonly Value[] | undefined)[] = Array.from({ length: work.table.keys.length });
  const longestBy = new Int32Array(work.table.keys.length);
  for (let r = 0; r < reads.by.length; r++) {
    const key = reads.key[r] as number;
    const list = reads.list[r] as readonly Value[];
    if (list.length > (longest[key]?.length ?? 0)) {
      longest[key] = list;
      longestBy[key] = reads.by[r] as number;
    }
  }
  return longest.map((list, key) =>
    list === undefined ? undefined : chainOf(work, key, list, longestBy[key] as number),
  );
}

function chainOf(work: Work, key: number, list: readonly Value[], reader: number): Chain {
  const { table, committed, placed } = work;
  const versions = new Int32Array(list.length);
  let firstFailed = Infinity;
  for (let place = 0; place < list.length; place++) {
    const version = table.versionOf[key]?.get(identityOf(list[place] as Value)) ?? NOBODY;
    versions[place] = version;
    if (version === NOBODY) {
      logUnwritten(work, reader, key, list[place] as Value);
      continue;
    }
    if (table.ambiguous[version]) {
      versions[place] = NOBODY;
      continue;
    }
    if (placed[version]) {
      logDuplicate(work, reader, key, list[place] as Value);
      versions[place] = NOBODY;
      continue;
    }
    placed[version] = 1;
    const writer = table.versionWriter[version] as number;
    if (table.history.operations[writer]?.outcome === 'failed') firstFailed = Math.min(firstFailed, place);
    else committed[writer] = 1;
  }
  return { list, versions, firstFailed, ...successorsOf(work, versions) };
}

function successorsOf(work: Work, versions: Int32Array): { next: Int32Array; last: number } {
  const next = new Int32Array(versions.length).fill(-1);
  let last = -1;
  let following = -1;
  let afterFollowing = -1;
  for (let place = versions.length - 1; place >= 0; place--) {
    const writer = writerAt(work, versions, place);
    // Runs of one writer share the successor of the run.
    const same = following >= 0 && writerAt(work, versions, following) === writer;
    next[place] = same ? afterFollowing : following;
    if (writer < 0) continue;
    if (!same) afterFollowing = following;
    following = place;
    if (last < 0) last = place;
  }
  return { next, last };
}

/** The committed writer of a place, or -1. */
function writerAt(work: Work, versions: Int32Array, place: number): number {
  const version = versions[place] as number;
  if (version < 0) return -1;
  const writer = work.table.versionWriter[version] as number;
  return work.committed[writer] ? writer : -1;
}

function addVersionOrder(work: Work, chains: readonly (Chain | undefined)[]): void {
  for (let key = 0; key < chains.length; key++) {
    const chain = chains[key];
    if (chain === undefined) continue;
    const { versions, next, firstFailed, last } = chain;
    if (firstFailed < last) logDirtyUpdate(work, key, chain);
    for (let place = 0; place < versions.length; place++) {
      const from = writerAt(work, versions, place);
      const after = next[place] as number;
      if (from < 0 || after < 0) continue;
      // Only the last place of a run, so that the edge is there once.
      if (place + 1 < after && writerAt(work, versions, place + 1) === from) continue;
      work.edges.add(from, writerAt(work, versions, after), WW, versions[after] as number);
    }
  }
}

/** The edges of each read; by key, who saw all that anybody saw. */
function linkReads(work: Work, reads: ListReads, chains: readonly (Chain | undefined)[]): (number[] | undefined)[] {
  const { table, edges } = work;
  const tails: (number[] | undefined)[] = Array.from({ length: chains.length });
  for (let r = 0; r < reads.by.length; r++) {
    const t = reads.by[r] as number;
    const key = reads.key[r] as number;
    const list = reads.list[r] as readonly Value[];
    const foreign = reads.foreign[r] as number;
    const chain = chains[key];
    if (chain !== undefined && list !== chain.list && !samePrefix(list, chain.list, list.length)) {
      logIncompatible(work, t, key, list, chain.list);
      continue;
    }
    const place = lastCommitted(work, chain, foreign - 1);
    if (chain !== undefined && chain.firstFailed < foreign) logAbortedRead(work, t, key, chain);
    const version = place < 0 || chain === undefined ? INITIAL : (chain.versions[place] as number);
    work.readBy.push(t);
    work.readKey.push(key);
    work.readVersion.push(version);
    if (version !== INITIAL) {
      const writer = table.versionWriter[version] as number;
      if (writer !== t) edges.add(writer, t, WR, version);
      else logFuture(work, t, key, version);
      if (table.superseded[version] && writer !== t && place === foreign - 1) logIntermediate(work, t, key, version);
    }
    const after = nextPlace(work, chain, place);
    if (after < 0 || chain === undefined) {
      tails[key] ??= [];
      tails[key].push(t);
    } else {
      const overwriter = writerAt(work, chain.versions, after);
      if (overwriter !== t) edges.add(t, overwriter, RW, chain.versions[after] as number);
    }
  }
  return tails;
}

function lastCommitted(work: Work, chain: Chain | undefined, from: number): number {
  let place = from;
  while (place >= 0 && chain !== undefined && writerAt(work, chain.versions, place) < 0) place--;
  return chain === undefined ? -1 : place;
}

/** The place right after, of whatever committed writer: an intermediate read is overwritten by its own writer. */
function nextPlace(work: Work, chain: Chain | undefined, place: number): number {
  if (chain === undefined) return -1;
  let next = place + 1;
  while (next <= chain.last && writerAt(work, chain.versions, next) < 0) next++;
  return next <= chain.last ? next : -1;
}

/** Committed appends that no read shows come after everything that was read. */
function linkUnread(work: Work, chains: readonly (Chain | undefined)[], tails: (number[] | undefined)[]): void {
  const { table, edges, committed, placed } = work;
  for (let key = 0; key < chains.length; key++) {
    const chain = chains[key];
    const written = table.written[key] ?? [];
    const shown = chain === undefined ? 0 : chain.versions.length;
    if (written.length === shown && chain?.last === shown - 1) continue;
    const unread = written.filter(
      (version) =>
        !placed[version] &&
        !table.ambiguous[version] &&
        !table.superseded[version] &&
        committed[table.versionWriter[version] as number],
    );
    if (unread.length === 0) continue;
    const tail = tails[key] ?? [];
    const last = chain === undefined || chain.last < 0 ? -1 : writerAt(work, chain.versions, chain.last);
    if (unread.length * tail.length > MOST_TAIL_EDGES) {
      work.doubts.add(`${unread.length} appends to key ${show(table.keys[key] ?? null)} were never read`);
      continue;
    }
    for (const version of unread) {
      const writer = table.versionWriter[version] as number;
      if (last >= 0 && last !== writer) edges.add(last, writer, WW, version);
      for (const reader of tail) if (reader !== writer) edges.add(reader, writer, RW, version);
    }
  }
}

function logUnwritten(work: Work, t: number, key: number, element: Value): void {
  const name = work.table.keys[key] ?? null;
  const text = `T1 read ${show(element)} in key ${show(name)}, which nobody appended`;
  logAnomaly(work.log, 'unwritten-read', () => ({ transactions: [t], key: name, text }));
}

function logDuplicate(work: Work, t: number, key: number, element: Value): void {
  const name = work.table.keys[key] ?? null;
  const text = `T1 read ${show(element)} more than once in key ${show(name)}`;
  logAnomaly(work.log, 'duplicate-elements', () => ({ transactions: [t], key: name, text }));
}

function logIncompatible(work: Work, t: number, key: number, list: readonly Value[], longest: readonly Value[]): void {
  const name = work.table.keys[key] ?? null;
  logAnomaly(work.log, 'incompatible-order', () => ({
    transactions: [t],
    key: name,
    text: `T1 read ${show(list)} in key ${show(name)}, which is not how the longest read begins, ${show(longest)}`,
  }));
}

function logAbortedRead(work: Work, t: number, key: number, chain: Chain): void {
  const { table } = work;
  logAnomaly(work.log, 'G1a', () => {
    const version = chain.versions[chain.firstFailed] ?? 0;
    const name = table.keys[key] ?? null;
    const value = show(table.versionValue[version] ?? null);
    return {
      transactions: [t, table.versionWriter[version] ?? 0],
      key: name,
      text: `T1 observed T2's append of ${value} to key ${show(name)}, although T2 failed`,
    };
  });
}

function logIntermediate(work: Work, t: number, key: number, version: number): void {
  const { table } = work;
  logAnomaly(work.log, 'G1b', () => {
    const name = table.keys[key] ?? null;
    const value = show(table.versionValue[version] ?? null);
    return {
      transactions: [t, table.versionWriter[version] ?? 0],
      key: name,
      text: `T1 observed T2's append of ${value} to key ${show(name)}, but not what T2 appended to it afterwards`,
    };
  });
}

function logFuture(work: Work, t: number, key: number, version: number): void {
  const name = work.table.keys[key] ?? null;
  const value = show(work.table.versionValue[version] ?? null);
  const text = `T1 read ${value} in key ${show(name)} before it appended it itself`;
  logAnomaly(work.log, 'future-read', () => ({ transactions: [t], key: name, text }));
}

function logDirtyUpdate(work: Work, key: number, chain: Chain): void {
  const { table } = work;
  logAnomaly(work.log, 'dirty-update', () => {
    const failed = chain.versions[chain.firstFailed] ?? 0;
    let place = chain.firstFailed + 1;
    while (writerAt(work, chain.versions, place) < 0) place++;
    const later = chain.versions[place] ?? 0;
    const name = table.keys[key] ?? null;
    return {
      transactions: [table.versionWriter[failed] ?? 0, table.versionWriter[later] ?? 0],
      key: name,
      text:
        `T1 failed, but T2's append of ${show(table.versionValue[later] ?? null)} to key ${show(name)} ` +
        `built on T1's append of ${show(table.versionValue[failed] ?? null)}`,
    };
  });
}
