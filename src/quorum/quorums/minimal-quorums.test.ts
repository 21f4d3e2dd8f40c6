import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stepBudget } from '../../kernel/budget.ts';
import {
  allOf,
  anyOf,
  choose,
  type Expression,
  isSatisfied,
  majority,
  type NodeSet,
  node,
  weighted,
} from '../expressions/expression.ts';
import { allMinimalQuorums, duplicateFreeExpressions, expressions, range } from '../testdata/brute-force.ts';
import { countMinimalQuorums, minimalQuorums } from './minimal-quorums.ts';
import { compareSets } from './node-sets.ts';
import { smallestQuorum } from './smallest-quorum.ts';

const NODES = 7;
const PLENTY = 10_000_000;

const leaves = (count: number, start = 0): Expression[] => range(count).map((index) => node(start + index));
const list = (
  expression: Expression,
  limit: number,
  steps = PLENTY,
): { quorums: readonly NodeSet[]; complete: boolean } =>
  minimalQuorums(expression, { limit, budget: stepBudget(steps) });

describe.each([
  ['with repeated nodes', expressions(NODES)],
  ['without repeated nodes', duplicateFreeExpressions(NODES)],
])('expressions %s', (_, arbitrary) => {
  it('have the minimal quorums that all 2^n sets have, in order', () => {
    fc.assert(
      fc.property(arbitrary, (expression) => {
        const expected = allMinimalQuorums(expression, NODES);
        expect(list(expression, 1_000)).toEqual({ quorums: expected, complete: true });
        expect(countMinimalQuorums(expression)).toBe(BigInt(expected.length));
      }),
      { seed: 42, numRuns: 250 },
    );
  });

  it('list the first quorums under a limit, and say that there are more', () => {
    fc.assert(
      fc.property(arbitrary, fc.integer({ min: 1, max: 4 }), (expression, limit) => {
        const expected = allMinimalQuorums(expression, NODES);
        expect(list(expression, limit)).toEqual({
          quorums: expected.slice(0, limit),
          complete: expected.length <= limit,
        });
      }),
      { seed: 43, numRuns: 200 },
    );
  });

  it('have the quorum of least weight that all minimal quorums have', () => {
    const weights = fc.array(fc.oneof(fc.constantFrom(0, 1), fc.double({ min: 0.01, max: 5, noNaN: true })), {
      minLength: NODES,
      maxLength: NODES,
    });
    fc.assert(
      fc.property(arbitrary, weights, (expression, weight) => {
        const weigh = (quorum: NodeSet): number => quorum.reduce((sum, index) => sum + (weight[index] ?? 0), 0);
        const minimal = allMinimalQuorums(expression, NODES);
        const found = smallestQuorum(expression, (index) => weight[index] ?? 0, stepBudget(PLENTY));
        expect(found?.weight).toBeCloseTo(Math.min(...minimal.map(weigh)), 9);
        expect(minimal).toContainEqual(found?.nodes);
        expect(weigh(found?.nodes ?? [])).toBeCloseTo(found?.weight ?? Number.NaN, 9);
      }),
      { seed: 44, numRuns: 250 },
    );
  });

  it('list minimal quorums whatever the budget, and never call them complete when they are not', () => {
    fc.assert(
      fc.property(arbitrary, fc.integer({ min: 0, max: 200 }), (expression, steps) => {
        const expected = allMinimalQuorums(expression, NODES);
        const { quorums, complete } = list(expression, 1_000, steps);
        expect(quorums.length).toBeGreaterThan(0);
        for (const quorum of quorums) expect(expected).toContainEqual(quorum);
        expect(quorums).toEqual([...quorums].sort(compareSets));
        if (complete) expect(quorums).toEqual(expected);
      }),
      { seed: 45, numRuns: 300 },
    );
  });
});

describe('large systems', () => {
  const majorityOf1000 = majority(leaves(1_000));

  it('list the first of 1,000-node majorities within few steps', () => {
    const { quorums, complete } = list(majorityOf1000, 20, 25_000);
    expect(complete).toBe(false);
    expect(quorums).toHaveLength(20);
    expect(quorums[0]).toEqual(range(501));
    expect(quorums[1]).toEqual([...range(500), 501]);
  });

  it('count 1,000-node majorities exactly', () => {
    let expected = 1n;
    for (let k = 1n; k <= 501n; k++) expected = (expected * (1_001n - k)) / k;
    expect(countMinimalQuorums(majorityOf1000)).toBe(expected);
  });

  it('list zones of 200 nodes lazily too', () => {
    const zones = majority(range(5).map((zone) => majority(leaves(200, zone * 200))));
    const { quorums, complete } = list(zones, 5, 100_000);
    expect(complete).toBe(false);
    expect(quorums.map((quorum) => quorum.length)).toEqual([303, 303, 303, 303, 303]);
    expect(quorums[0]).toEqual([...range(101), ...range(101).map((i) => 200 + i), ...range(101).map((i) => 400 + i)]);
  });

  it('stop a million quorums of repeated nodes at the limit', () => {
    // Six groups of ten, and a node that occurs in all of them: 10^6 quorums and one.
    const groups = allOf(range(6).map((group) => anyOf([...leaves(10, group * 10), node(60)])));
    const { quorums, complete } = list(groups, 50, 2_000_000);
    expect(complete).toBe(false);
    expect(quorums).toHaveLength(50);
    for (const quorum of quorums) {
      expect(isSatisfied(groups, (index) => quorum.includes(index))).toBe(true);
      for (const left of quorum)
        expect(isSatisfied(groups, (index) => index !== left && quorum.includes(index))).toBe(false);
    }
    expect(countMinimalQuorums(groups)).toBeUndefined();
  });

  it('list a million quorums of different nodes up to the limit, in order', () => {
    const { quorums, complete } = list(allOf(range(6).map((group) => anyOf(leaves(10, group * 10)))), 1_000);
    expect(complete).toBe(false);
    expect(quorums.at(-1)).toEqual([0, 10, 20, 39, 49, 59]);
  });

  it('are weighed set by set where a full row must hold with something else', () => {
    const rows = range(3).map((row) => leaves(3, row * 3));
    const columns = range(3).map((column) => rows.map((row) => row[column]!));
    const full = anyOf(rows.map(allOf));
    fc.assert(
      fc.property(
        fc.constantFrom(allOf([full, allOf(rows.map(anyOf))]), allOf([full, anyOf(columns.map(allOf))])),
        fc.array(fc.nat(5), { minLength: 9, maxLength: 9 }),
        (expression, weights) => {
          const weightOf = (index: number): number => weights[index] ?? 0;
          const found = smallestQuorum(expression, weightOf, stepBudget(PLENTY));
          const totals = allMinimalQuorums(expression, 9).map((quorum) =>
            quorum.reduce((sum, index) => sum + weightOf(index), 0),
          );
          expect(found?.weight).toBe(Math.min(...totals));
          expect(found?.nodes.reduce((sum, index) => sum + weightOf(index), 0)).toBe(found?.weight);
          expect(isSatisfied(expression, (index) => found?.nodes.includes(index) === true)).toBe(true);
        },
      ),
      { seed: 45, numRuns: 200 },
    );
  });

  it('weigh votes by the thousand', () => {
    const votes = range(1_000).map((index) => 1 + (index % 1_000));
    const expression = weighted(250_251, leaves(1_000), votes);
    const found = smallestQuorum(expression, () => 1, stepBudget(PLENTY));
    // The k heaviest are worth k(2001 - k)/2; 294 are enough, 293 are not.
    expect(found?.weight).toBe(294);
    expect(list(expression, 3, 100_000).quorums.length).toBeGreaterThan(0);
  });
});

describe('the quorum of least weight', () => {
  it('avoids forbidden nodes', () => {
    const forbid = (nodes: NodeSet) => (index: number) => (nodes.includes(index) ? Number.POSITIVE_INFINITY : 1);
    const grid = anyOf([allOf(leaves(2)), allOf(leaves(3, 2))]);
    expect(smallestQuorum(grid, forbid([0]), stepBudget(PLENTY))?.nodes).toEqual([2, 3, 4]);
    expect(smallestQuorum(grid, forbid([0, 3]), stepBudget(PLENTY))).toBeUndefined();
    const repeated = allOf([anyOf([node(0), node(1)]), anyOf([node(0), node(2)])]);
    expect(smallestQuorum(repeated, forbid([0]), stepBudget(PLENTY))?.nodes).toEqual([1, 2]);
    expect(smallestQuorum(repeated, forbid([0, 1]), stepBudget(PLENTY))).toBeUndefined();
    const votes = weighted(4, leaves(3), [3, 2, 2]);
    expect(smallestQuorum(votes, forbid([0]), stepBudget(PLENTY))?.nodes).toEqual([1, 2]);
    expect(smallestQuorum(votes, forbid([0, 1]), stepBudget(PLENTY))).toBeUndefined();
  });

  it('is undecided, not wrong, without budget', () => {
    expect(smallestQuorum(choose(3, leaves(9)), () => 1, stepBudget(5))).toBeUndefined();
  });
});
