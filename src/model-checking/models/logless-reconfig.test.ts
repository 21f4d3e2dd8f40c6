import { describe, expect, it } from 'vitest';
import { type SettingValue, standardSettings } from '../../protocols/settings.ts';
import type { StateDescription, TransitionSystem } from '../transition-system.ts';
import { exploreFully, exploreToViolation } from './explore-fully.ts';
import { loglessReconfigModel } from './logless-reconfig.ts';
import { searchPlainly, stateAfter } from './plain-search.ts';

function build(settings: Record<string, SettingValue>): TransitionSystem {
  return loglessReconfigModel.build({ ...standardSettings(loglessReconfigModel.settings), ...settings });
}

describe('logless reconfiguration of Raft', () => {
  it('has one primary a term, and is explored the same by the plain search', () => {
    const settings = { max_term: 2, max_config_version: 2 };
    const plain = searchPlainly(build(settings));
    expect(plain.violations).toEqual({});
    expect(plain.reached).toEqual(new Set(['a reconfiguration reaches another server']));
    expect(exploreFully(build(settings))).toEqual(plain);
  });

  it('has one representative for all states that differ in the names of servers', () => {
    const settings = { max_term: 2, max_config_version: 2 };
    const renamed = searchPlainly(build({ ...settings, symmetry: 'none' }), { keyOf: leastRenaming });
    const { unique, generated, depth } = searchPlainly(build(settings));
    expect({ unique, generated, depth }).toEqual({
      unique: renamed.unique,
      generated: renamed.generated,
      depth: renamed.depth,
    });
  });

  // Published TLC log of 2021-08-20 in will62794/logless-reconfig, 4 servers, MaxTerm 4, MaxConfigVersion 4: 6,174,538 distinct states, 78,480,423
  // generated, depth 25. With joint checks this model has exactly these; a minute of exploring is left to the benchmark.
  it('has fewer states where one quorum must pass both checks', () => {
    const settings = { max_term: 2, max_config_version: 2 };
    const joint = exploreFully(build({ ...settings, quorum_checks: 'joint' }));
    expect(joint.violations).toEqual({});
    expect(joint.unique).toBeLessThan(exploreFully(build(settings)).unique);
  });

  // TLC on MongoLoglessDynamicRaft.tla (will62794/logless-reconfig 05178a7) with these mutations.
  it.each([
    { mistake: 'no_quorum_overlap', steps: 4 },
    { mistake: 'no_config_quorum_check', steps: 5 },
    { mistake: 'no_term_quorum_check', steps: 6 },
  ])('has two primaries in a term after $steps steps with $mistake', ({ mistake, steps }) => {
    for (const servers of [3, 4])
      expect(exploreToViolation(build({ servers, mistake })).violations).toEqual({ OnePrimaryPerTerm: steps });
  });

  it('tells how a quorum that the old configuration does not meet elects a second primary', () => {
    const system = build({ symmetry: 'none', mistake: 'no_quorum_overlap' });
    const words = stateAfter(
      system,
      [
        'n1 becomes primary of term 1 with the votes of n1',
        'n1 makes the configuration n1, n2, n3 of version 2',
        'n2 takes over the configuration n1, n2, n3 from n1',
        'n2 becomes primary of term 1 with the votes of n2, n3',
      ],
      ({ servers }) => JSON.stringify((servers as { config: string[] }[])[0]?.config) === '["n1"]',
    );
    expect(system.describeState(words, 0)).toEqual({
      servers: [
        server('n1', 1, 'Primary', ['n1', 'n2', 'n3'], 1, 2),
        server('n2', 1, 'Primary', ['n1', 'n2', 'n3'], 1, 2),
        server('n3', 1, 'Secondary', ['n1'], 0, 1),
      ],
    });
    const [onePrimary] = system.properties;
    expect(onePrimary?.kind === 'always' && onePrimary.complaint?.(words, 0)).toBe(
      'n1 and n2 are both primary in term 1',
    );
  });
});

function server(
  name: string,
  currentTerm: number,
  state: string,
  config: readonly string[],
  configTerm: number,
  configVersion: number,
) {
  return { name, currentTerm, state, config, configTerm, configVersion };
}

const RENAMINGS = ['n1 n2 n3', 'n1 n3 n2', 'n2 n1 n3', 'n2 n3 n1', 'n3 n1 n2', 'n3 n2 n1'].map((names) =>
  names.split(' '),
);

/** Of the state under all names that its three servers could have, the one that comes first as text. */
function leastRenaming({ servers }: StateDescription): string | undefined {
  const renamings = RENAMINGS.map((names) => {
    const renamed = JSON.stringify(servers).replaceAll(/n[123]/g, (name) => names[Number(name[1]) - 1] ?? name);
    const sorted = (JSON.parse(renamed) as { name: string; config: string[] }[]).map((server) => ({
      ...server,
      config: server.config.toSorted(),
    }));
    return JSON.stringify(sorted.toSorted((a, b) => a.name.localeCompare(b.name)));
  });
  return renamings.toSorted()[0];
}
