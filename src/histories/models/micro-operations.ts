/**
 * Transactions as lists of micro-operations (read, write, append, each of a key), which take effect at one moment. The state holds what each key holds,
 * by the canonical text of the key.
 */
import { canonicalJson } from '../../kernel/canonical-json.ts';
import { renderReceived } from '../../kernel/failure.ts';
import type { Operation, Value } from '../history.ts';
import { changeAction, isList, misfit, sameValue, show } from './fit.ts';
import type { Action, PlacedAction } from './model.ts';

type MicroVerb = 'r' | 'w' | 'append';
type Micro = readonly [verb: MicroVerb, key: Value, value: Value];

const MICRO_VERBS: Readonly<Record<string, MicroVerb>> = { r: 'r', read: 'r', w: 'w', write: 'w', append: 'append' };

/** An open transaction's reads returned nobody knows what. */
export function interpretTransaction(operation: Operation, allowed: readonly MicroVerb[]): Action | undefined {
  if (operation.outcome === 'failed') return undefined;
  const isOpen = operation.outcome === 'open';
  const source = isOpen || operation.output === null ? operation.input : operation.output;
  if (!isList(source)) return unreadable(operation, source);
  const micros = source.map((micro) => microOf(operation, micro, allowed));
  return actionOf(micros, isOpen);
}

/** A single operation on its key, as the transaction of just that. */
export function singleAction(operation: Operation, verb: MicroVerb): Action | undefined {
  const { outcome, input, output } = operation;
  if (outcome === 'failed') return undefined;
  const value = verb === 'r' ? output : input;
  return actionOf([[verb, operation.key ?? null, value]], outcome === 'open');
}

function actionOf(micros: readonly Micro[], isOpen: boolean): Action | undefined {
  const isRead = micros.every(([verb]) => verb === 'r');
  if (isOpen && isRead) return undefined;
  const known = isOpen ? micros.filter(([verb]) => verb !== 'r') : micros;
  const touches = { object: null, parts: known.map(([, key]) => key) };
  return { ...changeAction('txn', known, touches), isRead };
}

function microOf(operation: Operation, micro: Value, allowed: readonly MicroVerb[]): Micro {
  if (isList(micro) && micro.length >= 2 && typeof micro[0] === 'string') {
    const verb = MICRO_VERBS[micro[0]];
    if (verb !== undefined && allowed.includes(verb)) return [verb, micro[1] ?? null, micro[2] ?? null];
  }
  return unreadable(operation, micro);
}

function unreadable(operation: Operation, received: Value): never {
  return misfit(operation, 'a transaction is a list of micro-operations', {
    received: renderReceived(received),
    expected: 'a list such as [["r", "x", 1], ["w", "y", 2]] or [["append", "x", 1]]',
    nextStep: 'check which model the history is for',
  });
}

type Store = { readonly [name: string]: Value };

export function stepTransaction(state: Value, action: Action, initial: (name: string) => Value): Value | undefined {
  let store = storeOf(state);
  for (const [verb, key, value] of microsOf(action)) {
    const name = canonicalJson(key);
    const held = store[name] ?? initial(name);
    if (verb === 'r') {
      if (!sameValue(held, value) && !(isEmpty(held) && isEmpty(value))) return undefined;
      continue;
    }
    store = { ...store, [name]: verb === 'w' ? value : [...(isList(held) ? held : []), value] };
  }
  return store;
}

/** A list that nobody appended to reads as empty or as nothing. */
function isEmpty(value: Value): boolean {
  return value === null || (isList(value) && value.length === 0);
}

function storeOf(state: Value): Store {
  return typeof state === 'object' && state !== null && !isList(state) ? state : {};
}

export function microsOf({ argument }: Action): readonly Micro[] {
  // `actionOf` above built it.
  return argument as unknown as readonly Micro[];
}

export function describeTransaction(action: Action): string {
  const words = microsOf(action).map(([verb, key, value]) => {
    if (verb === 'append') return `appended ${show(value)} to ${show(key)}`;
    return `${verb === 'r' ? 'read' : 'wrote'} ${show(key)}=${show(value)}`;
  });
  return words.length === 0 ? 'did nothing' : words.join(', ');
}

export function describeStore(state: Value): string {
  const members = Object.entries(storeOf(state)).map(
    ([name, value]) => `${show(JSON.parse(name) as Value)}=${show(value)}`,
  );
  return members.length === 0 ? 'nothing written' : members.sort().join(' ');
}

/** What read a value that the transaction wrote or appended. */
export function transactionDependents(actions: readonly PlacedAction[], index: number): readonly number[] {
  const removed = actions[index]?.action;
  if (removed === undefined || removed.isRead) return [];
  const changes = microsOf(removed).filter(([verb]) => verb !== 'r');
  const shows = ([verb, key, value]: Micro): boolean =>
    verb === 'r' &&
    changes.some(
      ([, changedKey, changed]) =>
        sameValue(key, changedKey) &&
        (sameValue(value, changed) || (isList(value) && value.some((element) => sameValue(element, changed)))),
    );
  return actions.flatMap(({ action }, other) => (other !== index && microsOf(action).some(shows) ? [other] : []));
}
