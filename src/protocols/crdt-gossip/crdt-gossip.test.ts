import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { attempt } from '../../kernel/failure.ts';
import type { AnyDefinition } from '../definition.ts';
import { runRandomSchedule } from '../random-schedule.ts';
import { createScriptedCluster } from '../scripted-cluster.ts';
import { readSettings } from '../settings.ts';
import { runTranscript } from '../transcript.ts';
import { crdtGossip, valueAt } from './crdt-gossip.ts';
import { crdtGossipDefinition } from './crdt-gossip-definition.ts';
import { DATA_TYPES } from './data-types.ts';

const definition = crdtGossipDefinition as unknown as AnyDefinition;

interface Options {
  readonly nodes?: number;
  readonly variant?: string;
  readonly settings?: Record<string, string>;
}

function configOf({ nodes = 3, variant, settings = {} }: Options = {}) {
  return crdtGossipDefinition.configure({
    nodes,
    settings: readSettings('crdt-gossip', crdtGossipDefinition.settings, settings),
    ...(variant === undefined ? {} : { variant }),
  });
}

function clusterOf(options: Options = {}) {
  const config = configOf(options);
  return createScriptedCluster({ protocol: crdtGossip, config, nodeCount: config.nodes });
}

const valuesOf = (cluster: ReturnType<typeof clusterOf>) => cluster.states.map((state) => valueAt(state, 0));
const OPERATIONS = { replication: 'operation_based' };

describe('updates', () => {
  test('are answered by one replica alone, and reach the others by gossip of states', () => {
    const cluster = clusterOf({ nodes: 2 });
    cluster.request(0, 0, 1, { kind: 'increment', key: 0, value: 3 });
    expect([cluster.answered.length, valuesOf(cluster)]).toEqual([1, [3, 0]]);
    cluster.fire(0, 'gossip');
    cluster.settle();
    expect(valuesOf(cluster)).toEqual([3, 3]);
  });

  test('count once although the client repeats them and the replica restarts', () => {
    const cluster = clusterOf();
    cluster.request(0, 0, 1, { kind: 'increment', key: 0, value: 3 });
    cluster.crash(0);
    cluster.restart(0);
    cluster.request(0, 0, 1, { kind: 'increment', key: 0, value: 3 });
    expect([cluster.answered.length, valuesOf(cluster)[0]]).toEqual([2, 3]);
  });

  test('of another kind than the data type has are refused', () => {
    const cluster = clusterOf();
    cluster.request(0, 0, 1, { kind: 'decrement', key: 0, value: 3 });
    expect(cluster.answered[0]?.response.status).toBe('failed');
  });
});

describe('operations', () => {
  test('that were lost are sent again from the log, which forgets them when all have them', () => {
    const cluster = clusterOf({ nodes: 2, settings: OPERATIONS });
    cluster.request(0, 0, 1, { kind: 'increment', key: 0, value: 3 });
    cluster.drop(0, 1);
    for (const _ of [1, 2]) {
      cluster.fire(1, 'gossip');
      cluster.settle();
    }
    expect([valuesOf(cluster), cluster.states[0]?.log]).toEqual([[3, 3], []]);
  });

  test('wait for what their maker knew', () => {
    const cluster = clusterOf({ settings: { ...OPERATIONS, data_type: 'or_set' } });
    cluster.request(0, 0, 1, { kind: 'add', key: 0, value: 7 });
    cluster.deliver(0, 1);
    cluster.request(1, 1, 1, { kind: 'remove', key: 0, value: 7 });
    cluster.deliver(1, 2);
    expect(cluster.states[2]?.pending).toHaveLength(1);
    cluster.settle();
    expect([cluster.states[2]?.pending, valuesOf(cluster)]).toEqual([[], [[], [], []]]);
  });
});

/** n2 has seen the addition and removes it; its removal overtakes the addition on the way to n3. */
const OVERTAKING = `request n1 0 1 add 0 7
deliver n1 n2
request n2 1 1 remove 0 7
deliver n2 n3
settle
state
`;

/** The increment reaches n2, but n1 does not know it: n2's question was older. */
const REPEATED = `request n1 0 1 increment 0 3
fire n2 gossip
deliver n1 n2
settle
state
`;

describe('known mistakes', () => {
  test('applied in the order of arrival, a removal before its addition leaves replicas apart', async () => {
    const config = configOf({ variant: 'crdt-needs-causal-delivery' });
    const text = runTranscript({ definition, config, script: OVERTAKING });
    expect(text).toContain('n3 replica: key 0: {7}');
    await expect(
      `# The variant crdt-needs-causal-delivery: n3 is told of the removal first, and keeps what all others have removed.\n${text}`,
    ).toMatchFileSnapshot('testdata/without-causal-delivery.txt');
    const correct = configOf({ settings: { ...OPERATIONS, data_type: 'or_set' } });
    expect(runTranscript({ definition, config: correct, script: OVERTAKING })).toContain('n3 replica: key 0: {};');
  });

  test('an increment that arrives twice is counted twice, unless its number is looked at', async () => {
    const config = configOf({ nodes: 2, variant: 'crdt-op-counter-duplicate' });
    const text = runTranscript({ definition, config, script: REPEATED });
    expect(text).toContain('n2 replica: key 0: 6');
    await expect(
      `# The variant crdt-op-counter-duplicate: n1 sends its increment of 3 again, since n2 asked before it arrived.\n${text}`,
    ).toMatchFileSnapshot('testdata/duplicate-increment.txt');
    const correct = configOf({ nodes: 2, settings: OPERATIONS });
    expect(runTranscript({ definition, config: correct, script: REPEATED })).toContain('n2 replica: key 0: 3;');
  });

  test.each(crdtGossipDefinition.variants.map(({ name, breaks }) => [name, breaks]))(
    '%s breaks `%s` in random schedules',
    (variant, breaks) => {
      const config = configOf({ variant });
      const complaints = Array.from({ length: 30 }, (_, seed) => {
        const { byHolds, byMonitors } = runRandomSchedule({ definition, config, seed, steps: 400 });
        if (byHolds !== undefined) expect(byMonitors).toBeDefined();
        return byMonitors ?? '';
      });
      expect(complaints.some((complaint) => complaint.startsWith(`${breaks}: `))).toBe(true);
    },
  );
});

test('random schedules keep all properties, for every data type and both forms of replication', () => {
  const reached = new Set<string>();
  fc.assert(
    fc.property(
      fc.nat(),
      fc.constantFrom(...DATA_TYPES),
      fc.constantFrom('state_based', 'operation_based'),
      fc.constantFrom(2, 4),
      (seed, dataType, replication, nodes) => {
        const config = configOf({ nodes, settings: { data_type: dataType, replication } });
        const outcome = runRandomSchedule({ definition, config, seed, steps: 400 });
        for (const name of outcome.reached) reached.add(name);
        expect(outcome).toMatchObject({ byHolds: undefined, byMonitors: undefined, unsettled: [] });
      },
    ),
    { seed: 42, numRuns: 150 },
  );
  expect([...reached]).toEqual(['replicas differ']);
});

test('a setup with one node, or an unknown variant, is refused', () => {
  for (const options of [{ nodes: 1 }, { variant: 'no-such' }])
    expect(attempt(() => configOf(options))).toMatchObject({ ok: false, failure: { code: 'input/invalid' } });
});
