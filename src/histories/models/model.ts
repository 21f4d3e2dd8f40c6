/**
 * What an object may do: its first state and, for each operation, in which states it may return what it returned and what it leaves behind.
 * Checkers number states and actions themselves; a model only says what they are.
 *
 * States are plain values. Two states are the same when their canonical JSON is, so a model keeps what has no order (the elements of a set) sorted.
 */
import type { Operation, Value } from '../history.ts';

export interface Model {
  readonly name: string;
  readonly initial: Value;
  /** All keys are one object: operations may touch several at once. */
  readonly isOneObject?: boolean;
  /** What an operation did, in the model's own words; undefined when it says nothing (it failed, or is an open read). Fails when it does not fit. */
  readonly interpret: (operation: Operation) => Action | undefined;
  /** The state after `action`; undefined where it cannot happen. */
  readonly step: (state: Value, action: Action) => Value | undefined;
  /** What `action`, whose result is not known, would return in a state; absent where the model's operations return nothing. */
  readonly returns?: (state: Value, action: Action) => Value | undefined;
  /** What was done, to stand behind a name: `read 3`, `added 5 to the set`. */
  readonly describe: (action: Action) => string;
  readonly describeState: (state: Value) => string;
  readonly lookAhead?: LookAhead;
  /** The operations that have to go when the one at `index` is left out of a history, for what is left to prove anything about the whole. */
  readonly dependents?: (actions: readonly PlacedAction[], index: number) => readonly number[];
  /** The polynomial algorithm that may serve; it looks itself whether its precondition holds. */
  readonly shortcut?: Shortcut;
}

export type Shortcut = 'register' | 'growing' | 'queue';

export interface Action {
  /** The model's verb. */
  readonly f: string;
  readonly argument: Value;
  /** What it returned; undefined when that is not known or there is nothing to return. */
  readonly result: Value | undefined;
  /** Leaves every state as it is. */
  readonly isRead: boolean;
  readonly touches: Touched;
}

/** Objects are judged one by one, and so are parts of an object that no operation touches together. */
export interface Touched {
  readonly object: Value;
  readonly parts: readonly Value[] | 'all';
}

export interface PlacedAction {
  readonly action: Action;
  readonly operation: Operation;
}

/**
 * For dropping branches early: an operation that waits for a state (a read, a compare-and-set) must still find one.
 */
export interface LookAhead {
  /** True for actions that wait for a state. */
  readonly waits: (action: Action) => boolean;
  /** False when `action` can only happen in `state` or later after an action that `provides` for it. */
  readonly mayCome: (state: Value, action: Action) => boolean;
  /** True when `provider` may make `action` possible whatever the state was before. */
  readonly provides: (provider: Action, action: Action) => boolean;
}
