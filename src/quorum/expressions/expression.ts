/**
 * Quorum expressions: monotone Boolean functions over nodes, as trees of thresholds.
 *
 * `a + b` is choose(1), `a * b` is choose(all), `majority` is choose(floor(n/2)+1); with `votes`, a threshold counts votes
 * instead of children. The quorums of an expression are the node sets that make it true; supersets of quorums are quorums.
 *
 * M. Whittaker et al., "Read-Write Quorum Systems Made Practical", PaPoC 2021, 10.1145/3447865.3457962, section 2.
 */
import { invariant } from '../../kernel/invariant.ts';
import type { NodeIndex } from '../../kernel/units.ts';

export type Expression = NodeLeaf | Threshold;

export interface NodeLeaf {
  readonly kind: 'node';
  /** Index into the system's node list. */
  readonly node: NodeIndex;
}

/** True when children worth at least `needed` votes are true; without `votes` each child has one. */
export interface Threshold {
  readonly kind: 'threshold';
  readonly needed: number;
  readonly children: readonly Expression[];
  /** Positive integers, one per child. */
  readonly votes?: readonly number[];
}

/** A set of nodes: distinct node indices in ascending order. */
export type NodeSet = readonly NodeIndex[];

export function node(index: NodeIndex): NodeLeaf {
  return { kind: 'node', node: index };
}

/** True when at least `needed` of the children are. */
export function choose(needed: number, children: readonly Expression[]): Expression {
  invariant(needed >= 1 && needed <= children.length, 'a threshold needs between one and all of its children');
  const [only] = children;
  return children.length === 1 && only !== undefined ? only : { kind: 'threshold', needed, children };
}

export function anyOf(children: readonly Expression[]): Expression {
  return choose(1, children);
}

export function allOf(children: readonly Expression[]): Expression {
  return choose(children.length, children);
}

export function majority(children: readonly Expression[]): Expression {
  return choose(Math.floor(children.length / 2) + 1, children);
}

/** True when children worth at least `needed` votes are; children without votes must be left out. */
export function weighted(needed: number, children: readonly Expression[], votes: readonly number[]): Expression {
  invariant(children.length === votes.length, 'every child has its votes');
  invariant(
    votes.every((vote) => Number.isInteger(vote) && vote > 0),
    'votes are positive integers',
  );
  const total = votes.reduce((sum, vote) => sum + vote, 0);
  invariant(needed >= 1 && needed <= total, 'a threshold needs between one and all of the votes');
  if (votes.every((vote) => vote === 1)) return choose(needed, children);
  return { kind: 'threshold', needed, children, votes };
}

/** Votes of the threshold's `index`-th child. */
export function votesOf(threshold: Threshold, index: number): number {
  return threshold.votes?.[index] ?? 1;
}

export function totalVotes(threshold: Threshold): number {
  return threshold.votes?.reduce((sum, vote) => sum + vote, 0) ?? threshold.children.length;
}

/** The nodes that occur in `expression`. */
export function nodesOf(expression: Expression): NodeSet {
  return leavesOf(expression).filter((leaf, index, leaves) => leaf !== leaves[index - 1]);
}

/** Whether no node occurs twice: then most questions have an answer in one pass over the tree. */
export function isDuplicateFree(expression: Expression): boolean {
  return leavesOf(expression).every((leaf, index, leaves) => leaf !== leaves[index - 1]);
}

/** Whether the nodes for which `isIn` is true contain a quorum. */
export function isSatisfied(expression: Expression, isIn: (node: number) => boolean): boolean {
  if (expression.kind === 'node') return isIn(expression.node);
  let missing = expression.needed;
  return expression.children.some((child, index) => {
    if (isSatisfied(child, isIn)) missing -= votesOf(expression, index);
    return missing <= 0;
  });
}

/** The same expression over other leaves, e.g. zones in place of the nodes in them. */
export function mapNodes(expression: Expression, map: (node: number) => Expression): Expression {
  if (expression.kind === 'node') return map(expression.node);
  return { ...expression, children: expression.children.map((child) => mapNodes(child, map)) };
}

/** The node of every leaf, in ascending order. */
function leavesOf(expression: Expression): number[] {
  const leaves: number[] = [];
  const collect = (part: Expression): void => {
    if (part.kind === 'node') leaves.push(part.node);
    else for (const child of part.children) collect(child);
  };
  collect(expression);
  return leaves.sort((a, b) => a - b);
}
