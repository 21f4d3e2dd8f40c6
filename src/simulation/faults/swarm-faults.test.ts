import { expect, test } from 'vitest';
import { streamOf } from '../run/streams.ts';
import { checkFaults } from './check-faults.ts';
import type { Fault } from './fault.ts';
import { type SwarmKind, type SwarmOptions, swarmFaults } from './swarm-faults.ts';

const options: SwarmOptions = { nodeCount: 5, durationMs: 10_000, timeScaleMs: 300 };
const RUNS = 2000;

const drawn = (change: Partial<SwarmOptions> = {}): Fault[][] =>
  Array.from({ length: RUNS }, (_, seed) => swarmFaults(streamOf(seed, 'faults'), { ...options, ...change }));

test('the same seed draws the same faults, and another seed others', () => {
  const first = swarmFaults(streamOf(1, 'faults'), options);
  expect(swarmFaults(streamOf(1, 'faults'), options)).toEqual(first);
  expect(swarmFaults(streamOf(2, 'faults'), options)).not.toEqual(first);
});

test('whatever is drawn passes the check of faults and ends within the run', () => {
  for (const change of [{}, { nodeCount: 1, durationMs: 50 }, { nodeCount: 3, timeScaleMs: 1 }]) {
    const { nodeCount, durationMs } = { ...options, ...change };
    for (const faults of drawn(change)) {
      checkFaults(faults, nodeCount, durationMs);
      expect(faults.every(({ untilMs = Infinity }) => untilMs <= durationMs)).toBe(true);
    }
  }
});

test('each kind is absent from about half of the runs, and no two kinds go together', () => {
  const kinds: readonly SwarmKind[] = ['partition', 'crash', 'pause', 'slow', 'slow-disk', 'link', 'clock'];
  const runs = drawn({ durationMs: 100_000 }).map((faults) => new Set<string>(faults.map(({ kind }) => kind)));
  const share = (holds: (kinds: ReadonlySet<string>) => boolean): number => runs.filter(holds).length / RUNS;
  for (const kind of kinds) {
    // Four standard errors of a half are 0.045; a chosen kind is hardly ever missed in up to 60 faults.
    expect(Math.abs(share((has) => has.has(kind)) - 0.5), kind).toBeLessThan(0.05);
    const other = kind === 'crash' ? 'pause' : 'crash';
    expect(Math.abs(share((has) => has.has(kind) && has.has(other)) - 0.25), kind).toBeLessThan(0.05);
  }
});

test('disks are lost and clocks jump only where that is allowed', () => {
  const losses = (runs: Fault[][]): number =>
    runs.flat().filter((each) => each.kind === 'crash' && each.losesDisk).length;
  expect(losses(drawn())).toBe(0);
  expect(losses(drawn({ kinds: ['disk-loss'] }))).toBeGreaterThan(RUNS);
  const clocks = drawn()
    .flat()
    .filter((fault) => fault.kind === 'clock');
  expect(clocks.length).toBeGreaterThan(RUNS);
  expect(clocks.every(({ jumpMs, rate }) => jumpMs === 0 && Math.abs(rate - 1) <= 0.1)).toBe(true);
});

test('leaders and any node are hit, for a moment or for several election timeouts, and by every shape of a cut', () => {
  const faults = drawn({ kinds: ['crash', 'partition'] }).flat();
  const lengths = faults.map(({ atMs, untilMs = 0 }) => untilMs - atMs);
  expect(Math.min(...lengths)).toBeLessThan(0.1 * options.timeScaleMs);
  expect(Math.max(...lengths)).toBeGreaterThan(5 * options.timeScaleMs);
  const shapes = new Set(
    faults.flatMap((fault) => {
      if (fault.kind !== 'partition') return [];
      const [who] = fault.nodes;
      const what = fault.from === undefined ? (fault.flapPeriodMs === undefined ? '' : ' flaps') : ' from one';
      return `${typeof who === 'number' ? 'node' : who} ${fault.direction}${what}`;
    }),
  );
  expect([...shapes].sort()).toEqual([
    'leader both',
    'leader both flaps',
    'leader both from one',
    'leader inbound',
    'leader outbound',
    'minority both',
    'node both',
    'node both flaps',
    'node both from one',
    'node inbound',
    'node outbound',
    'other-minority both',
  ]);
});
