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
  { problem, ...setting }: ReviewSetting,
): Refutation | undefined {
  const { failureTolerance } = quorumSizes({ faultModel: setting.faultModel, nodeCount: nodes });
  const shared = Math.max(0, 2 * quorum - nodes);
  const needed = setting.faultModel === 'byzantine' ? failureTolerance + 1 : 1;
  const evidence = explainSizes(nodes, setting.faultModel);
  if (quorum > nodes) return { computed: `there are only ${plural(nodes, 'node')}`, evidence };
  if (shared < needed) {
    return { computed: `two quorums of ${quorum} out of ${nodes} share ${shared}, ${needed} needed`, evidence };
  }
  const survived = nodes - quorum;
  const wanted = nodes === setting.nodes ? Math.min(problem.failure_tolerance ?? 0, failureTolerance) : 0;
  return survived < wanted
    ? {
        computed: `a quorum of ${quorum} out of ${nodes} survives ${plural(survived, 'failure')}, not ${wanted}`,
        evidence,
      }
    : undefined;
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
