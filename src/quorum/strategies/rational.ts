/**
 * Exact rationals over BigInt: enough arithmetic to solve a small basis without rounding and to print "5/9".
 *
 * Inputs are doubles, but people mean decimals: 0.1 is taken as 1/10, not as the binary fraction it is stored as. A double
 * that needs more digits than anybody types (0.0006666666666666666) is taken as the simplest fraction that rounds to it
 * (1/1500), found on the Stern-Brocot tree by continued fractions, when that has a small denominator.
 */
import { invariant } from '../../kernel/invariant.ts';

/** In lowest terms, denominator positive. */
export interface Rational {
  readonly numerator: bigint;
  readonly denominator: bigint;
}

/** Decimals of up to this many significant digits are what somebody typed. */
const TYPED_DIGITS_MAX = 12;
const SIMPLE_DENOMINATOR_MAX = 1_000_000n;

/** The number that a person who typed this double meant. */
export function rationalOf(value: number): Rational {
  invariant(Number.isFinite(value), 'only finite numbers are rational');
  const decimal = decimalOf(value);
  if (digitsOf(value) <= TYPED_DIGITS_MAX) return decimal;
  return simplestLike(value, decimal) ?? decimal;
}

export function rational(numerator: bigint, denominator = 1n): Rational {
  invariant(denominator !== 0n, 'a denominator is not zero');
  const divisor = greatestCommonDivisor(numerator, denominator) * (denominator < 0n ? -1n : 1n);
  return { numerator: numerator / divisor, denominator: denominator / divisor };
}

export function add(a: Rational, b: Rational): Rational {
  return rational(a.numerator * b.denominator + b.numerator * a.denominator, a.denominator * b.denominator);
}

export function multiply(a: Rational, b: Rational): Rational {
  return rational(a.numerator * b.numerator, a.denominator * b.denominator);
}

export function divide(a: Rational, b: Rational): Rational {
  return rational(a.numerator * b.denominator, a.denominator * b.numerator);
}

/** "5/9", or "3" for a whole number. */
export function renderRational({ numerator, denominator }: Rational): string {
  return denominator === 1n ? `${numerator}` : `${numerator}/${denominator}`;
}

/** The nearest double, or one beside it. Scales first: numerator and denominator may both exceed every double. */
export function toNumber({ numerator, denominator }: Rational): number {
  const excess = Math.max(bitLength(numerator), bitLength(denominator)) - 1000;
  const shift = BigInt(Math.max(0, excess));
  return Number(numerator >> shift) / Number(denominator >> shift);
}

export function greatestCommonDivisor(a: bigint, b: bigint): bigint {
  let [larger, smaller] = [a < 0n ? -a : a, b < 0n ? -b : b];
  while (smaller !== 0n) [larger, smaller] = [smaller, larger % smaller];
  return larger;
}

/** JavaScript prints the shortest decimal that reads back as the same double. */
function decimalOf(value: number): Rational {
  const [mantissa = '0', exponent = '0'] = value.toExponential().split('e');
  const [whole = '0', fraction = ''] = mantissa.split('.');
  const power = Number(exponent) - fraction.length;
  const digits = BigInt(whole + fraction);
  return power >= 0 ? rational(digits * 10n ** BigInt(power)) : rational(digits, 10n ** BigInt(-power));
}

function digitsOf(value: number): number {
  return (value.toExponential().split('e')[0] ?? '').replace(/[-.]/g, '').length;
}

/** The first convergent of the continued fraction that rounds to `value`. */
function simplestLike(value: number, decimal: Rational): Rational | undefined {
  let rest = decimal;
  let [previousNumerator, previousDenominator, numerator, denominator] = [0n, 1n, 1n, 0n];
  for (;;) {
    const whole = floorOf(rest);
    [previousNumerator, numerator] = [numerator, whole * numerator + previousNumerator];
    [previousDenominator, denominator] = [denominator, whole * denominator + previousDenominator];
    if (denominator > SIMPLE_DENOMINATOR_MAX) return undefined;
    if (Number(numerator) / Number(denominator) === value) return rational(numerator, denominator);
    const remainder = add(rest, rational(-whole));
    if (remainder.numerator === 0n) return undefined;
    rest = divide(rational(1n), remainder);
  }
}

function floorOf({ numerator, denominator }: Rational): bigint {
  const quotient = numerator / denominator;
  return numerator < 0n && quotient * denominator !== numerator ? quotient - 1n : quotient;
}

function bitLength(value: bigint): number {
  return value.toString(16).length * 4;
}
