import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { attempt } from '../../kernel/failure.ts';
import type { AnyDefinition } from '../definition.ts';
import type { AlwaysProperty, ClusterView, EventuallyProperty } from '../property.ts';
import { runRandomSchedule } from '../random-schedule.ts';
import { createScriptedCluster } from '../scripted-cluster.ts';
import { readSettings } from '../settings.ts';
import { runTranscript } from '../transcript.ts';
import { fabPaxos } from './fab-paxos.ts';
import { fabPaxosDefinition } from './fab-paxos-definition.ts';
import type { FabMessage, FabState } from './fab-paxos-state.ts';

const definition = fabPaxosDefinition as unknown as AnyDefinition;

interface Options {
  readonly nodes?: number;
  readonly variant?: string;
  readonly settings?: Record<string, string>;
}

function configOf({ nodes = 4, variant, settings = {} }: Options = {}) {
  return fabPaxosDefinition.configure({
    nodes,
    settings: readSettings('fab-paxos', fabPaxosDefinition.settings, settings),
    ...(variant === undefined ? {} : { variant }),
  });
}

function clusterOf(options: Options = {}) {
  const config = configOf(options);
  return createScriptedCluster({ protocol: fabPaxos, config, nodeCount: config.nodes });
}

type Cluster = ReturnType<typeof clusterOf>;

/** What a client does that asks all nodes. */
function askAll(cluster: Cluster, client: number, value: number): void {
  for (const node of cluster.states.keys()) cluster.request(node, client, 1, { kind: 'propose', value });
}

function complaintOf(view: ClusterView<FabState>, property: string): string | undefined {
  const config = view.states[0]!.config;
  const found = fabPaxos.properties(config).find((each) => each.name === property);
  return (found as AlwaysProperty<FabState> | EventuallyProperty<FabState>).holds?.(view);
}

/** With what the monitor of a property says. */
function watchedCluster(options: Options, property: string) {
  const config = configOf(options);
  const found = fabPaxos.properties(config).find((each) => each.name === property) as AlwaysProperty<FabState>;
  const monitor = found.monitor!();
  const complaints: string[] = [];
  const cluster: Cluster = createScriptedCluster({
    protocol: fabPaxos,
    config,
    nodeCount: config.nodes,
    onEvent: (event) => {
      if (event.kind !== 'state') return;
      const complaint = monitor.changed?.(event.node, event.before, event.after, cluster);
      if (complaint !== undefined) complaints.push(complaint);
    },
  });
  return { cluster, complaints };
}

const learned = (cluster: Cluster) => cluster.states.map((state) => state.learned);

/** Takes all messages of a kind off the links, at every delivery. */
function settleWithout(cluster: Cluster, kind: FabMessage['kind']): void {
  do {
    const kept = cluster.inFlight.filter(({ message }) => message.kind !== kind);
    cluster.inFlight.splice(0, cluster.inFlight.length, ...kept);
  } while (cluster.settle(1) > 0);
}

describe('the common case', () => {
  test('costs 2n² - n - 1 messages, and every node learns and answers', () => {
    for (const nodes of [4, 5, 7, 10]) {
      const cluster = clusterOf({ nodes });
      askAll(cluster, 0, 9);
      expect(cluster.settle()).toBe(2 * nodes * nodes - nodes - 1);
      expect(learned(cluster)).toEqual(cluster.states.map(() => 9));
      expect(cluster.answered.map(({ node, response }) => [node, response])).toHaveLength(nodes);
    }
  });

  test('takes two message delays: no commit proof is needed', () => {
    const cluster = clusterOf();
    askAll(cluster, 0, 9);
    settleWithout(cluster, 'commit_proof');
    expect(learned(cluster)).toEqual([9, 9, 9, 9]);
  });

  test('with t = 1 still takes two delays when one acceptor is silent, with t = 0 it needs the commit proofs', () => {
    for (const [nodes, fastFaults, isFast] of [
      [6, 1, true],
      [4, 0, false],
    ] as const) {
      const cluster = clusterOf({ nodes, settings: { fast_faults: `${fastFaults}` } });
      cluster.crash(nodes - 1);
      askAll(cluster, 0, 9);
      settleWithout(cluster, 'commit_proof');
      expect(learned(cluster).slice(0, -1)).toEqual(Array.from({ length: nodes - 1 }, () => (isFast ? 9 : null)));
      for (let node = 0; node < nodes - 1; node++) if (!isFast) cluster.fire(node, 'pull');
      cluster.settle();
      expect(learned(cluster).slice(0, -1)).toEqual(Array.from({ length: nodes - 1 }, () => 9));
    }
  });

  test('answers later proposals with what was decided', () => {
    const cluster = clusterOf();
    askAll(cluster, 0, 9);
    cluster.settle();
    cluster.request(2, 1, 1, { kind: 'propose', value: 5 });
    expect(cluster.answered.at(-1)?.response).toEqual({ status: 'ok', value: 9 });
    cluster.request(2, 1, 2, { kind: 'read' });
    expect(cluster.answered.at(-1)?.response.status).toBe('failed');
  });
});

describe('an acceptor', () => {
  test('accepts one value in a view, from its leader alone', () => {
    const cluster = clusterOf();
    const propose = (value: number) => ({ kind: 'propose', proposal: { view: 0, value, certificate: [] } }) as const;
    const fromOther = fabPaxos.step(cluster.states[3]!, { kind: 'message', from: 1, message: propose(1) });
    expect(fromOther.state).toBe(cluster.states[3]);
    cluster.request(0, 0, 1, { kind: 'propose', value: 1 });
    cluster.deliver(0, 3);
    const after = cluster.states[3]!;
    expect(after.accepted).toBe(1);
    expect(fabPaxos.step(after, { kind: 'message', from: 0, message: propose(2) }).state).toBe(after);
  });

  test('accepts in a later view only what the progress certificate vouches for', () => {
    const { states } = clusterOf();
    const reports = [0, 1, 2].map((node) => ({ node, view: 1, acceptedView: 0, accepted: 7, proof: null }));
    const propose = (value: number, certificate: typeof reports) => {
      const message = { kind: 'propose', proposal: { view: 1, value, certificate } } as const;
      return fabPaxos.step(states[3]!, { kind: 'message', from: 1, message }).state.accepted;
    };
    expect(propose(7, reports)).toBe(7);
    expect(propose(8, reports)).toBeNull();
    expect(propose(7, reports.slice(1))).toBeNull();
    expect(propose(7, [])).toBeNull();
  });

  test('makes no proof of a view that it has left, for it has reported already', () => {
    const cluster = clusterOf();
    askAll(cluster, 0, 9);
    for (const to of [1, 2, 3]) cluster.deliver(0, to);
    cluster.fire(3, 'view');
    for (const from of [0, 1, 2]) cluster.deliver(from, 3);
    expect(cluster.states[3]).toMatchObject({ view: 1, accepted: 9, proof: null });
  });

  test('keeps its word through a restart', () => {
    const cluster = clusterOf();
    askAll(cluster, 0, 9);
    cluster.settle(12);
    const { view, acceptedView, accepted, proof } = cluster.states[2]!;
    cluster.crash(2);
    cluster.restart(2);
    expect(cluster.states[2]).toMatchObject({ view, acceptedView, accepted, proof });
    expect(accepted).toBe(9);
  });
});

describe('a leader', () => {
  test('that restarts proposes no second value in its view', () => {
    const cluster = clusterOf();
    cluster.request(0, 0, 1, { kind: 'propose', value: 1 });
    cluster.crash(0);
    cluster.inFlight.length = 0;
    cluster.restart(0);
    cluster.request(0, 1, 1, { kind: 'propose', value: 2 });
    expect(cluster.inFlight).toEqual([]);
    cluster.fire(3, 'pull');
    cluster.settle();
    expect(cluster.states[3]?.accepted).toBe(1);
  });

  test('that is silent is replaced after f + 1 waited too long, and the next one proposes what its client wants', () => {
    const cluster = clusterOf();
    cluster.crash(0);
    askAll(cluster, 0, 9);
    cluster.fire(2, 'view');
    cluster.settle();
    expect(cluster.states.map(({ view }) => view)).toEqual([0, 0, 1, 0]);
    cluster.fire(3, 'view');
    cluster.settle();
    expect(cluster.states.map(({ view }) => view)).toEqual([0, 1, 1, 1]);
    expect(learned(cluster).slice(1)).toEqual([9, 9, 9]);
  });
});

describe('a learner', () => {
  test('believes f + 1 that have learned the same', () => {
    const cluster = clusterOf();
    cluster.partition([0, 1, 2], [3]);
    askAll(cluster, 0, 9);
    cluster.settle();
    cluster.heal();
    cluster.fire(3, 'pull');
    settleWithout(cluster, 'commit_proof');
    expect(learned(cluster)).toEqual([9, 9, 9, 9]);
    const { state } = fabPaxos.initial(configOf(), 3, undefined, 0);
    const once = fabPaxos.step(state, { kind: 'message', from: 1, message: { kind: 'learned', value: 9 } }).state;
    expect(once.learned).toBeNull();
    const again = fabPaxos.step(once, { kind: 'message', from: 1, message: { kind: 'learned', value: 9 } }).state;
    expect(again.learned).toBeNull();
    const other = fabPaxos.step(once, { kind: 'message', from: 2, message: { kind: 'learned', value: 9 } }).state;
    expect(other.learned).toBe(9);
  });
});

/** n1 has 1 proven to n2 and n4, and 2 accepted by n3; then n2, the next leader, hears of n1 and n3 before n4. */
function changeViewAfterEquivocation(cluster: Cluster): void {
  cluster.request(0, 0, 1, { kind: 'propose', value: 1 });
  cluster.request(0, 1, 1, { kind: 'propose', value: 2 });
  for (const to of [1, 2, 3]) cluster.deliver(0, to);
  for (const from of [1, 2, 3]) cluster.deliver(from, 0);
  for (const to of [1, 2, 3]) cluster.deliver(0, to);
  for (const from of [1, 2, 3]) for (const to of [1, 2, 3]) if (from !== to) cluster.deliver(from, to);
  cluster.inFlight.length = 0;
  expect(cluster.states.map(({ accepted, proof }) => [accepted, proof?.value]).slice(1)).toEqual([
    [1, 1],
    [2, undefined],
    [1, 1],
  ]);
  cluster.fire(2, 'view');
  cluster.fire(1, 'view');
  const message = { kind: 'report', report: { node: 0, view: 1, acceptedView: 0, accepted: 2, proof: null } } as const;
  cluster.inFlight.unshift({ from: 0, to: 1, message });
  cluster.deliver(0, 1);
  cluster.deliver(2, 1);
}

describe('known mistakes', () => {
  const settings = { byzantine_nodes: '1' };

  test('by the rule as published one view change gets stuck in the first decision; with views compared it decides', () => {
    for (const [variant, expected] of [
      [undefined, undefined],
      ['vouches-by-paper-rule', 'n2 has not learned a value: the certificate of n2 in view 1 vouches for no value'],
    ] as const) {
      const cluster = clusterOf({ settings, ...(variant === undefined ? {} : { variant }) });
      changeViewAfterEquivocation(cluster);
      for (const node of [1, 2, 3]) cluster.fire(node, 'pull');
      cluster.settle();
      expect(complaintOf(cluster, 'eventual decision')).toBe(expected);
      expect(learned(cluster).slice(1)).toEqual(variant === undefined ? [1, 1, 1] : [null, null, null]);
    }
  });

  test('a view change that counts reports alone has a second value chosen beside one that was proven, as monitor and single moments show', () => {
    for (const [variant, expected] of [
      [undefined, undefined],
      ['vouches-without-commit-proofs', '1 is chosen in view 0 and 2 in view 1'],
    ] as const) {
      const options = { settings, ...(variant === undefined ? {} : { variant }) };
      const { cluster, complaints } = watchedCluster(options, 'at most one value chosen');
      changeViewAfterEquivocation(cluster);
      let complaint: string | undefined;
      do complaint ??= complaintOf(cluster, 'at most one value chosen');
      while (cluster.settle(1) > 0);
      expect(complaints[0]).toBe(expected);
      expect(complaint).toBe(expected);
    }
  });
});

describe('a liar', () => {
  test('tells clients and learners a value that nobody proposed, and f + 1 equal answers are needed', () => {
    const options = { settings: { byzantine_nodes: '1', byzantine_behavior: 'lie' } };
    const cluster = clusterOf(options);
    askAll(cluster, 0, 9);
    askAll(cluster, 1, 5);
    cluster.settle();
    expect(learned(cluster).slice(1)).toEqual([9, 9, 9]);
    cluster.request(0, 0, 1, { kind: 'propose', value: 9 });
    expect(cluster.answered.at(-1)?.response).toEqual({ status: 'ok', value: -1 });
    expect(fabPaxosDefinition.clients.answersNeeded?.(configOf(options))).toBe(2);
  });

  test('that withholds leaves the others to go on without it', () => {
    const cluster = clusterOf({ settings: { byzantine_nodes: '1', byzantine_behavior: 'withhold' } });
    askAll(cluster, 0, 9);
    cluster.settle();
    expect(cluster.states.map(({ accepted }) => accepted)).toEqual([9, null, 9, null]);
    for (const node of [1, 2, 3]) cluster.fire(node, 'view');
    cluster.settle();
    expect(learned(cluster).slice(1)).toEqual([9, 9, 9]);
  });
});

describe('under random schedules', () => {
  for (const [name, options] of [
    ['without liars', {}],
    ['with an equivocator', { settings: { byzantine_nodes: '1', byzantine_behavior: 'equivocate' } }],
    ['with a liar', { settings: { byzantine_nodes: '1', byzantine_behavior: 'lie' } }],
    ['with one who withholds', { settings: { byzantine_nodes: '1', byzantine_behavior: 'withhold' } }],
    ['with t = f = 1', { nodes: 6, settings: { fast_faults: '1', byzantine_nodes: '1' } }],
    ['with two equivocators of seven', { nodes: 7, settings: { byzantine_nodes: '2' } }],
  ] as const) {
    test(`all properties hold ${name}`, () => {
      const config = configOf(options);
      let [decided, bound] = [0, 0];
      fc.assert(
        fc.property(fc.nat(), (seed) => {
          const outcome = runRandomSchedule({ definition, config, seed, steps: 200 });
          expect(outcome).toMatchObject({ byHolds: undefined, byMonitors: undefined, unsettled: [] });
          if (outcome.reached.includes('a value is learned')) decided += 1;
          if (outcome.reached.includes('a certificate vouches for one value')) bound += 1;
        }),
        { seed: 42, numRuns: 100 },
      );
      expect(decided).toBeGreaterThan(90);
      expect(bound).toBeGreaterThan(15);
    });
  }
});

describe('a setup', () => {
  test('sizes its quorums as the paper does', () => {
    const sizes = [
      [4, 0],
      [6, 1],
      [7, 0],
      [9, 1],
      [11, 2],
    ].map(([nodes, fast]) => {
      const config = configOf({ nodes: nodes!, settings: { fast_faults: `${fast}` } });
      return [config.faults, config.fastQuorum, config.commitQuorum, config.certificateSize, config.vouchingReports];
    });
    expect(sizes).toEqual([
      [1, 4, 3, 3, 2],
      [1, 5, 4, 5, 3],
      [2, 7, 5, 5, 3],
      [2, 8, 6, 7, 4],
      [2, 9, 7, 9, 5],
    ]);
  });

  test.each([
    ['too few nodes for a liar', { nodes: 3 }, 'input/invalid'],
    ['an unknown variant', { variant: 'none' }, 'input/invalid'],
    ['too few nodes for t', { nodes: 5, settings: { fast_faults: '1' } }, 'input/conflict'],
    ['t above f', { nodes: 8, settings: { fast_faults: '2' } }, 'input/conflict'],
    ['liars alone', { settings: { byzantine_nodes: '4' } }, 'input/conflict'],
  ])('with %s is refused', (_, options, code) => {
    expect(JSON.stringify(attempt(() => configOf(options)))).toContain(code);
  });
});

describe('transcripts', () => {
  for (const [name, options] of [
    ['normal-case', {}],
    ['silent-acceptor', {}],
    ['view-change-published', { variant: 'vouches-by-paper-rule', settings: { byzantine_nodes: '1' } }],
    ['view-change-mended', { settings: { byzantine_nodes: '1' } }],
  ] as const) {
    test(name, async () => {
      const path = new URL(`testdata/${name}.txt`, import.meta.url);
      const text = runTranscript({ definition, config: configOf(options), script: readFileSync(path, 'utf8') });
      await expect(text).toMatchFileSnapshot(`testdata/${name}.txt`);
    });
  }
});
