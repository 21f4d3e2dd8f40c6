/**
 * What replicas and the coordination store of a primary-backup group know and tell each other.
 */
import type { Milliseconds, NodeIndex } from '../../kernel/units.ts';
import type { Output, Step } from '../protocol.ts';

export const MODES = ['asynchronous', 'synchronous', 'semi_synchronous'] as const;
export const FAILOVERS = ['store', 'manual', 'none'] as const;
export const PROMOTIONS = ['most_advanced', 'first'] as const;

export interface PrimaryBackupConfig {
  /** Replicas are the nodes below this; the store is the node of this index. */
  readonly replicas: number;
  readonly mode: (typeof MODES)[number];
  /** Backups that must have a write before it is acknowledged. */
  readonly acks: number;
  readonly failover: (typeof FAILOVERS)[number];
  readonly promotion: (typeof PROMOTIONS)[number];
  /** A replica that returns with writes that the new primary lacks keeps them; a variant. */
  readonly keepsErrantTail: boolean;
  readonly leaseMs: Milliseconds;
  readonly heartbeatMs: Milliseconds;
  readonly pollMs: Milliseconds;
  readonly operatorMs: Milliseconds;
  readonly shipIntervalMs: Milliseconds;
  readonly retryMs: Milliseconds;
  /** After this long without the acks, semi-synchronous goes on as asynchronous; 0 is never. */
  readonly fallbackMs: Milliseconds;
}

/** A write in the log. Its index is its place, its epoch that of the primary that took it. */
export interface Entry {
  readonly epoch: number;
  readonly client: number;
  readonly number: number;
  readonly key: number;
  readonly value: number;
}

export type PrimaryBackupMessage =
  /** Primary to backup: `entries` go behind the first `from`, the last of which is of `fromEpoch`; `start` is the length of the primary's log when it was promoted. */
  | {
      readonly kind: 'append';
      readonly epoch: number;
      readonly start: number;
      readonly from: number;
      readonly fromEpoch: number;
      readonly entries: readonly Entry[];
    }
  /** The backup has the first `length` entries of the primary's log on disk. */
  | { readonly kind: 'appended'; readonly epoch: number; readonly length: number }
  /** The logs differ before `from`; they may agree up to `length`. */
  | { readonly kind: 'mismatch'; readonly epoch: number; readonly from: number; readonly length: number }
  /** Somebody leads a later epoch. */
  | { readonly kind: 'superseded'; readonly epoch: number }
  /** To itself: the first `length` entries are on disk. */
  | { readonly kind: 'durable'; readonly epoch: number; readonly length: number }
  | { readonly kind: 'renew' | 'granted'; readonly epoch: number; readonly tick: number }
  /** A replica has restarted. */
  | { readonly kind: 'register'; readonly incarnation: number }
  | { readonly kind: 'assigned'; readonly epoch: number; readonly primary: NodeIndex }
  | { readonly kind: 'poll'; readonly epoch: number }
  | ({ readonly kind: 'report'; readonly epoch: number } & Standing)
  | { readonly kind: 'promote'; readonly epoch: number; readonly incarnation: number };

/** How far a replica is: what it reports to the store. */
export interface Standing {
  readonly incarnation: number;
  readonly joined: number;
  readonly length: number;
}

/** The last request of a client that is in the log, and its place. */
export interface Seen {
  readonly client: number;
  readonly number: number;
  readonly index: number;
}

interface NodeBase {
  readonly config: PrimaryBackupConfig;
  readonly self: NodeIndex;
}

export interface Replica extends NodeBase {
  readonly role: 'replica';
  readonly incarnation: number;
  /** The latest epoch heard of; nothing of an earlier one is taken any more. Durable. */
  readonly epoch: number;
  /** The latest epoch whose primary's log at its promotion this one holds in full. Durable. */
  readonly joined: number;
  readonly log: readonly Entry[];
  /** Own entries that no primary knows of, kept by a variant; 0 otherwise. Durable. */
  readonly errant: number;
  readonly primary: NodeIndex | null;
  /** What a primary keeps; null in a backup. */
  readonly lead: Lead | null;
}

export interface Lead {
  /** Length of the log at the promotion. */
  readonly start: number;
  /** Heartbeats sent, and the heartbeat at which the lease ends. */
  readonly tick: number;
  readonly leaseEnd: number;
  /** Entries on the own disk. */
  readonly confirmed: number;
  /** By replica: entries known to be on its disk, -1 where nothing is known. Own place unused. */
  readonly acked: readonly number[];
  /** By replica: where the next append begins. */
  readonly next: readonly number[];
  /** Entries that count as done, and their values by key. */
  readonly committed: number;
  readonly table: readonly (number | null)[];
  readonly seen: readonly Seen[];
  /** Semi-synchronous has fallen back to asynchronous. */
  readonly isDegraded: boolean;
}

export interface Store extends NodeBase {
  readonly role: 'store';
  readonly epoch: number;
  /** The primary of the epoch; null while one is sought. */
  readonly primary: NodeIndex | null;
  /** `promoting` until the new primary renews for the first time; `lapsed` when nobody acts on the lease that ran out. */
  readonly phase: 'leased' | 'lapsed' | 'polling' | 'promoting';
  /** The only replica that may be promoted, where failover is not the store's to decide. */
  readonly only: NodeIndex | null;
  /** Incarnation of the primary when it was promoted: a later one has lost its lead. */
  readonly incarnation: number;
  readonly reports: readonly (Standing | null)[];
}

export type PrimaryBackupState = Replica | Store;

export type ReplicaDurable = Pick<Replica, 'role' | 'epoch' | 'joined' | 'log' | 'errant'>;
export type StoreDurable = Pick<Store, 'role' | 'epoch' | 'primary' | 'incarnation' | 'only'>;
export type PrimaryBackupDurable = ReplicaDurable | StoreDurable;
export type PrimaryBackupOutput = Output<PrimaryBackupMessage, PrimaryBackupDurable>;
export type PrimaryBackupStep = Step<PrimaryBackupState, PrimaryBackupMessage, PrimaryBackupDurable>;

/** What a replica must have on disk. */
export function durableOf({ epoch, joined, log, errant }: Replica): PrimaryBackupOutput {
  return { kind: 'persist', durable: { role: 'replica', epoch, joined, log, errant } };
}

/** Epoch of the last of the first `length` entries; 0 before the first. */
export function epochAt(log: readonly Entry[], length: number): number {
  return log[length - 1]?.epoch ?? 0;
}

/** Heartbeats that a lease lasts. */
export function leaseTicks({ leaseMs, heartbeatMs }: PrimaryBackupConfig): number {
  return Math.max(1, Math.floor(leaseMs / heartbeatMs));
}

/**
 * Replicas that must report before one is promoted: so many that every acknowledged write is held by one of them. In asynchronous
 * mode no number would do, and one is enough; in synchronous mode any one holds everything.
 */
export function reportsNeeded({ mode, replicas, acks }: PrimaryBackupConfig): number {
  return mode === 'semi_synchronous' ? replicas - acks : 1;
}
