/**
 * A part of a history as the searches take it: operations numbered in the order of invocation, their kinds, and the events in order.
 *
 * Twins are operations of the same kind. Where one of two twins was invoked earlier and need not complete later, it may as well take effect first: exchanging
 * them in an order gives an order. `twinBefore` is the one that has to go first; among operations that stayed open it makes one choice out of many.
 */
import type { Model, PlacedAction } from '../models/model.ts';
import { Automaton } from './automaton.ts';
import { findProviders, type Providers } from './providers.ts';

export interface SearchProblem {
  readonly actions: readonly PlacedAction[];
  readonly automaton: Automaton;
  readonly kinds: Int32Array;
  readonly isRead: Uint8Array;
  /** 1 where the operation stayed open: it need not take effect. */
  readonly isOpen: Uint8Array;
  /** In order: an operation's number when it is invoked, its complement (~number) when it completes. */
  readonly events: Int32Array;
  /** Place of the invocation among the events. */
  readonly invokedAt: Int32Array;
  /** Place of the completion among the events; beyond the last event for operations that stayed open, in the order of invocation. */
  readonly completedAt: Int32Array;
  /** -1 where there is none. */
  readonly twinBefore: Int32Array;
  readonly providers: Providers;
}

export function searchProblem(actions: readonly PlacedAction[], model: Model): SearchProblem {
  const count = actions.length;
  const automaton = new Automaton(model);
  const kinds = Int32Array.from(actions, ({ action }) => automaton.numberKind(action));
  const isRead = Uint8Array.from(actions, ({ action }) => (action.isRead ? 1 : 0));
  const isOpen = Uint8Array.from(actions, ({ operation }) => (operation.completed === Infinity ? 1 : 0));
  const events = eventsOf(actions);
  const invokedAt = new Int32Array(count);
  const completedAt = Int32Array.from(actions, (_, index) => events.length + index);
  for (let at = 0; at < events.length; at++) {
    const event = events[at] as number;
    if (event >= 0) invokedAt[event] = at;
    else completedAt[~event] = at;
  }
  const timed = { actions, automaton, kinds, isRead, isOpen, events, invokedAt, completedAt };
  return { ...timed, twinBefore: twinsBefore(timed), providers: findProviders(timed, model.lookAhead) };
}

/** At one number invocations come before completions: operations that touch overlap. */
export function eventsOf(actions: readonly PlacedAction[]): Int32Array {
  const completions = inOrderOfCompletion(actions);
  const events = new Int32Array(actions.length + completions.length);
  let at = 0;
  let next = 0;
  for (const operation of completions) {
    const completed = actions[operation]?.operation.completed ?? Infinity;
    while (next < actions.length && (actions[next]?.operation.invoked ?? Infinity) <= completed) events[at++] = next++;
    events[at++] = ~operation;
  }
  while (next < actions.length) events[at++] = next++;
  return events;
}

/** Numbers of the operations that completed. One number holds both the time and the operation, for a sort without calls. */
function inOrderOfCompletion(actions: readonly PlacedAction[]): Int32Array {
  const { length } = actions;
  const keys = new Float64Array(length);
  let count = 0;
  for (let index = 0; index < length; index++) {
    const completed = actions[index]?.operation.completed ?? Infinity;
    if (completed !== Infinity) keys[count++] = completed * length + index;
  }
  const sorted = keys.subarray(0, count).sort();
  return Int32Array.from(sorted, (key) => key % length);
}

type Timed = Pick<SearchProblem, 'actions' | 'automaton' | 'kinds' | 'isOpen' | 'completedAt'>;

function twinsBefore({ automaton, kinds, completedAt }: Timed): Int32Array {
  const twinBefore = new Int32Array(kinds.length).fill(-1);
  const lastOfKind = new Int32Array(automaton.kinds.length).fill(-1);
  for (let index = 0; index < kinds.length; index++) {
    const kind = kinds[index] as number;
    let twin = lastOfKind[kind] as number;
    // The latest twin may complete later than this one; an earlier one may not.
    while (twin >= 0 && (completedAt[twin] as number) > (completedAt[index] as number))
      twin = twinBefore[twin] as number;
    twinBefore[index] = twin;
    lastOfKind[kind] = index;
  }
  return twinBefore;
}
