/**
 * A set: add, remove, contains, and reads of the whole. Where nobody reads the whole, each element is judged by itself. An add or a remove that returns
 * a boolean tells whether it changed the set.
 */
import type { Operation, Value } from '../history.ts';
import {
  changeAction,
  indexOfValue,
  isList,
  listOutput,
  readAction,
  sameValue,
  show,
  sorted,
  verbOf,
  verbTable,
  wholeOf,
} from './fit.ts';
import type { Action, Model, PlacedAction } from './model.ts';

const VERBS = verbTable({
  add: ['add', 'insert'],
  remove: ['remove', 'delete'],
  contains: ['contains', 'member', 'has'],
  read: ['read', 'get', 'elements'],
});

export function setModel({ initial = [] }: { readonly initial?: readonly Value[] }): Model {
  return {
    name: 'set',
    initial: sorted(initial),
    interpret,
    step,
    returns: (state, { f, argument }) => (f === 'contains' ? has(state, argument) : state),
    describe,
    describeState: (state) => `{${elementsOf(state).map(show).join(', ')}}`,
    dependents,
    shortcut: 'growing',
  };
}

function interpret(operation: Operation): Action | undefined {
  const { outcome, input, output } = operation;
  const verb = verbOf('set', VERBS, operation);
  if (outcome === 'failed') return undefined;
  if (verb === 'read')
    return outcome === 'ok' ? readAction('read', null, sorted(listOutput(operation)), wholeOf(operation)) : undefined;
  const touches = { ...wholeOf(operation), parts: [input] };
  if (verb === 'contains')
    return outcome === 'ok' ? readAction('contains', input, output === true, touches) : undefined;
  const change = changeAction(verb, input, touches);
  // An echo of the element is no answer; a boolean is, unless the element is one itself.
  const tells = outcome === 'ok' && typeof output === 'boolean' && typeof input !== 'boolean';
  return tells ? { ...change, result: output } : change;
}

function step(state: Value, { f, argument, result }: Action): Value | undefined {
  if (f === 'read') return sameValue(state, result ?? null) ? state : undefined;
  const isThere = has(state, argument);
  if (f === 'contains') return isThere === result ? state : undefined;
  const changes = f === 'add' ? !isThere : isThere;
  if (result !== undefined && result !== changes) return undefined;
  if (!changes) return state;
  const elements = elementsOf(state);
  return f === 'add' ? sorted([...elements, argument]) : elements.filter((element) => !sameValue(element, argument));
}

function elementsOf(state: Value): readonly Value[] {
  return isList(state) ? state : [];
}

function has(state: Value, element: Value): boolean {
  return indexOfValue(elementsOf(state), element) >= 0;
}

/** All that is done with an element stands or falls together; reads of the whole stay only while all that they show does. */
function dependents(actions: readonly PlacedAction[], index: number): readonly number[] {
  const removed = actions[index]?.action;
  if (removed === undefined || removed.isRead) return [];
  return actions.flatMap(({ action }, other) => {
    const goes = other !== index && (action.f === 'read' || sameValue(action.argument, removed.argument));
    return goes ? [other] : [];
  });
}

function describe({ f, argument, result }: Action): string {
  if (f === 'read')
    return `read {${elementsOf(result ?? null)
      .map(show)
      .join(', ')}}`;
  if (f === 'contains') return result === true ? `found ${show(argument)} there` : `found no ${show(argument)} there`;
  const what = f === 'add' ? `added ${show(argument)}` : `removed ${show(argument)}`;
  if (result === undefined) return what;
  if (result === true) return `${what}, which changed the set`;
  return f === 'add' ? `found ${show(argument)} there already` : `found no ${show(argument)} to remove`;
}
