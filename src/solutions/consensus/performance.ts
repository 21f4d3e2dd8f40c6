/**
 * What to expect: closed forms with their units and assumptions; measurements on real hardware are the user's.
 */
import type { DistributedSolution } from '../../schemas/solution.ts';
import { formatPercent } from '../format.ts';
import type { ConsensusSetting } from './setting.ts';

export function estimatePerformance(setting: ConsensusSetting): DistributedSolution['performance_characteristics'] {
  const { card, sizes, oneWayMs, nodeAvailability } = setting;
  const { roundTripsPerCommit, clientRoundTrips, messageFormula } = card.performance;
  const { write: up, downtimeSecondsPerYear: downtime } = setting.availability;
  return {
    latency:
      `${2 * roundTripsPerCommit * oneWayMs} ms from leader to commit (${roundTripsPerCommit} × ${2 * oneWayMs} ms round trip to the fastest quorum), ` +
      `${2 * clientRoundTrips * oneWayMs} ms for a client as far away, plus one durable write per node.`,
    throughput:
      `${messagesPerCommit(setting)} messages per committed operation (${messageFormula} at n = ${sizes.nodeCount}). ` +
      `${card.performance.throughput}`,
    availability:
      `${formatPercent(up)} with each node up ${formatPercent(nodeAvailability)} of the time independently ` +
      `(${Math.round(downtime.write)} s without quorum a year). ${card.performance.availability}`,
  };
}

function messagesPerCommit({ card, sizes }: ConsensusSetting): number {
  const { quadratic, linear, constant } = card.performance.messageTerms;
  return quadratic * sizes.nodeCount ** 2 + linear * sizes.nodeCount + constant;
}
