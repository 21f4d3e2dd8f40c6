import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { AnyDefinition } from '../definition.ts';
import { runRandomSchedule } from '../random-schedule.ts';
import { createScriptedCluster } from '../scripted-cluster.ts';
import { readSettings } from '../settings.ts';
import { runTranscript } from '../transcript.ts';
import { isrLog } from './isr-log.ts';
import { isrLogDefinition } from './isr-log-definition.ts';
import type { IsrLogConfig } from './isr-log-state.ts';

const definition = isrLogDefinition as unknown as AnyDefinition;

interface Options {
  readonly nodes?: number;
  readonly settings?: Readonly<Record<string, string>>;
  readonly variant?: string | undefined;
}

function configOf({ nodes = 3, settings = {}, variant }: Options): IsrLogConfig {
  const values = readSettings('isr-log', isrLogDefinition.settings, settings);
  return isrLogDefinition.configure({ nodes, settings: values, ...(variant === undefined ? {} : { variant }) });
}

function clusterOf(options: Options) {
  const config = configOf(options);
  return createScriptedCluster({ protocol: isrLog, config, nodeCount: config.replicas + 1 });
}

type Cluster = ReturnType<typeof clusterOf>;

function write(cluster: Cluster, node: number, value: number): void {
  cluster.request(node, value, 1, { kind: 'write', key: 0, value });
}

/** The controller moves the lead, and nobody hears of it yet. */
function elect(cluster: Cluster, replica: number): void {
  cluster.request(cluster.states.length - 1, 99, 1, { kind: 'elect', nodes: [replica] });
}

function complaints(cluster: Cluster, options: Options): string[] {
  return isrLog.properties(configOf(options)).flatMap((each) => {
    const complaint = each.kind === 'always' ? each.holds?.(cluster) : undefined;
    return complaint === undefined ? [] : [`${each.name}: ${complaint}`];
  });
}

/** n2 restarts before it hears that m is committed; then n1 fails, and n2 leads. */
const RESTART_OF_FOLLOWER = `settle
request n1 1 1 write 0 7
settle
# n2 has 7, and n1 has told the client; that 7 is committed n2 does not know yet
state n1 n2
crash n2
restart n2
deliver n2 controller
deliver controller n2
# before n2 can fetch 7 again
crash n1
fire controller session-n1
settle
state n2`;

/** n1 has a record that nobody else has; n2 leads, and takes one too; n1 leads again, without having heard of n2's epoch. */
function fastLeaderChanges(options: Options): string[] {
  const cluster = clusterOf(options);
  cluster.settle();
  write(cluster, 0, 1);
  cluster.drop(0, 1);
  elect(cluster, 1);
  cluster.drop(2, 0);
  cluster.deliver(2, 1);
  write(cluster, 1, 2);
  elect(cluster, 0);
  cluster.settle();
  cluster.fire(1, 'fetch');
  cluster.settle();
  return complaints(cluster, options);
}

/** n3 takes its place to cut from n1, which is to lead epoch 3 but has not heard of epoch 2 either; then n1 itself follows n2, and cuts. */
function staleLeaderIsAsked(options: Options): string[] {
  const cluster = clusterOf(options);
  cluster.settle();
  write(cluster, 0, 1);
  cluster.deliver(0, 2);
  cluster.drop(0, 1);
  elect(cluster, 1);
  cluster.deliver(3, 1);
  cluster.drop(3, 2);
  write(cluster, 1, 2);
  elect(cluster, 0);
  cluster.deliver(3, 2);
  while (cluster.drop(2, 0, 1));
  cluster.drop(2, 0);
  cluster.fire(2, 'fetch');
  cluster.deliver(2, 0);
  cluster.deliver(0, 2);
  cluster.deliver(3, 0);
  for (let round = 0; round < 4; round++) {
    cluster.deliver(0, 1);
    cluster.deliver(1, 0);
  }
  cluster.settle();
  for (const node of [1, 2]) if (cluster.timers[node]?.has('fetch') === true) cluster.fire(node, 'fetch');
  cluster.settle();
  return complaints(cluster, options);
}

/** n1 leads again in epoch 3, and counts n3, which is still in epoch 1; n3 then hears of epoch 2, and cuts to what its leader n2 has. */
function followerOfOlderEpochCounts(options: Options): string[] {
  const cluster = clusterOf(options);
  cluster.settle();
  elect(cluster, 1);
  cluster.drop(3, 0);
  cluster.deliver(3, 1);
  cluster.fire(3, 'session-n2');
  cluster.deliver(3, 0);
  write(cluster, 0, 1);
  cluster.fire(2, 'fetch');
  for (let round = 0; round < 3; round++) {
    cluster.deliver(2, 0);
    cluster.deliver(0, 2);
  }
  cluster.deliver(2, 0);
  cluster.deliver(3, 2);
  cluster.deliver(2, 1);
  cluster.deliver(1, 2);
  return complaints(cluster, options);
}

describe('a follower that restarts', () => {
  test('loses a committed record when it cuts at its high watermark, in two replicas', async () => {
    const config = configOf({ nodes: 2, variant: 'kafka-truncate-to-hw' });
    const text = runTranscript({ definition, config, script: RESTART_OF_FOLLOWER });
    expect(text).toMatch(/n2 leader: epoch 2, log empty, high watermark 0, in sync n2\n$/);
    await expect(
      `# KIP-101, scenario 1: log truncation by the high watermark loses a record that was acknowledged.\n${text}`,
    ).toMatchFileSnapshot('testdata/truncate-to-high-watermark.txt');
  });

  test('keeps it when it asks the leader where its last epoch ends', async () => {
    const text = runTranscript({ definition, config: configOf({ nodes: 2 }), script: RESTART_OF_FOLLOWER });
    expect(text).toMatch(/n2 leader: epoch 2, log 1:7, high watermark 1, in sync n2\n$/);
    await expect(
      `# The same with leader epochs (KIP-101, KIP-279, KIP-320): n2 asks where epoch 1 ends, and cuts nothing.\n${text}`,
    ).toMatchFileSnapshot('testdata/truncate-by-leader-epoch.txt');
  });
});

describe('the ladder', () => {
  test('KIP-101 diverges after fast leader changes, KIP-279 does not', () => {
    expect(fastLeaderChanges({ nodes: 2, variant: 'kafka-kip101' })).toContain(
      'strong ISR: n2 is in the ISR and has 2 of epoch 2 at offset 0, where n1 has committed 1 of epoch 1',
    );
    expect(fastLeaderChanges({ nodes: 2, variant: 'kafka-kip279' })).toEqual([]);
    expect(fastLeaderChanges({ nodes: 2 })).toEqual([]);
  });

  test('KIP-279 diverges when a leader of an older epoch is asked where to cut, KIP-320 does not', () => {
    expect(staleLeaderIsAsked({ variant: 'kafka-kip279' })).toContain(
      'strong ISR: n3 is in the ISR and has 1 of epoch 1 at offset 0, where n1 has committed 2 of epoch 2',
    );
    expect(staleLeaderIsAsked({})).toEqual([]);
  });

  test('the first try of KIP-320 counts a follower of an older epoch, the final one does not', () => {
    expect(followerOfOlderEpochCounts({ variant: 'kafka-kip320-first-try' })).toContain(
      'strong ISR: n3 is in the ISR and has nothing at offset 0, where n1 has committed 1 of epoch 3',
    );
    expect(followerOfOlderEpochCounts({})).toEqual([]);
  });
});

describe('the ISR', () => {
  /** n2 is out of sync when n1 commits alone and fails. */
  function lastMemberFails(options: Options): Cluster {
    const cluster = clusterOf({ nodes: 2, ...options });
    cluster.settle();
    cluster.crash(1);
    cluster.fire(2, 'session-n2');
    cluster.settle();
    write(cluster, 0, 1);
    cluster.crash(0);
    cluster.restart(1);
    cluster.settle();
    cluster.fire(2, 'session-n1');
    cluster.settle();
    return cluster;
  }

  test('has nobody to elect when its last member is gone', () => {
    const cluster = lastMemberFails({});
    expect(cluster.answered).toHaveLength(1);
    expect(cluster.states[2]).toMatchObject({ partition: { leader: null, isr: [0] } });
  });

  test('is passed over by an unclean election, which loses what was acknowledged', () => {
    const options = { nodes: 2, variant: 'kafka-unclean-election' };
    expect(complaints(lastMemberFails(options), options)).toContain(
      'no acknowledged record is lost: n2, leader of epoch 2, lacks 1 acknowledged record: 1 (acknowledged by n1)',
    );
  });

  test('below min_isr refuses writes', () => {
    const cluster = lastMemberFails({ settings: { min_isr: '2' } });
    expect(cluster.answered).toMatchObject([
      { response: { status: 'failed', reason: '1 in sync, where 2 are asked for' } },
    ]);
  });

  test('takes a replica back in when it has caught up', () => {
    const cluster = clusterOf({});
    cluster.settle();
    cluster.crash(2);
    cluster.fire(3, 'session-n3');
    cluster.settle();
    write(cluster, 0, 1);
    cluster.settle();
    cluster.restart(2);
    cluster.settle();
    expect(cluster.states[3]).toMatchObject({ partition: { isr: [0, 1, 2] } });
  });
});

describe('random schedules', () => {
  test('keep all properties', () => {
    const reached = new Set<string>();
    fc.assert(
      fc.property(fc.nat(), fc.constantFrom(2, 3, 4), fc.constantFrom('0', '300'), (seed, nodes, rebalance) => {
        const config = configOf({ nodes, settings: { rebalance_ms: rebalance } });
        const outcome = runRandomSchedule({ definition, config, seed, steps: 400 });
        for (const name of outcome.reached) reached.add(name);
        expect(outcome).toMatchObject({ byHolds: undefined, byMonitors: undefined, unsettled: [] });
      }),
      { seed: 42, numRuns: 100 },
    );
    expect([...reached]).toEqual(['a record is committed']);
  });

  test.each([
    ['kafka-truncate-to-hw', 40],
    ['kafka-unclean-election', 10],
  ])('break %s, by holds and by monitor', (variant, seeds) => {
    const outcomes = Array.from({ length: seeds }, (_, seed) =>
      runRandomSchedule({ definition, config: configOf({ variant }), seed, steps: 400 }),
    );
    for (const by of ['byHolds', 'byMonitors'] as const)
      expect(outcomes.some((outcome) => outcome[by] !== undefined)).toBe(true);
  });
});

test('a write takes 2(n - 1) messages', () => {
  const cluster = clusterOf({ nodes: 4 });
  cluster.settle();
  write(cluster, 0, 1);
  expect(cluster.settle()).toBe(isrLogDefinition.messagesPerOperation?.(configOf({ nodes: 4 })).count);
  expect(cluster.answered).toHaveLength(1);
});

describe('a setup', () => {
  test('with a larger min_isr than replicas is refused', () => {
    expect(() => configOf({ settings: { min_isr: '4' } })).toThrow('in sync than there are');
  });
});
