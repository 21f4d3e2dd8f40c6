/**
 * The measures of many runs put together: percentiles over all operations, fractions with their spread over runs.
 */
import type { RunSummary } from './summary.ts';

export interface Distribution {
  readonly count: number;
  readonly mean: number;
  readonly min: number;
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly max: number;
}

export interface Measures {
  readonly latencyMs: Distribution | undefined;
  readonly writeLatencyMs: Distribution | undefined;
  readonly throughputPerSecond: number;
  readonly availability: { readonly mean: number; readonly min: number } | undefined;
  readonly failoverMs: Distribution | undefined;
  /** Part of the time in which no node led. */
  readonly leaderlessFraction: number;
  readonly electionsPerRun: number;
  readonly operations: { readonly ok: number; readonly failed: number; readonly open: number; readonly shed: number };
  readonly messagesSent: number;
  readonly messagesLost: number;
  readonly messagesPerOperation: number | undefined;
  readonly events: number;
}

export function measure(runs: readonly RunSummary[]): Measures {
  const sum = (of: (run: RunSummary) => number): number => runs.reduce((total, run) => total + of(run), 0);
  const durationMs = sum((run) => run.durationMs);
  const ok = sum((run) => run.operations.ok);
  const available = runs.flatMap(({ availability }) => (availability === undefined ? [] : [availability]));
  const messagesSent = sum((run) => run.messages.sent);
  return {
    latencyMs: distributionOf(runs.flatMap((run) => run.latenciesMs)),
    writeLatencyMs: distributionOf(runs.flatMap((run) => run.writeLatenciesMs)),
    throughputPerSecond: durationMs === 0 ? 0 : (ok * 1000) / durationMs,
    availability:
      available.length === 0
        ? undefined
        : { mean: available.reduce((a, b) => a + b, 0) / available.length, min: Math.min(...available) },
    failoverMs: distributionOf(runs.flatMap((run) => run.failoverMs)),
    leaderlessFraction: durationMs === 0 ? 0 : sum((run) => run.leaderlessMs) / durationMs,
    electionsPerRun: runs.length === 0 ? 0 : sum((run) => run.elections) / runs.length,
    operations: {
      ok,
      failed: sum((run) => run.operations.failed),
      open: sum((run) => run.operations.open),
      shed: sum((run) => run.operations.shed),
    },
    messagesSent,
    messagesLost: sum((run) => run.messages.lost),
    messagesPerOperation: ok === 0 ? undefined : messagesSent / ok,
    events: sum((run) => run.events),
  };
}

/** Percentiles by the nearest rank. */
export function distributionOf(values: readonly number[]): Distribution | undefined {
  if (values.length === 0) return undefined;
  const sorted = Float64Array.from(values).sort();
  const rank = (part: number): number => sorted[Math.max(0, Math.ceil(part * sorted.length) - 1)] ?? 0;
  return {
    count: sorted.length,
    mean: sorted.reduce((total, value) => total + value, 0) / sorted.length,
    min: rank(0),
    p50: rank(0.5),
    p90: rank(0.9),
    p99: rank(0.99),
    max: rank(1),
  };
}
