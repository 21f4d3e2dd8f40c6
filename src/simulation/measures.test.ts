import { expect, test } from 'vitest';
import { histogramOf } from './histogram.ts';
import { measure } from './measures.ts';
import type { RunSummary } from './summary.ts';

function run(latencies: readonly number[], shape: Partial<RunSummary> = {}): RunSummary {
  return {
    seed: 1,
    broken: [],
    reached: [],
    staleReads: 0,
    undecided: undefined,
    latencyMs: histogramOf(latencies),
    writeLatencyMs: histogramOf(latencies.slice(0, 1)),
    operations: { ok: latencies.length, failed: 1, open: 2, shed: 3 },
    durationMs: 1000,
    throughputPerSecond: latencies.length,
    availability: undefined,
    failoverMs: [],
    leaderlessMs: 100,
    elections: 2,
    messages: { sent: 60, lost: 6, bytes: 600 },
    events: 10,
    hash: '',
    exhausted: undefined,
    ...shape,
  };
}

test('percentiles are over all operations of all runs, not means of percentiles', () => {
  const { latencyMs, writeLatencyMs } = measure([run([1, 2, 3, 4, 5, 6, 7, 8, 9]), run([1000])]);
  expect(latencyMs).toEqual({ count: 10, mean: 104.5, min: 1, p50: 5, p90: 9, p99: 1000, max: 1000 });
  expect(writeLatencyMs).toMatchObject({ count: 2, mean: 500.5 });
});

test('rates weigh runs by their length, and messages are counted per operation that succeeded', () => {
  const measures = measure([run([1, 1, 1]), run([1], { durationMs: 3000, leaderlessMs: 900, elections: 1 })]);
  expect(measures).toMatchObject({
    throughputPerSecond: 1,
    leaderlessFraction: 0.25,
    electionsPerRun: 1.5,
    operations: { ok: 4, failed: 2, open: 4, shed: 6 },
    messagesSent: 120,
    messagesLost: 12,
    messagesPerOperation: 30,
    events: 20,
  });
});

test('availability is the mean over the runs that know it, and the worst of them', () => {
  const runs = [run([], { availability: 1 }), run([], { availability: 0.5 }), run([])];
  expect(measure(runs).availability).toEqual({ mean: 0.75, min: 0.5 });
  expect(measure([run([])]).availability).toBeUndefined();
});

test('failovers of all runs are one distribution', () => {
  const runs = [run([], { failoverMs: [100, 300] }), run([], { failoverMs: [200] }), run([])];
  expect(measure(runs).failoverMs).toMatchObject({ count: 3, min: 100, p50: 200, max: 300 });
});

test('without runs, and without operations, nothing is made up', () => {
  expect(measure([])).toMatchObject({
    latencyMs: undefined,
    throughputPerSecond: 0,
    leaderlessFraction: 0,
    electionsPerRun: 0,
    messagesPerOperation: undefined,
  });
  expect(measure([run([])]).messagesPerOperation).toBeUndefined();
});
