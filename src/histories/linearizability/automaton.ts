/**
 * A model on numbers: states and kinds of actions are numbered as they are met, and what a kind does in a state is asked of the model once.
 */
import { canonicalJson } from '../../kernel/canonical-json.ts';
import type { Value } from '../history.ts';
import type { Action, Model } from '../models/model.ts';
import { FORGOTTEN, PairCache } from './pair-cache.ts';

/** The action cannot happen in the state. */
export const IMPOSSIBLE = -1;

export class Automaton {
  readonly model: Model;
  readonly states: Value[] = [];
  readonly kinds: Action[] = [];
  /** Memory taken by the texts of the states, roughly. */
  private stateBytes = 0;
  private readonly numberOfState = new Map<unknown, number>();
  private readonly numberOfKind = new Map<string, number>();
  private readonly steps = new PairCache();
  private readonly hopes = new PairCache();

  constructor(model: Model) {
    this.model = model;
    this.numberState(model.initial);
  }

  get bytes(): number {
    return this.stateBytes + this.steps.bytes + this.hopes.bytes;
  }

  numberKind(action: Action): number {
    const { f, argument, result } = action;
    const text = `${f}\u0000${textOf(argument)}\u0000${result === undefined ? '' : textOf(result)}`;
    const known = this.numberOfKind.get(text);
    if (known !== undefined) return known;
    this.numberOfKind.set(text, this.kinds.length);
    return this.kinds.push(action) - 1;
  }

  step(state: number, kind: number): number {
    const known = this.steps.get(state, kind);
    if (known !== FORGOTTEN) return known;
    const after = this.model.step(this.states[state] as Value, this.kinds[kind] as Action);
    const next = after === undefined ? IMPOSSIBLE : this.numberState(after);
    this.steps.set(state, kind, next);
    return next;
  }

  /** False when the kind can only come after an action that provides for it. */
  mayCome(state: number, kind: number): boolean {
    const known = this.hopes.get(state, kind);
    if (known !== FORGOTTEN) return known === 1;
    const may = this.model.lookAhead?.mayCome(this.states[state] as Value, this.kinds[kind] as Action) ?? true;
    this.hopes.set(state, kind, may ? 1 : 0);
    return may;
  }

  numberState(value: Value): number {
    // Texts and numbers stand for themselves, without making another text of a long one.
    const name = typeof value === 'object' && value !== null ? `\u0000${canonicalJson(value)}` : value;
    const known = this.numberOfState.get(name);
    if (known !== undefined) return known;
    this.stateBytes += 64 + (typeof name === 'string' ? 3 * name.length : 0);
    this.numberOfState.set(name, this.states.length);
    return this.states.push(value) - 1;
  }
}

function textOf(value: Value): string {
  if (value === null || typeof value === 'number') return String(value);
  return typeof value === 'string' ? `"${value}` : canonicalJson(value);
}
