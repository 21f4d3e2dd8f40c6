/**
 * Turns the probabilities of branches (see `strategy-tree.ts`) into a distribution over quorums that has them.
 *
 * Systematic sampling (W. Madow, Ann. Math. Stat. 20, 1949): lay the branches end to end on a circle whose circumference is
 * the parent's probability q; together they are k q long and none is longer than q, so every point of the circle is covered
 * by exactly k different branches. Between two consecutive ends the set of branches is constant: a quorum of the parent,
 * to be used with the length in between. Yields no more quorums than the tree has leaves and thresholds.
 */
import { invariant } from '../../kernel/invariant.ts';
import type { Expression } from '../expressions/expression.ts';
import type { QuorumProbability } from './strategy-problem.ts';
import type { Branches, Tree } from './strategy-symmetry.ts';
import type { Activation } from './strategy-tree.ts';

/** Ends closer than this are one: they differ by rounding. */
const SAME_END = 1e-11;

interface Piece {
  readonly length: number;
  readonly nodes: readonly number[];
}

export function spreadTree(
  tree: Tree,
  activations: ReadonlyMap<Branches, Activation>,
  values: readonly number[],
): readonly QuorumProbability[] {
  const massOf = (branches: Branches): number => {
    const { variable, factor } = activations.get(branches) ?? { variable: -1, factor: 0 };
    return Math.max(0, values[variable] ?? 0) * factor;
  };
  const spread = (expression: Expression, branches: Branches): readonly Piece[] => {
    const mass = massOf(branches);
    if (mass <= SAME_END) return [];
    if (expression.kind === 'node') return [{ length: mass, nodes: [expression.node] }];
    invariant(branches.kind === 'threshold', 'a threshold has threshold branches');
    const children = expression.children.map((child) => {
      const part = branches.classes.find(({ likeness }) => likeness === tree.likeness.get(child));
      return part === undefined ? [] : spread(child, part.branches);
    });
    const isAll = branches.needed === branches.count;
    return overlay(
      isAll ? children.flatMap((pieces) => layRound(pieces, mass)) : layRound(children.flat(), mass),
      mass,
    );
  };
  return spread(tree.expression, tree.root).map(({ length, nodes }) => ({
    quorum: [...nodes].sort((a, b) => a - b),
    probability: length,
  }));
}

interface Segment {
  readonly from: number;
  readonly to: number;
  readonly nodes: readonly number[];
}

/** Lays pieces end to end around the circle, cutting them where they pass its origin. */
function layRound(pieces: readonly Piece[], mass: number): Segment[] {
  const segments: Segment[] = [];
  let at = 0;
  for (const { length, nodes } of pieces) {
    let left = length;
    while (left > SAME_END) {
      const step = Math.min(left, mass - at);
      const to = mass - at - step <= SAME_END ? mass : at + step;
      segments.push({ from: at, to, nodes });
      left -= step;
      at = to === mass ? 0 : to;
    }
  }
  return segments;
}

/** Cuts the circle at every end of a segment and collects what covers each part. */
function overlay(segments: readonly Segment[], mass: number): readonly Piece[] {
  const ends = distinct(
    segments.flatMap(({ from, to }) => [from, to]),
    mass,
  );
  const parts: number[][] = ends.slice(1).map(() => []);
  for (const { from, to, nodes } of segments) {
    for (let part = nearest(ends, from), last = nearest(ends, to); part < last; part++) parts[part]?.push(...nodes);
  }
  return parts.map((nodes, part) => ({ nodes, length: (ends[part + 1] ?? mass) - (ends[part] ?? 0) }));
}

function distinct(ends: readonly number[], mass: number): readonly number[] {
  const sorted = [0, ...ends, mass].sort((a, b) => a - b);
  return sorted.filter((end, index) => index === 0 || end - (sorted[index - 1] ?? 0) > SAME_END);
}

/** Index of the end next to `value`, by binary search. */
function nearest(ends: readonly number[], value: number): number {
  let [low, high] = [0, ends.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((ends[middle] ?? 0) <= value + SAME_END) low = middle;
    else high = middle - 1;
  }
  return low;
}
