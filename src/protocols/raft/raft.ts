/**
 * Raft (D. Ongaro, J. Ousterhout, USENIX ATC 2014): a leader, elected for a term by a majority, orders commands in a log and copies it to the
 * others; what a majority stores in the leader's own term is committed and never lost.
 *
 * One server is a follower, candidate or leader. Every message carries a term, and a newer one makes its receiver a follower of that
 * term (section 5.1). Elections are in `elections.ts`, the log in `replication.ts`, reads without the log in `reads.ts`, changes of
 * membership in `membership.ts`. Here is what they share: how a server starts, and where an input goes.
 *
 * A candidate's own vote and a leader's own copy count once they are durable: both send to all others at once, write, and then send
 * to themselves (dissertation 10.2.1). A server without its disk knows neither its votes nor its entries, so it follows and never votes.
 */
import type { NodeIndex } from '../../kernel/units.ts';
import { type Input, NO_OUTPUTS, type Protocol, type Request } from '../protocol.ts';
import { describeRaft } from './describe-raft.ts';
import {
  becomeFollower,
  campaign,
  followerTimers,
  isLoyal,
  onCheckQuorum,
  onElectionTimeout,
  onRequestVote,
  onVote,
} from './elections.ts';
import { addLearner, reconfigure } from './membership.ts';
import { appendEntry, lastIndexOf, membershipOf, NO_ENTRIES, type RaftLog, withEntries } from './raft-log.ts';
import { raftProperties } from './raft-properties.ts';
import {
  electionTimer,
  isVoter,
  persist,
  type RaftConfig,
  type RaftDurable,
  type RaftMessage,
  type RaftState,
  type RaftStep,
  stateOf,
  TIMERS,
  withLog,
} from './raft-state.ts';
import { answerRead, canServeReads, holdsLease, onLeaseTimer } from './reads.ts';
import {
  broadcast,
  onAppendEntries,
  onAppended,
  onHeartbeatTimer,
  onInstallSnapshot,
  replicate,
  timeoutNow,
} from './replication.ts';
import { EMPTY_MACHINE } from './state-machine.ts';

export const raft: Protocol<RaftConfig, RaftState, RaftMessage, RaftDurable> = {
  timers: TIMERS,
  initial,
  step,
  tear,
  properties: raftProperties,
  describe: describeRaft,
};

export function initial(
  config: RaftConfig,
  self: NodeIndex,
  durable: RaftDurable | undefined,
  incarnation: number,
): RaftStep {
  const { mistakes } = config;
  const stored = durable ?? { term: 0, votedFor: null, log: emptyLog(config) };
  const log = mistakes.forgetsLog && incarnation > 0 ? emptyLog(config) : stored.log;
  // A promise not to vote that was given before the crash may still bind.
  const heardLeader = incarnation > 0 && (config.checkQuorum || config.reads === 'lease');
  const state: RaftState = {
    config,
    self,
    role: 'follower',
    term: stored.term,
    votedFor: mistakes.forgetsVote ? null : stored.votedFor,
    log,
    membership: membershipOf(log),
    commitIndex: log.snapshotIndex,
    machine: log.snapshotMachine,
    leader: null,
    heardLeader,
    isWiped: durable === undefined && incarnation > 0 && !mistakes.reusesIdentity,
    votes: [],
    nextIndex: [],
    matchIndex: [],
    round: 0,
    answeredRound: [],
    checkedRound: 0,
    leases: [],
    pendingReads: [],
    transferee: null,
  };
  const ms = config.electionTimeoutMinMs;
  const loyalty = heardLeader ? [{ kind: 'set_timer' as const, timer: 'heard_leader', minMs: ms, maxMs: ms }] : [];
  return { state, outputs: [persist(state), electionTimer(state), ...loyalty] };
}

export function emptyLog({ members }: RaftConfig): RaftLog {
  const voters = Array.from({ length: members }, (_, node) => node);
  return {
    snapshotIndex: 0,
    snapshotTerm: 0,
    snapshotMachine: EMPTY_MACHINE,
    snapshotMembership: { voters, outgoing: null, learners: [] },
    entries: NO_ENTRIES,
  };
}

/** Term and vote are one small record, written whole; of the entries that were being added, the first ones are there. */
function tear(before: RaftDurable | undefined, after: RaftDurable, kept: number): RaftDurable | undefined {
  if (before === undefined || after.log.snapshotIndex !== before.log.snapshotIndex) return before;
  const added = after.log.entries.length - before.log.entries.length;
  if (added <= 0) return { ...after, log: before.log };
  const entries = after.log.entries.slice(0, before.log.entries.length + Math.floor(kept * (added + 1)));
  return { ...after, log: withEntries(after.log, entries) };
}

export function step(state: RaftState, input: Input<RaftMessage>): RaftStep {
  switch (input.kind) {
    case 'message':
      return onMessage(state, input.from, input.message);
    case 'timer':
      return onTimer(state, input.timer);
    case 'request':
      return onRequest(state, input.request);
    case 'choice':
      return { state, outputs: NO_OUTPUTS };
  }
}

function onMessage(state: RaftState, from: NodeIndex, message: RaftMessage): RaftStep {
  if (isLoyal(state, message)) return { state, outputs: NO_OUTPUTS };
  if (message.term > state.term && !isOnlyAsking(message)) return inNewTerm(state, from, message);
  switch (message.kind) {
    case 'RequestVote':
      return onRequestVote(state, from, message);
    case 'Vote':
      return onVote(state, from, message);
    case 'AppendEntries':
      return onAppendEntries(state, from, message);
    case 'Appended':
      return onAppended(state, from, message);
    case 'InstallSnapshot':
      return onInstallSnapshot(state, from, message);
    case 'TimeoutNow':
      return onTimeoutNow(state, message.term);
  }
}

/** A pre-vote speaks of a term that nobody is in yet. */
function isOnlyAsking(message: RaftMessage): boolean {
  return (
    (message.kind === 'RequestVote' && message.isPreVote) ||
    (message.kind === 'Vote' && message.isPreVote && message.granted)
  );
}

/** Section 5.1: the newer term is adopted first, and then the message is dealt with in it. */
function inNewTerm(state: RaftState, from: NodeIndex, message: RaftMessage): RaftStep {
  const follower = becomeFollower(state, message.term, null);
  const { state: next, outputs } = onMessage(follower, from, message);
  const timers = state.role === 'leader' ? followerTimers(follower) : [];
  // Whatever is answered in the new term rests on the new term being durable.
  return { state: next, outputs: [...timers, persist(next), ...outputs] };
}

function onTimer(state: RaftState, timer: string): RaftStep {
  switch (timer) {
    case 'election':
      return onElectionTimeout(state);
    case 'heartbeat':
      return onHeartbeatTimer(state);
    case 'heard_leader':
      return { state: state.heardLeader ? stateOf({ ...state, heardLeader: false }) : state, outputs: NO_OUTPUTS };
    case 'check_quorum':
      return onCheckQuorum(state);
    case 'lease_0':
      return onLeaseTimer(state, 0);
    case 'lease_1':
      return onLeaseTimer(state, 1);
    default:
      // The transfer did not succeed within an election timeout: the leader takes requests again.
      return {
        state: state.transferee === null ? state : stateOf({ ...state, transferee: null }),
        outputs: NO_OUTPUTS,
      };
  }
}

function onRequest(state: RaftState, request: Request): RaftStep {
  const { client, number, command } = request;
  if (state.role !== 'leader' || state.transferee !== null) {
    const to = state.role === 'leader' ? state.transferee : state.leader;
    const response = to === null ? { status: 'redirect' as const } : { status: 'redirect' as const, to };
    return { state, outputs: [{ kind: 'respond', client, number, response }] };
  }
  switch (command.kind) {
    case 'reconfigure':
      return reconfigure(state, request);
    case 'add_learner':
      return addLearner(state, request);
    case 'transfer':
      return transfer(state, request);
    case 'read':
      return state.config.reads === 'log' ? propose(state, request) : read(state, request);
    default:
      return propose(state, request);
  }
}

function propose(state: RaftState, request: Request): RaftStep {
  const { client, number } = request;
  const session = state.machine.sessions[client];
  if (session != null && session.number >= number) {
    const repeated = session.number === number;
    return {
      state,
      outputs: repeated ? [{ kind: 'respond', client, number, response: session.response }] : NO_OUTPUTS,
    };
  }
  if (isInLog(state, request)) return { state, outputs: NO_OUTPUTS };
  return replicate(
    withLog(state, appendEntry(state.log, { term: state.term, request, membership: null }), state.membership),
  );
}

/** Whether the request is in the log already, and will be answered when it is committed. */
function isInLog({ log, commitIndex }: RaftState, { client, number }: Request): boolean {
  for (let index = Math.max(0, commitIndex - log.snapshotIndex); index < log.entries.length; index++) {
    const request = log.entries[index]?.request;
    if (request != null && request.client === client && request.number === number) return true;
  }
  return false;
}

function read(state: RaftState, { client, number, command }: Request): RaftStep {
  const key = command.key ?? 0;
  const { reads } = state.config;
  if (reads === 'local' || (reads === 'lease' && holdsLease(state) && canServeReads(state))) {
    return { state, outputs: [answerRead(state, { client, number, key })] };
  }
  if (state.pendingReads.some((each) => each.client === client && each.number === number))
    return { state, outputs: NO_OUTPUTS };
  const waiting = { client, number, key, index: state.commitIndex, round: state.round + 1 };
  return broadcast(stateOf({ ...state, pendingReads: [...state.pendingReads, waiting] }));
}

/** Leadership goes to a follower as soon as it has the whole log (dissertation 3.10). */
function transfer(state: RaftState, { client, number, command }: Request): RaftStep {
  const target = command.nodes?.[0];
  if (target === undefined || target === state.self || !isVoter(state.membership, target)) {
    const response = { status: 'failed' as const, reason: 'not another voter' };
    return { state, outputs: [{ kind: 'respond', client, number, response }] };
  }
  const isReady = state.matchIndex[target] === lastIndexOf(state.log);
  const { electionTimeoutMaxMs: ms } = state.config;
  return {
    state: stateOf({ ...state, transferee: target }),
    outputs: [
      { kind: 'set_timer', timer: 'transfer', minMs: ms, maxMs: ms },
      ...(isReady ? [timeoutNow(state, target)] : []),
      { kind: 'respond', client, number, response: { status: 'ok' } },
    ],
  };
}

function onTimeoutNow(state: RaftState, term: number): RaftStep {
  const isEligible = term === state.term && state.role === 'follower' && isVoter(state.membership, state.self);
  return isEligible && !state.isWiped ? campaign(state, true) : { state, outputs: NO_OUTPUTS };
}
