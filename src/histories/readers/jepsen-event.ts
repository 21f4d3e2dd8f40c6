/**
 * Jepsen's operation, `{:process 0, :type :invoke, :f :read, :value nil, :time 12, :index 0}`, from EDN or JSON (github.com/jepsen-io/history), or in the old
 * tuple form `[process type f value]`. Porcupine's key-value files and ours add `:key`. Operations of the nemesis touch no data and are left out.
 * Where `:f` is missing, as in files for Elle, a list of micro-operations makes it a transaction.
 */
import { renderReceived } from '../../kernel/failure.ts';
import type { Value } from '../history.ts';
import type { SourceRecord } from './edn.ts';
import { isList, isTransaction, normalTransaction } from './micro-operations.ts';
import type { EventType, SourceEvent, SourceNotes } from './source-event.ts';
import { unreadable } from './source-failure.ts';

const TYPES: Readonly<Record<string, EventType>> = { invoke: 'invoke', ok: 'ok', fail: 'fail', info: 'info' };

/** The event of a record; undefined where it is none of a client. */
export function jepsenEvent({ line, value }: SourceRecord, notes: SourceNotes): SourceEvent | undefined {
  if (isList(value)) return tupleEvent(line, value, notes);
  if (typeof value !== 'object' || value === null) return failNoEvent(line, value);
  const { process, type, f, time, index } = value;
  const name = processOf(line, process);
  if (isNemesis(name)) return leaveOut(line, notes);
  return clientEvent({
    line,
    process: name,
    type: typeOf(line, type),
    f: verbOf(line, f),
    key: Object.hasOwn(value, 'key') ? value.key : undefined,
    value: value.value ?? null,
    timeNs: numberOf(line, 'time', value.time_ns ?? time),
    index: numberOf(line, 'index', index),
  });
}

function tupleEvent(line: number, tuple: readonly Value[], notes: SourceNotes): SourceEvent | undefined {
  const [process, type, f, value = null] = tuple;
  if (tuple.length < 3 || tuple.length > 4) return failNoEvent(line, tuple);
  const name = processOf(line, process);
  if (isNemesis(name)) return leaveOut(line, notes);
  const known = { line, process: name, type: typeOf(line, type), f: verbOf(line, f) };
  return clientEvent({ ...known, key: undefined, value, timeNs: undefined, index: undefined });
}

/** Gives transactions their one name and spelling. */
export function clientEvent(event: SourceEvent): SourceEvent {
  const { f, value } = event;
  if (f !== undefined && f !== 'txn' && f !== 'read' && f !== 'write') return event;
  if (isTransaction(value)) return { ...event, f: 'txn', value: normalTransaction(value) };
  return event;
}

export function isNemesis(process: string | undefined): boolean {
  return process?.startsWith('nemesis') === true;
}

function leaveOut(line: number, notes: SourceNotes): undefined {
  notes.remark({ line }, 'nemesis', 'left out: an event of the nemesis, not of a client');
}

function failNoEvent(line: number, value: Value): never {
  return unreadable({ line }, 'this is no operation', {
    received: renderReceived(value),
    expected: 'a map such as {:process 0, :type :invoke, :f :read, :value nil}',
  });
}

function processOf(line: number, process: Value | undefined): string | undefined {
  if (typeof process === 'number') return String(process);
  if (typeof process === 'string') return process;
  if (process === undefined || process === null) return undefined;
  return unreadable({ line }, 'the process is neither a number nor a name', {
    received: renderReceived(process),
    expected: 'a process such as 3',
  });
}

export function typeOf(line: number, type: Value | undefined): EventType {
  const known = typeof type === 'string' && Object.hasOwn(TYPES, type) ? TYPES[type] : undefined;
  if (known !== undefined) return known;
  return unreadable({ line }, type === undefined ? 'the operation has no type' : 'the operation has an unknown type', {
    received: type === undefined ? 'none' : renderReceived(type),
    expected: 'one of invoke, ok, fail, info',
  });
}

function verbOf(line: number, f: Value | undefined): string | undefined {
  if (typeof f === 'string') return f;
  if (f === undefined || f === null) return undefined;
  return unreadable({ line }, 'what the operation asks is no word', {
    received: renderReceived(f),
    expected: 'a word such as read',
  });
}

/** An integer too long for a number arrives as its digits; as a time it may be rounded. */
function numberOf(line: number, name: string, value: Value | undefined): number | undefined {
  if (value === undefined || value === null) return undefined;
  const number = typeof value === 'string' && /^-?\d+$/.test(value) ? Number(value) : value;
  if (typeof number === 'number') return number;
  return unreadable({ line }, `the ${name} is no number`, {
    received: renderReceived(value),
    expected: 'a number',
  });
}
