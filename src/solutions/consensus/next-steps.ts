/**
 * What to do next, and what about the question itself deserves a second look.
 */
import { quorumSizes } from '../../quorum/fault-model.ts';
import type { DistributedProblem } from '../../schemas/problem.ts';
import { plural } from '../format.ts';
import type { ConsensusSetting } from './setting.ts';
import type { ConsensusTimeouts } from './timeouts.ts';

/** etcd refuses longer election timeouts (etcd tuning guide). */
const ELECTION_TIMEOUT_MS_MAX = 50_000;

export function nextSteps(
  setting: ConsensusSetting,
  problem: DistributedProblem,
  timeouts: ConsensusTimeouts,
): string[] {
  const { sizes, faultModel, nodeAvailability } = setting;
  const call = { node_count: sizes.nodeCount, fault_model: faultModel, node_availability: nodeAvailability };
  return [
    ...fewerVoters(setting, problem.failure_tolerance ?? sizes.failureTolerance),
    ...slowElections(timeouts),
    `Place the nodes in zones and call analyze_quorum ${JSON.stringify(call)} with them for availability and load.`,
  ];
}

/** More voters than the failures need make every quorum larger and slower. */
function fewerVoters({ sizes, faultModel }: ConsensusSetting, failures: number): string[] {
  const { nodeCount: voters } = quorumSizes({ faultModel, failureTolerance: failures });
  if (voters >= sizes.nodeCount) return [];
  return [
    `${plural(voters, 'voter')} survive ${plural(failures, 'failure')}; make the other ${sizes.nodeCount - voters} learners, ` +
      'or leave them out: more voters only make quorums larger.',
  ];
}

function slowElections({ election_timeout_max_ms: longest }: ConsensusTimeouts): string[] {
  if (longest <= ELECTION_TIMEOUT_MS_MAX) return [];
  return [
    `At this latency elections time out after up to ${longest} ms, more than the ${ELECTION_TIMEOUT_MS_MAX} ms that etcd allows: ` +
      'place the voters closer together.',
  ];
}
