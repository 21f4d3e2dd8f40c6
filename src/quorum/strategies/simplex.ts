/**
 * Solves linear programs by the two-phase revised simplex method with an explicit dense basis inverse.
 *
 * Quorum programs have few rows (nodes times read fractions) and possibly thousands of columns, and column generation
 * adds columns to a solved program: so the state kept is the inverse of the basis, rows x rows, and pricing walks sparse
 * columns. G. Dantzig, "Linear Programming and Extensions", 1963, chapters 5 and 9. Dantzig's rule enters the column with
 * the most negative reduced cost; after a run of pivots without progress Bland's rule takes over until there is progress
 * again, which excludes cycling (R. Bland, Math. Oper. Res. 2(2), 1977). Deterministic: ties go to the lowest index.
 *
 * Rows and columns are scaled by powers of two, which rounds nothing. O(rows^2 + nonzeros) per pivot. Its answer is in
 * doubles and is not trusted: `certificate.ts` recomputes the bound from the duals, `rational-basis.ts` repeats the final
 * basis without rounding.
 */
import type { Budget } from '../../kernel/budget.ts';
import type { Column, LinearProgram } from './linear-program.ts';

export type SimplexStatus = 'optimal' | 'infeasible' | 'unbounded' | 'stopped';

/** What is basic in a row: a column of the program, the row's slack, or the row's artificial (a redundant row). */
export type BasicVariable = { readonly kind: 'column' | 'slack' | 'artificial'; readonly index: number };

export interface SimplexSolution {
  readonly status: SimplexStatus;
  readonly objective: number;
  /** Value of every column. */
  readonly values: readonly number[];
  /**
   * One per row. When optimal, the dual prices: at most 0 on `<=` rows, and no column costs less than its entries at
   * these prices. When infeasible, the evidence (Farkas): the same combination of rows has no feasible left-hand side.
   */
  readonly duals: readonly number[];
  readonly basis: readonly BasicVariable[];
}

const REDUCED_COST_TOLERANCE = 1e-10;
const PIVOT_TOLERANCE = 1e-9;
const FEASIBILITY_TOLERANCE = 1e-8;
const PIVOTS_BEFORE_REINVERSION = 100;
const STALLED_PIVOTS_MAX = 40;

export function solveLinearProgram(program: LinearProgram<number>, budget: Budget): SimplexSolution {
  return new Simplex(program).solve(budget);
}

/**
 * The solver's state, kept between calls so that columns can be added to a solved program. Variables are numbered:
 * slacks 0..m-1, artificials m..2m-1, then the program's columns.
 */
export class Simplex {
  readonly #rowCount: number;
  readonly #rowScale: Float64Array;
  /** Bounds are made non-negative by turning rows around; -1 marks such a row. */
  readonly #rowSign: Float64Array;
  readonly #bounds: Float64Array;
  readonly #hasSlack: readonly boolean[];
  readonly #columns: SparseColumns;
  readonly #basis: Int32Array;
  readonly #isBasic: boolean[] = [];
  readonly #inverse: Float64Array;
  readonly #basicValues: Float64Array;
  readonly #direction: Float64Array;
  /** Where the pivot row is not zero. */
  readonly #nonzero: Int32Array;
  readonly #duals: Float64Array;
  #phase: 1 | 2 = 1;
  #pivotsSinceInversion = 0;
  #stalledPivots = 0;

  constructor({ rows, columns }: LinearProgram<number>) {
    const count = rows.length;
    this.#rowCount = count;
    this.#rowScale = rowScales(count, columns);
    this.#rowSign = new Float64Array(count);
    this.#bounds = new Float64Array(count);
    rows.forEach(({ bound }, row) => {
      this.#rowSign[row] = bound < 0 ? -1 : 1;
      this.#bounds[row] = Math.abs(bound) * (this.#rowScale[row] ?? 1);
    });
    this.#hasSlack = rows.map(({ sense }) => sense === '<=');
    this.#basicValues = this.#bounds.slice();
    this.#direction = new Float64Array(count);
    this.#nonzero = new Int32Array(count);
    this.#duals = new Float64Array(count);
    this.#inverse = new Float64Array(count * count);
    this.#basis = new Int32Array(count);
    for (let variable = 0; variable < 2 * count; variable++) this.#isBasic.push(false);
    for (let row = 0; row < count; row++) {
      const variable = this.#hasSlack[row] && this.#rowSign[row] === 1 ? row : count + row;
      this.#inverse[row * count + row] = 1;
      this.#basis[row] = variable;
      this.#isBasic[variable] = true;
    }
    this.#columns = createColumns(columns);
    for (const column of columns) this.addColumn(column);
  }

  /** Adds a column to the program; the basis stays as it is. */
  addColumn({ cost, entries }: Column<number>): void {
    const columns = this.#columns;
    const start = columns.starts[columns.count] ?? 0;
    reserve(columns, start + entries.length);
    let largest = 0;
    let at = start;
    for (const { row, value } of entries) {
      const scaled = value * (this.#rowScale[row] ?? 1) * (this.#rowSign[row] ?? 1);
      columns.rows[at] = row;
      columns.values[at] = scaled;
      largest = Math.max(largest, Math.abs(scaled));
      at += 1;
    }
    const scale = powerOfTwoNear(largest);
    for (let k = start; k < at; k++) columns.values[k] = (columns.values[k] ?? 0) * scale;
    columns.costs[columns.count] = cost * scale;
    columns.scales[columns.count] = scale;
    columns.count += 1;
    columns.starts[columns.count] = at;
    this.#isBasic.push(false);
  }

  /** Continues from the present basis. */
  solve(budget: Budget): SimplexSolution {
    if (this.#phase === 1) {
      const status = this.#iterate(budget);
      if (status !== 'optimal') return this.#solution(status);
      if (this.#infeasibility() > FEASIBILITY_TOLERANCE) return this.#solution('infeasible');
      this.#phase = 2;
    }
    let status = this.#iterate(budget);
    if (status === 'optimal' && this.#pivotsSinceInversion > 0) {
      this.#reinvert();
      status = this.#iterate(budget);
    }
    return this.#solution(status);
  }

  #iterate(budget: Budget): SimplexStatus {
    this.#stalledPivots = 0;
    for (;;) {
      if (!budget.spend(1 + (this.#rowCount >> 4) + (this.#columns.count >> 6))) return 'stopped';
      if (this.#pivotsSinceInversion >= PIVOTS_BEFORE_REINVERSION + this.#rowCount) this.#reinvert();
      this.#computeDuals();
      const entering = this.#chooseEntering();
      if (entering < 0) return 'optimal';
      this.#computeDirection(entering);
      const leaving = this.#chooseLeaving();
      if (leaving < 0) {
        // Rounding can hide the pivot; believe it only of a fresh inverse.
        if (this.#pivotsSinceInversion === 0) return 'unbounded';
        this.#reinvert();
        continue;
      }
      this.#pivot(leaving, entering);
    }
  }

  /** duals = costs of the basis times its inverse. */
  #computeDuals(): void {
    const count = this.#rowCount;
    this.#duals.fill(0);
    for (let row = 0; row < count; row++) {
      const cost = this.#costOf(this.#basis[row] ?? 0);
      if (cost === 0) continue;
      for (let i = 0, at = row * count; i < count; i++, at++) {
        this.#duals[i] = (this.#duals[i] ?? 0) + cost * (this.#inverse[at] ?? 0);
      }
    }
  }

  #costOf(variable: number): number {
    if (variable < this.#rowCount) return 0;
    if (variable < 2 * this.#rowCount) return this.#phase === 1 ? 1 : 0;
    return this.#phase === 1 ? 0 : (this.#columns.costs[variable - 2 * this.#rowCount] ?? 0);
  }

  /** An artificial that has left never comes back. */
  #chooseEntering(): number {
    const firstWins = this.#stalledPivots > STALLED_PIVOTS_MAX;
    let best = -1;
    let least = -REDUCED_COST_TOLERANCE;
    for (let row = 0; row < this.#rowCount; row++) {
      if (!this.#hasSlack[row] || this.#isBasic[row]) continue;
      const reduced = -(this.#duals[row] ?? 0) * (this.#rowSign[row] ?? 1);
      if (reduced >= least) continue;
      if (firstWins) return row;
      best = row;
      least = reduced;
    }
    const first = 2 * this.#rowCount;
    for (let index = 0; index < this.#columns.count; index++) {
      if (this.#isBasic[first + index]) continue;
      const reduced = this.#reducedCost(index);
      if (reduced >= least) continue;
      if (firstWins) return first + index;
      best = first + index;
      least = reduced;
    }
    return best;
  }

  #reducedCost(index: number): number {
    const { costs, starts, rows, values } = this.#columns;
    let reduced = this.#phase === 1 ? 0 : (costs[index] ?? 0);
    for (let k = starts[index] ?? 0, end = starts[index + 1] ?? 0; k < end; k++) {
      reduced -= (this.#duals[rows[k] ?? 0] ?? 0) * (values[k] ?? 0);
    }
    return reduced;
  }

  /** direction = inverse times the entering column. */
  #computeDirection(entering: number): void {
    const count = this.#rowCount;
    this.#direction.fill(0);
    if (entering < count) this.#addToDirection(entering, this.#rowSign[entering] ?? 1);
    else if (entering < 2 * count) this.#addToDirection(entering - count, 1);
    else {
      const { starts, rows, values } = this.#columns;
      const index = entering - 2 * count;
      for (let k = starts[index] ?? 0, end = starts[index + 1] ?? 0; k < end; k++) {
        this.#addToDirection(rows[k] ?? 0, values[k] ?? 0);
      }
    }
  }

  #addToDirection(row: number, value: number): void {
    const count = this.#rowCount;
    for (let i = 0, at = row; i < count; i++, at += count) {
      this.#direction[i] = (this.#direction[i] ?? 0) + value * (this.#inverse[at] ?? 0);
    }
  }

  /** The ratio test. In phase 2 an artificial must stay zero, so it leaves whichever way the direction points. */
  #chooseLeaving(): number {
    const count = this.#rowCount;
    const byIndex = this.#stalledPivots > STALLED_PIVOTS_MAX;
    let best = -1;
    let least = Number.POSITIVE_INFINITY;
    for (let row = 0; row < count; row++) {
      const step = this.#direction[row] ?? 0;
      const variable = this.#basis[row] ?? 0;
      const isFixed = this.#phase === 2 && variable >= count && variable < 2 * count;
      if (isFixed ? Math.abs(step) <= PIVOT_TOLERANCE : step <= PIVOT_TOLERANCE) continue;
      const ratio = isFixed ? 0 : Math.max(0, this.#basicValues[row] ?? 0) / step;
      if (ratio > least) continue;
      if (ratio === least && !this.#isBetterTie(row, best, byIndex)) continue;
      best = row;
      least = ratio;
    }
    return best;
  }

  /** Among equal ratios the largest pivot is the most accurate; under Bland's rule the lowest index must win. */
  #isBetterTie(row: number, best: number, byIndex: boolean): boolean {
    if (byIndex) return (this.#basis[row] ?? 0) < (this.#basis[best] ?? 0);
    return Math.abs(this.#direction[row] ?? 0) > Math.abs(this.#direction[best] ?? 0);
  }

  #pivot(leaving: number, entering: number): void {
    const count = this.#rowCount;
    const step = (this.#basicValues[leaving] ?? 0) / (this.#direction[leaving] ?? 1);
    this.#stalledPivots = Math.abs(step) > 1e-13 ? 0 : this.#stalledPivots + 1;
    this.#eliminate(leaving);
    for (let row = 0; row < count; row++) {
      this.#basicValues[row] = (this.#basicValues[row] ?? 0) - (this.#direction[row] ?? 0) * step;
    }
    this.#basicValues[leaving] = step;
    this.#isBasic[this.#basis[leaving] ?? 0] = false;
    this.#isBasic[entering] = true;
    this.#basis[leaving] = entering;
    this.#pivotsSinceInversion += 1;
  }

  /** Rebuilds the inverse by Gauss-Jordan elimination, to shed the rounding of many updates. */
  #reinvert(): void {
    const count = this.#rowCount;
    const variables = this.#basis.slice();
    this.#inverse.fill(0);
    for (let row = 0; row < count; row++) this.#inverse[row * count + row] = 1;
    const isTaken = new Array<boolean>(count).fill(false);
    // Columns with one entry first: they fill in nothing.
    const order = [...variables].sort((a, b) => this.#entryCount(a) - this.#entryCount(b) || a - b);
    for (const variable of order) {
      this.#computeDirection(variable);
      let row = -1;
      for (let i = 0; i < count; i++) {
        if (isTaken[i]) continue;
        if (row < 0 || Math.abs(this.#direction[i] ?? 0) > Math.abs(this.#direction[row] ?? 0)) row = i;
      }
      isTaken[row] = true;
      this.#basis[row] = variable;
      this.#eliminate(row);
    }
    for (let row = 0; row < count; row++) {
      let value = 0;
      for (let i = 0; i < count; i++) value += (this.#inverse[row * count + i] ?? 0) * (this.#bounds[i] ?? 0);
      this.#basicValues[row] = value;
    }
    this.#pivotsSinceInversion = 0;
  }

  #entryCount(variable: number): number {
    const index = variable - 2 * this.#rowCount;
    return index < 0 ? 1 : (this.#columns.starts[index + 1] ?? 0) - (this.#columns.starts[index] ?? 0);
  }

  /** One step of elimination: in the inverse, the pivot row is taken off the others. Most of its entries are zero. */
  #eliminate(pivotRow: number): void {
    const count = this.#rowCount;
    const inverse = this.#inverse;
    const nonzero = this.#nonzero;
    const pivot = this.#direction[pivotRow] ?? 1;
    const start = pivotRow * count;
    let nonzeros = 0;
    for (let i = 0; i < count; i++) {
      const value = inverse[start + i] ?? 0;
      if (value === 0) continue;
      inverse[start + i] = value / pivot;
      nonzero[nonzeros] = i;
      nonzeros += 1;
    }
    for (let row = 0; row < count; row++) {
      const factor = this.#direction[row] ?? 0;
      if (row === pivotRow || factor === 0) continue;
      for (let k = 0, at = row * count; k < nonzeros; k++) {
        const i = nonzero[k] ?? 0;
        inverse[at + i] = (inverse[at + i] ?? 0) - factor * (inverse[start + i] ?? 0);
      }
    }
  }

  #infeasibility(): number {
    return this.#basis.reduce((sum, variable, row) => {
      const isArtificial = variable >= this.#rowCount && variable < 2 * this.#rowCount;
      return isArtificial ? sum + (this.#basicValues[row] ?? 0) : sum;
    }, 0);
  }

  #solution(status: SimplexStatus): SimplexSolution {
    const count = this.#rowCount;
    const { costs, scales } = this.#columns;
    const values = new Array<number>(this.#columns.count).fill(0);
    let objective = 0;
    const basis: BasicVariable[] = [];
    const duals: number[] = [];
    for (let row = 0; row < count; row++) {
      const variable = this.#basis[row] ?? 0;
      basis.push(this.#describe(variable));
      duals.push((this.#duals[row] ?? 0) * (this.#rowScale[row] ?? 1) * (this.#rowSign[row] ?? 1));
      const index = variable - 2 * count;
      if (index < 0) continue;
      const value = Math.max(0, this.#basicValues[row] ?? 0);
      values[index] = value * (scales[index] ?? 1);
      objective += value * (costs[index] ?? 0);
    }
    return { status, objective, values, duals, basis };
  }

  #describe(variable: number): BasicVariable {
    const count = this.#rowCount;
    if (variable < count) return { kind: 'slack', index: variable };
    if (variable < 2 * count) return { kind: 'artificial', index: variable - count };
    return { kind: 'column', index: variable - 2 * count };
  }
}

/** The scaled columns, one after the other: the entries of the i-th stand from starts[i] to starts[i + 1]. */
interface SparseColumns {
  count: number;
  costs: Float64Array;
  scales: Float64Array;
  starts: Int32Array;
  rows: Int32Array;
  values: Float64Array;
}

/** None yet, with room for these. */
function createColumns(columns: readonly Column<number>[]): SparseColumns {
  const entries = columns.reduce((sum, column) => sum + column.entries.length, 0);
  return {
    count: 0,
    costs: new Float64Array(columns.length),
    scales: new Float64Array(columns.length),
    starts: new Int32Array(columns.length + 1),
    rows: new Int32Array(entries),
    values: new Float64Array(entries),
  };
}

/** Makes room for another column. */
function reserve(columns: SparseColumns, entries: number): void {
  if (columns.count === columns.costs.length) {
    const room = 2 * columns.count + 1;
    columns.costs = withRoom(columns.costs, new Float64Array(room));
    columns.scales = withRoom(columns.scales, new Float64Array(room));
    columns.starts = withRoom(columns.starts, new Int32Array(room + 1));
  }
  if (entries > columns.rows.length) {
    columns.rows = withRoom(columns.rows, new Int32Array(2 * entries));
    columns.values = withRoom(columns.values, new Float64Array(2 * entries));
  }
}

function withRoom<A extends Float64Array | Int32Array>(full: A, larger: A): A {
  larger.set(full);
  return larger;
}

/** Geometric mean of the largest and smallest entry of each row, as a power of two. */
function rowScales(count: number, columns: readonly Column<number>[]): Float64Array {
  const largest = new Float64Array(count);
  const smallest = new Float64Array(count).fill(Number.POSITIVE_INFINITY);
  for (const { entries } of columns) {
    for (const { row, value } of entries) {
      const size = Math.abs(value);
      if (size === 0) continue;
      largest[row] = Math.max(largest[row] ?? 0, size);
      smallest[row] = Math.min(smallest[row] ?? size, size);
    }
  }
  return largest.map((most, row) => (most === 0 ? 1 : powerOfTwoNear(Math.sqrt(most * (smallest[row] ?? most)))));
}

/** The power of two that brings `size` near one. */
function powerOfTwoNear(size: number): number {
  return size === 0 ? 1 : 2 ** -Math.round(Math.log2(size));
}
