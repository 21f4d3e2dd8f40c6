import { describe, expect, it } from 'vitest';
import { type SettingValue, standardSettings } from '../../protocols/settings.ts';
import type { TransitionSystem } from '../transition-system.ts';
import { exploreFully, exploreToViolation } from './explore-fully.ts';
import { searchPlainly, stateAfter } from './plain-search.ts';
import { staticRaftModel } from './static-raft.ts';

function build(settings: Record<string, SettingValue>): TransitionSystem {
  return staticRaftModel.build({ ...standardSettings(staticRaftModel.settings), ...settings });
}

describe('Raft in large steps', () => {
  // TLC on MongoStaticRaft.tla (will62794/logless-reconfig 05178a7) with symmetric servers, currentTerm <= 4, Len(log) <= 2.
  it('has the orbits that TLC finds', () => {
    expect(exploreFully(build({}))).toEqual({
      unique: 16_140,
      generated: 118_786,
      depth: 17,
      violations: {},
      reached: new Set(['an entry is committed']),
    });
    // The other count that was measured with TLC is that of terms up to 3.
    expect(exploreFully(build({ max_term: 3 })).unique).toBe(5509);
  });

  it('is explored the same by the plain search', () => {
    const settings = { max_term: 2, max_log: 2 };
    const plain = searchPlainly(build(settings));
    expect(exploreFully(build(settings))).toEqual(plain);
  });

  it('has one representative for all states that differ in the order of servers', () => {
    const settings = { max_term: 2, max_log: 1 };
    const sorted = searchPlainly(build({ ...settings, symmetry: 'none' }), {
      keyOf: ({ servers, config, committed }) => [
        (servers as { name: string }[])
          .map(({ name, ...state }) => JSON.stringify([state, (config as string[]).includes(name)]))
          .sort(),
        committed,
      ],
    });
    const { unique, generated, depth } = searchPlainly(build(settings));
    // With symmetry, TLC and we count the initial states before they are merged; so does the search by sorted keys.
    expect({ unique, generated, depth }).toEqual({
      unique: sorted.unique,
      generated: sorted.generated,
      depth: sorted.depth,
    });
  });

  it('loses a committed entry in 9 steps when entries of earlier terms are committed by counting (Figure 8)', () => {
    // TLC on the specification with this mutation: LeaderCompleteness is broken in 9 steps, after 10,287 orbits; how many are seen until
    // then depends on the order within a level.
    const { violations } = exploreToViolation(build({ mistake: 'commit_earlier_terms' }));
    expect(violations).toEqual({ LeaderCompleteness: 9 });
  });

  // Our own lengths, found by two searches; in the specification any set of servers may be the configuration, also one server alone.
  it.each([
    { mistake: 'vote_without_log_check', property: 'LeaderCompleteness', steps: 5 },
    { mistake: 'copy_without_log_check', property: 'LogMatching', steps: 7 },
    { mistake: 'vote_not_durable', property: 'OnePrimaryPerTerm', steps: 3 },
    { mistake: 'log_not_durable', property: 'LeaderCompleteness', steps: 5 },
  ])('breaks $property in $steps steps with the mistake $mistake', ({ mistake, property, steps }) => {
    const settings = { max_term: 2, mistake };
    const { violations } = searchPlainly(build(settings), { stopsAtViolation: true });
    expect(violations).toEqual({ [property]: steps });
    expect(exploreFully(build(settings)).violations).toMatchObject(violations);
  });

  it('tells Figure 8 of the Raft paper', () => {
    const system = build({ mistake: 'commit_earlier_terms', symmetry: 'none' });
    const figure8 = [
      'n1 becomes primary of term 1 with the votes of n1, n3',
      'n1 writes a request of term 1 to its log',
      'n3 becomes primary of term 2 with the votes of n2, n3',
      'n3 writes a request of term 2 to its log',
      'n1 learns of term 2 from n2',
      'n1 becomes primary of term 3 with the votes of n1, n2',
      'n2 copies entry 1 of n1',
      'n1 commits entry 1 of term 1, which n1, n2 have',
      'n3 learns of term 3 from n2',
      'n3 becomes primary of term 4 with the votes of n2, n3',
    ];
    const words = stateAfter(system, figure8, ({ config }) => (config as string[]).length === 3);
    expect(system.describeState(words, 0)).toMatchObject({
      servers: [
        { name: 'n1', currentTerm: 3, state: 'Primary', log: [1] },
        { name: 'n2', currentTerm: 4, state: 'Secondary', log: [1] },
        { name: 'n3', currentTerm: 4, state: 'Primary', log: [2] },
      ],
      committed: [{ index: 1, term: 1, committedIn: 3 }],
    });
    const completeness = system.properties.find(({ name }) => name === 'LeaderCompleteness');
    expect(completeness?.kind === 'always' && completeness.complaint?.(words, 0)).toBe(
      'n3 is primary of term 4 without entry 1 of term 1, committed in term 3',
    );
  });
});
