/**
 * What a PBFT replica knows and says, and the small questions that its parts ask of it.
 *
 * Signatures. A certificate names those who signed. Honest replicas put only names there whose message they received, and the
 * Byzantine steps in this folder lie about themselves alone: they never write a certificate that they were not given. That is what
 * unforgeable signatures leave a liar to do. A digest stands for a request: clients are honest, and sign one request per number.
 */
import type { Milliseconds, NodeIndex } from '../../kernel/units.ts';
import type { Output, Request, Response, Step } from '../protocol.ts';

export interface PbftConfig {
  readonly nodes: number;
  /** Faults that the sizes are made for: f. */
  readonly faults: number;
  /** Signers of a prepared certificate, view changes in a new view, checkpoints that make one stable. */
  readonly quorum: number;
  /** Commits that commit; the quorum, unless a variant says less. */
  readonly commitQuorum: number;
  /** Equal replies that a client waits for. */
  readonly clientReplies: number;
  /** Nodes below this lie. */
  readonly byzantine: number;
  readonly behavior: ByzantineBehavior;
  /** Sequence numbers between checkpoints; 0 for none. */
  readonly checkpointInterval: number;
  readonly requestTimeoutMs: Milliseconds;
  readonly retransmitMs: Milliseconds;
  /** View changes report what was prepared; a variant does not. */
  readonly reportsPrepared: boolean;
}

export const BEHAVIORS = ['equivocate', 'lie', 'withhold'] as const;
export type ByzantineBehavior = (typeof BEHAVIORS)[number];

/** Digest of the null request, which changes nothing. */
export const NULL_DIGEST = 0;
const CLIENT_UNIT = 2 ** 26;

/** A request under one digest, and who signed that. */
export interface Certificate {
  readonly seq: number;
  readonly view: number;
  readonly digest: number;
  readonly request: Request | null;
  readonly signers: readonly NodeIndex[];
}

/** The last one that a node sent. */
export interface Vote {
  readonly node: NodeIndex;
  readonly view: number;
  readonly digest: number;
}

/** All that a replica keeps about one sequence number. */
export interface Slot {
  /** View in which the pre-prepare was accepted; -1 without one. */
  readonly view: number;
  readonly digest: number;
  readonly request: Request | null;
  readonly prepares: readonly Vote[];
  readonly commits: readonly Vote[];
  /** The certificate of the highest view. */
  readonly prepared: Certificate | null;
  readonly committed: Certificate | null;
}

export const BLANK_SLOT: Slot = {
  view: -1,
  digest: NULL_DIGEST,
  request: null,
  prepares: [],
  commits: [],
  prepared: null,
  committed: null,
};

/** The client table: the last request of a client that was executed, and its reply. */
export interface Session {
  readonly client: number;
  readonly number: number;
  readonly response: Response;
}

/** The service after `seq` requests. `chain` is a running digest of them all. */
export interface Service {
  readonly seq: number;
  readonly chain: number;
  readonly registers: readonly (number | null)[];
  readonly sessions: readonly Session[];
}

export interface Checkpoint {
  readonly service: Service;
  readonly digest: number;
  readonly signers: readonly NodeIndex[];
}

export interface CheckpointVote {
  readonly node: NodeIndex;
  readonly seq: number;
  readonly digest: number;
}

/** A signed VIEW-CHANGE; `stable` stands for its checkpoint with 2f+1 proofs, `prepared` is the set P. */
export interface ViewChange {
  readonly node: NodeIndex;
  readonly view: number;
  readonly stable: number;
  readonly prepared: readonly Certificate[];
}

export interface NewView {
  readonly view: number;
  readonly changes: readonly ViewChange[];
}

export type PbftMessage =
  | { readonly kind: 'request'; readonly request: Request }
  | {
      readonly kind: 'pre_prepare';
      readonly view: number;
      readonly seq: number;
      readonly digest: number;
      readonly request: Request | null;
    }
  | { readonly kind: 'prepare' | 'commit'; readonly view: number; readonly seq: number; readonly digest: number }
  | { readonly kind: 'checkpoint'; readonly seq: number; readonly digest: number }
  | { readonly kind: 'view_change'; readonly change: ViewChange }
  | { readonly kind: 'new_view'; readonly newView: NewView }
  /** Says where its sender stands, so that others send what it misses. */
  | {
      readonly kind: 'status';
      readonly view: number;
      readonly isActive: boolean;
      readonly stable: number;
      readonly executed: number;
    }
  | { readonly kind: 'committed'; readonly certificate: Certificate }
  | { readonly kind: 'snapshot'; readonly checkpoint: Checkpoint };

/** What survives a crash. */
export interface PbftDurable {
  readonly view: number;
  readonly isActive: boolean;
  readonly newView: NewView | null;
  readonly stable: Checkpoint;
  readonly snapshots: readonly Checkpoint[];
  readonly slots: readonly Slot[];
  readonly service: Service;
  readonly nextSeq: number;
}

export interface PbftState extends PbftDurable {
  readonly config: PbftConfig;
  readonly self: NodeIndex;
  /** The latest VIEW-CHANGE of each node, its own among them. */
  readonly changes: readonly ViewChange[];
  readonly checkpointVotes: readonly CheckpointVote[];
  /** One request per client that is not executed, in order of arrival. */
  readonly pending: readonly Request[];
  /** View changes since a request was last executed: each doubles the timeout. */
  readonly failedViews: number;
  /** By node: it was heard in this view to know of sequence numbers up to this. */
  readonly reached: readonly number[];
  readonly retry: Retry | null;
  /** For a Byzantine node: requests to equivocate with. */
  readonly decoys: readonly Request[];
}

/** An armed retransmission timer, and how things stood then. */
export interface Retry {
  readonly executed: number;
  readonly head: number;
}

export type PbftOutput = Output<PbftMessage, PbftDurable>;
export type PbftStep = Step<PbftState, PbftMessage, PbftDurable>;

export function digestOf(request: Request | null): number {
  return request === null ? NULL_DIGEST : request.client * CLIENT_UNIT + request.number;
}

export function digestText(digest: number): string {
  return digest === NULL_DIGEST ? 'null' : `c${Math.floor(digest / CLIENT_UNIT)}#${digest % CLIENT_UNIT}`;
}

export function primaryOf(config: PbftConfig, view: number): NodeIndex {
  return view % config.nodes;
}

export function isPrimary({ config, self, view }: PbftState): boolean {
  return primaryOf(config, view) === self;
}

/** Slots between the low and the high water mark are kept; without checkpoints, a plain limit. */
const WINDOW_WITHOUT_CHECKPOINTS = 1000;

export function isInWindow({ config, stable, service }: PbftState, seq: number): boolean {
  const { checkpointInterval: interval } = config;
  const low = stable.service.seq;
  return seq > low && seq <= (interval > 0 ? low + 2 * interval : service.seq + WINDOW_WITHOUT_CHECKPOINTS);
}

export function slotOf({ slots, stable }: PbftState, seq: number): Slot {
  return slots[seq - stable.service.seq - 1] ?? BLANK_SLOT;
}

export function lastSeq({ slots, stable }: PbftState): number {
  return stable.service.seq + slots.length;
}

/** The caller has checked that `seq` is in the window. */
export function withSlot(state: PbftState, seq: number, slot: Slot): PbftState {
  const slots = state.slots.slice();
  const index = seq - state.stable.service.seq - 1;
  while (slots.length < index) slots.push(BLANK_SLOT);
  slots[index] = slot;
  return { ...state, slots };
}

/** The disk's part of the state. */
export function durableOf(state: PbftState): PbftDurable {
  const { view, isActive, newView, stable, snapshots, slots, service, nextSeq } = state;
  return { view, isActive, newView, stable, snapshots, slots, service, nextSeq };
}

/** To all others, and last to the node itself, which so hears it when its disk has what stands before. */
export function sendToAll({ config, self }: PbftState, message: PbftMessage, out: PbftOutput[]): void {
  sendToOthers(config.nodes, self, message, out);
  out.push({ kind: 'send', to: self, message });
}

export function sendToOthers(nodes: number, self: NodeIndex, message: PbftMessage, out: PbftOutput[]): void {
  for (let to = 0; to < nodes; to++) if (to !== self) out.push({ kind: 'send', to, message });
}
