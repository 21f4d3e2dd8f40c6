/**
 * Elections: section 5.2, pre-vote and check-quorum of the dissertation (9.6 and 6.2), leadership transfer (3.10).
 */
import type { NodeIndex } from '../../kernel/units.ts';
import { NO_OUTPUTS } from '../protocol.ts';
import { appendEntry, lastIndexOf, lastTermOf } from './raft-log.ts';
import {
  electionTimer,
  isQuorum,
  isVoter,
  peersOf,
  persist,
  type RaftMessage,
  type RaftOutput,
  type RaftState,
  type RaftStep,
  stateOf,
} from './raft-state.ts';
import { broadcast } from './replication.ts';

const NOBODY: readonly never[] = [];

/** A follower that heard nothing for too long, or a candidate whose election ended with no winner, begins another. */
export function onElectionTimeout(state: RaftState): RaftStep {
  if (state.role === 'leader' || !isVoter(state.membership, state.self) || state.isWiped) {
    return { state, outputs: state.role === 'leader' ? NO_OUTPUTS : [electionTimer(state)] };
  }
  return state.config.preVote ? startPreVote(state) : campaign(state, false);
}

/** Asks whether an election could be won, without beginning one: the term stays. */
function startPreVote(state: RaftState): RaftStep {
  const votes = state.config.mistakes.electionQuorum === 1 ? [] : onlyOwn(state);
  const next = stateOf({ ...state, role: 'pre-candidate', leader: null, heardLeader: false, votes });
  if (isElected(next)) return campaign(next, false);
  return { state: next, outputs: [electionTimer(next), ...requestVotes(next, true, false)] };
}

/** Own vote is counted when it is durable: see the message to itself. */
export function campaign(state: RaftState, isTransfer: boolean): RaftStep {
  const next = stateOf({
    ...state,
    role: 'candidate',
    term: state.term + 1,
    votedFor: state.self,
    leader: null,
    heardLeader: false,
    votes: NOBODY,
  });
  const own: RaftMessage = { kind: 'Vote', term: next.term, granted: true, isPreVote: false };
  const outputs = [
    electionTimer(next),
    ...requestVotes(next, false, isTransfer),
    persist(next),
    { kind: 'send' as const, to: next.self, message: own },
  ];
  return { state: next, outputs };
}

function requestVotes(state: RaftState, isPreVote: boolean, isTransfer: boolean): RaftOutput[] {
  const message: RaftMessage = {
    kind: 'RequestVote',
    term: isPreVote ? state.term + 1 : state.term,
    lastLogIndex: lastIndexOf(state.log),
    lastLogTerm: lastTermOf(state.log),
    isPreVote,
    isTransfer,
  };
  const voters = peersOf(state).filter((node) => isVoter(state.membership, node));
  return voters.map((to) => ({ kind: 'send', to, message }));
}

export function onRequestVote(
  state: RaftState,
  from: NodeIndex,
  message: RaftMessage & { kind: 'RequestVote' },
): RaftStep {
  const { lastLogIndex, lastLogTerm, isPreVote } = message;
  const isUpToDate =
    lastLogTerm > lastTermOf(state.log) ||
    (lastLogTerm === lastTermOf(state.log) && lastLogIndex >= lastIndexOf(state.log));
  if (isPreVote) {
    const granted = message.term > state.term && isUpToDate && !state.heardLeader && !state.isWiped;
    const reply: RaftMessage = { kind: 'Vote', term: granted ? message.term : state.term, granted, isPreVote: true };
    return { state, outputs: [{ kind: 'send', to: from, message: reply }] };
  }
  const isFree = state.votedFor === null || state.votedFor === from;
  const granted = message.term === state.term && isFree && isUpToDate && state.role === 'follower' && !state.isWiped;
  const reply: RaftOutput = {
    kind: 'send',
    to: from,
    message: { kind: 'Vote', term: state.term, granted, isPreVote: false },
  };
  if (!granted || state.votedFor === from)
    return { state, outputs: granted ? [electionTimer(state), persist(state), reply] : [reply] };
  const next = stateOf({ ...state, votedFor: from });
  return { state: next, outputs: [electionTimer(next), persist(next), reply] };
}

/** Whether the node ignores a request for a vote because it hears a leader that is alive (section 6, last paragraph). */
export function isLoyal({ config, heardLeader, role, term }: RaftState, message: RaftMessage): boolean {
  if (message.kind !== 'RequestVote' || message.isTransfer || message.isPreVote || message.term <= term) return false;
  const isSticky = config.checkQuorum || config.reads === 'lease';
  return isSticky && (heardLeader || role === 'leader');
}

export function onVote(state: RaftState, from: NodeIndex, message: RaftMessage & { kind: 'Vote' }): RaftStep {
  const wanted = message.isPreVote ? 'pre-candidate' : 'candidate';
  const term = message.isPreVote ? state.term + 1 : state.term;
  if (state.role !== wanted || !message.granted || message.term !== term || state.votes[from] === true) {
    return { state, outputs: NO_OUTPUTS };
  }
  const votes = withVote(state.votes, from, state.config.nodes);
  const next = stateOf({ ...state, votes });
  if (!isElected(next)) return { state: next, outputs: NO_OUTPUTS };
  return message.isPreVote ? campaign(next, false) : becomeLeader(next);
}

function isElected({ membership, votes, config }: RaftState): boolean {
  return isQuorum(membership, votes, config.mistakes.electionQuorum);
}

/** The first thing a leader does is to append an empty entry, which commits what its predecessors left (section 8). */
function becomeLeader(state: RaftState): RaftStep {
  const { config, self, term } = state;
  const index = lastIndexOf(state.log) + 1;
  const every = Array.from({ length: config.nodes }, () => 0);
  const log = config.mistakes.commitsEarlierTerms
    ? state.log
    : appendEntry(state.log, { term, request: null, membership: null });
  const leader = stateOf({
    ...state,
    role: 'leader',
    leader: self,
    heardLeader: false,
    votes: NOBODY,
    log,
    nextIndex: every.map(() => index),
    matchIndex: every,
    round: 0,
    checkedRound: 0,
    answeredRound: every,
    leases: [false, false],
    pendingReads: NOBODY,
    transferee: null,
  });
  const { state: next, outputs } = broadcast(leader);
  const own: RaftMessage = { kind: 'Appended', term, success: true, index: lastIndexOf(log), round: 0 };
  return {
    state: next,
    outputs: [
      { kind: 'cancel_timer', timer: 'election' },
      { kind: 'set_timer', timer: 'heartbeat', minMs: config.heartbeatMs, maxMs: config.heartbeatMs },
      ...(config.checkQuorum
        ? [
            {
              kind: 'set_timer' as const,
              timer: 'check_quorum',
              minMs: config.electionTimeoutMinMs,
              maxMs: config.electionTimeoutMinMs,
            },
          ]
        : []),
      ...outputs,
      persist(next),
      { kind: 'send', to: self, message: own },
    ],
  };
}

/** Falls back to following, in `term`; `leader` where the message shows one. */
export function becomeFollower(state: RaftState, term: number, leader: NodeIndex | null): RaftState {
  return stateOf({
    ...state,
    role: 'follower',
    term,
    votedFor: term > state.term ? null : state.votedFor,
    leader,
    votes: NOBODY,
    nextIndex: NOBODY,
    matchIndex: NOBODY,
    round: 0,
    checkedRound: 0,
    answeredRound: NOBODY,
    leases: NOBODY,
    pendingReads: NOBODY,
    transferee: null,
  });
}

/** What a node that stops leading has to stop, and to start. */
export function followerTimers(state: RaftState): RaftOutput[] {
  return [
    { kind: 'cancel_timer', timer: 'heartbeat' },
    { kind: 'cancel_timer', timer: 'check_quorum' },
    { kind: 'cancel_timer', timer: 'lease_0' },
    { kind: 'cancel_timer', timer: 'lease_1' },
    { kind: 'cancel_timer', timer: 'transfer' },
    electionTimer(state),
  ];
}

/** A leader that did not hear from a majority for an election timeout gives up (dissertation 6.2). */
export function onCheckQuorum(state: RaftState): RaftStep {
  if (state.role !== 'leader') return { state, outputs: NO_OUTPUTS };
  const { config, self } = state;
  const heard = state.answeredRound.map((round, node) => node === self || round > state.checkedRound);
  if (!isQuorum(state.membership, heard)) {
    const next = becomeFollower(state, state.term, null);
    return { state: next, outputs: followerTimers(next) };
  }
  const next = stateOf({ ...state, checkedRound: state.round });
  const ms = config.electionTimeoutMinMs;
  return { state: next, outputs: [{ kind: 'set_timer', timer: 'check_quorum', minMs: ms, maxMs: ms }] };
}

function onlyOwn({ config, self }: RaftState): boolean[] {
  return Array.from({ length: config.nodes }, (_, node) => node === self);
}

function withVote(votes: readonly boolean[], from: NodeIndex, nodes: number): boolean[] {
  return Array.from({ length: nodes }, (_, node) => node === from || votes[node] === true);
}
