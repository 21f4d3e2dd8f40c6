/**
 * Arithmetic in the finite fields GF(p) and GF(p^k) whose order is at most 31: as many as projective planes of up to
 * 1,000 points need. Elements of GF(p^k) are polynomials over GF(p), written as the digits of a number to base p.
 */
export interface FiniteField {
  readonly order: number;
  readonly add: (left: number, right: number) => number;
  readonly multiply: (left: number, right: number) => number;
}

interface Extension {
  readonly prime: number;
  /** x^k as a combination of lower powers, lowest first: the irreducible polynomial that defines the field. */
  readonly reduction: readonly number[];
}

const PRIMES = [2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31];

const EXTENSIONS: Readonly<Record<number, Extension>> = {
  4: { prime: 2, reduction: [1, 1] }, // x^2 = x + 1
  8: { prime: 2, reduction: [1, 1, 0] }, // x^3 = x + 1
  9: { prime: 3, reduction: [2, 0] }, // x^2 = 2
  16: { prime: 2, reduction: [1, 1, 0, 0] }, // x^4 = x + 1
  25: { prime: 5, reduction: [2, 0] }, // x^2 = 2
  27: { prime: 3, reduction: [2, 1, 0] }, // x^3 = x + 2
};

/** Orders for which a field is built in. */
export const FIELD_ORDERS: readonly number[] = [...PRIMES, ...Object.keys(EXTENSIONS).map(Number)].sort(
  (a, b) => a - b,
);

export function finiteField(order: number): FiniteField | undefined {
  if (PRIMES.includes(order)) {
    return {
      order,
      add: (left, right) => (left + right) % order,
      multiply: (left, right) => (left * right) % order,
    };
  }
  const extension = EXTENSIONS[order];
  return extension === undefined ? undefined : extensionField(order, extension);
}

function extensionField(order: number, extension: Extension): FiniteField {
  const { prime, reduction } = extension;
  const degree = reduction.length;
  const digits = (value: number): number[] => {
    const result: number[] = [];
    for (let rest = value; result.length < degree; rest = Math.floor(rest / prime)) result.push(rest % prime);
    return result;
  };
  const value = (polynomial: readonly number[]): number =>
    polynomial.reduceRight((sum, digit) => sum * prime + (digit % prime), 0);
  const sum = (left: readonly number[], right: readonly number[]): number[] =>
    left.map((digit, power) => digit + (right[power] ?? 0));
  return tabulated(
    order,
    (left, right) => value(sum(digits(left), digits(right))),
    (left, right) => value(reduced(convolution(digits(left), digits(right)), reduction, prime)),
  );
}

type Operation = (left: number, right: number) => number;

/** A plane of n points needs some n^2 sums of products: look them up. */
function tabulated(order: number, add: Operation, multiply: Operation): FiniteField {
  const table = (operation: Operation): Operation => {
    const results = Array.from({ length: order * order }, (_, cell) =>
      operation(Math.floor(cell / order), cell % order),
    );
    return (left, right) => results[left * order + right] ?? 0;
  };
  return { order, add: table(add), multiply: table(multiply) };
}

function convolution(left: readonly number[], right: readonly number[]): number[] {
  const result = Array.from({ length: left.length + right.length - 1 }, () => 0);
  left.forEach((a, i) => {
    right.forEach((b, j) => {
      result[i + j] = (result[i + j] ?? 0) + a * b;
    });
  });
  return result;
}

/** Replaces the powers from x^k on by lower ones, the highest first. */
function reduced(polynomial: readonly number[], reduction: readonly number[], prime: number): number[] {
  const rest = [...polynomial];
  while (rest.length > reduction.length) {
    const leading = (rest.pop() ?? 0) % prime;
    const shift = rest.length - reduction.length;
    reduction.forEach((coefficient, power) => {
      rest[shift + power] = (rest[shift + power] ?? 0) + leading * coefficient;
    });
  }
  return rest;
}
