/**
 * The strategy half of a quorum report: the workload and limits that a request means, and the optimum with its proof.
 */

import type { Budget } from '../../kernel/budget.ts';
import { defined } from '../../kernel/defined.ts';
import { fail } from '../../kernel/failure.ts';
import type { QuorumSystem } from '../../quorum/quorum-system.ts';
import { optimizeStrategy, type StrategyProblem, type StrategyResult } from '../../quorum/strategies/strategy.ts';
import type { QuorumReport, QuorumRequest } from '../../schemas/quorum.ts';
import { formatNumber } from '../format.ts';
import { nameNodes } from './describe-structure.ts';

const READ_FRACTION_DEFAULT = 0.5;

export type StrategyGoal = Omit<StrategyProblem, 'system' | 'budget'>;

/** What the request wants minimised, under which workload and limits. */
export function goalOf(request: QuorumRequest): StrategyGoal {
  const { workload, read_fraction: fraction } = request;
  if (workload !== undefined && fraction !== undefined) {
    fail('input/conflict', {
      message: 'read_fraction and workload both state the share of reads',
      path: 'read_fraction',
      expected: 'one of the two',
      nextStep: 'Remove read_fraction, or use it as the only entry of workload.',
    });
  }
  return {
    workload: workload?.map(({ read_fraction, weight }) => ({ readFraction: read_fraction, weight })) ?? [
      { readFraction: fraction ?? READ_FRACTION_DEFAULT, weight: 1 },
    ],
    optimize: request.optimize,
    resilientTo: request.resilient_to,
    loadLimit: request.load_limit,
    networkLimit: request.network_limit,
    latencyLimitMs: request.latency_limit_ms,
  };
}

/** Latency can be optimised or limited only if every node states its own. */
export function requireLatencies(
  nodes: readonly { readonly latencyMs?: number | undefined }[],
  goal: StrategyGoal,
): void {
  if (goal.optimize !== 'latency' && goal.latencyLimitMs === undefined) return;
  const missing = nodes.findIndex(({ latencyMs }) => latencyMs === undefined);
  if (missing < 0) return;
  fail('input/missing', {
    message: 'latency is to be optimised or limited, but a node does not state its latency',
    path: `nodes[${missing}].latency_ms`,
    expected: 'latency_ms on every node',
    nextStep:
      'A call that works: analyze_quorum {"nodes":[{"id":"a","latency_ms":1},{"id":"b","latency_ms":2}],"optimize":"latency"}',
  });
}

export function strategyOf(system: QuorumSystem, request: QuorumRequest, budget: Budget): StrategyResult {
  const goal = goalOf(request);
  requireLatencies(system.nodes, goal);
  return optimizeStrategy({ system, ...goal, budget });
}

/** The strategy as it is answered: concise leaves out the rarest quorums and the nodes that bound nothing. */
export function describeStrategy(
  system: QuorumSystem,
  result: StrategyResult,
  { response_format: format, list_limit: limit }: QuorumRequest,
): Pick<QuorumReport, 'feasible' | 'no_strategy_because' | 'strategy' | 'certificate'> {
  if (result.feasible !== true)
    return {
      ...defined({ feasible: result.feasible }),
      no_strategy_because: whyNoStrategy(result),
    };
  const detailed = format === 'detailed';
  const named = (quorums: typeof result.reads): { quorum: string[]; probability: number }[] =>
    (detailed ? quorums : [...quorums].sort((a, b) => b.probability - a.probability).slice(0, limit)).map(
      ({ quorum, probability }) => ({ quorum: nameNodes(system, quorum), probability }),
    );
  const { certificate } = result;
  return {
    feasible: true,
    strategy: {
      objective: result.objective,
      value: result.value,
      ...defined({ exact: result.exact, latency_ms: result.latencyMs }),
      load: result.load,
      capacity: result.capacity,
      capacity_at_mean_load: result.capacityAtMeanLoad,
      network_load: result.networkLoad,
      reads: named(result.reads),
      writes: named(result.writes),
      node_load: system.nodes.map(({ id }, index) => ({ node: id, load: result.nodeLoad[index] ?? 0 })),
    },
    certificate: {
      method: certificate.method,
      bound: certificate.bound,
      // Rounding may put the bound a hair above the value.
      gap: Math.max(0, certificate.gap),
      verified: certificate.verified,
      node_prices: system.nodes
        .map(({ id }, index) => ({ node: id, price: certificate.nodePrices[index] ?? 0 }))
        .filter(({ price }) => detailed || price > 0),
    },
  };
}

const LIMIT_NAMES = { loadLimit: 'load_limit', networkLimit: 'network_limit', latencyLimitMs: 'latency_limit_ms' };

/** The limit that stands in the way, in the words of the request. */
export function whyNoStrategy(result: Exclude<StrategyResult, { feasible: true }>): string {
  if (result.feasible === undefined || result.limit === undefined) return result.because;
  const { name, given, least } = result.limit;
  return `${LIMIT_NAMES[name]} ${formatNumber(given)} cannot be met; the least that any strategy within the other limits reaches is ${formatNumber(least)}`;
}

/** What the request left open about the work to be done. */
export function goalAssumptions({ workload, read_fraction: fraction, nodes = [] }: QuorumRequest): string[] {
  const stated = nodes.some((node) => (node.capacity ?? node.read_capacity ?? node.write_capacity) !== undefined);
  return [
    ...(workload === undefined && fraction === undefined
      ? ['read_fraction was not given; half of the operations are reads.']
      : []),
    ...(stated ? [] : ['No capacities were given; each node serves 1 operation per second.']),
  ];
}

/** Says what a concise strategy leaves out. */
export function rarerQuorums(
  request: QuorumRequest,
  { reads, writes }: Extract<StrategyResult, { feasible: true }>,
): string[] {
  const longest = Math.max(reads.length, writes.length);
  if (request.response_format === 'detailed' || longest <= request.list_limit) return [];
  return [
    `The strategy shows the ${request.list_limit} most used quorums of up to ${longest} a side: "response_format":"detailed" shows all.`,
  ];
}
