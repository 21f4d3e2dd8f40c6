import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { attempt } from '../../kernel/failure.ts';
import type { AnyDefinition } from '../definition.ts';
import type { AlwaysProperty } from '../property.ts';
import { runRandomSchedule } from '../random-schedule.ts';
import { createScriptedCluster } from '../scripted-cluster.ts';
import { readSettings } from '../settings.ts';
import { runTranscript } from '../transcript.ts';
import { zab } from './zab.ts';
import { zabDefinition } from './zab-definition.ts';
import { zabProperties } from './zab-properties.ts';
import type { ZabMessage, ZabState } from './zab-state.ts';

const definition = zabDefinition as unknown as AnyDefinition;

interface Options {
  nodes?: number;
  variant?: string;
  settings?: Record<string, string>;
}

function configOf({ nodes = 3, variant, settings = {} }: Options = {}) {
  return zabDefinition.configure({
    nodes,
    settings: readSettings('zab', zabDefinition.settings, settings),
    ...(variant === undefined ? {} : { variant }),
  });
}

/** The protocol on a disk that fails a server after its first write of a NEWLEADER, while `isFailing` says so. */
function onFailingDisk(isFailing: () => boolean): typeof zab {
  return {
    ...zab,
    step: (state, input) => {
      const { state: next, outputs } = zab.step(state, input);
      const isNewLeader = input.kind === 'message' && input.message.kind === 'new_leader';
      const end = outputs.findIndex(({ kind }) => kind === 'persist') + 1;
      return { state: next, outputs: isNewLeader && isFailing() ? outputs.slice(0, end) : outputs };
    },
  };
}

/** A cluster whose every change and answer the monitors judge, and that keeps what was sent. */
function clusterOf(options: Options = {}, protocol = zab) {
  const config = configOf(options);
  const always = zabProperties.filter((each): each is AlwaysProperty<ZabState> => each.kind === 'always');
  const monitors = always.map((each) => ({ name: each.name, monitor: each.monitor?.() }));
  const broken: string[] = [];
  const sent: ZabMessage[] = [];
  const judge = (node: number, before: ZabState | undefined, after: ZabState): void => {
    for (const { name, monitor } of monitors) {
      const complaint = monitor?.changed?.(node, before, after, { states: [], up: [], answered: [] });
      if (complaint !== undefined) broken.push(`${name}: ${complaint}`);
    }
  };
  const cluster = createScriptedCluster({
    protocol,
    config,
    nodeCount: config.nodes,
    onEvent: (event) => {
      if (event.kind === 'started') judge(event.node, undefined, event.state);
      if (event.kind === 'state') judge(event.node, event.before, event.after);
      if (event.kind === 'sent') sent.push(event.message);
    },
  });
  let number = 0;
  /** A write of a client of its own, so that none waits for another. */
  const write = (node: number, value: number): void => {
    number += 1;
    cluster.request(node, number, 1, { kind: 'write', key: 0, value });
  };
  return Object.assign(cluster, { broken, sent, write });
}

type Cluster = ReturnType<typeof clusterOf>;

/** Ends the election under way among these, which all agree by now, and everything that follows from it. */
function elect(cluster: Cluster, nodes: readonly number[]): void {
  cluster.settle();
  for (const node of nodes) if (cluster.timers[node]?.has('finalize') === true) cluster.fire(node, 'finalize');
  cluster.settle();
  // Who decided before its leader did has asked too early.
  for (const node of nodes)
    if (cluster.states[node]?.role === 'following' && cluster.timers[node]?.has('tick') === true)
      cluster.fire(node, 'tick');
  cluster.settle();
}

/** The followers miss their leader, and a new one is established among them. */
function replace(cluster: Cluster, followers: readonly number[]): void {
  for (const node of followers) cluster.fire(node, 'limit');
  elect(cluster, followers);
}

/** A leader that is cut off gives up at last: its ticks pass. */
function giveUp(cluster: Cluster, leader: number): void {
  for (let halfTick = 0; cluster.states[leader]?.role === 'leading' && halfTick < 100; halfTick++)
    cluster.fire(leader, 'tick');
  expect(cluster.states[leader]?.role).toBe('looking');
}

/** Takes a server down together with what it has under way. */
function vanish(cluster: Cluster, node: number): void {
  cluster.crash(node);
  for (const to of ALL) while (cluster.drop(node, to));
}

const phases = (cluster: Cluster) =>
  cluster.states.map(({ role, phase, currentEpoch }) => `${role} ${phase} ${currentEpoch}`);

const ALL = [0, 1, 2];

describe('leader election', () => {
  test('ends with the highest id where histories are equal', () => {
    const cluster = clusterOf();
    elect(cluster, ALL);
    expect(phases(cluster)).toEqual(['following broadcast 1', 'following broadcast 1', 'leading broadcast 1']);
  });

  test('prefers the highest last zxid to the highest id', () => {
    const cluster = clusterOf();
    elect(cluster, ALL);
    cluster.crash(2);
    replace(cluster, [0, 1]);
    // n1 logs what n2 proposes; n3 comes back without it, and n2 goes down.
    cluster.write(1, 7);
    cluster.settle();
    cluster.crash(1);
    cluster.restart(2);
    cluster.fire(0, 'limit');
    elect(cluster, [0, 2]);
    expect(phases(cluster)[0]).toBe('leading broadcast 3');
    expect(cluster.states[2]).toMatchObject({ role: 'following', delivered: 1, database: { store: [7] } });
  });

  test('prefers the highest current epoch to the highest zxid', () => {
    const cluster = clusterOf();
    elect(cluster, ALL);
    cluster.partition([2], [0, 1]);
    // n3 logs alone in epoch 1; the others go through epoch 2 without a transaction.
    cluster.write(2, 7);
    replace(cluster, [0, 1]);
    giveUp(cluster, 2);
    cluster.crash(1);
    cluster.heal();
    cluster.fire(0, 'limit');
    elect(cluster, [0, 2]);
    expect(phases(cluster)[0]).toBe('leading broadcast 3');
    expect(cluster.states[2]?.history.log).toEqual([]);
  });

  test('waits for a better vote before it decides', () => {
    const cluster = clusterOf();
    vanish(cluster, 2);
    cluster.settle();
    expect(cluster.states[0]?.election).toMatchObject({ isFinal: true, vote: { leader: 1 } });
    cluster.restart(2);
    cluster.settle();
    cluster.fire(0, 'finalize');
    expect(cluster.states[0]?.leader).toBe(2);
  });

  test('lets a server join the leader that a quorum follows, whatever its id', () => {
    const cluster = clusterOf();
    vanish(cluster, 2);
    elect(cluster, [0, 1]);
    cluster.restart(2);
    elect(cluster, [2]);
    expect(phases(cluster)).toEqual(['following broadcast 1', 'leading broadcast 1', 'following broadcast 1']);
  });

  test('sends votes again, ever more seldom, so that lost ones do no harm', () => {
    const cluster = clusterOf();
    for (const from of ALL) for (const to of ALL) while (cluster.drop(from, to));
    for (const node of ALL) cluster.fire(node, 'election');
    elect(cluster, ALL);
    expect(phases(cluster)[2]).toBe('leading broadcast 1');
  });

  test('is begun by the followers when their leader says that it looks for one itself', () => {
    const cluster = clusterOf();
    elect(cluster, ALL);
    cluster.partition([2], [0, 1]);
    giveUp(cluster, 2);
    cluster.heal();
    cluster.fire(2, 'election');
    elect(cluster, ALL);
    expect(phases(cluster)[2]).toBe('leading broadcast 2');
  });
});

describe('discovery', () => {
  test('proposes an epoch above all that a quorum has accepted', () => {
    const cluster = clusterOf();
    elect(cluster, ALL);
    for (const epoch of [2, 3]) {
      cluster.partition([2], [0, 1]);
      giveUp(cluster, 2);
      cluster.heal();
      cluster.fire(2, 'election');
      elect(cluster, ALL);
      expect(cluster.states.map(({ acceptedEpoch }) => acceptedEpoch)).toEqual([epoch, epoch, epoch]);
    }
  });

  test('counts a server for one leader of an epoch only, also after a restart', () => {
    const cluster = clusterOf();
    cluster.settle();
    for (const node of ALL) cluster.fire(node, 'finalize');
    cluster.deliver(0, 2, cluster.inFlight.filter(({ from, to }) => from === 0 && to === 2).length - 1);
    cluster.fire(0, 'tick');
    cluster.deliver(0, 2);
    cluster.deliver(2, 0);
    expect(cluster.states[0]).toMatchObject({ acceptedEpoch: 1, acceptedFrom: 2 });
    cluster.crash(0);
    cluster.restart(0);
    // It no longer knows from whom it accepted epoch 1.
    cluster.settle();
    const acks = cluster.sent.flatMap((message) => (message.kind === 'ack_epoch' ? [message.ack.isCounted] : []));
    expect(acks[0]).toBe(true);
    expect(acks.slice(1)).toContain(false);
  });

  test('is given up by a leader whose follower is more recent', () => {
    const cluster = clusterOf();
    cluster.settle();
    for (const node of ALL) cluster.fire(node, 'finalize');
    cluster.inFlight.length = 0;
    for (const node of [0, 1]) cluster.fire(node, 'tick');
    cluster.deliver(0, 2);
    const ack = { currentEpoch: 1, last: { epoch: 1, counter: 1 }, isCounted: true };
    const leader = cluster.states[2] as ZabState;
    const { state } = zab.step(leader, { kind: 'message', from: 1, message: { kind: 'ack_epoch', epoch: 1, ack } });
    expect(state.role).toBe('looking');
  });

  test('makes an established leader give up that hears of a later epoch: else that server stays outside', () => {
    const cluster = clusterOf();
    elect(cluster, ALL);
    const leader = cluster.states[2] as ZabState;
    const { state } = zab.step(leader, {
      kind: 'message',
      from: 1,
      message: { kind: 'follower_info', acceptedEpoch: 2 },
    });
    expect(state.role).toBe('looking');
  });
});

describe('synchronisation', () => {
  const syncModes = (cluster: Cluster) =>
    cluster.sent.flatMap((message) => (message.kind === 'new_leader' ? [message.sync.mode] : []));

  test('sends a DIFF of what the follower lacks', () => {
    const cluster = clusterOf();
    elect(cluster, ALL);
    cluster.crash(0);
    for (const value of [1, 2, 3]) {
      cluster.write(2, value);
      cluster.settle();
    }
    cluster.restart(0);
    elect(cluster, [0]);
    expect(syncModes(cluster).at(-1)).toBe('diff');
    expect(cluster.states[0]).toMatchObject({ phase: 'broadcast', delivered: 3, database: { store: [3] } });
  });

  test('sends a TRUNC where the follower has logged what nobody else has', () => {
    const cluster = clusterOf();
    elect(cluster, ALL);
    cluster.write(2, 1);
    cluster.settle();
    cluster.partition([2], [0, 1]);
    cluster.write(2, 2);
    replace(cluster, [0, 1]);
    giveUp(cluster, 2);
    cluster.heal();
    cluster.fire(2, 'election');
    elect(cluster, [2]);
    expect(syncModes(cluster).at(-1)).toBe('trunc');
    expect(cluster.states[2]).toMatchObject({ phase: 'broadcast', currentEpoch: 2, delivered: 1 });
    expect(cluster.states[2]?.history.log).toHaveLength(1);
  });

  test('sends a SNAP where the leader no longer has what the follower lacks, or cannot tell', () => {
    const cluster = clusterOf({ settings: { committed_log_txns: '2' } });
    elect(cluster, ALL);
    cluster.crash(0);
    for (let value = 1; value <= 10; value++) {
      cluster.write(2, value);
      cluster.settle();
    }
    expect(cluster.states[2]?.history.snapshot.index).toBeGreaterThan(0);
    cluster.restart(0);
    elect(cluster, [0]);
    expect(syncModes(cluster).at(-1)).toBe('snap');
    expect(cluster.states[0]).toMatchObject({ phase: 'broadcast', delivered: 10, database: { store: [10] } });
  });

  test('has the epoch and the history on disk before NEWLEADER is acknowledged', () => {
    const cluster = clusterOf();
    elect(cluster, ALL);
    cluster.crash(0);
    cluster.write(2, 1);
    cluster.settle();
    cluster.restart(0);
    while (cluster.states[0]?.isSynced !== true) expect(cluster.settle(1)).toBe(1);
    cluster.crash(0);
    cluster.restart(0);
    expect(cluster.states[0]).toMatchObject({ currentEpoch: 1, history: { log: [{ epoch: 1, counter: 1 }] } });
  });

  test('passes over a NEWLEADER that was made for another last zxid', () => {
    const cluster = clusterOf();
    elect(cluster, ALL);
    cluster.write(2, 1);
    cluster.settle();
    const state = { ...(cluster.states[0] as ZabState), phase: 'synchronization' as const, isSynced: false };
    const late: ZabMessage = {
      kind: 'new_leader',
      epoch: 1,
      after: { epoch: 0, counter: 0 },
      sync: { mode: 'diff', txns: [] },
    };
    expect(zab.step(state, { kind: 'message', from: 2, message: late }).state).toBe(state);
  });

  test('commits with UPTODATE what the leader before had proposed and a quorum took over', () => {
    const cluster = clusterOf();
    elect(cluster, ALL);
    cluster.write(2, 1);
    cluster.deliver(2, 1);
    cluster.crash(2);
    cluster.inFlight.length = 0;
    expect(cluster.answered).toEqual([]);
    replace(cluster, [0, 1]);
    expect(cluster.states.slice(0, 2).map(({ delivered }) => delivered)).toEqual([1, 1]);
  });
});

describe('broadcast', () => {
  test('costs 3(n - 1) messages per write, and as many per read through the log', () => {
    for (const nodes of [1, 3, 5]) {
      const cluster = clusterOf({ nodes });
      elect(
        cluster,
        Array.from({ length: nodes }, (_, node) => node),
      );
      cluster.request(nodes - 1, 0, 1, { kind: 'write', key: 1, value: 7 });
      expect(cluster.settle()).toBe(3 * (nodes - 1));
      cluster.request(nodes - 1, 0, 2, { kind: 'read', key: 1 });
      expect(cluster.settle()).toBe(3 * (nodes - 1));
      expect(cluster.answered.map(({ response }) => response)).toEqual([{ status: 'ok' }, { status: 'ok', value: 7 }]);
    }
  });

  test('commits once a quorum has logged, and delivers at followers with COMMIT', () => {
    const cluster = clusterOf();
    elect(cluster, ALL);
    cluster.write(2, 7);
    cluster.deliver(2, 1);
    expect(cluster.answered).toHaveLength(0);
    cluster.deliver(1, 2);
    expect(cluster.answered).toHaveLength(1);
    expect(cluster.states.map(({ delivered }) => delivered)).toEqual([0, 0, 1]);
    cluster.settle();
    expect(cluster.states.map(({ delivered }) => delivered)).toEqual([1, 1, 1]);
  });

  test('executes a repeated request once and answers it from the client table', () => {
    const cluster = clusterOf();
    elect(cluster, ALL);
    for (let times = 0; times < 2; times++) cluster.request(2, 0, 1, { kind: 'write', key: 0, value: 1 });
    cluster.settle();
    cluster.request(2, 0, 1, { kind: 'write', key: 0, value: 1 });
    expect(cluster.settle()).toBe(0);
    expect(cluster.answered).toHaveLength(2);
    expect(cluster.states[2]?.history.log).toHaveLength(1);
  });

  test('logs nothing that does not follow on what is there; pings bring what was lost', () => {
    const cluster = clusterOf();
    elect(cluster, ALL);
    for (const value of [1, 2]) cluster.write(2, value);
    while (cluster.drop(2, 0));
    cluster.write(2, 3);
    cluster.settle();
    expect(cluster.states[0]?.history.log).toHaveLength(0);
    for (let halfTick = 0; halfTick < 3; halfTick++) {
      cluster.fire(2, 'tick');
      cluster.settle();
    }
    expect(cluster.states[0]).toMatchObject({ delivered: 3, database: { store: [3] } });
  });

  test('commits what a follower brings that joins with proposals in its DIFF', () => {
    const cluster = clusterOf();
    elect(cluster, ALL);
    for (const node of [0, 1]) cluster.crash(node);
    cluster.write(2, 7);
    cluster.settle();
    expect(cluster.answered).toEqual([]);
    // n1 has come back, and its DIFF held the proposal.
    const { state, outputs } = zab.step(cluster.states[2] as ZabState, {
      kind: 'message',
      from: 0,
      message: { kind: 'ack_new_leader', epoch: 1, counter: 1 },
    });
    expect(state.delivered).toBe(1);
    expect(outputs).toContainEqual({ kind: 'respond', client: 1, number: 1, response: { status: 'ok' } });
  });

  test('ends for a leader without a quorum after the sync limit', () => {
    const cluster = clusterOf();
    elect(cluster, ALL);
    for (const node of [0, 1]) cluster.crash(node);
    for (let halfTick = 0; halfTick < 10; halfTick++) cluster.fire(2, 'tick');
    expect(cluster.states[2]?.role).toBe('leading');
    cluster.fire(2, 'tick');
    expect(cluster.states[2]?.role).toBe('looking');
  });

  test('sends writes at a follower to the leader, and reads too unless they are local', () => {
    for (const [reads, response] of [
      ['log', { status: 'redirect', to: 2 }],
      ['local', { status: 'ok', value: null }],
    ] as const) {
      const cluster = clusterOf({ settings: { reads } });
      elect(cluster, ALL);
      const step = zab.step(cluster.states[0] as ZabState, {
        kind: 'request',
        request: { client: 0, number: 1, command: { kind: 'read', key: 0 } },
        clockMs: 0,
      });
      expect(step.outputs).toMatchObject([{ kind: 'respond', response }]);
    }
  });

  test('answers after a sync with what the leader had proposed, once that is delivered', () => {
    const cluster = clusterOf({ settings: { reads: 'sync' } });
    elect(cluster, ALL);
    cluster.write(2, 7);
    cluster.deliver(2, 1);
    cluster.deliver(1, 2);
    // n1 has seen neither the proposal nor its COMMIT.
    cluster.request(0, 9, 1, { kind: 'read', key: 0 });
    cluster.deliver(0, 2);
    expect(cluster.answered).toHaveLength(1);
    cluster.settle();
    expect(cluster.answered.at(-1)).toMatchObject({ node: 0, response: { status: 'ok', value: 7 } });
  });

  test('lets a sync be stale at a leader that does not know yet that it is none', () => {
    const cluster = clusterOf({ settings: { reads: 'sync' } });
    elect(cluster, ALL);
    cluster.partition([2], [0, 1]);
    replace(cluster, [0, 1]);
    cluster.write(1, 7);
    cluster.settle();
    cluster.request(2, 9, 1, { kind: 'read', key: 0 });
    expect(cluster.answered.map(({ response }) => response)).toEqual([{ status: 'ok' }, { status: 'ok', value: null }]);
  });

  test('lets a local read be stale: a follower answers before COMMIT has reached it', () => {
    const cluster = clusterOf({ settings: { reads: 'local' } });
    elect(cluster, ALL);
    cluster.write(2, 7);
    cluster.deliver(2, 1);
    cluster.deliver(1, 2);
    cluster.request(0, 9, 1, { kind: 'read', key: 0 });
    expect(cluster.answered.map(({ response }) => response)).toEqual([{ status: 'ok' }, { status: 'ok', value: null }]);
    expect(zabDefinition.history(configOf({ settings: { reads: 'local' } }))).toBe('none');
  });
});

/** n3 leads epoch 1, is cut off with a proposal that only it has logged, and comes back to n2, which leads epoch 2. */
const deposed = (afterwards: string): string => `settle
fire n1 finalize
fire n2 finalize
fire n3 finalize
settle
partition n3 | n1 n2
request n3 0 1 write 0 1
fire n1 limit
fire n2 limit
settle
fire n1 finalize
fire n2 finalize
settle
request n2 1 1 write 0 2
settle
fire n3 tick
fire n3 tick
fire n3 tick
heal
fire n3 election
settle
${afterwards}state
`;

test('a deposed leader and its uncommitted proposal, step by step', async () => {
  const config = configOf({ settings: { sync_limit: '1' } });
  await expect(
    `# Zab 1.0: elections by (epoch, zxid, id), NEWEPOCH, NEWLEADER, then broadcast; on its return the deposed leader is given a snapshot,\n# since its (1,1) and the (2,1) of the others are of different epochs.\n${runTranscript({ definition, config, script: deposed('') })}`,
  ).toMatchFileSnapshot('testdata/deposed-leader.txt');
});

test('the same with a database that is retained, step by step', async () => {
  const config = configOf({ variant: 'retains-database-across-election', settings: { sync_limit: '1' } });
  const script = deposed('crash n3\nrestart n3\nsettle\n');
  await expect(
    `# ZOOKEEPER-2845: n3 has not delivered its (1,1), leaves it out of its votes, and is given a DIFF; after a restart (1,1) is there again,\n# before the (2,1) that the others have, and is delivered.\n${runTranscript({ definition, config, script })}`,
  ).toMatchFileSnapshot('testdata/retained-database.txt');
});

describe('known mistakes', () => {
  /** ZOOKEEPER-2845: C logs T1 alone, A and B go on, C comes back with an empty DIFF and restarts. */
  const retain = (variant?: string) => {
    const cluster = clusterOf(variant === undefined ? {} : { variant });
    elect(cluster, ALL);
    cluster.write(2, 1);
    cluster.settle();
    cluster.partition([2], [0, 1]);
    cluster.write(2, 2);
    replace(cluster, [0, 1]);
    giveUp(cluster, 2);
    cluster.heal();
    cluster.fire(2, 'election');
    elect(cluster, [2]);
    cluster.write(1, 3);
    cluster.settle();
    cluster.crash(2);
    cluster.restart(2);
    elect(cluster, [2]);
    return cluster;
  };

  test('a retained database brings back, after a restart, what was never committed', () => {
    const { broken, states } = retain('retains-database-across-election');
    expect(states[2]?.history.log.map(({ epoch, counter }) => [epoch, counter])).toEqual([
      [1, 1],
      [1, 2],
      [2, 1],
    ]);
    expect(broken).toContain(
      'agreement: n2 has delivered (2,1) write 0=3 of client 3/1 in place 2 and n3 (1,2) write 0=2 of client 2/1',
    );
  });

  test('without it the leader has that truncated', () => {
    const { broken, states } = retain();
    expect(broken).toEqual([]);
    expect(states[2]?.history.log.map(({ epoch, counter }) => [epoch, counter])).toEqual([
      [1, 1],
      [2, 1],
    ]);
    expect(states.map(({ delivered }) => delivered)).toEqual([2, 2, 2]);
  });

  /** ZOOKEEPER-3911: a quorum acknowledges NEWLEADER, and crashes before UPTODATE comes. */
  const acknowledge = (variant?: string) => {
    const cluster = clusterOf(variant === undefined ? {} : { variant });
    elect(cluster, ALL);
    cluster.partition([2], [0, 1]);
    cluster.write(2, 1);
    giveUp(cluster, 2);
    cluster.heal();
    cluster.fire(2, 'election');
    cluster.settle();
    for (const node of [1, 2]) cluster.fire(node, 'finalize');
    cluster.crash(0);
    const isDelivered = () => (cluster.states[2]?.delivered ?? 0) > 0;
    for (let steps = 0; !isDelivered() && steps < 100; steps++) if (cluster.settle(1) === 0) cluster.fire(1, 'tick');
    // n3 has committed its transaction with n2's acknowledgement; UPTODATE is on its way.
    for (const node of [1, 2]) cluster.crash(node);
    cluster.inFlight.length = 0;
    for (const node of [0, 1]) cluster.restart(node);
    elect(cluster, [0, 1]);
    cluster.write(1, 2);
    cluster.settle();
    return cluster;
  };

  test('a history acknowledged before it is logged is lost, though it was committed', () => {
    const { broken, states } = acknowledge('acknowledges-newleader-before-logging');
    expect(states[1]).toMatchObject({ role: 'leading', phase: 'broadcast', delivered: 1 });
    expect(broken).toContain(
      'agreement: n3 has delivered (1,1) write 0=1 of client 1/1 in place 1 and n2 (3,1) write 0=2 of client 2/1',
    );
  });

  test('logged first, it is there for the next leader', () => {
    const { broken, states } = acknowledge();
    expect(broken).toEqual([]);
    expect(states[1]).toMatchObject({ role: 'leading', phase: 'broadcast', delivered: 2 });
  });
});

describe('known mistakes on a disk that fails between two writes', () => {
  /** ZOOKEEPER-4643: n3 and n2 have delivered a transaction; n1 learns of it in epoch 2 and crashes over it. */
  const tear = (variant?: string) => {
    let isFailing = false;
    const cluster = clusterOf(
      variant === undefined ? {} : { variant },
      onFailingDisk(() => isFailing),
    );
    elect(cluster, ALL);
    cluster.write(2, 1);
    while (cluster.drop(2, 0));
    cluster.settle();
    expect(cluster.states.map(({ delivered }) => delivered)).toEqual([0, 1, 1]);
    cluster.partition([2], [0], [1]);
    giveUp(cluster, 2);
    cluster.partition([0, 2], [1]);
    isFailing = true;
    cluster.fire(2, 'election');
    elect(cluster, [0, 2]);
    expect(cluster.states.map(({ currentEpoch }) => currentEpoch)).toEqual([2, 1, 2]);
    for (const node of [0, 2]) cluster.crash(node);
    isFailing = false;
    cluster.heal();
    cluster.inFlight.length = 0;
    cluster.restart(0);
    cluster.fire(1, 'limit');
    elect(cluster, [0, 1]);
    return cluster;
  };

  test('an epoch without its history wins the election, and what was delivered is truncated', () => {
    const { broken, states } = tear('writes-epoch-before-history');
    expect(states[0]).toMatchObject({ role: 'leading', phase: 'broadcast', currentEpoch: 3, history: { log: [] } });
    expect(broken[0]).toBe(
      'what is delivered stays: n2 has delivered 1 transactions and its history ends with (0,0) in place 0',
    );
  });

  test('written in one, either both are there or none, and the transaction stays', () => {
    const { broken, states } = tear();
    expect(broken).toEqual([]);
    expect(states.slice(0, 2).map(({ delivered }) => delivered)).toEqual([1, 1]);
  });
});

test('a setup that cannot work is refused', () => {
  expect(attempt(() => configOf({ settings: { max_notification_ms: '100' } }))).toMatchObject({
    ok: false,
    failure: { code: 'input/conflict' },
  });
  expect(attempt(() => configOf({ variant: 'unknown' }))).toMatchObject({
    ok: false,
    failure: { code: 'input/invalid' },
  });
});

test('random schedules keep all properties', () => {
  const reached = new Set<string>();
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 2 ** 31 }),
      fc.constantFrom(1, 2, 3, 5),
      fc.constantFrom('2', '500'),
      fc.constantFrom('log', 'sync'),
      (seed, nodes, committed, reads) => {
        const config = configOf({ nodes, settings: { committed_log_txns: committed, reads } });
        // Not asked to settle: every round there fires the limits of all followers as well.
        const outcome = runRandomSchedule({ definition, config, seed, steps: 1000 });
        for (const name of outcome.reached) reached.add(name);
        expect(outcome).toMatchObject({ byHolds: undefined, byMonitors: undefined });
      },
    ),
    { seed: 42, numRuns: 60 },
  );
  expect([...reached].sort()).toEqual(['a later epoch takes over a history', 'a transaction is delivered']);
});
