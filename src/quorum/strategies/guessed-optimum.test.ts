import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stepBudget } from '../../kernel/budget.ts';
import { guessedOptimum } from './guessed-optimum.ts';
import { DOUBLES, type Field, type LinearProgram, RATIONALS } from './linear-program.ts';
import { renderRational } from './rational.ts';
import { exactOptimum } from './rational-basis.ts';
import { type SimplexSolution, solveLinearProgram } from './simplex.ts';
import { renderSmallFraction, SMALL_FRACTIONS } from './small-fraction.ts';

/** Load of the majorities of nodes with these capacities, all but one of them in each, reads only. */
function allButOne<T>(capacities: readonly number[], field: Field<T>): LinearProgram<T> {
  const one = field.of(1);
  return {
    rows: [{ sense: '=', bound: one }, ...capacities.map(() => ({ sense: '<=' as const, bound: field.of(0) }))],
    columns: [
      { cost: one, entries: capacities.map((_, row) => ({ row: row + 1, value: field.of(-1) })) },
      ...capacities.map((_, out) => ({
        cost: field.of(0),
        entries: [
          { row: 0, value: one },
          ...capacities.flatMap((capacity, x) =>
            x === out ? [] : [{ row: x + 1, value: field.divide(one, field.of(capacity)) }],
          ),
        ],
      })),
    ],
  };
}

const capacities = [0.1, 0.3, 1 / 7];
const program = allButOne(capacities, SMALL_FRACTIONS);
const solution = solveLinearProgram(allButOne(capacities, DOUBLES), stepBudget(10_000));

const guessed = (changed: Partial<SimplexSolution>): ReturnType<typeof guessedOptimum> =>
  guessedOptimum(program, { ...solution, ...changed });
const changedAt = (values: readonly number[], index: number, change: number): readonly number[] =>
  values.map((value, at) => (at === index ? value + change : value));

describe('the optimum guessed from doubles', () => {
  it('is the fraction behind them', () => {
    // The largest node is contacted always, the others share the rest: (1/10 + 1/7) load = 1, load = 70/17.
    const exact = guessed({});
    expect(exact && renderSmallFraction(exact)).toBe('70/17');
  });

  it('does not depend on their last digits', () => {
    const exact = guessed({ values: solution.values.map((value) => value * (1 + 1e-13)) });
    expect(exact && renderSmallFraction(exact)).toBe('70/17');
  });

  it('is refused when any value or any price is a little different', () => {
    solution.values.forEach((_, index) => {
      for (const change of [1e-3, -1e-3])
        expect(guessed({ values: changedAt(solution.values, index, change) })).toBeUndefined();
    });
    solution.duals.forEach((_, index) => {
      for (const change of [1e-3, -1e-3])
        expect(guessed({ duals: changedAt(solution.duals, index, change) })).toBeUndefined();
    });
  });

  it('is refused for a strategy that is feasible but costs more than its prices prove', () => {
    // Always without node 0: load 7.
    expect(guessed({ values: [7, 1, 0, 0] })).toBeUndefined();
  });

  it('is refused for numbers that are no fractions', () => {
    expect(guessed({ values: solution.values.map(() => Number.NaN) })).toBeUndefined();
    expect(guessed({ duals: solution.duals.map(() => Math.PI) })).toBeUndefined();
  });

  it('is what exact elimination finds, whenever it is given', () => {
    let given = 0;
    const runs = 300;
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 2, maxLength: 6 }), (sizes) => {
        const solved = solveLinearProgram(allButOne(sizes, DOUBLES), stepBudget(10_000));
        const guess = guessedOptimum(allButOne(sizes, SMALL_FRACTIONS), solved);
        const exact = exactOptimum(allButOne(sizes, RATIONALS), solved.basis);
        if (guess === undefined || exact === undefined) return;
        given += 1;
        expect(renderSmallFraction(guess)).toBe(renderRational(exact));
      }),
      { seed: 42, numRuns: runs },
    );
    expect(given).toBeGreaterThan(runs / 2);
  });
});
