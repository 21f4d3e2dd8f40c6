import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { attempt } from '../../kernel/failure.ts';
import { configFrom, type WrittenSetup } from '../config-from.ts';
import type { AnyDefinition } from '../definition.ts';
import { runRandomSchedule } from '../random-schedule.ts';
import { runTranscript } from '../transcript.ts';
import { paxosDefinition } from './paxos-definition.ts';

const definition = paxosDefinition as unknown as AnyDefinition;

const configOf = (setup: Partial<WrittenSetup> = {}) => configFrom(paxosDefinition, { nodes: 3, ...setup });

const play = (script: string, setup: Partial<WrittenSetup> = {}) =>
  runTranscript({ definition, config: configOf(setup), script });

/** Each proposer's prepare reaches n2 before the other's accept does. */
const DUEL = `request n1 0 1 propose 0 1
deliver n1 n2
deliver n2 n1
request n3 1 1 propose 0 3
deliver n3 n2
deliver n2 n3
# n1 has a majority of promises, but n2 has promised more by now.
deliver n1 n2
deliver n2 n1
`;

describe('two proposers', () => {
  test('may outbid each other again and again when they retry at once', async () => {
    const rounds = `${DUEL}deliver n1 n2\ndeliver n2 n1\ndeliver n3 n2\ndeliver n2 n3\ndeliver n3 n2\ndeliver n2 n3\ndeliver n1 n2\ndeliver n2 n1\nstate\n`;
    const text = play(rounds, { settings: { retry_at_once: 'true' } });
    expect(text.match(/Rejected/g)?.length).toBeGreaterThan(2);
    expect(text).not.toContain('learned');
    await expect(
      `# Paxos Made Simple, section 2.4: two proposers, each of which outbids the other before it can finish.\n${text}`,
    ).toMatchFileSnapshot('testdata/duel.txt');
  });

  test('end their duel when the loser pauses', async () => {
    const text = play(`${DUEL}# n1 pauses. n3 has time to finish.\ndeliver n3 n2\ndeliver n2 n3\nsettle\nstate\n`);
    expect(text).toContain('n3 tells client 1: {"status":"ok","value":3}');
    expect(text).toContain('n1 tells client 0: {"status":"ok","value":3}');
    await expect(
      `# The same duel with back-off: n3 finishes while n1 pauses, and n1 learns the value of n3.\n${text}`,
    ).toMatchFileSnapshot('testdata/duel-resolved.txt');
  });
});

/** n1 accepted 1 in 1.n1 alone, n2 accepted 2 in 2.n2 and n3 too: 2 is chosen. n1's report comes after n2's. */
const HIGHEST = `request n1 0 1 propose 0 1
deliver n1 n2
deliver n2 n1
drop n1 n2
drop n1 n3 2
# 1 is accepted by n1 alone, in ballot 1.n1.
request n2 1 1 propose 0 2
drop n2 n1
deliver n2 n3
deliver n3 n2
drop n2 n1
# 2 is accepted by n2 and n3, in ballot 2.n2: chosen, but n2 does not hear of it and starts anew.
deliver n2 n3
drop n3 n2
crash n2
restart n2
fire n3 retry
deliver n3 n1
deliver n1 n3
settle
state
`;

describe('a proposer', () => {
  test('proposes the value of the highest ballot that it is told of', async () => {
    const text = play(HIGHEST);
    expect(text).toContain('n3 → n1: Accept 3.n3: 2');
    await expect(
      `# Paxos Made Simple, P2c: n3 is told of 1 in ballot 1.n1 and holds 2 of ballot 2.n2, which is chosen. It must propose 2.\n${text}`,
    ).toMatchFileSnapshot('testdata/highest-ballot.txt');
  });

  test('that proposes any reported value has a second value chosen', async () => {
    const text = play(HIGHEST, { variant: 'paxos-any-reported-value' });
    expect(text).toContain('n3 → n1: Accept 3.n3: 1');
    await expect(
      `# The variant paxos-any-reported-value: 2 was chosen in ballot 2.n2, and 1 is in ballot 3.n3.\n${text}`,
    ).toMatchFileSnapshot('testdata/any-reported-value.txt');
  });
});

/** n2 accepts 3 in ballot 1.n5; the accept of ballot 1.n1, which it had promised, comes late. */
const LATE_ACCEPT = `request n1 0 1 propose 0 1
deliver n1 n2
deliver n1 n3
deliver n2 n1
deliver n3 n1
drop n1 n3
drop n1 n4 2
drop n1 n5 2
# The accept of 1 is on its way to n2. n5 has the promises of n3 and n4.
request n5 1 1 propose 0 3
drop n5 n1
drop n5 n2
deliver n5 n3
deliver n5 n4
deliver n3 n5
deliver n4 n5
drop n5 n1
drop n5 n3
deliver n5 n2
deliver n5 n4
# 3 is accepted by n2, n4 and n5: chosen. Now the late accept arrives.
drop n2 n5
drop n4 n5
deliver n1 n2
drop n2 n1
# n1 tries again, with the promises of n2 and n3.
fire n1 retry
deliver n1 n2
deliver n1 n3
deliver n2 n1
deliver n3 n1
settle
state
`;

describe('an acceptor', () => {
  test('that accepts in a higher ballot refuses lower ones from then on', async () => {
    const text = play(LATE_ACCEPT, { nodes: 5 });
    expect(text).toContain('n2 → n1: Rejected 1.n1: promised 1.n5');
    expect(text).toContain('n1 → n2: Accept 2.n1: 3');
    await expect(
      `# Paxos Made Simple, P1a: accepting is promising. n1 finds 3, which is chosen, and proposes it again.\n${text}`,
    ).toMatchFileSnapshot('testdata/late-accept-refused.txt');
  });

  test('that does not lets another value be chosen', async () => {
    const text = play(LATE_ACCEPT, { nodes: 5, variant: 'accept-keeps-promise' });
    expect(text).toContain('n1 → n2: Accept 2.n1: 1');
    await expect(
      `# The variant accept-keeps-promise: n2 forgets 3, which is chosen, for the older 1, and n1 has 1 chosen.\n${text}`,
    ).toMatchFileSnapshot('testdata/late-accept-heeded.txt');
  });
});

/** The schedule of MyPaxos issue 18: n2's promise of 1.n1 arrives when n1 has gone on to 2.n1. */
const STALE_PROMISE = `request n1 0 1 propose 0 1
deliver n1 n2
drop n1 n3
# The promise of n2 is on its way. n1 tries again; both prepares are lost.
fire n1 retry
drop n1 n2
drop n1 n3
request n3 1 1 propose 0 3
drop n3 n1
deliver n3 n2
deliver n2 n3
drop n3 n1
deliver n3 n2
deliver n2 n3
drop n3 n1
drop n3 n2
# 3 is chosen. Now the promise of 1.n1 arrives at n1, which works on 2.n1.
deliver n2 n1
settle
state
`;

describe('a promise', () => {
  test('counts for its own ballot only', async () => {
    const text = play(STALE_PROMISE);
    expect(text).not.toContain('Accept 2.n1: 1');
    await expect(
      `# A promise of ballot 1.n1 arrives when its proposer works on 2.n1, and is ignored.\n${text}`,
    ).toMatchFileSnapshot('testdata/stale-promise-ignored.txt');
  });

  test('that counts for a later ballot has a second value chosen', async () => {
    const text = play(STALE_PROMISE, { variant: 'paxos-stale-promise-counted' });
    expect(text).toContain('n1 tells client 0: {"status":"ok","value":1}');
    expect(text).toContain('n3 tells client 1: {"status":"ok","value":3}');
    await expect(
      `# The variant paxos-stale-promise-counted: n3 has learned 3, and n1 has 1 chosen in 2.n1.\n${text}`,
    ).toMatchFileSnapshot('testdata/stale-promise-counted.txt');
  });
});

/** Four promises and two acceptances of five. */
const FLEXIBLE = `request n1 0 1 propose 0 1
drop n1 n5
deliver n1 n2
deliver n1 n3
deliver n1 n4
deliver n2 n1
deliver n3 n1
deliver n4 n1
drop n1 n3
drop n1 n4
drop n1 n5
deliver n1 n2
deliver n2 n1
state
`;

describe('Flexible Paxos', () => {
  test('chooses with two of five acceptors where phase 1 took four', async () => {
    const text = play(FLEXIBLE, { nodes: 5, settings: { phase1_quorum: '4', phase2_quorum: '2' } });
    expect(text).toContain('n1 tells client 0: {"status":"ok","value":1}');
    await expect(
      `# Howard, Malkhi, Spiegelman 2016: only quorums of different phases must meet; here any four and any two of five.\n${text}`,
    ).toMatchFileSnapshot('testdata/flexible-quorums.txt');
  });

  test('needs quorums of the two phases that meet', () => {
    expect(attempt(() => configOf({ settings: { phase1_quorum: '1' } }))).toMatchObject({
      ok: false,
      failure: { code: 'input/conflict' },
    });
  });
});

describe('random schedules', () => {
  test('keep all properties, and settle', () => {
    const reached = new Set<string>();
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 31 }), fc.constantFrom(1, 2, 3, 5), (seed, nodes) => {
        const outcome = runRandomSchedule({ definition, config: configOf({ nodes }), seed, steps: 300 });
        for (const name of outcome.reached) reached.add(name);
        expect(outcome).toMatchObject({ byHolds: undefined, byMonitors: undefined, unsettled: [] });
      }),
      { seed: 42, numRuns: 150 },
    );
    expect([...reached].sort()).toEqual(['a proposer adopts a reported value', 'a value is learned']);
  });

  test.each(['paxos-any-reported-value', 'paxos-stale-promise-counted', 'disjoint-quorums'])(
    'break it with %s',
    (variant) => {
      const found = Array.from({ length: 600 }, (_, seed) => seed).find((seed) => {
        const outcome = runRandomSchedule({ definition, config: configOf({ variant }), seed, steps: 150 });
        return outcome.byMonitors?.startsWith('at most one value chosen') === true;
      });
      expect(found).toBeDefined();
    },
  );
});
