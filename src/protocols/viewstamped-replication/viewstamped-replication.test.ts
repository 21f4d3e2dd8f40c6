import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { attempt } from '../../kernel/failure.ts';
import type { AnyDefinition } from '../definition.ts';
import type { Monitor } from '../property.ts';
import { runRandomSchedule } from '../random-schedule.ts';
import { createScriptedCluster } from '../scripted-cluster.ts';
import { readSettings } from '../settings.ts';
import { runTranscript } from '../transcript.ts';
import { viewstampedReplication } from './viewstamped-replication.ts';
import { viewstampedReplicationDefinition } from './viewstamped-replication-definition.ts';
import { vrProperties } from './vr-properties.ts';
import type { VrConfig, VrState } from './vr-state.ts';

const definition = viewstampedReplicationDefinition as unknown as AnyDefinition;
const DISKLESS = { durability: 'diskless' };

interface Options {
  nodes?: number;
  variant?: string;
  settings?: Record<string, string>;
}

function configOf({ nodes = 3, variant, settings = {} }: Options = {}) {
  return viewstampedReplicationDefinition.configure({
    nodes,
    settings: readSettings('viewstamped-replication', viewstampedReplicationDefinition.settings, settings),
    ...(variant === undefined ? {} : { variant }),
  });
}

function clusterOf(options: Options = {}) {
  const config = configOf(options);
  return createScriptedCluster({ protocol: viewstampedReplication, config, nodeCount: config.nodes });
}

describe('the normal case', () => {
  test('costs 2(n - 1) messages per request, and reads what was written', () => {
    for (const nodes of [1, 3, 5]) {
      const cluster = clusterOf({ nodes });
      cluster.request(0, 0, 1, { kind: 'write', key: 1, value: 7 });
      expect(cluster.settle()).toBe(2 * (nodes - 1));
      cluster.request(0, 0, 2, { kind: 'read', key: 1 });
      expect(cluster.settle()).toBe(2 * (nodes - 1));
      expect(cluster.answered.map(({ response }) => response)).toEqual([{ status: 'ok' }, { status: 'ok', value: 7 }]);
    }
  });

  test('executes a repeated request once and answers it from the client table', () => {
    const cluster = clusterOf();
    cluster.request(0, 0, 1, { kind: 'write', key: 0, value: 1 });
    cluster.request(0, 0, 1, { kind: 'write', key: 0, value: 1 });
    cluster.settle();
    cluster.request(0, 0, 1, { kind: 'write', key: 0, value: 1 });
    expect(cluster.settle()).toBe(0);
    expect(cluster.answered).toHaveLength(2);
    expect(cluster.states[0]?.log).toHaveLength(1);
  });

  test('tells backups with the next Commit what is committed', () => {
    const cluster = clusterOf();
    cluster.request(0, 0, 1, { kind: 'write', key: 0, value: 1 });
    cluster.settle();
    expect(cluster.states.map(({ commit }) => commit)).toEqual([1, 0, 0]);
    cluster.fire(0, 'heartbeat');
    cluster.settle();
    expect(cluster.states.map(({ commit }) => commit)).toEqual([1, 1, 1]);
  });

  test('sends again what was not acknowledged by the second heartbeat', () => {
    const cluster = clusterOf();
    cluster.request(0, 0, 1, { kind: 'write', key: 0, value: 1 });
    while (cluster.drop(0, 1) || cluster.drop(0, 2));
    for (const _ of [1, 2]) cluster.fire(0, 'heartbeat');
    cluster.settle();
    expect(cluster.answered).toHaveLength(1);
  });
});

describe('a view change', () => {
  test('keeps what the primary before had committed', () => {
    const cluster = clusterOf();
    cluster.request(0, 0, 1, { kind: 'write', key: 0, value: 1 });
    cluster.deliver(0, 2);
    cluster.deliver(2, 0);
    expect(cluster.answered).toHaveLength(1);
    // n2, the next primary, has never seen the write; n3 brings it.
    cluster.drop(0, 1);
    cluster.crash(0);
    cluster.fire(1, 'view_change');
    cluster.settle();
    cluster.request(1, 1, 1, { kind: 'read', key: 0 });
    cluster.settle();
    expect(cluster.answered.at(-1)).toMatchObject({ node: 1, response: { status: 'ok', value: 1 } });
  });

  test('passes over a primary that is down', () => {
    const cluster = clusterOf({ nodes: 5 });
    for (const node of [0, 1]) cluster.crash(node);
    cluster.fire(2, 'view_change');
    cluster.settle();
    expect(cluster.states[2]).toMatchObject({ status: 'view-change', view: 1 });
    cluster.fire(3, 'view_change');
    cluster.settle();
    expect(cluster.states[2]).toMatchObject({ status: 'normal', view: 2 });
  });

  test('is started by a primary that restarts from its disk', () => {
    const cluster = clusterOf();
    cluster.crash(0);
    cluster.restart(0);
    cluster.settle();
    expect(cluster.states.map(({ status, view }) => [status, view])).toEqual(Array(3).fill(['normal', 1]));
  });
});

test('state transfer brings a replica that missed a view and many operations up to date', () => {
  const cluster = clusterOf();
  cluster.crash(2);
  cluster.fire(1, 'view_change');
  cluster.settle();
  for (let number = 1; number <= 100; number++) {
    cluster.request(1, 0, number, { kind: 'write', key: 0, value: number });
    cluster.settle();
  }
  cluster.restart(2);
  cluster.fire(1, 'heartbeat');
  cluster.settle();
  expect(cluster.states[2]).toMatchObject({ commit: 100, store: [100] });
});

test('a view change, step by step', async () => {
  const script = `request n1 0 1 write 0 1
deliver n1 n3
deliver n3 n1
drop n1 n2
# n1 and n3 have committed the write; n2, the next primary, has not seen it.
crash n1
fire n2 view_change
settle
state
`;
  await expect(
    `# Revisited, section 4.2: the new primary begins with the longest log of the latest normal view, here that of n3.\n${runTranscript({ definition, config: configOf(), script })}`,
  ).toMatchFileSnapshot('testdata/view-change.txt');
});

/** Whether `replicas agree`, and with it progress, is demanded no more. */
function isExcused(cluster: ReturnType<typeof clusterOf>): boolean | undefined {
  const property = vrProperties(configOf({ settings: DISKLESS })).find(({ name }) => name === 'replicas agree');
  return property?.kind === 'eventually' ? property.excuses?.(cluster) : undefined;
}

describe('recovery', () => {
  test('takes the log from the primary, with f + 1 answers', () => {
    const cluster = clusterOf({ settings: DISKLESS });
    cluster.request(0, 0, 1, { kind: 'write', key: 0, value: 1 });
    cluster.settle();
    cluster.crash(2);
    cluster.restart(2);
    expect(cluster.states[2]).toMatchObject({ status: 'recovering', log: [] });
    cluster.deliver(2, 0);
    cluster.deliver(0, 2);
    expect(cluster.states[2]?.status).toBe('recovering');
    cluster.settle();
    expect(cluster.states[2]).toMatchObject({ status: 'normal', commit: 1, store: [1], crashes: [0, 0, 1] });
  });

  test('is for a lost disk as well', () => {
    const cluster = clusterOf();
    cluster.request(0, 0, 1, { kind: 'write', key: 0, value: 1 });
    cluster.settle();
    cluster.crash(2);
    cluster.restart(2, { loseDisk: true });
    cluster.settle();
    expect(cluster.states[2]).toMatchObject({ status: 'normal', commit: 1 });
  });

  test('of a primary waits for the next view', () => {
    const cluster = clusterOf({ settings: DISKLESS });
    cluster.crash(0);
    cluster.restart(0);
    cluster.settle();
    expect(cluster.states[0]?.status).toBe('recovering');
    expect(isExcused(cluster)).toBe(false);
    cluster.fire(1, 'view_change');
    cluster.settle();
    cluster.fire(0, 'recovery');
    cluster.settle();
    expect(cluster.states[0]).toMatchObject({ status: 'normal', view: 1 });
  });

  test('never ends when more than f lost their memory: nobody knows what was promised', () => {
    const cluster = clusterOf({ settings: DISKLESS });
    for (const node of [1, 2]) cluster.crash(node);
    for (const node of [1, 2]) cluster.restart(node);
    for (let round = 0; round < 3; round++) {
      cluster.settle();
      for (const node of [1, 2]) cluster.fire(node, 'recovery');
    }
    expect(cluster.states.map(({ status }) => status)).toEqual(['normal', 'recovering', 'recovering']);
    expect(isExcused(cluster)).toBe(true);
  });
});

/** A monitor of `committed operations survive`. */
function watch(config: VrConfig): Monitor<VrState> {
  const property = vrProperties(config).find((each) => each.name === 'committed operations survive');
  if (property?.kind !== 'always' || property.monitor === undefined) throw new Error('it has no monitor');
  return property.monitor();
}

describe('crash vectors', () => {
  /** The schedule by hand, since old messages must overtake younger ones. */
  const play = (options: Options) => {
    const config = configOf(options);
    const monitor = watch(config);
    const complaints: string[] = [];
    const cluster = createScriptedCluster({
      protocol: viewstampedReplication,
      config,
      nodeCount: config.nodes,
      onEvent: (event) => {
        if (event.kind !== 'state') return;
        const complaint = monitor.changed?.(event.node, event.before, event.after, cluster);
        if (complaint !== undefined) complaints.push(complaint);
      },
    });
    const crashAndRecover = (node: number, other: number) => {
      cluster.crash(node);
      cluster.restart(node);
      const skip = cluster.inFlight.filter(({ from, to }) => from === node && to === other).length - 1;
      cluster.deliver(node, other, skip);
      cluster.deliver(node, 0, cluster.inFlight.filter(({ from, to }) => from === node && to === 0).length - 1);
      cluster.deliver(other, node, cluster.inFlight.filter(({ from, to }) => from === other && to === node).length - 1);
      cluster.deliver(0, node, cluster.inFlight.filter(({ from, to }) => from === 0 && to === node).length - 1);
      expect(cluster.states[node]).toMatchObject({ status: 'normal', view: 0 });
    };
    // n2 announces view 1, forgets it, and recovers in view 0.
    cluster.fire(1, 'view_change');
    cluster.drop(1, 0);
    crashAndRecover(1, 2);
    // The old announcement reaches n3, which announces and reports, forgets it, and recovers in view 0.
    cluster.drop(1, 0);
    cluster.deliver(1, 2);
    cluster.drop(2, 0);
    crashAndRecover(2, 1);
    cluster.inFlight.splice(0, cluster.inFlight.length, ...cluster.inFlight.filter(({ to }) => to === 1));
    // n1 and n3 commit a write in view 0 that n2 does not see.
    cluster.request(0, 0, 1, { kind: 'write', key: 0, value: 1 });
    cluster.drop(0, 1, cluster.inFlight.filter(({ from, to }) => from === 0 && to === 1).length - 1);
    cluster.deliver(0, 2);
    cluster.deliver(2, 0);
    expect(cluster.answered).toHaveLength(1);
    // n2 announces view 1 again, and what n3 sent before its crash arrives.
    cluster.fire(1, 'view_change');
    while (cluster.deliver(2, 1));
    return { cluster, complaints };
  };

  test('keep a view from beginning with what a replica said before it forgot it', () => {
    const { cluster, complaints } = play({ settings: DISKLESS });
    expect(cluster.states[1]).toMatchObject({ status: 'view-change', view: 1 });
    cluster.settle();
    expect(cluster.states[1]).toMatchObject({ status: 'normal', view: 1, store: [1] });
    expect(complaints).toEqual([]);
  });

  test('are missing from the paper: a committed write is lost', () => {
    const { cluster, complaints } = play({ variant: 'vr-diskless-recovery' });
    expect(cluster.states[1]).toMatchObject({ status: 'normal', view: 1, log: [] });
    expect(complaints).toEqual([
      'op-number 1 was committed as write 0=1 of client 0/1 by n1 in view 0, and n2 has nothing there in view 1',
    ]);
  });
});

test('a setup that cannot work is refused', () => {
  expect(attempt(() => configOf({ nodes: 1, settings: DISKLESS }))).toMatchObject({
    ok: false,
    failure: { code: 'input/conflict' },
  });
  expect(attempt(() => configOf({ settings: { heartbeat_ms: '500' } }))).toMatchObject({
    ok: false,
    failure: { code: 'input/conflict' },
  });
});

describe('random schedules', () => {
  test.each([
    { durability: 'disk', sizes: [1, 2, 3, 5] },
    { durability: 'diskless', sizes: [3, 5] },
  ])('keep all properties with durability $durability, and settle', ({ durability, sizes }) => {
    const reached = new Set<string>();
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 31 }), fc.constantFrom(...sizes), (seed, nodes) => {
        const config = configOf({ nodes, settings: { durability } });
        const outcome = runRandomSchedule({ definition, config, seed, steps: 500 });
        for (const name of outcome.reached) reached.add(name);
        expect(outcome).toMatchObject({ byHolds: undefined, byMonitors: undefined, unsettled: [] });
      }),
      { seed: 42, numRuns: 60 },
    );
    expect([...reached].sort()).toEqual(['a view change completes', 'an operation commits']);
  });

  test('keep all properties without a disk where no more than f forget', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 31 }), fc.constantFrom(3, 5), (seed, nodes) => {
        const config = configOf({ nodes, settings: DISKLESS });
        const spared = Array.from({ length: config.quorum }, (_, node) => node);
        // Not asked to settle: all timers fire in turn there, so each Recovery meets a view change that has just begun.
        const outcome = runRandomSchedule({ definition, config, seed, steps: 500, spared });
        expect(outcome).toMatchObject({ byHolds: undefined, byMonitors: undefined });
      }),
      { seed: 42, numRuns: 60 },
    );
  });
});
