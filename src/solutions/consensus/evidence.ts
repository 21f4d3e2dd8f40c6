/**
 * The computed evidence of a consensus answer: intersection, resilience and availability of its quorums.
 */
import { type Budget, shareOf } from '../../kernel/budget.ts';
import { invariant } from '../../kernel/invariant.ts';
import { intersections } from '../../quorum/intersections/intersection.ts';
import { countMinimalQuorums } from '../../quorum/quorums/minimal-quorums.ts';
import { resilience } from '../../quorum/resilience.ts';
import type { Evidence } from '../../schemas/answer.ts';
import { formatNumber, formatPercent, plural } from '../format.ts';
import type { ConsensusSetting } from './setting.ts';

/** One pass over a threshold decides each question; the share only keeps a bug from taking the whole budget. */
const STEPS_PER_QUESTION = 1_000_000;

export function gatherEvidence(setting: ConsensusSetting, budget: Budget): { evidence: Evidence[]; checked: string[] } {
  const { sizes, system, card, availability } = setting;
  const { nodeCount, quorumSize, failureTolerance, byzantineFaults } = sizes;
  const common = intersections(system, { byzantineFaults, budget: shareOf(budget, STEPS_PER_QUESTION) });
  const pair = byzantineFaults > 0 ? common.byzantine : common.writeWrite;
  const { failures } = resilience(system.writes, { budget: shareOf(budget, STEPS_PER_QUESTION) });
  invariant(failures !== undefined, 'the resilience of a threshold is decided in one pass');
  const count = countMinimalQuorums(system.writes);
  invariant(count !== undefined, 'the quorums of a threshold are counted in closed form');
  const evidence: Evidence[] = [
    {
      kind: 'computation',
      claim: `${plural(nodeCount, 'node')} with quorums of ${quorumSize} survive ${plural(failureTolerance, 'failure')}`,
      method: `${card.quorum.formula}; ${card.nodesNeeded}`,
      result: `quorum ${quorumSize}, f = ${failureTolerance}`,
    },
    {
      kind: 'certificate',
      claim: `any two of the ${formatNumber(Number(count))} minimal quorums share at least ${plural(pair.required, 'node')}`,
      method: 'smallest intersection of two quorums, 2q - n',
      result: `smallest intersection ${pair.smallest}`,
    },
    {
      kind: 'computation',
      claim: `a quorum remains whichever ${plural(failures, 'node')} are down, but not whichever ${failures + 1}`,
      method: 'smallest set of nodes that meets every quorum, less one',
      result: `resilience ${failures}`,
    },
    {
      kind: 'computation',
      claim: `a quorum is up with probability ${formatPercent(availability.write)}`,
      method: availability.method,
      result: String(Number(availability.write.toPrecision(12))),
    },
  ];
  const checked = [
    `the smallest intersection of two quorums is ${pair.smallest} (${pair.required} needed)`,
    `a quorum remains whichever ${plural(failures, 'node')} are down`,
  ];
  return { evidence, checked };
}
