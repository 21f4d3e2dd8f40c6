/**
 * Viewstamped Replication: what a replica holds and what it sends.
 *
 * The log is an array; op-number n stands at index n - 1, so the op-number of a replica is the length of its log. `crashes` is the crash
 * vector (Michael, Ports, Sharma, Szekeres, DISC 2017): for each replica the last start of it without memory that this one has heard of.
 */
import type { NodeIndex } from '../../kernel/units.ts';
import type { Command, Output, ResponseValue, Step } from '../protocol.ts';

export interface VrConfig {
  readonly nodes: number;
  /** Replicas that commit an operation, and that change the view. */
  readonly quorum: number;
  /** Nothing is ever written to disk: memory is all there is. */
  readonly isDiskless: boolean;
  readonly viewChangeMinMs: number;
  readonly viewChangeMaxMs: number;
  readonly heartbeatMs: number;
  readonly recoveryRetryMs: number;
  /** Known mistake: messages from before a recovery count. */
  readonly ignoresCrashes: boolean;
}

export interface Operation {
  readonly client: number;
  readonly number: number;
  readonly command: Command;
}

export type Log = readonly Operation[];

/** A line of the client table: the last request of a client that was executed, and its result. */
export interface Session {
  readonly number: number;
  readonly value: ResponseValue | undefined;
}

/** What a DoViewChange says. */
export interface ViewReport {
  /** The last view in which the replica was normal. */
  readonly normalView: number;
  readonly log: Log;
  readonly commit: number;
}

/** What a RecoveryResponse says; only the primary of `view` gives its log. */
export interface RecoveryReport {
  readonly view: number;
  readonly log: Log | null;
  readonly commit: number;
}

export interface VrState {
  readonly config: VrConfig;
  readonly self: NodeIndex;
  readonly status: 'normal' | 'view-change' | 'recovering';
  readonly view: number;
  readonly normalView: number;
  readonly log: Log;
  readonly commit: number;
  /** Values by key. */
  readonly store: readonly (number | null)[];
  /** The client table. */
  readonly sessions: readonly (Session | null)[];
  /** Crash vector, by replica. */
  readonly crashes: readonly number[];
  /** View changes in a row without a primary: they back off. */
  readonly attempts: number;
  /** As primary: the op-number up to which each replica has acknowledged. */
  readonly acked: readonly number[];
  /** As primary: operations up to this op-number were under way at the last heartbeat already. */
  readonly retryBelow: number;
  /** In a view change: who has announced it, and what was reported, by replica. */
  readonly announced: readonly boolean[];
  readonly reports: readonly (ViewReport | null)[];
  /** While recovering: what was answered, by replica. */
  readonly responses: readonly (RecoveryReport | null)[];
}

export interface VrDurable {
  readonly view: number;
  readonly normalView: number;
  readonly log: Log;
  readonly crashes: readonly number[];
}

/** Messages that are counted carry the crash vector of their sender. */
export type VrMessage =
  | {
      readonly kind: 'prepare';
      readonly view: number;
      /** Op-number before the first of `entries`. */
      readonly after: number;
      readonly entries: Log;
      readonly commit: number;
    }
  | { readonly kind: 'prepare_ok'; readonly view: number; readonly op: number; readonly crashes: readonly number[] }
  | { readonly kind: 'commit'; readonly view: number; readonly commit: number }
  | { readonly kind: 'start_view_change'; readonly view: number; readonly crashes: readonly number[] }
  | {
      readonly kind: 'do_view_change';
      readonly view: number;
      readonly report: ViewReport;
      readonly crashes: readonly number[];
    }
  | { readonly kind: 'start_view'; readonly view: number; readonly log: Log; readonly commit: number }
  | { readonly kind: 'get_state'; readonly view: number; readonly after: number }
  | {
      readonly kind: 'new_state';
      readonly view: number;
      readonly after: number;
      readonly entries: Log;
      readonly commit: number;
    }
  /** The nonce is the sender's own entry of its crash vector. */
  | { readonly kind: 'recovery'; readonly nonce: number; readonly crashes: readonly number[] }
  | {
      readonly kind: 'recovery_response';
      readonly nonce: number;
      readonly report: RecoveryReport;
      readonly crashes: readonly number[];
    };

export type MessageOf<Kind extends VrMessage['kind']> = VrMessage & { readonly kind: Kind };
export type VrOutput = Output<VrMessage, VrDurable>;
export type VrStep = Step<VrState, VrMessage, VrDurable>;

export const VIEW_CHANGE = 'view_change';
export const HEARTBEAT = 'heartbeat';
export const RECOVERY = 'recovery';

const BACKOFF_DOUBLINGS_MAX = 4;

export function primaryOf(view: number, { nodes }: VrConfig): NodeIndex {
  return view % nodes;
}

export function isPrimary({ status, view, self, config }: VrState): boolean {
  return status === 'normal' && primaryOf(view, config) === self;
}

export function armViewChange({ config, attempts }: VrState): VrOutput {
  const factor = 2 ** Math.min(attempts, BACKOFF_DOUBLINGS_MAX);
  return {
    kind: 'set_timer',
    timer: VIEW_CHANGE,
    minMs: config.viewChangeMinMs * factor,
    maxMs: config.viewChangeMaxMs * factor,
  };
}

export function armHeartbeat({ config }: VrState): VrOutput {
  return { kind: 'set_timer', timer: HEARTBEAT, minMs: config.heartbeatMs, maxMs: config.heartbeatMs };
}

/** Nothing where there is no disk. */
export function persist({ config, view, normalView, log, crashes }: VrState, outputs: VrOutput[]): void {
  if (!config.isDiskless) outputs.push({ kind: 'persist', durable: { view, normalView, log, crashes } });
}

export function sendToOthers({ config, self }: VrState, message: VrMessage, outputs: VrOutput[]): void {
  for (let to = 0; to < config.nodes; to++) if (to !== self) outputs.push({ kind: 'send', to, message });
}

/** The replica becomes normal in `view` with that log; what it collected before is gone. */
export function enterNormal(state: VrState, view: number, log: Log): VrState {
  return {
    ...state,
    status: 'normal',
    view,
    normalView: view,
    log,
    attempts: 0,
    acked: [],
    retryBelow: 0,
    announced: [],
    reports: [],
    responses: [],
  };
}
