/**
 * Splits a history into parts that can be judged one by one. Linearizability is local (M. Herlihy, J. Wing, TOPLAS 12(3), 1990, theorem 1): objects are
 * independent, and so are parts of an object that no operation touches together. No weaker condition may be judged so.
 */
import { canonicalJson } from '../../kernel/canonical-json.ts';
import type { History, Operation, Value } from '../history.ts';
import type { Model, PlacedAction } from '../models/model.ts';

export interface Part {
  /** The object or key, for sentences; undefined where the source names none. */
  readonly key: Value | undefined;
  /** What counts, in the order of invocation. */
  readonly actions: readonly PlacedAction[];
}

/** Smallest first; of the same size, the one that begins first. */
export function partitionHistory(history: History, model: Model): readonly Part[] {
  const objects = new Map<unknown, PlacedAction[]>();
  for (const placed of interpretAll(history.operations, model)) {
    const name = nameOf(placed.action.touches.object);
    const there = objects.get(name);
    if (there === undefined) objects.set(name, [placed]);
    else there.push(placed);
  }
  const parts = [...objects.values()].flatMap(splitObject);
  return parts.map(partOf).sort((a, b) => a.actions.length - b.actions.length || firstOf(a) - firstOf(b));
}

export function interpretAll(operations: readonly Operation[], model: Model): PlacedAction[] {
  const placed: PlacedAction[] = [];
  for (const operation of operations) {
    const action = model.interpret(operation);
    // A transaction of nothing touches nothing.
    if (action !== undefined && action.touches.parts.length > 0) placed.push({ action, operation });
  }
  return placed;
}

function partOf(actions: readonly PlacedAction[]): Part {
  const keys = new Set(actions.map(({ operation }) => operation.key));
  const [key] = keys;
  return { key: keys.size === 1 ? key : undefined, actions };
}

function firstOf({ actions }: Part): number {
  return actions[0]?.operation.invoked ?? 0;
}

/** Texts and numbers stand for themselves: only lists and objects need a text. */
function nameOf(value: Value): unknown {
  return typeof value === 'object' && value !== null ? canonicalJson(value) : value;
}

/** Parts that an operation touches together belong together. */
function splitObject(actions: readonly PlacedAction[]): PlacedAction[][] {
  if (actions.some(({ action }) => action.touches.parts === 'all')) return [[...actions]];
  const parents: number[] = [];
  const numbers = new Map<string, number>();
  const rootOf = (part: number): number => {
    let root = part;
    while (parents[root] !== root) root = parents[root] as number;
    return root;
  };
  const first = actions.map(({ action }) => {
    const parts = (action.touches.parts as readonly Value[]).map((part) => numberOf(part, numbers, parents));
    const [root = 0] = parts.map(rootOf);
    for (const part of parts) parents[rootOf(part)] = root;
    return root;
  });
  const groups = new Map<number, PlacedAction[]>();
  for (const [index, placed] of actions.entries()) {
    const root = rootOf(first[index] ?? 0);
    groups.set(root, [...(groups.get(root) ?? []), placed]);
  }
  return [...groups.values()];
}

function numberOf(part: Value, numbers: Map<string, number>, parents: number[]): number {
  const text = canonicalJson(part);
  const known = numbers.get(text);
  if (known !== undefined) return known;
  const number = parents.length;
  numbers.set(text, number);
  parents.push(number);
  return number;
}
