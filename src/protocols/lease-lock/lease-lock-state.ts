/**
 * What lock nodes, the resource and the workers know and tell each other.
 */
import type { Milliseconds, NodeIndex } from '../../kernel/units.ts';
import type { Output, Step } from '../protocol.ts';

export interface LeaseLockConfig {
  /** Lock nodes are the nodes below this, then comes the resource, then the workers. */
  readonly lockNodes: number;
  readonly workers: number;
  /** The resource looks at fencing tokens. */
  readonly isFenced: boolean;
  /** Whether a release names the lease it releases; a variant frees whatever lock there is. */
  readonly comparesOnRelease: boolean;
  readonly ttlMs: Milliseconds;
  /** How long a worker relies on its lease, from before it asked. */
  readonly validityMs: Milliseconds;
  readonly acquireTimeoutMs: Milliseconds;
  readonly backoffMs: Milliseconds;
  readonly workMs: Milliseconds;
  readonly retryMs: Milliseconds;
}

/** One attempt of a worker to get the lock: unique for ever. */
export interface Lease {
  readonly worker: NodeIndex;
  readonly incarnation: number;
  readonly attempt: number;
}

export type LeaseLockMessage =
  | { readonly kind: 'lock' | 'unlock'; readonly lease: Lease }
  /** `counter` is the largest fencing counter that the node was told. */
  | { readonly kind: 'granted'; readonly lease: Lease; readonly counter: number }
  | { readonly kind: 'refused'; readonly lease: Lease }
  | { readonly kind: 'fence' | 'fenced'; readonly lease: Lease; readonly counter: number }
  | ({ readonly kind: 'write'; readonly lease: Lease; readonly token: number } & Job)
  | { readonly kind: 'written' | 'rejected'; readonly lease: Lease };

/** What a client wants done under the lock. */
export interface Job {
  readonly client: number;
  readonly number: number;
  readonly value: number;
}

/** The last request of a client that took effect. */
export interface Done {
  readonly client: number;
  readonly number: number;
}

interface NodeBase {
  readonly config: LeaseLockConfig;
  readonly self: NodeIndex;
}

export interface LockNode extends NodeBase {
  readonly role: 'lock';
  readonly lease: Lease | null;
  readonly counter: number;
}

export interface Resource extends NodeBase {
  readonly role: 'resource';
  /** The write that was accepted last. */
  readonly last: { readonly lease: Lease; readonly token: number; readonly value: number } | null;
  /** The largest token of a write that was accepted. */
  readonly token: number;
  readonly done: readonly Done[];
}

export interface Worker extends NodeBase {
  readonly role: 'worker';
  readonly incarnation: number;
  readonly attempts: number;
  readonly phase: 'idle' | 'acquire' | 'fence' | 'hold' | 'write' | 'backoff';
  /** The attempt under way; null when idle and between two attempts. */
  readonly lease: Lease | null;
  /** Lock nodes that agreed in this phase, and those that refused. */
  readonly agreed: readonly NodeIndex[];
  readonly refused: readonly NodeIndex[];
  /** The largest counter heard of, then the one that is to be installed. */
  readonly counter: number;
  /** What is to be done, in order; the first is under way. */
  readonly jobs: readonly Job[];
  readonly done: readonly Done[];
}

export type LeaseLockState = LockNode | Resource | Worker;

export type LeaseLockDurable =
  | Pick<LockNode, 'role' | 'lease' | 'counter'>
  | Pick<Resource, 'role' | 'last' | 'token' | 'done'>;

export type LeaseLockOutput = Output<LeaseLockMessage, LeaseLockDurable>;
export type LeaseLockStep = Step<LeaseLockState, LeaseLockMessage, LeaseLockDurable>;

export const TIMERS = {
  expiry: 'expiry',
  acquire: 'acquire',
  validity: 'validity',
  backoff: 'backoff',
  work: 'work',
  retry: 'retry',
} as const;

export function isSameLease(one: Lease | null, other: Lease | null): boolean {
  if (one === null || other === null) return one === other;
  return one.worker === other.worker && one.incarnation === other.incarnation && one.attempt === other.attempt;
}

/** Whether the worker believes that the lock is its own. */
export function believes({ phase }: Worker): boolean {
  return phase === 'hold' || phase === 'write';
}

/** Orders by counter, then by worker, so that no two workers have the same. 0 where tokens are not used. */
export function tokenOf({ config, self, counter }: Worker): number {
  return config.isFenced ? counter * config.workers + (self - config.lockNodes - 1) : 0;
}

export function withDone(done: readonly Done[], client: number, number: number): readonly Done[] {
  return [...done.filter((each) => each.client !== client), { client, number }];
}

/** `w1#3`: the third attempt of the first worker; `w1.1#3` after its restart. */
export function describeLease({ worker, incarnation, attempt }: Lease, { lockNodes }: LeaseLockConfig): string {
  return `w${worker - lockNodes}${incarnation === 0 ? '' : `.${incarnation}`}#${attempt}`;
}
