/**
 * Single-decree Paxos: what a node holds and what it sends. Every node is proposer, acceptor and learner.
 */
import type { NodeIndex } from '../../kernel/units.ts';
import type { Output, Step } from '../protocol.ts';
import type { Ballot } from './ballot.ts';
import type { KnownMistakes } from './known-mistakes.ts';
import type { NodeBits, PhaseQuorums } from './phase-quorums.ts';

export interface PaxosConfig extends KnownMistakes {
  readonly nodes: number;
  readonly quorums: PhaseQuorums;
  readonly retryMinMs: number;
  readonly retryMaxMs: number;
  /** A rejected proposer tries a higher ballot at once instead of backing off: two of them may duel for ever. */
  readonly retriesAtOnce: boolean;
}

/** What an acceptor has on disk. */
export interface PaxosDurable {
  readonly promised: Ballot;
  readonly acceptedBallot: Ballot;
  /** Null as long as nothing was accepted. */
  readonly accepted: number | null;
}

export interface PaxosClient {
  readonly client: number;
  readonly number: number;
}

export interface PaxosState extends PaxosDurable {
  readonly config: PaxosConfig;
  readonly self: NodeIndex;
  /** The highest ballot heard of. */
  readonly seen: Ballot;
  readonly phase: 'idle' | 'prepare' | 'accept';
  /** The own ballot, of the phase under way or of the last one. */
  readonly ballot: Ballot;
  readonly heard: NodeBits;
  /** The highest ballot that the promises reported. */
  readonly reportedBallot: Ballot;
  /** In phase 1 the value reported; in phase 2 the value proposed. */
  readonly value: number | null;
  /** The value that the first client here wanted. */
  readonly proposal: number | null;
  readonly learned: number | null;
  readonly waiting: readonly PaxosClient[];
  /** Ballots in a row that came to nothing. */
  readonly attempts: number;
}

export type PaxosMessage =
  | { readonly kind: 'prepare'; readonly ballot: Ballot }
  | {
      readonly kind: 'promise';
      readonly ballot: Ballot;
      readonly acceptedBallot: Ballot;
      readonly accepted: number | null;
    }
  | { readonly kind: 'accept'; readonly ballot: Ballot; readonly value: number }
  | { readonly kind: 'accepted'; readonly ballot: Ballot }
  | { readonly kind: 'rejected'; readonly ballot: Ballot; readonly promised: Ballot }
  /** Who has nothing to propose asks for the outcome. */
  | { readonly kind: 'ask' }
  | { readonly kind: 'learn'; readonly value: number };

export type PaxosOutput = Output<PaxosMessage, PaxosDurable>;
export type PaxosStep = Step<PaxosState, PaxosMessage, PaxosDurable>;
