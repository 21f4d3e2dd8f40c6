import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { attempt } from '../../kernel/failure.ts';
import { configFrom, type WrittenSetup } from '../config-from.ts';
import type { AnyDefinition } from '../definition.ts';
import { runRandomSchedule } from '../random-schedule.ts';
import { createScriptedCluster } from '../scripted-cluster.ts';
import { runTranscript } from '../transcript.ts';
import { multiPaxos } from './multi-paxos.ts';
import { multiPaxosDefinition } from './multi-paxos-definition.ts';

const definition = multiPaxosDefinition as unknown as AnyDefinition;

const configOf = (setup: Partial<WrittenSetup> = {}) => configFrom(multiPaxosDefinition, { nodes: 3, ...setup });

function clusterOf(setup: Partial<WrittenSetup> = {}) {
  const config = configOf(setup);
  return createScriptedCluster({ protocol: multiPaxos, config, nodeCount: config.nodes });
}

describe('a stable leader', () => {
  test('costs 2(n - 1) messages per request, and reads what was written', () => {
    for (const nodes of [1, 3, 5]) {
      const cluster = clusterOf({ nodes });
      cluster.fire(0, 'election');
      cluster.settle();
      cluster.request(0, 0, 1, { kind: 'write', key: 1, value: 7 });
      expect(cluster.settle()).toBe(2 * (nodes - 1));
      cluster.request(0, 0, 2, { kind: 'read', key: 1 });
      expect(cluster.settle()).toBe(2 * (nodes - 1));
      expect(cluster.answered.map(({ response }) => response)).toEqual([{ status: 'ok' }, { status: 'ok', value: 7 }]);
    }
  });

  test('applies a repeated request once and answers it again', () => {
    const cluster = clusterOf();
    cluster.fire(0, 'election');
    cluster.settle();
    cluster.request(0, 0, 1, { kind: 'write', key: 0, value: 1 });
    cluster.request(0, 0, 1, { kind: 'write', key: 0, value: 1 });
    cluster.settle();
    cluster.request(0, 0, 1, { kind: 'write', key: 0, value: 1 });
    expect(cluster.settle()).toBe(0);
    expect(cluster.answered).toHaveLength(2);
    expect(cluster.states[0]?.log).toHaveLength(1);
  });

  test('brings a node that was away up to date', () => {
    const cluster = clusterOf();
    cluster.crash(2);
    cluster.fire(0, 'election');
    cluster.settle();
    for (let number = 1; number <= 100; number++) {
      cluster.request(0, 0, number, { kind: 'write', key: 0, value: number });
      cluster.settle();
    }
    cluster.restart(2);
    cluster.fire(0, 'heartbeat');
    cluster.settle();
    expect(cluster.states[2]).toMatchObject({ commit: 100, store: [100] });
  });
});

describe('Flexible Paxos', () => {
  test('lets two of five acceptors choose when phase 1 takes four', () => {
    const cluster = clusterOf({ nodes: 5, settings: { phase1_quorum: '4', phase2_quorum: '2' } });
    cluster.fire(0, 'election');
    cluster.settle();
    for (const node of [2, 3, 4]) cluster.crash(node);
    cluster.request(0, 0, 1, { kind: 'write', key: 0, value: 1 });
    cluster.settle();
    expect(cluster.answered).toHaveLength(1);
    cluster.crash(0);
    cluster.fire(1, 'election');
    cluster.settle();
    expect(cluster.states[1]?.role).toBe('candidate');
  });

  test('takes expressions, and refuses quorums that do not meet, with a pair', () => {
    const grid = { phase1_quorum: 'n1*n2 + n3*n4', phase2_quorum: '(n1 + n2) * (n3 + n4)' };
    expect(attempt(() => configOf({ nodes: 4, settings: grid })).ok).toBe(true);
    const refused = attempt(() => configOf({ settings: { phase1_quorum: '2', phase2_quorum: '1' } }));
    expect(refused).toMatchObject({ ok: false, failure: { code: 'input/conflict' } });
    expect(attempt(() => configOf({ settings: { phase1_quorum: '4' } }))).toMatchObject({
      ok: false,
      failure: { code: 'input/invalid' },
    });
  });
});

/** n2 accepts write 2 in ballot 1.n5 although it has promised 1.n1 alone; the accept of 1.n1 comes late. */
const LATE_ACCEPT = `fire n1 election
deliver n1 n2
deliver n1 n3
deliver n2 n1
deliver n3 n1
request n1 0 1 write 0 1
drop n1 n3 2
drop n1 n4 3
drop n1 n5 3
drop n1 n2
# The accept of write 1 is on its way to n2. n5 leads with the promises of n3 and n4.
fire n5 election
deliver n5 n3
deliver n5 n4
deliver n3 n5
deliver n4 n5
request n5 1 1 write 0 2
drop n5 n1 3
drop n5 n2 2
drop n5 n3 2
drop n5 n4
deliver n5 n4
deliver n5 n2
deliver n4 n5
deliver n2 n5
# n2, n4 and n5 have accepted write 2: it is chosen. Now the late accept arrives.
deliver n1 n2
# n1 starts anew and tries again, with the promises of n2 and n3.
crash n1
restart n1
fire n1 election
deliver n1 n2
deliver n1 n3
deliver n2 n1 2
deliver n3 n1
settle
state
`;

describe('an acceptor', () => {
  const play = (variant?: string) =>
    runTranscript({
      definition,
      config: configOf({ nodes: 5, variant }),
      script: LATE_ACCEPT,
    });

  test('that accepts in a higher ballot refuses lower ones from then on', async () => {
    const text = play();
    expect(text).toContain('n2 → n1: Rejected 1.n1: promised 1.n5');
    expect(text).toContain('n2 → n1: Promise 2.n1: 0:write 0=2 of client 1/1 at 1.n5');
    await expect(
      `# Paxos Made Simple, P1a: accepting is promising. The chosen write 2 is found again by n1, which must propose it.\n${text}`,
    ).toMatchFileSnapshot('testdata/late-accept-refused.txt');
  });

  test('that does not lets another value be chosen', async () => {
    const text = play('accept-keeps-promise');
    expect(text).toContain('n2 → n1: Promise 2.n1: 0:write 0=1 of client 0/1 at 1.n1');
    await expect(
      `# The variant accept-keeps-promise: n2 forgets write 2, which was chosen, for the older write 1, and n1 has write 1 chosen.\n${text}`,
    ).toMatchFileSnapshot('testdata/late-accept-heeded.txt');
  });
});

describe('random schedules', () => {
  test('keep all properties, and settle', () => {
    const reached = new Set<string>();
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 31 }), fc.constantFrom(1, 2, 3, 5), (seed, nodes) => {
        const outcome = runRandomSchedule({ definition, config: configOf({ nodes }), seed, steps: 500 });
        for (const name of outcome.reached) reached.add(name);
        expect(outcome).toMatchObject({ byHolds: undefined, byMonitors: undefined, unsettled: [] });
      }),
      { seed: 42, numRuns: 100 },
    );
    expect([...reached].sort()).toEqual(['a leader leads', 'a value is chosen']);
  });

  test.each(['paxos-any-reported-value', 'paxos-stale-promise-counted', 'disjoint-quorums'])(
    'break it with %s',
    (variant) => {
      const found = Array.from({ length: 400 }, (_, seed) => seed).find((seed) => {
        const outcome = runRandomSchedule({ definition, config: configOf({ variant }), seed, steps: 500 });
        return outcome.byMonitors?.startsWith('at most one value chosen per slot') === true;
      });
      expect(found).toBeDefined();
    },
  );
});
