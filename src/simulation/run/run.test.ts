import { describe, expect, test } from 'vitest';
import { stepBudget } from '../../kernel/budget.ts';
import type { Fault } from '../faults/fault.ts';
import { prepare } from '../prepare.ts';
import { type SimulationRequest, STANDARD_REQUEST } from '../request.ts';
import type { NetworkOptions, RunOptions } from './options.ts';
import { type RunResult, run } from './run.ts';
import { type BellConfig, type BellState, bellDefinition } from './testdata/bell-protocol.ts';

const CONSTANT = { sampleUs: () => 10_000 };
const DRAWN = {
  sampleUs: (_from: number, _to: number, draw: { nextInt(bound: number): number }) => 5000 + draw.nextInt(10_000),
};

const NETWORK: NetworkOptions = {
  delay: CONSTANT,
  lossProbability: 0,
  duplicationProbability: 0,
  reorderingProbability: 0,
  reorderingMs: 0,
  fifo: false,
  payloadBytes: 100,
};

const BASE: RunOptions = {
  definition: bellDefinition,
  config: { nodes: 3, intervalMs: 100 } satisfies BellConfig,
  replicaCount: 3,
  seed: 1,
  durationMs: 1050,
  settleMs: 0,
  network: NETWORK,
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
  traceEventsMax: 0,
  budget: stepBudget(1e9),
};

interface Watched {
  readonly result: RunResult;
  /** Rings that each node has heard, and that node 0 has from each as confirmed. */
  readonly heard: readonly number[];
  readonly confirmed: readonly number[];
  /** When each node heard something new, in ms. */
  readonly times: readonly (readonly number[])[];
}

function watch(options: Partial<RunOptions>): Watched {
  const last: BellState[] = [];
  const times: number[][] = [[], [], []];
  const result = run({
    ...BASE,
    ...options,
    watch: (timeUs, node, state) => {
      const bell = state as BellState;
      if (last[node] !== undefined && bell.heard > last[node].heard) times[node]?.push(timeUs / 1000);
      last[node] = bell;
    },
  });
  return { result, heard: last.map(({ heard }) => heard), confirmed: last[0]?.confirmed ?? [], times };
}

const crash = (fault: Partial<Fault & { readonly kind: 'crash' }>): Fault => ({
  kind: 'crash',
  nodes: [1],
  atMs: 500,
  untilMs: 700,
  losesDisk: false,
  tornWrite: false,
  ...fault,
});

test('without faults every ring takes one delay there and one back', () => {
  const { result, heard, times } = watch({});
  expect(heard).toEqual([10, 10, 10]);
  expect(times[0]).toEqual([100, 200, 300, 400, 500, 600, 700, 800, 900, 1000]);
  expect(times[1]).toEqual([110, 210, 310, 410, 510, 610, 710, 810, 910, 1010]);
  // Ten rings to two nodes and their answers; each a message, and ten timers. The end of the faults is an event too.
  expect(result.messages).toEqual({ sent: 40, lost: 0, bytes: 0 });
  expect(result.events).toBe(40 + 10 + 1);
  expect(result.reached).toEqual(['a ring is heard']);
});

describe('nodes', () => {
  test('a crash loses what the disk does not have, and nothing else', () => {
    expect(watch({ faults: [crash({})], durationMs: 709 }).heard).toEqual([7, 4, 6]);
    expect(watch({ faults: [crash({ losesDisk: true })], durationMs: 709 }).heard).toEqual([7, 0, 6]);
  });

  test('messages to a node that is down are gone', () => {
    const { result } = watch({ faults: [crash({ untilMs: undefined } as never)] });
    expect(result.downForGood).toBe(1);
    expect(result.messages.sent).toBe(10 * 2 + 4 + 10);
  });

  test('a paused node does everything when it comes back', () => {
    const { times } = watch({ faults: [{ kind: 'pause', nodes: [1], atMs: 205, untilMs: 405 }] });
    expect(times[1]?.slice(0, 5)).toEqual([110, 405, 405, 410, 510]);
  });

  test.each([
    ['one after the other', 205, 305, 255, 405],
    ['one within the other', 205, 405, 255, 305],
    ['the same twice', 205, 405, 205, 405],
  ])('a node is paused until the last pause over it ends: %s', (_how, at, until, secondAt, secondUntil) => {
    const pauses: Fault[] = [
      { kind: 'pause', nodes: [1], atMs: at, untilMs: until },
      { kind: 'pause', nodes: [1, 2], atMs: secondAt, untilMs: secondUntil },
    ];
    expect(watch({ faults: pauses }).times[1]?.slice(0, 5)).toEqual([110, 405, 405, 410, 510]);
  });

  test('a timer that came due during the pause does not fire where what came meanwhile armed it anew', () => {
    const pause: Fault = { kind: 'pause', nodes: ['follower'], atMs: 1000, untilMs: 1900 };
    const request: SimulationRequest = {
      ...STANDARD_REQUEST,
      protocol: 'multi-paxos',
      nodes: 3,
      scenario: 'none',
      durationMs: 2500,
      settleMs: 0,
    };
    const { elections } = run(prepare({ ...request, faults: [pause] }).optionsOf(1, stepBudget(1e6)));
    expect(elections).toBe(1);
  });

  test('and no longer than the time with faults, however many pauses are over it', () => {
    const pause: Fault = { kind: 'pause', nodes: [1], atMs: 205 };
    const { times } = watch({ faults: [pause, pause], durationMs: 405, settleMs: 1000 });
    expect(times[1]?.slice(0, 4)).toEqual([110, 405, 405, 410]);
  });

  test('a slow node sends late', () => {
    const { times } = watch({ faults: [{ kind: 'slow', nodes: [0], atMs: 150, untilMs: 350, delayMs: 30 }] });
    expect(times[1]?.slice(0, 4)).toEqual([110, 240, 340, 410]);
  });
});

describe('disks', () => {
  const disk = { writeMinMs: 50, writeMaxMs: 50 };

  test('what stands behind a write waits for it', () => {
    const trace = watch({ disk, traceEventsMax: 1000, durationMs: 190 }).result.trace;
    const answers = trace?.events.filter((event) => event.kind === 'message' && event.from === 1);
    expect(answers?.map(({ atUs }) => atUs)).toEqual([160_000]);
  });

  test('answers that wait for the disk are never a promise that a crash breaks; hasty ones are', () => {
    const faults = [crash({ atMs: 540, untilMs: 545 })];
    expect(watch({ disk, faults }).result.violations).toEqual([]);
    const { result } = watch({ disk, faults, config: { nodes: 3, intervalMs: 100, hasty: true } });
    expect(result.violations.map(({ property, text }) => `${property}: ${text}`)).toEqual([
      'what is confirmed was heard: n2 forgot a ring',
    ]);
  });

  test('a torn write keeps a part, between what was there and what came', () => {
    const torn = Array.from({ length: 20 }, (_, seed) => {
      // Rings 1 to 5 are heard in one write, as the node was cut off before.
      const cut: Fault = { kind: 'partition', nodes: [1], direction: 'both', atMs: 0, untilMs: 450 };
      return watch({ seed, disk, faults: [cut, crash({ atMs: 540, untilMs: 545, tornWrite: true })], durationMs: 590 })
        .heard[1];
    });
    expect(new Set(torn)).toEqual(new Set([0, 1, 2, 3, 4]));
  });

  test('a stalled disk delays what follows, and only while it stalls', () => {
    const stall: Fault = { kind: 'slow-disk', nodes: [1], atMs: 0, untilMs: 150, delayMs: 40 };
    const trace = watch({ faults: [stall], traceEventsMax: 1000, durationMs: 290 }).result.trace;
    const answers = trace?.events.filter((event) => event.kind === 'message' && event.from === 1);
    expect(answers?.map(({ atUs }) => atUs)).toEqual([150_000, 210_000]);
  });
});

describe('clocks', () => {
  test('a clock at half speed makes timers last twice as long', () => {
    const { times } = watch({ faults: [{ kind: 'clock', nodes: [0], atMs: 0, rate: 0.5, jumpMs: 0 }] });
    expect(times[0]).toEqual([200, 400, 600, 800, 1000]);
  });

  test('a clock that is slowed in the middle of a timer keeps the part that has passed', () => {
    const { times } = watch({ faults: [{ kind: 'clock', nodes: [0], atMs: 50, untilMs: 200, rate: 0.5, jumpMs: 0 }] });
    expect(times[0]?.slice(0, 2)).toEqual([150, 275]);
  });

  test('of two faults over one clock the later decides, and its end leaves the other', () => {
    const half: Fault = { kind: 'clock', nodes: [0], atMs: 0, untilMs: 600, rate: 0.5, jumpMs: 0 };
    const twice: Fault = { kind: 'clock', nodes: [0], atMs: 200, untilMs: 400, rate: 2, jumpMs: 0 };
    // Half as fast to 200, twice as fast to 400, half as fast again to 600, then right.
    expect(watch({ faults: [half, twice] }).times[0]).toEqual([200, 250, 300, 350, 400, 600, 700, 800, 900, 1000]);
  });

  test('the end of the earlier one leaves the later', () => {
    const half: Fault = { kind: 'clock', nodes: [0], atMs: 0, untilMs: 300, rate: 0.5, jumpMs: 0 };
    const twice: Fault = { kind: 'clock', nodes: [0, 1], atMs: 200, untilMs: 400, rate: 2, jumpMs: 0 };
    expect(watch({ faults: [half, twice] }).times[0]?.slice(0, 7)).toEqual([200, 250, 300, 350, 400, 500, 600]);
  });

  test('a jump moves wall timers alone', () => {
    const jump: Fault = { kind: 'clock', nodes: [0], atMs: 250, rate: 1, jumpMs: 40 };
    expect(watch({ faults: [jump] }).times[0]?.slice(0, 4)).toEqual([100, 200, 300, 400]);
    const wall = { nodes: 3, intervalMs: 100, wall: true };
    expect(watch({ faults: [jump], config: wall }).times[0]?.slice(0, 4)).toEqual([100, 200, 260, 360]);
  });

  test('a request carries the clock of the node', () => {
    const faults: Fault[] = [{ kind: 'clock', nodes: [0], atMs: 100, rate: 2, jumpMs: 1000 }];
    const { operations } = watch({ faults, clients: { ...BASE.clients, count: 1 } }).result;
    const clocks = operations.filter(({ command, value }) => command.kind === 'clock' && value !== undefined);
    expect(clocks.length).toBeGreaterThan(2);
    for (const { invokedUs, value } of clocks) {
      const arrivedMs = invokedUs / 1000 + 10;
      expect(value).toBe(Math.floor(arrivedMs < 100 ? arrivedMs : 1000 + 100 + 2 * (arrivedMs - 100)));
    }
  });
});

describe('the network', () => {
  const many = { durationMs: 200_050 };

  test('loses and duplicates as often as it should', () => {
    const network = { ...NETWORK, lossProbability: 0.2, duplicationProbability: 0.1 };
    const { result } = watch({ ...many, network, traceEventsMax: 100_000 });
    const { sent, lost } = result.messages;
    expect(sent).toBeGreaterThan(6000);
    // Four standard deviations.
    expect(Math.abs(lost / sent - 0.2)).toBeLessThan(4 * Math.sqrt((0.2 * 0.8) / sent));
    const arrivals =
      result.trace?.events.filter((event) => event.kind === 'message' && event.deliveredUs !== undefined).length ?? 0;
    const kept = sent - lost;
    expect(Math.abs((arrivals - kept) / kept - 0.1)).toBeLessThan(4 * Math.sqrt((0.1 * 0.9) / kept));
  });

  test('keeps the order of a link only when asked to', () => {
    const isOrdered = (fifo: boolean): boolean => {
      const network = { ...NETWORK, delay: DRAWN, reorderingProbability: 0.5, reorderingMs: 300, fifo };
      const arrivals = watch({ network, traceEventsMax: 10_000 }).result.trace?.events.flatMap((event) =>
        event.kind === 'message' && event.from === 0 && event.to === 1
          ? [event.deliveredUs ?? Number.POSITIVE_INFINITY]
          : [],
      );
      return arrivals?.every((at, index) => index === 0 || at >= (arrivals[index - 1] ?? 0)) ?? false;
    };
    expect([isOrdered(true), isOrdered(false)]).toEqual([true, false]);
  });

  test('a narrow link carries one message after the other', () => {
    const network = { ...NETWORK, bandwidthBytesPerMs: 0.5 };
    // 100 bytes take 200 ms, and a ring leaves every 100 ms.
    expect(watch({ network }).times[1]).toEqual([310, 510, 710, 910]);
  });

  test.each([
    ['both', [4, 4]],
    ['inbound', [4, 4]],
    ['outbound', [10, 4]],
  ] as const)('a partition %s', (direction, [heard, confirmed]) => {
    const faults: Fault[] = [{ kind: 'partition', nodes: [1], direction, atMs: 450 }];
    const watched = watch({ faults });
    expect([watched.heard[1], watched.confirmed[1]]).toEqual([heard, confirmed]);
  });

  test('a flapping link is up half of the time', () => {
    const faults: Fault[] = [
      { kind: 'partition', nodes: [1], direction: 'both', atMs: 150, untilMs: 950, flapPeriodMs: 400 },
    ];
    expect(watch({ faults }).times[1]).toEqual([110, 410, 510, 810, 910, 1010]);
  });

  test('heals when the time with faults is over', () => {
    const faults: Fault[] = [{ kind: 'partition', nodes: [1, 2], direction: 'both', atMs: 150 }];
    const { result, heard } = watch({ faults, settleMs: 1000 });
    expect(result.pending).toEqual([]);
    expect(heard[1]).toBeGreaterThan(10);
  });
});

describe('one seed decides everything', () => {
  const busy: Partial<RunOptions> = {
    network: { ...NETWORK, delay: DRAWN, lossProbability: 0.1, duplicationProbability: 0.1 },
    disk: { writeMinMs: 1, writeMaxMs: 20 },
    clients: { ...BASE.clients, count: 2 },
    faults: [crash({})],
    durationMs: 5000,
  };

  test('the same seed gives the same run, another seed another', () => {
    const hashes = [1, 1, 2].map((seed) => watch({ ...busy, seed }).result.hash);
    expect(hashes[0]).toBe(hashes[1]);
    expect(hashes[0]).not.toBe(hashes[2]);
  });

  test('recording a run does not change it', () => {
    expect(watch({ ...busy, traceEventsMax: 10_000 }).result.hash).toBe(watch(busy).result.hash);
  });

  test('the hash is pinned across versions of Node', () => {
    expect(watch(busy).result.hash).toMatchInlineSnapshot(`"3a52ad3244ce1049"`);
  });

  test('leaving out loss leaves every delay as it was', () => {
    const sent = (lossProbability: number) => {
      const network = { ...NETWORK, delay: DRAWN, lossProbability };
      const events = watch({ network, traceEventsMax: 10_000, durationMs: 5000 }).result.trace?.events ?? [];
      return events.flatMap((event) => (event.kind === 'message' && event.from === 0 && event.to === 1 ? [event] : []));
    };
    const [without, withLoss] = [sent(0), sent(0.3)];
    const lost = withLoss.filter(({ deliveredUs }) => deliveredUs === undefined);
    expect([without.length, withLoss.length, lost.length > 5]).toEqual([50, 50, true]);
    const expected = without.map(({ deliveredUs }, index) =>
      withLoss[index]?.deliveredUs === undefined ? undefined : deliveredUs,
    );
    expect(withLoss.map(({ deliveredUs }) => deliveredUs)).toEqual(expected);
  });
});

test('a budget that ends stops the run and says so', () => {
  const { result } = watch({ durationMs: 1e9, budget: stepBudget(20_000) });
  expect(result.exhausted).toBe('step limit of 20000 reached');
  expect(result.events).toBeLessThan(21_000);
});
