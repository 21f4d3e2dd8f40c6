/**
 * Reading operations into actions, with one way of saying that an operation is none of the model's.
 */
import { canonicalJson } from '../../kernel/canonical-json.ts';
import { fail, renderReceived } from '../../kernel/failure.ts';
import type { Operation, Value } from '../history.ts';
import type { Action, Touched } from './model.ts';

/** The model's verb for each word of a source that means it. */
export type Verbs = ReadonlyMap<string, string>;

export function verbTable(wordsByVerb: Readonly<Record<string, readonly string[]>>): Verbs {
  return new Map(Object.entries(wordsByVerb).flatMap(([verb, words]) => words.map((word) => [word, verb] as const)));
}

export function verbOf(model: string, verbs: Verbs, operation: Operation): string {
  const verb = verbs.get(operation.f);
  if (verb !== undefined) return verb;
  return misfit(operation, `the model ${model} knows no operation ${JSON.stringify(operation.f)}`, {
    received: operation.f,
    expected: `one of ${[...verbs.keys()].join(', ')}`,
    nextStep: `choose the model that knows ${JSON.stringify(operation.f)}, or leave such operations out of the history`,
  });
}

interface Misfit {
  readonly received: string;
  readonly expected: string;
  readonly nextStep: string;
}

/** Ends the check: the model does not fit the operation. */
export function misfit(operation: Operation, message: string, details: Misfit): never {
  fail('input/invalid', { message, path: `line ${operation.invokedLine}`, ...details });
}

/** The expected and the new value of a compare-and-set. */
export function casPair(operation: Operation): readonly [Value, Value] {
  const { input } = operation;
  if (isList(input) && input.length === 2) return [input[0] ?? null, input[1] ?? null];
  return misfit(operation, 'a compare-and-set takes the pair of the expected and the new value', {
    received: renderReceived(input),
    expected: 'a pair such as [1, 2]',
    nextStep: 'give the compare-and-set both values',
  });
}

export function integerInput(operation: Operation, fallback: number): number {
  const { input } = operation;
  if (input === null) return fallback;
  if (typeof input === 'number' && Number.isSafeInteger(input)) return input;
  return misfit(operation, `${operation.f} takes an integer`, {
    received: renderReceived(input),
    expected: 'an integer',
    nextStep: 'check which model the history is for',
  });
}

export function listOutput(operation: Operation): readonly Value[] {
  const { output } = operation;
  if (output === null) return [];
  if (isList(output)) return output;
  return misfit(operation, `${operation.f} returns a list`, {
    received: renderReceived(output),
    expected: 'a list of elements',
    nextStep: 'check which model the history is for',
  });
}

export function isList(value: Value): value is readonly Value[] {
  return Array.isArray(value);
}

export function sameValue(a: Value, b: Value): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  return canonicalJson(a) === canonicalJson(b);
}

/** Elements in one fixed order, for states in which order means nothing. */
export function sorted(elements: readonly Value[]): readonly Value[] {
  return elements
    .map((element) => ({ element, text: canonicalJson(element) }))
    .sort((a, b) => (a.text < b.text ? -1 : a.text > b.text ? 1 : 0))
    .map(({ element }) => element);
}

export function indexOfValue(elements: readonly Value[], value: Value): number {
  return elements.findIndex((element) => sameValue(element, value));
}

/** A value in a sentence: a word stands for itself, any other text in quotes. */
export function show(value: Value): string {
  return typeof value === 'string' && /^\S+$/.test(value) ? value : canonicalJson(value);
}

/** An action that returns what it found and changes nothing. */
export function readAction(f: string, argument: Value, result: Value, touches: Touched): Action {
  return { f, argument, result, isRead: true, touches };
}

/** An action that changes something and of which no result is known. */
export function changeAction(f: string, argument: Value, touches: Touched): Action {
  return { f, argument, result: undefined, isRead: false, touches };
}

/** The whole of the object under the operation's key. */
export function wholeOf({ key = null }: Operation): Touched {
  return { object: key, parts: 'all' };
}
