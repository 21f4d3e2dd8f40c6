import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { attempt } from '../../kernel/failure.ts';
import type { AnyDefinition } from '../definition.ts';
import type { AlwaysProperty, Complaint } from '../property.ts';
import { runRandomSchedule } from '../random-schedule.ts';
import { createScriptedCluster } from '../scripted-cluster.ts';
import { readSettings } from '../settings.ts';
import { runTranscript } from '../transcript.ts';
import { leaseLock } from './lease-lock.ts';
import { leaseLockDefinition } from './lease-lock-definition.ts';
import type { LeaseLockState } from './lease-lock-state.ts';

const definition = leaseLockDefinition as unknown as AnyDefinition;

interface Options {
  readonly nodes?: number;
  readonly variant?: string;
  readonly settings?: Record<string, string>;
}

function configOf({ nodes = 3, variant, settings = {} }: Options = {}) {
  return leaseLockDefinition.configure({
    nodes,
    settings: readSettings('lease-lock', leaseLockDefinition.settings, settings),
    ...(variant === undefined ? {} : { variant }),
  });
}

/** A cluster whose properties are watched. Lock nodes come first, then the resource, then the workers. */
function clusterOf(options: Options = {}) {
  const config = configOf(options);
  const watched = leaseLock
    .properties(config)
    .filter((each): each is AlwaysProperty<LeaseLockState> => each.kind === 'always');
  const monitors = watched.flatMap((each) =>
    each.monitor === undefined ? [] : [{ name: each.name, monitor: each.monitor() }],
  );
  const complaints: string[] = [];
  const note = (name: string, complaint: Complaint) =>
    complaint !== undefined && complaints.push(`${name}: ${complaint}`);
  const cluster = createScriptedCluster({
    protocol: leaseLock,
    config,
    nodeCount: leaseLockDefinition.nodeNames(config).length,
    onEvent: (event) => {
      if (event.kind !== 'state') return;
      for (const { name, monitor } of monitors)
        note(name, monitor.changed?.(event.node, event.before, event.after, cluster));
      for (const each of watched) note(each.name, each.holds?.(cluster));
    },
  });
  return { cluster, complaints, workers: [config.lockNodes + 1, config.lockNodes + 2] as const };
}

const ask = (value: number) => ({ kind: 'lock_and_write', value });
const UNFENCED = { fencing: 'false' };
const SINGLE = { service: 'single' };

describe('an operation', () => {
  test('costs 3n messages for the lock, 2n for the token, and 2 for the write', () => {
    for (const [nodes, fencing, service] of [
      [3, 'true', 'redlock'],
      [5, 'false', 'redlock'],
      [1, 'true', 'single'],
    ] as const) {
      const { cluster, workers } = clusterOf({ nodes, settings: { fencing, service } });
      cluster.request(workers[0], 0, 1, ask(7));
      let messages = cluster.settle();
      cluster.fire(workers[0], 'work');
      messages += cluster.settle();
      expect(messages).toBe((fencing === 'true' ? 5 : 3) * nodes + 2);
      expect(cluster.answered).toHaveLength(1);
      expect(cluster.states[nodes]).toMatchObject({ last: { value: 7 } });
    }
  });

  test('that is repeated is done once, across a restart of the worker too', () => {
    const { cluster, workers } = clusterOf({ nodes: 1, settings: SINGLE });
    const once = () => {
      cluster.request(workers[0], 0, 1, ask(7));
      cluster.settle();
      if (cluster.timers[workers[0]]?.has('work') === true) cluster.fire(workers[0], 'work');
      cluster.settle();
    };
    once();
    once();
    cluster.crash(workers[0]);
    cluster.restart(workers[0]);
    cluster.request(workers[1], 1, 1, ask(8));
    cluster.settle();
    cluster.fire(workers[1], 'work');
    cluster.settle();
    once();
    expect(cluster.answered).toHaveLength(4);
    expect(cluster.states[1]).toMatchObject({ last: { value: 8 } });
  });

  test('waits while another worker has the lock, and tries again', () => {
    const { cluster, complaints, workers } = clusterOf({ settings: UNFENCED });
    cluster.request(workers[0], 0, 1, ask(7));
    cluster.settle();
    cluster.request(workers[1], 1, 1, ask(8));
    cluster.settle();
    expect(cluster.states[workers[1]]).toMatchObject({ phase: 'backoff' });
    cluster.fire(workers[0], 'work');
    cluster.settle();
    cluster.fire(workers[1], 'backoff');
    cluster.settle();
    cluster.fire(workers[1], 'work');
    cluster.settle();
    expect([cluster.answered.length, complaints]).toEqual([2, []]);
  });

  test('of another kind is refused', () => {
    const { cluster, workers } = clusterOf();
    cluster.request(workers[0], 0, 1, { kind: 'read' });
    expect(cluster.answered[0]?.response.status).toBe('failed');
  });
});

describe('a lease', () => {
  test('ends for its worker before it ends for the lock nodes', () => {
    const config = configOf();
    expect(config.validityMs).toBeLessThan(config.ttlMs);
  });

  test('that was not given back is free after its time to live, also when the lock node restarts', () => {
    const { cluster, workers } = clusterOf({ nodes: 1, settings: SINGLE });
    cluster.request(workers[0], 0, 1, ask(7));
    cluster.settle();
    cluster.crash(workers[0]);
    cluster.crash(0);
    cluster.restart(0);
    expect(cluster.states[0]).toMatchObject({ lease: { worker: workers[0] } });
    cluster.fire(0, 'expiry');
    expect(cluster.states[0]).toMatchObject({ lease: null });
  });
});

/** The pause of Kleppmann's article: between looking at the clock and the write. */
const PAUSE = `request w1 0 1 lock_and_write 0 7
settle
# w1 has the lock, and is paused here. Its lease ends, and w2 gets the lock and writes.
fire n1 expiry
request w2 1 1 lock_and_write 0 8
settle
fire w2 work
settle
# w1 goes on: it still believes to hold the lock.
fire w1 work
settle
state resource w1
`;

describe('a worker that is paused beyond its lease', () => {
  test('overwrites what a newer holder wrote, when there is no fencing', async () => {
    const config = configOf({ nodes: 1, settings: { ...SINGLE, ...UNFENCED } });
    const text = runTranscript({ definition, config, script: PAUSE });
    expect(text).toContain('resource resource: 7 by w1#1');
    await expect(
      `# Kleppmann 2016, without fencing: the write of 7 comes after the one of 8, although w2 got the lock later.\n${text}`,
    ).toMatchFileSnapshot('testdata/pause-without-fencing.txt');
  });

  test('is refused by the resource when there is', async () => {
    const config = configOf({ nodes: 1, settings: SINGLE });
    const text = runTranscript({ definition, config, script: PAUSE });
    expect(text).toContain('resource resource: 8 by w2#1');
    await expect(
      `# Kleppmann 2016, with fencing: the resource has seen the larger token of w2, and refuses w1, which will try again.\n${text}`,
    ).toMatchFileSnapshot('testdata/pause-with-fencing.txt');
  });
});

/** The clock of n3 jumps, after w1 locked n1, n2, n3 of five; w2 locks n3, n4, n5, and writes first. */
function clockJump(options: Options) {
  const watched = clusterOf({ nodes: 5, ...options });
  const { cluster, workers } = watched;
  cluster.request(workers[0], 0, 1, ask(7));
  for (const node of [3, 4]) cluster.drop(workers[0], node);
  cluster.settle();
  cluster.fire(2, 'expiry');
  cluster.request(workers[1], 1, 1, ask(8));
  for (const node of [0, 1]) cluster.drop(workers[1], node);
  cluster.settle();
  for (const worker of [workers[1], workers[0]]) {
    cluster.fire(worker, 'work');
    cluster.settle();
  }
  return watched;
}

describe('Redlock, when the clock of one node jumps', () => {
  test('has two holders, and without fencing the older one writes last', () => {
    const { complaints } = clockJump({ variant: 'redlock-clock-jump-or-pause' });
    expect(complaints).toContain('at most one holder: w1#1 and w2#1 both believe to hold the lock');
    expect(complaints).toContain(
      'mutual exclusion at the resource: the resource accepts 7 of w1#1 after a write of w2#1, who got the lock later',
    );
  });

  test('has two holders, and with fencing the resource takes the newer one only', () => {
    const { cluster, complaints } = clockJump({});
    expect(complaints).toEqual([]);
    expect(cluster.states[5]).toMatchObject({ last: { value: 8 } });
  });
});

describe('a release', () => {
  /** w1 has the lock; w2 asks, is refused, and gives back what it does not have; w2 asks again. */
  function refusedAndReleased(options: Options) {
    const { cluster, complaints, workers } = clusterOf(options);
    cluster.request(workers[0], 0, 1, ask(7));
    cluster.settle();
    cluster.request(workers[1], 1, 1, ask(8));
    cluster.settle();
    cluster.fire(workers[1], 'backoff');
    cluster.settle();
    return complaints;
  }

  test('that does not compare frees the lock of another worker', () => {
    expect(refusedAndReleased({ variant: 'unlocks-without-comparing' })).toContain(
      'at most one holder: w1#1 and w2#2 both believe to hold the lock',
    );
  });

  test('that compares does not', () => {
    expect(refusedAndReleased({ settings: UNFENCED })).toEqual([]);
  });
});

describe('random schedules', () => {
  test('keep all properties with fencing, whatever the clocks do', () => {
    const reached = new Set<string>();
    fc.assert(
      fc.property(fc.nat(), fc.constantFrom(1, 3, 5), (seed, nodes) => {
        const config = configOf({ nodes, settings: { service: nodes === 1 ? 'single' : 'redlock', workers: '3' } });
        const outcome = runRandomSchedule({ definition, config, seed, steps: 600 });
        for (const name of outcome.reached) reached.add(name);
        expect(outcome).toMatchObject({ byHolds: undefined, byMonitors: undefined });
      }),
      { seed: 42, numRuns: 120 },
    );
    expect([...reached]).toEqual(['a write is accepted']);
  });

  test('break mutual exclusion without it', () => {
    const config = configOf({ variant: 'redlock-clock-jump-or-pause' });
    const complaints = Array.from(
      { length: 60 },
      (_, seed) => runRandomSchedule({ definition, config, seed, steps: 600 }).byMonitors,
    );
    expect(complaints.some((complaint) => complaint?.startsWith('mutual exclusion at the resource') === true)).toBe(
      true,
    );
  });
});

describe('a setup', () => {
  test('whose service does not fit its nodes is refused', () => {
    for (const options of [{ nodes: 2 }, { nodes: 3, settings: SINGLE }])
      expect(attempt(() => configOf(options))).toMatchObject({ ok: false, failure: { code: 'input/conflict' } });
  });

  test('with no node, or an unknown variant, is refused', () => {
    for (const options of [{ nodes: 0 }, { variant: 'no-such' }])
      expect(attempt(() => configOf(options))).toMatchObject({ ok: false, failure: { code: 'input/invalid' } });
  });
});
