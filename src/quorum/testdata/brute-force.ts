/**
 * For tests: random expressions, and every question answered by looking at all 2^n sets of nodes.
 */
import fc from 'fast-check';
import { choose, type Expression, isSatisfied, type NodeSet, node, weighted } from '../expressions/expression.ts';

/** Expressions over nodes 0 to nodeCount - 1, with repeated nodes, votes and nesting. */
export function expressions(nodeCount: number): fc.Arbitrary<Expression> {
  const { tree } = fc.letrec<{ tree: Expression }>((tie) => ({
    tree: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      fc.nat({ max: nodeCount - 1 }).map(node),
      fc
        .array(tie('tree'), { minLength: 2, maxLength: 4 })
        .chain((children) => fc.integer({ min: 1, max: children.length }).map((needed) => choose(needed, children))),
      fc
        .array(fc.tuple(tie('tree'), fc.integer({ min: 1, max: 4 })), { minLength: 2, maxLength: 4 })
        .chain((members) => {
          const votes = members.map(([, vote]) => vote);
          const total = votes.reduce((sum, vote) => sum + vote, 0);
          return fc.integer({ min: 1, max: total }).map((needed) =>
            weighted(
              needed,
              members.map(([child]) => child),
              votes,
            ),
          );
        }),
    ),
  }));
  return tree;
}

/** The same, each node at most once. */
export function duplicateFreeExpressions(nodeCount: number): fc.Arbitrary<Expression> {
  return fc
    .tuple(expressions(nodeCount), fc.shuffledSubarray(range(nodeCount), { minLength: nodeCount, maxLength: nodeCount }))
    .map(([expression, order]) => withoutRepetition(expression, [...order]) ?? node(order[0] ?? 0));
}

/** Gives every leaf a node of its own, and drops leaves when nodes run out. */
function withoutRepetition(expression: Expression, unused: number[]): Expression | undefined {
  if (expression.kind === 'node') {
    const next = unused.pop();
    return next === undefined ? undefined : node(next);
  }
  const kept = expression.children.flatMap((child, index) => {
    const part = withoutRepetition(child, unused);
    return part === undefined ? [] : [{ part, vote: expression.votes?.[index] ?? 1 }];
  });
  if (kept.length === 0) return undefined;
  const total = kept.reduce((sum, { vote }) => sum + vote, 0);
  return weighted(
    Math.min(expression.needed, total),
    kept.map(({ part }) => part),
    kept.map(({ vote }) => vote),
  );
}

/** Smallest first, then lexicographic. */
export function allMinimalQuorums(expression: Expression, nodeCount: number): NodeSet[] {
  const isQuorum = (set: number): boolean => isSatisfied(expression, (index) => ((set >> index) & 1) === 1);
  const sets = range(2 ** nodeCount).filter(
    (set) => isQuorum(set) && range(nodeCount).every((index) => ((set >> index) & 1) === 0 || !isQuorum(set & ~(1 << index))),
  );
  return sets.map((set) => range(nodeCount).filter((index) => ((set >> index) & 1) === 1)).sort(bySizeThenNames);
}

export function fewestShared(lefts: readonly NodeSet[], rights: readonly NodeSet[]): number {
  return Math.min(...lefts.flatMap((left) => rights.map((right) => left.filter((index) => right.includes(index)).length)));
}

/** Size of the smallest set of nodes that meets every quorum. */
export function smallestHittingSet(quorums: readonly NodeSet[], nodeCount: number): number {
  const hits = (set: number): boolean => quorums.every((quorum) => quorum.some((index) => ((set >> index) & 1) === 1));
  const sizes = range(2 ** nodeCount)
    .filter(hits)
    .map((set) => range(nodeCount).filter((index) => ((set >> index) & 1) === 1).length);
  return Math.min(...sizes);
}

export function range(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index);
}

function bySizeThenNames(left: NodeSet, right: NodeSet): number {
  if (left.length !== right.length) return left.length - right.length;
  const at = left.findIndex((value, index) => value !== right[index]);
  return at < 0 ? 0 : (left[at] ?? 0) - (right[at] ?? 0);
}
