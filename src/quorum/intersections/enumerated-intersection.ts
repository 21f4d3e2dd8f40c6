/**
 * The fewest nodes that quorums of two expressions share, by enumeration: every minimal quorum of the one against every
 * one of the other where both are few, and otherwise against the quorum of the other that shares fewest nodes with it,
 * which `smallest-quorum.ts` finds by giving weight 1 to its nodes and 0 to the rest.
 */
import { type Budget, shareOf } from '../../kernel/budget.ts';
import type { Expression, NodeSet } from '../expressions/expression.ts';
import { minimalQuorums, type QuorumListing } from '../quorums/minimal-quorums.ts';
import { maskOf, maskWords, sharedNodes } from '../quorums/node-sets.ts';
import { smallestQuorum } from '../quorums/smallest-quorum.ts';

/** Quorums of one side. */
const LISTED_MAX = 20_000;
/** Listing a side must leave some budget for the comparisons. */
const LISTING_STEPS = 500_000;
const PROBE_STEPS = 200_000;
const PAIRS_MAX = 4_000_000;
const WORDS_PER_STEP = 32;

export interface FewestShared {
  readonly left: NodeSet;
  readonly right: NodeSet;
  /** Whether no two quorums share fewer nodes. */
  readonly isFewest: boolean;
}

/** `atLeast` nodes are known to be shared by any two. Undefined when the budget did not suffice for a single pair. */
export function enumeratedIntersection(
  left: Expression,
  right: Expression,
  atLeast: number,
  budget: Budget,
): FewestShared | undefined {
  const probed = atLeast > 0 ? probe(left, right, atLeast, shareOf(budget, PROBE_STEPS)) : undefined;
  if (probed !== undefined) return probed;
  const ofLeft = list(left, budget);
  const ofRight = left === right ? ofLeft : list(right, budget);
  if (ofLeft.complete && ofRight.complete && ofLeft.quorums.length * ofRight.quorums.length <= PAIRS_MAX) {
    return compareAll(ofLeft.quorums, ofRight.quorums, atLeast, budget);
  }
  const isRightSmaller = ofRight.complete && !(ofLeft.complete && ofLeft.quorums.length <= ofRight.quorums.length);
  if (!isRightSmaller) return compareWithTree(ofLeft, right, atLeast, budget);
  const mirrored = compareWithTree(ofRight, left, atLeast, budget);
  return mirrored === undefined ? undefined : { ...mirrored, left: mirrored.right, right: mirrored.left };
}

/** Often the smallest quorum already shares no more than it must. */
function probe(left: Expression, right: Expression, atLeast: number, budget: Budget): FewestShared | undefined {
  const smallest = smallestQuorum(left, () => 1, budget);
  if (smallest === undefined) return undefined;
  const found = compareWithTree({ quorums: [smallest.nodes], complete: false }, right, atLeast, budget);
  return found?.isFewest === true ? found : undefined;
}

function list(expression: Expression, budget: Budget): QuorumListing {
  return minimalQuorums(expression, { limit: LISTED_MAX, budget: shareOf(budget, LISTING_STEPS) });
}

function compareAll(
  lefts: readonly NodeSet[],
  rights: readonly NodeSet[],
  atLeast: number,
  budget: Budget,
): FewestShared | undefined {
  const largest = [...lefts, ...rights].reduce((most, quorum) => Math.max(most, quorum.at(-1) ?? 0), 0);
  const words = maskWords(largest + 1);
  const masks = rights.map((quorum) => maskOf(quorum, words));
  let fewest: FewestShared | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const [at, left] of lefts.entries()) {
    // Of one family, every two are compared once.
    const first = lefts === rights ? at : 0;
    if (!budget.spend(1 + Math.floor(((masks.length - first) * words) / WORDS_PER_STEP))) return unfinished(fewest);
    const mask = maskOf(left, words);
    for (let index = first; index < masks.length; index++) {
      const shared = sharedNodes(mask, masks[index] ?? []);
      if (shared < least) [fewest, least] = [{ left, right: rights[index] ?? [], isFewest: true }, shared];
      if (least <= atLeast) return fewest;
    }
  }
  return fewest;
}

function compareWithTree(
  { quorums, complete }: QuorumListing,
  tree: Expression,
  atLeast: number,
  budget: Budget,
): FewestShared | undefined {
  let fewest: FewestShared | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const left of quorums) {
    const inLeft = new Set(left);
    const met = smallestQuorum(tree, (node) => (inLeft.has(node) ? 1 : 0), budget);
    if (met === undefined) return unfinished(fewest);
    if (met.weight < least) [fewest, least] = [{ left, right: met.nodes, isFewest: complete }, met.weight];
    if (least <= atLeast && fewest !== undefined) return { ...fewest, isFewest: true };
  }
  return fewest;
}

function unfinished(fewest: FewestShared | undefined): FewestShared | undefined {
  return fewest === undefined ? undefined : { ...fewest, isFewest: false };
}
