/**
 * The metrics of a strategy, whoever made it: computed from its probabilities alone, by definition.
 */
import type { QuorumSystem } from '../quorum-system.ts';
import { latenciesOf } from './strategy-contacts.ts';
import type { Side, WorkloadShare } from './strategy-figures.ts';
import type { QuorumProbability } from './strategy-problem.ts';
import { latencyOfSet } from './strategy-resilient-sets.ts';

export interface StrategyMeasures {
  readonly load: number;
  readonly capacity: number;
  readonly capacityAtMeanLoad: number;
  readonly networkLoad: number;
  readonly latencyMs?: number;
  readonly nodeLoad: readonly number[];
}

export type Strategies = Readonly<Record<Side, readonly QuorumProbability[]>>;

export function measureStrategy(
  system: QuorumSystem,
  shares: readonly WorkloadShare[],
  strategies: Strategies,
): StrategyMeasures {
  const reads = contactRates(system, strategies.reads);
  const writes = contactRates(system, strategies.writes);
  const nodeLoad = system.nodes.map(() => 0);
  let load = 0;
  let capacity = 0;
  for (const { readFraction, share } of shares) {
    let busiest = 0;
    system.nodes.forEach(({ readCapacity, writeCapacity }, node) => {
      const read = (readFraction * (reads[node] ?? 0)) / readCapacity;
      const own = read + ((1 - readFraction) * (writes[node] ?? 0)) / writeCapacity;
      nodeLoad[node] = (nodeLoad[node] ?? 0) + share * own;
      busiest = Math.max(busiest, own);
    });
    load += share * busiest;
    capacity += share / busiest;
  }
  const readShare = shares.reduce((sum, { readFraction, share }) => sum + share * readFraction, 0);
  const mean = (read: number, write: number): number => readShare * read + (1 - readShare) * write;
  const latency = (side: Side): number => meanLatency(system, side, strategies[side]);
  const hasLatencies = system.nodes.every(({ latencyMs }) => latencyMs !== undefined);
  return {
    load,
    capacity,
    capacityAtMeanLoad: 1 / load,
    networkLoad: mean(total(reads), total(writes)),
    ...(hasLatencies ? { latencyMs: mean(latency('reads'), latency('writes')) } : {}),
    nodeLoad,
  };
}

/** How often each node is contacted per operation of the side. */
function contactRates({ nodes }: QuorumSystem, strategy: readonly QuorumProbability[]): number[] {
  const rates = nodes.map(() => 0);
  for (const { quorum, probability } of strategy) {
    for (const node of quorum) rates[node] = (rates[node] ?? 0) + probability;
  }
  return rates;
}

function total(rates: readonly number[]): number {
  return rates.reduce((sum, rate) => sum + rate, 0);
}

function meanLatency(system: QuorumSystem, side: Side, strategy: readonly QuorumProbability[]): number {
  const latencyOf = latenciesOf(system);
  return strategy.reduce(
    (sum, { quorum, probability }) => sum + probability * latencyOfSet(system[side], quorum, latencyOf),
    0,
  );
}
