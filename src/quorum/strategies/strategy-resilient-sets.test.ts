import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stepBudget } from '../../kernel/budget.ts';
import { allOf, anyOf, choose, type Expression, isSatisfied, majority, node } from '../expressions/expression.ts';
import { latencyOfSet, resilientSets } from './strategy-resilient-sets.ts';
import { cheapestResilientSet } from './strategy-resilient-tree.ts';

const NODES = 6;
const subsets = Array.from({ length: 2 ** NODES }, (_, mask) =>
  [...Array(NODES).keys()].filter((x) => (mask >> x) & 1),
);
const isWithin = (a: readonly number[], b: readonly number[]): boolean => a.every((x) => b.includes(x));

/** The definition: a quorum whichever `failures` nodes are taken away. */
function survives(expression: Expression, set: readonly number[], failures: number): boolean {
  return subsets.every(
    (lost) => lost.length > failures || isSatisfied(expression, (x) => set.includes(x) && !lost.includes(x)),
  );
}

const n = Array.from({ length: NODES }, (_, index) => node(index)) as [
  Expression,
  Expression,
  Expression,
  Expression,
  Expression,
  Expression,
];

const tree = fc
  .record({
    order: fc.shuffledSubarray([0, 1, 2, 3, 4, 5], { minLength: NODES }),
    cut: fc.integer({ min: 1, max: 4 }),
    needed: fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 3, maxLength: 3 }),
  })
  .map(({ order, cut, needed: [k1 = 0, k2 = 0, k3 = 0] }) => {
    const [left, right] = [order.slice(0, cut), order.slice(cut, 5)].map((part) => part.map((x) => node(x)));
    const inner = [choose(1 + (k1 % left!.length), left!), choose(1 + (k2 % right!.length), right!), node(order[5]!)];
    return choose(1 + (k3 % 3), inner);
  });

describe('sets that survive failures', () => {
  it('are the minimal ones by definition', () => {
    fc.assert(
      fc.property(tree, fc.integer({ min: 1, max: 2 }), fc.boolean(), (base, failures, repeats) => {
        const expression = repeats ? anyOf([base, allOf([n[0], n[3]])]) : base;
        const surviving = subsets.filter((set) => survives(expression, set, failures));
        const minimal = surviving.filter((set) => !surviving.some((other) => other !== set && isWithin(other, set)));
        const found = resilientSets(expression, {
          failures,
          latencyOf: undefined,
          limit: 100,
          budget: stepBudget(1e6),
        });
        const texts = (sets: readonly (readonly number[])[]) => sets.map((set) => set.join()).sort();
        expect(texts(found!.map(({ nodes }) => nodes))).toEqual(texts(minimal));
      }),
      { seed: 42, numRuns: 60 },
    );
  });

  it('by latency hold, for every surviving set, one within it that is no slower', () => {
    fc.assert(
      fc.property(
        tree,
        fc.array(fc.integer({ min: 1, max: 4 }), { minLength: NODES, maxLength: NODES }),
        (expression, ms) => {
          const latencyOf = (x: number) => ms[x]!;
          const found = resilientSets(expression, { failures: 1, latencyOf, limit: 200, budget: stepBudget(1e6) })!;
          for (const { nodes, latencyMs } of found) {
            expect(survives(expression, nodes, 1)).toBe(true);
            expect(latencyOfSet(expression, nodes, latencyOf)).toBe(latencyMs);
          }
          for (const set of subsets.filter((candidate) => survives(expression, candidate, 1))) {
            const latency = latencyOfSet(expression, set, latencyOf);
            expect(found.some(({ nodes, latencyMs }) => isWithin(nodes, set) && latencyMs <= latency)).toBe(true);
          }
        },
      ),
      { seed: 42, numRuns: 40 },
    );
  });

  it('are not listed beyond the limit', () => {
    const options = { failures: 1, latencyOf: undefined, budget: stepBudget(1e6) };
    expect(resilientSets(choose(3, n), { ...options, limit: 14 })).toBeUndefined();
    expect(resilientSets(choose(3, n), { ...options, limit: 15 })?.length).toBe(15);
  });
});

describe('the cheapest set that survives failures', () => {
  it('is the cheapest of all by definition', () => {
    const prices = fc.array(fc.integer({ min: 0, max: 9 }), { minLength: NODES, maxLength: NODES });
    fc.assert(
      fc.property(tree, prices, fc.integer({ min: 0, max: 3 }), (expression, price, failures) => {
        const cost = (set: readonly number[]) => set.reduce((sum, x) => sum + price[x]!, 0);
        const costs = subsets.filter((set) => survives(expression, set, failures)).map(cost);
        const found = cheapestResilientSet(expression, failures, (x) => price[x]!);
        expect(found === undefined).toBe(costs.length === 0);
        if (found === undefined) return;
        expect(found.weight).toBe(Math.min(...costs));
        expect(cost(found.nodes)).toBe(found.weight);
        expect(survives(expression, found.nodes, failures)).toBe(true);
      }),
      { seed: 42, numRuns: 100 },
    );
  });

  it('has 2^3 nodes in a hierarchy of majorities of three, and 12 to survive one failure', () => {
    const level = (from: number, width: number): Expression =>
      width === 1 ? node(from) : majority([0, 1, 2].map((part) => level(from + (part * width) / 3, width / 3)));
    expect(cheapestResilientSet(level(0, 27), 0, () => 1)?.weight).toBe(8);
    expect(cheapestResilientSet(level(0, 27), 1, () => 1)?.weight).toBe(12);
  });
});
