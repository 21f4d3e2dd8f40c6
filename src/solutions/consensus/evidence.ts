/**
 * The computed evidence of a consensus answer: intersection, resilience and availability of its quorums.
 */
import { stepBudget } from '../../kernel/budget.ts';
import { invariant } from '../../kernel/invariant.ts';
import { intersections } from '../../quorum/intersection.ts';
import { countMinimalQuorums } from '../../quorum/minimal-quorums.ts';
import { resilience } from '../../quorum/resilience.ts';
import type { Evidence } from '../../schemas/answer.ts';
import type { ConsensusSetting } from '../consensus.ts';
import { formatPercent } from '../format.ts';
import { consensusSystem } from './consensus-system.ts';
import { quorumAvailability } from './performance.ts';

const STEPS_MAX = 10_000_000;

export function gatherEvidence(setting: ConsensusSetting): { evidence: Evidence[]; checked: string[] } {
  const { sizes, byzantine, card } = setting;
  const { nodeCount, quorumSize, failureTolerance } = sizes;
  const system = consensusSystem(sizes);
  const budget = stepBudget(STEPS_MAX);
  const common = intersections(system, { byzantineFaults: byzantine ? failureTolerance : 0, budget });
  const pair = byzantine ? common.byzantine : common.writeWrite;
  const { failures } = resilience(system.writes, { budget });
  invariant(failures !== undefined, 'the resilience of a threshold is decided in one pass');
  const count = countMinimalQuorums(system.writes);
  const up = quorumAvailability(setting);
  const evidence: Evidence[] = [
    {
      kind: 'computation',
      claim: `${nodeCount} nodes need quorums of ${quorumSize} and survive ${failureTolerance} failures`,
      method: `${card.quorum.formula}; ${card.nodesNeeded}`,
      result: `quorum ${quorumSize}, f = ${failureTolerance}`,
    },
    {
      kind: 'certificate',
      claim: `Any two of the ${count} minimal quorums share at least ${pair.required} node${pair.required === 1 ? '' : 's'}`,
      method: 'smallest intersection of two quorums, 2q - n',
      result: `smallest intersection ${pair.smallest}`,
    },
    {
      kind: 'computation',
      claim: `Any ${failures} nodes may fail and a quorum remains; some ${failures + 1} may not`,
      method: 'smallest set of nodes that meets every quorum, less one',
      result: `resilience ${failures}`,
    },
    {
      kind: 'computation',
      claim: `A quorum is up with probability ${formatPercent(up.value)}`,
      method: 'exact distribution of the number of nodes up',
      result: String(Number(up.value.toPrecision(12))),
    },
  ];
  const checked = [
    `the smallest intersection of two quorums is ${pair.smallest} (${pair.required} needed)`,
    `a quorum remains whichever ${failures} nodes are down`,
  ];
  return { evidence, checked };
}
