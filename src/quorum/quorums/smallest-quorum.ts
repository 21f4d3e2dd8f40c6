/**
 * The quorum of least weight, e.g. with the fewest nodes (all weights 1), the cheapest at given prices, or the one that
 * meets a given set in the fewest nodes (weight 1 inside, 0 outside).
 *
 * Children that share no nodes are solved one by one and the cheapest are taken; an "or" is its cheapest child. Where an "or"
 * of node sets must hold together with something else (a full row and one node of every row), each set is tried: its nodes
 * are paid and then free. Only where children that share nodes remain is there a search: the pass over the tree gives a
 * lower bound (each occurrence bears its share of the node's weight) and a quorum (the nodes that the pass chose), and
 * a branch and bound on "the node is in" and "the node is out" closes the gap. That problem contains minimum hitting set.
 *
 * Weights are non-negative; Infinity forbids a node.
 */
import type { Budget } from '../../kernel/budget.ts';
import {
  allOf,
  type Expression,
  isDuplicateFree,
  isSatisfied,
  type NodeSet,
  nodesOf,
  type Threshold,
} from '../expressions/expression.ts';
import { areIndependent } from '../expressions/independence.ts';
import { absorb } from './absorption.ts';
import { type Choice, cheapestCoalition } from './cheapest-coalition.ts';
import { sortedNodes } from './node-sets.ts';

const ROUNDING = 1e-9;

export interface WeightedQuorum {
  readonly nodes: NodeSet;
  readonly weight: number;
}

type WeightOf = (node: number) => number;

/** Undefined when the budget ran out, or when every quorum needs a forbidden node. */
export function smallestQuorum(expression: Expression, weightOf: WeightOf, budget: Budget): WeightedQuorum | undefined {
  const isPlain = isDuplicateFree(expression);
  const best = isPlain ? relax(expression, weightOf, budget) : solve(expression, weightOf, budget);
  if (best === undefined || best.weight === Number.POSITIVE_INFINITY) return undefined;
  const nodes = sortedNodes(new Set(best.leaves));
  // Where nodes repeat, some that cost nothing may be superfluous.
  const mayBeSuperfluous = !isPlain && nodes.some((node) => weightOf(node) === 0);
  return { nodes: mayBeSuperfluous ? withoutSuperfluous(expression, nodes) : nodes, weight: best.weight };
}

/**
 * No quorum weighs less; found in one pass, and no further away than repeated nodes make it. Undefined when the budget ran out.
 */
export function leastWeightBound(expression: Expression, weightOf: WeightOf, budget: Budget): number | undefined {
  const occurrences = countOccurrences(expression);
  return relax(expression, (node) => weightOf(node) / (occurrences.get(node) ?? 1), budget)?.weight;
}

/** The quorum without the nodes that it can do without, the last of them first. */
export function withoutSuperfluous(expression: Expression, quorum: NodeSet): NodeSet {
  const kept = new Set(quorum);
  for (const node of quorum.toReversed()) {
    kept.delete(node);
    if (!isSatisfied(expression, (candidate) => kept.has(candidate))) kept.add(node);
  }
  return quorum.filter((node) => kept.has(node));
}

const IMPOSSIBLE: Choice = { weight: Number.POSITIVE_INFINITY, leaves: [] };

function solve(expression: Expression, weightOf: WeightOf, budget: Budget): Choice | undefined {
  if (expression.kind === 'node') return solveLeaf(expression.node, weightOf, budget);
  const isAnyOf = expression.needed === 1;
  if (!isAnyOf && !areIndependent(expression)) {
    const anyOfParts = absorb(expression);
    if (anyOfParts !== undefined) return solve(anyOfParts, weightOf, budget);
    const split = splitBySets(expression);
    return split === undefined
      ? branchAndBound(expression, weightOf, budget)
      : cheapestWithSet(split, weightOf, budget);
  }
  const choices = solveChildren(expression, (child) => solve(child, weightOf, budget));
  return choices === undefined ? undefined : cheapestCoalition(expression, choices, budget);
}

interface Split {
  /** One of these sets, */
  readonly sets: readonly NodeSet[];
  /** and this, in which no branches that must hold together share nodes. */
  readonly rest: Expression;
}

function splitBySets({ needed, children, votes }: Threshold): Split | undefined {
  if (votes !== undefined || needed !== children.length) return undefined;
  for (const [index, child] of children.entries()) {
    if (child.kind === 'node' || child.votes !== undefined || child.needed !== 1) continue;
    if (!child.children.every(isOneSet)) continue;
    const rest = allOf(children.toSpliced(index, 1));
    if (canBeSolvedApart(rest)) return { sets: child.children.map(nodesOf), rest };
  }
  return undefined;
}

/** A node, or all of some nodes. */
function isOneSet(part: Expression): boolean {
  if (part.kind === 'node') return true;
  return part.votes === undefined && part.needed === part.children.length && part.children.every(isOneSet);
}

function canBeSolvedApart(expression: Expression): boolean {
  if (expression.kind === 'node') return true;
  return (expression.needed === 1 || areIndependent(expression)) && expression.children.every(canBeSolvedApart);
}

function cheapestWithSet({ sets, rest }: Split, weightOf: WeightOf, budget: Budget): Choice | undefined {
  let best = IMPOSSIBLE;
  for (const set of sets) {
    const paid = new Set(set);
    const others = solve(rest, (node) => (paid.has(node) ? 0 : weightOf(node)), budget);
    if (others === undefined) return undefined;
    const weight = set.reduce((sum, node) => sum + weightOf(node), others.weight);
    if (weight < best.weight) best = { weight, leaves: [...set, ...others.leaves] };
  }
  return best;
}

function solveLeaf(node: number, weightOf: WeightOf, budget: Budget): Choice | undefined {
  return budget.spend() ? { weight: weightOf(node), leaves: [node] } : undefined;
}

function solveChildren(
  { children }: Threshold,
  solveChild: (child: Expression) => Choice | undefined,
): readonly Choice[] | undefined {
  const choices: Choice[] = [];
  for (const child of children) {
    const choice = solveChild(child);
    if (choice === undefined) return undefined;
    choices.push(choice);
  }
  return choices;
}

/** The cheapest way to satisfy the tree if every leaf is paid for separately; without repeated nodes, the cheapest at all. */
function relax(expression: Expression, shareOf: WeightOf, budget: Budget): Choice | undefined {
  if (expression.kind === 'node') return solveLeaf(expression.node, shareOf, budget);
  const choices = solveChildren(expression, (child) => relax(child, shareOf, budget));
  return choices === undefined ? undefined : cheapestCoalition(expression, choices, budget);
}

/** Depth first; a node decided "in" is paid once and then free. */
function branchAndBound(expression: Expression, weightOf: WeightOf, budget: Budget): Choice | undefined {
  const occurrences = countOccurrences(expression);
  const decisions: Decisions = new Map();
  const isInteger = [...occurrences.keys()].every((node) => Number.isInteger(weightOf(node)));
  const share = (node: number): number => {
    const decision = decisions.get(node);
    if (decision === undefined) return weightOf(node) / (occurrences.get(node) ?? 1);
    return decision === 'in' ? 0 : Number.POSITIVE_INFINITY;
  };
  let best = IMPOSSIBLE;
  let isCut = false;

  const explore = (paid: number): void => {
    const relaxed = relax(expression, share, budget);
    if (relaxed === undefined) isCut = true;
    if (relaxed === undefined || isCut) return;
    const bound = tightened(paid + relaxed.weight, isInteger);
    if (!isBelow(bound, best.weight)) return;
    const nodes = sortedNodes(new Set(relaxed.leaves));
    const weight = nodes.reduce((sum, node) => sum + weightOf(node), 0);
    if (isBelow(weight, best.weight)) best = { weight, leaves: nodes };
    const branching = mostUnderpaid(relaxed.leaves, weightOf, occurrences, decisions);
    if (branching === undefined || !isBelow(bound, best.weight)) return;
    decisions.set(branching, 'in');
    explore(paid + weightOf(branching));
    decisions.set(branching, 'out');
    explore(paid);
    decisions.delete(branching);
  };
  explore(0);
  return isCut ? undefined : best;
}

type Decisions = Map<number, 'in' | 'out'>;

/** How often each node occurs. */
function countOccurrences(expression: Expression, counts: Map<number, number> = new Map()): Map<number, number> {
  if (expression.kind === 'node') counts.set(expression.node, (counts.get(expression.node) ?? 0) + 1);
  else for (const child of expression.children) countOccurrences(child, counts);
  return counts;
}

/** By more than rounding. */
function isBelow(weight: number, best: number): boolean {
  return best === Number.POSITIVE_INFINITY ? weight < best : weight < best * (1 - ROUNDING);
}

function tightened(bound: number, isInteger: boolean): number {
  return isInteger ? Math.ceil(bound * (1 - ROUNDING)) : bound;
}

/** The undecided node of which the relaxation paid the least of what it costs: deciding it moves the bound most. */
function mostUnderpaid(
  leaves: readonly number[],
  weightOf: WeightOf,
  occurrences: ReadonlyMap<number, number>,
  decisions: Decisions,
): number | undefined {
  const used = new Map<number, number>();
  for (const node of leaves) if (!decisions.has(node)) used.set(node, (used.get(node) ?? 0) + 1);
  let most: number | undefined;
  let mostOwed = 0;
  for (const [node, count] of used) {
    const owed = weightOf(node) * (1 - count / (occurrences.get(node) ?? 1));
    if (owed > mostOwed) [most, mostOwed] = [node, owed];
  }
  return most;
}
