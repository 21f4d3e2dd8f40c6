import { describe, expect, test } from 'vitest';
import { stepBudget } from '../kernel/budget.ts';
import type { Operation } from './run/operation.ts';
import type { RunResult } from './run/run.ts';
import { bellDefinition } from './run/testdata/bell-protocol.ts';
import { LINEARIZABILITY, LIVENESS, summarizeRun } from './summary.ts';

const MS = 1000;

/** A run of one second with faults and another to settle in. */
const RESULT: RunResult = {
  violations: [],
  reached: [],
  pending: [],
  endUs: 2000 * MS,
  healUs: 1000 * MS,
  events: 0,
  messages: { sent: 0, lost: 0, bytes: 0 },
  operations: [],
  shed: 0,
  leaderlessUs: 0,
  elections: 0,
  failovers: [],
  downForGood: 0,
  hash: '0000000000000000',
  exhausted: undefined,
  trace: undefined,
};

function summarize(result: Partial<RunResult>, history: 'none' | 'linearizable' = 'none', clients = 1) {
  const definition = { ...bellDefinition, history: () => history };
  const options = {
    definition,
    config: {},
    seed: 7,
    settleMs: 1000,
    clients: { count: clients },
    budget: stepBudget(1e6),
  };
  return summarizeRun(options as never, { ...RESULT, ...result });
}

let sequence = 0;

/** From and to in milliseconds; one that never ended is open. */
function operation(fromMs: number, toMs?: number, shape: Partial<Operation> = {}): Operation {
  sequence += 1;
  return {
    sequence,
    client: 0,
    number: sequence,
    process: sequence,
    command: { kind: 'write', key: 0, value: sequence },
    contact: 0,
    isWrite: true,
    invokedUs: fromMs * MS,
    completedUs: toMs === undefined ? undefined : toMs * MS,
    outcome: toMs === undefined ? 'open' : 'ok',
    value: undefined,
    attempts: 1,
    node: 0,
    ...shape,
  };
}

const broken = (summary: ReturnType<typeof summarize>): string[] =>
  summary.broken.map(({ property, text }) => `${property}: ${text}`);

describe('availability', () => {
  test('is the part of the slots with a write open in which one succeeded', () => {
    // Latencies 20, 20, 350 ms: the median of 20 ms gives slots of 100 ms, ten of them.
    const operations = [
      operation(10, 30), // slot 0 served
      operation(240, 260), // slot 2 served
      operation(310, 660), // slots 3, 4, 5 asked, slot 6 served
      operation(720, 740, { isWrite: false }), // a read counts nowhere
      operation(850, 870, { outcome: 'failed' }), // nor does a refusal
    ];
    // Asked: 0, 2, 3, 4, 5, 6. Served: 0, 2, 6.
    expect(summarize({ operations }).availability).toBeCloseTo(3 / 6, 12);
  });

  test('counts what is still open to the end of the time with faults', () => {
    // Asked: 0, then 5 to 9.
    expect(summarize({ operations: [operation(10, 20), operation(550)] }).availability).toBeCloseTo(1 / 6, 12);
  });

  test('knows nothing of what comes after the faults', () => {
    const operations = [operation(10, 20), operation(30, 45), operation(1200), operation(950, 1300)];
    // Asked: slots 0 and 9; the last was served only later.
    expect(summarize({ operations }).availability).toBeCloseTo(1 / 2, 12);
  });

  test('has longer slots where a healthy write takes longer', () => {
    // A median of 120 ms: slots of 480 ms, two whole ones.
    const operations = [operation(0, 120), operation(500, 620), operation(970, 999)];
    expect(summarize({ operations }).availability).toBe(1);
  });

  test('is unknown without writes, and 0 where none succeeds', () => {
    expect(summarize({ operations: [operation(0, 10, { isWrite: false })] }).availability).toBeUndefined();
    expect(summarize({ operations: [operation(0)] }).availability).toBe(0);
  });
});

describe('progress after the faults', () => {
  const stuck = [operation(1100), operation(1500)];

  test('is broken where every write of that time stays open', () => {
    expect(broken(summarize({ operations: stuck }))).toEqual([
      `${LIVENESS}: none of 2 writes after the faults succeeded within 1000 ms`,
    ]);
  });

  test.each<[string, Partial<RunResult>, number]>([
    ['when one of them succeeds', { operations: [...stuck, operation(1200, 1300)] }, 1],
    ['when one is refused', { operations: [...stuck, operation(1200, 1300, { outcome: 'failed' })] }, 1],
    ['when a node is down for good', { operations: stuck, downForGood: 1 }, 1],
    ['when the run was not brought to its end', { operations: stuck, pending: undefined }, 1],
    ['when fewer wrote than there are clients', { operations: stuck }, 3],
    ['when nobody wrote', { operations: [operation(900)] }, 1],
    ['when there are no clients', {}, 0],
  ])('is not %s', (_when, result, clients) => {
    expect(broken(summarize(result, 'none', clients))).toEqual([]);
  });

  test('includes what must come true in the end, under its own name', () => {
    const pending = [{ property: 'replicas agree', text: 'n1 and n2 differ' }];
    expect(broken(summarize({ pending }))).toEqual(['replicas agree: n1 and n2 differ']);
    expect(broken(summarize({ pending, downForGood: 1 }))).toEqual([]);
  });
});

test('a history that must be linearizable is judged, and only then', () => {
  const write = operation(0, 10, { command: { kind: 'write', key: 0, value: 1 } });
  const stale = operation(20, 30, { command: { kind: 'read', key: 0 }, isWrite: false, value: null });
  const operations = [write, stale];
  const summary = summarize({ operations }, 'linearizable');
  expect(summary.broken.map(({ property }) => property)).toEqual([LINEARIZABILITY]);
  expect([summary.broken[0]?.atMs, summary.staleReads]).toEqual([30, 1]);
  expect(summarize({ operations }).broken).toEqual([]);
});

test('times become milliseconds, and counts what they say', () => {
  const summary = summarize({
    operations: [
      operation(0, 10),
      operation(20, 50, { isWrite: false }),
      operation(60, 61, { outcome: 'failed' }),
      operation(70),
    ],
    shed: 4,
    failovers: [
      { lostUs: 100, tookUs: 250_000 },
      { lostUs: 500, tookUs: undefined },
    ],
    leaderlessUs: 1500,
    violations: [{ property: 'one leader', text: 'n1 and n2 lead', atUs: 1500, node: 1 }],
  });
  expect(summary).toMatchObject({
    seed: 7,
    operations: { ok: 2, failed: 1, open: 1, shed: 4 },
    durationMs: 2000,
    throughputPerSecond: 1,
    failoverMs: [250],
    leaderlessMs: 1.5,
    broken: [{ property: 'one leader', text: 'n1 and n2 lead', atMs: 1.5 }],
  });
  expect(summary.latencyMs).toEqual({ values: [10, 30], counts: [1, 1], sum: 40, min: 10, max: 30 });
  expect(summary.writeLatencyMs).toMatchObject({ values: [10], sum: 10 });
});
