/**
 * Reads the fractions off a simplex solution in doubles, and checks without rounding that they are optimal.
 *
 * 0.41666666666666663 is 5/12 until proved otherwise: the values, and the prices, are brought over a common denominator by
 * continued fractions. Nothing is trusted about the guess: if the values meet every row, no column is cheaper than its
 * entries at the prices, and both cost the same, then by weak duality both are optimal (D. Gale, H. Kuhn, A. Tucker, 1951).
 * All sums are of integers below 2^53, so doubles add them exactly; a larger one refutes nothing, it only leaves the
 * optimum unproved, and `rational-basis.ts` solves it. Linear in the program's entries.
 */
import type { LinearProgram } from './linear-program.ts';
import type { SimplexSolution } from './simplex.ts';
import { leastCommonMultiple, SMALL_FRACTIONS, type SmallFraction, smallFraction } from './small-fraction.ts';

const DENOMINATOR_MAX = 10_000_000;
/** A multiple this near to an integer is taken for it. */
const NEAR = 1e-7;

/** The optimum of `program`, if the solution is near fractions that prove it. */
export function guessedOptimum(
  program: LinearProgram<SmallFraction>,
  { values, duals }: SimplexSolution,
): SmallFraction | undefined {
  const point = overCommonDenominator(values);
  const prices = overCommonDenominator(duals);
  if (point === undefined || prices === undefined) return undefined;
  if (!isPrimalFeasible(program, point) || !isDualFeasible(program, prices)) return undefined;
  const cost = weighted(program.columns, ({ cost }) => cost, point);
  const worth = weighted(program.rows, ({ bound }) => bound, prices);
  return cost.numerator === worth.numerator && cost.denominator === worth.denominator ? cost : undefined;
}

interface CommonFraction {
  readonly numerators: readonly number[];
  readonly denominator: number;
}

function overCommonDenominator(values: readonly number[]): CommonFraction | undefined {
  let denominator = 1;
  for (const value of values) {
    denominator *= denominatorOf(value * denominator);
    if (denominator > DENOMINATOR_MAX) return undefined;
  }
  return { numerators: values.map((value) => Math.round(value * denominator)), denominator };
}

/** Of the first convergent of the continued fraction that is near. */
function denominatorOf(value: number): number {
  let [previous, denominator] = [0, 1];
  let rest = value - Math.floor(value);
  while (denominator <= DENOMINATOR_MAX) {
    const multiple = value * denominator;
    if (Math.abs(multiple - Math.round(multiple)) <= NEAR) break;
    const whole = Math.floor(1 / rest);
    rest = 1 / rest - whole;
    [previous, denominator] = [denominator, whole * denominator + previous];
  }
  return denominator;
}

/** Values are not negative, and every row holds. */
function isPrimalFeasible({ rows, columns }: LinearProgram<SmallFraction>, point: CommonFraction): boolean {
  const { numerators, denominator } = point;
  if (numerators.some((numerator) => numerator < 0)) return false;
  const scales = rows.map(({ bound }) => bound.denominator);
  columns.forEach(({ entries }, index) => {
    if (numerators[index] === 0) return;
    for (const { row, value } of entries) scales[row] = leastCommonMultiple(scales[row] ?? 1, value.denominator);
  });
  const slacks = rows.map(({ bound }, row) => inUnitsOf(scales[row] ?? 1, bound) * denominator);
  const sizes = slacks.map(Math.abs);
  columns.forEach(({ entries }, index) => {
    const amount = numerators[index] ?? 0;
    if (amount === 0) return;
    for (const { row, value } of entries) {
      const term = inUnitsOf(scales[row] ?? 1, value) * amount;
      slacks[row] = (slacks[row] ?? 0) - term;
      sizes[row] = (sizes[row] ?? 0) + Math.abs(term);
    }
  });
  return rows.every(
    ({ sense }, row) => isExact(sizes[row]) && (sense === '=' ? slacks[row] === 0 : (slacks[row] ?? -1) >= 0),
  );
}

/** Prices of `<=` rows are at most zero, and no column costs less than its entries at these prices. */
function isDualFeasible({ rows, columns }: LinearProgram<SmallFraction>, prices: CommonFraction): boolean {
  const { numerators, denominator } = prices;
  if (rows.some(({ sense }, row) => sense === '<=' && (numerators[row] ?? 0) > 0)) return false;
  return columns.every(({ cost, entries }) => {
    let scale = cost.denominator;
    for (const { value } of entries) scale = leastCommonMultiple(scale, value.denominator);
    let reduced = inUnitsOf(scale, cost) * denominator;
    let size = Math.abs(reduced);
    for (const { row, value } of entries) {
      const term = inUnitsOf(scale, value) * (numerators[row] ?? 0);
      reduced -= term;
      size += Math.abs(term);
    }
    return isExact(size) && reduced >= 0;
  });
}

/** How many parts of size 1 / scale; `scale` is a multiple of the denominator. */
function inUnitsOf(scale: number, { numerator, denominator }: SmallFraction): number {
  return numerator * (scale / denominator);
}

/** Whether no sum of terms of this size in all was rounded. */
function isExact(size: number | undefined): boolean {
  return size !== undefined && size <= Number.MAX_SAFE_INTEGER;
}

function weighted<E>(
  parts: readonly E[],
  weightOf: (part: E) => SmallFraction,
  { numerators, denominator }: CommonFraction,
): SmallFraction {
  let sum = SMALL_FRACTIONS.of(0);
  parts.forEach((part, index) => {
    const amount = numerators[index] ?? 0;
    const weight = weightOf(part);
    if (amount === 0 || weight.numerator === 0) return;
    sum = SMALL_FRACTIONS.add(sum, SMALL_FRACTIONS.multiply(weight, smallFraction(amount, denominator)));
  });
  return sum;
}
