import { describe, expect, test } from 'vitest';
import type { AnyDefinition, ClientRules } from '../../protocols/definition.ts';
import type { Request, Response } from '../../protocols/protocol.ts';
import { Clients } from './clients.ts';
import type { ClientOptions } from './options.ts';
import { EVENT, Schedule, US_PER_MS } from './schedule.ts';
import { bellDefinition } from './testdata/bell-protocol.ts';

/** Five milliseconds each way. */
const OPTIONS: ClientOptions = {
  count: 1,
  delay: { sampleUs: () => 5000 },
  thinkMs: 100,
  readFraction: 0,
  keys: 1,
  zipf: 0,
  retry: { timeoutMs: 100, attempts: 3, initialDelayMs: 10, maxDelayMs: 15, multiplier: 2, jitter: 0 },
};

interface Asked {
  readonly atMs: number;
  readonly node: number;
  readonly request: Request;
}

type Server = (asked: Asked) => Response | undefined;

const OK: Response = { status: 'ok' };

/** Runs clients against a server that answers, or not, the moment it is asked. */
function serve(
  server: Server,
  { untilMs = 1000, ...options }: Partial<ClientOptions> & { readonly untilMs?: number } = {},
  rules: Partial<ClientRules<unknown>> = {},
): { readonly clients: Clients; readonly asked: Asked[] } {
  const schedule = new Schedule();
  const definition = {
    ...bellDefinition,
    clients: { contacts: () => [0, 1, 2], choice: 'own', ...rules },
  } as AnyDefinition;
  const clients = new Clients({ ...OPTIONS, ...options }, definition, {}, schedule, 1);
  const asked: Asked[] = [];
  const { queue } = schedule;
  clients.start();
  while (queue.nextTimeUs() <= untilMs * US_PER_MS && queue.pop()) {
    schedule.nowUs = queue.timeUs;
    if (queue.kind === EVENT.arrival) clients.arrive(queue.a);
    if (queue.kind === EVENT.client) clients.due(queue.a, queue.b);
    if (queue.kind === EVENT.response) clients.receive(queue.a, queue.b, queue.payload);
    if (queue.kind !== EVENT.request) continue;
    const request = queue.payload as Request;
    const each = { atMs: schedule.nowUs / US_PER_MS, node: queue.a, request };
    asked.push(each);
    const response = server(each);
    if (response !== undefined) clients.answer(each.node, request.client, request.number, response);
  }
  return { clients, asked };
}

/** One write at 100 ms, by the first client, to the first node. */
const ONE = { script: [{ atMs: 100, client: 0, contact: 0, command: { kind: 'write', key: 0, value: 7 } }] };

const timesAsked = (asked: readonly Asked[]): number[] => asked.map(({ atMs }) => atMs);

test('an operation lasts from its invocation to the arrival of the answer', () => {
  const { clients, asked } = serve(() => ({ status: 'ok', value: 3 }), ONE);
  expect(timesAsked(asked)).toEqual([105]);
  expect(clients.operations).toMatchObject([
    { sequence: 1, number: 1, invokedUs: 100_000, completedUs: 110_000, outcome: 'ok', value: 3, attempts: 1, node: 0 },
  ]);
  expect(clients.areBusy).toBe(false);
});

test('a refusal is an end, too', () => {
  const { clients, asked } = serve(() => ({ status: 'failed', reason: 'full' }), ONE);
  expect([asked.length, clients.operations[0]?.outcome]).toEqual([1, 'failed']);
});

describe('retries', () => {
  test('come after the timeout and a pause that grows to its cap, under the same number', () => {
    const { asked } = serve(() => undefined, { ...ONE, retry: { ...OPTIONS.retry, attempts: 4 } });
    // A patience of 100 ms each, then 10, 15 (20 is above the cap) and 15 ms.
    expect(timesAsked(asked)).toEqual([105, 215, 330, 445]);
    expect(new Set(asked.map(({ request }) => `${request.client}/${request.number}`))).toEqual(new Set(['0/1']));
  });

  test('draw their pauses within the jitter', () => {
    const { asked } = serve(() => undefined, { ...ONE, retry: { ...OPTIONS.retry, jitter: 0.5 } });
    const pauseMs = (asked[1]?.atMs ?? 0) - (asked[0]?.atMs ?? 0) - 100;
    expect(pauseMs).toBeGreaterThanOrEqual(5);
    expect(pauseMs).toBeLessThanOrEqual(15);
    expect(pauseMs).not.toBe(10);
  });

  test('take an answer to an earlier attempt', () => {
    const { clients } = serve(({ atMs }) => (atMs === 105 ? undefined : OK), ONE);
    expect(clients.operations).toMatchObject([{ outcome: 'ok', attempts: 2, completedUs: 220_000 }]);
  });

  test('go to another node where clients may choose, and to all where the protocol says so', () => {
    const chosen = serve(
      () => undefined,
      { ...ONE, retry: { ...OPTIONS.retry, attempts: 10 }, untilMs: 2000 },
      { choice: 'leader' },
    );
    expect(new Set(chosen.asked.map(({ node }) => node))).toEqual(new Set([0, 1, 2]));
    const repeated = serve(() => undefined, ONE, { repeatsToAll: true });
    expect(repeated.asked.map(({ node }) => node)).toEqual([0, 0, 1, 2, 0, 1, 2]);
    const all = serve(() => OK, ONE, { asksAll: true });
    expect(all.asked.map(({ node }) => node)).toEqual([0, 1, 2]);
  });
});

test('an operation that is given up stays open, and its client goes on as another process', () => {
  const script = [100, 800].map((atMs, index) => ({
    atMs,
    client: 0,
    contact: 0,
    command: { kind: 'write', key: 0, value: index },
  }));
  const { clients } = serve(({ atMs }) => (atMs < 800 ? undefined : OK), { script, count: 2 });
  expect(clients.operations).toMatchObject([
    { outcome: 'open', completedUs: undefined, attempts: 3, process: 0, number: 1 },
    { outcome: 'ok', attempts: 1, process: 2, number: 2 },
  ]);
});

test('an answer to an operation that was given up changes nothing', () => {
  const { clients } = serve(() => OK, { ...ONE, delay: { sampleUs: () => 400_000 }, untilMs: 3000 });
  expect(clients.operations).toMatchObject([{ outcome: 'open', completedUs: undefined }]);
});

describe('redirects', () => {
  test('are followed at once, and the client stays with whoever answered', () => {
    const { clients, asked } = serve(
      ({ node }) => (node === 2 ? OK : { status: 'redirect', to: 2 }),
      { untilMs: 400 },
      { choice: 'leader' },
    );
    expect(asked.slice(0, 3).map(({ node }) => node)).toEqual([0, 2, 2]);
    expect(clients.operations[0]).toMatchObject({ outcome: 'ok', attempts: 1, contact: 0, node: 2 });
  });

  test('that lead in a circle end in a pause', () => {
    const { asked } = serve(({ node }) => ({ status: 'redirect', to: (node + 1) % 3 }), ONE);
    expect(timesAsked(asked).slice(0, 5)).toEqual([105, 115, 125, 135, 155]);
  });

  test('to nobody are as good as silence, without the wait', () => {
    const { clients, asked } = serve(() => ({ status: 'redirect' }), ONE);
    expect(timesAsked(asked)).toEqual([105, 125, 150]);
    expect(clients.operations[0]?.outcome).toBe('open');
  });
});

describe('where several equal answers are needed', () => {
  const rules: Partial<ClientRules<unknown>> = { asksAll: true, answersNeeded: () => 2 };

  test('one liar is not believed', () => {
    const { clients } = serve(({ node }) => ({ status: 'ok', value: node === 0 ? 666 : 7 }), ONE, rules);
    expect(clients.operations).toMatchObject([{ outcome: 'ok', value: 7 }]);
  });

  test('a node that answers twice counts once', () => {
    const { clients } = serve(({ node }) => (node === 0 ? OK : undefined), ONE, rules);
    expect(clients.operations).toMatchObject([{ outcome: 'open', attempts: 3 }]);
  });
});

describe('a closed loop', () => {
  test('asks again after a pause of half to one and a half of the mean', () => {
    const { clients } = serve(() => OK, { untilMs: 50_000 });
    const pauses = clients.operations.flatMap(({ completedUs }, index) => {
      const next = clients.operations[index + 1];
      return next === undefined || completedUs === undefined ? [] : [(next.invokedUs - completedUs) / US_PER_MS];
    });
    expect(pauses.length).toBeGreaterThan(300);
    expect(Math.min(...pauses)).toBeGreaterThanOrEqual(50);
    expect(Math.max(...pauses)).toBeLessThanOrEqual(150);
    const mean = pauses.reduce((a, b) => a + b, 0) / pauses.length;
    // Uniform over 100 ms: four standard errors.
    expect(Math.abs(mean - 100)).toBeLessThan((4 * 100) / Math.sqrt(12 * pauses.length));
  });

  test('ends at the most operations that were asked for', () => {
    expect(serve(() => OK, { operationsMax: 4, untilMs: 5000 }).clients.operations).toHaveLength(4);
  });
});

describe('an open loop', () => {
  const open = { ratePerSecond: 50, untilMs: 20_000 };

  test('has the rate that was asked for', () => {
    const { clients } = serve(() => OK, { ...open, count: 50 });
    // Poisson: a standard deviation of the square root of 1,000.
    expect(Math.abs(clients.operations.length - 1000)).toBeLessThan(4 * Math.sqrt(1000));
    expect(clients.shed).toBe(0);
  });

  test('sheds what finds no free client, and nothing else', () => {
    const few = serve(() => undefined, { ...open, count: 2 });
    const many = serve(() => OK, { ...open, count: 50 });
    expect(few.clients.shed).toBeGreaterThan(500);
    expect(few.clients.operations.length + few.clients.shed).toBe(many.clients.operations.length);
  });
});

describe('a script', () => {
  test('keeps its times, contacts and commands, and waits where its client is busy', () => {
    const write = (value: number) => ({ kind: 'write', key: 0, value });
    const script = [
      { atMs: 10.5, client: 1, contact: 2, command: write(1) },
      { atMs: 20, client: 0, contact: 1, command: write(2) },
      { atMs: 22, client: 0, contact: 0, command: write(3) },
    ];
    const { clients, asked } = serve(() => OK, { script, count: 2 });
    expect(asked.map(({ atMs, node, request }) => [atMs, node, request.client, request.command.value])).toEqual([
      [15.5, 2, 1, 1],
      [25, 1, 0, 2],
      [35, 0, 0, 3],
    ]);
    expect(clients.operations.map(({ invokedUs }) => invokedUs)).toEqual([10_500, 20_000, 30_000]);
  });

  test('whose client does not exist is passed over', () => {
    expect(serve(() => OK, { script: [{ ...(ONE.script[0] as never as object), client: 5 }] as never }).asked).toEqual(
      [],
    );
  });
});

test('quiet clients ask nothing more', () => {
  let stop = (): void => undefined;
  const schedule = new Schedule();
  const clients = new Clients({ ...OPTIONS, ratePerSecond: 100 }, bellDefinition, {}, schedule, 1);
  stop = () => clients.quiet();
  clients.start();
  stop();
  while (schedule.queue.pop()) {
    schedule.nowUs = schedule.queue.timeUs;
    if (schedule.queue.kind === EVENT.arrival) clients.arrive(0);
  }
  expect([clients.operations.length, clients.areBusy]).toEqual([0, false]);
});
