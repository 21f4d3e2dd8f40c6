import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { absorb } from '../quorums/absorption.ts';
import { expressions, range } from '../testdata/brute-force.ts';
import { dual } from './dual.ts';
import { isSatisfied } from './expression.ts';
import { areIndependent } from './independence.ts';

const NODES = 7;
const isIn = (set: number) => (index: number) => ((set >> index) & 1) === 1;

describe('the dual', () => {
  it('is true of a set exactly when the rest contains no quorum', () => {
    fc.assert(
      fc.property(expressions(NODES), (expression) => {
        const flipped = dual(expression);
        for (const set of range(2 ** NODES)) {
          expect(isSatisfied(flipped, isIn(set))).toBe(!isSatisfied(expression, isIn(~set)));
        }
      }),
      { seed: 42, numRuns: 200 },
    );
  });

  it('of the dual is the expression', () => {
    fc.assert(
      fc.property(expressions(NODES), (expression) => {
        expect(dual(dual(expression))).toEqual(expression);
      }),
      { seed: 43, numRuns: 200 },
    );
  });
});

describe('absorption', () => {
  it('keeps what the expression means', () => {
    let applied = 0;
    fc.assert(
      fc.property(expressions(3), expressions(3), (left, right) => {
        for (const expression of [left, right, { kind: 'threshold', needed: 2, children: [left, right] } as const]) {
          if (expression.kind === 'node' || areIndependent(expression)) continue;
          const rewritten = absorb(expression);
          if (rewritten === undefined) continue;
          applied += 1;
          for (const set of range(8))
            expect(isSatisfied(rewritten, isIn(set))).toBe(isSatisfied(expression, isIn(set)));
        }
      }),
      { seed: 42, numRuns: 500 },
    );
    expect(applied).toBeGreaterThan(20);
  });
});
