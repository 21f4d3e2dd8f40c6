import { describe, expect, it } from 'vitest';
import { stepBudget } from '../../kernel/budget.ts';
import { DOUBLES, type Field, type LinearProgram, RATIONALS } from './linear-program.ts';
import { renderRational } from './rational.ts';
import { exactOptimum } from './rational-basis.ts';
import { solveLinearProgram } from './simplex.ts';

/** Load of the majorities of three nodes with capacities 0.1, 0.3 and 1/7, reads only. */
function majorityOfThree<T>(field: Field<T>): LinearProgram<T> {
  const capacities = [0.1, 0.3, 1 / 7];
  const one = field.of(1);
  return {
    rows: [{ sense: '=', bound: one }, ...capacities.map(() => ({ sense: '<=' as const, bound: field.of(0) }))],
    columns: [
      { cost: one, entries: capacities.map((_, row) => ({ row: row + 1, value: field.of(-1) })) },
      ...[0, 1, 2].map((out) => ({
        cost: field.of(0),
        entries: [
          { row: 0, value: one },
          ...[0, 1, 2].flatMap((x) =>
            x === out ? [] : [{ row: x + 1, value: field.divide(one, field.of(capacities[x]!)) }],
          ),
        ],
      })),
    ],
  };
}

describe('the exact optimum of a basis', () => {
  const { basis, objective } = solveLinearProgram(majorityOfThree(DOUBLES), stepBudget(10_000));

  it('is the fraction behind the double: with x of each node contacted, sum x = 2, x = capacity * load', () => {
    // The largest node is contacted always (x = 1), the others share the rest: (1/10 + 1/7) load = 1, load = 70/17.
    const exact = exactOptimum(majorityOfThree(RATIONALS), basis);
    expect(exact && renderRational(exact)).toBe('70/17');
    expect(objective).toBeCloseTo(70 / 17, 12);
  });

  it('is refused for a basis that is feasible but not optimal', () => {
    // Only the quorum without node 1 (the largest) is used: every slack but that of the busiest node is basic.
    const poor = [
      { kind: 'column', index: 2 },
      { kind: 'column', index: 0 },
      { kind: 'slack', index: 2 },
      { kind: 'slack', index: 3 },
    ] as const;
    expect(exactOptimum(majorityOfThree(RATIONALS), poor)).toBeUndefined();
  });

  it('is refused for a basis that is not feasible', () => {
    const infeasible = [
      { kind: 'column', index: 2 },
      { kind: 'column', index: 0 },
      { kind: 'slack', index: 1 },
      { kind: 'slack', index: 2 },
    ] as const;
    expect(exactOptimum(majorityOfThree(RATIONALS), infeasible)).toBeUndefined();
  });
});
