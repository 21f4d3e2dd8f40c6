/**
 * Multi-Paxos: what a node holds and what it sends.
 *
 * The log is an array of slots; an entry carries the ballot in which this node accepted it. All slots below `commit` are chosen and applied.
 */
import type { NodeIndex } from '../../kernel/units.ts';
import type { Ballot } from '../paxos/ballot.ts';
import type { KnownMistakes } from '../paxos/known-mistakes.ts';
import type { NodeBits, PhaseQuorums } from '../paxos/phase-quorums.ts';
import type { Command, Output, ResponseValue, Step } from '../protocol.ts';

export interface MultiPaxosConfig extends KnownMistakes {
  readonly nodes: number;
  readonly quorums: PhaseQuorums;
  readonly electionMinMs: number;
  readonly electionMaxMs: number;
  readonly heartbeatMs: number;
}

export interface Entry {
  readonly ballot: Ballot;
  /** -1 for a no-op, which fills a slot that a new leader found empty. */
  readonly client: number;
  readonly number: number;
  readonly command: Command;
}

/** Null where this node has accepted nothing. */
export type Slots = readonly (Entry | null)[];

/** The last request of a client that was applied, and its result: a repeated request is answered from here. */
export interface Session {
  readonly number: number;
  readonly value: ResponseValue | undefined;
}

/** Phase 1 under way: `merged` is the most recent entry reported for each slot from `from` on. */
export interface Campaign {
  readonly heard: NodeBits;
  readonly from: number;
  readonly merged: Slots;
}

export interface Tenure {
  /** Who has accepted the slots from `commit` on. */
  readonly acks: readonly NodeBits[];
  /** Slots below it were under way at the last heartbeat already and are sent again at the next. */
  readonly retryBelow: number;
  /** The slots below it were found in phase 1; followers are told as soon as they are chosen. 0 when done. */
  readonly takeoverEnd: number;
}

export interface MultiPaxosState {
  readonly config: MultiPaxosConfig;
  readonly self: NodeIndex;
  readonly role: 'follower' | 'candidate' | 'leader';
  readonly promised: Ballot;
  readonly log: Slots;
  readonly commit: number;
  /** Values by key. */
  readonly store: readonly (number | null)[];
  /** By client. */
  readonly sessions: readonly (Session | null)[];
  /** The highest ballot heard of; the next own one lies above it. */
  readonly seen: Ballot;
  /** Elections in a row without a leader: they back off. */
  readonly attempts: number;
  readonly campaign: Campaign | null;
  readonly tenure: Tenure | null;
}

export interface MultiPaxosDurable {
  readonly promised: Ballot;
  readonly log: Slots;
}

export type MultiPaxosMessage =
  | { readonly kind: 'prepare'; readonly ballot: Ballot; readonly from: number }
  | { readonly kind: 'promise'; readonly ballot: Ballot; readonly from: number; readonly entries: Slots }
  | {
      readonly kind: 'accept';
      readonly ballot: Ballot;
      readonly slot: number;
      readonly entries: Slots;
      readonly commit: number;
    }
  | { readonly kind: 'accepted'; readonly ballot: Ballot; readonly slot: number; readonly end: number }
  | { readonly kind: 'rejected'; readonly ballot: Ballot; readonly promised: Ballot }
  | { readonly kind: 'heartbeat'; readonly ballot: Ballot; readonly commit: number }
  | { readonly kind: 'catch_up'; readonly ballot: Ballot; readonly from: number }
  | {
      readonly kind: 'chosen';
      readonly ballot: Ballot;
      readonly slot: number;
      readonly entries: Slots;
      readonly commit: number;
    };

export type MultiPaxosOutput = Output<MultiPaxosMessage, MultiPaxosDurable>;
export type MultiPaxosStep = Step<MultiPaxosState, MultiPaxosMessage, MultiPaxosDurable>;

export const ELECTION = 'election';
export const HEARTBEAT = 'heartbeat';

/** Most entries in one message that catches up or sends again. */
export const BATCH = 64;

const BACKOFF_DOUBLINGS_MAX = 4;

export function armElection({ config, attempts }: MultiPaxosState): MultiPaxosOutput {
  const factor = 2 ** Math.min(attempts, BACKOFF_DOUBLINGS_MAX);
  return {
    kind: 'set_timer',
    timer: ELECTION,
    minMs: config.electionMinMs * factor,
    maxMs: config.electionMaxMs * factor,
  };
}

export function armHeartbeat({ config }: MultiPaxosState): MultiPaxosOutput {
  return { kind: 'set_timer', timer: HEARTBEAT, minMs: config.heartbeatMs, maxMs: config.heartbeatMs };
}

export function persist({ promised, log }: MultiPaxosState): MultiPaxosOutput {
  return { kind: 'persist', durable: { promised, log } };
}

/** Adds the message to all others. */
export function sendToOthers(state: MultiPaxosState, message: MultiPaxosMessage, outputs: MultiPaxosOutput[]): void {
  for (let to = 0; to < state.config.nodes; to++) if (to !== state.self) outputs.push({ kind: 'send', to, message });
}

/** A ballot above the own one was heard of: whoever led or wanted to lead gives up. */
export function follow(state: MultiPaxosState, seen: Ballot): MultiPaxosState {
  if (state.role === 'follower') return seen > state.seen ? { ...state, seen } : state;
  return { ...state, role: 'follower', seen: Math.max(seen, state.seen), campaign: null, tenure: null };
}
