import { describe, expect, it } from 'vitest';
import { stepBudget } from '../../kernel/budget.ts';
import { createPrng } from '../../kernel/prng.ts';
import { dual } from '../expressions/dual.ts';
import { choose, type Expression, isSatisfied, node } from '../expressions/expression.ts';
import { shapeBound } from './search-bounds.ts';
import { forEachShape, type Shape } from './search-shapes.ts';

const NODES = 4;
const subsets = Array.from({ length: 2 ** NODES }, (_, mask) =>
  [...Array(NODES).keys()].filter((x) => (mask >> x) & 1),
);

function asExpression(shape: Shape): Expression {
  return shape.kind === 'leaf' ? node(shape.class) : choose(shape.needed, shape.children.map(asExpression));
}

/** Over all sets by definition: surviving the failures, priced by node and by when a quorum has answered. */
function cheapest(
  expression: Expression,
  failures: number,
  price: readonly number[],
  perMs: number,
  latency: readonly number[],
): number {
  const costs = subsets
    .filter((set) =>
      subsets.every(
        (lost) => lost.length > failures || isSatisfied(expression, (x) => set.includes(x) && !lost.includes(x)),
      ),
    )
    .map((set) => {
      const times = set.map((x) => latency[x]!).sort((a, b) => a - b);
      const time = times.find((ms) => isSatisfied(expression, (x) => set.includes(x) && latency[x]! <= ms))!;
      return set.reduce((sum, x) => sum + price[x]!, perMs * time);
    });
  return Math.min(...costs);
}

describe('bounds of shapes', () => {
  it.each([
    [0, false],
    [1, false],
    [2, false],
    [0, true],
    [1, true],
  ])('with %i failures and latency %s are the cheapest sets, or below them', (failures, byLatency) => {
    const prng = createPrng(failures);
    const latency = byLatency ? [1, 2, 2, 5] : [0, 0, 0, 0];
    const prices = () => Array.from({ length: NODES }, () => prng.nextInt(10));
    const node = { reads: prices(), writes: prices() };
    const perMs = byLatency ? { reads: 2, writes: 1 } : { reads: 0, writes: 0 };
    const context = {
      sides: ['reads', 'writes'] as const,
      failures,
      latenciesMs: [...new Set(latency)],
      classLatencyMs: latency,
    };
    const bound = shapeBound({ ...context, sides: [...context.sides] }, { node, perMs, paidForLimits: 3 });
    let tight = 0;
    let total = 0;
    forEachShape([1, 1, 1, 1], { heightMin: 0, heightMax: 9 }, stepBudget(1e6), (shape) => {
      const reads = asExpression(shape);
      const expected =
        cheapest(reads, failures, node.reads, perMs.reads, latency) +
        cheapest(dual(reads), failures, node.writes, perMs.writes, latency) -
        3;
      const found = bound.of(shape);
      expect(found).toBeLessThanOrEqual(expected);
      if (found === expected) tight += 1;
      total += 1;
      return true;
    });
    // Only the two together, failures and latency, are bounded loosely.
    if (failures === 0 || !byLatency) expect(tight).toBe(total);
  });
});
