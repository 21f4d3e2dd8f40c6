/**
 * What the nodes of a Dynamo cluster know and tell each other, and where a key lives.
 */
import type { Milliseconds, NodeIndex } from '../../kernel/units.ts';
import type { Output, Step } from '../protocol.ts';
import type { Clock } from '../vector-clock.ts';
import type { Siblings, Versioning } from './versions.ts';

export interface DynamoConfig {
  readonly nodes: number;
  /** N, R and W. */
  readonly replicas: number;
  readonly readQuorum: number;
  readonly writeQuorum: number;
  /** Nodes beyond the N stand in for those that do not answer. */
  readonly isSloppy: boolean;
  readonly versioning: Versioning;
  readonly readRepair: 'none' | 'async' | 'blocking';
  /** Whether reads are claimed to be monotonic: a variant claims it and does not repair. */
  readonly claimsMonotonicReads: boolean;
  readonly retryMs: Milliseconds;
  readonly handoffMs: Milliseconds;
  /** 0: no anti-entropy. */
  readonly antiEntropyMs: Milliseconds;
  /** 0: tombstones stay. */
  readonly gcGraceMs: Milliseconds;
}

/** Coordination of one request: by client, number and the start of the coordinator, so that answers to an earlier life do not count. */
interface Coordinated {
  readonly client: number;
  readonly number: number;
  readonly incarnation: number;
}

export type DynamoMessage =
  | (Coordinated & { readonly kind: 'get'; readonly key: number })
  | (Coordinated & { readonly kind: 'get_reply'; readonly siblings: Siblings })
  /** `hintFor`: the receiver stands in for that node. */
  | (Coordinated & {
      readonly kind: 'put';
      readonly key: number;
      readonly siblings: Siblings;
      readonly hintFor: NodeIndex | null;
    })
  | (Coordinated & { readonly kind: 'put_reply' })
  | { readonly kind: 'handoff' | 'handoff_reply'; readonly key: number; readonly siblings: Siblings }
  /** Anti-entropy: all that the sender holds; the answer to one tells what its sender lacks. */
  | { readonly kind: 'sync'; readonly store: Store; readonly isReply: boolean };

/** Siblings by key. */
export type Store = readonly Siblings[];

/** Kept for a node that did not answer. */
export interface Hint {
  readonly node: NodeIndex;
  readonly key: number;
  readonly siblings: Siblings;
}

/** What a coordinator does for one client: its latest request. */
export interface Session {
  readonly client: number;
  readonly number: number;
  readonly key: number;
  readonly isRead: boolean;
  /** `repair` is the end of a read that stores what it found before it answers. */
  readonly phase: 'get' | 'put' | 'repair' | 'done';
  /** What was found, or is to be stored. */
  readonly siblings: Siblings;
  /** Nodes that answered in this phase, and in a read what each holds. */
  readonly heard: readonly NodeIndex[];
  readonly replies: readonly Siblings[];
  /** Whether a retry timer fired since the phase began: the next one asks again. */
  readonly isOverdue: boolean;
}

/** What a client was told of a key through this coordinator: the context of its next write. */
export interface KnownContext {
  readonly client: number;
  readonly key: number;
  readonly clock: Clock;
}

export interface DynamoState {
  readonly config: DynamoConfig;
  readonly self: NodeIndex;
  readonly incarnation: number;
  readonly store: Store;
  readonly hints: readonly Hint[];
  readonly sessions: readonly Session[];
  /** Writes that are answered, but not by N replicas yet. */
  readonly settling: readonly Session[];
  readonly contexts: readonly KnownContext[];
  /** The peer of the next anti-entropy, as a distance on the ring. */
  readonly distance: number;
  /** Tombstones that the last collection saw, as `key/client/number`: the next one takes them. */
  readonly doomed: readonly string[];
}

export interface DynamoDurable {
  readonly store: Store;
  readonly hints: readonly Hint[];
}

export type DynamoOutput = Output<DynamoMessage, DynamoDurable>;
export type DynamoStep = Step<DynamoState, DynamoMessage, DynamoDurable>;

export const TIMERS = { retry: 'retry', handoff: 'handoff', antiEntropy: 'anti-entropy', gc: 'tombstone-gc' } as const;

/** The node at a position of the key's walk around the ring; positions below N are its preference list. */
export function nodeAt({ nodes }: DynamoConfig, key: number, position: number): NodeIndex {
  return (key + position) % nodes;
}

/** Whether the node is in the key's preference list. */
export function isReplica({ nodes, replicas }: DynamoConfig, key: number, node: NodeIndex): boolean {
  return (node - (key % nodes) + nodes) % nodes < replicas;
}

export function withSiblings(store: Store, key: number, siblings: Siblings): Store {
  const next = store.slice();
  while (next.length <= key) next.push([]);
  next[key] = siblings;
  return next;
}
