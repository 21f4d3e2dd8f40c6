/**
 * Clusters of nodes that are alike, with and without symmetry: the same verdicts and the same shortest lengths from fewer states, and the
 * paths told are such as the cluster can take.
 */
import { describe, expect, it } from 'vitest';
import { stepBudget } from '../../kernel/budget.ts';
import { protocolNamed } from '../../protocols/catalogue.ts';
import { readSettings } from '../../protocols/settings.ts';
import { Check } from '../check.ts';
import { type SearchRequest, STANDARD_SEARCH } from '../check-request.ts';
import { pathOf, successorsOf } from '../explore/path.ts';
import { type ClusterRequest, NO_FAULTS } from './cluster-request.ts';

const GENERATED_MAX = 5_000_000;

function raft(nodes: number, given: Partial<ClusterRequest>): ClusterRequest {
  const { name, settings } = protocolNamed('raft');
  return {
    protocol: name,
    nodes,
    settings: readSettings(name, settings, {}),
    network: 'unordered_non_duplicating',
    bounds: { attemptsMax: 1, messagesPerLinkMax: 1, termMax: 1 },
    faults: NO_FAULTS,
    operations: [],
    judgesHistory: false,
    ...given,
  };
}

function explored(cluster: ClusterRequest, search: Partial<SearchRequest>): Check {
  const check = new Check({
    subject: { kind: 'protocol', cluster },
    search: { ...STANDARD_SEARCH, goesOnAfterViolation: true, ...search },
    properties: [],
    fairness: 'weak',
  });
  expect(check.run(stepBudget(GENERATED_MAX))).toBe(true);
  return check;
}

function verdictsOf({ properties }: Check) {
  return properties.map(({ name, status, steps }) => ({ name, status, steps }));
}

const BOUNDS = { attemptsMax: 1, messagesPerLinkMax: 1, termMax: 1 };
const WRITE = { kind: 'write', key: 0, value: 1 };

/** `counts` are states and orbits. */
const CLUSTERS: readonly { readonly name: string; readonly cluster: ClusterRequest; readonly counts: number[] }[] = [
  { name: '3 nodes, term 1', cluster: raft(3, {}), counts: [26_889, 4488] },
  {
    name: '3 nodes, term 1, a crash, votes forgotten',
    cluster: raft(3, {
      variant: 'forgets-vote',
      bounds: { ...BOUNDS, timeoutsMax: 2 },
      faults: { ...NO_FAULTS, crashes: 1 },
    }),
    counts: [14_434, 2413],
  },
  {
    name: '2 nodes, term 2, a write, a commit index that goes back',
    cluster: raft(2, { variant: 'commit-index-regresses', bounds: { ...BOUNDS, termMax: 2 }, operations: [[WRITE]] }),
    counts: [1092, 548],
  },
  {
    name: '3 nodes, term 1, a cut',
    cluster: raft(3, { bounds: { ...BOUNDS, timeoutsMax: 2 }, faults: { ...NO_FAULTS, partitions: 1 } }),
    counts: [6752, 1134],
  },
];

describe('nodes that are alike', () => {
  it.each(CLUSTERS)('are the same with fewer states: $name', ({ cluster, counts }) => {
    const all = explored(cluster, { usesSymmetry: false });
    const orbits = explored(cluster, { usesSymmetry: true });
    expect(verdictsOf(orbits)).toEqual(verdictsOf(all));
    expect([all.measures.unique, orbits.measures.unique]).toEqual(counts);
    for (const finding of orbits.explorer.findings) {
      const { system } = orbits.subject;
      const path = pathOf(system, finding.actions, true);
      expect(path).toHaveLength(finding.actions.length);
      for (const [at, { action, words }] of path.entries()) {
        const { actions, words: rows, count, width } = successorsOf(system, path[at - 1]?.words);
        const index = actions.subarray(0, count).indexOf(action);
        expect([...rows.subarray(index * width, (index + 1) * width)]).toEqual([...words]);
      }
      const property = system.properties.find(({ name }) => name === finding.property)!;
      const { action, words } = path.at(-1)!;
      const holds =
        property.kind === 'always_step'
          ? property.holds(path.at(-2)!.words, 0, action, words, 0)
          : property.kind === 'always' && property.holds(words, 0);
      expect([property.name, holds]).toEqual([property.name, false]);
    }
  });
});
