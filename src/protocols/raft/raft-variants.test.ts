/**
 * Every known mistake, by the schedule that its source tells: it breaks what it is said to break, and correct Raft under the same schedule
 * breaks nothing. Nodes count from 0 here; n1 is node 0.
 */
import { describe, expect, test } from 'vitest';
import type { AlwaysProperty } from '../property.ts';
import { createScriptedCluster, type ScriptedCluster } from '../scripted-cluster.ts';
import { readSettings } from '../settings.ts';
import { raft } from './raft.ts';
import { raftDefinition } from './raft-definition.ts';
import type { RaftMessage, RaftState } from './raft-state.ts';
import { startLease } from './reads.ts';

type Cluster = ScriptedCluster<RaftState, RaftMessage>;

interface Schedule {
  readonly nodes: number;
  readonly settings?: Record<string, string>;
  /** Of correct Raft, where the variant is a setting turned off. */
  readonly correct?: Record<string, string>;
  readonly run: (cluster: Cluster) => void;
}

function configOf(nodes: number, settings: Record<string, string>, variant?: string) {
  return raftDefinition.configure({
    nodes,
    settings: readSettings('raft', raftDefinition.settings, settings),
    ...(variant === undefined ? {} : { variant }),
  });
}

/** Names of the properties that the monitors saw broken. */
function broken({ nodes, settings = {}, correct = {}, run }: Schedule, variant?: string): string[] {
  const config = configOf(nodes, variant === undefined ? { ...settings, ...correct } : settings, variant);
  const monitors = raft
    .properties(config)
    .filter((each): each is AlwaysProperty<RaftState> => each.kind === 'always')
    .map((property) => ({ name: property.name, monitor: property.monitor?.() }));
  const names = new Set<string>();
  let cluster: Cluster | undefined;
  const look = (of: (monitor: NonNullable<(typeof monitors)[number]['monitor']>) => string | undefined): void => {
    for (const { name, monitor } of monitors) if (monitor !== undefined && of(monitor) !== undefined) names.add(name);
  };
  cluster = createScriptedCluster({
    protocol: raft,
    config,
    nodeCount: nodes,
    onEvent: (event) => {
      const view = cluster;
      if (view === undefined) return;
      if (event.kind === 'started') look((monitor) => monitor.changed?.(event.node, undefined, event.state, view));
      if (event.kind === 'state') look((monitor) => monitor.changed?.(event.node, event.before, event.after, view));
      if (event.kind === 'answered') look((monitor) => monitor.answered?.(event, view));
    },
  });
  run(cluster);
  return [...names];
}

/** The election timeout of a node passes, in both its parts. */
function timeOut(cluster: Cluster, node: number): void {
  if (cluster.timers[node]!.has('heard_leader')) cluster.fire(node, 'heard_leader');
  if (cluster.timers[node]!.has('election')) cluster.fire(node, 'election');
}

function elect(cluster: Cluster, node: number): void {
  timeOut(cluster, node);
  cluster.settle();
}

function write(cluster: Cluster, node: number, number: number): void {
  cluster.request(node, node, number, { kind: 'write', key: 0, value: number });
}

/** n1 leads all, commits, and has told everybody. */
function begin(cluster: Cluster): void {
  elect(cluster, 0);
  cluster.fire(0, 'heartbeat');
  cluster.settle();
}

const SCHEDULES: Readonly<Record<string, Schedule>> = {
  'commits-earlier-terms': {
    nodes: 3,
    run: (cluster) => {
      begin(cluster);
      cluster.partition([0], [1, 2]);
      write(cluster, 0, 1);
      timeOut(cluster, 2);
      cluster.deliver(2, 1);
      cluster.deliver(1, 2);
      while (cluster.drop(2, 1));
      cluster.partition([0], [1], [2]);
      write(cluster, 2, 1);
      cluster.crash(0);
      cluster.restart(0);
      cluster.partition([0, 1], [2]);
      elect(cluster, 0);
      elect(cluster, 0);
      expect(cluster.states[0]!.role).toBe('leader');
      cluster.partition([0], [1, 2]);
      cluster.crash(2);
      cluster.restart(2);
      elect(cluster, 2);
      elect(cluster, 2);
    },
  },
  'forgets-vote': {
    nodes: 3,
    run: (cluster) => {
      timeOut(cluster, 0);
      timeOut(cluster, 2);
      cluster.deliver(0, 1);
      cluster.deliver(1, 0);
      cluster.crash(1);
      cluster.restart(1);
      cluster.deliver(2, 1);
      cluster.deliver(1, 2);
    },
  },
  'forgets-log': {
    nodes: 3,
    run: (cluster) => {
      begin(cluster);
      cluster.partition([0, 1], [2]);
      write(cluster, 0, 1);
      cluster.settle();
      cluster.crash(1);
      cluster.restart(1);
      cluster.partition([0], [1, 2]);
      elect(cluster, 2);
    },
  },
  'commit-index-regresses': {
    nodes: 2,
    run: (cluster) => {
      begin(cluster);
      write(cluster, 0, 1);
      cluster.settle();
      elect(cluster, 1);
    },
  },
  'truncates-matching-entries': {
    nodes: 2,
    run: (cluster) => {
      begin(cluster);
      cluster.fire(0, 'heartbeat');
      write(cluster, 0, 1);
      cluster.deliver(0, 1, 1);
      cluster.deliver(1, 0);
      cluster.fire(0, 'heartbeat');
      cluster.deliver(0, 1, 1);
      cluster.deliver(0, 1);
    },
  },
  'no-pre-vote': {
    nodes: 3,
    correct: { pre_vote: 'true', check_quorum: 'true' },
    run: (cluster) => {
      begin(cluster);
      cluster.partition([0, 1], [2]);
      for (let timeout = 0; timeout < 3; timeout++) timeOut(cluster, 2);
      cluster.heal();
      cluster.fire(0, 'heartbeat');
      cluster.settle();
    },
  },
  'reuses-identity': {
    nodes: 3,
    run: (cluster) => {
      begin(cluster);
      cluster.partition([0, 1], [2]);
      write(cluster, 0, 1);
      cluster.settle();
      cluster.crash(1);
      cluster.restart(1, { loseDisk: true });
      cluster.partition([0], [1, 2]);
      elect(cluster, 2);
    },
  },
  'swaps-configuration': {
    nodes: 4,
    run: (cluster) => {
      begin(cluster);
      cluster.partition([0], [1, 2, 3]);
      cluster.request(0, 0, 1, { kind: 'reconfigure', nodes: [0] });
      cluster.crash(0);
      cluster.restart(0);
      elect(cluster, 0);
      elect(cluster, 1);
    },
  },
  // S1 adds S5 in term 1 and reaches S5 only; S2 removes S1 in term 2 with S3; S1 wins term 3 in its configuration with S4 and S5.
  'changes-before-commit': {
    nodes: 5,
    settings: { members: '4', membership: 'single' },
    run: (cluster) => {
      begin(cluster);
      cluster.partition([0, 4], [1, 2, 3]);
      cluster.request(0, 0, 1, { kind: 'reconfigure', nodes: [0, 1, 2, 3, 4] });
      cluster.settle();
      timeOut(cluster, 1);
      for (const voter of [2, 3]) {
        cluster.deliver(1, voter);
        cluster.deliver(voter, 1);
      }
      while (cluster.drop(1, 3));
      cluster.partition([0, 3, 4], [1, 2]);
      cluster.request(1, 1, 1, { kind: 'reconfigure', nodes: [1, 2, 3] });
      cluster.settle();
      cluster.crash(0);
      cluster.restart(0);
      elect(cluster, 0);
      elect(cluster, 0);
      expect(cluster.states[0]!.role).toBe('leader');
    },
  },
  'acknowledges-alone': {
    nodes: 3,
    run: (cluster) => {
      begin(cluster);
      cluster.partition([0], [1, 2]);
      write(cluster, 0, 1);
      elect(cluster, 1);
      expect(cluster.states[1]!.role).toBe('leader');
    },
  },
  'election-below-majority': {
    nodes: 2,
    run: (cluster) => {
      cluster.partition([0], [1]);
      elect(cluster, 0);
      elect(cluster, 1);
    },
  },
};

describe('a known mistake breaks what it is said to break, and correct Raft under its schedule breaks nothing', () => {
  test.each(Object.entries(SCHEDULES))('%s', (name, schedule) => {
    const variant = raftDefinition.variants.find((each) => each.name === name);
    expect(broken(schedule, name)).toContain(variant?.breaks);
    expect(broken(schedule)).toEqual([]);
  });

  test('all but those of reads, which show in what clients are told', () => {
    const rest = raftDefinition.variants.filter(({ name }) => !(name in SCHEDULES));
    expect(rest.map(({ name }) => name)).toEqual(['lease-trusts-clocks', 'local-reads']);
  });
});

/** What a leader that was cut off tells a client after another leader has written 2. */
function staleRead(settings: Record<string, string>, variant?: string): unknown[] {
  const config = configOf(3, settings, variant);
  const cluster = createScriptedCluster({ protocol: raft, config, nodeCount: 3 });
  begin(cluster);
  write(cluster, 0, 1);
  cluster.settle();
  cluster.fire(0, 'heartbeat');
  cluster.settle();
  cluster.partition([0], [1, 2]);
  for (const node of [1, 2]) if (cluster.timers[node]!.has('heard_leader')) cluster.fire(node, 'heard_leader');
  elect(cluster, 1);
  write(cluster, 1, 2);
  cluster.settle();
  expect(cluster.states[1]).toMatchObject({ role: 'leader', machine: { values: [2] } });
  cluster.request(0, 7, 1, { kind: 'read', key: 0 });
  cluster.settle();
  return cluster.answered.filter(({ request }) => request.client === 7).map(({ response }) => response);
}

describe('a leader that was cut off', () => {
  test('answers reads from its own state under local-reads: the old value', () => {
    expect(staleRead({}, 'local-reads')).toEqual([{ status: 'ok', value: 1 }]);
  });

  test.each(['log', 'read_index'])('answers none when reads=%s', (reads) => {
    expect(staleRead({ reads })).toEqual([]);
  });

  test('holds a lease that ends before anybody else can be elected, unless it trusts its clock', () => {
    // Clocks off by the drift that is allowed, the leader's slow and the voters' fast: in true time, what is the lease and the least timeout?
    const trueTimes = (variant?: string) => {
      const config = configOf(3, { reads: 'lease' }, variant);
      const cluster = createScriptedCluster({ protocol: raft, config, nodeCount: 3 });
      begin(cluster);
      const outputs: Parameters<typeof startLease>[1] = [];
      startLease(cluster.states[0]!, outputs);
      const lease = outputs[0]?.kind === 'set_timer' ? outputs[0].maxMs : Number.NaN;
      return {
        lease: lease / (1 - config.maxClockDrift),
        timeout: config.electionTimeoutMinMs / (1 + config.maxClockDrift),
      };
    };
    const correct = trueTimes();
    expect(correct.lease).toBeLessThanOrEqual(correct.timeout + 1e-9);
    const trusting = trueTimes('lease-trusts-clocks');
    expect(trusting.lease).toBeGreaterThan(trusting.timeout);
  });

  test('answers the old value while its clock says that the lease lasts', () => {
    expect(staleRead({}, 'lease-trusts-clocks')).toEqual([{ status: 'ok', value: 1 }]);
  });
});
