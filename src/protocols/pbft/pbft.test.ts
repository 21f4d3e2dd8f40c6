import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { attempt } from '../../kernel/failure.ts';
import type { AnyDefinition } from '../definition.ts';
import type { AlwaysProperty, ClusterView } from '../property.ts';
import { runRandomSchedule } from '../random-schedule.ts';
import { createScriptedCluster } from '../scripted-cluster.ts';
import { readSettings } from '../settings.ts';
import { runTranscript } from '../transcript.ts';
import { pbft } from './pbft.ts';
import { pbftDefinition } from './pbft-definition.ts';
import type { Certificate, PbftState, ViewChange } from './pbft-state.ts';
import { carriedOver } from './pbft-view-change.ts';

const definition = pbftDefinition as unknown as AnyDefinition;

interface Options {
  readonly nodes?: number;
  readonly variant?: string;
  readonly settings?: Record<string, string>;
}

function configOf({ nodes = 4, variant, settings = {} }: Options = {}) {
  return pbftDefinition.configure({
    nodes,
    settings: readSettings('pbft', pbftDefinition.settings, settings),
    ...(variant === undefined ? {} : { variant }),
  });
}

function clusterOf(options: Options = {}) {
  const config = configOf(options);
  return createScriptedCluster({ protocol: pbft, config, nodeCount: config.nodes });
}

type Cluster = ReturnType<typeof clusterOf>;

/** What a client does that asks all replicas. */
function askAll(cluster: Cluster, client: number, number: number, value: number): void {
  for (const node of cluster.states.keys())
    cluster.request(node, client, number, { kind: 'write', key: client, value });
}

function complaintOf(view: ClusterView<PbftState>, property: string): string | undefined {
  const config = view.states[0]!.config;
  const found = pbft.properties(config).find((each) => each.name === property) as AlwaysProperty<PbftState>;
  return found.holds?.(view);
}

const executed = (cluster: Cluster) => cluster.states.map(({ service }) => service.seq);
const views = (cluster: Cluster) => cluster.states.map(({ view }) => view);

describe('the normal case', () => {
  test('costs 2n(n - 1) messages, and every replica answers', () => {
    for (const nodes of [4, 5, 7, 10]) {
      const cluster = clusterOf({ nodes });
      askAll(cluster, 0, 1, 9);
      expect(cluster.settle()).toBe(2 * nodes * (nodes - 1));
      expect(pbftDefinition.messagesPerOperation?.(configOf({ nodes })).count).toBe(2 * nodes * (nodes - 1));
      expect(cluster.answered.map(({ node }) => node).sort((a, b) => a - b)).toEqual([...cluster.states.keys()]);
      expect(cluster.states.map(({ service }) => service.registers)).toEqual(cluster.states.map(() => [9]));
    }
  });

  test('costs the same for many requests at once', () => {
    const cluster = clusterOf();
    for (let number = 1; number <= 10; number++)
      for (let client = 0; client < 3; client++) askAll(cluster, client, number, number);
    expect(cluster.settle()).toBe(executed(cluster)[0]! * 24);
    expect(new Set(executed(cluster)).size).toBe(1);
    expect(executed(cluster)[0]).toBeGreaterThan(2);
  });

  test('needs a quorum of 2f + 1: three of four go on, two do not', () => {
    const cluster = clusterOf();
    cluster.crash(3);
    askAll(cluster, 0, 1, 1);
    cluster.settle();
    expect(executed(cluster)).toEqual([1, 1, 1, 0]);
    cluster.crash(2);
    askAll(cluster, 0, 2, 2);
    cluster.settle();
    expect(executed(cluster)).toEqual([1, 1, 1, 0]);
  });

  test('executes a repeated request once and answers it again', () => {
    const cluster = clusterOf();
    askAll(cluster, 0, 1, 1);
    cluster.settle();
    askAll(cluster, 0, 1, 1);
    expect(cluster.settle()).toBe(0);
    expect(executed(cluster)).toEqual([1, 1, 1, 1]);
    expect(cluster.answered).toHaveLength(8);
  });

  test('a backup relays a request that it hears a second time to the primary', () => {
    const cluster = clusterOf();
    cluster.request(2, 0, 1, { kind: 'read', key: 0 });
    expect(cluster.settle()).toBe(0);
    cluster.request(2, 0, 1, { kind: 'read', key: 0 });
    cluster.settle();
    expect(executed(cluster)).toEqual([1, 1, 1, 1]);
  });

  test('compare-and-set changes only what it expects', () => {
    const cluster = clusterOf();
    for (const [number, expected, value] of [
      [1, null, 5],
      [2, 4, 6],
      [3, 5, 7],
    ] as const) {
      cluster.request(0, 0, number, { kind: 'cas', key: 0, expected, value });
      cluster.settle();
    }
    expect(cluster.answered.filter(({ node }) => node === 0).map(({ response }) => response.status)).toEqual([
      'ok',
      'failed',
      'ok',
    ]);
    expect(cluster.states[3]?.service.registers).toEqual([7]);
  });

  test('a replica accepts one pre-prepare per view and sequence number', () => {
    const cluster = clusterOf();
    askAll(cluster, 0, 1, 1);
    cluster.deliver(0, 1);
    const before = cluster.states[1]!;
    const request = { client: 1, number: 1, command: { kind: 'read', key: 0 } };
    const message = { kind: 'pre_prepare', view: 0, seq: 1, digest: 2 ** 26 + 1, request } as const;
    expect(pbft.step(before, { kind: 'message', from: 0, message }).state).toBe(before);
  });
});

describe('checkpoints', () => {
  const settings = { checkpoint_interval: '2' };

  test('a quorum of equal checkpoints drops the log below', () => {
    const cluster = clusterOf({ settings });
    for (let number = 1; number <= 5; number++) {
      askAll(cluster, 0, number, number);
      cluster.settle();
    }
    expect(cluster.states.map(({ stable, slots }) => [stable.service.seq, slots.length])).toEqual(
      cluster.states.map(() => [4, 1]),
    );
  });

  test('a replica that fell behind the low water mark takes over a proven checkpoint', () => {
    const cluster = clusterOf({ settings });
    cluster.partition([0, 1, 2], [3]);
    for (let number = 1; number <= 5; number++) {
      askAll(cluster, 0, number, number);
      cluster.settle();
    }
    cluster.heal();
    expect(executed(cluster)).toEqual([5, 5, 5, 0]);
    cluster.fire(3, 'retransmit');
    cluster.settle();
    expect(executed(cluster)).toEqual([5, 5, 5, 5]);
    expect(cluster.states[3]?.service).toEqual(cluster.states[0]?.service);
  });

  test('the primary assigns no number above the high water mark', () => {
    const cluster = clusterOf({ settings });
    for (let client = 0; client < 6; client++) askAll(cluster, client, 1, client);
    expect(cluster.states[0]?.nextSeq).toBe(5);
    cluster.settle();
    expect(executed(cluster)).toEqual([6, 6, 6, 6]);
  });
});

describe('view changes', () => {
  test('a backup whose request timer runs out is joined by others after f + 1 asked for it', () => {
    const cluster = clusterOf();
    cluster.crash(0);
    askAll(cluster, 0, 1, 1);
    cluster.fire(1, 'request');
    cluster.settle();
    expect(views(cluster)).toEqual([0, 1, 0, 0]);
    cluster.fire(2, 'request');
    cluster.settle();
    expect(views(cluster).slice(1)).toEqual([1, 1, 1]);
    expect(executed(cluster).slice(1)).toEqual([1, 1, 1]);
  });

  test('the next view takes what was prepared in the highest view, and null requests in the gaps', () => {
    const certificate = (seq: number, view: number, number: number): Certificate => ({
      seq,
      view,
      digest: number,
      request: { client: 0, number, command: { kind: 'read' } },
      signers: [0, 1, 2],
    });
    const change = (node: number, stable: number, prepared: readonly Certificate[]): ViewChange => ({
      node,
      view: 3,
      stable,
      prepared,
    });
    const { low, carried } = carriedOver({
      view: 3,
      changes: [
        change(0, 1, [certificate(2, 0, 7), certificate(3, 1, 8)]),
        change(1, 2, [certificate(3, 2, 9), certificate(5, 0, 6)]),
        change(2, 0, [certificate(1, 0, 4)]),
      ],
    });
    expect([low, carried.map((each) => each?.digest ?? null)]).toEqual([2, [9, null, 6]]);
  });

  test('a restart keeps the view and what was prepared', () => {
    const cluster = clusterOf();
    askAll(cluster, 0, 1, 1);
    for (const to of [1, 2, 3]) cluster.deliver(0, to);
    for (const [from, to] of [
      [2, 1],
      [3, 1],
    ] as const)
      cluster.deliver(from, to);
    const before = cluster.states[1]?.slots[0]?.prepared;
    expect(before?.signers).toEqual([0, 1, 2]);
    cluster.crash(1);
    cluster.restart(1);
    expect(cluster.states[1]?.slots[0]?.prepared).toEqual(before);
  });
});

/** n4 alone commits the first request; the others get no further than prepared. */
function commitAtOneOnly(cluster: Cluster): void {
  askAll(cluster, 0, 1, 1);
  for (const to of [1, 2, 3]) cluster.deliver(0, to);
  for (const from of [1, 2, 3]) for (const to of [0, 1, 2, 3]) if (from !== to) cluster.deliver(from, to);
  for (const from of [0, 1, 2]) cluster.deliver(from, 3);
}

/** What is under way is lost, and n4 is cut off; a second request comes, and the view changes. */
function changeViewWithout4(cluster: Cluster): void {
  cluster.inFlight.length = 0;
  cluster.partition([0, 1, 2], [3]);
  for (const node of [0, 1, 2]) cluster.request(node, 1, 1, { kind: 'write', key: 1, value: 2 });
  cluster.inFlight.length = 0;
  for (const node of [1, 2]) cluster.fire(node, 'request');
  cluster.settle();
}

describe('known mistakes', () => {
  test('a view change that forgets what was prepared gives its number away; the correct one does not', () => {
    for (const [variant, expected] of [
      [undefined, undefined],
      ['view-change-forgets-prepared', 'at sequence number 1 n1 committed c1#1 and n4 committed c0#1'],
    ] as const) {
      const cluster = clusterOf(variant === undefined ? {} : { variant });
      commitAtOneOnly(cluster);
      expect(executed(cluster)).toEqual([0, 0, 0, 1]);
      // The second client's request is all that n2 and n3 hear of after a restart.
      for (const node of [0, 1, 2]) cluster.crash(node);
      for (const node of [0, 1, 2]) cluster.restart(node);
      changeViewWithout4(cluster);
      expect(Math.min(...executed(cluster))).toBeGreaterThan(0);
      expect(complaintOf(cluster, 'agreement')).toBe(expected);
    }
  });

  test('f + 1 commits with one liar are forgotten by a view change; 2f + 1 would not have committed', () => {
    for (const [options, expected] of [
      [{ settings: { byzantine_nodes: '1' } }, undefined],
      [{ variant: 'commit-quorum-f-plus-1' }, 'at sequence number 1 n3 committed c1#1 and n4 committed c0#1'],
    ] as const) {
      const cluster = clusterOf(options);
      // n1 agrees with n4, whatever it prepares; n2 and n3 prepare nothing.
      askAll(cluster, 0, 1, 1);
      cluster.inFlight.length = 0;
      const request = { client: 0, number: 1, command: { kind: 'write', key: 0, value: 1 } };
      const message = { kind: 'pre_prepare', view: 0, seq: 1, digest: 1, request } as const;
      for (const to of [1, 2, 3]) cluster.inFlight.push({ from: 0, to, message });
      for (const to of [1, 2, 3]) cluster.deliver(0, to);
      for (const from of [1, 2]) cluster.deliver(from, 3);
      cluster.deliver(3, 0);
      while (cluster.deliver(0, 3));
      expect(cluster.states[3]?.slots[0]?.prepared?.signers).toEqual([0, 3, 1]);
      const isCommitted = cluster.states[3]?.slots[0]?.committed !== null;
      expect(isCommitted).toBe(expected !== undefined);
      for (const node of [1, 2]) cluster.crash(node);
      for (const node of [1, 2]) cluster.restart(node);
      changeViewWithout4(cluster);
      expect(complaintOf(cluster, 'agreement')).toBe(expected);
    }
  });

  test('two liars among four split the other two, one liar does not', () => {
    for (const [options, expected] of [
      [{ settings: { byzantine_nodes: '1' } }, undefined],
      [{ variant: 'pbft-too-few-replicas' }, 'at sequence number 2 n3 committed c1#1 and n4 committed c0#1'],
    ] as const) {
      const cluster = clusterOf(options);
      askAll(cluster, 0, 1, 1);
      askAll(cluster, 1, 1, 2);
      cluster.settle();
      expect(complaintOf(cluster, 'agreement')).toBe(expected);
    }
  });
});

describe('under random schedules', () => {
  for (const [name, options] of [
    ['without liars', {}],
    ['with checkpoints', { settings: { checkpoint_interval: '3' } }],
    ['with an equivocator', { settings: { byzantine_nodes: '1', byzantine_behavior: 'equivocate' } }],
    ['with a liar', { settings: { byzantine_nodes: '1', byzantine_behavior: 'lie', checkpoint_interval: '4' } }],
    ['with one who withholds', { settings: { byzantine_nodes: '1', byzantine_behavior: 'withhold' } }],
    ['with two equivocators of seven', { nodes: 7, settings: { byzantine_nodes: '2' } }],
    ['with five replicas', { nodes: 5, settings: { checkpoint_interval: '3' } }],
  ] as const) {
    test(`all properties hold ${name}`, () => {
      const config = configOf(options);
      let commits = 0;
      fc.assert(
        fc.property(fc.nat(), (seed) => {
          const outcome = runRandomSchedule({ definition, config, seed, steps: 400 });
          expect(outcome).toMatchObject({ byHolds: undefined, byMonitors: undefined, unsettled: [] });
          if (outcome.reached.includes('a request commits')) commits += 1;
        }),
        { seed: 42, numRuns: 30 },
      );
      expect(commits).toBeGreaterThan(15);
    });
  }

  test('monitors find what the checks of single moments find', () => {
    const config = configOf({ variant: 'pbft-too-few-replicas' });
    let found = 0;
    for (let seed = 0; seed < 30; seed++) {
      const { byHolds, byMonitors } = runRandomSchedule({ definition, config, seed, steps: 400 });
      if (byHolds !== undefined) found += 1;
      expect(byMonitors === undefined).toBe(byHolds === undefined);
    }
    expect(found).toBeGreaterThan(3);
  });
});

describe('a setup', () => {
  test('with three nodes is told of 3f + 1', () => {
    const outcome = attempt(() => configOf({ nodes: 3 }));
    expect(JSON.stringify(outcome)).toContain('3f + 1');
  });

  test('sizes its quorums as BFT-SMaRt does', () => {
    const quorums = [4, 5, 6, 7, 10, 13].map((nodes) => configOf({ nodes }).quorum);
    expect(quorums).toEqual([3, 4, 4, 5, 7, 9]);
  });

  test('needs an honest replica', () => {
    const outcome = attempt(() => configOf({ settings: { byzantine_nodes: '4' } }));
    expect(JSON.stringify(outcome)).toContain('input/conflict');
  });
});

describe('transcripts', () => {
  for (const [name, options] of [
    ['normal-case', {}],
    ['primary-crash', {}],
    ['equivocating-primary', { settings: { byzantine_nodes: '1' } }],
  ] as const) {
    test(name, async () => {
      const { readFileSync } = await import('node:fs');
      const path = new URL(`testdata/${name}.txt`, import.meta.url);
      const text = runTranscript({ definition, config: configOf(options), script: readFileSync(path, 'utf8') });
      await expect(text).toMatchFileSnapshot(`testdata/${name}.txt`);
    });
  }
});
