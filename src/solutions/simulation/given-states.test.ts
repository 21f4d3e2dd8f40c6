import { describe, expect, test } from 'vitest';
import { stepBudget } from '../../kernel/budget.ts';
import { attempt } from '../../kernel/failure.ts';
import { simulationRequestSchema } from '../../schemas/simulation.ts';
import { prepare } from '../../simulation/prepare.ts';
import { describeGivenStates } from './given-states.ts';
import { simulationRequestFrom } from './request.ts';

const RAFT_STATES = [
  { term: 2, log: [1, 1, 2], commit_index: 2, role: 'leader' },
  { term: 2, log: [1, 1], voted_for: 'n1' },
  { term: 2, log: [1, 1], reachable: false },
];

const PAXOS_STATES = [
  { promised: '1.n1', accepted_in: '1.n1', accepted: 7 },
  { promised: '2.n2', accepted_in: '2.n2', accepted: 7 },
  { promised: '2.n2' },
];

const preparedFrom = (input: Record<string, unknown>) =>
  prepare(simulationRequestFrom(simulationRequestSchema.parse(input)));

const findings = (input: Record<string, unknown>) => describeGivenStates(preparedFrom(input));

const firstStates = (input: Record<string, unknown>) =>
  preparedFrom(input)
    .optionsOf(1, stepBudget(1))
    .given?.map(({ state }) => state);

test('each node of Raft starts from its state, and what follows is said', () => {
  const input = { protocol: 'raft', nodes: 3, given_states: RAFT_STATES };
  expect(firstStates(input)).toMatchObject([
    { role: 'leader', term: 2, commitIndex: 2, matchIndex: [3, 0, 0] },
    { role: 'follower', term: 2, votedFor: 0, leader: 0 },
    { role: 'follower', term: 2, votedFor: null },
  ]);
  const given = findings(input);
  expect(given?.electable?.[2]).toBe('n3 cannot be elected: it cannot be reached.');
  expect(given?.entries?.[1]).toMatch(/^3:2: can still commit: .* can be lost: n2 can be elected without it/);
  expect(given?.repair?.at(-1)).toContain('it knows 3 of 3 to be committed');
});

test('each acceptor of Paxos starts from its state, and what follows is said', () => {
  const input = { protocol: 'paxos', given_states: PAXOS_STATES };
  expect(firstStates(input)).toMatchObject([
    { self: 0, promised: 32, acceptedBallot: 32, accepted: 7, phase: 'idle', learned: null },
    { self: 1, promised: 65, acceptedBallot: 65, accepted: 7 },
    { self: 2, promised: 65, acceptedBallot: 0, accepted: null },
  ]);
  expect(findings(input)).toEqual({
    chosen: [
      '7 may be chosen in ballot 1.n1: n1 accepted it, n2 may have accepted it before a later ballot.',
      '7 can still be chosen in ballot 2.n2: n2 accepted it, n1 and n3 may accept it yet.',
    ],
    proposals: ['A new proposer that is answered by {n1, n2} or {n1, n3} or {n2, n3} must propose 7.'],
  });
});

test('without given states there is nothing to say', () => {
  expect(findings({ protocol: 'raft' })).toBeUndefined();
});

test('a known mistake with given states is looked for in these', () => {
  const input = { protocol: 'raft', variant: 'commits-earlier-terms', given_states: RAFT_STATES };
  expect(preparedFrom(input).request).toMatchObject({ nodes: 3, given: [{ term: 2 }, { votedFor: 0 }, {}] });
});

const with3 = (...states: object[]) => ({ protocol: 'paxos', given_states: states });

describe('refused are', () => {
  test.each<[string, object, string, string]>([
    ['states of another protocol', { protocol: 'multi-paxos' }, 'input/conflict', 'protocol'],
    ['states of Raft for Paxos', { protocol: 'paxos' }, 'input/conflict', 'given_states[0]'],
    ['states of Paxos for Raft', { given_states: PAXOS_STATES }, 'input/conflict', 'given_states[0]'],
    ['another number of nodes', { nodes: 5 }, 'input/conflict', 'given_states'],
    ['the same of Paxos', { nodes: 5, ...with3(...PAXOS_STATES) }, 'input/conflict', 'given_states'],
    ['no nodes', { given_states: [] }, 'input/conflict', 'given_states'],
    [
      'a vote for a stranger',
      { given_states: [{ term: 1, log: [], voted_for: 'x' }] },
      'input/invalid',
      'given_states[0].voted_for',
    ],
    ['a ballot of a stranger', with3({ promised: '1.n4' }, {}, {}), 'input/invalid', 'given_states[0].promised'],
    ['a ballot of round 0', with3({ promised: '0.n1' }), 'input/invalid', 'given_states[0].promised'],
    ['a ballot that is none', with3({ promised: 'n1', accepted: 1 }), 'input/invalid', 'given_states[0].promised'],
    [
      'a value without its ballot',
      with3({ promised: '1.n1', accepted: 7 }, { promised: 'none' }, { promised: '1.n1' }),
      'input/conflict',
      'given_states[0].accepted_in',
    ],
    [
      'a ballot without its value',
      with3({ promised: 'none' }, { promised: '1.n1', accepted_in: '1.n1' }, { promised: '1.n1' }),
      'input/conflict',
      'given_states[1].accepted',
    ],
    [
      'what no run leads to',
      with3({ promised: '1.n1', accepted_in: '1.n1', accepted: 7 }, { promised: 'none' }, { promised: 'none' }),
      'input/conflict',
      'given_states',
    ],
  ])('%s', (_, changes, code, path) => {
    const given = { protocol: 'raft', nodes: 3, given_states: RAFT_STATES, ...changes };
    const states = given.given_states as { promised?: string; term?: number }[];
    const filled = states.map((each) => (each.term === undefined ? { promised: 'none', ...each } : each));
    const outcome = attempt(() => findings({ ...given, given_states: filled }));
    expect(outcome).toMatchObject({ ok: false, failure: { code, path } });
  });
});
