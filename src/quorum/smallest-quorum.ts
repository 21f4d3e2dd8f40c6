/**
 * The quorum of least weight, e.g. with the fewest nodes (all weights 1), the cheapest at given prices, or the one that
 * meets a given set in the fewest nodes (weight 1 inside, 0 outside).
 *
 * Without repeated nodes the children of a threshold are independent, and one pass over the tree decides: the cheapest
 * children are taken, or, where they have votes, a knapsack over votes is solved. With repeated nodes the same pass gives
 * a lower bound (each occurrence bears its share of the node's weight) and a quorum (the nodes that the pass chose), and
 * a branch and bound on "the node is in" and "the node is out" closes the gap: the problem contains minimum hitting set.
 *
 * Weights are non-negative; Infinity forbids a node.
 */
import type { Budget } from '../kernel/budget.ts';
import { type Expression, isSatisfied, type NodeSet, type Threshold, votesOf } from './expression.ts';
import { sortedNodes } from './node-sets.ts';

const KNAPSACK_CELLS_MAX = 20_000_000;
const KNAPSACK_CELLS_PER_STEP = 16;
const ROUNDING = 1e-9;

export interface WeightedQuorum {
  readonly nodes: NodeSet;
  readonly weight: number;
}

/** Undefined when the budget ran out, or when every quorum needs a forbidden node. */
export function smallestQuorum(
  expression: Expression,
  weightOf: (node: number) => number,
  budget: Budget,
): WeightedQuorum | undefined {
  const occurrences = countOccurrences(expression);
  const isRepeated = [...occurrences.values()].some((count) => count > 1);
  if (isRepeated) return branchAndBound(expression, weightOf, occurrences, budget);
  const best = cheapest(expression, weightOf, budget);
  return best === undefined || best.weight === Number.POSITIVE_INFINITY
    ? undefined
    : { nodes: sortedNodes(best.leaves), weight: best.weight };
}

/** How often each node occurs. */
function countOccurrences(expression: Expression, counts: Map<number, number> = new Map()): Map<number, number> {
  if (expression.kind === 'node') counts.set(expression.node, (counts.get(expression.node) ?? 0) + 1);
  else for (const child of expression.children) countOccurrences(child, counts);
  return counts;
}

interface Choice {
  readonly weight: number;
  /** The nodes of the chosen leaves; a repeated node may be chosen repeatedly. */
  readonly leaves: readonly number[];
}

/** The cheapest way to satisfy the tree, every leaf paid for separately. */
function cheapest(expression: Expression, weightOf: (node: number) => number, budget: Budget): Choice | undefined {
  if (expression.kind === 'node') {
    return budget.spend() ? { weight: weightOf(expression.node), leaves: [expression.node] } : undefined;
  }
  const choices: Choice[] = [];
  for (const child of expression.children) {
    const choice = cheapest(child, weightOf, budget);
    if (choice === undefined) return undefined;
    choices.push(choice);
  }
  if (expression.votes === undefined) return together(cheapestOf(choices, expression.needed));
  const coalition = cheapestCoalition(expression, choices, budget);
  return coalition === undefined ? undefined : together(coalition);
}

function together(choices: readonly Choice[]): Choice {
  const [only] = choices;
  if (choices.length === 1 && only !== undefined) return only;
  return {
    weight: choices.reduce((sum, { weight }) => sum + weight, 0),
    leaves: choices.flatMap(({ leaves }) => leaves),
  };
}

/** The first of the cheapest, where they are equal. */
function cheapestOf(choices: readonly Choice[], count: number): readonly Choice[] {
  if (count === choices.length) return choices;
  return choices.toSorted((a, b) => compareWeights(a.weight, b.weight)).slice(0, count);
}

function compareWeights(left: number, right: number): number {
  return left === right ? 0 : left < right ? -1 : 1;
}

/** The cheapest children worth `needed` votes, none of them superfluous. */
function cheapestCoalition(
  threshold: Threshold,
  choices: readonly Choice[],
  budget: Budget,
): readonly Choice[] | undefined {
  const members = choices
    .map((choice, index) => ({ choice, votes: votesOf(threshold, index) }))
    .sort((a, b) => b.votes - a.votes);
  const prices = new Set(choices.map(({ weight }) => weight));
  prices.delete(0);
  return prices.size <= 1 ? greedyCoalition(threshold.needed, members) : knapsack(threshold.needed, members, budget);
}

interface Member {
  readonly choice: Choice;
  readonly votes: number;
}

/** Optimal when members cost either nothing or all the same: free members first, then those with most votes. */
function greedyCoalition(needed: number, descending: readonly Member[]): readonly Choice[] {
  const order = descending.toSorted((a, b) => compareWeights(a.choice.weight, b.choice.weight));
  const taken: Member[] = [];
  let votes = 0;
  for (const member of order) {
    if (votes >= needed) break;
    taken.push(member);
    votes += member.votes;
  }
  // Of the free members taken, some may have become superfluous.
  const kept = taken.filter((member) => {
    if (votes - member.votes < needed) return true;
    votes -= member.votes;
    return false;
  });
  return kept.map(({ choice }) => choice);
}

/**
 * least[v]: the least weight of members with v < needed votes. By descending votes a coalition ends with the member that
 * brings it to `needed`, so that it is minimal.
 */
function knapsack(needed: number, members: readonly Member[], budget: Budget): readonly Choice[] | undefined {
  const cells = needed * members.length;
  if (cells > KNAPSACK_CELLS_MAX || !budget.spend(1 + Math.floor(cells / KNAPSACK_CELLS_PER_STEP))) return undefined;
  const least = new Float64Array(needed).fill(Number.POSITIVE_INFINITY);
  least[0] = 0;
  const tookMember = new Uint8Array(cells);
  let best = { weight: Number.POSITIVE_INFINITY, last: -1, before: 0 };
  members.forEach(({ choice, votes }, index) => {
    for (let before = needed - 1; before >= 0; before--) {
      const weight = (least[before] ?? 0) + choice.weight;
      const after = before + votes;
      if (after >= needed) {
        if (weight < best.weight) best = { weight, last: index, before };
      } else if (weight < (least[after] ?? 0)) {
        least[after] = weight;
        tookMember[index * needed + after] = 1;
      }
    }
  });
  return best.last < 0 ? members.map(({ choice }) => choice) : retrace(members, needed, tookMember, best);
}

function retrace(
  members: readonly Member[],
  needed: number,
  tookMember: Uint8Array,
  { last, before }: { readonly last: number; readonly before: number },
): readonly Choice[] {
  const taken: Choice[] = [];
  let votes = before;
  for (let index = last; index >= 0; index--) {
    const member = members[index];
    const takes = index === last || tookMember[index * needed + votes] === 1;
    if (member === undefined || !takes) continue;
    taken.push(member.choice);
    if (index !== last) votes -= member.votes;
  }
  return taken;
}

type Decision = 'in' | 'out';

/** Depth first; a node decided "in" is paid once and then free. */
function branchAndBound(
  expression: Expression,
  weightOf: (node: number) => number,
  occurrences: ReadonlyMap<number, number>,
  budget: Budget,
): WeightedQuorum | undefined {
  const decisions = new Map<number, Decision>();
  const isInteger = [...occurrences.keys()].every((node) => Number.isInteger(weightOf(node)));
  const share = (node: number): number => {
    const decision = decisions.get(node);
    if (decision === undefined) return weightOf(node) / (occurrences.get(node) ?? 1);
    return decision === 'in' ? 0 : Number.POSITIVE_INFINITY;
  };
  let best: WeightedQuorum | undefined;
  let isCut = false;

  const explore = (paid: number): void => {
    const relaxed = cheapest(expression, share, budget);
    if (relaxed === undefined) {
      isCut = true;
      return;
    }
    const bound = tightened(paid + relaxed.weight, isInteger);
    if (!isBelow(bound, best?.weight)) return;
    const nodes = sortedNodes(new Set(relaxed.leaves));
    const weight = nodes.reduce((sum, node) => sum + weightOf(node), 0);
    if (isBelow(weight, best?.weight)) best = { nodes, weight };
    const branching = mostUnderpaid(relaxed.leaves, weightOf, occurrences, decisions);
    if (branching === undefined || !isBelow(bound, best?.weight)) return;
    decisions.set(branching, 'in');
    explore(paid + weightOf(branching));
    decisions.set(branching, 'out');
    if (!isCut) explore(paid);
    decisions.delete(branching);
  };
  explore(0);
  return isCut || best === undefined
    ? undefined
    : { nodes: withoutSuperfluous(expression, best.nodes), weight: best.weight };
}

function isBelow(weight: number, best: number | undefined): boolean {
  if (weight === Number.POSITIVE_INFINITY) return false;
  return best === undefined || weight < best - ROUNDING * Math.max(1, best);
}

function tightened(bound: number, isInteger: boolean): number {
  return isInteger ? Math.ceil(bound - ROUNDING * Math.max(1, bound)) : bound;
}

/** The undecided node of which the relaxation paid the least of what it costs: deciding it moves the bound most. */
function mostUnderpaid(
  leaves: readonly number[],
  weightOf: (node: number) => number,
  occurrences: ReadonlyMap<number, number>,
  decisions: ReadonlyMap<number, Decision>,
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

/** The quorum without the nodes that it can do without, the last of them first. */
export function withoutSuperfluous(expression: Expression, quorum: NodeSet): NodeSet {
  const kept = new Set(quorum);
  for (const node of quorum.toReversed()) {
    kept.delete(node);
    if (!isSatisfied(expression, (candidate) => kept.has(candidate))) kept.add(node);
  }
  return quorum.filter((node) => kept.has(node));
}
