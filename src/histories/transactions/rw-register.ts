/**
 * The workload rw-register: transactions write unique values to registers and read single values. A read tells which write it saw, but not
 * the order of the writes. That is known only in part: the initial state comes before every write, and each option that the
 * caller takes adds what a key by itself is promised to do (Elle, section 5). What stays open is for the search in `polygraph.ts`.
 */
import type { Value } from '../history.ts';
import { logAnomaly, newLog, show } from './anomaly.ts';
import { EdgeList, RW, rowsOf, WR, WW } from './edge-list.ts';
import { INITIAL, type Observations } from './observations.ts';
import { addKeyOrders } from './register-key-orders.ts';
import { strongComponents } from './strong-components.ts';
import { identityOf, READ, type TransactionTable } from './transaction-table.ts';

export interface RegisterOptions {
  /** What a key reads as, beside null, where nobody wrote that value. */
  readonly initial?: Value;
  /** Within a transaction, what is written to a key follows what was read of it. */
  readonly writesFollowReads?: boolean;
  /** Each key by itself is sequentially consistent. */
  readonly sequentialKeys?: boolean;
  /** Each key by itself is linearizable. */
  readonly linearizableKeys?: boolean;
}

interface Work {
  readonly table: TransactionTable;
  readonly options: RegisterOptions;
  readonly anomalies: ReturnType<typeof newLog>;
  readonly edges: EdgeList;
  readonly committed: Uint8Array;
  readonly readBy: number[];
  readonly readKey: number[];
  readonly readVersion: number[];
  readonly doubted: Set<string>;
  missesOwnWrites: boolean;
}

/** Most edges from the readers of one version to the writers after it. */
const MOST_EDGES_OF_A_VERSION = 1 << 20;

export function observeRegisters(table: TransactionTable, options: RegisterOptions): Observations {
  const committed = new Uint8Array(table.size);
  for (let t = 0; t < table.size; t++) if (table.history.operations[t]?.outcome === 'ok') committed[t] = 1;
  const work: Work = {
    table,
    options,
    anomalies: newLog(),
    edges: new EdgeList(),
    committed,
    readBy: [],
    readKey: [],
    readVersion: [],
    doubted: new Set(),
    missesOwnWrites: false,
  };
  collectReads(work);
  addInitialOrder(work);
  addKnownVersionOrder(work);
  return { ...work, doubts: [...work.doubted] };
}

/** Gives each read its write; reads of own writes are only compared. */
function collectReads(work: Work): void {
  const { table } = work;
  const writer = new Int32Array(table.keys.length).fill(-1);
  const own = new Int32Array(table.keys.length);
  const reader = new Int32Array(table.keys.length).fill(-1);
  const readAt = new Int32Array(table.keys.length);
  for (let t = 0; t < table.size; t++) {
    const end = table.starts[t + 1] as number;
    for (let at = table.starts[t] as number; at < end; at++) {
      const key = table.keyAt[at] as number;
      const version = table.versionAt[at] as number;
      if (version !== READ) {
        writer[key] = t;
        own[key] = version;
        continue;
      }
      const value = table.readAt[at] ?? null;
      const expected = writer[key] === t ? own[key] : undefined;
      if (expected !== undefined) {
        if (identityOf(table.versionValue[expected] ?? null) === identityOf(value)) continue;
        work.missesOwnWrites = true;
        logInternal(
          work,
          t,
          key,
          `read ${show(value)} after it had written ${show(table.versionValue[expected] ?? null)}`,
        );
        continue;
      }
      const before = reader[key] === t ? table.readAt[readAt[key] as number] : undefined;
      if (before !== undefined && identityOf(before) !== identityOf(value)) {
        logInternal(work, t, key, `read ${show(before)} and later ${show(value)}`);
      }
      reader[key] = t;
      readAt[key] = at;
      addRead(work, t, key, value);
    }
  }
}

function addRead(work: Work, t: number, key: number, value: Value): void {
  const { table, committed } = work;
  const version = table.versionOf[key]?.get(identityOf(value));
  if (version === undefined) {
    const isInitial = value === null || identityOf(value) === identityOf(work.options.initial ?? null);
    if (isInitial) pushRead(work, t, key, INITIAL);
    else
      logOfRead(
        work,
        'unwritten-read',
        [t],
        key,
        value,
        'which nobody wrote; if keys start with it, say so by `initial`',
      );
    return;
  }
  const writer = table.versionWriter[version] as number;
  if (table.ambiguous[version] || value === null) {
    const name = show(table.keys[key] ?? null);
    work.doubted.add(
      `${show(value)} was ${value === null ? 'written to' : 'written more than once to'} key ${name}; values must be unique`,
    );
    // Whoever of them it was, a write that stayed open may have been it.
    for (const other of table.written[key] ?? []) if (table.ambiguous[other]) maybeCommitted(work, other);
    return;
  }
  if (table.history.operations[writer]?.outcome === 'failed') {
    logOfRead(work, 'G1a', [t, writer], key, value, 'which T2 wrote, although T2 failed');
    return;
  }
  if (writer === t) {
    logOfRead(work, 'future-read', [t], key, value, 'before it wrote that itself');
    return;
  }
  committed[writer] = 1;
  if (table.superseded[version]) {
    logOfRead(work, 'G1b', [t, writer], key, value, 'which T2 wrote and then overwrote itself');
  }
  pushRead(work, t, key, version);
  work.edges.add(writer, t, WR, version);
}

function maybeCommitted(work: Work, version: number): void {
  const writer = work.table.versionWriter[version] as number;
  if (work.table.history.operations[writer]?.outcome === 'open') work.committed[writer] = 1;
}

function pushRead(work: Work, t: number, key: number, version: number): void {
  work.readBy.push(t);
  work.readKey.push(key);
  work.readVersion.push(version);
}

function addInitialOrder(work: Work): void {
  const readers = new Map<number, number[]>();
  for (let r = 0; r < work.readBy.length; r++) {
    if (work.readVersion[r] !== INITIAL) continue;
    const key = work.readKey[r] as number;
    const known = readers.get(key);
    if (known === undefined) readers.set(key, [work.readBy[r] as number]);
    else known.push(work.readBy[r] as number);
  }
  for (const [key, list] of readers) addOverwrites(work, key, list, installedVersions(work, key));
}

/** The last write of each committed transaction that writes the key. */
function installedVersions(work: Work, key: number): number[] {
  const { table, committed } = work;
  return (table.written[key] ?? []).filter(
    (version) => !table.superseded[version] && committed[table.versionWriter[version] as number] === 1,
  );
}

function addOverwrites(work: Work, key: number, readers: readonly number[], versions: readonly number[]): void {
  if (readers.length * versions.length > MOST_EDGES_OF_A_VERSION) {
    work.doubted.add(
      `key ${show(work.table.keys[key] ?? null)}: ${readers.length} reads before ${versions.length} writes are too many edges`,
    );
    return;
  }
  for (const version of versions) {
    const writer = work.table.versionWriter[version] as number;
    for (const reader of readers) if (reader !== writer) work.edges.add(reader, writer, RW, version);
  }
}

/** The orders that the options promise; a cycle among them is an anomaly, and its versions are left unordered. */
function addKnownVersionOrder(work: Work): void {
  const { table, edges } = work;
  const order = new EdgeList();
  addKeyOrders(work, order);
  if (order.count === 0) return;
  const components = strongComponents(order, rowsOf(order, table.versionKey.length, ~0));
  for (const versions of components.cyclic) logCyclic(work, versions);
  const readers = readersOfVersions(work);
  for (let e = 0; e < order.count; e++) {
    const before = order.from[e] as number;
    const after = order.to[e] as number;
    if (components.of[before] === components.of[after]) continue;
    const writer = table.versionWriter[before] as number;
    const overwriter = table.versionWriter[after] as number;
    if (writer !== overwriter) edges.add(writer, overwriter, WW, after);
    addOverwrites(work, table.versionKey[after] as number, readers.get(before) ?? [], [after]);
  }
}

function readersOfVersions(work: Work): Map<number, number[]> {
  const readers = new Map<number, number[]>();
  for (let r = 0; r < work.readBy.length; r++) {
    const version = work.readVersion[r] as number;
    const known = readers.get(version);
    if (known === undefined) readers.set(version, [work.readBy[r] as number]);
    else known.push(work.readBy[r] as number);
  }
  return readers;
}

function logInternal(work: Work, t: number, key: number, what: string): void {
  const name = work.table.keys[key] ?? null;
  logAnomaly(work.anomalies, 'internal', () => ({
    transactions: [t],
    key: name,
    text: `T1, on key ${show(name)}, ${what}`,
  }));
}

function logOfRead(
  work: Work,
  type: 'unwritten-read' | 'G1a' | 'G1b' | 'future-read',
  transactions: readonly number[],
  key: number,
  value: Value,
  what: string,
): void {
  const name = work.table.keys[key] ?? null;
  const text = `T1 read ${show(name)} = ${show(value)}, ${what}`;
  logAnomaly(work.anomalies, type, () => ({ transactions, key: name, text }));
}

function logCyclic(work: Work, versions: Int32Array): void {
  const { table } = work;
  logAnomaly(work.anomalies, 'cyclic-versions', () => {
    const name = table.keys[table.versionKey[versions[0] ?? 0] ?? 0] ?? null;
    const values = [...versions].map((version) => show(table.versionValue[version] ?? null));
    return {
      transactions: [...versions].map((version) => table.versionWriter[version] ?? 0),
      key: name,
      text: `by what each key is promised to do, the values ${values.join(', ')} of key ${show(name)} come before each other`,
    };
  });
}
