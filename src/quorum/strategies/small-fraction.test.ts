import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RATIONALS } from './linear-program.ts';
import { rational, renderRational } from './rational.ts';
import { isKnown, renderSmallFraction, SMALL_FRACTIONS, type SmallFraction, smallFraction } from './small-fraction.ts';

const field = SMALL_FRACTIONS;

describe('small fractions', () => {
  it.each([
    [0.1, '1/10'],
    [-2.5, '-5/2'],
    [0.000_5, '1/2000'],
    [1 / 3, '1/3'],
    [1e-7, '1/10000000'],
    [4_000, '4000'],
  ])('take %f as %s, like rationals do', (value, expected) => {
    expect(renderSmallFraction(field.of(value))).toBe(expected);
    expect(renderRational(RATIONALS.of(value))).toBe(expected);
  });

  it('calculate like rationals, or say that they cannot', () => {
    const part = fc.oneof(fc.integer({ min: -50, max: 50 }), fc.maxSafeInteger());
    const fraction = fc.tuple(part, part).filter(([, denominator]) => denominator !== 0);
    fc.assert(
      fc.property(fraction, fraction, fc.constantFrom('add', 'multiply', 'divide'), (left, right, operation) => {
        if (operation === 'divide' && right[0] === 0) return;
        const small = SMALL_FRACTIONS[operation](smallFraction(...left), smallFraction(...right));
        const exact = RATIONALS[operation](
          rational(BigInt(left[0]), BigInt(left[1])),
          rational(BigInt(right[0]), BigInt(right[1])),
        );
        if (isKnown(small)) expect(renderSmallFraction(small)).toBe(renderRational(exact));
        else expect([exact.numerator, exact.denominator].some((value) => value > 50n || value < -50n)).toBe(true);
      }),
      { seed: 42, numRuns: 2_000 },
    );
  });

  it('notice rounded products that cancel', () => {
    // (7k + 1)/7 - (5k + 1)/5 is -2/35, but 5 (7k + 1) has no double of its own.
    const k = 2 ** 50;
    expect(isKnown(field.add(smallFraction(7 * k + 1, 7), smallFraction(-(5 * k + 1), 5)))).toBe(false);
  });

  it('stay unknown', () => {
    const unknown = field.multiply(field.of(2 ** 52), field.of(2 ** 52));
    const later: readonly SmallFraction[] = [
      field.add(unknown, field.of(1)),
      field.add(field.of(1), unknown),
      field.multiply(unknown, field.of(3)),
      field.multiply(field.of(3), unknown),
      field.divide(field.of(3), unknown),
      field.divide(unknown, unknown),
    ];
    expect(later.some(isKnown)).toBe(false);
    expect(field.isZero(unknown)).toBe(false);
  });
});
