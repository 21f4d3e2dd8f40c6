import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { add, divide, multiply, rational, rationalOf, renderRational, toNumber } from './rational.ts';

const render = (value: number): string => renderRational(rationalOf(value));

describe('what a person meant by a double', () => {
  it.each([
    [0.1, '1/10'],
    [0.75, '3/4'],
    [-2.5, '-5/2'],
    [3, '3'],
    [0, '0'],
    [1e-7, '1/10000000'],
    [1e21, '1000000000000000000000'],
    [0.000_5, '1/2000'],
  ])('takes %f as the decimal %s', (value, expected) => {
    expect(render(value)).toBe(expected);
  });

  it.each([
    [1 / 3, '1/3'],
    [1 / 1500, '1/1500'],
    [-2 / 7, '-2/7'],
    [470 / 7, '470/7'],
  ])('takes %f, which has too many digits to be typed, as the fraction %s', (value, expected) => {
    expect(render(value)).toBe(expected);
  });

  it('keeps the decimal where no simple fraction rounds to the double', () => {
    expect(render(Math.PI)).toBe('3141592653589793/1000000000000000');
  });

  it('reads back as the same double', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e15, max: 1e15 }), (value) => {
        expect(toNumber(rationalOf(value))).toBeCloseTo(value, 12 - Math.ceil(Math.log10(Math.abs(value) + 1)));
      }),
      { seed: 42, numRuns: 300 },
    );
  });
});

describe('arithmetic', () => {
  const parts = fc.tuple(fc.bigInt({ min: -999n, max: 999n }), fc.bigInt({ min: 1n, max: 999n }));

  it('agrees with cross-multiplication in integers', () => {
    fc.assert(
      fc.property(parts, parts, ([a, b], [c, d]) => {
        const sum = add(rational(a, b), rational(c, d));
        expect(sum.numerator * b * d).toBe((a * d + c * b) * sum.denominator);
        const product = multiply(rational(a, b), rational(c, d));
        expect(product.numerator * b * d).toBe(a * c * product.denominator);
        if (c !== 0n) expect(multiply(divide(rational(a, b), rational(c, d)), rational(c, d))).toEqual(rational(a, b));
      }),
      { seed: 42, numRuns: 300 },
    );
  });

  it('keeps lowest terms and a positive denominator', () => {
    expect(rational(6n, -4n)).toEqual({ numerator: -3n, denominator: 2n });
  });

  it('turns fractions of thousands of digits into doubles', () => {
    expect(toNumber(rational(5n * 10n ** 2000n + 1n, 9n * 10n ** 2000n))).toBeCloseTo(5 / 9, 15);
  });
});
