/**
 * The sets of nodes worth contacting when any f of them may fail: sets that remain quorums after any f removals.
 *
 * A set contains a quorum iff it meets every minimal quorum T of the dual, so it survives f removals iff it meets every T in
 * at least f + 1 nodes: a multiple cover of the dual's quorums. Minimal covers suffice for load and network.
 * For latency they do not: adding a fast node to a minimal cover can let a quorum answer sooner. A set is then worth
 * contacting iff, for its latency t, it is minimal among the covers whose nodes that answer within t contain a quorum, that
 * is, which meet every T in at least one such node. So covers are enumerated once for every latency that occurs.
 *
 * Branches on "the node is in" and "the node is out"; exponential in the worst case, under the budget.
 */
import type { Budget } from '../../kernel/budget.ts';
import { dual } from '../expressions/dual.ts';
import { type Expression, type NodeSet, nodesOf, votesOf } from '../expressions/expression.ts';
import { minimalQuorums } from '../quorums/minimal-quorums.ts';
import { compareSets } from '../quorums/node-sets.ts';

const DUAL_QUORUMS_MAX = 5_000;

export interface ContactSet {
  readonly nodes: NodeSet;
  /** Until the fastest quorum inside has answered; 0 where latency does not matter. */
  readonly latencyMs: number;
}

export interface ResilientSetsOptions {
  readonly failures: number;
  /** Time to answer of every node, when latency matters. */
  readonly latencyOf: ((node: number) => number) | undefined;
  readonly limit: number;
  readonly budget: Budget;
}

/** All sets worth contacting; undefined when there are more than the limit or the budget allows. */
export function resilientSets(
  expression: Expression,
  { failures, latencyOf, limit, budget }: ResilientSetsOptions,
): readonly ContactSet[] | undefined {
  const { quorums, complete } = minimalQuorums(dual(expression), { limit: DUAL_QUORUMS_MAX, budget });
  if (!complete) return undefined;
  const nodes = nodesOf(expression);
  const all = quorums.map((within) => ({ within, demand: failures + 1 }));
  if (latencyOf === undefined)
    return minimalCovers(nodes, all, limit, budget)?.map((set) => ({ nodes: set, latencyMs: 0 }));
  const found: ContactSet[] = [];
  for (const latencyMs of [...new Set(nodes.map(latencyOf))].sort((a, b) => a - b)) {
    const inTime = quorums.map((within) => ({
      within: within.filter((node) => latencyOf(node) <= latencyMs),
      demand: 1,
    }));
    const covers = minimalCovers(nodes, [...all, ...inTime], limit - found.length, budget);
    if (covers === undefined) return undefined;
    // A set that is faster was found at its own latency.
    const exact = covers.filter((set) => latencyOfSet(expression, set, latencyOf) === latencyMs);
    found.push(...exact.map((set) => ({ nodes: set, latencyMs })));
  }
  return found;
}

/** When the fastest quorum inside `nodes` has answered. */
export function latencyOfSet(expression: Expression, nodes: NodeSet, latencyOf: (node: number) => number): number {
  const members = new Set(nodes);
  const timeOf = (part: Expression): number => {
    if (part.kind === 'node') return members.has(part.node) ? latencyOf(part.node) : Number.POSITIVE_INFINITY;
    const answers = part.children.map((child, index) => ({ at: timeOf(child), votes: votesOf(part, index) }));
    let missing = part.needed;
    for (const { at, votes } of answers.sort((a, b) => a.at - b.at)) {
      missing -= votes;
      if (missing <= 0) return at;
    }
    return Number.POSITIVE_INFINITY;
  };
  return timeOf(expression);
}

interface Demand {
  readonly within: NodeSet;
  readonly demand: number;
}

/** Every minimal set that has the demanded number of nodes within each set. */
function minimalCovers(
  nodes: NodeSet,
  demands: readonly Demand[],
  limit: number,
  budget: Budget,
): readonly NodeSet[] | undefined {
  const missing = demands.map(({ demand }) => demand);
  const open = demands.map(({ within }) => within.length);
  if (missing.some((count, index) => count > (open[index] ?? 0))) return [];
  const demandsOf = new Map(nodes.map((node) => [node, [] as number[]]));
  demands.forEach(({ within }, index) => {
    for (const node of within) demandsOf.get(node)?.push(index);
  });
  const state = new Map<number, 'in' | 'out'>();
  const covers: NodeSet[] = [];

  /** Takes the node in or out, and gives back how to undo it; undefined when a demand could no longer be met. */
  const decide = (node: number, choice: 'in' | 'out', sign: 1 | -1): boolean => {
    if (sign === 1) state.set(node, choice);
    else state.delete(node);
    let isPossible = true;
    for (const index of demandsOf.get(node) ?? []) {
      open[index] = (open[index] ?? 0) - sign;
      if (choice === 'in') missing[index] = (missing[index] ?? 0) - sign;
      if ((missing[index] ?? 0) > (open[index] ?? 0)) isPossible = false;
    }
    return isPossible;
  };
  const isNeeded = (node: number): boolean => (demandsOf.get(node) ?? []).some((index) => (missing[index] ?? 0) >= 0);
  const areAllNeeded = (): boolean => [...state].every(([node, choice]) => choice === 'out' || isNeeded(node));

  const search = (): boolean => {
    if (!budget.spend(1 + (demands.length >> 1))) return false;
    const tight = tightest(missing, open);
    if (tight < 0) {
      covers.push([...state].flatMap(([node, choice]) => (choice === 'in' ? [node] : [])).sort((a, b) => a - b));
      return covers.length <= limit;
    }
    const node = demands[tight]?.within.find((candidate) => !state.has(candidate)) ?? -1;
    for (const choice of ['in', 'out'] as const) {
      const goesOn = decide(node, choice, 1) && areAllNeeded() ? search() : true;
      decide(node, choice, -1);
      if (!goesOn) return false;
    }
    return true;
  };
  return search() ? covers.sort(compareSets) : undefined;
}

/** The unmet demand with the least choice left; -1 when all are met. */
function tightest(missing: readonly number[], open: readonly number[]): number {
  let best = -1;
  let least = Number.POSITIVE_INFINITY;
  missing.forEach((count, index) => {
    const choice = (open[index] ?? 0) - count;
    if (count > 0 && choice < least) [best, least] = [index, choice];
  });
  return best;
}
