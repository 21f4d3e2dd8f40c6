/**
 * What a consensus problem fixes once defaults are filled in; each default is listed in `assumptions`.
 */
import { type AvailabilityReport, availability } from '../../availability/availability.ts';
import type { Budget } from '../../kernel/budget.ts';
import { fail } from '../../kernel/failure.ts';
import type { ConsensusCard } from '../../knowledge/entries.ts';
import { protocolCard } from '../../knowledge/protocol-cards.ts';
import { choose, node } from '../../quorum/expressions/expression.ts';
import { type QuorumSizes, quorumSizes } from '../../quorum/fault-model.ts';
import { createQuorumSystem, type QuorumSystem } from '../../quorum/quorum-system.ts';
import type { DistributedProblem } from '../../schemas/problem.ts';
import { formatPercent, plural } from '../format.ts';

export interface ConsensusSetting {
  readonly card: ConsensusCard;
  readonly faultModel: 'crash' | 'byzantine';
  readonly sizes: QuorumSizes;
  /** Any `quorumSize` of the nodes, for reads and writes alike. */
  readonly system: QuorumSystem;
  readonly availability: AvailabilityReport;
  readonly oneWayMs: number;
  readonly nodeAvailability: number;
  readonly assumptions: readonly string[];
}

const ONE_WAY_MS_DEFAULT = 1;
const NODE_AVAILABILITY_DEFAULT = 0.99;

/** Fails with `solution/infeasible` when there are too few nodes, and with `input/missing` when nothing fixes the size. */
export function settingOf(problem: DistributedProblem, budget: Budget): ConsensusSetting {
  const { latency_ms: latencyMs, partition_probability: cutOff } = problem.network_assumptions ?? {};
  const faultModel = faultModelOf(problem);
  const sizes = sizesOf(problem, faultModel);
  const nodeAvailability = cutOff === undefined ? NODE_AVAILABILITY_DEFAULT : 1 - cutOff;
  const system = consensusSystem(sizes);
  return {
    card: protocolCard(faultModel === 'byzantine' ? 'pbft' : 'raft'),
    faultModel,
    sizes,
    system,
    availability: availability({ system, defaultAvailability: nodeAvailability, budget }),
    oneWayMs: latencyMs ?? ONE_WAY_MS_DEFAULT,
    nodeAvailability,
    assumptions: [
      ...(problem.nodes === undefined ? [`nodes was not given; ${sizes.nodeCount} is the fewest that do.`] : []),
      ...(latencyMs === undefined
        ? [`latency_ms was not given; ${ONE_WAY_MS_DEFAULT} ms one way is assumed, as within one data centre.`]
        : []),
      ...(cutOff === undefined
        ? [
            `partition_probability was not given; each node is assumed reachable ${formatPercent(nodeAvailability)} of the time.`,
          ]
        : []),
      'Nodes fail independently of each other.',
    ],
  };
}

export function faultModelOf({ network_assumptions: network }: DistributedProblem): ConsensusSetting['faultModel'] {
  return network?.byzantine_tolerance === true ? 'byzantine' : 'crash';
}

function consensusSystem({ nodeCount, quorumSize }: QuorumSizes): QuorumSystem {
  const indices = Array.from({ length: nodeCount }, (_, index) => index);
  const quorums = choose(quorumSize, indices.map(node));
  const nodes = indices.map((index) => ({ id: `n${index + 1}` }));
  return createQuorumSystem({ nodes, reads: quorums, writes: quorums });
}

function sizesOf(problem: DistributedProblem, faultModel: ConsensusSetting['faultModel']): QuorumSizes {
  const { nodes, failure_tolerance: failures } = problem;
  if (nodes === undefined && failures === undefined) {
    return fail('input/missing', {
      message: 'the size of the cluster is open',
      path: 'nodes',
      expected: 'nodes, failure_tolerance, or both',
      nextStep: 'A call that works: solve_problem {"problem_type":"consensus","nodes":5,"failure_tolerance":2}',
    });
  }
  const sizes = quorumSizes(
    nodes === undefined ? { faultModel, failureTolerance: failures } : { faultModel, nodeCount: nodes },
  );
  return failures !== undefined && failures > sizes.failureTolerance ? refuse(sizes, failures, faultModel) : sizes;
}

const IMPOSSIBLE = {
  byzantine: 'Byzantine agreement is impossible with n <= 3f (Pease, Shostak and Lamport 1980; Castro and Liskov 1999)',
  crash:
    'crash-tolerant consensus needs n >= 2f+1, or two sides of a partition could both decide (Lamport 1998; Dwork, Lynch and Stockmeyer 1988)',
};

function refuse(
  { nodeCount, failureTolerance: most }: QuorumSizes,
  failures: number,
  faultModel: ConsensusSetting['faultModel'],
): never {
  const { nodeCount: needed } = quorumSizes({ faultModel, failureTolerance: failures });
  const kind = faultModel === 'byzantine' ? 'Byzantine failure' : 'failure';
  return fail('solution/infeasible', {
    message: `${plural(nodeCount, 'node')} cannot survive ${plural(failures, kind)}: ${IMPOSSIBLE[faultModel]}`,
    path: 'nodes',
    received: `nodes ${nodeCount}, failure_tolerance ${failures}`,
    expected: `at least ${plural(needed, 'node')} for ${plural(failures, 'failure')}`,
    nextStep: `Use ${needed} nodes, or set failure_tolerance to ${most}, which ${plural(nodeCount, 'node')} can survive.`,
  });
}
