import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { AnyDefinition } from '../definition.ts';
import { runRandomSchedule } from '../random-schedule.ts';
import { createScriptedCluster } from '../scripted-cluster.ts';
import { readSettings } from '../settings.ts';
import { runTranscript } from '../transcript.ts';
import { type GivenNode, givenRaftSteps } from './given-state.ts';
import { raft } from './raft.ts';
import { raftDefinition } from './raft-definition.ts';
import { entryAt } from './raft-log.ts';

const definition = raftDefinition as unknown as AnyDefinition;

function configOf(nodes: number, settings: Record<string, string> = {}, variant?: string) {
  return raftDefinition.configure({
    nodes,
    settings: readSettings('raft', raftDefinition.settings, settings),
    ...(variant === undefined ? {} : { variant }),
  });
}

function givenOf(logs: readonly (readonly number[])[], node: Partial<GivenNode>): GivenNode[] {
  const blank = { term: 0, votedFor: null, commitIndex: 0, role: 'follower' as const, reachable: true };
  return logs.map((log) => ({ ...blank, ...node, log }));
}

/** The leader of term 8 and followers (a) to (f). */
const FIGURE_7 = [
  [1, 1, 1, 4, 4, 5, 5, 6, 6, 6],
  [1, 1, 1, 4, 4, 5, 5, 6, 6],
  [1, 1, 1, 4],
  [1, 1, 1, 4, 4, 5, 5, 6, 6, 6, 6],
  [1, 1, 1, 4, 4, 5, 5, 6, 6, 6, 7, 7],
  [1, 1, 1, 4, 4, 4, 4],
  [1, 1, 1, 2, 2, 2, 3, 3, 3, 3, 3],
];

describe('Figure 7', () => {
  test('the leader at the top is elected by (a), (b), (e) and (f), and its log becomes everybody’s', async () => {
    const config = configOf(7);
    const text = runTranscript({
      definition,
      config,
      script: 'state\nfire n1 election\nsettle\nfire n1 heartbeat\nsettle\nstate\n',
      given: givenRaftSteps(config, givenOf(FIGURE_7, { term: 7, commitIndex: 3 })),
    });
    await expect(
      `# Raft paper, Figure 7: n1 becomes the leader for term 8, n2 to n7 are followers (a) to (f).\n${text}`,
    ).toMatchFileSnapshot('testdata/figure-7.txt');
    const refused = text.split('\n').filter((line) => line.endsWith('→ n1: no vote term 8'));
    expect(refused).toEqual(['  n4 → n1: no vote term 8', '  n5 → n1: no vote term 8']);
    const end = text.slice(text.lastIndexOf('state\n')).match(/log .*/g);
    expect(end).toEqual(FIGURE_7.map(() => 'log 1:1 2:1 3:1 4:4 5:4 6:5 7:5 8:6 9:6 10:6 11:8, committed 11'));
  });
});

/** From (a): S1 leads term 2 and has stored 2 at S2. Of AppendEntries one entry at a time. */
const FIGURE_8 = `# (a) S1 is leader and partially replicates the log entry at index 2.
state
# (b) S1 crashes; S5 is elected leader for term 3 with votes from S3, S4 and itself, and accepts a different entry at index 2.
crash n1
fire n5 election
drop n5 n2
deliver n5 n3
deliver n5 n4
deliver n3 n5
deliver n4 n5
request n5 0 1 write 0 3
partition n5 | n1 n2 n3 n4
crash n5
# (c) S5 crashes; S1 restarts, is elected leader (term 4), and continues replication.
drop n5 n2 2
drop n5 n3 2
drop n5 n4 2
restart n1
fire n1 election
deliver n1 n2
deliver n2 n1
deliver n1 n3
deliver n3 n1
drop n1 n4
fire n1 election
deliver n1 n2
deliver n2 n1
deliver n1 n3
deliver n3 n1
drop n1 n4
`;

describe('Figure 8', () => {
  const given = (variant?: string) => {
    const config = configOf(5, { max_entries: '1' }, variant);
    const [leader, ...rest] = givenOf([[1, 2], [1, 2], [1], [1], [1]], { term: 2, votedFor: 0, commitIndex: 1 });
    return { config, given: givenRaftSteps(config, [{ ...leader!, role: 'leader' }, ...rest]) as never };
  };
  const D = `# (d) S1 crashes; S5 is elected leader (votes from S2, S3 and S4) and overwrites the entry with its own from term 3.
crash n1
heal
restart n5
fire n5 election
settle
fire n5 election
settle
state n2 n3 n4 n5
`;

  test('(d): an entry of an earlier term on a majority is overwritten, and nobody had committed it', async () => {
    const script = `${FIGURE_8}deliver n1 n3
deliver n3 n1
deliver n1 n3
deliver n3 n1
drop n1 n2
drop n1 n4
state n1 n2 n3
${D}`;
    const text = runTranscript({ definition, script, ...given() });
    await expect(`# Raft paper, Figure 8 (a) to (d), under the rule of 5.4.2.\n${text}`).toMatchFileSnapshot(
      'testdata/figure-8.txt',
    );
    expect(text).toContain('n2 follower: term 5, voted for n5, log 1:1 2:3');
    expect(text).not.toContain('log 1:1 2:2 3:4, committed 2');
  });

  test('(d): without the rule S1 had committed it', async () => {
    const script = `${FIGURE_8}deliver n1 n2
deliver n2 n1
deliver n1 n3
deliver n3 n1
deliver n1 n3
deliver n3 n1
drop n1 n4
state n1 n2 n3
${D}`;
    const text = runTranscript({ definition, script, ...given('commits-earlier-terms') });
    await expect(
      `# Raft paper, Figure 8, without the rule of 5.4.2: S1 commits 2:2 by counting replicas, and S5 overwrites it.\n${text}`,
    ).toMatchFileSnapshot('testdata/figure-8-without-the-rule.txt');
    expect(text).toContain('log 1:1 2:2, committed 2');
    expect(text).toContain('n2 follower: term 5, voted for n5, log 1:1 2:3');
  });
});

describe('a request', () => {
  test('costs 2(n - 1) messages and is done once, however often it is sent', () => {
    for (const nodes of [1, 3, 5]) {
      const cluster = createScriptedCluster({ protocol: raft, config: configOf(nodes), nodeCount: nodes });
      cluster.fire(0, 'election');
      cluster.settle();
      cluster.request(0, 0, 1, { kind: 'write', key: 0, value: 7 });
      expect(cluster.settle()).toBe(2 * (nodes - 1));
      cluster.request(0, 0, 1, { kind: 'write', key: 0, value: 7 });
      expect(cluster.settle()).toBe(0);
      expect(cluster.answered.map(({ response }) => response.status)).toEqual(['ok', 'ok']);
      expect(entryAt(cluster.states[0]!.log, 3)).toBeUndefined();
    }
  });
});

describe('heartbeats', () => {
  test('that bring no news change no state, on either side', () => {
    const cluster = createScriptedCluster({ protocol: raft, config: configOf(3), nodeCount: 3 });
    cluster.fire(0, 'election');
    cluster.settle();
    for (let round = 0; round < 2; round++) {
      cluster.fire(0, 'heartbeat');
      cluster.settle();
    }
    const before = [...cluster.states];
    cluster.fire(0, 'heartbeat');
    cluster.settle();
    for (const [node, state] of cluster.states.entries()) expect(state).toBe(before[node]);
  });
});

describe('a node that lost its disk', () => {
  test('never votes again, not even after another restart', () => {
    const cluster = createScriptedCluster({ protocol: raft, config: configOf(3), nodeCount: 3 });
    cluster.crash(1);
    cluster.restart(1, { loseDisk: true });
    cluster.crash(1);
    cluster.restart(1);
    cluster.crash(2);
    cluster.fire(0, 'election');
    cluster.settle();
    expect(cluster.states.map(({ role }) => role)).not.toContain('leader');
  });
});

describe('random schedules', () => {
  const settings: Record<string, string>[] = [
    {},
    { pre_vote: 'true', check_quorum: 'true', reads: 'read_index', snapshot_entries: '4' },
    { membership_changes_percent: '20', pre_vote: 'true' },
    { membership: 'single', membership_changes_percent: '20', snapshot_entries: '5' },
    { witnesses: '1', max_entries: '2' },
  ];
  test('keep all properties', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 31 }), fc.constantFrom(...settings), (seed, chosen) => {
        const outcome = runRandomSchedule({ definition, config: configOf(3, chosen), seed, steps: 300 });
        expect(outcome).toMatchObject({ byHolds: undefined, byMonitors: undefined });
      }),
      { seed: 42, numRuns: 100 },
    );
  });
});
