/**
 * Linear programs as data: minimise cost·x subject to rows that are `<=` or `=`, with every variable at least zero.
 * Columns are sparse. The numbers are doubles for the simplex, or rationals for the exact check of its answer; a
 * {@link Field} lets one builder write the same program in both, so that the two cannot drift apart.
 */
import { add, divide, multiply, type Rational, rational, rationalOf, toNumber } from './rational.ts';

export interface LinearProgram<T> {
  readonly rows: readonly Row<T>[];
  readonly columns: readonly Column<T>[];
}

export interface Row<T> {
  readonly sense: '<=' | '=';
  readonly bound: T;
}

export interface Column<T> {
  readonly cost: T;
  readonly entries: readonly Entry<T>[];
}

/** At most one entry a row. */
export interface Entry<T> {
  readonly row: number;
  readonly value: T;
}

export interface Field<T> {
  of(value: number): T;
  add(a: T, b: T): T;
  multiply(a: T, b: T): T;
  divide(a: T, b: T): T;
  isZero(a: T): boolean;
  toNumber(a: T): number;
}

export const DOUBLES: Field<number> = {
  of: (value) => value,
  add: (a, b) => a + b,
  multiply: (a, b) => a * b,
  divide: (a, b) => a / b,
  isZero: (a) => a === 0,
  toNumber: (a) => a,
};

export const RATIONALS: Field<Rational> = {
  of: (value) => (Number.isSafeInteger(value) ? rational(BigInt(value)) : rationalOf(value)),
  add,
  multiply,
  divide,
  isZero: (a) => a.numerator === 0n,
  toNumber,
};
