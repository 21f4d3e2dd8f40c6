/**
 * What replicas and the controller of a log with in-sync replicas know and tell each other.
 */
import type { Milliseconds, NodeIndex } from '../../kernel/units.ts';
import type { Output, Step } from '../protocol.ts';

/**
 * How a follower makes its log equal to the leader's, as Kafka's history went:
 * `high_watermark` before KIP-101, then `kip_101`, `kip_279`, `kip_320_first_try`, and `kip_320`, which is right.
 */
export type Truncation = 'high_watermark' | 'kip_101' | 'kip_279' | 'kip_320_first_try' | 'kip_320';

export interface IsrLogConfig {
  /** Replicas are the nodes below this; the controller is the node of this index. */
  readonly replicas: number;
  readonly truncation: Truncation;
  readonly minIsr: number;
  /** A replica outside the ISR may lead when no member is alive. */
  readonly allowsUnclean: boolean;
  readonly heartbeatMs: Milliseconds;
  readonly sessionMs: Milliseconds;
  readonly lagMs: Milliseconds;
  readonly retryMs: Milliseconds;
  /** Time between two moves of the lead from one member of the ISR to the next; 0 is never. */
  readonly rebalanceMs: Milliseconds;
}

export interface LogRecord {
  readonly epoch: number;
  readonly client: number;
  readonly number: number;
  readonly key: number;
  readonly value: number;
}

/** What the controller decides. `version` counts the changes of the ISR. */
export interface Partition {
  readonly epoch: number;
  readonly version: number;
  readonly leader: NodeIndex | null;
  /** Incarnation of the leader that is meant: one that has restarted since leads in a new epoch only. */
  readonly incarnation: number;
  readonly isr: readonly NodeIndex[];
}

export type IsrLogMessage =
  | { readonly kind: 'heartbeat'; readonly incarnation: number; readonly epoch: number; readonly version: number }
  | ({ readonly kind: 'leader_and_isr' } & Partition)
  | { readonly kind: 'alter_isr'; readonly epoch: number; readonly version: number; readonly isr: readonly NodeIndex[] }
  /** OffsetsForLeaderEpoch: where does this epoch end in the leader's log? */
  | { readonly kind: 'epoch_query'; readonly epoch: number; readonly lastEpoch: number }
  /** `found` is the largest epoch in the leader's log that is not above the one asked for, `end` the offset behind it. */
  | {
      readonly kind: 'epoch_end';
      readonly epoch: number;
      readonly asked: number;
      readonly found: number;
      readonly end: number;
    }
  /** The follower has everything below `offset` on disk; `lastEpoch` is the epoch of its last record. */
  | { readonly kind: 'fetch'; readonly epoch: number; readonly offset: number; readonly lastEpoch: number }
  | {
      readonly kind: 'fetched';
      readonly epoch: number;
      readonly offset: number;
      readonly records: readonly LogRecord[];
      readonly hw: number;
    }
  /** To itself: the records below `offset` are on disk. */
  | { readonly kind: 'durable'; readonly epoch: number; readonly offset: number };

export interface Seen {
  readonly client: number;
  readonly number: number;
  readonly offset: number;
}

interface NodeBase {
  readonly config: IsrLogConfig;
  readonly self: NodeIndex;
}

export interface Replica extends NodeBase {
  readonly role: 'replica';
  readonly incarnation: number;
  readonly epoch: number;
  readonly version: number;
  /** Null until the controller has said so. */
  readonly leader: NodeIndex | null;
  readonly log: readonly LogRecord[];
  /** High watermark: records below this offset are committed. */
  readonly hw: number;
  /** A follower that does not know yet how much of its log the leader has. */
  readonly isTruncating: boolean;
  readonly lead: Lead | null;
}

export interface Lead {
  /** Offset at which the leader's epoch begins. */
  readonly start: number;
  readonly isr: readonly NodeIndex[];
  /** The ISR that the controller is asked for; null when none is. */
  readonly asked: readonly NodeIndex[] | null;
  readonly confirmed: number;
  /** By replica: the offset of its last fetch, -1 before the first. */
  readonly fetched: readonly number[];
  /** By replica: it waits for new records. */
  readonly parked: readonly boolean[];
  /** By replica: it was at the end of the log since the last check for laggards. */
  readonly caughtUp: readonly boolean[];
  readonly seen: readonly Seen[];
  readonly table: readonly (number | null)[];
}

export interface Controller extends NodeBase {
  readonly role: 'controller';
  readonly partition: Partition;
  readonly incarnations: readonly number[];
  readonly alive: readonly boolean[];
}

export interface Leader extends Replica {
  readonly lead: Lead;
}

export type IsrLogState = Replica | Controller;
export type IsrLogDurable =
  | Pick<Replica, 'role' | 'epoch' | 'log' | 'hw'>
  | Pick<Controller, 'role' | 'partition' | 'incarnations'>;
export type IsrLogOutput = Output<IsrLogMessage, IsrLogDurable>;
export type IsrLogStep = Step<IsrLogState, IsrLogMessage, IsrLogDurable>;

/** Most replicas of a log; the controller has a timer for each. */
export const REPLICAS_MAX = 9;

export function durableOf({ epoch, log, hw }: Replica): IsrLogOutput {
  return { kind: 'persist', durable: { role: 'replica', epoch, log, hw } };
}

/** Epoch of the record before `offset`; 0 before the first. */
export function epochBefore(log: readonly LogRecord[], offset: number): number {
  return log[offset - 1]?.epoch ?? 0;
}

/** The offset behind the records of epochs up to `epoch`. */
export function endOfEpoch(log: readonly LogRecord[], epoch: number): number {
  let end = log.length;
  while (end > 0 && epochBefore(log, end) > epoch) end -= 1;
  return end;
}

export function timerOf(timer: string, ms: Milliseconds): IsrLogOutput {
  return { kind: 'set_timer', timer, minMs: ms, maxMs: ms };
}
