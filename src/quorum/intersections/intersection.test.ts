import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stepBudget } from '../../kernel/budget.ts';
import { construct } from '../constructions/constructions.ts';
import { dual } from '../expressions/dual.ts';
import {
  allOf,
  choose,
  type Expression,
  isSatisfied,
  majority,
  type NodeSet,
  node,
  weighted,
} from '../expressions/expression.ts';
import { createQuorumSystem } from '../quorum-system.ts';
import {
  allMinimalQuorums,
  duplicateFreeExpressions,
  expressions,
  fewestShared,
  range,
} from '../testdata/brute-force.ts';
import { alwaysMeet } from './always-meet.ts';
import { type Intersection, type Intersections, intersections } from './intersection.ts';
import { pairedIntersection } from './paired-intersection.ts';

const NODES = 7;
const PLENTY = 10_000_000;

function intersect(
  reads: Expression,
  writes: Expression,
  options: { steps?: number; byzantineFaults?: number } = {},
): Intersections {
  const nodes = range(1_000).map((index) => ({ id: `n${index}` }));
  const system = createQuorumSystem({ nodes, reads, writes });
  return intersections(system, {
    byzantineFaults: options.byzantineFaults ?? 0,
    budget: stepBudget(options.steps ?? PLENTY),
  });
}

const of = (count: number, start = 0): Expression[] => range(count).map((index) => node(start + index));

describe('random systems', () => {
  const pairs = fc.oneof(
    fc.tuple(expressions(NODES), expressions(NODES)),
    fc.tuple(duplicateFreeExpressions(NODES), duplicateFreeExpressions(NODES)),
    expressions(NODES).map((reads): [Expression, Expression] => [reads, dual(reads)]),
  );

  it('share as few nodes as all pairs of their minimal quorums do', () => {
    fc.assert(
      fc.property(pairs, fc.integer({ min: 0, max: 2 }), ([reads, writes], byzantineFaults) => {
        const [readQuorums, writeQuorums] = [allMinimalQuorums(reads, NODES), allMinimalQuorums(writes, NODES)];
        const found = intersect(reads, writes, { byzantineFaults });
        const shared = fewestShared(readQuorums, writeQuorums);
        check(found.readWrite, 1, shared, [reads, writes]);
        check(found.byzantine, byzantineFaults + 1, shared, [reads, writes]);
        check(found.writeWrite, 1, fewestShared(writeQuorums, writeQuorums), [writes, writes]);
      }),
      { seed: 42, numRuns: 250 },
    );
  });

  it('are never decided wrongly under a small budget', () => {
    fc.assert(
      fc.property(pairs, fc.integer({ min: 0, max: 300 }), ([reads, writes], steps) => {
        const shared = fewestShared(allMinimalQuorums(reads, NODES), allMinimalQuorums(writes, NODES));
        const { holds, smallest, counterexample } = intersect(reads, writes, { steps }).readWrite;
        if (holds !== undefined) expect(holds).toBe(shared > 0);
        if (smallest !== undefined) expect(smallest).toBe(shared);
        if (holds === false) expect(counterexample?.common).toEqual([]);
      }),
      { seed: 43, numRuns: 150 },
    );
  });

  it('meet when shape proves that they do', () => {
    fc.assert(
      fc.property(pairs, ([left, right]) => {
        if (!alwaysMeet(left, right, stepBudget(PLENTY))) return;
        expect(fewestShared(allMinimalQuorums(left, NODES), allMinimalQuorums(right, NODES))).toBeGreaterThan(0);
      }),
      { seed: 44, numRuns: 400 },
    );
  });

  it('are proven to meet their dual by shape alone', () => {
    fc.assert(
      fc.property(expressions(NODES), (expression) => alwaysMeet(expression, dual(expression), stepBudget(PLENTY))),
      { seed: 45, numRuns: 300 },
    );
  });

  it('of the same shape have their overlap in closed form', () => {
    const needs = fc.array(fc.double({ min: 0, max: 0.999, noNaN: true }), { minLength: 20, maxLength: 20 });
    fc.assert(
      fc.property(duplicateFreeExpressions(NODES), needs, (left, fractions) => {
        const right = withOtherThresholds(left, [...fractions]);
        const pair = pairedIntersection(left, right, stepBudget(PLENTY));
        expect(pair).toBeDefined();
        const shared = (pair?.left ?? []).filter((index) => pair?.right.includes(index));
        expect(shared).toHaveLength(fewestShared(allMinimalQuorums(left, NODES), allMinimalQuorums(right, NODES)));
      }),
      { seed: 46, numRuns: 300 },
    );
  });
});

describe('systems of the literature', () => {
  it.each([
    ['1,000-node majorities share two', choose(501, of(1_000)), choose(501, of(1_000)), 2, 2],
    ['999-node majorities share one', majority(of(999)), majority(of(999)), 1, 1],
    // Verbitski et al. 2017: six copies, 3 of them for reads, 4 for writes.
    ['Aurora', choose(3, of(6)), choose(4, of(6)), 1, 2],
    ['read one, write all', choose(1, of(5)), choose(5, of(5)), 1, 5],
    ['thresholds over other nodes', choose(3, of(4)), choose(3, of(4, 2)), 0, 2],
    ['a majority and one node of it', majority(of(3)), node(0), 0, 1],
    ['nested majorities of 729', nestedMajority(6), nestedMajority(6), 1, 1],
    ['votes 3, 1, 1', weighted(3, of(3), [3, 1, 1]), weighted(3, of(3), [3, 1, 1]), 1, 1],
  ])('%s', (_, reads, writes, readWrite, writeWrite) => {
    const found = intersect(reads, writes);
    expect(found.readWrite.smallest).toBe(readWrite);
    expect(found.writeWrite.smallest).toBe(writeWrite);
    expect(found.readWrite.holds).toBe(readWrite > 0);
  });

  it('Flexible Paxos: phase 2 quorums need not meet, and a pair that does not is shown', () => {
    const { reads, writes } = construct({ construction: 'flexible_paxos', nodeCount: 10, shape: [8, 3] });
    const { readWrite, writeWrite } = intersect(reads, writes);
    expect(readWrite).toEqual({ required: 1, holds: true, smallest: 1 });
    expect(writeWrite).toMatchObject({ required: 1, holds: false, smallest: 0, counterexample: { common: [] } });
  });

  it('Byzantine quorums of 3 of 4 share two, one of them correct; of 2 of 4 they do not', () => {
    const enough = intersect(choose(3, of(4)), choose(3, of(4)), { byzantineFaults: 1 });
    expect(enough.byzantine).toEqual({ required: 2, holds: true, smallest: 2 });
    const few = intersect(choose(3, of(5)), choose(3, of(5)), { byzantineFaults: 1 });
    expect(few.byzantine).toMatchObject({ required: 2, holds: false, smallest: 1 });
    expect(few.byzantine.counterexample?.common).toHaveLength(1);
  });

  it('quoracle accepts writes "a + b" that miss each other; here it is reported', () => {
    const { writeWrite } = intersect(allOf(of(2)), choose(1, of(2)));
    expect(writeWrite).toEqual({
      required: 1,
      holds: false,
      smallest: 0,
      counterexample: { left: [0], right: [1], common: [] },
    });
  });

  it.each([
    ['grid', 100],
    ['maekawa_grid', 961],
    ['crumbling_wall', 100],
    ['wheel', 1_000],
    ['tree', 511],
  ] as const)(
    'a %s of %i nodes is proven to meet though its quorums are too many to list',
    (construction, nodeCount) => {
      const { reads, writes } = construct({ construction, nodeCount });
      const { readWrite, writeWrite } = intersect(reads, writes, { steps: 2_000_000 });
      expect([readWrite.holds, writeWrite.holds]).toEqual([true, true]);
    },
  );

  it('the 993 lines of a projective plane meet in one point each', () => {
    const { reads, writes } = construct({ construction: 'projective_plane', shape: [31] });
    const { readWrite, writeWrite } = intersect(reads, writes, { steps: 2_000_000 });
    expect(readWrite).toEqual({ required: 1, holds: true, smallest: 1 });
    expect(writeWrite).toEqual({ required: 1, holds: true, smallest: 1 });
  });
});

function check(
  found: Intersection,
  required: number,
  shared: number,
  [left, right]: readonly [Expression, Expression],
): void {
  expect(found.required).toBe(required);
  expect(found.smallest).toBe(shared);
  expect(found.holds).toBe(shared >= required);
  expect(found.counterexample === undefined).toBe(found.holds);
  if (found.counterexample === undefined) return;
  const has = (set: NodeSet) => (index: number) => set.includes(index);
  expect(isSatisfied(left, has(found.counterexample.left))).toBe(true);
  expect(isSatisfied(right, has(found.counterexample.right))).toBe(true);
  expect(found.counterexample.common).toEqual(found.counterexample.left.filter(has(found.counterexample.right)));
  expect(found.counterexample.common).toHaveLength(shared);
}

/** The same tree with other numbers needed. */
function withOtherThresholds(expression: Expression, fractions: number[]): Expression {
  if (expression.kind === 'node') return expression;
  const votes = expression.votes?.reduce((sum, vote) => sum + vote, 0) ?? expression.children.length;
  const needed = 1 + Math.floor((fractions.pop() ?? 0) * votes);
  return { ...expression, needed, children: expression.children.map((child) => withOtherThresholds(child, fractions)) };
}

function nestedMajority(levels: number, start = 0): Expression {
  if (levels === 0) return node(start);
  return majority(range(3).map((index) => nestedMajority(levels - 1, start + index * 3 ** (levels - 1))));
}
