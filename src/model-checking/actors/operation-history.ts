/**
 * The history of operations that clients see, kept as part of a model's state, and whether it is linearizable: each key a
 * register that first holds null, read, written, or compared and set.
 *
 * A state has no clock, so of real time it keeps just what linearizability asks for: with each operation, how many operations
 * each client had completed when it was invoked. Those came before it, all others may have overlapped. (Stateright's tester
 * keeps the same, so two histories are one state there exactly when they are here.)
 *
 * An operation takes effect once, between its invocation and its return (M. Herlihy, J. Wing, TOPLAS 12(3), 1990). One that has
 * not returned may have taken effect or not; one that failed certainly did not. Keys are judged one by one (theorem 1 there).
 * The search tries every order and remembers where it failed (J. Wing, C. Gong, JPDC 17, 1993; G. Lowe's memory of
 * configurations, CPE 29(4), 2017): exponential in the operations that overlap, which in models are few. Long histories with times are
 * for `../../histories`.
 */
import { invariant } from '../../kernel/invariant.ts';

export type RegisterValue = number | string | null;

export type RegisterOperation =
  | { readonly kind: 'read'; readonly key: number }
  | { readonly kind: 'write'; readonly key: number; readonly value: RegisterValue }
  | { readonly kind: 'cas'; readonly key: number; readonly expected: RegisterValue; readonly value: RegisterValue };

/** What a model tells its history. Clients count from 0; each has at most one operation open. */
export type OperationEvent =
  | { readonly kind: 'invoke'; readonly client: number; readonly operation: RegisterOperation }
  /** `result` is what a read returned, null for the others. A returned compare-and-set has succeeded. */
  | { readonly kind: 'return'; readonly client: number; readonly result: RegisterValue }
  /** The open operation certainly has no effect. */
  | { readonly kind: 'fail'; readonly client: number };

export interface OperationHistory {
  readonly clients: readonly ClientHistory[];
}

export interface ClientHistory {
  readonly completed: readonly CompletedOperation[];
  readonly open: OpenOperation | null;
}

export interface OpenOperation {
  readonly operation: RegisterOperation;
  /** Of each client, how many operations had completed when this one was invoked. */
  readonly after: readonly number[];
}

export interface CompletedOperation extends OpenOperation {
  readonly result: RegisterValue;
}

export function emptyHistory(clients: number): OperationHistory {
  return { clients: Array.from({ length: clients }, () => ({ completed: [], open: null })) };
}

export function recordOperation(history: OperationHistory, event: OperationEvent): OperationHistory {
  const client = history.clients[event.client];
  invariant(client !== undefined, 'a history knows its clients');
  const clients = history.clients.with(event.client, recordOf(history, client, event));
  return { clients };
}

function recordOf(history: OperationHistory, client: ClientHistory, event: OperationEvent): ClientHistory {
  const { completed, open } = client;
  if (event.kind === 'invoke') {
    invariant(open === null, 'a client has one operation open at a time');
    const after = history.clients.map((each) => each.completed.length);
    return { completed, open: { operation: event.operation, after } };
  }
  invariant(open !== null, 'what returns or fails was invoked');
  if (event.kind === 'fail') return { completed, open: null };
  return { completed: [...completed, { ...open, result: event.result }], open: null };
}

/** Whether some order of the operations explains what every client saw. */
export function isLinearizable(history: OperationHistory): boolean {
  return keysOf(history).every((key) => isKeyLinearizable(history, key));
}

/** undefined where the history is linearizable, else a sentence that gives the operations on the first key that is not. */
export function linearizabilityComplaint(
  history: OperationHistory,
  nameOf: (client: number) => string,
): string | undefined {
  const key = keysOf(history).find((each) => !isKeyLinearizable(history, each));
  if (key === undefined) return undefined;
  const told = history.clients.flatMap((client, index) => {
    const texts = operationsOn(client, key).map(operationText);
    return texts.length === 0 ? [] : [`${nameOf(index)} ${texts.join(', ')}`];
  });
  return `no order explains what was seen of key ${key}: ${told.join('; ')}`;
}

function keysOf({ clients }: OperationHistory): readonly number[] {
  const keys = clients.flatMap((client) => operationsOf(client).map(({ operation }) => operation.key));
  return [...new Set(keys)].sort((a, b) => a - b);
}

/** An operation on the key in question; `at` is its place among all of its client. */
interface PlacedOperation extends OpenOperation {
  readonly at: number;
  /** Absent while open. */
  readonly result?: RegisterValue;
}

function operationsOn(client: ClientHistory, key: number): readonly PlacedOperation[] {
  return operationsOf(client)
    .map((operation, at) => ({ ...operation, at }))
    .filter(({ operation }) => operation.key === key);
}

function operationsOf({ completed, open }: ClientHistory): readonly (OpenOperation | CompletedOperation)[] {
  return open === null ? completed : [...completed, open];
}

function isKeyLinearizable(history: OperationHistory, key: number): boolean {
  const lanes = history.clients.map((client) => operationsOn(client, key).filter((each) => !isOpenRead(each)));
  /** How many operations of each lane have their places in the order. */
  const placed = lanes.map(() => 0);
  const failed = new Set<string>();

  /** Whether the rest, of which `completedLeft` must have places, can follow when the register holds `value`. */
  function canFollow(value: RegisterValue, completedLeft: number): boolean {
    if (completedLeft === 0) return true;
    if (failed.size > 0 && failed.has(configurationText(placed, value))) return false;
    const read = lanes.findIndex((_, client) => isReadOf(value, nextOf(client)));
    if (read !== -1) return canFollowPlaced(read, value, completedLeft - 1);
    for (let client = 0; client < lanes.length; client++) if (canBeNext(client, value, completedLeft)) return true;
    failed.add(configurationText(placed, value));
    return false;
  }

  function canBeNext(client: number, value: RegisterValue, completedLeft: number): boolean {
    const next = nextOf(client);
    const after = next === undefined ? undefined : apply(next, value);
    if (next === undefined || after === undefined) return false;
    return canFollowPlaced(client, after, isOpen(next) ? completedLeft : completedLeft - 1);
  }

  function canFollowPlaced(client: number, value: RegisterValue, completedLeft: number): boolean {
    const at = placed[client] as number;
    placed[client] = at + 1;
    const isExplained = canFollow(value, completedLeft);
    placed[client] = at;
    return isExplained;
  }

  /** What a client did next, if it may come next. */
  function nextOf(client: number): PlacedOperation | undefined {
    const next = lanes[client]?.[placed[client] as number];
    return next !== undefined && mayComeNext(next, lanes, placed) ? next : undefined;
  }

  const completed = lanes.reduce((sum, lane) => sum + lane.filter((each) => !isOpen(each)).length, 0);
  return canFollow(null, completed);
}

function isOpen({ result }: PlacedOperation): boolean {
  return result === undefined;
}

/** Nobody knows what it saw, and nothing waits for it: any order is as good with it as without. */
function isOpenRead(each: PlacedOperation): boolean {
  return isOpen(each) && each.operation.kind === 'read';
}

/** Once such a read may come next, it may come at once: it changes nothing, and what waits for it waits no longer. */
function isReadOf(value: RegisterValue, next: PlacedOperation | undefined): boolean {
  return next !== undefined && next.operation.kind === 'read' && next.result === value;
}

function configurationText(placed: readonly number[], value: RegisterValue): string {
  return `${placed.join()} ${JSON.stringify(value)}`;
}

/** Whether all that completed before its invocation have their places. */
function mayComeNext(
  { after }: OpenOperation,
  lanes: readonly (readonly PlacedOperation[])[],
  placed: readonly number[],
): boolean {
  for (let client = 0; client < lanes.length; client++) {
    const next = lanes[client]?.[placed[client] as number];
    if (next !== undefined && next.at < (after[client] as number)) return false;
  }
  return true;
}

/** What the register holds after the operation; undefined where it cannot have happened on this value. */
function apply({ operation, result }: PlacedOperation, value: RegisterValue): RegisterValue | undefined {
  switch (operation.kind) {
    case 'read':
      return result === value ? value : undefined;
    case 'write':
      return operation.value;
    case 'cas':
      return operation.expected === value ? operation.value : undefined;
  }
}

function operationText({ operation, result }: PlacedOperation): string {
  const isDone = result !== undefined;
  switch (operation.kind) {
    case 'read':
      return isDone ? `read ${result}` : 'began to read';
    case 'write':
      return `${isDone ? 'wrote' : 'may have written'} ${operation.value}`;
    case 'cas':
      return `${isDone ? 'replaced' : 'may have replaced'} ${operation.expected} by ${operation.value}`;
  }
}
