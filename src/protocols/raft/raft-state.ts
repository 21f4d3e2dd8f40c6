/**
 * Raft's configuration, states and messages, by the names of the paper: D. Ongaro, J. Ousterhout, "In Search of an
 * Understandable Consensus Algorithm", USENIX ATC 2014 (Figures 2 and 13), and D. Ongaro's dissertation, Stanford 2014,
 * for what the paper leaves out.
 */
import type { Milliseconds, NodeIndex } from '../../kernel/units.ts';
import type { NodeState, Output, Step } from '../protocol.ts';
import type { Entry, RaftLog } from './raft-log.ts';
import type { Machine } from './state-machine.ts';

export type ReadMode = 'log' | 'read_index' | 'lease' | 'local';

/** Mistakes that were made for real, each a switch. */
export interface Mistakes {
  /** Commits entries of earlier terms by counting replicas (Figure 8), and begins no term with an empty entry. */
  readonly commitsEarlierTerms: boolean;
  readonly forgetsVote: boolean;
  readonly forgetsLog: boolean;
  readonly commitIndexRegresses: boolean;
  readonly truncatesMatchingEntries: boolean;
  readonly trustsClocks: boolean;
  /** Asks for no pre-votes, and yet claims that leaders are stable. */
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
  /** The last so many nodes vote, but store no commands and never lead. */
  readonly witnesses: number;
  readonly electionTimeoutMinMs: Milliseconds;
  readonly electionTimeoutMaxMs: Milliseconds;
  readonly heartbeatMs: Milliseconds;
  readonly preVote: boolean;
  readonly checkQuorum: boolean;
  readonly reads: ReadMode;
  /** How far a clock's rate may be from true time: 0.1 is a tenth. */
  readonly maxClockDrift: number;
  readonly membership: 'joint' | 'single';
  /** Committed entries after which the log is compacted. */
  readonly snapshotEntries: number;
  /** Most entries of one message. */
  readonly maxEntries: number;
  /** Of a hundred operations of the workload, so many change who votes. */
  readonly membershipChangesPercent: number;
  readonly mistakes: Mistakes;
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
  /** The disk was lost once: what this node voted and stored is unknown, so it never votes again. */
  readonly isWiped: boolean;
  // Volatile, on all nodes.
  /** The latest in the log, committed or not. */
  readonly membership: Membership;
  readonly commitIndex: number;
  readonly machine: Machine;
  readonly leader: NodeIndex | null;
  /** A leader was heard within the least election timeout: the timer `heard_leader` runs, then `election`. */
  readonly heardLeader: boolean;
  // By node: on candidates, then on leaders; empty elsewhere.
  readonly votes: readonly boolean[];
  readonly nextIndex: readonly number[];
  readonly matchIndex: readonly number[];
  /** What a leader keeps besides, and what seldom changes. */
  readonly tenure: Tenure;
}

/** How a leader knows that it still leads, and to whom it hands over. */
export interface Tenure {
  /** Who answered since the last check for a quorum, by node. */
  readonly active: readonly boolean[];
  /** Number of the latest round of messages that asks whether this node still leads, and the latest that each node answered. */
  readonly round: number;
  readonly answeredRound: readonly number[];
  /** The rounds whose lease timers run, 0 for none; see `reads.ts`. Empty where this term gives no more leases. */
  readonly leaseRounds: readonly number[];
  readonly pendingReads: readonly PendingRead[];
  /** Whom leadership is being handed to. */
  readonly transferee: NodeIndex | null;
}

/** Of all that do not lead. */
export const NO_TENURE: Tenure = {
  active: [],
  round: 0,
  answeredRound: [],
  leaseRounds: [],
  pendingReads: [],
  transferee: null,
};

export interface RaftDurable {
  readonly term: number;
  readonly votedFor: NodeIndex | null;
  readonly log: RaftLog;
  readonly isWiped: boolean;
}

export interface RequestVote {
  readonly kind: 'RequestVote';
  readonly term: number;
  readonly lastLogIndex: number;
  readonly lastLogTerm: number;
  readonly isPreVote: boolean;
  readonly isTransfer: boolean;
}

export interface Vote {
  readonly kind: 'Vote';
  readonly term: number;
  readonly granted: boolean;
  readonly isPreVote: boolean;
}

export interface AppendEntries {
  readonly kind: 'AppendEntries';
  readonly term: number;
  readonly prevLogIndex: number;
  readonly prevLogTerm: number;
  readonly entries: readonly Entry[];
  readonly leaderCommit: number;
  readonly round: number;
}

export interface Appended {
  readonly kind: 'Appended';
  readonly term: number;
  readonly success: boolean;
  /** On success the last index known to match; else where to try next. */
  readonly index: number;
  readonly round: number;
}

export interface InstallSnapshot {
  readonly kind: 'InstallSnapshot';
  readonly term: number;
  readonly log: RaftLog;
  readonly round: number;
}

export interface TimeoutNow {
  readonly kind: 'TimeoutNow';
  readonly term: number;
}

export type RaftMessage = RequestVote | Vote | AppendEntries | Appended | InstallSnapshot | TimeoutNow;
export type RaftOutput = Output<RaftMessage, RaftDurable>;
export type RaftStep = Step<RaftState, RaftMessage, RaftDurable>;

export const TIMERS = [
  'election',
  'heard_leader',
  'heartbeat',
  'check_quorum',
  'lease_0',
  'lease_1',
  'transfer',
] as const;

export function persist({ term, votedFor, log, isWiped }: RaftState): RaftOutput {
  return { kind: 'persist', durable: { term, votedFor, log, isWiped } };
}

export function timer(name: (typeof TIMERS)[number], minMs: Milliseconds, maxMs: Milliseconds = minMs): RaftOutput {
  return { kind: 'set_timer', timer: name, minMs, maxMs };
}

export function electionTimer({ config }: RaftState): RaftOutput {
  return timer('election', config.electionTimeoutMinMs, config.electionTimeoutMaxMs);
}

/** Everybody who gets entries: voters, those who leave, learners. */
export function receiversOf({ voters, outgoing, learners }: Membership): readonly NodeIndex[] {
  if (outgoing === null && learners.length === 0) return voters;
  return [...new Set([...voters, ...(outgoing ?? []), ...learners])];
}

/** Without this node. */
export function peersOf({ membership, self }: RaftState): readonly NodeIndex[] {
  return receiversOf(membership).filter((node) => node !== self);
}

export function isVoter({ voters, outgoing }: Membership, node: NodeIndex): boolean {
  return voters.includes(node) || (outgoing?.includes(node) ?? false);
}

/** A witness stores the terms of entries without what they say: enough to vote rightly and to count for commitment. */
export function isWitness({ nodes, witnesses }: RaftConfig, node: NodeIndex): boolean {
  return node >= nodes - witnesses;
}

/** Whether this node may ask for votes. */
export function isEligible({ config, membership, self, isWiped }: RaftState): boolean {
  return isVoter(membership, self) && !isWiped && !isWitness(config, self);
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
  for (const voter of voters) if (marked[voter] === true) count += 1;
  return count >= needed;
}

/** A copy with one element replaced. */
export function withElement<Item>(list: readonly Item[], at: number, item: Item): readonly Item[] {
  const copy = list.slice();
  copy[at] = item;
  return copy;
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
    isWiped: from.isWiped,
    membership: from.membership,
    commitIndex: from.commitIndex,
    machine: from.machine,
    leader: from.leader,
    heardLeader: from.heardLeader,
    votes: from.votes,
    nextIndex: from.nextIndex,
    matchIndex: from.matchIndex,
    tenure: from.tenure,
  };
}

/** What replication changes, which most steps do, all at once. */
export function withReplicated(
  from: RaftState,
  log: RaftLog,
  membership: Membership,
  commitIndex: number,
  machine: Machine,
  nextIndex: readonly number[],
  matchIndex: readonly number[],
): RaftState {
  return {
    config: from.config,
    self: from.self,
    role: from.role,
    term: from.term,
    votedFor: from.votedFor,
    log,
    isWiped: from.isWiped,
    membership,
    commitIndex,
    machine,
    leader: from.leader,
    heardLeader: from.heardLeader,
    votes: from.votes,
    nextIndex,
    matchIndex,
    tenure: from.tenure,
  };
}

/** Another log, and the configuration in force with it. */
export function withLog(from: RaftState, log: RaftLog, membership: Membership): RaftState {
  return withReplicated(from, log, membership, from.commitIndex, from.machine, from.nextIndex, from.matchIndex);
}

/** What followers are known to have, and what they get next. */
export function withMatch(from: RaftState, nextIndex: readonly number[], matchIndex: readonly number[]): RaftState {
  return withReplicated(from, from.log, from.membership, from.commitIndex, from.machine, nextIndex, matchIndex);
}

/** Rare enough to be spread. */
export function withTenure(from: RaftState, changes: Partial<Tenure>): RaftState {
  return stateOf({ ...from, tenure: { ...from.tenure, ...changes } });
}

/** Whether a leader is heard. Rare enough to be spread. */
export function withHeard(from: RaftState, heardLeader: boolean): RaftState {
  return stateOf({ ...from, heardLeader });
}
