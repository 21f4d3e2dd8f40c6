/**
 * Elections: section 5.2, pre-vote and check-quorum of the dissertation (9.6 and 6.2).
 *
 * The election timeout runs in two parts: its least, `heard_leader`, from the last message of a leader, during which a node is
 * loyal to it; then the random rest, `election`.
 */
import type { NodeIndex } from '../../kernel/units.ts';
import { NO_OUTPUTS } from '../protocol.ts';
import { appendEntry, lastIndexOf, lastTermOf } from './raft-log.ts';
import {
  electionTimer,
  isEligible,
  isQuorum,
  isVoter,
  NO_TENURE,
  peersOf,
  persist,
  type RaftMessage,
  type RaftOutput,
  type RaftState,
  type RaftStep,
  type RequestVote,
  stateOf,
  timer,
  type Vote,
  withElement,
  withHeard,
  withTenure,
} from './raft-state.ts';
import { broadcast } from './replication.ts';

const NOBODY: readonly never[] = [];

/** The leader was silent for the least election timeout: the rest of it is random. */
export function onHeardLeaderTimer(state: RaftState): RaftStep {
  if (!state.heardLeader) return { state, outputs: NO_OUTPUTS };
  const { electionTimeoutMinMs, electionTimeoutMaxMs } = state.config;
  return {
    state: withHeard(state, false),
    outputs: [timer('election', 0, electionTimeoutMaxMs - electionTimeoutMinMs)],
  };
}

/** A follower that heard nothing for too long, or a candidate whose election ended with no winner, begins another. */
export function onElectionTimeout(state: RaftState): RaftStep {
  if (state.role === 'leader') return { state, outputs: NO_OUTPUTS };
  if (!isEligible(state)) return { state, outputs: [electionTimer(state)] };
  return state.config.preVote ? startPreVote(state) : campaign(state, false);
}

/** Asks whether an election could be won, without beginning one: the term stays. */
function startPreVote(state: RaftState): RaftStep {
  const votes = Array.from({ length: state.config.nodes }, (_, node) => node === state.self);
  const next = stateOf({ ...state, role: 'pre-candidate', leader: null, heardLeader: false, votes });
  if (isElected(next)) return campaign(next, false);
  return { state: next, outputs: [electionTimer(next), ...requestVotes(next, true, false)] };
}

/** Begins an election in a new term. The own vote counts when it is durable: hence the message to itself. */
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
  return {
    state: next,
    outputs: [
      electionTimer(next),
      ...requestVotes(next, false, isTransfer),
      persist(next),
      { kind: 'send', to: next.self, message: own },
    ],
  };
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

export function onRequestVote(state: RaftState, from: NodeIndex, message: RequestVote): RaftStep {
  if (message.isPreVote) return { state, outputs: [voteTo(from, mayWin(state, message), state, message)] };
  const isFree = state.votedFor === null || state.votedFor === from;
  const granted = message.term === state.term && isFree && isUpToDate(state, message) && !state.isWiped;
  const reply = voteTo(from, granted, state, message);
  if (!granted) return { state, outputs: [reply] };
  if (state.votedFor === from) return { state, outputs: [reply] };
  const next = stateOf({ ...state, role: 'follower', votedFor: from, heardLeader: false, votes: NOBODY });
  return { state: next, outputs: [electionTimer(next), persist(next), reply] };
}

/** Whether this node would vote for the sender in the term after its own. */
function mayWin(state: RaftState, message: RequestVote): boolean {
  const isContent = state.heardLeader || state.role === 'leader';
  return message.term > state.term && isUpToDate(state, message) && !isContent && !state.isWiped;
}

/** Section 5.4.1: the voter's own log is not newer. */
function isUpToDate({ log }: RaftState, { lastLogTerm, lastLogIndex }: RequestVote): boolean {
  const term = lastTermOf(log);
  return lastLogTerm > term || (lastLogTerm === term && lastLogIndex >= lastIndexOf(log));
}

function voteTo(to: NodeIndex, granted: boolean, state: RaftState, { isPreVote, term }: RequestVote): RaftOutput {
  const answered = isPreVote && granted ? term : state.term;
  return { kind: 'send', to, message: { kind: 'Vote', term: answered, granted, isPreVote } };
}

/** Whether the node ignores a request for a vote because it hears a leader that is alive (section 6, last paragraph). */
export function isLoyal({ config, heardLeader, role, term }: RaftState, message: RaftMessage): boolean {
  if (message.kind !== 'RequestVote' || message.isTransfer || message.isPreVote || message.term <= term) return false;
  const isSticky = config.checkQuorum || config.reads === 'lease';
  return isSticky && (heardLeader || role === 'leader');
}

export function onVote(state: RaftState, from: NodeIndex, message: Vote): RaftStep {
  const wanted = message.isPreVote ? 'pre-candidate' : 'candidate';
  const term = message.isPreVote ? state.term + 1 : state.term;
  if (state.role !== wanted || !message.granted || message.term !== term || state.votes[from] === true)
    return { state, outputs: NO_OUTPUTS };
  const votes = Array.from({ length: state.config.nodes }, (_, node) => node === from || state.votes[node] === true);
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
  const next = lastIndexOf(state.log) + 1;
  const zeros = Array.from({ length: config.nodes }, () => 0);
  const log = config.mistakes.commitsEarlierTerms
    ? state.log
    : appendEntry(state.log, { term, request: null, membership: null });
  const outputs: RaftOutput[] = [
    { kind: 'cancel_timer', timer: 'election' },
    timer('heartbeat', config.heartbeatMs),
    ...(config.checkQuorum ? [timer('check_quorum', config.electionTimeoutMaxMs)] : []),
  ];
  const leader = stateOf({
    ...state,
    role: 'leader',
    leader: self,
    heardLeader: false,
    votes: NOBODY,
    log,
    nextIndex: zeros.map(() => next),
    matchIndex: zeros,
    tenure: {
      active: zeros.map(() => false),
      round: 0,
      answeredRound: zeros,
      leaseRounds: [0, 0],
      pendingReads: NOBODY,
      transferee: null,
    },
  });
  const sent = broadcast(leader, outputs);
  const own: RaftMessage = { kind: 'Appended', term, success: true, index: lastIndexOf(log), round: 0 };
  outputs.push(persist(sent), { kind: 'send', to: self, message: own });
  return { state: sent, outputs };
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
    tenure: NO_TENURE,
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
  const { config, self, membership } = state;
  const { active } = state.tenure;
  if (!isQuorum(membership, withElement(active, self, true))) {
    const next = becomeFollower(state, state.term, null);
    return { state: next, outputs: followerTimers(next) };
  }
  const next = withTenure(state, { active: active.map(() => false) });
  return { state: next, outputs: [timer('check_quorum', config.electionTimeoutMaxMs)] };
}
