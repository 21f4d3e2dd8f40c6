/**
 * What to expect: closed forms with their units and assumptions; measurements on real hardware are the user's.
 */
import { availability } from '../../availability/availability.ts';
import { stepBudget } from '../../kernel/budget.ts';
import type { DistributedSolution } from '../../schemas/solution.ts';
import type { ConsensusSetting } from '../consensus.ts';
import { formatPercent } from '../format.ts';
import { consensusSystem } from './consensus-system.ts';

const AVAILABILITY_STEPS_MAX = 10_000_000;

export function estimatePerformance(setting: ConsensusSetting): DistributedSolution['performance_characteristics'] {
  const { card, sizes, oneWayMs } = setting;
  const { roundTripsPerCommit, clientRoundTrips, messageFormula } = card.performance;
  const up = quorumAvailability(setting);
  return {
    latency:
      `${2 * roundTripsPerCommit * oneWayMs} ms from leader to commit (${roundTripsPerCommit} × ${2 * oneWayMs} ms round trip to the fastest quorum), ` +
      `${2 * clientRoundTrips * oneWayMs} ms for a client as far away, plus one durable write per node.`,
    throughput:
      `${messagesPerCommit(setting)} messages per committed operation (${messageFormula} at n = ${sizes.nodeCount}). ` +
      `${card.performance.throughput}`,
    availability:
      `${formatPercent(up.value)} with each node up ${formatPercent(setting.nodeAvailability)} independently ` +
      `(${Math.round(up.downtimeSecondsPerYear)} s without quorum a year). ${card.performance.availability}`,
  };
}

export function messagesPerCommit({ card, sizes }: ConsensusSetting): number {
  const { quadratic, linear, constant } = card.performance.messageTerms;
  return quadratic * sizes.nodeCount ** 2 + linear * sizes.nodeCount + constant;
}

/** Probability that a quorum is up, by the availability engine. */
export function quorumAvailability({ sizes, nodeAvailability }: ConsensusSetting): {
  readonly value: number;
  readonly downtimeSecondsPerYear: number;
} {
  const report = availability({
    system: consensusSystem(sizes),
    defaultAvailability: nodeAvailability,
    budget: stepBudget(AVAILABILITY_STEPS_MAX),
  });
  return { value: report.write, downtimeSecondsPerYear: report.downtimeSecondsPerYear.write };
}
