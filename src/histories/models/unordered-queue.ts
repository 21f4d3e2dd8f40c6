/**
 * A queue that gives its elements back in any order. An open dequeue takes any one, or none: the state is the list of all contents that are possible.
 */
import { canonicalJson } from '../../kernel/canonical-json.ts';
import type { Operation, Value } from '../history.ts';
import { indexOfValue, isList, show, sorted, verbTable } from './fit.ts';
import type { Action, Model } from './model.ts';
import { describeQueueAction, elementsOf, interpretQueue, queueDependents } from './ordered-queue.ts';

const VERBS = verbTable({ put: ['enqueue', 'enq', 'offer'], take: ['dequeue', 'deq', 'poll'] });
const WORDS = { putWord: 'enqueued', takeWord: 'dequeued' };

export function unorderedQueueModel({ initial = [] }: { readonly initial?: readonly Value[] }): Model {
  return {
    name: 'unordered-queue',
    initial: [sorted(initial)],
    interpret,
    step: (state, action) => {
      const after = distinct(contentsOf(state).flatMap((contents) => stepOne(contents, action)));
      return after.length === 0 ? undefined : after;
    },
    describe: (action) => describeQueueAction(action, WORDS),
    describeState: (state) =>
      contentsOf(state)
        .map((contents) => `{${contents.map(show).join(', ')}}`)
        .join(' or '),
    dependents: queueDependents,
  };
}

/** Elements have nothing to do with each other, unless somebody found the queue empty or took nobody knows what. */
function interpret(operation: Operation): Action | undefined {
  const action = interpretQueue('unordered-queue', VERBS, operation);
  const element = action?.f === 'put' ? action.argument : action?.result;
  // To find it empty rules out contents that were possible, so it is no mere read.
  if (action === undefined || element == null) return action && { ...action, isRead: false };
  return { ...action, touches: { ...action.touches, parts: [element] } };
}

/** Every content that one may become. */
function stepOne(contents: readonly Value[], { f, argument, result }: Action): (readonly Value[])[] {
  if (f === 'put') return [sorted([...contents, argument])];
  if (result === null) return contents.length === 0 ? [contents] : [];
  if (result === undefined) return [contents, ...contents.map((_, index) => without(contents, index))];
  const index = indexOfValue(contents, result);
  return index < 0 ? [] : [without(contents, index)];
}

function without(contents: readonly Value[], index: number): readonly Value[] {
  return contents.filter((_, other) => other !== index);
}

function contentsOf(state: Value): readonly (readonly Value[])[] {
  return isList(state) ? state.map(elementsOf) : [];
}

function distinct(all: readonly (readonly Value[])[]): readonly (readonly Value[])[] {
  const byText = new Map(all.map((contents) => [canonicalJson(contents), contents]));
  return [...byText].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, contents]) => contents);
}
