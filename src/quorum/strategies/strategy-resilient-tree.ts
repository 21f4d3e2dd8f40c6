/**
 * The cheapest set of nodes that remains a quorum after any f of its nodes fail, for expressions without repeated nodes
 * and votes: where such sets are too many to list, column generation asks for them one by one.
 *
 * Say that a set has level g for a branch if it takes g removals to stop the branch. A node in the set has level 1; "k of n
 * branches" is stopped by stopping the n - k + 1 that are easiest to stop, so its level is the sum of the n - k + 1 lowest
 * levels of its branches. To reach level g cheapest, let v be the highest of those lowest levels: no branch needs more than
 * v, and all may fall short of v by (n - k + 1) v - g in total. A knapsack over the branches distributes that. The set sought
 * has level f + 1. O(n^2 f^3) per threshold.
 */
import type { Expression, NodeSet, Threshold } from '../expressions/expression.ts';

/** A choice of sets, kept as a tree of parts until its nodes are wanted. */
interface Choice {
  readonly cost: number;
  readonly node?: number;
  readonly parts?: readonly [Choice, Choice];
}

const NOTHING: Choice = { cost: 0 };
const IMPOSSIBLE: Choice = { cost: Number.POSITIVE_INFINITY };

export function cheapestResilientSet(
  expression: Expression,
  failures: number,
  priceOf: (node: number) => number,
): { readonly nodes: NodeSet; readonly weight: number } | undefined {
  const best = choicesByLevel(expression, failures + 1, priceOf)[failures + 1] ?? IMPOSSIBLE;
  if (best.cost === Number.POSITIVE_INFINITY) return undefined;
  return { nodes: collectNodes(best).sort((a, b) => a - b), weight: best.cost };
}

function choicesByLevel(expression: Expression, highest: number, priceOf: (node: number) => number): readonly Choice[] {
  if (expression.kind === 'node') return [NOTHING, { cost: priceOf(expression.node), node: expression.node }];
  const children = expression.children.map((child) => choicesByLevel(child, highest, priceOf));
  const levels: Choice[] = [NOTHING];
  for (let level = 1; level <= highest; level++) levels.push(cheapestAtLevel(expression, children, level));
  return levels;
}

function cheapestAtLevel(
  { needed, children }: Threshold,
  parts: readonly (readonly Choice[])[],
  level: number,
): Choice {
  const lowest = children.length - needed + 1;
  let best = IMPOSSIBLE;
  for (let top = Math.ceil(level / lowest); top <= level; top++) {
    const choice = distributeShortfall(parts, top, lowest * top - level);
    if (choice.cost < best.cost) best = choice;
  }
  return best;
}

/** Every branch at level `top`, less a shortfall; the shortfalls add up to `allowed` at most. */
function distributeShortfall(parts: readonly (readonly Choice[])[], top: number, allowed: number): Choice {
  let cheapest = new Array<Choice>(allowed + 1).fill(NOTHING);
  for (const levels of parts) {
    cheapest = cheapest.map((_, used) => {
      let best = IMPOSSIBLE;
      for (let short = 0; short <= Math.min(top, used); short++) {
        const before = cheapest[used - short] ?? IMPOSSIBLE;
        const own = levels[top - short] ?? IMPOSSIBLE;
        const cost = before.cost + own.cost;
        if (cost < best.cost) best = { cost, parts: [before, own] };
      }
      return best;
    });
  }
  return cheapest[allowed] ?? IMPOSSIBLE;
}

function collectNodes(choice: Choice): number[] {
  const nodes: number[] = [];
  const open = [choice];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (next.node !== undefined) nodes.push(next.node);
    if (next.parts !== undefined) open.push(...next.parts);
  }
  return nodes;
}
