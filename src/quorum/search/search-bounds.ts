/**
 * Lower bounds on the objective of a quorum system that is only a shape yet, from node prices of systems solved before.
 *
 * Weak duality does not care which system the prices come from (`certificate.ts`): whatever they are, the cheapest sets of a
 * shape at these prices bound every strategy of that shape from below. One pass over the shape finds them, children's
 * results are kept, so ruling a candidate out costs microseconds where solving it costs a linear program. Prices are averaged
 * over alike nodes, which keeps them valid and makes the bound independent of who stands where.
 *
 * With f failures to survive, let level g of a branch be sets that need g removals to stop it. For "k of n branches" a set
 * has level g iff the n - k + 1 lowest levels of its branches add up to g; a knapsack over what each branch falls short of
 * some common level finds the cheapest.
 */
import type { Shape } from './search-shapes.ts';

/** Prices of nodes by class and side, of a millisecond by side, and what the limits are worth. */
export interface ShapePrices {
  readonly node: Readonly<Record<'reads' | 'writes', readonly number[]>>;
  readonly perMs: Readonly<Record<'reads' | 'writes', number>>;
  readonly paidForLimits: number;
}

export interface BoundContext {
  readonly sides: readonly ('reads' | 'writes')[];
  readonly failures: number;
  /** Distinct latencies, ascending; one entry when latency does not matter. */
  readonly latenciesMs: readonly number[];
  readonly classLatencyMs: readonly number[];
}

/** Cheapest sets by latency (any quorum that answers in time), then by level from 2 upwards. */
type Costs = Float64Array;

export interface ShapeBound {
  /** No strategy of the shape, with the dual as the other side, has a smaller objective. */
  readonly of: (shape: Shape) => number;
}

export function shapeBound(context: BoundContext, prices: ShapePrices): ShapeBound {
  const { sides, failures, latenciesMs } = context;
  const layers = latenciesMs.length;
  const known = { reads: new Map<Shape, Costs>(), writes: new Map<Shape, Costs>() };

  const costsOf = (shape: Shape, side: 'reads' | 'writes'): Costs => {
    const found = known[side].get(shape);
    if (found !== undefined) return found;
    const costs = computeCosts(shape, side);
    known[side].set(shape, costs);
    return costs;
  };
  const computeCosts = (shape: Shape, side: 'reads' | 'writes'): Costs => {
    if (shape.kind === 'leaf') return leafCosts(context, prices.node[side][shape.class] ?? 0, shape.class);
    const { children } = shape;
    // Writes are the dual of reads: k of n becomes n - k + 1 of n.
    const needed = side === 'reads' ? shape.needed : children.length - shape.needed + 1;
    const parts = children.map((child) => costsOf(child, side));
    const costs = new Float64Array(layers + failures);
    for (let layer = 0; layer < layers; layer++) costs[layer] = sumOfLeast(parts, layer, needed);
    for (let level = 2; level <= failures + 1; level++) {
      costs[layers + level - 2] = cheapestAtLevel(parts, layers, children.length - needed + 1, level);
    }
    return costs;
  };
  const cheapest = (shape: Shape, side: 'reads' | 'writes'): number => {
    const costs = computeCosts(shape, side);
    const floor = failures === 0 ? 0 : (costs[layers + failures - 1] ?? 0);
    return latenciesMs.reduce(
      (least, latency, layer) => Math.min(least, Math.max(costs[layer] ?? 0, floor) + prices.perMs[side] * latency),
      Number.POSITIVE_INFINITY,
    );
  };
  return { of: (shape) => sides.reduce((sum, side) => sum + cheapest(shape, side), -prices.paidForLimits) };
}

function leafCosts({ latenciesMs, failures, classLatencyMs }: BoundContext, price: number, nodeClass: number): Costs {
  const costs = new Float64Array(latenciesMs.length + failures).fill(Number.POSITIVE_INFINITY);
  const own = classLatencyMs[nodeClass] ?? 0;
  latenciesMs.forEach((latency, layer) => {
    if (own <= latency) costs[layer] = price;
  });
  return costs;
}

function sumOfLeast(parts: readonly Costs[], index: number, count: number): number {
  const sorted = Float64Array.from(parts, (costs) => costs[index] ?? 0).sort();
  let total = 0;
  for (let i = 0; i < count; i++) total += sorted[i] ?? 0;
  return total;
}

/**
 * Cheapest levels of the branches whose `lowest` smallest add up to `level`. No branch needs more than the level v of the
 * last of those; falling short of v is allowed by lowest * v - level in all.
 */
function cheapestAtLevel(parts: readonly Costs[], layers: number, lowest: number, level: number): number {
  let best = Number.POSITIVE_INFINITY;
  for (let top = Math.ceil(level / lowest); top <= level; top++) {
    const allowed = lowest * top - level;
    let least = new Float64Array(allowed + 1);
    for (const part of parts) {
      const next = new Float64Array(allowed + 1).fill(Number.POSITIVE_INFINITY);
      for (let short = 0; short <= Math.min(top, allowed); short++) {
        const cost = levelCost(part, layers, top - short);
        for (let used = short; used <= allowed; used++) {
          next[used] = Math.min(next[used] ?? 0, (least[used - short] ?? 0) + cost);
        }
      }
      least = next;
    }
    best = Math.min(best, least[allowed] ?? best);
  }
  return best;
}

function levelCost(costs: Costs, layers: number, level: number): number {
  return level === 0 ? 0 : (costs[layers + level - 2] ?? Number.POSITIVE_INFINITY);
}
