/**
 * The measures as the answer gives them: three significant digits, which is more than a simulation knows.
 */
import { defined } from '../../kernel/defined.ts';
import type { SimulationReport } from '../../schemas/simulation.ts';
import type { Distribution } from '../../simulation/histogram.ts';
import type { Measures } from '../../simulation/measures.ts';
import type { ShownRun } from './shown-run.ts';

export function metricsFields(measures: Measures, shown: ShownRun): SimulationReport['metrics'] {
  const { availability, messagesPerOperation } = measures;
  return {
    ...defined({
      latency_ms: rounded(measures.latencyMs),
      write_latency_ms: rounded(measures.writeLatencyMs),
      failover_ms: rounded(measures.failoverMs),
      availability:
        availability === undefined ? undefined : { mean: digits(availability.mean), min: digits(availability.min) },
      messages_per_op: messagesPerOperation === undefined ? undefined : digits(messagesPerOperation),
      bytes_per_op: shown.bytesPerOperation === undefined ? undefined : digits(shown.bytesPerOperation),
    }),
    throughput: digits(measures.throughputPerSecond),
    leaderless_fraction: digits(measures.leaderlessFraction),
    elections_per_run: digits(measures.electionsPerRun),
    operations: measures.operations,
    messages_sent: measures.messagesSent,
    messages_lost: measures.messagesLost,
    events: measures.events,
  };
}

function rounded(distribution: Distribution | undefined): Distribution | undefined {
  if (distribution === undefined) return undefined;
  const { count, mean, min, p50, p90, p99, max } = distribution;
  return {
    count,
    mean: digits(mean),
    min: digits(min),
    p50: digits(p50),
    p90: digits(p90),
    p99: digits(p99),
    max: digits(max),
  };
}

function digits(value: number): number {
  return Number(value.toPrecision(4));
}
