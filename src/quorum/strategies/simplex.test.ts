import { describe, expect, it } from 'vitest';
import { stepBudget } from '../../kernel/budget.ts';
import type { Column, LinearProgram } from './linear-program.ts';
import { Simplex, solveLinearProgram } from './simplex.ts';

const budget = () => stepBudget(1_000_000);

const column = (cost: number, ...values: readonly number[]): Column<number> => ({
  cost,
  entries: values.flatMap((value, row) => (value === 0 ? [] : [{ row, value }])),
});

describe('simplex', () => {
  it('solves the textbook program of Dantzig: max 3x + 5y, x <= 4, 2y <= 12, 3x + 2y <= 18', () => {
    const program: LinearProgram<number> = {
      rows: [4, 12, 18].map((bound) => ({ sense: '<=', bound })),
      columns: [column(-3, 1, 0, 3), column(-5, 0, 2, 2)],
    };
    const { status, objective, values, duals } = solveLinearProgram(program, budget());
    expect(status).toBe('optimal');
    expect(objective).toBeCloseTo(-36, 12);
    expect(values).toEqual([2, 6]);
    expect(duals[0]).toBeCloseTo(0, 12);
    expect(duals[1]).toBeCloseTo(-1.5, 12);
    expect(duals[2]).toBeCloseTo(-1, 12);
  });

  it('does not cycle on the program of Beale, on which the rule of the steepest cost alone does', () => {
    const program: LinearProgram<number> = {
      rows: [0, 0, 1].map((bound) => ({ sense: '<=', bound })),
      columns: [column(-0.75, 0.25, 0.5, 0), column(20, -8, -12, 0), column(-0.5, -1, -0.5, 1), column(6, 9, 3, 0)],
    };
    const { status, objective } = solveLinearProgram(program, budget());
    expect(status).toBe('optimal');
    expect(objective).toBeCloseTo(-1.25, 12);
  });

  it('finds a start where the bounds of rows are negative', () => {
    // x + y >= 3 as -x - y <= -3, x <= 2; min x + 2y.
    const program: LinearProgram<number> = {
      rows: [
        { sense: '<=', bound: -3 },
        { sense: '<=', bound: 2 },
      ],
      columns: [column(1, -1, 1), column(2, -1, 0)],
    };
    const { objective, values } = solveLinearProgram(program, budget());
    expect(objective).toBeCloseTo(4, 12);
    expect(values[0]).toBeCloseTo(2, 12);
  });

  it('proves infeasibility by a combination of rows that no point satisfies', () => {
    const program: LinearProgram<number> = {
      rows: [
        { sense: '=', bound: 3 },
        { sense: '<=', bound: 1 },
        { sense: '<=', bound: 1 },
      ],
      columns: [column(0, 1, 1, 0), column(0, 1, 0, 1)],
    };
    const { status, duals } = solveLinearProgram(program, budget());
    expect(status).toBe('infeasible');
    const combined = program.rows.reduce((sum, { bound }, row) => sum + bound * duals[row]!, 0);
    expect(combined).toBeGreaterThan(0.5);
    for (const { entries } of program.columns) {
      expect(entries.reduce((sum, { row, value }) => sum + value * duals[row]!, 0)).toBeLessThanOrEqual(1e-12);
    }
    for (const row of [1, 2]) expect(duals[row]).toBeLessThanOrEqual(1e-12);
  });

  it('says unbounded where the objective has no least value', () => {
    const program: LinearProgram<number> = { rows: [{ sense: '<=', bound: 1 }], columns: [column(-1, -1)] };
    expect(solveLinearProgram(program, budget()).status).toBe('unbounded');
  });

  it('accepts redundant equations', () => {
    const program: LinearProgram<number> = {
      rows: [2, 2, 4].map((bound) => ({ sense: '=', bound })),
      columns: [column(1, 1, 1, 2), column(3, 1, 1, 2)],
    };
    const { status, objective } = solveLinearProgram(program, budget());
    expect(status).toBe('optimal');
    expect(objective).toBeCloseTo(2, 12);
  });

  it('stops, and says so, when the budget runs out', () => {
    const program: LinearProgram<number> = { rows: [{ sense: '=', bound: 1 }], columns: [column(1, 1)] };
    expect(solveLinearProgram(program, stepBudget(1)).status).toBe('stopped');
  });

  it('goes on from the last basis when a column is added', () => {
    const simplex = new Simplex({ rows: [{ sense: '=', bound: 1 }], columns: [column(5, 1)] });
    expect(simplex.solve(budget()).objective).toBeCloseTo(5, 12);
    simplex.addColumn(column(2, 1));
    const better = simplex.solve(budget());
    expect(better.objective).toBeCloseTo(2, 12);
    expect(better.values[1]).toBeCloseTo(1, 12);
  });

  it('becomes feasible when the column that was missing is added', () => {
    const simplex = new Simplex({
      rows: [
        { sense: '=', bound: 1 },
        { sense: '<=', bound: 1 },
      ],
      columns: [column(1, 1, 3)],
    });
    expect(simplex.solve(budget()).status).toBe('infeasible');
    simplex.addColumn(column(1, 1, 0));
    expect(simplex.solve(budget()).status).toBe('optimal');
  });
});
