/**
 * Consensus problems: which protocol, how large, with which timeouts, what each failure does, and why it is right.
 *
 * Sizes, intersections, resilience, load and availability are computed by the engines; properties, arguments and
 * defaults come from the protocol cards with their papers; every scenario is simulated, and every schedule of a small cluster is
 * explored where that ends in seconds.
 */
import type { Budget } from '../kernel/budget.ts';
import { reference } from '../knowledge/bibliography.ts';
import type { ConsensusCard } from '../knowledge/entries.ts';
import type { ProtocolId } from '../knowledge/knowledge.generated.ts';
import { protocolCard } from '../knowledge/protocol-cards.ts';
import type { Check } from '../model-checking/check.ts';
import { quorumSizes } from '../quorum/fault-model.ts';
import type { DistributedProblem } from '../schemas/problem.ts';
import type { DistributedSolution } from '../schemas/solution.ts';
import { checklistFor } from './consensus/checklist.ts';
import { commitDiagram } from './consensus/commit-diagram.ts';
import { gatherEvidence } from './consensus/evidence.ts';
import { explorationEvidence, exploredInWords, exploreInTheSmall } from './consensus/explored.ts';
import { nextSteps } from './consensus/next-steps.ts';
import { estimatePerformance } from './consensus/performance.ts';
import { describeScenarios } from './consensus/scenarios.ts';
import { type ConsensusSetting, settingOf } from './consensus/setting.ts';
import { simulateScenarios, simulationEvidence } from './consensus/simulated.ts';
import { type ConsensusTimeouts, scaleTimeouts } from './consensus/timeouts.ts';
import { plural } from './format.ts';

/** Everything of the solution but the command that reproduces it. Fails with `solution/infeasible` or `input/missing`. */
export function solveConsensus(problem: DistributedProblem, budget: Budget): Omit<DistributedSolution, 'reproduce'> {
  const setting = settingOf(problem, budget);
  const { card, sizes } = setting;
  const timeouts = scaleTimeouts(card, setting.oneWayMs);
  const { evidence, checked } = gatherEvidence(setting, budget);
  const explored = exploreInTheSmall(setting, budget);
  const simulated = simulateScenarios(setting, timeouts, budget);
  return {
    summary: summarize(setting, timeouts),
    protocol: card.name,
    correctness_proof: proofText(card, checked, explored),
    failure_scenarios: describeScenarios(setting, simulated),
    performance_characteristics: estimatePerformance(setting),
    configuration: {
      nodes: sizes.nodeCount,
      failure_tolerance: sizes.failureTolerance,
      quorum_size: sizes.quorumSize,
      ...timeouts,
    },
    alternatives: alternativesTo(setting, problem),
    checklist: checklistFor(setting, simulated),
    implementations: [...card.implementations],
    diagram: commitDiagram(card.id, sizes),
    evidence: [...evidence, ...explorationEvidence(explored), ...simulationEvidence(simulated)],
    assumptions: [...setting.assumptions, ...card.liveness.map((condition) => `Progress needs: ${condition}`)],
    references: card.references.map((id) => reference(id)),
    next_steps: nextSteps(setting, problem, timeouts),
  };
}

function summarize({ card, sizes, faultModel, availability }: ConsensusSetting, timeouts: ConsensusTimeouts): string {
  const { nodeCount, quorumSize, failureTolerance } = sizes;
  const { election_timeout_min_ms: minMs, election_timeout_max_ms: maxMs } = timeouts;
  const kind = faultModel === 'byzantine' ? 'Byzantine failure' : 'node failure';
  const timer = card.id === 'pbft' ? 'view-change timeout' : 'election timeout';
  return (
    `${card.name} on ${plural(nodeCount, 'node')}: quorum ${quorumSize}, survives ${plural(failureTolerance, kind)}, ` +
    `${timer} ${minMs}–${maxMs} ms. With ${nodeCount - quorumSize + 1} down it stops accepting writes and loses nothing committed.` +
    (availability.write > 0 ? '' : ' At the stated partition probability no quorum is ever up.')
  );
}

function proofText({ proof }: ConsensusCard, checked: readonly string[], explored: Check | undefined): string {
  const sources = proof.sources.map(({ reference: id, section }) => {
    const { authors, year } = reference(id);
    return `${authors} ${year}, ${section}`;
  });
  return [
    `Theorem. ${proof.theorem}`,
    `Lemma. ${proof.lemma}`,
    ...proof.argument.map((step, index) => `(${index + 1}) ${step}`),
    `Provided that: ${proof.restriction}`,
    `Source: ${sources.join('; ')}.`,
    `Machine-checked here: ${checked.join('; ')}. ${exploredInWords(explored)}`,
  ].join('\n');
}

function alternativesTo(
  { faultModel, sizes }: ConsensusSetting,
  { consistency_requirement: consistency }: DistributedProblem,
): DistributedSolution['alternatives'] {
  if (faultModel === 'byzantine') {
    return [{ protocol: 'Raft', why_not: 'Tolerates crashes only; a node that lies can break agreement.' }];
  }
  const { failureTolerance } = sizes;
  const { nodeCount: needed } = quorumSizes({ faultModel: 'byzantine', failureTolerance });
  const failures = plural(failureTolerance, 'failure');
  return [
    alternative('multi-paxos', 'Same quorums and costs; less suited to'),
    alternative('viewstamped-replication', 'Same quorums; less suited to'),
    {
      protocol: protocolCard('pbft').name,
      why_not: `Tolerates lying nodes, but needs ${needed} nodes for ${failures} and messages that grow with n².`,
    },
    ...(consistency === 'eventual' || consistency === 'causal'
      ? [
          alternative(
            'dynamo-quorums',
            `Would meet ${consistency} consistency at less cost, but solves no consensus; not for`,
          ),
        ]
      : []),
  ];
}

function alternative(id: ProtocolId, but: string): DistributedSolution['alternatives'][number] {
  const { name, notFor } = protocolCard(id);
  return { protocol: name, why_not: `${but} ${notFor.charAt(0).toLowerCase()}${notFor.slice(1)}` };
}
