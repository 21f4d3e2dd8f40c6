/**
 * Raft's configuration, states and messages, by the names of the paper: D. Ongaro, J. Ousterhout, "In Search of an Understandable
 * Consensus Algorithm", USENIX ATC 2014 (Figures 2 and 13), and D. Ongaro's dissertation, Stanford 2014, for what the paper leaves out.
 */
import type { Milliseconds, NodeIndex } from '../../kernel/units.ts';
import type { NodeState, Output, Step } from '../protocol.ts';
import type { Entry, RaftLog } from './raft-log.ts';
import type { Machine } from './state-machine.ts';

export type ReadMode = 'log' | 'read_index' | 'lease' | 'local';

/** Mistakes that were made for real, each a switch. */
export interface Mistakes {
  /** Commits entries of earlier terms by counting replicas (Figure 8). */
  readonly commitsEarlierTerms: boolean;
  readonly forgetsVote: boolean;
  readonly forgetsLog: boolean;
  readonly commitIndexRegresses: boolean;
  readonly truncatesMatchingEntries: boolean;
  readonly trustsClocks: boolean;
  /** No pre-vote and no check-quorum, though a stable leader is claimed. */
  readonly inflatesTerms: boolean;
  readonly swapsConfiguration: boolean;
  readonly changesBeforeCommit: boolean;
  readonly reusesIdentity: boolean;
  readonly acknowledgesAlone: boolean;
  /** Votes that elect, instead of a majority. */
  readonly electionQuorum: number | undefined;
}

export interface RaftConfig {
  readonly nodes: number;
  /** Voters at the start: the first so many nodes. */
  readonly members: number;
  readonly electionTimeoutMinMs: Milliseconds;
  readonly electionTimeoutMaxMs: Milliseconds;
  readonly heartbeatMs: Milliseconds;
  readonly preVote: boolean;
  readonly checkQuorum: boolean;
  readonly reads: ReadMode;
  /** How much faster than the leader's a follower's clock may run: 0.1 is a tenth. */
  readonly maxClockDrift: number;
  readonly membership: 'joint' | 'single';
  /** Entries after which the log is compacted. */
  readonly snapshotEntries: number;
  readonly mistakes: Mistakes;
  /** Whether followers keep track of a leader that they hear, for pre-votes, loyalty and leases. */
  readonly tracksLeader: boolean;
}

/** Who votes: during joint consensus a majority of `voters` and of `outgoing`. */
export interface Membership {
  readonly voters: readonly NodeIndex[];
  readonly outgoing: readonly NodeIndex[] | null;
  readonly learners: readonly NodeIndex[];
}

export type Role = 'follower' | 'pre-candidate' | 'candidate' | 'leader';

/** A read that waits until its leader has confirmed that it still leads, and has applied what was committed then (dissertation 6.4). */
export interface PendingRead {
  readonly client: number;
  readonly number: number;
  readonly key: number;
  readonly index: number;
  readonly round: number;
}

export interface RaftState extends NodeState<RaftConfig> {
  readonly config: RaftConfig;
  readonly self: NodeIndex;
  readonly role: Role;
  // Durable.
  readonly term: number;
  readonly votedFor: NodeIndex | null;
  readonly log: RaftLog;
  readonly membership: Membership;
  // Volatile, on all nodes.
  readonly commitIndex: number;
  readonly machine: Machine;
  readonly leader: NodeIndex | null;
  /** A leader was heard within the least election timeout: no vote for others. */
  readonly heardLeader: boolean;
  /** The disk was lost: what this node voted and stored is unknown, so it may not vote. */
  readonly isWiped: boolean;
  // On candidates and leaders, by node; empty elsewhere.
  readonly votes: readonly boolean[];
  readonly nextIndex: readonly number[];
  readonly matchIndex: readonly number[];
  // On leaders.
  /** Number of the latest round of AppendEntries, and the latest that each node answered. */
  readonly round: number;
  readonly answeredRound: readonly number[];
  /** The round at the latest check for a majority. */
  readonly checkedRound: number;
  /** Whether the leases granted by the last two rounds still hold; see `reads`. */
  readonly leases: readonly boolean[];
  readonly pendingReads: readonly PendingRead[];
  /** Whom leadership is being handed to. */
  readonly transferee: NodeIndex | null;
}

export interface RaftDurable {
  readonly term: number;
  readonly votedFor: NodeIndex | null;
  readonly log: RaftLog;
}

export type RaftMessage =
  | {
      readonly kind: 'RequestVote';
      readonly term: number;
      readonly lastLogIndex: number;
      readonly lastLogTerm: number;
      readonly isPreVote: boolean;
      readonly isTransfer: boolean;
    }
  | { readonly kind: 'Vote'; readonly term: number; readonly granted: boolean; readonly isPreVote: boolean }
  | {
      readonly kind: 'AppendEntries';
      readonly term: number;
      readonly prevLogIndex: number;
      readonly prevLogTerm: number;
      readonly entries: readonly Entry[];
      readonly leaderCommit: number;
      readonly round: number;
    }
  | {
      readonly kind: 'Appended';
      readonly term: number;
      readonly success: boolean;
      /** On success the last index known to match; else where to try next. */
      readonly index: number;
      readonly round: number;
    }
  | { readonly kind: 'InstallSnapshot'; readonly term: number; readonly log: RaftLog; readonly round: number }
  | { readonly kind: 'TimeoutNow'; readonly term: number };

export type RaftOutput = Output<RaftMessage, RaftDurable>;
export type RaftStep = Step<RaftState, RaftMessage, RaftDurable>;

export const TIMERS = [
  'election',
  'heartbeat',
  'heard_leader',
  'check_quorum',
  'lease_0',
  'lease_1',
  'transfer',
] as const;

export function persist({ term, votedFor, log }: RaftState): RaftOutput {
  return { kind: 'persist', durable: { term, votedFor, log } };
}

export function electionTimer({ config }: RaftState): RaftOutput {
  return {
    kind: 'set_timer',
    timer: 'election',
    minMs: config.electionTimeoutMinMs,
    maxMs: config.electionTimeoutMaxMs,
  };
}

/** Everybody who gets entries: voters, those who leave, learners; without this node. */
export function peersOf({ membership, self }: RaftState): readonly NodeIndex[] {
  const { voters, outgoing, learners } = membership;
  if (outgoing === null && learners.length === 0) return voters.filter((node) => node !== self);
  return [...new Set([...voters, ...(outgoing ?? []), ...learners])].filter((node) => node !== self);
}

export function isVoter({ voters, outgoing }: Membership, node: NodeIndex): boolean {
  return voters.includes(node) || (outgoing?.includes(node) ?? false);
}

/** Whether those marked are a majority: in joint consensus, of both configurations. */
export function isQuorum({ voters, outgoing }: Membership, marked: readonly boolean[], needed?: number): boolean {
  return isMajority(voters, marked, needed) && (outgoing === null || isMajority(outgoing, marked, needed));
}

function isMajority(
  voters: readonly NodeIndex[],
  marked: readonly boolean[],
  needed = (voters.length >> 1) + 1,
): boolean {
  let count = 0;
  for (let index = 0; index < voters.length; index++) if (marked[voters[index] as number] === true) count += 1;
  return count >= needed;
}

/**
 * States are made here and nowhere else, member by member: the engine then gives all of them one hidden class and copies them in
 * a fraction of the time that spreading takes, which a simulation of millions of steps feels.
 */
export function stateOf(from: RaftState): RaftState {
  return {
    config: from.config,
    self: from.self,
    role: from.role,
    term: from.term,
    votedFor: from.votedFor,
    log: from.log,
    membership: from.membership,
    commitIndex: from.commitIndex,
    machine: from.machine,
    leader: from.leader,
    heardLeader: from.heardLeader,
    isWiped: from.isWiped,
    votes: from.votes,
    nextIndex: from.nextIndex,
    matchIndex: from.matchIndex,
    round: from.round,
    answeredRound: from.answeredRound,
    checkedRound: from.checkedRound,
    leases: from.leases,
    pendingReads: from.pendingReads,
    transferee: from.transferee,
  };
}

/** Another log, and the configuration in force with it. */
export function withLog(from: RaftState, log: RaftLog, membership: Membership): RaftState {
  return {
    config: from.config,
    self: from.self,
    role: from.role,
    term: from.term,
    votedFor: from.votedFor,
    log,
    membership,
    commitIndex: from.commitIndex,
    machine: from.machine,
    leader: from.leader,
    heardLeader: from.heardLeader,
    isWiped: from.isWiped,
    votes: from.votes,
    nextIndex: from.nextIndex,
    matchIndex: from.matchIndex,
    round: from.round,
    answeredRound: from.answeredRound,
    checkedRound: from.checkedRound,
    leases: from.leases,
    pendingReads: from.pendingReads,
    transferee: from.transferee,
  };
}

/** More entries committed and applied. */
export function withCommitted(from: RaftState, commitIndex: number, machine: Machine): RaftState {
  return {
    config: from.config,
    self: from.self,
    role: from.role,
    term: from.term,
    votedFor: from.votedFor,
    log: from.log,
    membership: from.membership,
    commitIndex,
    machine,
    leader: from.leader,
    heardLeader: from.heardLeader,
    isWiped: from.isWiped,
    votes: from.votes,
    nextIndex: from.nextIndex,
    matchIndex: from.matchIndex,
    round: from.round,
    answeredRound: from.answeredRound,
    checkedRound: from.checkedRound,
    leases: from.leases,
    pendingReads: from.pendingReads,
    transferee: from.transferee,
  };
}

/** What followers are known to have, and what they get next. */
export function withMatch(from: RaftState, nextIndex: readonly number[], matchIndex: readonly number[]): RaftState {
  return {
    config: from.config,
    self: from.self,
    role: from.role,
    term: from.term,
    votedFor: from.votedFor,
    log: from.log,
    membership: from.membership,
    commitIndex: from.commitIndex,
    machine: from.machine,
    leader: from.leader,
    heardLeader: from.heardLeader,
    isWiped: from.isWiped,
    votes: from.votes,
    nextIndex,
    matchIndex,
    round: from.round,
    answeredRound: from.answeredRound,
    checkedRound: from.checkedRound,
    leases: from.leases,
    pendingReads: from.pendingReads,
    transferee: from.transferee,
  };
}

/** Another round of messages has left. */
export function withRound(
  from: RaftState,
  nextIndex: readonly number[],
  round: number,
  leases: readonly boolean[],
): RaftState {
  return {
    config: from.config,
    self: from.self,
    role: from.role,
    term: from.term,
    votedFor: from.votedFor,
    log: from.log,
    membership: from.membership,
    commitIndex: from.commitIndex,
    machine: from.machine,
    leader: from.leader,
    heardLeader: from.heardLeader,
    isWiped: from.isWiped,
    votes: from.votes,
    nextIndex,
    matchIndex: from.matchIndex,
    round,
    answeredRound: from.answeredRound,
    checkedRound: from.checkedRound,
    leases,
    pendingReads: from.pendingReads,
    transferee: from.transferee,
  };
}
