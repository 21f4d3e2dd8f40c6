/**
 * A register: reads return what was written last. With compare-and-set it is the cas-register: a compare-and-set that succeeded found what it
 * expected. One that failed says nothing, unless the store is known to fail only after looking: then it found something else.
 */
import type { Operation, Value } from '../history.ts';
import { casPair, changeAction, readAction, sameValue, show, type Verbs, verbOf, verbTable, wholeOf } from './fit.ts';
import type { Action, LookAhead, Model, PlacedAction } from './model.ts';

const WORDS = {
  read: ['read', 'get', 'r', 'load'],
  write: ['write', 'put', 'set', 'w', 'store'],
};
const VERBS = verbTable(WORDS);
const CAS_VERBS = verbTable({ ...WORDS, cas: ['cas', 'compare-and-set', 'compare_and_set'] });

export interface RegisterOptions {
  readonly initial?: Value;
  /** A failed compare-and-set was refused because the value was another one. */
  readonly failedCasObserves?: boolean;
}

export function registerModel({ initial = null }: RegisterOptions): Model {
  return modelNamed('register', initial, (operation) => interpret('register', VERBS, operation, false));
}

export function casRegisterModel({ initial = null, failedCasObserves = false }: RegisterOptions): Model {
  return modelNamed('cas-register', initial, (operation) =>
    interpret('cas-register', CAS_VERBS, operation, failedCasObserves),
  );
}

function modelNamed(name: string, initial: Value, read: Model['interpret']): Model {
  return {
    name,
    initial,
    interpret: read,
    step,
    returns: (state) => state,
    describe,
    describeState: show,
    lookAhead,
    dependents,
    shortcut: 'register',
  };
}

function interpret(model: string, verbs: Verbs, operation: Operation, failedCasObserves: boolean): Action | undefined {
  const { outcome, input, output } = operation;
  const verb = verbOf(model, verbs, operation);
  const touches = wholeOf(operation);
  if (verb === 'cas') {
    const [expected] = casPair(operation);
    if (outcome !== 'failed') return changeAction('cas', input, touches);
    return failedCasObserves ? readAction('cas_failed', expected, null, touches) : undefined;
  }
  if (outcome === 'failed') return undefined;
  if (verb === 'write') return changeAction('write', input, touches);
  return outcome === 'ok' ? readAction('read', null, output, touches) : undefined;
}

function step(state: Value, action: Action): Value | undefined {
  switch (action.f) {
    case 'read':
      return sameValue(state, action.result ?? null) ? state : undefined;
    case 'write':
      return action.argument;
    case 'cas_failed':
      return sameValue(state, action.argument) ? undefined : state;
    default:
      return sameValue(state, expectedBy(action)) ? leftBy(action) : undefined;
  }
}

function pairOf({ argument }: Action): readonly Value[] {
  return Array.isArray(argument) ? (argument as readonly Value[]) : [];
}

function expectedBy(action: Action): Value {
  return pairOf(action)[0] ?? null;
}

/** The value that a write or a successful compare-and-set leaves. */
function leftBy(action: Action): Value {
  return action.f === 'cas' ? (pairOf(action)[1] ?? null) : action.argument;
}

/** The value that a read or a compare-and-set waits for. */
function neededBy(action: Action): Value {
  return action.f === 'read' ? (action.result ?? null) : expectedBy(action);
}

const lookAhead: LookAhead = {
  waits: ({ f }) => f === 'read' || f === 'cas',
  mayCome: (state, action) => sameValue(state, neededBy(action)),
  provides: (provider, action) => !provider.isRead && sameValue(leftBy(provider), neededBy(action)),
};

/**
 * What saw the value: between the write and the next one nothing is left that could tell. A compare-and-set that found another value than it expected
 * may have found this one.
 */
function dependents(actions: readonly PlacedAction[], index: number): readonly number[] {
  const provider = actions[index]?.action;
  if (provider === undefined || provider.isRead) return [];
  const value = leftBy(provider);
  return actions.flatMap(({ action }, other) => (other !== index && maySee(action, value) ? [other] : []));
}

function maySee(action: Action, value: Value): boolean {
  if (action.f === 'cas_failed') return !sameValue(action.argument, value);
  return lookAhead.waits(action) && sameValue(neededBy(action), value);
}

function describe(action: Action): string {
  switch (action.f) {
    case 'read':
      return `read ${show(action.result ?? null)}`;
    case 'write':
      return `wrote ${show(action.argument)}`;
    case 'cas_failed':
      return `found something other than ${show(action.argument)}`;
    default:
      return `replaced ${show(expectedBy(action))} by ${show(leftBy(action))}`;
  }
}
