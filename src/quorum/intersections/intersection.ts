/**
 * How many nodes two quorums share: whether every read quorum meets every write quorum, every two write quorums meet, and
 * enough correct nodes remain in common when some lie.
 *
 * Trees of the same shape over the same nodes are compared in closed form (`paired-intersection.ts`): r of n and w of n
 * share at least r + w - n. Otherwise shape may prove that all quorums meet (`always-meet.ts`; every dual does), and an
 * enumeration under the budget finds the fewest nodes they share, or two that share too few
 * (`enumerated-intersection.ts`).
 *
 * Write-write intersection is always answered. Versioned registers and leaders need it (Gifford's 2w > V); phase-2
 * quorums of Flexible Paxos do not. Byzantine intersection is between reads and writes: f + 1 nodes where data are signed.
 */
import { type Budget, shareOf } from '../../kernel/budget.ts';
import type { Expression, NodeSet } from '../expressions/expression.ts';
import type { QuorumSystem } from '../quorum-system.ts';
import { commonNodes } from '../quorums/node-sets.ts';
import { alwaysMeet } from './always-meet.ts';
import { enumeratedIntersection } from './enumerated-intersection.ts';
import { pairedIntersection } from './paired-intersection.ts';

const PROOF_STEPS = 600_000;
const READ_WRITE_STEPS = 700_000;

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
  // Both proofs come first: an enumeration may take all that is left of the budget.
  const readWriteByShape = sharedByShape(reads, writes, budget);
  const writeWriteByShape = reads === writes ? readWriteByShape : sharedByShape(writes, writes, budget);
  const readWrite = enumerated(readWriteByShape, reads, writes, shareOf(budget, READ_WRITE_STEPS));
  const writeWrite = reads === writes ? readWrite : enumerated(writeWriteByShape, writes, writes, budget);
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

function sharedByShape(left: Expression, right: Expression, budget: Budget): Overlap {
  const paired = pairedIntersection(left, right, budget);
  if (paired !== undefined) {
    const pair = pairOf(paired.left, paired.right);
    return { pair, isFewest: true, atLeast: pair.common.length };
  }
  const atLeast = alwaysMeet(left, right, shareOf(budget, PROOF_STEPS)) ? 1 : 0;
  return { pair: undefined, isFewest: false, atLeast };
}

function enumerated(byShape: Overlap, left: Expression, right: Expression, budget: Budget): Overlap {
  if (byShape.isFewest) return byShape;
  const found = enumeratedIntersection(left, right, byShape.atLeast, budget);
  return found === undefined
    ? byShape
    : { pair: pairOf(found.left, found.right), isFewest: found.isFewest, atLeast: byShape.atLeast };
}

function pairOf(left: NodeSet, right: NodeSet): QuorumPair {
  return { left, right, common: commonNodes(left, right) };
}
