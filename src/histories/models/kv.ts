/**
 * A key-value store: get, put, append, delete, compare-and-set, each on one key, so every key is judged by itself. Append joins texts, and
 * adds an element to a list.
 */
import { renderReceived } from '../../kernel/failure.ts';
import type { Operation, Value } from '../history.ts';
import {
  casPair,
  changeAction,
  isList,
  misfit,
  readAction,
  sameValue,
  show,
  verbOf,
  verbTable,
  wholeOf,
} from './fit.ts';
import type { Action, LookAhead, Model, PlacedAction } from './model.ts';

const VERBS = verbTable({
  get: ['get', 'read', 'r'],
  put: ['put', 'write', 'set', 'w'],
  append: ['append'],
  delete: ['delete', 'del', 'remove'],
  cas: ['cas', 'compare-and-set', 'compare_and_set'],
});

export interface KvOptions {
  /** What a key holds that was never written, or was deleted. */
  readonly initial?: Value;
  readonly failedCasObserves?: boolean;
}

export function kvModel({ initial = null, failedCasObserves = false }: KvOptions): Model {
  return {
    name: 'kv',
    initial,
    interpret: (operation) => interpret(operation, failedCasObserves),
    step: (state, action) => step(state, action, initial),
    returns: (state) => state,
    describe,
    describeState: show,
    lookAhead: lookAheadOf(initial),
    dependents: (actions, index) => dependents(actions, index, initial),
    shortcut: 'register',
  };
}

function interpret(operation: Operation, failedCasObserves: boolean): Action | undefined {
  const { outcome, input, output } = operation;
  const verb = verbOf('kv', VERBS, operation);
  const touches = wholeOf(operation);
  if (verb === 'cas') {
    const [expected] = casPair(operation);
    if (outcome !== 'failed') return changeAction('cas', input, touches);
    return failedCasObserves ? readAction('cas_failed', expected, null, touches) : undefined;
  }
  if (outcome === 'failed') return undefined;
  if (verb === 'get') return outcome === 'ok' ? readAction('read', null, output, touches) : undefined;
  if (verb === 'append' && typeof input === 'object' && input !== null) return unappendable(operation);
  return changeAction(verb === 'put' ? 'write' : verb, verb === 'delete' ? null : input, touches);
}

function unappendable(operation: Operation): never {
  return misfit(operation, 'append takes a text or an element', {
    received: renderReceived(operation.input),
    expected: 'a text, a number, a boolean or null',
    nextStep: 'give each element its own append',
  });
}

function step(state: Value, action: Action, initial: Value): Value | undefined {
  const { f, argument, result = null } = action;
  switch (f) {
    case 'read':
      return sameValue(state, result) ? state : undefined;
    case 'write':
      return argument;
    case 'delete':
      return initial;
    case 'append':
      return appended(state, argument);
    case 'cas_failed':
      return sameValue(state, argument) ? undefined : state;
    default:
      return sameValue(state, pair(action)[0]) ? pair(action)[1] : undefined;
  }
}

function appended(state: Value, element: Value): Value {
  if (isList(state)) return [...state, element];
  if (typeof element === 'string') return state === null ? element : `${textOf(state)}${element}`;
  return state === null ? [element] : [state, element];
}

function pair({ argument }: Action): readonly [Value, Value] {
  return isList(argument) ? [argument[0] ?? null, argument[1] ?? null] : [null, null];
}

/** The state that an action leaves whatever was there; undefined for an append, which keeps what was there. */
function replacement(action: Action, initial: Value): Value | undefined {
  if (action.f === 'delete') return initial;
  if (action.f === 'cas') return pair(action)[1];
  return action.f === 'write' ? action.argument : undefined;
}

function waitedFor(action: Action): Value {
  return action.f === 'read' ? (action.result ?? null) : pair(action)[0];
}

function lookAheadOf(initial: Value): LookAhead {
  return {
    waits: ({ f }) => f === 'read' || f === 'cas',
    mayCome: (state, action) => mayGrowInto(state, waitedFor(action)),
    provides: (provider, action) => {
      const left = replacement(provider, initial);
      return left !== undefined && mayGrowInto(left, waitedFor(action));
    },
  };
}

/** Whether appends may turn one value into the other. */
function mayGrowInto(from: Value, to: Value): boolean {
  if (typeof from === 'string' && typeof to === 'string') return to.startsWith(from);
  if (isList(from) && isList(to)) {
    return from.length <= to.length && from.every((element, index) => sameValue(element, to[index] ?? null));
  }
  return from === null || isList(to) || typeof to === 'string' || sameValue(from, to);
}

/** What may have seen the value or a piece of it. */
function dependents(actions: readonly PlacedAction[], index: number, initial: Value): readonly number[] {
  const provider = actions[index]?.action;
  if (provider === undefined || provider.isRead) return [];
  const left = replacement(provider, initial);
  return actions.flatMap(({ action }, other) => {
    const isSeen = other !== index && mayShow(action, provider, left);
    return isSeen ? [other] : [];
  });
}

function mayShow(action: Action, provider: Action, left: Value | undefined): boolean {
  if (action.f === 'cas_failed') return left === undefined || !sameValue(action.argument, left);
  if (action.f !== 'read' && action.f !== 'cas') return false;
  const seen = waitedFor(action);
  if (left !== undefined) return mayGrowInto(left, seen);
  if (typeof seen === 'string' && typeof provider.argument === 'string') return seen.includes(provider.argument);
  return !isList(seen) || seen.some((element) => sameValue(element, provider.argument));
}

function describe(action: Action): string {
  switch (action.f) {
    case 'read':
      return `read ${show(action.result ?? null)}`;
    case 'write':
      return `wrote ${show(action.argument)}`;
    case 'append':
      return `appended ${show(action.argument)}`;
    case 'delete':
      return 'deleted it';
    case 'cas_failed':
      return `found something other than ${show(action.argument)}`;
    default:
      return `replaced ${show(pair(action)[0])} by ${show(pair(action)[1])}`;
  }
}

function textOf(value: Value): string {
  return typeof value === 'string' ? value : show(value);
}
