/**
 * JSON lines of ours with one operation each, for stores that log what they did after the fact:
 *
 *     {"process": "c1", "f": "write", "key": "x", "input": 1, "start_ns": 100, "end_ns": 250}
 *     {"process": "c2", "f": "read",  "key": "x", "output": 1, "start_ns": 120, "end_ns": 180}
 *     {"process": "c1", "f": "cas",   "key": "x", "input": [1, 2], "start_ns": 300, "outcome": "open"}
 *
 * - `process` (required): number or name. One that ended an operation as `open` counts as a new one when it goes on.
 * - `f` (required): what is asked, by the word of the model. `key`: of which part of the store.
 * - `input`: the argument, null if absent. `output`: what was returned, null if absent. Transactions: `f` is `txn`, both are lists of `["r" | "w" | "append", key, value]`.
 * - `start_ns` (required) and `end_ns`: nanoseconds of one clock, integers, from any zero. Times that touch count as overlap.
 * - `outcome`: `ok` (the default where there is an `end_ns`), `failed` (certainly without effect), `open` (the default where there is none: nobody knows).
 *
 * Lines may stand in any order. They are sorted by time, so they are held in memory; sources that do not fit there give events, which are read as
 * they come: {"process": "c1", "type": "invoke", "f": "write", "key": "x", "value": 1, "time_ns": 100}, and later the same with `ok`, `fail` or `info`.
 * See `jepsen-event.ts`.
 */
import { renderReceived } from '../../kernel/failure.ts';
import type { Outcome, Value } from '../history.ts';
import { readRecords, type SourceRecord } from './edn.ts';
import { clientEvent } from './jepsen-event.ts';
import { asked } from './settlement.ts';
import type { EventType, SourceEvent, SourceNotes } from './source-event.ts';
import { excerpt, failAt, unreadable } from './source-failure.ts';
import { eventsInTimeOrder, type TimedOperation } from './time-order.ts';

const MEMBERS = ['process', 'f', 'key', 'input', 'output', 'start_ns', 'end_ns', 'outcome'];
const TYPE_OF: Readonly<Record<Outcome, EventType>> = { ok: 'ok', failed: 'fail', open: 'info' };

export function* operationJsonEvents(
  chunks: Iterable<string>,
  notes: SourceNotes,
  operationsMax: number,
): Generator<SourceEvent> {
  const operations: TimedOperation[] = [];
  for (const record of readRecords(chunks, 'json')) {
    if (operations.length >= operationsMax) failTooMany(record.line, operationsMax);
    operations.push(timedOperation(record));
  }
  yield* eventsInTimeOrder(operations, notes);
}

export function failTooMany(line: number, operationsMax: number): never {
  failAt(
    'history/too_large',
    { line },
    {
      message: `the history has more than ${operationsMax} operations, the limit of what is held in memory`,
      nextStep: 'split the history by key or by time, or give it as events, which can be checked as they come',
    },
  );
}

type Members = Readonly<Record<string, Value>>;

function timedOperation({ line, value }: SourceRecord): TimedOperation {
  const members = membersOf(line, value);
  const startNs = timeOf(line, members, 'start_ns');
  const endNs = members.end_ns === undefined || members.end_ns === null ? undefined : timeOf(line, members, 'end_ns');
  const type = TYPE_OF[outcomeOf(line, members, endNs)];
  const base = {
    line,
    process: processOf(line, members),
    f: wordOf(line, members),
    key: members.key,
    index: undefined,
  };
  const { input, output = null } = members;
  const completed = { ...base, type, value: output, timeNs: endNs };
  const asking = input === undefined ? asked(clientEvent(completed)).value : input;
  const invoked = { ...base, type: 'invoke' as const, value: asking, timeNs: startNs };
  const invocation = { ...clientEvent(invoked), process: base.process, timeNs: startNs };
  if (endNs === undefined || type === 'info') return { invocation, completion: undefined };
  if (endNs < startNs) failBackwards(line, startNs - endNs);
  return { invocation, completion: { ...clientEvent(completed), process: base.process, timeNs: endNs } };
}

function membersOf(line: number, value: Value): Members {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return unreadable({ line }, 'this is no operation', {
      received: renderReceived(value),
      expected: `an object with ${MEMBERS.join(', ')}`,
    });
  }
  const members = value as Members;
  const unknown = Object.keys(members).find((name) => !MEMBERS.includes(name));
  if (unknown === undefined) return members;
  return unreadable({ line }, 'the operation has an unknown member', {
    received: excerpt(unknown),
    expected: `only ${MEMBERS.join(', ')}`,
  });
}

function timeOf(line: number, members: Members, name: 'start_ns' | 'end_ns'): number {
  const time = members[name];
  if (typeof time === 'number' && Number.isInteger(time)) return time;
  // Nanoseconds since 1970 exceed 2^53 and arrive as digits. Rounding them makes what is within 256 ns touch, which is the careful way.
  if (typeof time === 'string' && /^\d{1,20}$/.test(time)) return Number(time);
  return unreadable({ line }, time === undefined ? `${name} is missing` : `${name} is no integer`, {
    received: time === undefined ? 'none' : renderReceived(time),
    expected: 'nanoseconds, such as 1500',
  });
}

function processOf(line: number, { process }: Members): string {
  if (typeof process === 'number' || typeof process === 'string') return String(process);
  return unreadable({ line }, 'process is missing, or neither a number nor a name', {
    received: process === undefined ? 'none' : renderReceived(process),
    expected: 'a process such as 3 or "c1"',
  });
}

function wordOf(line: number, { f }: Members): string {
  if (typeof f === 'string') return f;
  return unreadable({ line }, 'f is missing or no word', {
    received: f === undefined ? 'none' : renderReceived(f),
    expected: 'a word such as "read"',
  });
}

function outcomeOf(line: number, { outcome }: Members, endNs: number | undefined): Outcome {
  if (outcome === undefined) return endNs === undefined ? 'open' : 'ok';
  if (outcome === 'open') return outcome;
  if (outcome !== 'ok' && outcome !== 'failed') {
    return unreadable({ line }, 'the outcome is unknown', {
      received: renderReceived(outcome),
      expected: 'one of ok, failed, open',
    });
  }
  if (endNs !== undefined || outcome === 'failed') return outcome;
  return unreadable({ line }, 'an operation that is ok has no end_ns', { received: 'none', expected: 'nanoseconds' });
}

function failBackwards(line: number, byNs: number): never {
  failAt(
    'history/broken',
    { line },
    {
      message: `the operation ends ${byNs} ns before it starts`,
      nextStep: 'take both times from one monotonic clock',
    },
  );
}
