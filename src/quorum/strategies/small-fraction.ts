/**
 * Fractions of integers below 2^53: what most programs are made of, and many times faster than BigInt.
 *
 * A result that needs more is NaN over NaN, which stays so in every operation and satisfies no comparison: who checks
 * with these fractions either gets an exact yes or none at all. `rational.ts` has no such limit.
 */
import type { Field } from './linear-program.ts';
import { type Rational, rationalOf } from './rational.ts';

/** In lowest terms, denominator positive. */
export interface SmallFraction {
  readonly numerator: number;
  readonly denominator: number;
}

const TOO_LARGE: SmallFraction = { numerator: Number.NaN, denominator: Number.NaN };
const ZERO: SmallFraction = { numerator: 0, denominator: 1 };
const ONE: SmallFraction = { numerator: 1, denominator: 1 };

export const SMALL_FRACTIONS: Field<SmallFraction> = {
  of: (value) => {
    if (value === 0) return ZERO;
    if (value === 1) return ONE;
    if (Number.isSafeInteger(value)) return { numerator: value, denominator: 1 };
    return shortDecimal(value) ?? fromRational(rationalOf(value));
  },
  add: (a, b) => {
    if (a.numerator === 0) return b;
    if (b.numerator === 0) return a;
    // Two products that were rounded could cancel.
    const sum = safe(a.numerator * b.denominator) + safe(b.numerator * a.denominator);
    return smallFraction(sum, a.denominator * b.denominator);
  },
  multiply: (a, b) => {
    if (b === ONE) return a;
    return a === ONE ? b : smallFraction(a.numerator * b.numerator, a.denominator * b.denominator);
  },
  divide: (a, b) => (b === ONE ? a : smallFraction(a.numerator * b.denominator, a.denominator * b.numerator)),
  isZero: ({ numerator }) => numerator === 0,
  toNumber: ({ numerator, denominator }) => numerator / denominator,
};

export function smallFraction(numerator: number, denominator: number): SmallFraction {
  if (!Number.isSafeInteger(numerator) || !Number.isSafeInteger(denominator) || denominator === 0) return TOO_LARGE;
  const divisor = greatestCommonDivisor(numerator, denominator) * (denominator < 0 ? -1 : 1);
  // Adding zero makes -0 a 0.
  return { numerator: numerator / divisor + 0, denominator: denominator / divisor };
}

/** Not a number where it is not safe: beyond 2^53 a product or sum is rounded, but never to below 2^53. */
function safe(value: number): number {
  return Number.isSafeInteger(value) ? value : Number.NaN;
}

/** Of positive integers. */
export function leastCommonMultiple(a: number, b: number): number {
  return a % b === 0 ? a : safe((a / greatestCommonDivisor(a, b)) * b);
}

/** Positive, unless both are zero. Ends for numbers that are none, too. */
function greatestCommonDivisor(a: number, b: number): number {
  let [larger, smaller] = [Math.abs(a), Math.abs(b)];
  while (smaller > 0) [larger, smaller] = [smaller, larger % smaller];
  return larger;
}

export function isKnown({ numerator }: SmallFraction): boolean {
  return !Number.isNaN(numerator);
}

/** "5/9", or "3" for a whole number. */
export function renderSmallFraction({ numerator, denominator }: SmallFraction): string {
  return denominator === 1 ? `${numerator}` : `${numerator}/${denominator}`;
}

const SHORT_DECIMAL_MAX = 1e10;

/** A few digits after the point. Division rounds correctly, so this is the decimal that reads as `value`. */
function shortDecimal(value: number): SmallFraction | undefined {
  for (const unit of [10, 100, 1000, 10_000]) {
    const digits = Math.round(value * unit);
    if (digits / unit === value && Math.abs(digits) < SHORT_DECIMAL_MAX) return smallFraction(digits, unit);
  }
  return undefined;
}

function fromRational({ numerator, denominator }: Rational): SmallFraction {
  return smallFraction(Number(numerator), Number(denominator));
}
