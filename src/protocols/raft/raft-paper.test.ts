/** Raft by the sentences of the paper (sections) and of Ongaro's dissertation (chapters). Node 0 is n1. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { AnyDefinition } from '../definition.ts';
import type { Command } from '../protocol.ts';
import { runRandomSchedule } from '../random-schedule.ts';
import { createScriptedCluster, type ScriptedCluster } from '../scripted-cluster.ts';
import { readSettings } from '../settings.ts';
import { emptyLog, initial, raft, step } from './raft.ts';
import { raftDefinition } from './raft-definition.ts';
import { lastIndexOf, withEntries } from './raft-log.ts';
import type { RaftDurable, RaftMessage, RaftState } from './raft-state.ts';

type Cluster = ScriptedCluster<RaftState, RaftMessage>;

function configOf(nodes: number, settings: Record<string, string> = {}) {
  return raftDefinition.configure({ nodes, settings: readSettings('raft', raftDefinition.settings, settings) });
}

function clusterOf(nodes: number, settings: Record<string, string> = {}): Cluster {
  return createScriptedCluster({ protocol: raft, config: configOf(nodes, settings), nodeCount: nodes });
}

/** n1 leads, has committed its first entry, and everybody knows. */
function ledByN1(nodes: number, settings: Record<string, string> = {}): Cluster {
  const cluster = clusterOf(nodes, settings);
  elect(cluster, 0);
  beat(cluster, 0);
  return cluster;
}

function timeOut(cluster: Cluster, node: number): void {
  if (cluster.timers[node]!.has('heard_leader')) cluster.fire(node, 'heard_leader');
  if (cluster.timers[node]!.has('election')) cluster.fire(node, 'election');
}

function elect(cluster: Cluster, node: number): void {
  timeOut(cluster, node);
  cluster.settle();
}

function beat(cluster: Cluster, node: number): void {
  cluster.fire(node, 'heartbeat');
  cluster.settle();
}

let requests = 0;

/** Returns the answer, if there is one when all is quiet. */
function ask(cluster: Cluster, node: number, command: Command, isSettled = true): unknown {
  requests += 1;
  const number = requests;
  cluster.request(node, 0, number, command);
  if (isSettled) cluster.settle();
  return cluster.answered.find(({ request }) => request.number === number)?.response;
}

const write = (value: number): Command => ({ kind: 'write', key: 0, value });
const READ: Command = { kind: 'read', key: 0 };
const rolesOf = (cluster: Cluster): string[] => cluster.states.map(({ role }) => role);

describe('section 5.1', () => {
  test('a server that receives a request with a stale term rejects it, and its sender reverts to follower', () => {
    const cluster = ledByN1(3);
    cluster.partition([0], [1, 2]);
    elect(cluster, 1);
    cluster.heal();
    expect(rolesOf(cluster)).toEqual(['leader', 'leader', 'follower']);
    beat(cluster, 0);
    expect(rolesOf(cluster)).toEqual(['follower', 'leader', 'follower']);
    expect(cluster.states[0]!.term).toBe(2);
  });
});

describe('section 5.2', () => {
  test('a follower that receives no communication becomes a candidate for the next term and votes for itself', () => {
    const cluster = clusterOf(3);
    timeOut(cluster, 0);
    expect(cluster.states[0]).toMatchObject({ role: 'candidate', term: 1, votedFor: 0 });
  });

  test('each server votes for at most one candidate in a term, first come first served', () => {
    const cluster = clusterOf(3);
    timeOut(cluster, 0);
    timeOut(cluster, 2);
    cluster.deliver(2, 1);
    cluster.deliver(0, 1);
    cluster.settle();
    expect(rolesOf(cluster)).toEqual(['follower', 'follower', 'leader']);
  });

  test('if votes are split no candidate wins, and the next timeout begins another election', () => {
    const cluster = clusterOf(4);
    timeOut(cluster, 0);
    timeOut(cluster, 3);
    cluster.deliver(0, 1);
    cluster.deliver(3, 2);
    cluster.settle();
    expect(rolesOf(cluster)).not.toContain('leader');
    elect(cluster, 0);
    expect(cluster.states[0]).toMatchObject({ role: 'leader', term: 2 });
  });

  test('a candidate that hears the leader of its own term returns to follower', () => {
    const cluster = clusterOf(3);
    timeOut(cluster, 2);
    elect(cluster, 0);
    expect(rolesOf(cluster)).toContain('leader');
    expect(rolesOf(cluster)).not.toContain('candidate');
  });

  test('a vote is answered only after it is durable', () => {
    const { state } = initial(configOf(3), 1, undefined, 0);
    const asks = { kind: 'RequestVote', term: 1, lastLogIndex: 0, lastLogTerm: 0, isPreVote: false, isTransfer: false };
    const { outputs } = step(state, { kind: 'message', from: 0, message: asks as RaftMessage });
    const kinds = outputs.map(({ kind }) => kind);
    expect(kinds.indexOf('persist')).toBeGreaterThanOrEqual(0);
    expect(kinds.indexOf('persist')).toBeLessThan(kinds.indexOf('send'));
    expect(outputs.find(({ kind }) => kind === 'persist')).toMatchObject({ durable: { term: 1, votedFor: 0 } });
  });
});

describe('section 5.3', () => {
  test('an entry is committed once the leader has replicated it on a majority, and followers learn it later', () => {
    const cluster = ledByN1(3);
    cluster.crash(2);
    expect(ask(cluster, 0, write(1))).toEqual({ status: 'ok' });
    expect(cluster.states.map(({ commitIndex }) => commitIndex)).toEqual([2, 1, 1]);
    beat(cluster, 0);
    expect(cluster.states.map(({ commitIndex }) => commitIndex)).toEqual([2, 2, 1]);
  });

  test('without a majority nothing is committed and nobody is answered', () => {
    const cluster = ledByN1(5);
    for (const node of [2, 3, 4]) cluster.crash(node);
    expect(ask(cluster, 0, write(1))).toBeUndefined();
  });
});

describe('section 5.4.1', () => {
  test('a voter denies its vote to a candidate with a less up-to-date log', () => {
    const cluster = ledByN1(3);
    cluster.partition([0, 1], [2]);
    ask(cluster, 0, write(1));
    cluster.crash(0);
    cluster.heal();
    elect(cluster, 2);
    expect(cluster.states[2]!.role).toBe('candidate');
    elect(cluster, 1);
    expect(cluster.states[1]!.role).toBe('leader');
  });
});

describe('section 6, joint consensus', () => {
  test('a change commits by majorities of both configurations, and then by those of the new one', () => {
    const cluster = ledByN1(5, { members: '3' });
    cluster.partition([0, 1, 2], [3, 4]);
    expect(ask(cluster, 0, { kind: 'reconfigure', nodes: [0, 3, 4] })).toBeUndefined();
    expect(cluster.states[0]!.membership).toMatchObject({ voters: [0, 3, 4], outgoing: [0, 1, 2] });
    cluster.heal();
    beat(cluster, 0);
    beat(cluster, 0);
    expect(cluster.answered.at(-1)).toMatchObject({ request: { number: requests }, response: { status: 'ok' } });
    expect(cluster.states[0]!.membership).toMatchObject({ voters: [0, 3, 4], outgoing: null });
    for (const node of [1, 2]) cluster.crash(node);
    expect(ask(cluster, 0, write(1))).toEqual({ status: 'ok' });
  });

  test('a leader that is no member of the new configuration steps down once that is committed', () => {
    const cluster = ledByN1(3);
    expect(ask(cluster, 0, { kind: 'reconfigure', nodes: [1, 2] })).toEqual({ status: 'ok' });
    expect(cluster.states[0]!.role).toBe('follower');
    beat(clusterAfter(cluster, 1), 1);
    expect(cluster.states[1]).toMatchObject({ role: 'leader', membership: { voters: [1, 2], outgoing: null } });
  });

  test('another change waits for the one under way', () => {
    const cluster = ledByN1(5, { members: '3' });
    cluster.partition([0], [1, 2, 3, 4]);
    ask(cluster, 0, { kind: 'reconfigure', nodes: [0, 3, 4] });
    expect(ask(cluster, 0, { kind: 'reconfigure', nodes: [0, 1] })).toMatchObject({ status: 'failed' });
  });
});

function clusterAfter(cluster: Cluster, leader: number): Cluster {
  elect(cluster, leader);
  return cluster;
}

describe('dissertation, chapters 3 and 4', () => {
  test('one server at a time: more are refused, one is taken (4.1)', () => {
    const cluster = ledByN1(5, { members: '3', membership: 'single' });
    expect(ask(cluster, 0, { kind: 'reconfigure', nodes: [0, 1, 2, 3, 4] })).toMatchObject({ status: 'failed' });
    expect(ask(cluster, 0, { kind: 'reconfigure', nodes: [0, 1, 2, 3] })).toEqual({ status: 'ok' });
  });

  test('a learner gets entries and does not count for a majority (4.2.1)', () => {
    const cluster = ledByN1(4, { members: '3' });
    expect(ask(cluster, 0, { kind: 'add_learner', nodes: [3] })).toEqual({ status: 'ok' });
    beat(cluster, 0);
    for (const node of [1, 2]) cluster.crash(node);
    expect(ask(cluster, 0, write(1))).toBeUndefined();
    expect(lastIndexOf(cluster.states[3]!.log)).toBe(lastIndexOf(cluster.states[0]!.log));
    timeOut(cluster, 3);
    expect(cluster.states[3]!.role).toBe('follower');
  });

  test('leadership goes to the server that is named, and only when it has the whole log (3.10)', () => {
    const cluster = ledByN1(3);
    cluster.partition([0, 2], [1]);
    ask(cluster, 0, write(1));
    expect(ask(cluster, 0, { kind: 'transfer', nodes: [1] })).toEqual({ status: 'ok' });
    expect(rolesOf(cluster)).toEqual(['leader', 'follower', 'follower']);
    cluster.heal();
    beat(cluster, 0);
    expect(rolesOf(cluster)).toEqual(['follower', 'leader', 'follower']);
    expect(lastIndexOf(cluster.states[1]!.log)).toBe(3);
  });
});

describe('dissertation, chapters 6 and 9', () => {
  test('a server that is cut off keeps its term when it asks before it campaigns (9.6)', () => {
    const terms = (settings: Record<string, string>): number => {
      const cluster = ledByN1(3, settings);
      cluster.partition([0, 1], [2]);
      for (let round = 0; round < 5; round++) elect(cluster, 2);
      return cluster.states[2]!.term;
    };
    expect(terms({})).toBe(6);
    expect(terms({ pre_vote: 'true' })).toBe(1);
  });

  test('a leader that hears no majority for an election timeout steps down (6.2)', () => {
    const cluster = ledByN1(3, { check_quorum: 'true' });
    cluster.partition([0], [1, 2]);
    cluster.fire(0, 'check_quorum');
    expect(cluster.states[0]!.role).toBe('leader');
    cluster.fire(0, 'check_quorum');
    expect(cluster.states[0]!.role).toBe('follower');
  });

  test('a server that hears a leader votes for nobody else (4.2.3)', () => {
    const cluster = ledByN1(3, { check_quorum: 'true' });
    elect(cluster, 2);
    expect(cluster.states.map(({ term }) => term)).toEqual([1, 1, 2]);
    expect(cluster.states[0]!.role).toBe('leader');
  });

  test('ReadIndex reads without an entry, after a majority has answered a round (6.4)', () => {
    const cluster = ledByN1(3, { reads: 'read_index' });
    ask(cluster, 0, write(7));
    const last = lastIndexOf(cluster.states[0]!.log);
    expect(ask(cluster, 0, READ, false)).toBeUndefined();
    expect(cluster.settle()).toBe(4);
    expect(cluster.answered.at(-1)!.response).toEqual({ status: 'ok', value: 7 });
    expect(lastIndexOf(cluster.states[0]!.log)).toBe(last);
  });

  test('ReadIndex waits until an entry of the leader’s term is committed (6.4)', () => {
    const cluster = clusterOf(3, { reads: 'read_index' });
    timeOut(cluster, 0);
    cluster.deliver(0, 1);
    cluster.deliver(1, 0);
    expect(cluster.states[0]).toMatchObject({ role: 'leader', commitIndex: 0 });
    expect(ask(cluster, 0, READ, false)).toBeUndefined();
    cluster.settle();
    expect(cluster.answered.at(-1)!.response).toEqual({ status: 'ok', value: null });
  });

  test('a lease answers reads at once, until its timers end (6.4.1)', () => {
    const cluster = ledByN1(3, { reads: 'lease' });
    ask(cluster, 0, write(7));
    beat(cluster, 0);
    expect(ask(cluster, 0, READ, false)).toEqual({ status: 'ok', value: 7 });
    expect(cluster.inFlight).toEqual([]);
    for (const timer of ['lease_0', 'lease_1']) if (cluster.timers[0]!.has(timer)) cluster.fire(0, timer);
    expect(ask(cluster, 0, READ, false)).toBeUndefined();
    cluster.settle();
    expect(cluster.answered.at(-1)!.response).toEqual({ status: 'ok', value: 7 });
  });

  test('a request that another leader had already carried out is answered from the client table (6.3)', () => {
    const cluster = ledByN1(3);
    const swap: Command = { kind: 'cas', key: 0, expected: null, value: 5 };
    cluster.request(0, 9, 1, swap);
    cluster.settle();
    cluster.crash(0);
    elect(cluster, 1);
    cluster.request(1, 9, 1, swap);
    cluster.settle();
    // Done a second time, the swap would fail: 5 is there.
    expect(new Set(cluster.answered.map(({ response }) => response.status))).toEqual(new Set(['ok']));
    expect(cluster.answered.at(-1)!.node).toBe(1);
    expect(cluster.states[1]!.machine.values).toEqual([5]);
  });
});

describe('section 7', () => {
  test('a follower that lacks compacted entries gets a snapshot, and the client table with it', () => {
    const cluster = ledByN1(3, { snapshot_entries: '2' });
    cluster.partition([0, 1], [2]);
    for (let value = 1; value <= 8; value++) ask(cluster, 0, write(value));
    expect(cluster.states[0]!.log.snapshotIndex).toBeGreaterThan(lastIndexOf(cluster.states[2]!.log));
    cluster.heal();
    beat(cluster, 0);
    beat(cluster, 0);
    expect(cluster.states[2]!.log.snapshotIndex).toBeGreaterThan(0);
    expect(cluster.states[2]!.machine).toEqual(cluster.states[0]!.machine);
  });
});

describe('a torn write', () => {
  const log = emptyLog(configOf(3));
  const durable = (terms: readonly number[], term: number): RaftDurable => {
    const entries = terms.map((each) => ({ term: each, request: null, membership: null }));
    return { term, votedFor: null, log: withEntries(log, entries), isWiped: false };
  };

  test('leaves the first of the entries that were being added', () => {
    const [before, after] = [durable([1], 1), durable([1, 2, 2, 2], 2)];
    const lengths = [0, 0.3, 0.6, 0.99].map((kept) => raft.tear!(before, after, kept)?.log.entries.length);
    expect(lengths).toEqual([1, 2, 3, 4]);
  });

  test('of the very first state leaves nothing', () => {
    expect(raft.tear!(undefined, durable([], 0), 0.5)).toBeUndefined();
  });
});

test.each<[string, number, Record<string, string>]>([
  ['leases', 3, { reads: 'lease', check_quorum: 'true' }],
  ['a log of single entries, compacted at once', 3, { snapshot_entries: '1', max_entries: '1' }],
  ['three members of five that change jointly', 5, { members: '3', membership_changes_percent: '20' }],
  ['three members of five, one at a time', 5, { members: '3', membership: 'single', membership_changes_percent: '20' }],
  ['pre-vote, check-quorum and ReadIndex', 5, { pre_vote: 'true', check_quorum: 'true', reads: 'read_index' }],
])('random schedules keep all properties: %s', (_, nodes, settings) => {
  const definition = raftDefinition as unknown as AnyDefinition;
  const config = configOf(nodes, settings);
  const reached = new Set<string>();
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 2 ** 31 }), (seed) => {
      const outcome = runRandomSchedule({ definition, config, seed, steps: 400 });
      for (const each of outcome.reached) reached.add(each);
      expect(outcome).toMatchObject({ byHolds: undefined, byMonitors: undefined });
    }),
    { seed: 42, numRuns: 25 },
  );
  expect([...reached]).toEqual(expect.arrayContaining(['a leader is elected', 'an entry is committed']));
});
