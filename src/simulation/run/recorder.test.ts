import { expect, test } from 'vitest';
import { stepBudget } from '../../kernel/budget.ts';
import type { Fault } from '../faults/fault.ts';
import type { Trace, TraceEvent } from '../trace.ts';
import type { RunOptions } from './options.ts';
import { run } from './run.ts';
import { bellDefinition } from './testdata/bell-protocol.ts';

const CONSTANT = { sampleUs: () => 10_000 };

function traceOf(options: Partial<RunOptions>, mishaps: Partial<RunOptions['network']> = {}): Trace {
  const { trace } = run({
    definition: bellDefinition,
    config: { nodes: 3, intervalMs: 100 },
    replicaCount: 3,
    seed: 1,
    durationMs: 1050,
    settleMs: 0,
    network: {
      delay: CONSTANT,
      lossProbability: 0,
      duplicationProbability: 0,
      reorderingProbability: 0,
      reorderingMs: 0,
      fifo: false,
      payloadBytes: 100,
      ...mishaps,
    },
    disk: { writeMinMs: 0, writeMaxMs: 0 },
    clients: {
      count: 0,
      delay: CONSTANT,
      thinkMs: 100,
      readFraction: 0,
      keys: 1,
      zipf: 0,
      retry: { timeoutMs: 100, attempts: 3, initialDelayMs: 10, maxDelayMs: 100, multiplier: 2, jitter: 0 },
    },
    faults: [],
    stopAtViolation: false,
    traceEventsMax: 10_000,
    budget: stepBudget(1e9),
    ...options,
  });
  if (trace === undefined) throw new Error('nothing was recorded');
  return trace;
}

function eventsOf<Kind extends TraceEvent['kind']>(trace: Trace, kind: Kind): (TraceEvent & { readonly kind: Kind })[] {
  return trace.events.filter((event): event is TraceEvent & { readonly kind: Kind } => event.kind === kind);
}

/** Node 2 forgets what it confirmed: the first violation at 545 ms, or none where it is not hasty. */
const HASTY: Partial<RunOptions> = {
  config: { nodes: 3, intervalMs: 100, hasty: true },
  disk: { writeMinMs: 50, writeMaxMs: 50 },
  faults: [{ kind: 'crash', nodes: [1], atMs: 540, untilMs: 545, losesDisk: false, tornWrite: false }],
};

test('a duplicate carries the id of its original, and no two messages do otherwise', () => {
  const messages = eventsOf(traceOf({ durationMs: 20_000 }, { duplicationProbability: 0.3 }), 'message');
  const copies = new Map<number, typeof messages>();
  for (const message of messages) copies.set(message.id, [...(copies.get(message.id) ?? []), message]);
  expect(new Set([...copies.values()].map(({ length }) => length))).toEqual(new Set([1, 2]));
  for (const [original, duplicate] of copies.values()) {
    if (original === undefined || duplicate === undefined) continue;
    const { deliveredUs: first = 0, lostBecause: _, ...rest } = original;
    const { deliveredUs: second = Number.POSITIVE_INFINITY, lostBecause: __, ...same } = duplicate;
    expect(same).toEqual(rest);
    expect(second).toBeGreaterThanOrEqual(first);
  }
});

test('above the limit the first events stay, and every violation', () => {
  const whole = traceOf(HASTY);
  const short = traceOf({ ...HASTY, traceEventsMax: 10 });
  const [violation] = eventsOf(whole, 'violation');
  expect(violation).toBeDefined();
  expect(short.events).toEqual([...whole.events.slice(0, 10), violation]);
  expect(short.omitted).toBe(whole.events.length - 11);
});

test('in a run up to a violation the last events stay, as of the whole run', () => {
  const whole = traceOf({ ...HASTY, stopAtViolation: true });
  const short = traceOf({ ...HASTY, stopAtViolation: true, traceEventsMax: 10 });
  expect(whole.events.length).toBeGreaterThan(50);
  expect(short.events).toHaveLength(11);
  expect(short.events).toEqual(whole.events.slice(-11));
  expect(short.omitted).toBe(whole.events.length - 11);
  expect(short.events.at(-1)?.kind).toBe('violation');
});

test('faults are told with the nodes they met, in words, and end when the network heals', () => {
  const faults: Fault[] = [
    { kind: 'partition', nodes: ['leader'], direction: 'both', atMs: 100, untilMs: 5000 },
    { kind: 'pause', nodes: [2], atMs: 300 },
    { kind: 'pause', nodes: [1], atMs: 400, untilMs: 500 },
  ];
  const told = eventsOf(traceOf({ faults, settleMs: 1000, durationMs: 1000 }), 'fault');
  expect(told.map(({ untilUs }) => untilUs)).toEqual([1_000_000, 1_000_000, 500_000]);
  const [met] = told[0]?.nodes ?? [];
  expect(told[0]?.text).toBe(`n${(met ?? 9) + 1} cut off from 100 to 1000 ms`);
  expect(told[1]?.text).toBe('n3 paused from 300 to 1000 ms');
});

test('a crash for good has no end, and one of a node that is down already is none', () => {
  const crash = { kind: 'crash', nodes: [1], losesDisk: false, tornWrite: false } as const;
  const faults: Fault[] = [
    { ...crash, atMs: 200 },
    { ...crash, atMs: 300, untilMs: 400 },
  ];
  const trace = traceOf({ faults });
  expect(eventsOf(trace, 'fault')).toEqual([
    { kind: 'fault', atUs: 200_000, fault: 'crash', nodes: [1], text: 'n2 down from 200 ms on' },
  ]);
  expect(eventsOf(trace, 'up')).toEqual([]);
});

test('a node that restarts is told as up, before its first state; the first starts are not', () => {
  const trace = traceOf(HASTY);
  expect(eventsOf(trace, 'down')).toEqual([{ kind: 'down', atUs: 540_000, node: 1 }]);
  expect(eventsOf(trace, 'up')).toEqual([{ kind: 'up', atUs: 545_000, node: 1 }]);
  const up = trace.events.findIndex(({ kind }) => kind === 'up');
  expect(trace.events[up + 1]).toMatchObject({ kind: 'state', node: 1, atUs: 545_000, cause: 'starts' });
});

test('messages end as what became of them', () => {
  const crash = { kind: 'crash', nodes: [1], losesDisk: false, tornWrite: false } as const;
  const cut = { kind: 'partition', nodes: [2], direction: 'both', atMs: 150 } as const;
  const trace = traceOf({ faults: [{ ...crash, atMs: 205, untilMs: 215 }, cut], durationMs: 305 });
  const ends = eventsOf(trace, 'message').map(({ atUs, from, to, deliveredUs, lostBecause }) => [
    atUs / 1000,
    `${from}-${to}`,
    lostBecause ?? (deliveredUs ?? 0) / 1000,
  ]);
  expect(ends).toEqual([
    [100, '0-1', 110],
    [100, '0-2', 110],
    [110, '1-0', 120],
    [110, '2-0', 120],
    [200, '0-1', 'down'],
    [200, '0-2', 'partition'],
    [300, '0-1', 'unfinished'],
    [300, '0-2', 'partition'],
  ]);
});
