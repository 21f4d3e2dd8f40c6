/**
 * Pairs the events of a source into operations.
 *
 * - `ok`: it took effect between its invocation and this event. `fail`: it had none. `info`, or no completion at all: it stays open for ever and may take effect
 *   at any later time (github.com/jepsen-io/history). An open read has no effect either way; it is kept, as a checker may be asked what it could return.
 * - A process that acts after its own `info` cannot be the one that still waits: from there on it counts as a new process, and a remark says so.
 * - A `fail` without an invocation is left out. An `ok` or `info` without one, an invocation in a process that has an operation open, and a completion of
 *   another operation than the open one break the history: any reading of them might change the verdict. They are failures, or, if the caller
 *   asks for it, left out with a remark.
 * - Events that name no process complete the earliest open operation that they fit; each such operation counts as a process of its own.
 *
 * O(1) per event, except that events without a process look through what is open.
 */
import { renderReceived } from '../../kernel/failure.ts';
import type { Operation, Value } from '../history.ts';
import { completesTransaction, isList, sameText } from './micro-operations.ts';
import type { SourceEvent, SourceNotes } from './source-event.ts';
import { failAt, unreadable } from './source-failure.ts';

/** `invoked`: the operation as it stands then, open. `completed`: the operation as it ended; what crashed stays open. */
export interface HistoryEvent {
  readonly kind: 'invoked' | 'completed';
  readonly operation: Operation;
}

export interface PairingOptions {
  /** Leave out what breaks the history, with a remark, instead of failing. The verdict may then be wrong. */
  readonly leaveOutBroken?: boolean;
}

/** So many operations without a process may be open at a time. */
export const ANONYMOUS_OPEN_MAX = 1000;

/** What a reader knows of a process. */
interface Client {
  readonly number: number;
  open: Operation | undefined;
  /** Line of the `info` after which it cannot act. */
  stoppedLine: number | undefined;
}

interface Pairing {
  readonly notes: SourceNotes;
  readonly leaveOutBroken: boolean;
  readonly processes: string[];
  readonly clients: Map<string, Client>;
  /** Those without a name that have an operation open. */
  readonly anonymous: Client[];
  hasAnonymous: boolean;
  operations: number;
  events: number;
}

/** Adds the names of the processes to `processes` as they appear. */
export function* pairEvents(
  events: Iterable<SourceEvent>,
  notes: SourceNotes,
  processes: string[],
  { leaveOutBroken = false }: PairingOptions,
): Generator<HistoryEvent> {
  const known = { clients: new Map<string, Client>(), anonymous: [], hasAnonymous: false };
  const pairing: Pairing = { notes, leaveOutBroken, processes, ...known, operations: 0, events: 0 };
  for (const event of events) {
    const paired = event.type === 'invoke' ? invoke(pairing, event) : complete(pairing, event);
    if (paired !== undefined) yield paired;
  }
}

function invoke(pairing: Pairing, event: SourceEvent): HistoryEvent {
  const client =
    event.process === undefined ? anonymousClient(pairing, event) : actingClient(pairing, event, event.process);
  const operation = openOperation(pairing, event, client.number);
  client.open = operation;
  return { kind: 'invoked', operation };
}

function actingClient(pairing: Pairing, event: SourceEvent, name: string): Client {
  const client = pairing.clients.get(name);
  if (client === undefined) return newClient(pairing, name, name);
  if (client.open === undefined && client.stoppedLine === undefined) return client;
  if (client.open !== undefined) breaks(pairing, event, twoOpen(name, client.open));
  if (client.stoppedLine !== undefined) {
    const text = `process ${name} acts after its own info in line ${client.stoppedLine}; from here on it counts as a new process`;
    pairing.notes.remark(event, 'acts_after_info', text);
  }
  return newClient(pairing, name, `${name} from line ${event.line}`);
}

function twoOpen(name: string, { f, invokedLine }: Operation): Breach {
  return {
    kind: 'two_open_in_one_process',
    message: `process ${name} begins an operation while its ${f} of line ${invokedLine} is open`,
    nextStep: 'give operations that overlap processes of their own, and end what timed out with info',
    remedy: 'the earlier one counts as open for ever',
  };
}

function newClient(pairing: Pairing, name: string, shownName: string): Client {
  const client: Client = { number: pairing.processes.push(shownName) - 1, open: undefined, stoppedLine: undefined };
  pairing.clients.set(name, client);
  return client;
}

function anonymousClient(pairing: Pairing, event: SourceEvent): Client {
  const { processes, anonymous, notes } = pairing;
  if (!pairing.hasAnonymous) {
    pairing.hasAnonymous = true;
    notes.remark(event, 'process_missing', 'no process is named, so each operation counts as a process of its own');
  }
  if (anonymous.length > ANONYMOUS_OPEN_MAX) {
    failAt('history/broken', event, {
      message: `more than ${ANONYMOUS_OPEN_MAX} operations without a process are open`,
      nextStep: 'name the process of each operation',
    });
  }
  const number = processes.push(`unnamed of line ${event.line}`) - 1;
  const client: Client = { number, open: undefined, stoppedLine: undefined };
  anonymous.push(client);
  return client;
}

type Draft = { -readonly [Name in keyof Operation]: Operation[Name] };

function openOperation(pairing: Pairing, event: SourceEvent, process: number): Operation {
  const operation: Draft = {
    id: pairing.operations++,
    process,
    f: event.f ?? unnamedVerb(event),
    key: event.key,
    input: event.value,
    output: null,
    outcome: 'open',
    invoked: pairing.events++,
    completed: Infinity,
    invokedLine: event.line,
  };
  if (event.timeNs !== undefined) operation.invokedNs = event.timeNs;
  return operation;
}

/** Files for Elle leave the verb out. Lists of micro-operations were named before; an empty list is the empty transaction. */
function unnamedVerb({ line, value }: SourceEvent): string {
  if (isList(value) && value.length === 0) return 'txn';
  return unreadable({ line }, 'the operation does not say what it asks', {
    received: renderReceived(value),
    expected: 'a word such as read as :f, or a list of micro-operations as the value',
  });
}

function complete(pairing: Pairing, event: SourceEvent): HistoryEvent | undefined {
  const client = event.process === undefined ? fittingClient(pairing, event) : pairing.clients.get(event.process);
  const open = client?.open;
  if (client === undefined || open === undefined) return leaveUnpaired(pairing, event, client);
  if (event.f !== undefined && event.f !== open.f) {
    breaks(pairing, event, otherOperation(event, open));
    return undefined;
  }
  client.open = undefined;
  if (event.type === 'info') client.stoppedLine = event.line;
  return { kind: 'completed', operation: completedOperation(pairing, event, open) };
}

/** Written out member by member: this runs for every operation, and a spread is slow. */
function completedOperation(pairing: Pairing, event: SourceEvent, open: Operation): Operation {
  const { line, timeNs, type } = event;
  if (type === 'info') return { ...open, completedLine: line };
  const completed: Draft = {
    id: open.id,
    process: open.process,
    f: open.f,
    key: open.key,
    input: open.input,
    output: type === 'ok' ? event.value : null,
    outcome: type === 'ok' ? 'ok' : 'failed',
    invoked: open.invoked,
    completed: pairing.events++,
    invokedLine: open.invokedLine,
    completedLine: line,
  };
  if (open.invokedNs !== undefined) completed.invokedNs = open.invokedNs;
  if (timeNs !== undefined) completed.completedNs = timeNs;
  return completed;
}

function leaveUnpaired(pairing: Pairing, event: SourceEvent, client: Client | undefined): undefined {
  const stopped =
    client?.stoppedLine === undefined ? '' : `, and its process ended with the info in line ${client.stoppedLine}`;
  const message = `this ${event.type} completes no operation that is open${stopped}`;
  if (event.type === 'fail') {
    pairing.notes.remark(event, 'completion_without_invocation', `left out: ${message}`);
    return;
  }
  const nextStep = 'look for lost lines: every operation needs its invoke, in the order in which things happened';
  breaks(pairing, event, { kind: 'completion_without_invocation', message, nextStep, remedy: 'left out' });
}

function otherOperation(event: SourceEvent, { f, invokedLine }: Operation): Breach {
  return {
    kind: 'completion_of_another_operation',
    message: `this completes a ${event.f}, but open in its process is the ${f} of line ${invokedLine}`,
    nextStep: 'look for lost lines: a process ends one operation before it begins the next',
    remedy: 'left out',
  };
}

interface Breach {
  readonly kind: string;
  readonly message: string;
  readonly nextStep: string;
  /** What is done about it if the caller wants no failure. */
  readonly remedy: string;
}

function breaks(
  { leaveOutBroken, notes }: Pairing,
  event: SourceEvent,
  { kind, message, nextStep, remedy }: Breach,
): void {
  if (!leaveOutBroken) failAt('history/broken', { line: event.line }, { message, nextStep });
  notes.remark(event, kind, `${message}; ${remedy}`);
}

/** Takes the client out of those that wait. */
function fittingClient({ anonymous }: Pairing, event: SourceEvent): Client | undefined {
  const sameVerb = (client: Client): boolean => event.f === undefined || client.open?.f === event.f;
  const fitting = anonymous.findIndex((client) => sameVerb(client) && fits(client.open, event.value));
  const index = fitting < 0 ? anonymous.findIndex(sameVerb) : fitting;
  return index < 0 ? undefined : anonymous.splice(index, 1)[0];
}

function fits(open: Operation | undefined, completed: Value): boolean {
  if (open === undefined) return false;
  const { f, input } = open;
  if (input === null || f === 'read' || f === 'get') return true;
  if (f === 'txn' && isList(input) && isList(completed)) return completesTransaction(input, completed);
  return sameText(input, completed);
}
