/**
 * Proves from shape alone that every quorum of one expression meets every quorum of another, for trees whose quorums are
 * too many to list. Three rules, each sound, applied wherever they fit:
 *
 * 1. If children of the one tree worth less than `needed` fail to always meet the other tree, then every quorum of the
 *    one contains a child that meets it.
 * 2. Thresholds with the same votes over children that pairwise meet: what both take is worth at least l + r - V votes.
 * 3. Thresholds directly over nodes: arithmetic.
 *
 * Every expression always meets its dual by rules 2 and 3, and grids, walls and trees meet themselves. Not proven does not
 * mean that they do not meet: the general question is coNP-complete.
 */
import type { Budget } from '../../kernel/budget.ts';
import { type Expression, type Threshold, totalVotes, votesOf } from '../expressions/expression.ts';

const CHILDREN_PER_STEP = 8;

/** False when it is not proven. */
export function alwaysMeet(left: Expression, right: Expression, budget: Budget): boolean {
  return prove(left, right, { budget, known: new Map(), nodeSets: new Map() });
}

interface Proofs {
  readonly budget: Budget;
  readonly known: Map<Expression, Map<Expression, boolean>>;
  readonly nodeSets: Map<Expression, ReadonlySet<number>>;
}

function prove(left: Expression, right: Expression, proofs: Proofs): boolean {
  const remembered = proofs.known.get(left)?.get(right);
  if (remembered !== undefined) return remembered;
  const size = sizeOf(left) + sizeOf(right);
  if (!proofs.budget.spend(1 + Math.floor(size / CHILDREN_PER_STEP))) return false;
  const isProven =
    isFlat(left, proofs) && isFlat(right, proofs)
      ? flatMeet(left, right, proofs)
      : pairsMeet(left, right, proofs) || mostMeet(left, right, proofs) || mostMeet(right, left, proofs);
  const ofLeft = proofs.known.get(left) ?? new Map<Expression, boolean>();
  proofs.known.set(left, ofLeft);
  ofLeft.set(right, isProven);
  return isProven;
}

function sizeOf(expression: Expression): number {
  return expression.kind === 'node' ? 1 : expression.children.length;
}

/** Rule 1 for the children of `tree`. */
function mostMeet(tree: Expression, other: Expression, proofs: Proofs): boolean {
  if (tree.kind === 'node') return false;
  let votesLeft = totalVotes(tree);
  return tree.children.some((child, index) => {
    if (prove(child, other, proofs)) votesLeft -= votesOf(tree, index);
    return votesLeft < tree.needed;
  });
}

/** Rule 2. */
function pairsMeet(left: Expression, right: Expression, proofs: Proofs): boolean {
  if (left.kind === 'node' || right.kind === 'node' || !haveSameVotes(left, right)) return false;
  const sharedVotes = left.needed + right.needed - totalVotes(left);
  if (sharedVotes <= 0) return false;
  let apartVotes = 0;
  return left.children.every((child, index) => {
    const counterpart = right.children[index];
    if (counterpart !== undefined && !prove(child, counterpart, proofs)) apartVotes += votesOf(left, index);
    return apartVotes < sharedVotes;
  });
}

function haveSameVotes(left: Threshold, right: Threshold): boolean {
  return (
    left.children.length === right.children.length &&
    left.children.every((_child, index) => votesOf(left, index) === votesOf(right, index))
  );
}

/** A node, or a threshold over distinct nodes with one vote each. */
function isFlat(expression: Expression, proofs: Proofs): boolean {
  if (expression.kind === 'node') return true;
  if (expression.votes !== undefined || expression.children.some(({ kind }) => kind !== 'node')) return false;
  return nodeSetOf(expression, proofs).size === expression.children.length;
}

/** Rule 3: how many common nodes each must take at least, once it has taken all of its own. */
function flatMeet(left: Expression, right: Expression, proofs: Proofs): boolean {
  const ofLeft = nodeSetOf(left, proofs);
  const ofRight = nodeSetOf(right, proofs);
  let common = 0;
  for (const node of ofLeft) if (ofRight.has(node)) common += 1;
  const fromLeft = Math.max(0, neededOf(left) - (ofLeft.size - common));
  const fromRight = Math.max(0, neededOf(right) - (ofRight.size - common));
  return fromLeft + fromRight > common;
}

function neededOf(expression: Expression): number {
  return expression.kind === 'node' ? 1 : expression.needed;
}

function nodeSetOf(expression: Expression, { nodeSets }: Proofs): ReadonlySet<number> {
  const known = nodeSets.get(expression);
  if (known !== undefined) return known;
  const leaves = expression.kind === 'node' ? [expression] : expression.children;
  const nodes = new Set(leaves.flatMap((leaf) => (leaf.kind === 'node' ? [leaf.node] : [])));
  nodeSets.set(expression, nodes);
  return nodes;
}
