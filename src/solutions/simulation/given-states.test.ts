import { expect, test } from 'vitest';
import { attempt } from '../../kernel/failure.ts';
import { simulationRequestSchema } from '../../schemas/simulation.ts';
import { reportOnGivenStates } from './given-states.ts';
import { simulationRequestFrom } from './request.ts';

const STATES = [
  { term: 2, log: [1, 1, 2], commit_index: 2, role: 'leader' },
  { term: 2, log: [1, 1], voted_for: 'n1' },
  { term: 2, log: [1, 1], reachable: false },
];

function report(input: Record<string, unknown>) {
  const parsed = simulationRequestSchema.parse(input);
  return reportOnGivenStates(parsed, simulationRequestFrom(parsed));
}

test('each node starts from its state, and what follows is said', () => {
  const given = report({ protocol: 'raft', nodes: 3, given_states: STATES });
  expect(given?.steps.map(({ state }) => state)).toMatchObject([
    { role: 'leader', term: 2, commitIndex: 2, matchIndex: [3, 0, 0] },
    { role: 'follower', term: 2, votedFor: 0, leader: 0 },
    { role: 'follower', term: 2, votedFor: null },
  ]);
  expect(given?.findings.electable[2]).toBe('n3 cannot be elected: it cannot be reached.');
  expect(given?.findings.entries[1]).toMatch(/^3:2: can still commit: .* can be lost: n2 can be elected without it/);
  expect(given?.findings.repair.at(-1)).toContain('it knows 3 of 3 to be committed');
});

test('without given states there is nothing to say', () => {
  expect(report({ protocol: 'raft' })).toBeUndefined();
});

test.each([
  ['another protocol', { protocol: 'paxos' }, 'input/conflict', 'protocol'],
  ['another number of nodes', { nodes: 5 }, 'input/conflict', 'given_states'],
  ['no nodes', { given_states: [] }, 'input/conflict', 'given_states'],
  [
    'a vote for a stranger',
    { given_states: [{ term: 1, log: [], voted_for: 'x' }] },
    'input/invalid',
    'given_states[0].voted_for',
  ],
])('%s is refused', (_, changes, code, path) => {
  const outcome = attempt(() => report({ protocol: 'raft', nodes: 3, given_states: STATES, ...changes }));
  expect(outcome).toMatchObject({ ok: false, failure: { code, path } });
});
