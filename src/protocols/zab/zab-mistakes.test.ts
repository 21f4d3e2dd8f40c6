import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { attempt } from '../../kernel/failure.ts';
import { runRandomSchedule } from '../random-schedule.ts';

import { ALL, clusterOf, configOf, definition, elect, giveUp, onFailingDisk, replace } from './zab-test-bed.ts';

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
