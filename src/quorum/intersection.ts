/**
 * How many nodes two quorums share: whether every read quorum meets every write quorum, every two write quorums meet, and
 * enough correct nodes remain in common when some lie.
 *
 * Three ways, cheapest first. Trees of the same shape over the same nodes are compared threshold by threshold
 * (`paired-intersection.ts`): r of n and w of n children share at least r + w - n of them. Otherwise the minimal quorums
 * of one side are enumerated, and for each the quorum of the other side that shares fewest nodes with it is found
 * (`smallest-quorum.ts`, nodes of the first weigh 1, others 0). If the budget ends that, shape alone may still prove
 * that one node is shared: every dual does.
 *
 * Write-write intersection is always answered. Versioned registers and leaders need it (Gifford's 2w > V); phase-2
 * quorums of Flexible Paxos do not. Byzantine intersection is between reads and writes: f + 1 nodes where data are signed.
 */
import { type Budget, shareOf } from '../kernel/budget.ts';
import type { Expression, NodeSet } from './expression.ts';
import { countMinimalQuorums, minimalQuorums, smallestQuorum } from './minimal-quorums.ts';
import { commonNodes } from './node-sets.ts';
import { meetByShape, pairedIntersection } from './paired-intersection.ts';
import type { QuorumSystem } from './quorum-system.ts';

/** Quorums of one side that are compared with the other. */
const ENUMERATED_MAX = 20_000;
/** Listing them must leave some budget for the comparisons. */
const ENUMERATION_STEPS = 700_000;

export interface QuorumPair {
  readonly left: NodeSet;
  readonly right: NodeSet;
  readonly common: NodeSet;
}

export interface Intersection {
  /** Nodes that two quorums must share. */
  readonly required: number;
  /** Undefined when the budget ran out before it was decided. */
  readonly holds?: boolean;
  /** Fewest nodes that two of them share. */
  readonly smallest?: number;
  /** Present whenever `holds` is false. */
  readonly counterexample?: QuorumPair;
}

export interface Intersections {
  readonly readWrite: Intersection;
  readonly writeWrite: Intersection;
  readonly byzantine: Intersection;
}

export interface IntersectionOptions {
  readonly byzantineFaults: number;
  /** Nodes that quorums must share when some lie; by default one more than may lie. */
  readonly requiredByzantine?: number;
  readonly budget: Budget;
}

export function intersections(
  { reads, writes }: QuorumSystem,
  { byzantineFaults, requiredByzantine = byzantineFaults + 1, budget }: IntersectionOptions,
): Intersections {
  const readWrite = fewestShared(reads, writes, budget);
  const writeWrite = fewestShared(writes, writes, budget);
  return {
    readWrite: judge(readWrite, 1),
    writeWrite: judge(writeWrite, 1),
    byzantine: judge(readWrite, requiredByzantine),
  };
}

/** What is known about the overlaps of two families. */
interface Overlap {
  /** Two quorums found to share few nodes. */
  readonly pair: QuorumPair | undefined;
  /** Whether no two share fewer than `pair`. */
  readonly isFewest: boolean;
  /** Proven to be shared by any two. */
  readonly atLeast: number;
}

function judge({ pair, isFewest, atLeast }: Overlap, required: number): Intersection {
  const found = pair?.common.length ?? Number.POSITIVE_INFINITY;
  const smallest = isFewest && pair !== undefined ? { smallest: found } : {};
  if (pair !== undefined && found < required) return { required, holds: false, ...smallest, counterexample: pair };
  return { required, ...(isFewest || atLeast >= required ? { holds: true } : {}), ...smallest };
}

function fewestShared(left: Expression, right: Expression, budget: Budget): Overlap {
  const paired = pairedIntersection(left, right, budget);
  if (paired !== undefined) {
    const pair = pairOf(paired.left, paired.right);
    return { pair, isFewest: true, atLeast: pair.common.length };
  }
  const atLeast = meetByShape(left, right) ? 1 : 0;
  return isSmallerFamily(right, left)
    ? mirrored(enumerate(right, left, atLeast, budget))
    : enumerate(left, right, atLeast, budget);
}

function pairOf(left: NodeSet, right: NodeSet): QuorumPair {
  return { left, right, common: commonNodes(left, right) };
}

function mirrored(overlap: Overlap): Overlap {
  const { pair } = overlap;
  return pair === undefined
    ? overlap
    : { ...overlap, pair: { left: pair.right, right: pair.left, common: pair.common } };
}

/** An uncounted family counts as the larger. */
function isSmallerFamily(one: Expression, other: Expression): boolean {
  const count = countMinimalQuorums(one);
  if (count === undefined) return false;
  const otherCount = countMinimalQuorums(other);
  return otherCount === undefined || count < otherCount;
}

function enumerate(outer: Expression, inner: Expression, atLeast: number, budget: Budget): Overlap {
  const { quorums, complete } = minimalQuorums(outer, {
    limit: ENUMERATED_MAX,
    budget: shareOf(budget, ENUMERATION_STEPS),
  });
  let fewest: QuorumPair | undefined;
  for (const quorum of quorums) {
    const inQuorum = new Set(quorum);
    const met = smallestQuorum(inner, (node) => (inQuorum.has(node) ? 1 : 0), budget);
    if (met === undefined) return { pair: fewest, isFewest: false, atLeast };
    if (fewest === undefined || met.weight < fewest.common.length) fewest = pairOf(quorum, met.nodes);
    // Nothing can be lower than what is proven.
    if (fewest.common.length <= atLeast) return { pair: fewest, isFewest: true, atLeast };
  }
  return { pair: fewest, isFewest: complete, atLeast };
}
