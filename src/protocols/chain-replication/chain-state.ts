/**
 * What servers and the master of a chain know and tell each other.
 */
import type { Milliseconds, NodeIndex } from '../../kernel/units.ts';
import type { Output, Step } from '../protocol.ts';

export interface ChainConfig {
  /** Servers are the nodes below this; the master is the node of this index. */
  readonly servers: number;
  /** Whether a server keeps what it forwarded until it is acknowledged; a variant forgets it. */
  readonly keepsSent: boolean;
  readonly leaseMs: Milliseconds;
  readonly heartbeatMs: Milliseconds;
  readonly retryMs: Milliseconds;
}

/** One update; its place in the history is its number. */
export interface Update {
  readonly client: number;
  readonly number: number;
  readonly key: number;
  readonly value: number;
}

/** The chain from head to tail, and the server that is copying the tail in order to be the next tail. */
export interface View {
  readonly view: number;
  readonly chain: readonly NodeIndex[];
  readonly joiner: NodeIndex | null;
}

export type ChainMessage =
  /** To the successor: `updates` stand behind the first `from`; the sender has `total`. */
  | {
      readonly kind: 'update';
      readonly view: number;
      readonly from: number;
      readonly total: number;
      readonly updates: readonly Update[];
    }
  /** To the predecessor: send what stands behind the first `length`. */
  | { readonly kind: 'need'; readonly view: number; readonly length: number }
  /** To the predecessor: the tail has processed the first `length`. */
  | { readonly kind: 'ack'; readonly view: number; readonly length: number }
  | { readonly kind: 'ping' | 'pong'; readonly view: number; readonly tick: number }
  | ({ readonly kind: 'view' } & View)
  /** To the master: the joiner has everything that the tail had when it began. */
  | { readonly kind: 'caught_up'; readonly view: number };

/** The last request of a client in the history, and its place. */
export interface Seen {
  readonly client: number;
  readonly number: number;
  readonly index: number;
}

interface NodeBase {
  readonly config: ChainConfig;
  readonly self: NodeIndex;
}

export interface Server extends NodeBase {
  readonly role: 'server';
  readonly view: View;
  /** Hist of the paper: all updates that the server has seen, in order. */
  readonly hist: readonly Update[];
  /** Length of the prefix that the tail has processed; what stands behind it is Sent of the paper. */
  readonly acked: number;
  /** Values by key after the acknowledged prefix. */
  readonly table: readonly (number | null)[];
  readonly seen: readonly Seen[];
  /** `acked` at the last retry: what has not moved since is sent again. */
  readonly stuckAt: number;
  readonly tick: number;
  readonly leaseEnd: number;
}

export interface Master extends NodeBase {
  readonly role: 'master';
  readonly view: View;
}

export type ChainState = Server | Master;
export type ChainDurable = Pick<Server, 'role' | 'view' | 'hist' | 'acked'> | Pick<Master, 'role' | 'view'>;
export type ChainOutput = Output<ChainMessage, ChainDurable>;
export type ChainStep = Step<ChainState, ChainMessage, ChainDurable>;

/** Most servers in a chain; the master has a timer for each. */
export const SERVERS_MAX = 9;

export function durableOf({ view, hist, acked }: Server): ChainOutput {
  return { kind: 'persist', durable: { role: 'server', view, hist, acked } };
}

export function isHead({ view, self }: Server): boolean {
  return view.chain[0] === self;
}

export function isTail({ view, self }: Server): boolean {
  return view.chain[view.chain.length - 1] === self;
}

/** Whom the server forwards to: the next in the chain, and the joiner behind the tail. */
export function successorOf({ view, self }: Server): NodeIndex | null {
  const place = view.chain.indexOf(self);
  if (place === -1) return null;
  return view.chain[place + 1] ?? view.joiner;
}

export function predecessorOf({ view, self }: Server): NodeIndex | null {
  if (view.joiner === self) return view.chain[view.chain.length - 1] ?? null;
  const place = view.chain.indexOf(self);
  return place <= 0 ? null : (view.chain[place - 1] ?? null);
}
