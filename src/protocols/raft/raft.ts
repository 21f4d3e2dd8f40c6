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
  onHeardLeaderTimer,
  onRequestVote,
  onVote,
} from './elections.ts';
import { addLearner, reconfigure } from './membership.ts';
import { appendEntry, lastIndexOf, membershipOf, NO_ENTRIES, type RaftLog, withEntries } from './raft-log.ts';
import { raftProperties } from './raft-properties.ts';
import {
  electionTimer,
  isEligible,
  isVoter,
  isWitness,
  NO_TENURE,
  persist,
  type RaftConfig,
  type RaftDurable,
  type RaftMessage,
  type RaftState,
  type RaftStep,
  TIMERS,
  timer,
  withLog,
  withTenure,
} from './raft-state.ts';
import { onLeaseTimer, onRead } from './reads.ts';
import { onAppendEntries, onAppended, onHeartbeatTimer, replicate } from './replication.ts';
import { onInstallSnapshot } from './snapshots.ts';
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
  const { forgetsLog, forgetsVote, reusesIdentity } = config.mistakes;
  const isWiped = durable === undefined && incarnation > 0 && !reusesIdentity;
  const stored = durable ?? { term: 0, votedFor: null, log: emptyLog(config), isWiped };
  const log = forgetsLog && incarnation > 0 ? emptyLog(config) : stored.log;
  // A promise not to vote that was given before the crash may still bind.
  const heardLeader = incarnation > 0 && (config.checkQuorum || config.reads === 'lease');
  const state: RaftState = {
    config,
    self,
    role: 'follower',
    term: stored.term,
    votedFor: forgetsVote ? null : stored.votedFor,
    log,
    isWiped: stored.isWiped,
    membership: membershipOf(log),
    commitIndex: log.snapshotIndex,
    machine: log.snapshotMachine,
    leader: null,
    heardLeader,
    votes: [],
    nextIndex: [],
    matchIndex: [],
    tenure: NO_TENURE,
  };
  const waiting = heardLeader ? timer('heard_leader', config.electionTimeoutMinMs) : electionTimer(state);
  return { state, outputs: [persist(state), waiting] };
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
  const { kind, term } = message;
  if (term > state.term) {
    if (isLoyal(state, message)) return { state, outputs: NO_OUTPUTS };
    if (!isOnlyAsking(message)) return inNewTerm(state, from, message);
  }
  switch (kind) {
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
      return onTimeoutNow(state, term);
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
  const isPersisted = outputs.some(({ kind }) => kind === 'persist');
  return { state: next, outputs: [...timers, ...(isPersisted ? [] : [persist(next)]), ...outputs] };
}

function onTimer(state: RaftState, name: string): RaftStep {
  switch (name) {
    case 'election':
      return onElectionTimeout(state);
    case 'heartbeat':
      return onHeartbeatTimer(state);
    case 'heard_leader':
      return onHeardLeaderTimer(state);
    case 'check_quorum':
      return onCheckQuorum(state);
    case 'lease_0':
      return onLeaseTimer(state, 0);
    case 'lease_1':
      return onLeaseTimer(state, 1);
    default:
      // The transfer did not succeed within an election timeout: the leader takes requests again.
      return {
        state: state.tenure.transferee === null ? state : withTenure(state, { transferee: null }),
        outputs: NO_OUTPUTS,
      };
  }
}

function onRequest(state: RaftState, request: Request): RaftStep {
  const { client, number, command } = request;
  const { transferee } = state.tenure;
  if (state.role !== 'leader' || transferee !== null) {
    const to = state.role === 'leader' ? transferee : state.leader;
    const response = to === null ? { status: 'redirect' as const } : { status: 'redirect' as const, to };
    return { state, outputs: [{ kind: 'respond', client, number, response }] };
  }
  const isRead = command.kind === 'read' && state.config.reads !== 'log';
  if (!isRead && command.kind !== 'transfer' && isRepeated(state, request)) return answerAgain(state, request);
  switch (command.kind) {
    case 'reconfigure':
      return reconfigure(state, request);
    case 'add_learner':
      return addLearner(state, request);
    case 'transfer':
      return transfer(state, request);
    case 'read':
      return isRead ? onRead(state, request) : propose(state, request);
    default:
      return propose(state, request);
  }
}

function propose(state: RaftState, request: Request): RaftStep {
  return replicate(
    withLog(state, appendEntry(state.log, { term: state.term, request, membership: null }), state.membership),
  );
}

function isRepeated(state: RaftState, request: Request): boolean {
  return (state.machine.sessions[request.client]?.number ?? 0) >= request.number || isInLog(state, request);
}

/** What is applied has its answer; what is only in the log gets it when it is committed. */
function answerAgain(state: RaftState, { client, number }: Request): RaftStep {
  const session = state.machine.sessions[client] ?? null;
  if (session === null || session.number !== number) return { state, outputs: NO_OUTPUTS };
  return { state, outputs: [{ kind: 'respond', client, number, response: session.response }] };
}

/** Whether the request is in the log already, and will be answered when it is committed. */
function isInLog({ log, commitIndex }: RaftState, { client, number }: Request): boolean {
  for (let index = Math.max(0, commitIndex - log.snapshotIndex); index < log.entries.length; index++) {
    const request = log.entries[index]?.request;
    if (request != null && request.client === client && request.number === number) return true;
  }
  return false;
}

/** Leadership goes to a follower as soon as it has the whole log (dissertation 3.10). */
function transfer(state: RaftState, { client, number, command }: Request): RaftStep {
  const target = command.nodes?.[0] ?? state.self;
  const respond = { kind: 'respond' as const, client, number };
  if (target === state.self) return { state, outputs: [{ ...respond, response: { status: 'ok' } }] };
  if (!isVoter(state.membership, target) || isWitness(state.config, target))
    return { state, outputs: [{ ...respond, response: { status: 'failed', reason: 'not a voter that may lead' } }] };
  const isReady = state.matchIndex[target] === lastIndexOf(state.log);
  return {
    // The vote it leads to heeds no lease, so there are none any more in this term, whether it succeeds or not.
    state: withTenure(state, { transferee: target, leaseRounds: [] }),
    outputs: [
      timer('transfer', state.config.electionTimeoutMaxMs),
      ...(isReady
        ? [{ kind: 'send' as const, to: target, message: { kind: 'TimeoutNow' as const, term: state.term } }]
        : []),
      { ...respond, response: { status: 'ok' } },
    ],
  };
}

function onTimeoutNow(state: RaftState, term: number): RaftStep {
  const isCalled = term === state.term && state.role === 'follower' && isEligible(state);
  return isCalled ? campaign(state, true) : { state, outputs: NO_OUTPUTS };
}
