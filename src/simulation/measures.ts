/**
 * The measures of many runs put together: percentiles over all operations, fractions with their spread over runs.
 */
import { addHistograms, type Distribution, distributionOf, histogramOf } from './histogram.ts';
import type { RunSummary } from './summary.ts';

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
    latencyMs: distributionOf(addHistograms(runs.map((run) => run.latencyMs))),
    writeLatencyMs: distributionOf(addHistograms(runs.map((run) => run.writeLatencyMs))),
    throughputPerSecond: durationMs === 0 ? 0 : (ok * 1000) / durationMs,
    availability:
      available.length === 0
        ? undefined
        : { mean: available.reduce((a, b) => a + b, 0) / available.length, min: Math.min(...available) },
    failoverMs: distributionOf(histogramOf(runs.flatMap((run) => run.failoverMs))),
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
