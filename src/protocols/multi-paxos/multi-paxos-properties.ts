/**
 * What Multi-Paxos claims. Each slot is an instance of Paxos: `votes.ts` says what it is to be chosen.
 */
import { ballotText, NO_BALLOT } from '../paxos/ballot.ts';
import { isQuorum } from '../paxos/phase-quorums.ts';
import { promisesAreKept } from '../paxos/promises-kept.ts';
import { castVote, chosenBeside, takeBackVotes, type Vote } from '../paxos/votes.ts';
import type { Complaint, Monitor, Property } from '../property.ts';
import { describeEntry } from './multi-paxos.ts';
import type { Entry, MultiPaxosConfig, MultiPaxosState, Slots } from './multi-paxos-state.ts';

const SOURCE = 'lamport1998';
const NO_SLOTS: Slots = [];

export function multiPaxosProperties(config: MultiPaxosConfig): readonly Property<MultiPaxosState>[] {
  return [
    {
      kind: 'always',
      name: 'at most one value chosen per slot',
      statement: 'No two values are accepted by phase-2 quorums for one slot, in whatever ballots.',
      source: SOURCE,
      holds: ({ states }) => twoChosen(config, states),
      monitor: () => chosenMonitor(config),
    },
    {
      kind: 'always',
      name: 'one value per ballot',
      statement: 'No two nodes hold different values under one ballot of a slot.',
      source: SOURCE,
      holds: ({ states }) => {
        for (const state of states) {
          const complaint = twoInOneBallot(NO_SLOTS, state, states);
          if (complaint !== undefined) return complaint;
        }
        return undefined;
      },
      monitor: () => ({
        changed: (_, before, after, { states }) => twoInOneBallot(before?.log ?? NO_SLOTS, after, states),
      }),
    },
    {
      kind: 'always',
      name: 'committed prefix agreement',
      statement: 'No two nodes have applied different values in one slot.',
      source: SOURCE,
      holds: ({ states }) => differentPrefix(states),
      monitor: prefixMonitor,
    },
    promisesAreKept(SOURCE),
    {
      kind: 'sometimes',
      name: 'a leader leads',
      statement: 'Some node has finished phase 1.',
      reached: ({ states }) => states.some(({ role }) => role === 'leader'),
    },
    {
      kind: 'sometimes',
      name: 'a value is chosen',
      statement: 'Some node has applied a request.',
      reached: ({ states }) => states.some(({ sessions }) => sessions.length > 0),
    },
    {
      kind: 'eventually',
      name: 'all learn',
      statement: 'A leader leads, nothing is under way, and all nodes have applied the same slots.',
      holds: ({ states, up }) => notLearned(states, up),
    },
  ];
}

function chosenMonitor({ quorums }: MultiPaxosConfig): Monitor<MultiPaxosState> {
  const votes: Vote<Entry>[][] = [];
  return {
    changed: (node, before, after) => {
      const bits = 1 << node;
      if (before === undefined)
        for (const [slot, ofSlot] of votes.entries())
          takeBackVotes(ofSlot ?? [], bits, after.log[slot]?.ballot ?? NO_BALLOT);
      const known = before?.log ?? NO_SLOTS;
      if (known === after.log) return undefined;
      for (let slot = 0; slot < after.log.length; slot++) {
        const value = after.log[slot] ?? null;
        if (value === null || value === known[slot]) continue;
        const ofSlot = votes[slot] ?? [];
        votes[slot] = ofSlot;
        const vote = castVote(ofSlot, { ballot: value.ballot, value, bits }, isSameValue);
        const other = chosenBeside(ofSlot, vote, quorums.phase2, isSameValue);
        if (other !== undefined)
          return `slot ${slot}: ${describeEntry(other.value)} is chosen in ballot ${ballotText(other.ballot)} and ${describeEntry(value)} in ballot ${ballotText(vote.ballot)}`;
      }
      return undefined;
    },
  };
}

/** What is applied was chosen; and what a quorum holds under one ballot is, whoever knows it. */
function twoChosen({ quorums }: MultiPaxosConfig, states: readonly MultiPaxosState[]): Complaint {
  const slots = states.reduce((most, { log }) => Math.max(most, log.length), 0);
  for (let slot = 0; slot < slots; slot++) {
    const votes: Vote<Entry>[] = [];
    for (const { log, self } of states) {
      const value = log[slot] ?? null;
      if (value !== null) castVote(votes, { ballot: value.ballot, value, bits: 1 << self }, isSameValue);
    }
    if (votes.length < 2) continue;
    const chosen = votes.filter(({ value, bits }) => isQuorum(quorums.phase2, bits) || isApplied(value, slot, states));
    const [first, ...others] = chosen;
    const other = first && others.find(({ value }) => !isSameValue(value, first.value));
    if (first !== undefined && other !== undefined)
      return `slot ${slot}: both ${describeEntry(first.value)} and ${describeEntry(other.value)} are chosen`;
  }
  return undefined;
}

function isApplied(entry: Entry, slot: number, states: readonly MultiPaxosState[]): boolean {
  return states.some(({ log, commit }) => {
    const own = slot < commit ? (log[slot] ?? null) : null;
    return own !== null && isSameValue(own, entry);
  });
}

function isSameValue(a: Entry, b: Entry): boolean {
  return a.client === b.client && a.number === b.number;
}

/** Looks at the entries of `after` that were not in `before`, in the other nodes' logs. */
function twoInOneBallot(before: Slots, after: MultiPaxosState, states: readonly MultiPaxosState[]): Complaint {
  if (before === after.log) return undefined;
  for (let slot = 0; slot < after.log.length; slot++) {
    const entry = after.log[slot] ?? null;
    if (entry === null || entry === before[slot]) continue;
    for (const { log, self } of states) {
      const other = log[slot] ?? null;
      if (other !== null && other !== entry && other.ballot === entry.ballot && !isSameValue(other, entry))
        return `n${self + 1} and n${after.self + 1} hold ${describeEntry(other)} and ${describeEntry(entry)} in slot ${slot} under ${ballotText(entry.ballot)}`;
    }
  }
  return undefined;
}

function differentPrefix(states: readonly MultiPaxosState[]): Complaint {
  const longest = states.reduce((best, state) => (state.commit > best.commit ? state : best));
  for (const state of states)
    for (let slot = 0; slot < state.commit; slot++) {
      const complaint = differ(longest.log[slot] ?? null, longest.self, state.log[slot] ?? null, state.self, slot);
      if (complaint !== undefined) return complaint;
    }
  return undefined;
}

function prefixMonitor(): Monitor<MultiPaxosState> {
  const first: { readonly entry: Entry | null; readonly node: number }[] = [];
  return {
    changed: (node, before, after) => {
      for (let slot = before?.commit ?? 0; slot < after.commit; slot++) {
        const entry = after.log[slot] ?? null;
        const known = first[slot] ?? { entry, node };
        first[slot] = known;
        const complaint = differ(known.entry, known.node, entry, node, slot);
        if (complaint !== undefined) return complaint;
      }
      return undefined;
    },
  };
}

function differ(a: Entry | null, nodeA: number, b: Entry | null, nodeB: number, slot: number): Complaint {
  if (a === b || (a !== null && b !== null && isSameValue(a, b))) return undefined;
  return `n${nodeA + 1} has applied ${describeEntry(a)} in slot ${slot} and n${nodeB + 1} ${describeEntry(b)}`;
}

function notLearned(states: readonly MultiPaxosState[], up: readonly boolean[]): Complaint {
  const running = states.filter(({ self }) => up[self] === true);
  const leader = running.find(({ role }) => role === 'leader');
  if (leader === undefined) return 'no node leads';
  if (leader.commit < leader.log.length)
    return `n${leader.self + 1} leads with ${leader.log.length - leader.commit} slots not chosen`;
  const behind = running.find(({ commit }) => commit < leader.commit);
  return behind === undefined
    ? undefined
    : `n${behind.self + 1} has applied ${behind.commit} slots and n${leader.self + 1} ${leader.commit}`;
}
