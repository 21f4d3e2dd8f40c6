/**
 * Zab: what a server holds and what it sends.
 *
 * A transaction is named by its zxid, the epoch of the leader that broadcast it and a counter from 1 in that epoch. Of the history the
 * oldest part is a snapshot: the state after its first `index` transactions. Places in a history are counted from its beginning, so
 * that they stay when the snapshot moves on.
 */
import type { NodeIndex } from '../../kernel/units.ts';
import type { Output, ResponseValue, Step } from '../protocol.ts';
import type { History, Snapshot, Transaction, Zxid } from './zab-history.ts';

export interface ZabConfig {
  readonly nodes: number;
  /** Servers that establish an epoch and commit a transaction. */
  readonly quorum: number;
  readonly tickMs: number;
  /** Ticks that a server has to join an epoch, and a leader to establish one. */
  readonly initLimit: number;
  /** Ticks that a follower and a quorum of followers may be silent. */
  readonly syncLimit: number;
  /** How long an election waits for a better vote once a quorum agrees; also the first interval of notifications. */
  readonly finalizeWaitMs: number;
  readonly maxNotificationMs: number;
  /** Delivered transactions that are kept for a DIFF. */
  readonly committedLogTxns: number;
  /** Reads are broadcast as writes are, or answered by whoever is asked: after a sync with the leader, or at once. */
  readonly reads: 'log' | 'sync' | 'local';
  /** Known mistake: what is logged and not delivered is left on disk and left out of votes and of synchronisation. */
  readonly retainsDatabase: boolean;
  /** Known mistake: the history that comes with NEWLEADER is acknowledged, and written with UPTODATE. */
  readonly logsAfterUpToDate: boolean;
  /** Known mistake: the new current epoch is written before the history that belongs to it. */
  readonly writesEpochFirst: boolean;
}

/** A line of the client table: the last request of a client that was executed, and its result. */
export interface Session {
  readonly number: number;
  readonly value: ResponseValue | undefined;
}

/** A read that waits until a counter of the current epoch is delivered; null until the leader has told which. */
export interface PendingRead {
  readonly client: number;
  readonly number: number;
  readonly key: number;
  readonly counter: number | null;
}

/** What the transactions delivered so far have made. */
export interface Database {
  /** Values by key. */
  readonly store: readonly (number | null)[];
  readonly sessions: readonly (Session | null)[];
}

/** Whom a server wants to lead, with that one's current epoch and last zxid. */
export interface Vote {
  readonly leader: NodeIndex;
  readonly epoch: number;
  readonly zxid: Zxid;
}

export type Role = 'looking' | 'following' | 'leading';

/** What somebody who no longer looks says about who leads. */
export interface Settled {
  readonly leader: NodeIndex;
  readonly isLeading: boolean;
}

export interface Election {
  /** The logical clock: votes of one round are counted together. Kept when the election is over. */
  readonly round: number;
  readonly vote: Vote;
  /** Votes of this round, by server. */
  readonly ballots: readonly (Vote | null)[];
  /** What servers say that are in no election, by server. */
  readonly settled: readonly (Settled | null)[];
  /** A quorum agrees with the vote, and the wait for a better one has begun. */
  readonly isFinal: boolean;
  /** Notifications sent again in this election: they back off. */
  readonly resends: number;
}

/** How up to date a server was when it accepted the new epoch. */
export interface EpochAck {
  readonly currentEpoch: number;
  readonly last: Zxid;
  /** Not so when the epoch was accepted from another leader, or before a restart. */
  readonly isCounted: boolean;
}

/** What a leader knows of its followers, itself among them. */
export interface Leadership {
  /** The epoch that it has proposed; 0 before a quorum has connected. */
  readonly epoch: number;
  /** Accepted epochs of those that have connected. */
  readonly connected: readonly (number | null)[];
  readonly epochAcks: readonly (EpochAck | null)[];
  /** Last counter of this epoch that each has logged; -1 before it has acknowledged NEWLEADER. */
  readonly acked: readonly number[];
  /** Place of the last transaction of the initial history. */
  readonly initial: number;
  /** Half ticks since the election, and when each follower was heard last. */
  readonly halfTicks: number;
  readonly heard: readonly number[];
  /** Counters up to this one had been proposed by the last ping. */
  readonly retryBelow: number;
}

export interface ZabState {
  readonly config: ZabConfig;
  readonly self: NodeIndex;
  readonly role: Role;
  readonly phase: 'election' | 'discovery' | 'synchronization' | 'broadcast';
  /** Epoch of the last NEWEPOCH accepted. */
  readonly acceptedEpoch: number;
  /** Epoch of the last NEWLEADER accepted. */
  readonly currentEpoch: number;
  readonly history: History;
  /** Place of the last transaction delivered. */
  readonly delivered: number;
  readonly database: Database;
  readonly election: Election;
  /** While following or leading. */
  readonly leader: NodeIndex | null;
  /** From whom the accepted epoch came; null after a restart. */
  readonly acceptedFrom: NodeIndex | null;
  /** As follower: NEWLEADER was acknowledged to this leader. */
  readonly isSynced: boolean;
  /** In the broadcast phase, of reads after a sync. */
  readonly pendingReads: readonly PendingRead[];
  /** While leading. */
  readonly leadership: Leadership | null;
  /** Place up to which memory was filled from disk at the start. */
  readonly loaded: number;
  /** Only by the mistake: what the disk holds and memory does not. */
  readonly retained: readonly Transaction[];
}

export interface ZabDurable {
  readonly acceptedEpoch: number;
  readonly currentEpoch: number;
  readonly history: History;
}

/** How a follower gets from its last zxid to the leader's history. TCP keeps this in order with NEWLEADER; here it is in it. */
export type Sync =
  | { readonly mode: 'diff'; readonly txns: readonly Transaction[] }
  | { readonly mode: 'trunc'; readonly to: Zxid; readonly txns: readonly Transaction[] }
  | { readonly mode: 'snap'; readonly snapshot: Snapshot; readonly txns: readonly Transaction[] };

export type ZabMessage =
  | { readonly kind: 'notification'; readonly role: Role; readonly round: number; readonly vote: Vote }
  | { readonly kind: 'follower_info'; readonly acceptedEpoch: number }
  | { readonly kind: 'new_epoch'; readonly epoch: number }
  | { readonly kind: 'ack_epoch'; readonly epoch: number; readonly ack: EpochAck }
  /** `after` is the last zxid of the follower that `sync` was made for. */
  | { readonly kind: 'new_leader'; readonly epoch: number; readonly after: Zxid; readonly sync: Sync }
  | { readonly kind: 'ack_new_leader'; readonly epoch: number; readonly counter: number }
  | { readonly kind: 'up_to_date'; readonly epoch: number; readonly committed: number }
  | { readonly kind: 'proposal'; readonly epoch: number; readonly txns: readonly Transaction[] }
  | { readonly kind: 'ack'; readonly epoch: number; readonly counter: number }
  | { readonly kind: 'commit'; readonly epoch: number; readonly counter: number }
  | { readonly kind: 'sync'; readonly epoch: number; readonly client: number; readonly number: number }
  | {
      readonly kind: 'synced';
      readonly epoch: number;
      readonly client: number;
      readonly number: number;
      readonly counter: number;
    }
  | { readonly kind: 'ping'; readonly epoch: number; readonly committed: number }
  | { readonly kind: 'pong'; readonly epoch: number; readonly counter: number };

export type MessageOf<Kind extends ZabMessage['kind']> = ZabMessage & { readonly kind: Kind };
export type ZabOutput = Output<ZabMessage, ZabDurable>;
export type ZabStep = Step<ZabState, ZabMessage, ZabDurable>;

/** Notifications are sent again. */
export const ELECTION = 'election';
/** No better vote has come. */
export const FINALIZE = 'finalize';
/** The leader pings, a follower repeats what it waits for an answer to. */
export const TICK = 'tick';
/** The leader is silent, or synchronisation takes too long. */
export const LIMIT = 'limit';

export function armTimer(timer: string, ms: number): ZabOutput {
  return { kind: 'set_timer', timer, minMs: ms, maxMs: ms };
}

export function persist(state: ZabState, outputs: ZabOutput[]): void {
  const { acceptedEpoch, currentEpoch, history, retained } = state;
  const onDisk = retained.length === 0 ? history : withRetained(history, retained);
  outputs.push({ kind: 'persist', durable: { acceptedEpoch, currentEpoch, history: onDisk } });
}

/** The log file as the mistake leaves it: in the order of zxids, with what memory has forgotten. */
function withRetained({ snapshot, log }: History, retained: readonly Transaction[]): History {
  const isLogged = (txn: Transaction): boolean =>
    log.some(({ epoch, counter }) => epoch === txn.epoch && counter === txn.counter);
  const all = [...log, ...retained.filter((txn) => !isLogged(txn))];
  return { snapshot, log: all.sort((a, b) => a.epoch - b.epoch || a.counter - b.counter) };
}

export function sendToOthers({ config, self }: ZabState, message: ZabMessage, outputs: ZabOutput[]): void {
  for (let to = 0; to < config.nodes; to++) if (to !== self) outputs.push({ kind: 'send', to, message });
}

/** A copy with one element replaced. */
export function withElement<Item>(list: readonly Item[], at: number, item: Item): readonly Item[] {
  const copy = list.slice();
  copy[at] = item;
  return copy;
}

/** Whether a message is of the epoch that this follower is synchronised in, by its leader. */
export function isFromLeader(state: ZabState, from: NodeIndex, epoch: number): boolean {
  return state.role === 'following' && state.leader === from && state.isSynced && epoch === state.currentEpoch;
}

/** What is established with a quorum of followers and takes writes. */
export function isEstablished({ role, phase }: ZabState): boolean {
  return role === 'leading' && phase === 'broadcast';
}
