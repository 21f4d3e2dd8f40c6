/**
 * Reads a history from text in any of the known formats.
 *
 * `readHistory` gives it whole; `openHistory` gives its events as they are read, with memory bounded by what is open (except for the two formats that say
 * otherwise). The text arrives in chunks of any size, so that the caller may read a file piece by piece.
 */

import { unreachable } from '../../kernel/invariant.ts';
import type { History, Operation, Remark, Value } from '../history.ts';
import { awditTextEvents } from './awdit-text.ts';
import { type Notation, readRecords } from './edn.ts';
import { detectFormat, type Format } from './format.ts';
import { jepsenEvent } from './jepsen-event.ts';
import { jepsenLogEvents } from './jepsen-log.ts';
import { watchedEvents } from './oddities.ts';
import { failTooMany, operationJsonEvents } from './operation-json.ts';
import { type HistoryEvent, type PairingOptions, pairEvents } from './pairing.ts';
import { plumeTextEvents } from './plume-text.ts';
import { registerTextEvents } from './register-text.ts';
import { sessionTextEvents } from './session-text.ts';
import { type SourceFacts, settledEvents } from './settlement.ts';
import { type SourceEvent, type SourceNotes, sourceNotes } from './source-event.ts';
import { failAt } from './source-failure.ts';

export const OPERATIONS_MAX = 4_000_000;
const HEAD_CHARACTERS = 65_536;

export interface ReadOptions extends PairingOptions {
  /** Found out from the text if absent. */
  readonly format?: Format;
  /** Whether values are pairs of a key and a value, as of Jepsen's `independent`; found out from the text if absent. */
  readonly independentKeys?: boolean;
  /** So many operations are held in memory at most. */
  readonly operationsMax?: number;
}

/** What the text says besides the operations. */
export interface Provenance {
  readonly format: Format;
  /** False where the source tells only the order within each process: nothing then precedes anything of another process, whatever the numbers of the events. */
  readonly hasRealTime: boolean;
  /** What reads return before anything is written, by the convention of the format. */
  readonly initial: Value;
}

export interface ReadHistory extends History, Provenance {}

/** `processes`, `remarks` and `hasRealTime` grow and settle as the events are read. */
export interface HistoryStream extends Provenance {
  readonly events: Generator<HistoryEvent>;
  readonly processes: readonly string[];
  readonly remarks: readonly Remark[];
}

export function readHistory(chunks: Iterable<string>, options: ReadOptions = {}): ReadHistory {
  const { operationsMax = OPERATIONS_MAX } = options;
  const stream = openHistory(chunks, options);
  const operations: Operation[] = [];
  for (const { operation } of stream.events) {
    if (operation.id >= operationsMax) failTooMany(operation.invokedLine, operationsMax);
    operations[operation.id] = operation;
  }
  const { format, hasRealTime, initial, processes, remarks } = stream;
  return { operations, processes, remarks, format, hasRealTime, initial };
}

export function openHistory(chunks: Iterable<string>, options: ReadOptions = {}): HistoryStream {
  const iterator = chunks[Symbol.iterator]();
  const head = readHead(iterator);
  const format = options.format ?? detectFormat(head);
  const all = resumed(head, iterator);
  const notes = sourceNotes();
  const facts: SourceFacts = { hasRealTime: !ORDERED_BY_SESSION.has(format) };
  const processes: string[] = [];
  const { operationsMax = OPERATIONS_MAX, independentKeys } = options;
  const source = watchedEvents(sourceEvents(format, all, notes, operationsMax), notes);
  const settled = settledEvents(source, notes, facts, independentKeys);
  return {
    events: nonEmpty(pairEvents(settled, notes, processes, options), notes),
    processes,
    remarks: notes.remarks,
    format,
    get hasRealTime() {
      return facts.hasRealTime;
    },
    initial: STARTS_WITH_ZERO.has(format) ? 0 : null,
  };
}

const ORDERED_BY_SESSION: ReadonlySet<Format> = new Set<Format>(['awdit_text', 'plume_text', 'session_text']);
const STARTS_WITH_ZERO: ReadonlySet<Format> = new Set<Format>([...ORDERED_BY_SESSION, 'register_text']);

function readHead(iterator: Iterator<string>): string {
  let head = '';
  while (head.length < HEAD_CHARACTERS) {
    const next = iterator.next();
    if (next.done === true) return head;
    head += next.value;
  }
  return head;
}

function* resumed(head: string, rest: Iterator<string>): Generator<string> {
  yield head;
  for (let next = rest.next(); next.done !== true; next = rest.next()) yield next.value;
}

function sourceEvents(
  format: Format,
  chunks: Iterable<string>,
  notes: SourceNotes,
  operationsMax: number,
): Iterable<SourceEvent> {
  switch (format) {
    case 'jepsen_edn':
      return recordEvents(chunks, 'edn', notes);
    case 'event_json':
      return recordEvents(chunks, 'json', notes);
    case 'jepsen_log':
      return jepsenLogEvents(chunks, notes);
    case 'operation_json':
      return operationJsonEvents(chunks, notes, operationsMax);
    case 'register_text':
      return registerTextEvents(chunks);
    case 'awdit_text':
      return awditTextEvents(chunks);
    case 'plume_text':
      return plumeTextEvents(chunks, operationsMax);
    case 'session_text':
      return sessionTextEvents(chunks);
    default:
      return unreachable(format);
  }
}

function* recordEvents(chunks: Iterable<string>, notation: Notation, notes: SourceNotes): Generator<SourceEvent> {
  for (const record of readRecords(chunks, notation)) {
    const event = jepsenEvent(record, notes);
    if (event !== undefined) yield event;
  }
}

/** A source in which nothing at all happened is a mistake; one in which only the nemesis acted is a history without operations. */
function* nonEmpty(events: Iterable<HistoryEvent>, notes: SourceNotes): Generator<HistoryEvent> {
  let isEmpty = true;
  for (const event of events) {
    isEmpty = false;
    yield event;
  }
  if (!isEmpty) return;
  if (notes.remarks.length === 0) {
    failAt(
      'history/empty',
      { line: 1 },
      {
        message: 'the text holds no operations',
        nextStep: 'check that the file is the history itself, and that it was written to the end',
      },
    );
  }
  notes.remark({ line: 1 }, 'no_operations', 'no client did anything, so every verdict holds trivially');
}
