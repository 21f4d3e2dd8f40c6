/**
 * The transactions of a history in flat arrays: keys and written values are numbered once, so that everything after this works on integers.
 *
 * A transaction's number is its operation's place in the history. A version is one write of one value to one key. Transactions that failed
 * keep their writes, because a read of such a write is an anomaly; those that stayed open keep theirs, because a read may show that they
 * committed. Linear in the number of micro-operations.
 */
import { canonicalJson } from '../../kernel/canonical-json.ts';
import { fail, renderReceived } from '../../kernel/failure.ts';
import type { History, Operation, Value } from '../history.ts';

export type Workload = 'list-append' | 'rw-register';

export interface TransactionTable {
  readonly history: History;
  readonly workload: Workload;
  readonly size: number;
  readonly keys: readonly Value[];
  /** The micro-operations of transaction t lie from `starts[t]` up to `starts[t + 1]`. */
  readonly starts: Int32Array;
  readonly keyAt: readonly number[];
  /** The version that a write makes; `READ` where the micro-operation is a read. */
  readonly versionAt: readonly number[];
  /** What a read returned. */
  readonly readAt: readonly Value[];
  readonly versionKey: readonly number[];
  readonly versionValue: readonly Value[];
  readonly versionWriter: readonly number[];
  /** 1 where the same transaction wrote the key again later: nobody else should ever see it. */
  readonly superseded: readonly number[];
  /** 1 where another write of the same value to the same key exists, so that a read cannot be attributed. */
  readonly ambiguous: readonly number[];
  /** By key: the versions in the order in which they were asked for, and where to find them by value. */
  readonly written: readonly (readonly number[])[];
  readonly versionOf: readonly ReadonlyMap<Value, number>[];
}

/** In `versionAt`: the micro-operation reads. */
export const READ = -1;

type Draft = {
  -readonly [Name in keyof TransactionTable]: TransactionTable[Name] extends readonly (infer Item)[]
    ? Item[]
    : TransactionTable[Name];
};
interface Table extends Omit<Draft, 'written' | 'versionOf'> {
  written: number[][];
  versionOf: Map<Value, number>[];
  readonly keyNumber: Map<Value, number>;
}

export function tabulate(history: History, workload: Workload): TransactionTable {
  const size = history.operations.length;
  const table: Table = {
    history,
    workload,
    size,
    keys: [],
    starts: new Int32Array(size + 1),
    keyAt: [],
    versionAt: [],
    readAt: [],
    versionKey: [],
    versionValue: [],
    versionWriter: [],
    superseded: [],
    ambiguous: [],
    written: [],
    versionOf: [],
    keyNumber: new Map(),
  };
  for (let t = 0; t < size; t++) {
    const operation = history.operations[t];
    if (operation !== undefined) addTransaction(table, operation, t);
    table.starts[t + 1] = table.keyAt.length;
  }
  return table;
}

/** Equal JSON values have the same identity, and a string is never taken for something else. */
export function identityOf(value: Value): Value {
  return typeof value === 'object' && value !== null ? `\u0000${canonicalJson(value)}` : value;
}

function addTransaction(table: Table, operation: Operation, t: number): void {
  const isOk = operation.outcome === 'ok';
  const micros = isOk && operation.output !== null ? operation.output : operation.input;
  if (operation.f !== 'txn' || !isList(micros)) refuseOperation(operation, t);
  const writes = table.workload === 'list-append' ? 'append' : 'w';
  for (let index = 0; index < micros.length; index++) {
    const micro = micros[index];
    if (!isList(micro) || micro.length < 2) refuseMicro(table.workload, t, index, micro);
    const f = micro[0];
    if (f === writes) {
      addWrite(table, t, keyNumberOf(table, micro[1] ?? null), micro[2] ?? null);
    } else if (f === 'r') {
      if (isOk) addRead(table, keyNumberOf(table, micro[1] ?? null), micro[2] ?? null);
    } else {
      refuseMicro(table.workload, t, index, micro);
    }
  }
}

function keyNumberOf(table: Table, key: Value): number {
  const identity = identityOf(key);
  const known = table.keyNumber.get(identity);
  if (known !== undefined) return known;
  const number = table.keys.length;
  table.keyNumber.set(identity, number);
  table.keys.push(key);
  table.written.push([]);
  table.versionOf.push(new Map());
  return number;
}

function addRead(table: Table, key: number, value: Value): void {
  table.keyAt.push(key);
  table.versionAt.push(READ);
  table.readAt.push(value);
}

function addWrite(table: Table, t: number, key: number, value: Value): void {
  const version = table.versionKey.length;
  const written = table.written[key] ?? [];
  const before = written[written.length - 1];
  if (before !== undefined && table.versionWriter[before] === t) table.superseded[before] = 1;
  written.push(version);
  table.keyAt.push(key);
  table.versionAt.push(version);
  table.readAt.push(null);
  table.versionKey.push(key);
  table.versionValue.push(value);
  table.versionWriter.push(t);
  table.superseded.push(0);
  table.ambiguous.push(0);
  registerVersion(table, key, identityOf(value), version);
}

/** A value written again after an attempt that failed belongs to the attempt that did not. */
function registerVersion(table: Table, key: number, identity: Value, version: number): void {
  const versions = table.versionOf[key];
  const other = versions?.get(identity);
  if (other === undefined) {
    versions?.set(identity, version);
    return;
  }
  if (hasFailed(table, version)) return;
  if (hasFailed(table, other)) {
    versions?.set(identity, version);
    return;
  }
  table.ambiguous[other] = 1;
  table.ambiguous[version] = 1;
}

function hasFailed(table: Table, version: number): boolean {
  return table.history.operations[table.versionWriter[version] ?? 0]?.outcome === 'failed';
}

export function isList(value: Value | undefined): value is readonly Value[] {
  return Array.isArray(value);
}

function refuseOperation(operation: Operation, t: number): never {
  return fail('input/invalid', {
    message: 'every operation must be a transaction',
    path: `operations[${t}]`,
    received: renderReceived({ f: operation.f, input: operation.input, output: operation.output }),
    expected: 'f "txn" with a list of micro-operations such as [["r", "x", null], ["append", "y", 1]]',
    nextStep: 'check this history for linearizability if its operations are single reads and writes',
  });
}

function refuseMicro(workload: Workload, t: number, index: number, micro: Value | undefined): never {
  const write = workload === 'list-append' ? 'append' : 'w';
  return fail('input/invalid', {
    message: `a micro-operation does not fit the workload ${workload}`,
    path: `operations[${t}].output[${index}]`,
    received: renderReceived(micro),
    expected: `["r", key, value] or ["${write}", key, value]`,
    nextStep: `take workload "${workload === 'list-append' ? 'rw-register' : 'list-append'}" if that is what the clients did`,
  });
}
