/**
 * The FIFO queue and the stack: elements go in at one end and come out at the same or the other. Taking from an empty one returns null (or the
 * texts `empty`, `exhausted`). An open take removes what is next, if anything is.
 */
import type { Operation, Value } from '../history.ts';
import { changeAction, isList, sameValue, show, type Verbs, verbOf, verbTable, wholeOf } from './fit.ts';
import type { Action, Model, PlacedAction } from './model.ts';

interface Discipline {
  readonly name: string;
  readonly verbs: Verbs;
  readonly takesFrom: 'front' | 'back';
  readonly putWord: string;
  readonly takeWord: string;
}

const EMPTY_WORDS: readonly Value[] = [null, 'empty', 'exhausted'];

const FIFO: Discipline = {
  name: 'fifo-queue',
  verbs: verbTable({ put: ['enqueue', 'enq', 'offer'], take: ['dequeue', 'deq', 'poll'] }),
  takesFrom: 'front',
  putWord: 'enqueued',
  takeWord: 'dequeued',
};
const STACK: Discipline = {
  name: 'stack',
  verbs: verbTable({ put: ['push'], take: ['pop'] }),
  takesFrom: 'back',
  putWord: 'pushed',
  takeWord: 'popped',
};

export function fifoQueueModel({ initial = [] }: { readonly initial?: readonly Value[] }): Model {
  return { ...modelOf(FIFO, initial), shortcut: 'queue' };
}

export function stackModel({ initial = [] }: { readonly initial?: readonly Value[] }): Model {
  return modelOf(STACK, initial);
}

/** The verbs and the reading are those of the unordered queue too. */
export function interpretQueue(name: string, verbs: Verbs, operation: Operation): Action | undefined {
  const { outcome, input, output } = operation;
  const verb = verbOf(name, verbs, operation);
  if (outcome === 'failed') return undefined;
  if (verb === 'put') return changeAction('put', input, wholeOf(operation));
  if (outcome === 'open') return changeAction('take', null, wholeOf(operation));
  const result = EMPTY_WORDS.includes(output) ? null : output;
  return { f: 'take', argument: null, result, isRead: result === null, touches: wholeOf(operation) };
}

function modelOf(discipline: Discipline, initial: readonly Value[]): Model {
  const { name, verbs, takesFrom } = discipline;
  const next = (state: Value): Value => {
    const elements = elementsOf(state);
    return (takesFrom === 'front' ? elements[0] : elements[elements.length - 1]) ?? null;
  };
  return {
    name,
    initial: [...initial],
    interpret: (operation) => interpretQueue(name, verbs, operation),
    step: (state, { f, argument, result }) => {
      const elements = elementsOf(state);
      if (f === 'put') return [...elements, argument];
      if (result !== undefined && !sameValue(next(state), result)) return undefined;
      if (elements.length === 0) return state;
      return takesFrom === 'front' ? elements.slice(1) : elements.slice(0, -1);
    },
    returns: next,
    describe: (action) => describeQueueAction(action, discipline),
    describeState: (state) => `[${elementsOf(state).map(show).join(', ')}]`,
    dependents: queueDependents,
  };
}

export function elementsOf(state: Value): readonly Value[] {
  return isList(state) ? state : [];
}

/** An element goes with all that put and took it. */
export function queueDependents(actions: readonly PlacedAction[], index: number): readonly number[] {
  const removed = actions[index]?.action;
  if (removed === undefined || isEmptyTake(removed)) return [];
  const value = elementOf(removed);
  // Nobody knows what an open take took: without it, things may be there that were not.
  if (value === undefined) return actions.map((_, other) => other).filter((other) => other !== index);
  return actions.flatMap(({ action }, other) => {
    const element = elementOf(action);
    const goes = element === undefined || sameValue(element, value);
    return goes && other !== index && !isEmptyTake(action) ? [other] : [];
  });
}

function isEmptyTake({ f, result }: Action): boolean {
  return f === 'take' && result === null;
}

/** Undefined for a take of which nobody knows what it took. */
function elementOf({ f, argument, result }: Action): Value | undefined {
  return f === 'put' ? argument : result;
}

export function describeQueueAction(
  { f, argument, result }: Action,
  { putWord, takeWord }: Pick<Discipline, 'putWord' | 'takeWord'>,
): string {
  if (f === 'put') return `${putWord} ${show(argument)}`;
  if (result === undefined) return `${takeWord} something`;
  return result === null ? 'found it empty' : `${takeWord} ${show(result)}`;
}
