import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { attempt } from '../../kernel/failure.ts';
import { standardSettings } from '../settings.ts';
import { analyseGivenStates } from './given-analysis.ts';
import { type GivenNode, givenRaftSteps } from './given-state.ts';
import { raftDefinition } from './raft-definition.ts';

function analyse(nodes: readonly Partial<GivenNode>[]) {
  const given = givenOf(nodes);
  return analyseGivenStates(configOf(given.length), given);
}

function configOf(nodes: number) {
  return raftDefinition.configure({ nodes, settings: standardSettings(raftDefinition.settings) });
}

function givenOf(nodes: readonly Partial<GivenNode>[]): GivenNode[] {
  const blank: GivenNode = { term: 0, votedFor: null, log: [], commitIndex: 0, role: 'follower', reachable: true };
  return nodes.map((node) => ({ ...blank, ...node }));
}

/** Figure 8 (c): S5 is away. */
const FIGURE_8C: readonly Partial<GivenNode>[] = [
  { term: 4, log: [1, 2, 4], role: 'leader', commitIndex: 1 },
  { term: 4, log: [1, 2] },
  { term: 4, log: [1, 2] },
  { term: 4, log: [1] },
  { term: 3, log: [1, 3], reachable: false },
];

describe('who can be elected', () => {
  test('is who has a log at least as up to date as those of a majority (5.4.1)', () => {
    const logs = [
      [1, 1, 1, 4, 4, 5, 5, 6, 6, 6],
      [1, 1, 1, 4, 4, 5, 5, 6, 6],
      [1, 1, 1, 4],
      [1, 1, 1, 4, 4, 5, 5, 6, 6, 6, 6],
      [1, 1, 1, 4, 4, 5, 5, 6, 6, 6, 7, 7],
      [1, 1, 1, 4, 4, 4, 4],
      [1, 1, 1, 2, 2, 2, 3, 3, 3, 3, 3],
    ];
    const { electable } = analyse(logs.map((log) => ({ term: 7, log })));
    expect(electable.map((line) => line.includes('can be elected in term 8'))).toEqual([
      true,
      true,
      false,
      true,
      true,
      false,
      false,
    ]);
    expect(electable[0]).toBe('n1 can be elected in term 8 by n1, n2, n3, n6, n7; 4 of 7 votes are needed.');
  });

  test('counts votes against all members, whoever can be reached', () => {
    const { electable, repair } = analyse([{ reachable: false }, { reachable: false }, {}]);
    expect(electable[2]).toBe(
      'n3 cannot be elected: only n3 would vote for it, 2 of 3 votes are needed; n1, n2 cannot be reached.',
    );
    expect(repair).toEqual(['Nobody leads and nobody who can be reached can be elected: no log is repaired.']);
  });

  test('has one vote of each node in a term: a vote for another counts in the next', () => {
    const { electable } = analyse([
      { term: 3, role: 'candidate' },
      { term: 3, votedFor: 0 },
      { term: 3, role: 'candidate' },
    ]);
    expect(electable[0]).toContain('in term 3 by n1, n2;');
    expect(electable[2]).toContain('in term 4 by');
  });
});

describe('an entry', () => {
  test('of an earlier term on a majority is not safe (5.4.2, Figure 8c)', () => {
    const { entries } = analyse(FIGURE_8C);
    expect(entries.find((line) => line.startsWith('2:2:'))).toMatch(
      /^2:2: can still commit: on n1, n2, n3, .* can be lost: n5 can be elected without it by n2, n3, n4, n5, once n5 can be reached\. A majority has it/,
    );
  });

  test('of an earlier term is safe under an entry of a current term on a majority (Figure 8e)', () => {
    const { entries } = analyse(
      FIGURE_8C.map((node, at) => (at === 1 || at === 2 ? { ...node, log: [1, 2, 4] } : node)),
    );
    expect(entries[1]).toBe(
      '2:2 to 3:4: committed for certain, though no commit index says so yet: on n1, n2, n3, and nobody without it can be elected.',
    );
    expect(entries[2]).toMatch(/^2:3: can only be lost: on n5/);
  });

  test('that is marked as committed and can be lost shows that the states are not those of correct Raft', () => {
    const { entries } = analyse([
      { term: 2, log: [1, 2], commitIndex: 2 },
      { term: 2, log: [1] },
      { term: 2, log: [1] },
    ]);
    expect(entries[1]).toContain('correct Raft does not lead to these states');
  });

  test('of a stale leader can only be lost', () => {
    const { entries, repair } = analyse([
      { term: 2, log: [1, 2], role: 'leader' },
      { term: 3, log: [1, 3], role: 'leader' },
      { term: 3, log: [1, 3] },
    ]);
    expect(entries[1]).toMatch(/^2:2: can only be lost: on n1, and nobody who has it can lead; n2 leads term 3/);
    expect(repair).toContain('n1 is follower in term 3');
    expect(repair.at(-1)).toBe(
      'All logs that can be reached match that of n2, leader of term 3; it knows 2 of 2 to be committed.',
    );
  });
});

describe('log repair', () => {
  test('goes back to where the logs agree, and replaces what follows (5.3)', () => {
    const { repair } = analyse([
      { term: 4, log: [1, 1, 4], role: 'leader' },
      { term: 3, log: [1, 2, 2] },
      { term: 4, log: [1, 1, 4], reachable: false },
    ]);
    expect(repair).toEqual([
      'n1 → n2: AppendEntries term 4, after 3:4, heartbeat, committed 0',
      'n2 → n1: refused, try 2, term 4',
      'n1 → n2: AppendEntries term 4, after 1:1, 2:1 3:4, committed 0',
      'n2 now has a log that ends with 3:4',
      'n2 → n1: matches to 3, term 4',
      'All logs that can be reached match that of n1, leader of term 4; it knows 3 of 3 to be committed.',
    ]);
  });
});

describe('states are refused', () => {
  test.each<[string, Partial<GivenNode>[], string]>([
    ['without nodes', [], 'no node is given'],
    ['of ten nodes', Array.from({ length: 10 }, () => ({})), 'too many nodes'],
    ['with more committed than there is', [{ log: [], commitIndex: 1 }], 'more is committed'],
    ['with a log of a later term', [{ term: 1, log: [2] }], 'later term'],
    ['with terms that decrease', [{ term: 2, log: [2, 1] }], 'never decrease'],
    ['with two leaders of a term', [{ role: 'leader' }, { role: 'leader' }], 'two nodes lead'],
    [
      'with logs that differ below a shared entry',
      [
        { term: 3, log: [1, 3] },
        { term: 3, log: [2, 3] },
      ],
      'share an entry',
    ],
    [
      'with a leader that lacks what only it can have made',
      [
        { term: 2, role: 'leader' },
        { term: 2, log: [2] },
      ],
      'lacks an entry',
    ],
    ['with a vote for nobody', [{ votedFor: 4 }], 'the vote is for nobody'],
  ])('%s', (_, nodes, message) => {
    const config = configOf(Math.max(1, nodes.length));
    expect(attempt(() => givenRaftSteps(config, givenOf(nodes)))).toMatchObject({
      ok: false,
      failure: { code: 'input/conflict', message: expect.stringContaining(message) },
    });
  });
});

/** A deliberately simple other way: all states that elections, copies of whole logs and new entries lead to in a few moves. */
interface Simple {
  readonly logs: readonly (readonly number[])[];
  readonly terms: readonly number[];
  readonly leads: readonly boolean[];
}

const MOVES_MAX = 5;

function canBeLost(given: readonly GivenNode[], index: number, term: number): boolean {
  const start: Simple = {
    logs: given.map(({ log }) => log),
    terms: given.map((node) => node.term),
    leads: given.map(({ role }) => role === 'leader'),
  };
  const isWithout = (state: Simple, node: number): boolean => state.logs[node]![index - 1] !== term;
  const majority = (given.length >> 1) + 1;
  const rules = (state: Simple, node: number): boolean =>
    state.leads[node]! && state.terms.filter((each) => each <= state.terms[node]!).length >= majority;
  let states = [start];
  const seen = new Set<string>();
  for (let move = 0; move <= MOVES_MAX; move++) {
    if (states.some((state) => given.some((_, node) => rules(state, node) && isWithout(state, node)))) return true;
    states = states.flatMap(movesFrom).filter((state) => {
      const key = JSON.stringify(state);
      return seen.has(key) ? false : seen.add(key) !== undefined;
    });
  }
  return false;
}

function movesFrom({ logs, terms, leads }: Simple): Simple[] {
  const nodes = logs.map((_, node) => node);
  const next: Simple[] = [];
  for (const node of nodes) {
    const term = Math.max(...terms) + 1;
    const [last, length] = [logs[node]!.at(-1) ?? 0, logs[node]!.length];
    const voters = nodes.filter((each) => {
      const other = logs[each]!.at(-1) ?? 0;
      return last > other || (last === other && length >= logs[each]!.length);
    });
    if (voters.length > nodes.length / 2)
      next.push({
        logs: logs.map((log, each) => (each === node ? [...log, term] : log)),
        terms: terms.map((own, each) => (voters.includes(each) ? term : own)),
        leads: leads.map((own, each) => each === node || (own && !voters.includes(each))),
      });
    if (!leads[node]) continue;
    if (logs[node]!.filter((each) => each === terms[node]).length === 0)
      next.push({ logs: logs.map((log, each) => (each === node ? [...log, terms[node]!] : log)), terms, leads });
    for (const to of nodes.filter((each) => each !== node && terms[each]! <= terms[node]!))
      next.push({
        logs: logs.map((log, each) => (each === to ? logs[node]! : log)),
        terms: terms.map((own, each) => (each === to ? terms[node]! : own)),
        leads: leads.map((own, each) => own && each !== to),
      });
  }
  return next;
}

/** Nondecreasing terms of three logs that match as logs of Raft do. */
const givenStates = fc
  .array(
    fc.record({
      log: fc.array(fc.integer({ min: 1, max: 3 }), { maxLength: 3 }).map((log) => log.toSorted((a, b) => a - b)),
      later: fc.integer({ min: 0, max: 2 }),
      role: fc.constantFrom('leader' as const, 'follower' as const, 'follower' as const),
    }),
    { minLength: 3, maxLength: 3 },
  )
  .map((nodes) => givenOf(nodes.map(({ log, later, role }) => ({ log, role, term: (log.at(-1) ?? 0) + later }))))
  .filter((given) => attempt(() => givenRaftSteps(configOf(3), given)).ok);

test('an entry can be lost exactly when a search over elections and copies loses it', () => {
  const verdicts = new Set<boolean>();
  fc.assert(
    fc.property(givenStates, (given) => {
      for (const line of analyseGivenStates(configOf(3), given).entries) {
        const [index = 0, term = 0] = (line.match(/^\d+:\d+/)?.[0] ?? '').split(':').map(Number);
        const isSafe = line.includes('committed for certain');
        verdicts.add(isSafe);
        expect([line, !canBeLost(given, index, term)]).toEqual([line, isSafe]);
      }
    }),
    { seed: 42, numRuns: 60 },
  );
  expect(verdicts).toEqual(new Set([false, true]));
});
