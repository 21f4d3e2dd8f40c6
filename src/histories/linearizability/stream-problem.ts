/**
 * The operations of one object as a frontier search takes them, while more come: the number of an operation that completed is used again, and the automaton
 * is renewed when most of its states are out of use.
 */
import type { Value } from '../history.ts';
import type { Model, PlacedAction } from '../models/model.ts';
import { Automaton } from './automaton.ts';
import type { SearchProblem } from './search-problem.ts';

const STATES_MAX = 4096;

export class StreamProblem implements SearchProblem {
  automaton: Automaton;
  readonly actions: PlacedAction[] = [];
  kinds = new Int32Array(64);
  isRead = new Uint8Array(64);
  isOpen = new Uint8Array(64);
  invokedAt = new Int32Array(64);
  completedAt = new Int32Array(64);
  readonly events = new Int32Array(0);
  readonly twinBefore = new Int32Array(0);
  /** Nothing looks ahead: what comes is not known. */
  providers = { waits: new Uint8Array(64), start: new Int32Array(1), list: new Int32Array(0) };
  private readonly model: Model;
  private readonly free: number[] = [];
  private readonly inUse = new Set<number>();
  /** States from which most are in use again after a renewal are not worth renewing at once. */
  private statesMax = STATES_MAX;

  constructor(model: Model) {
    this.model = model;
    this.automaton = new Automaton(model);
  }

  add(placed: PlacedAction): number {
    const number = this.free.pop() ?? this.actions.length;
    if (number >= this.kinds.length) this.grow();
    const { action, operation } = placed;
    this.actions[number] = placed;
    this.inUse.add(number);
    this.kinds[number] = this.automaton.numberKind(action);
    this.isRead[number] = action.isRead ? 1 : 0;
    this.isOpen[number] = operation.completed === Infinity ? 1 : 0;
    this.invokedAt[number] = operation.invoked;
    // Open ones go last, in the order of invocation; numbers of events stay far below that.
    this.completedAt[number] = operation.completed === Infinity ? 2 ** 30 + operation.invoked : operation.completed;
    return number;
  }

  remove(number: number): void {
    this.inUse.delete(number);
    this.free.push(number);
  }

  textOf(state: number): string {
    return this.model.describeState(this.automaton.states[state] as Value);
  }

  get isCrowded(): boolean {
    return this.automaton.states.length > this.statesMax || this.automaton.kinds.length > this.statesMax;
  }

  /** A new automaton with the states and kinds that are in use. Returns the new number of each old state that is live. */
  renew(live: readonly number[]): ReadonlyMap<number, number> {
    const old = this.automaton;
    this.automaton = new Automaton(this.model);
    const renumbered = new Map(live.map((state) => [state, this.automaton.numberState(old.states[state] as Value)]));
    for (const number of this.inUse) {
      this.kinds[number] = this.automaton.numberKind((this.actions[number] as PlacedAction).action);
    }
    this.statesMax = Math.max(STATES_MAX, 4 * this.automaton.states.length, 4 * this.automaton.kinds.length);
    return renumbered;
  }

  private grow(): void {
    const length = 2 * this.kinds.length;
    const words = (old: Int32Array): Int32Array<ArrayBuffer> => {
      const larger = new Int32Array(length);
      larger.set(old);
      return larger;
    };
    const bytes = (old: Uint8Array): Uint8Array<ArrayBuffer> => {
      const larger = new Uint8Array(length);
      larger.set(old);
      return larger;
    };
    this.kinds = words(this.kinds);
    this.invokedAt = words(this.invokedAt);
    this.completedAt = words(this.completedAt);
    this.isRead = bytes(this.isRead);
    this.isOpen = bytes(this.isOpen);
    this.providers = { ...this.providers, waits: new Uint8Array(length) };
  }
}
