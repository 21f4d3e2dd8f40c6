/**
 * Which sets of nodes a strategy may contact on one side, and which of them is cheapest at given prices.
 *
 * Without failures to survive these are the minimal quorums: a larger set costs more and answers no sooner. With f failures,
 * "k of n nodes" becomes "k + f of n"; any other expression has its sets enumerated (`strategy-resilient-sets.ts`) or, where
 * they are too many, priced on the tree (`strategy-resilient-tree.ts`).
 */
import { type Budget, shareOf } from '../../kernel/budget.ts';
import { choose, type Expression, isDuplicateFree, type NodeSet } from '../expressions/expression.ts';
import type { QuorumSystem } from '../quorum-system.ts';
import { minimalQuorums } from '../quorums/minimal-quorums.ts';
import { smallestQuorum } from '../quorums/smallest-quorum.ts';
import { type ContactSet, latencyOfSet, resilientSets } from './strategy-resilient-sets.ts';
import { cheapestResilientSet } from './strategy-resilient-tree.ts';
import { isPlainTree } from './strategy-symmetry.ts';

/** Beyond so many sets a side is not listed but generated. */
const LISTED_SETS_MAX = 4_000;
const LISTING_STEPS = 400_000;
const RESILIENT_LISTING_STEPS = 5_000_000;
/** Where sets can be priced on the tree, listing them is not worth more. */
const TREE_LISTING_STEPS = 200_000;

export interface SideContacts {
  /** The side as it was given. */
  readonly quorums: Expression;
  /** Expression whose minimal quorums are the contact sets, when there is one. */
  readonly expression?: Expression;
  /** All contact sets, when they were listed. */
  readonly listed?: readonly ContactSet[];
  /** Failures that a contact set survives, when it can be priced on the tree of `quorums`. */
  readonly failuresOnTree?: number;
}

export interface ContactsOptions {
  readonly system: QuorumSystem;
  readonly failures: number;
  readonly byLatency: boolean;
  readonly budget: Budget;
}

/** `none`: no set survives the failures. `undecided`: too many sets to list, and no other way. */
export function contactsOf(quorums: Expression, options: ContactsOptions): SideContacts | 'none' | 'undecided' {
  const { system, failures, byLatency, budget } = options;
  if (failures === 0) return { quorums, expression: quorums };
  const expression = withSpares(quorums, failures);
  const canPrice = !byLatency && isPlainTree(quorums);
  if (expression === 'none') return 'none';
  if (expression !== undefined && !byLatency) return { quorums, expression };
  const listed =
    expression === undefined
      ? resilientSets(quorums, {
          failures,
          latencyOf: byLatency ? latenciesOf(system) : undefined,
          limit: LISTED_SETS_MAX,
          budget: shareOf(budget, canPrice ? TREE_LISTING_STEPS : RESILIENT_LISTING_STEPS),
        })
      : listSets({ quorums, expression }, options);
  if (listed === undefined) return canPrice ? onTree(quorums, failures) : 'undecided';
  return listed.length === 0 ? 'none' : { quorums, listed };
}

function onTree(quorums: Expression, failures: number): SideContacts | 'none' {
  const some = cheapestResilientSet(quorums, failures, () => 1);
  return some === undefined ? 'none' : { quorums, failuresOnTree: failures };
}

/** The contact sets, if they are few enough to list. */
export function listSets(
  { quorums, expression, listed }: SideContacts,
  { system, byLatency, budget }: ContactsOptions,
): readonly ContactSet[] | undefined {
  if (listed !== undefined || expression === undefined) return listed;
  const listing = minimalQuorums(expression, { limit: LISTED_SETS_MAX, budget: shareOf(budget, LISTING_STEPS) });
  if (!listing.complete) return undefined;
  const latencyOf = latenciesOf(system);
  return listing.quorums.map((nodes) => ({
    nodes,
    latencyMs: byLatency ? latencyOfSet(quorums, nodes, latencyOf) : 0,
  }));
}

/** Adds the cost of a set: prices of its nodes, and its latency at a price per millisecond. */
export interface PricedSet extends ContactSet {
  readonly cost: number;
}

/** The contact set that costs least; undefined when the budget ran out. */
export function cheapestSet(
  contacts: SideContacts,
  nodePrice: (node: number) => number,
  pricePerMs: number,
  system: QuorumSystem,
  budget: Budget,
): PricedSet | undefined {
  const { quorums, expression, listed, failuresOnTree } = contacts;
  if (failuresOnTree !== undefined) {
    if (!budget.spend(system.nodes.length)) return undefined;
    return asPriced(cheapestResilientSet(quorums, failuresOnTree, nodePrice), 0, 0);
  }
  if (listed !== undefined) return cheapestOfList(listed, nodePrice, pricePerMs);
  if (expression === undefined) return undefined;
  if (pricePerMs === 0) return asPriced(smallestQuorum(expression, nodePrice, budget), 0, 0);
  const latencyOf = latenciesOf(system);
  let best: PricedSet | undefined;
  for (const latencyMs of [...new Set(system.nodes.map((_, node) => latencyOf(node)))].sort((a, b) => a - b)) {
    // Nodes that answer later are forbidden.
    const priceInTime = (node: number): number =>
      latencyOf(node) <= latencyMs ? nodePrice(node) : Number.POSITIVE_INFINITY;
    const found = asPriced(smallestQuorum(expression, priceInTime, budget), latencyMs, pricePerMs);
    if (found !== undefined && (best === undefined || found.cost < best.cost)) best = found;
  }
  return budget.exhausted === undefined ? best : undefined;
}

function cheapestOfList(
  listed: readonly ContactSet[],
  nodePrice: (node: number) => number,
  pricePerMs: number,
): PricedSet | undefined {
  let best: PricedSet | undefined;
  for (const set of listed) {
    const cost = set.nodes.reduce((sum, node) => sum + nodePrice(node), set.latencyMs * pricePerMs);
    if (best === undefined || cost < best.cost) best = { ...set, cost };
  }
  return best;
}

function asPriced(
  found: { readonly nodes: NodeSet; readonly weight: number } | undefined,
  latencyMs: number,
  pricePerMs: number,
): PricedSet | undefined {
  if (found === undefined || found.weight === Number.POSITIVE_INFINITY) return undefined;
  return { nodes: found.nodes, latencyMs, cost: found.weight + latencyMs * pricePerMs };
}

export function latenciesOf({ nodes }: QuorumSystem): (node: number) => number {
  return (node) => nodes[node]?.latencyMs ?? 0;
}

/** "k of n nodes" with f to spare is "k + f of n nodes"; undefined for an expression that is not of that kind. */
function withSpares(expression: Expression, failures: number): Expression | 'none' | undefined {
  if (expression.kind === 'node') return 'none';
  const { children, needed, votes } = expression;
  if (votes !== undefined || !children.every(({ kind }) => kind === 'node') || !isDuplicateFree(expression))
    return undefined;
  return needed + failures > children.length ? 'none' : choose(needed + failures, children);
}
