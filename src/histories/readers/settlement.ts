/**
 * Settles what a source leaves unsaid and only its events show, on as few of them as decide it (at most 10,000 wait meanwhile):
 *
 * - whether values are pairs `[key value]` of Jepsen's `independent`. Only a read invoked with `[key nil]`, or a compare-and-set with `[key [a b]]`,
 *   shows it; a value that is no pair refutes it.
 * - whether the source has completions only, as Elle's tests have. Each is then an operation of its own, and says nothing about real time.
 */
import type { Value } from '../history.ts';
import { isList } from './micro-operations.ts';
import type { SourceEvent, SourceNotes } from './source-event.ts';

const WAITING_EVENTS_MAX = 10_000;

export interface SourceFacts {
  /** Whether the order of events of different processes means anything. */
  hasRealTime: boolean;
}

interface Settlement {
  hasKeys: boolean | undefined;
  hasInvocations: boolean | undefined;
}

export function* settledEvents(
  events: Iterable<SourceEvent>,
  notes: SourceNotes,
  facts: SourceFacts,
  independentKeys: boolean | undefined,
): Generator<SourceEvent> {
  const settlement: Settlement = { hasKeys: independentKeys, hasInvocations: undefined };
  let waiting: SourceEvent[] | undefined = [];
  for (const event of events) {
    if (waiting === undefined) {
      const settled = settlement.hasKeys === true ? withKey(event, notes) : event;
      if (settlement.hasInvocations === false) yield asked(settled);
      yield settled;
      continue;
    }
    waiting.push(event);
    consider(event, settlement);
    if (!isSettled(settlement) && waiting.length < WAITING_EVENTS_MAX) continue;
    yield* release(waiting, notes, facts, settlement);
    waiting = undefined;
  }
  if (waiting !== undefined) yield* release(waiting, notes, facts, settlement);
}

function isSettled({ hasKeys, hasInvocations }: Settlement): boolean {
  return hasKeys !== undefined && hasInvocations !== undefined;
}

function consider(event: SourceEvent, settlement: Settlement): void {
  if (event.type !== 'invoke') return;
  settlement.hasInvocations = true;
  settlement.hasKeys ??= showsKeys(event);
}

function showsKeys({ f, key, value }: SourceEvent): boolean | undefined {
  if (key !== undefined || !isPair(value) || isList(value[0])) return false;
  if (f === 'read') return value[1] === null;
  return f === 'cas' && isPair(value[1]) ? true : undefined;
}

function isPair(value: Value | undefined): value is readonly [Value, Value] {
  return isList(value) && value.length === 2;
}

function* release(
  waiting: readonly SourceEvent[],
  notes: SourceNotes,
  facts: SourceFacts,
  settlement: Settlement,
): Generator<SourceEvent> {
  settlement.hasKeys ??= false;
  settlement.hasInvocations ??= false;
  const [first] = waiting;
  if (!settlement.hasInvocations && first !== undefined) {
    facts.hasRealTime = false;
    notes.remark(first, 'completions_only', 'no operation is invoked, so only the order within each process counts');
  }
  for (const event of waiting) yield* settledEvent(event, notes, settlement);
}

function* settledEvent(event: SourceEvent, notes: SourceNotes, settlement: Settlement): Generator<SourceEvent> {
  const settled = settlement.hasKeys === true ? withKey(event, notes) : event;
  if (settlement.hasInvocations === false) yield asked(settled);
  yield settled;
}

function withKey(event: SourceEvent, notes: SourceNotes): SourceEvent {
  const { type, value } = event;
  if (isPair(value)) return { ...event, key: value[0], value: value[1] };
  if (type === 'invoke' || type === 'ok') {
    notes.remark(event, 'mixed_types', 'the values of others are pairs of a key and a value, and this one is none');
  }
  return event;
}

/** The invocation that belongs to a completion: what it read is not known yet. */
export function asked(completion: SourceEvent): SourceEvent {
  return { ...completion, type: 'invoke', value: askedValue(completion) };
}

function askedValue({ f, value }: SourceEvent): Value {
  if (f === 'read' || f === 'get' || f === 'r') return null;
  if (f !== 'txn' || !isList(value)) return value;
  return value.map((micro) => (isList(micro) && micro[0] === 'r' ? ['r', micro[1] ?? null, null] : micro));
}
