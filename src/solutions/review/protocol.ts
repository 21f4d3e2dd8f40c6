/**
 * Whether the problem can be solved at all, and whether the protocol fits the faults.
 */
import type { ProposedSolution } from '../../schemas/solution.ts';
import type { Check, ReviewSetting } from './check.ts';
import { refuteTolerance } from './sizes.ts';

/** A solution to a problem that has none is wrong whatever it says. */
export function checkFeasibility({ problem, faultModel }: ReviewSetting): Check[] {
  const { problem_type: type, nodes, failure_tolerance: failures } = problem;
  if (type !== 'consensus' || nodes === undefined || failures === undefined) return [];
  const claim = `consensus among ${nodes} nodes that survives ${failures} failures`;
  return [{ path: 'protocol', claim, refutation: refuteTolerance(nodes, failures, faultModel) }];
}

const CRASH_ONLY = /\b(raft|(?:multi-?|fast |flexible )?paxos|zab|zookeeper|viewstamped|primary[- ]backup)\b/i;
const BYZANTINE_READY = /\b(pbft|bft|byzantine|hotstuff|tendermint|hot-stuff)\b/i;

export function checkProtocol({ protocol }: ProposedSolution, { faultModel }: ReviewSetting): Check[] {
  if (faultModel === 'crash') return [];
  const crashOnly = CRASH_ONLY.test(protocol) && !BYZANTINE_READY.test(protocol);
  const refutation = {
    computed: 'this protocol tolerates crashes only; a lying node can break agreement',
    evidence: 'Byzantine agreement needs quorums that share f+1 nodes, n >= 3f+1 (Castro and Liskov 1999)',
  };
  return [{ path: 'protocol', claim: protocol, refutation: crashOnly ? refutation : undefined }];
}
