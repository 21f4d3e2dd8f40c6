/**
 * The functions of the expression language and how many arguments they take. TLA+'s names of two are understood.
 */
import type { FunctionName, Quantifier } from './expression.ts';

interface FunctionShape {
  readonly least: number;
  readonly most: number;
}

const ONE: FunctionShape = { least: 1, most: 1 };
const ANY_NUMBER: FunctionShape = { least: 1, most: 100 };

/** `sum`, `min` and `max` take a list, or the numbers one by one. */
export const FUNCTIONS: Readonly<Record<FunctionName, FunctionShape>> = {
  len: ONE,
  last: ONE,
  sum: ANY_NUMBER,
  min: ANY_NUMBER,
  max: ANY_NUMBER,
  distinct: ONE,
  keys: ONE,
  values: ONE,
  abs: ONE,
};

export const FUNCTION_ALIASES: Readonly<Record<string, FunctionName>> = { Len: 'len', Cardinality: 'len' };

const QUANTIFIERS: readonly Quantifier[] = ['all', 'some', 'count', 'sum', 'min', 'max', 'filter', 'map'];

export function canonicalFunction(name: string): string {
  return Object.hasOwn(FUNCTION_ALIASES, name) ? (FUNCTION_ALIASES[name] ?? name) : name;
}

export function isFunction(name: string): name is FunctionName {
  return Object.hasOwn(FUNCTIONS, name);
}

export function isQuantifier(name: string): name is Quantifier {
  return QUANTIFIERS.some((each) => each === name);
}
