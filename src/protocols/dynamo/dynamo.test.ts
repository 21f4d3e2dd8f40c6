import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { attempt } from '../../kernel/failure.ts';
import type { AnyDefinition } from '../definition.ts';
import { runRandomSchedule } from '../random-schedule.ts';
import { createScriptedCluster } from '../scripted-cluster.ts';
import { readSettings } from '../settings.ts';
import { runTranscript } from '../transcript.ts';
import { dynamo } from './dynamo.ts';
import { dynamoDefinition } from './dynamo-definition.ts';

const definition = dynamoDefinition as unknown as AnyDefinition;

interface Options {
  readonly nodes?: number;
  readonly variant?: string;
  readonly settings?: Record<string, string>;
}

function configOf({ nodes = 5, variant, settings = {} }: Options = {}) {
  return dynamoDefinition.configure({
    nodes,
    settings: readSettings('dynamo', dynamoDefinition.settings, settings),
    ...(variant === undefined ? {} : { variant }),
  });
}

function clusterOf(options: Options = {}) {
  const config = configOf(options);
  return createScriptedCluster({ protocol: dynamo, config, nodeCount: config.nodes });
}

const toldLast = ({ answered }: ReturnType<typeof clusterOf>) => {
  const response = answered.at(-1)?.response;
  return response?.status === 'ok' ? response.value : response?.status;
};

describe('a request', () => {
  test('costs 2(N - 1) messages at a replica and 2N elsewhere; on average the closed form', () => {
    const counts = [0, 1, 2, 3, 4].map((node) => {
      const cluster = clusterOf();
      cluster.request(node, 0, 1, { kind: 'write', key: 0, value: 7 });
      const written = cluster.settle();
      cluster.request(node, 0, 2, { kind: 'read', key: 0 });
      expect(cluster.settle()).toBe(written);
      return written;
    });
    expect(counts).toEqual([4, 4, 4, 6, 6]);
    const mean = counts.reduce((sum, count) => sum + count, 0) / counts.length;
    expect(dynamoDefinition.messagesPerOperation?.(configOf()).count).toBeCloseTo(mean, 12);
  });

  test('is served by W and R replicas while others are down', () => {
    const cluster = clusterOf({ settings: { sloppy_quorum: 'false' } });
    cluster.crash(2);
    cluster.request(0, 0, 1, { kind: 'write', key: 0, value: 7 });
    cluster.settle();
    cluster.request(4, 1, 1, { kind: 'read', key: 0 });
    cluster.settle();
    expect(toldLast(cluster)).toBe(7);
  });

  test('that is repeated at the same coordinator is answered again', () => {
    const cluster = clusterOf();
    cluster.request(0, 0, 1, { kind: 'write', key: 0, value: 7 });
    cluster.settle();
    cluster.request(0, 0, 1, { kind: 'write', key: 0, value: 7 });
    expect(cluster.settle()).toBe(0);
    expect(cluster.answered).toHaveLength(2);
  });

  test('that is repeated at another coordinator writes the same version', () => {
    const cluster = clusterOf();
    for (const node of [0, 3]) cluster.request(node, 0, 1, { kind: 'write', key: 0, value: 7 });
    cluster.settle();
    cluster.request(1, 1, 1, { kind: 'read', key: 0 });
    cluster.settle();
    expect(toldLast(cluster)).toBe(7);
  });

  test('of another kind is refused', () => {
    const cluster = clusterOf();
    cluster.request(0, 0, 1, { kind: 'increment', key: 0 });
    expect(toldLast(cluster)).toBe('failed');
  });
});

describe('versions', () => {
  test('of clients who did not read are siblings; who reads both replaces both', () => {
    const cluster = clusterOf();
    cluster.request(0, 0, 1, { kind: 'write', key: 0, value: 1 });
    cluster.request(1, 1, 1, { kind: 'write', key: 0, value: 2 });
    cluster.settle();
    cluster.request(4, 2, 1, { kind: 'read', key: 0 });
    cluster.settle();
    expect(toldLast(cluster)).toEqual([1, 2]);
    cluster.request(4, 2, 2, { kind: 'write', key: 0, value: 3 });
    cluster.settle();
    cluster.request(3, 0, 2, { kind: 'read', key: 0 });
    cluster.settle();
    expect(toldLast(cluster)).toBe(3);
  });

  test('under last-writer-wins with a slow clock: a later write is acknowledged and lost', () => {
    const cluster = clusterOf({ settings: { versioning: 'last_writer_wins' } });
    cluster.setClock(1000);
    cluster.request(0, 0, 1, { kind: 'write', key: 0, value: 1 });
    cluster.settle();
    cluster.setClock(400);
    cluster.request(1, 1, 1, { kind: 'write', key: 0, value: 2 });
    cluster.settle();
    expect(cluster.answered).toMatchObject([{ response: { status: 'ok' } }, { response: { status: 'ok' } }]);
    cluster.request(4, 2, 1, { kind: 'read', key: 0 });
    cluster.settle();
    expect(toldLast(cluster)).toBe(1);
  });
});

describe('read repair', () => {
  /** A write of key 0 has reached n1 alone; a reader hears n1 and n2 first. */
  function readAfterPartialWrite(readRepair: string) {
    const cluster = clusterOf({ settings: { read_repair: readRepair, sloppy_quorum: 'false' } });
    cluster.request(0, 0, 1, { kind: 'write', key: 0, value: 1 });
    for (const node of [1, 2]) cluster.drop(0, node);
    cluster.request(4, 1, 1, { kind: 'read', key: 0 });
    for (const node of [0, 1]) {
      cluster.deliver(4, node);
      cluster.deliver(node, 4);
    }
    return cluster;
  }

  const heldBy = (cluster: ReturnType<typeof clusterOf>) =>
    cluster.states.map(({ store }) => store[0]?.map(({ value }) => value) ?? []).slice(0, 3);

  test('`none` leaves the stale replica as it is', () => {
    const cluster = readAfterPartialWrite('none');
    cluster.settle();
    expect([toldLast(cluster), heldBy(cluster)]).toEqual([1, [[1], [], []]]);
  });

  test('`async` tells those that answered with less, those that answer late too', () => {
    const cluster = readAfterPartialWrite('async');
    expect(toldLast(cluster)).toBe(1);
    cluster.settle();
    expect(heldBy(cluster)).toEqual([[1], [1], [1]]);
  });

  test('`blocking` answers when N - R + 1 replicas hold what it found', () => {
    const cluster = readAfterPartialWrite('blocking');
    expect(cluster.answered).toEqual([]);
    cluster.deliver(4, 1);
    cluster.deliver(1, 4);
    expect(toldLast(cluster)).toBe(1);
  });
});

/** Key 0 lives on n1, n2, n3. */
const HANDOFF = `crash n3
request n1 0 1 write 0 7
settle
# W = 2 is reached. n3 stays silent for two retry intervals: n4 stands in, so that N nodes have the value.
fire n1 retry
fire n1 retry
settle
# As long as n3 is down, n4 keeps the hint.
fire n4 handoff
settle
restart n3
fire n4 handoff
settle
state n3 n4
`;

describe('hinted handoff', () => {
  test('gives a node that was down what it missed', async () => {
    const text = runTranscript({ definition, config: configOf(), script: HANDOFF });
    await expect(
      `# Section 4.6: a replica of key 0 is down, the next node on the ring keeps the value for it and hands it over.\n${text}`,
    ).toMatchFileSnapshot('testdata/hinted-handoff.txt');
  });

  test('lets a write through when W replicas are not there, which strict quorums do not', () => {
    const answers = ['true', 'false'].map((sloppy) => {
      const cluster = clusterOf({ settings: { sloppy_quorum: sloppy } });
      for (const node of [1, 2]) cluster.crash(node);
      cluster.request(0, 0, 1, { kind: 'write', key: 0, value: 7 });
      for (const _ of [1, 2]) {
        cluster.settle();
        cluster.fire(0, 'retry');
      }
      cluster.settle();
      return cluster.answered.length;
    });
    expect(answers).toEqual([1, 0]);
  });

  test('survives a restart of the one that stands in', () => {
    const cluster = clusterOf();
    cluster.crash(2);
    cluster.request(0, 0, 1, { kind: 'write', key: 0, value: 7 });
    cluster.settle();
    cluster.fire(0, 'retry');
    cluster.fire(0, 'retry');
    cluster.settle();
    cluster.crash(3);
    cluster.restart(3);
    cluster.restart(2);
    cluster.fire(3, 'handoff');
    cluster.settle();
    expect([cluster.states[2]?.store[0]?.[0]?.value, cluster.states[3]?.hints]).toEqual([7, []]);
  });
});

test('anti-entropy meets every peer in n - 1 rounds, and gives and takes', () => {
  const cluster = clusterOf();
  cluster.request(0, 0, 1, { kind: 'write', key: 0, value: 7 });
  for (const node of [1, 2]) cluster.drop(0, node);
  for (let round = 0; round < 4; round++) {
    cluster.fire(2, 'anti-entropy');
    cluster.settle();
  }
  expect(cluster.states.map(({ store }) => store[0]?.[0]?.value)).toEqual([7, 7, 7, undefined, undefined]);
});

/** The delete reaches n1 and n2 while n3 is down; both collections pass; n3 comes back. */
const RESURRECTION = `request n1 0 1 write 0 7
settle
crash n3
request n1 0 2 delete 0
settle
# The grace passes, twice: a tombstone goes at the second collection that sees it.
fire n1 tombstone-gc
fire n2 tombstone-gc
fire n1 tombstone-gc
fire n2 tombstone-gc
restart n3
# Anti-entropy: n3's second round is with n5, its third with n1.
fire n3 anti-entropy
fire n3 anti-entropy
fire n3 anti-entropy
settle
state n1 n2 n3
`;

describe('a delete', () => {
  test('is undone by a replica that missed it, when tombstones are collected before', async () => {
    const config = configOf({ variant: 'tombstone-gc-resurrection' });
    const text = runTranscript({ definition, config, script: RESURRECTION });
    expect(text).toContain('n1 replica: key 0: 7 (0/1)');
    await expect(
      `# The variant tombstone-gc-resurrection: n1 and n2 forget the delete, n3 has never heard of it, and the value is back.\n${text}`,
    ).toMatchFileSnapshot('testdata/tombstone-gc-resurrection.txt');
  });

  test('stays when they are kept', () => {
    const script = RESURRECTION.replace(/^fire n\d tombstone-gc\n/gm, '');
    const text = runTranscript({ definition, config: configOf(), script });
    expect(text).toContain('n1 replica: key 0: deleted (0/2)');
    expect(text).toContain('n3 replica: key 0: deleted (0/2)');
  });
});

describe('random schedules', () => {
  const CORRECT: readonly Options[] = [
    {},
    { nodes: 3 },
    { settings: { versioning: 'last_writer_wins' } },
    { settings: { sloppy_quorum: 'false', read_repair: 'blocking' } },
    {
      settings: {
        sloppy_quorum: 'false',
        read_repair: 'blocking',
        versioning: 'last_writer_wins',
        read_quorum: '1',
        write_quorum: '3',
      },
    },
    { settings: { sloppy_quorum: 'false', read_repair: 'none', read_quorum: '1', write_quorum: '1' } },
  ];

  test('keep all that is claimed, and settle', () => {
    const reached = new Set<string>();
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 31 }), fc.constantFrom(...CORRECT), (seed, options) => {
        const outcome = runRandomSchedule({ definition, config: configOf(options), seed, steps: 400 });
        for (const name of outcome.reached) reached.add(name);
        expect(outcome).toMatchObject({ byHolds: undefined, byMonitors: undefined, unsettled: [] });
      }),
      { seed: 42, numRuns: 120 },
    );
    expect([...reached]).toEqual(['a value is read']);
  });

  test.each([
    ['quorum-no-read-repair', 'monotonic reads'],
    ['tombstone-gc-resurrection', 'a deleted key stays deleted'],
  ])('find that %s breaks `%s`', (variant, property) => {
    const config = configOf({ variant });
    const complaints = Array.from(
      { length: 60 },
      (_, seed) => runRandomSchedule({ definition, config, seed, steps: 500 }).byMonitors,
    ).filter((complaint) => complaint !== undefined);
    expect(complaints).not.toEqual([]);
    for (const complaint of complaints) expect(complaint).toContain(`${property}: `);
    expect(dynamoDefinition.variants.find(({ name }) => name === variant)?.breaks).toBe(property);
  });
});

describe('a setup', () => {
  test('whose quorums do not fit is refused', () => {
    const conflicts: Options[] = [
      { nodes: 3, settings: { n_replicas: '5' } },
      { settings: { read_quorum: '4' } },
      { settings: { write_quorum: '4' } },
      { settings: { read_quorum: '1' }, variant: 'quorum-no-read-repair' },
    ];
    for (const options of conflicts)
      expect(attempt(() => configOf(options))).toMatchObject({ ok: false, failure: { code: 'input/conflict' } });
  });

  test('with too few nodes, or an unknown variant, is refused', () => {
    for (const options of [{ nodes: 2 }, { variant: 'no-such' }])
      expect(attempt(() => configOf(options))).toMatchObject({ ok: false, failure: { code: 'input/invalid' } });
  });

  test('claims monotonic reads only with strict quorums that meet, and blocking repair', () => {
    const claims = (settings: Record<string, string>) =>
      dynamo.properties(configOf({ settings })).some(({ name }) => name === 'monotonic reads');
    expect(claims({ sloppy_quorum: 'false', read_repair: 'blocking' })).toBe(true);
    expect(claims({ read_repair: 'blocking' })).toBe(false);
    expect(claims({ sloppy_quorum: 'false', read_repair: 'blocking', read_quorum: '1' })).toBe(false);
    expect(claims({ sloppy_quorum: 'false' })).toBe(false);
  });
});
