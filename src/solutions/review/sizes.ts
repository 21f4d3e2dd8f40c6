/**
 * Claims about quorum arithmetic, refuted from the formulas of `quorum/fault-model.ts`.
 */
import { quorumSizes } from '../../quorum/fault-model.ts';
import { plural } from '../format.ts';
import type { Refutation, ReviewSetting } from './check.ts';

type FaultModel = ReviewSetting['faultModel'];

/** "`nodes` nodes tolerate `failures` failures" is false when they tolerate fewer; more is not claimed. */
export function refuteTolerance(nodes: number, failures: number, faultModel: FaultModel): Refutation | undefined {
  const { failureTolerance } = quorumSizes({ faultModel, nodeCount: nodes });
  if (failures <= failureTolerance) return undefined;
  const { nodeCount: needed } = quorumSizes({ faultModel, failureTolerance: failures });
  return {
    computed: `${plural(nodes, 'node')} tolerate ${failureTolerance}; ${plural(failures, 'failure')} need ${plural(needed, 'node')}`,
    evidence: explainSizes(nodes, faultModel),
  };
}

/** "`nodes` nodes do not tolerate `failures` failures" is false when they do. */
export function refuteIntolerance(nodes: number, failures: number, faultModel: FaultModel): Refutation | undefined {
  const { failureTolerance } = quorumSizes({ faultModel, nodeCount: nodes });
  if (failures > failureTolerance) return undefined;
  return {
    computed: `${plural(nodes, 'node')} do tolerate ${plural(failureTolerance, 'failure')}`,
    evidence: explainSizes(nodes, faultModel),
  };
}

/** A quorum size is wrong if two quorums can miss each other, or if the failures to survive leave too few nodes. */
export function refuteQuorum(
  nodes: number,
  quorum: number,
  { problem, faultModel, nodes: ours }: ReviewSetting,
): Refutation | undefined {
  const refutation = refuteIntersection(nodes, quorum, faultModel);
  if (refutation !== undefined) return refutation;
  const { failureTolerance } = quorumSizes({ faultModel, nodeCount: nodes });
  const survived = nodes - quorum;
  const wanted = nodes === ours ? Math.min(problem.failure_tolerance ?? 0, failureTolerance) : 0;
  if (survived >= wanted) return undefined;
  return {
    computed: `a quorum of ${quorum} out of ${nodes} survives ${plural(survived, 'failure')}, not ${wanted}`,
    evidence: explainSizes(nodes, faultModel),
  };
}

/** Two quorums must share a node, and a correct one if nodes lie. */
export function refuteIntersection(nodes: number, quorum: number, faultModel: FaultModel): Refutation | undefined {
  if (quorum > nodes) {
    return { computed: `there are only ${plural(nodes, 'node')}`, evidence: explainSizes(nodes, faultModel) };
  }
  const shared = Math.max(0, 2 * quorum - nodes);
  const needed = sharedNodesNeeded(nodes, faultModel);
  if (shared >= needed) return undefined;
  return {
    computed: `two quorums of ${quorum} out of ${nodes} share ${shared}, ${needed} needed`,
    evidence: explainSizes(nodes, faultModel),
  };
}

/** A read must meet the last write. */
export function refuteReadWrite(
  nodes: number,
  { read, write }: { readonly read: number; readonly write: number },
  faultModel: FaultModel,
): Refutation | undefined {
  const shared = Math.max(0, read + write - nodes);
  const needed = sharedNodesNeeded(nodes, faultModel);
  if (shared >= needed) return undefined;
  return {
    computed: `${read} read and ${write} written of ${nodes} share ${shared}, ${needed} needed`,
    evidence: 'read and write quorums must intersect: r + w > n',
  };
}

function sharedNodesNeeded(nodes: number, faultModel: FaultModel): number {
  return faultModel === 'byzantine' ? quorumSizes({ faultModel, nodeCount: nodes }).failureTolerance + 1 : 1;
}

/** "f failures take `perFailure` * f + `extra` nodes" is false when that is too few for one failure or for many. */
export function refuteFormula(
  { perFailure, extra }: { readonly perFailure: number; readonly extra: number },
  faultModel: FaultModel,
): Refutation | undefined {
  const needed = faultModel === 'byzantine' ? 3 : 2;
  if (perFailure > needed || (perFailure === needed && extra >= 1)) return undefined;
  return {
    computed: `f ${faultModel === 'byzantine' ? 'Byzantine' : 'crash'} failures need ${needed}f+1 nodes`,
    evidence: explainSizes(needed + 1, faultModel),
  };
}

export interface Loss {
  readonly down: number;
  readonly nodes: number;
}

/** The system goes on exactly while a quorum is up. */
export function refuteOutcome(
  { down, nodes }: Loss,
  continues: boolean,
  faultModel: FaultModel,
): Refutation | undefined {
  const { quorumSize } = quorumSizes({ faultModel, nodeCount: nodes });
  const goesOn = nodes - down >= quorumSize;
  if (continues === goesOn) return undefined;
  return {
    computed: `with ${down} of ${nodes} nodes down the system ${goesOn ? 'continues' : 'stops accepting writes'}`,
    evidence: explainSizes(nodes, faultModel),
  };
}

function explainSizes(nodes: number, faultModel: FaultModel): string {
  const { quorumSize, failureTolerance } = quorumSizes({ faultModel, nodeCount: nodes });
  return faultModel === 'byzantine'
    ? `n = ${nodes}: f = floor((n-1)/3) = ${failureTolerance}, quorum ceil((n+f+1)/2) = ${quorumSize}`
    : `n = ${nodes}: quorum floor(n/2)+1 = ${quorumSize}, f = n - quorum = ${failureTolerance}`;
}
