/**
 * Repeats the simplex's final basis without rounding: solves it over the integers, and checks primal and dual
 * feasibility of the whole program exactly. If both hold, the value is the optimum of the program as a fraction.
 *
 * Rows are brought to integers; basic slacks drop out, which leaves a square system over the tight rows; fraction-free
 * elimination (E. Bareiss, Math. Comp. 22, 1968) keeps every intermediate an integer minor. Cubic in the tight rows, so it
 * is offered for small programs only. No answer means "not proved", never "not optimal".
 */
import type { LinearProgram } from './linear-program.ts';
import { greatestCommonDivisor, type Rational, rational } from './rational.ts';
import type { BasicVariable } from './simplex.ts';

const TIGHT_ROWS_MAX = 40;
const ENTRIES_MAX = 50_000;

/** The optimum, if `basis` is exactly optimal for `program`. */
export function exactOptimum(program: LinearProgram<Rational>, basis: readonly BasicVariable[]): Rational | undefined {
  const isLoose = new Set(basis.filter(({ kind }) => kind !== 'column').map(({ index }) => index));
  const redundant = new Set(basis.filter(({ kind }) => kind === 'artificial').map(({ index }) => index));
  const basic = basis.filter(({ kind }) => kind === 'column').map(({ index }) => index);
  const tight = program.rows.map((_, row) => row).filter((row) => !isLoose.has(row));
  const entries = program.columns.reduce((sum, column) => sum + column.entries.length, 0);
  if (tight.length > TIGHT_ROWS_MAX || tight.length !== basic.length || entries > ENTRIES_MAX) return undefined;

  const whole = inIntegers(program);
  const matrix = tight.map((row) => basic.map((index) => whole.columns[index]?.entries.get(row) ?? 0n));
  const primal = solveIntegers(
    matrix,
    tight.map((row) => whole.bounds[row] ?? 0n),
  );
  if (primal === undefined || !isPrimalFeasible(program, whole, basic, primal, redundant)) return undefined;
  const dual = solveIntegers(
    transpose(matrix),
    basic.map((index) => whole.columns[index]?.cost ?? 0n),
  );
  if (dual === undefined || !isDualFeasible(program, whole, tight, dual)) return undefined;
  const objective = basic.reduce(
    (sum, index, k) => sum + (whole.columns[index]?.cost ?? 0n) * (primal.values[k] ?? 0n),
    0n,
  );
  return rational(objective, primal.scale * whole.costScale);
}

interface IntegerProgram {
  readonly bounds: readonly bigint[];
  readonly columns: readonly { readonly cost: bigint; readonly entries: ReadonlyMap<number, bigint> }[];
  /** Every cost was multiplied by this. */
  readonly costScale: bigint;
}

/** Multiplies every row, and the costs, by the least common multiple of their denominators. */
function inIntegers({ rows, columns }: LinearProgram<Rational>): IntegerProgram {
  const scales = rows.map(({ bound }) => bound.denominator);
  for (const { entries } of columns) {
    for (const { row, value } of entries) scales[row] = leastCommonMultiple(scales[row] ?? 1n, value.denominator);
  }
  const costScale = columns.reduce((scale, { cost }) => leastCommonMultiple(scale, cost.denominator), 1n);
  return {
    bounds: rows.map(({ bound }, row) => scaled(bound, scales[row] ?? 1n)),
    columns: columns.map(({ cost, entries }) => ({
      cost: scaled(cost, costScale),
      entries: new Map(entries.map(({ row, value }) => [row, scaled(value, scales[row] ?? 1n)])),
    })),
    costScale,
  };
}

function scaled({ numerator, denominator }: Rational, scale: bigint): bigint {
  return numerator * (scale / denominator);
}

function leastCommonMultiple(a: bigint, b: bigint): bigint {
  return a === b ? a : (a / greatestCommonDivisor(a, b)) * b;
}

/** A solution whose entries share one positive denominator. */
interface IntegerSolution {
  readonly values: readonly bigint[];
  readonly scale: bigint;
}

/** Fraction-free Gauss-Jordan elimination; undefined for a singular matrix. */
function solveIntegers(matrix: readonly (readonly bigint[])[], right: readonly bigint[]): IntegerSolution | undefined {
  const work = matrix.map((row, index) => [...row, right[index] ?? 0n]);
  let previous = 1n;
  for (let step = 0; step < work.length; step++) {
    const pivotRow = work.findIndex((row, index) => index >= step && row[step] !== 0n);
    const pivotEntries = work[pivotRow];
    const swapped = work[step];
    if (pivotEntries === undefined || swapped === undefined) return undefined;
    work[pivotRow] = swapped;
    work[step] = pivotEntries;
    const pivot = pivotEntries[step] ?? 1n;
    work.forEach((row, index) => {
      if (index !== step) eliminate(row, pivotEntries, step, pivot, previous);
    });
    previous = pivot;
  }
  const sign = previous < 0n ? -1n : 1n;
  return { values: work.map((row) => sign * (row.at(-1) ?? 0n)), scale: sign * previous };
}

/** The division is exact: every entry is a minor of the matrix (Sylvester's identity). */
function eliminate(
  row: bigint[],
  pivotEntries: readonly bigint[],
  step: number,
  pivot: bigint,
  previous: bigint,
): void {
  const factor = row[step] ?? 0n;
  for (let k = 0; k < row.length; k++) {
    const entry = row[k] ?? 0n;
    const other = pivotEntries[k] ?? 0n;
    if (entry === 0n && (factor === 0n || other === 0n)) continue;
    row[k] = (entry * pivot - factor * other) / previous;
  }
}

/** Basic columns are not negative, and every row holds; a redundant row holds with equality like any `=` row. */
function isPrimalFeasible(
  program: LinearProgram<Rational>,
  whole: IntegerProgram,
  basic: readonly number[],
  { values, scale }: IntegerSolution,
  redundant: ReadonlySet<number>,
): boolean {
  if (values.some((value) => value < 0n)) return false;
  const slacks = whole.bounds.map((bound) => bound * scale);
  basic.forEach((index, k) => {
    for (const [row, entry] of whole.columns[index]?.entries ?? []) {
      slacks[row] = (slacks[row] ?? 0n) - entry * (values[k] ?? 0n);
    }
  });
  return slacks.every((slack, row) =>
    program.rows[row]?.sense === '=' || redundant.has(row) ? slack === 0n : slack >= 0n,
  );
}

/** Prices of `<=` rows are at most zero, and no column costs less than its entries at these prices. */
function isDualFeasible(
  program: LinearProgram<Rational>,
  whole: IntegerProgram,
  tight: readonly number[],
  { values, scale }: IntegerSolution,
): boolean {
  const prices = new Map(tight.map((row, k) => [row, values[k] ?? 0n]));
  for (const [row, price] of prices) if (program.rows[row]?.sense === '<=' && price > 0n) return false;
  return whole.columns.every(({ cost, entries }) => {
    let reduced = cost * scale;
    for (const [row, entry] of entries) reduced -= (prices.get(row) ?? 0n) * entry;
    return reduced >= 0n;
  });
}

function transpose(matrix: readonly (readonly bigint[])[]): bigint[][] {
  return matrix.map((_, row) => matrix.map((entries) => entries[row] ?? 0n));
}
