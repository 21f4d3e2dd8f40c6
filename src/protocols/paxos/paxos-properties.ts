/**
 * What Paxos claims. `votes.ts` says what it is to be chosen.
 */
import type { Complaint, Monitor, Property } from '../property.ts';
import { type Ballot, ballotText } from './ballot.ts';
import type { PaxosConfig, PaxosState } from './paxos-state.ts';
import { isQuorum, type NodeBits } from './phase-quorums.ts';
import { promisesAreKept } from './promises-kept.ts';
import { castVote, chosenBeside, takeBackVotes, type Vote } from './votes.ts';

const SOURCE = 'lamport2001';

export function paxosProperties(config: PaxosConfig): readonly Property<PaxosState>[] {
  return [
    {
      kind: 'always',
      name: 'at most one value chosen',
      statement: 'No two values are accepted by phase-2 quorums, in whatever ballots.',
      source: SOURCE,
      holds: ({ states }) => twoChosen(config, states),
      monitor: () => chosenMonitor(config),
    },
    {
      kind: 'always',
      name: 'agreement',
      statement: 'No two nodes learn different values.',
      source: SOURCE,
      holds: ({ states }) => differentlyLearned(states),
    },
    {
      kind: 'always',
      name: 'validity',
      statement: 'Only a value that a client proposed is accepted.',
      source: SOURCE,
      monitor: validityMonitor,
    },
    promisesAreKept(SOURCE),
    {
      kind: 'sometimes',
      name: 'a value is learned',
      statement: 'Some node has learned the outcome.',
      reached: ({ states }) => states.some(({ learned }) => learned !== null),
    },
    {
      kind: 'sometimes',
      name: 'a proposer adopts a reported value',
      statement: 'Some proposer has a value accepted that is not its own.',
      reached: ({ states }) =>
        states.some(({ phase, value, proposal }) => phase === 'accept' && proposal !== null && value !== proposal),
    },
    {
      kind: 'eventually',
      name: 'all learn',
      statement: 'Once a value was proposed, every node learns the outcome.',
      holds: ({ states, up }) => notLearned(states, up),
    },
  ];
}

interface Choice {
  readonly value: number;
  readonly how: string;
}

/** What is learned was chosen; and what a quorum has accepted is, whoever knows it. */
function twoChosen({ quorums }: PaxosConfig, states: readonly PaxosState[]): Complaint {
  let first: Choice | undefined;
  for (const { self, learned, accepted, acceptedBallot } of states) {
    const isChosen = accepted !== null && isQuorum(quorums.phase2, acceptors(states, acceptedBallot, accepted));
    const choices: Choice[] = [];
    if (learned !== null) choices.push({ value: learned, how: `chosen, as n${self + 1} has learned` });
    if (isChosen) choices.push({ value: accepted, how: `chosen in ballot ${ballotText(acceptedBallot)}` });
    for (const choice of choices) {
      first ??= choice;
      if (first.value !== choice.value) return `${first.value} is ${first.how}, and ${choice.value} ${choice.how}`;
    }
  }
  return undefined;
}

function acceptors(states: readonly PaxosState[], ballot: Ballot, value: number): NodeBits {
  let bits: NodeBits = 0;
  for (const { self, accepted, acceptedBallot } of states)
    if (acceptedBallot === ballot && accepted === value) bits |= 1 << self;
  return bits;
}

function chosenMonitor({ quorums }: PaxosConfig): Monitor<PaxosState> {
  const votes: Vote<number>[] = [];
  const isSame = (a: number, b: number): boolean => a === b;
  return {
    changed: (node, before, after) => {
      const bits = 1 << node;
      const { acceptedBallot: ballot, accepted: value } = after;
      if (before === undefined) takeBackVotes(votes, bits, ballot);
      if (value === null || before?.acceptedBallot === ballot) return undefined;
      const vote = castVote(votes, { ballot, value, bits }, isSame);
      const other = chosenBeside(votes, vote, quorums.phase2, isSame);
      return other === undefined
        ? undefined
        : `${other.value} is chosen in ballot ${ballotText(other.ballot)} and ${value} in ballot ${ballotText(ballot)}`;
    },
  };
}

function differentlyLearned(states: readonly PaxosState[]): Complaint {
  const first = states.find(({ learned }) => learned !== null);
  const other = states.find(({ learned }) => learned !== null && learned !== first?.learned);
  return first === undefined || other === undefined
    ? undefined
    : `n${first.self + 1} has learned ${first.learned} and n${other.self + 1} ${other.learned}`;
}

/** What a node starts with was looked at before it came to its disk, or was given. */
function validityMonitor(): Monitor<PaxosState> {
  const proposed: number[] = [];
  return {
    changed: (node, before, { proposal, accepted }) => {
      if (proposal !== null && !proposed.includes(proposal)) proposed.push(proposal);
      if (before === undefined && accepted !== null && !proposed.includes(accepted)) proposed.push(accepted);
      return accepted === null || proposed.includes(accepted)
        ? undefined
        : `n${node + 1} has accepted ${accepted}, which nobody proposed`;
    },
  };
}

function notLearned(states: readonly PaxosState[], up: readonly boolean[]): Complaint {
  const isProposed = states.some(({ proposal, accepted }) => proposal !== null || accepted !== null);
  const ignorant = states.find(({ self, learned }) => up[self] === true && learned === null);
  return isProposed && ignorant !== undefined ? `n${ignorant.self + 1} has not learned the outcome` : undefined;
}
