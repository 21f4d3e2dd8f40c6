import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { AnyDefinition } from '../definition.ts';
import { runRandomSchedule } from '../random-schedule.ts';
import { createScriptedCluster } from '../scripted-cluster.ts';
import { readSettings } from '../settings.ts';
import { runTranscript } from '../transcript.ts';
import { chainReplication } from './chain-replication.ts';
import { chainReplicationDefinition } from './chain-replication-definition.ts';
import type { ChainConfig } from './chain-state.ts';

const definition = chainReplicationDefinition as unknown as AnyDefinition;

function configOf(nodes = 3, variant?: string): ChainConfig {
  const settings = readSettings('chain-replication', chainReplicationDefinition.settings, {});
  return chainReplicationDefinition.configure({ nodes, settings, ...(variant === undefined ? {} : { variant }) });
}

const VARIANT = 'chain-middle-failure-drops-inflight';

const MIDDLE_FAILS = `settle
request n1 1 1 write 0 1
# n2 has the update, and fails before it forwards it
drop n1 n2
crash n2
fire master silence-n2
settle
request n1 2 1 write 0 2
settle
state n1 n3`;

function clusterOf(config: ChainConfig) {
  return createScriptedCluster({ protocol: chainReplication, config, nodeCount: config.servers + 1 });
}

/** What `holds` complains of after the middle of three failed with an update in its hands. */
function afterMiddleFailure(variant?: string): (string | undefined)[] {
  const config = configOf(3, variant);
  const cluster = clusterOf(config);
  cluster.settle();
  cluster.request(0, 1, 1, { kind: 'write', key: 0, value: 1 });
  cluster.drop(0, 1);
  cluster.crash(1);
  cluster.fire(3, 'silence-n2');
  cluster.settle();
  cluster.request(0, 2, 1, { kind: 'write', key: 0, value: 2 });
  cluster.settle();
  return chainReplication
    .properties(config)
    .flatMap((each) => (each.kind === 'always' ? [each.holds?.(cluster)] : []))
    .filter((each) => each !== undefined);
}

describe('chain replication', () => {
  test.each([2, 3, 5])('takes 2(n - 1) messages for an update of %i servers', (nodes) => {
    const config = configOf(nodes);
    const cluster = clusterOf(config);
    cluster.settle();
    cluster.request(0, 1, 1, { kind: 'write', key: 0, value: 1 });
    expect(cluster.settle()).toBe(chainReplicationDefinition.messagesPerOperation?.(config).count);
    expect(cluster.answered).toMatchObject([{ node: nodes - 1, response: { status: 'ok' } }]);
  });

  test('reads at the tail what has been acknowledged', () => {
    const cluster = clusterOf(configOf());
    cluster.settle();
    cluster.request(0, 1, 1, { kind: 'write', key: 0, value: 1 });
    cluster.request(2, 2, 1, { kind: 'read', key: 0 });
    cluster.settle();
    cluster.request(2, 2, 2, { kind: 'read', key: 0 });
    expect(cluster.answered.filter(({ request }) => request.client === 2).map(({ response }) => response)).toEqual([
      { status: 'ok', value: null },
      { status: 'ok', value: 1 },
    ]);
  });

  test('sends what is in flight to the new successor when a middle server fails', async () => {
    expect(afterMiddleFailure()).toEqual([]);
    const text = runTranscript({ definition, config: configOf(), script: MIDDLE_FAILS });
    await expect(
      `# Section 3.3 of the paper, failure of a middle server: n1 sends its list Sent to n3, its new successor.\n${text}`,
    ).toMatchFileSnapshot('testdata/middle-server-fails.txt');
  });

  test('forgets them in the variant, so that the tail has a history of its own', () => {
    expect(afterMiddleFailure(VARIANT)).toContain('n3 has 2 as update 1, where its predecessor n1 has 1');
  });

  test('makes the predecessor the tail when the tail fails, done with all it has', () => {
    const cluster = clusterOf(configOf());
    cluster.settle();
    cluster.request(0, 1, 1, { kind: 'write', key: 0, value: 1 });
    cluster.deliver(0, 1);
    cluster.crash(2);
    cluster.fire(3, 'silence-n3');
    cluster.settle();
    expect(cluster.answered).toMatchObject([{ node: 1, response: { status: 'ok' } }]);
    expect(cluster.states[0]).toMatchObject({ acked: 1 });
  });

  test('knows what is acknowledged when the tail has restarted', () => {
    const cluster = clusterOf(configOf());
    cluster.settle();
    cluster.request(0, 1, 1, { kind: 'write', key: 0, value: 1 });
    cluster.settle();
    cluster.crash(2);
    cluster.restart(2);
    cluster.settle();
    cluster.request(2, 2, 1, { kind: 'read', key: 0 });
    expect(cluster.answered.at(-1)).toMatchObject({ node: 2, response: { status: 'ok', value: 1 } });
  });

  test('lets a server that returns in at the tail, with a copy of the history', () => {
    const cluster = clusterOf(configOf());
    cluster.settle();
    cluster.crash(0);
    cluster.fire(3, 'silence-n1');
    cluster.settle();
    cluster.fire(1, 'heartbeat');
    cluster.settle();
    cluster.request(1, 1, 1, { kind: 'write', key: 0, value: 1 });
    cluster.settle();
    cluster.restart(0);
    cluster.settle();
    expect(cluster.states[3]?.view).toEqual({ view: 4, chain: [1, 2, 0], joiner: null });
    expect(cluster.states[0]).toMatchObject({ hist: [{ value: 1 }], acked: 1 });
  });
});

describe('random schedules', () => {
  test('keep all properties', () => {
    const reached = new Set<string>();
    fc.assert(
      fc.property(fc.nat(), fc.constantFrom(2, 3, 4), (seed, nodes) => {
        const outcome = runRandomSchedule({ definition, config: configOf(nodes), seed, steps: 500 });
        for (const name of outcome.reached) reached.add(name);
        expect(outcome).toMatchObject({ byHolds: undefined, byMonitors: undefined, unsettled: [] });
      }),
      { seed: 42, numRuns: 120 },
    );
    expect([...reached]).toEqual(['an update is acknowledged']);
  });

  test('break update propagation in the variant, by holds and by monitor', () => {
    const outcomes = Array.from({ length: 30 }, (_, seed) =>
      runRandomSchedule({ definition, config: configOf(3, VARIANT), seed, steps: 500 }),
    );
    for (const by of ['byHolds', 'byMonitors'] as const)
      expect(outcomes.some((outcome) => outcome[by]?.startsWith('update propagation') === true)).toBe(true);
  });
});
