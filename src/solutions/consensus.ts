/**
 * Consensus problems: which protocol, how large, with which timeouts, what each failure does, and why it is right.
 *
 * Sizes, intersections, resilience, load and availability are computed by the engines; properties, arguments and
 * defaults come from the protocol cards with their papers. Nothing is simulated or model-checked here, and the answer
 * says so.
 */
import { fail } from '../kernel/failure.ts';
import { reference } from '../knowledge/bibliography.ts';
import { protocolCard } from '../knowledge/protocol-cards.ts';
import type { ConsensusCard } from '../knowledge/types.ts';
import { type QuorumSizes, quorumSizes } from '../quorum/fault-model.ts';
import type { DistributedProblem } from '../schemas/problem.ts';
import type { DistributedSolution } from '../schemas/solution.ts';
import { commitDiagram } from './consensus/commit-diagram.ts';
import { gatherEvidence } from './consensus/evidence.ts';
import { estimatePerformance } from './consensus/performance.ts';
import { describeScenarios } from './consensus/scenarios.ts';
import { scaleTimeouts } from './consensus/timeouts.ts';

/** What the problem fixes once defaults are filled in; each default is listed in `assumptions`. */
export interface ConsensusSetting {
  readonly card: ConsensusCard;
  readonly sizes: QuorumSizes;
  readonly byzantine: boolean;
  readonly oneWayMs: number;
  readonly nodeAvailability: number;
  readonly assumptions: readonly string[];
}

const ONE_WAY_MS_DEFAULT = 1;
const NODE_AVAILABILITY_DEFAULT = 0.99;

/** Everything of the solution but the command that reproduces it. Fails with `solution/infeasible` or `input/missing`. */
export function solveConsensus(problem: DistributedProblem): Omit<DistributedSolution, 'reproduce'> {
  const setting = settingOf(problem);
  const { card, sizes } = setting;
  const timeouts = scaleTimeouts(card, setting.oneWayMs);
  const { evidence, checked } = gatherEvidence(setting);
  return {
    summary: summarize(setting, timeouts.election_timeout_min_ms, timeouts.election_timeout_max_ms),
    protocol: card.name,
    correctness_proof: proofText(card, checked),
    failure_scenarios: describeScenarios(setting),
    performance_characteristics: estimatePerformance(setting),
    configuration: {
      nodes: sizes.nodeCount,
      failure_tolerance: sizes.failureTolerance,
      quorum_size: sizes.quorumSize,
      ...timeouts,
    },
    alternatives: alternativesTo(setting, problem),
    implementations: [...card.implementations],
    diagram: commitDiagram(card.id, sizes),
    evidence,
    assumptions: [...setting.assumptions, ...card.liveness.map((condition) => `Progress needs: ${condition}`)],
    references: card.references.map((id) => reference(id)),
    next_steps: nextSteps(setting, problem),
  };
}

function settingOf(problem: DistributedProblem): ConsensusSetting {
  const network = problem.network_assumptions ?? {};
  const byzantine = network.byzantine_tolerance === true;
  const assumptions: string[] = [];
  const assume = <Value>(value: Value | undefined, otherwise: Value, sentence: string): Value => {
    if (value === undefined) assumptions.push(sentence);
    return value ?? otherwise;
  };
  const sizes = sizesOf(problem, byzantine);
  if (problem.nodes === undefined) assumptions.push(`nodes was not given; ${sizes.nodeCount} is the fewest that do.`);
  const cutOff = network.partition_probability;
  const oneWayMs = assume(
    network.latency_ms,
    ONE_WAY_MS_DEFAULT,
    `latency_ms was not given; ${ONE_WAY_MS_DEFAULT} ms one way is assumed, as within one data centre.`,
  );
  const nodeAvailability = assume(
    cutOff === undefined ? undefined : 1 - cutOff,
    NODE_AVAILABILITY_DEFAULT,
    `partition_probability was not given; each node is assumed reachable ${NODE_AVAILABILITY_DEFAULT * 100}% of the time.`,
  );
  assumptions.push('Nodes fail independently of each other.');
  const card = protocolCard(byzantine ? 'pbft' : 'raft');
  return { card, sizes, byzantine, oneWayMs, nodeAvailability, assumptions };
}

function sizesOf(problem: DistributedProblem, byzantine: boolean): QuorumSizes {
  const { nodes, failure_tolerance: failures } = problem;
  const faultModel = byzantine ? 'byzantine' : 'crash';
  if (nodes === undefined && failures === undefined) {
    return fail('input/missing', {
      message: 'the size of the cluster is open',
      path: 'nodes',
      expected: 'nodes, failure_tolerance, or both',
      nextStep: 'A call that works: solve_problem {"problem_type":"consensus","nodes":5,"failure_tolerance":2}',
    });
  }
  if (nodes === undefined) return quorumSizes({ faultModel, failureTolerance: failures ?? 0 });
  const sizes = quorumSizes({ faultModel, nodeCount: nodes });
  if (failures !== undefined && failures > sizes.failureTolerance) {
    return refuse(nodes, failures, sizes.failureTolerance, byzantine);
  }
  return sizes;
}

function refuse(nodes: number, failures: number, most: number, byzantine: boolean): never {
  const needed = byzantine ? 3 * failures + 1 : 2 * failures + 1;
  const theorem = byzantine
    ? 'Byzantine agreement is impossible with n <= 3f (Pease, Shostak and Lamport 1980; Castro and Liskov 1999)'
    : 'crash-tolerant consensus needs n >= 2f+1, or two sides of a partition could both decide (Lamport 1998; Dwork, Lynch and Stockmeyer 1988)';
  return fail('solution/infeasible', {
    message: `${nodes} nodes cannot survive ${failures} ${byzantine ? 'Byzantine ' : ''}failures: ${theorem}`,
    path: 'nodes',
    received: `nodes ${nodes}, failure_tolerance ${failures}`,
    expected: `at least ${needed} nodes for ${failures} failures`,
    nextStep: `Use ${needed} nodes, or set failure_tolerance to ${most}, which ${nodes} nodes do survive.`,
  });
}

function summarize({ card, sizes, byzantine }: ConsensusSetting, minMs: number, maxMs: number): string {
  const { nodeCount, quorumSize, failureTolerance } = sizes;
  const kind = byzantine ? 'Byzantine failure' : 'node failure';
  const plural = failureTolerance === 1 ? '' : 's';
  const timer = card.id === 'pbft' ? 'view-change timeout' : 'election timeout';
  return (
    `${card.name} on ${nodeCount} node${nodeCount === 1 ? '' : 's'}: quorum ${quorumSize}, survives ${failureTolerance} ${kind}${plural}, ` +
    `${timer} ${minMs}–${maxMs} ms. With ${failureTolerance + 1} down it stops accepting writes and loses nothing committed.`
  );
}

function proofText({ proof }: ConsensusCard, checked: readonly string[]): string {
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
    `Machine-checked here: ${checked.join('; ')}. The protocol itself was not model-checked in this answer.`,
  ].join('\n');
}

function alternativesTo(
  { byzantine, sizes }: ConsensusSetting,
  problem: DistributedProblem,
): DistributedSolution['alternatives'] {
  const others = byzantine
    ? [{ protocol: 'Raft', why_not: 'Tolerates crashes only; a node that lies can break agreement.' }]
    : [
        {
          protocol: protocolCard('multi-paxos').name,
          why_not: `Same quorums and costs; less suited to ${uncapitalized(protocolCard('multi-paxos').notFor)}`,
        },
        {
          protocol: protocolCard('viewstamped-replication').name,
          why_not: `Same quorums; less suited to ${uncapitalized(protocolCard('viewstamped-replication').notFor)}`,
        },
        {
          protocol: 'PBFT',
          why_not: `Tolerates lying nodes, but needs ${3 * sizes.failureTolerance + 1} nodes for ${sizes.failureTolerance} failures and messages that grow with n².`,
        },
      ];
  const weak = problem.consistency_requirement === 'eventual' || problem.consistency_requirement === 'causal';
  const dynamo = protocolCard('dynamo-quorums');
  return weak
    ? [
        ...others,
        {
          protocol: dynamo.name,
          why_not: `Would meet ${problem.consistency_requirement} consistency at less cost, but it does not solve consensus; not for ${uncapitalized(dynamo.notFor)}`,
        },
      ]
    : others;
}

function nextSteps({ sizes, byzantine }: ConsensusSetting, problem: DistributedProblem): string[] {
  const { nodeCount, failureTolerance } = sizes;
  const fewest = byzantine ? 3 * failureTolerance + 1 : 2 * failureTolerance + 1;
  const steps = [
    `Place the nodes in zones and call analyze_quorum {"node_count":${nodeCount},"node_availability":0.99} for availability and load.`,
  ];
  if (nodeCount > fewest) {
    steps.unshift(
      `${fewest} nodes survive the same ${failureTolerance} failures; the other ${nodeCount - fewest} only add to the quorum.`,
    );
  }
  if (problem.failure_tolerance !== undefined && problem.failure_tolerance < failureTolerance) {
    steps.push(
      `Only ${problem.failure_tolerance} failures were asked for; ${nodeCount} nodes survive ${failureTolerance}.`,
    );
  }
  return steps;
}

function uncapitalized(sentence: string): string {
  return sentence.charAt(0).toLowerCase() + sentence.slice(1);
}
