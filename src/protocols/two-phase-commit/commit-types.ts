/**
 * What the coordinator and the participants of an atomic commit know and say, and how they find and forget transactions.
 *
 * A client numbers its transactions from 1. A node keeps what is undecided and the newest transaction of each client; older decided ones
 * are forgotten when the client's next one arrives. So a message about a transaction that is unknown, yet older than the newest of its client, is
 * known to be late, and a transaction that had ended cannot begin again.
 */
import type { NodeIndex } from '../../kernel/units.ts';
import type { Output, Step } from '../protocol.ts';

export interface CommitConfig {
  readonly participants: number;
  readonly kind: 'two_phase' | 'three_phase' | 'non_blocking';
  /** What the coordinator logs before it asks for votes: nothing (presumed abort) or that it begins (presumed nothing). */
  readonly presumes: 'abort' | 'nothing';
  readonly acks: boolean;
  /** Uncertain participants ask each other, too. */
  readonly cooperative: boolean;
  readonly retryMs: number;
  /** Whole retry intervals that the coordinator waits for votes. */
  readonly voteRounds: number;
  /** Part of the transactions with reads in which somebody votes no. */
  readonly noVoteFraction: number;
  readonly logsDecision: boolean;
  readonly forwardsFirst: boolean;
  readonly silenceIsYes: boolean;
  readonly coordinatorRecovers: boolean;
}

export interface TransactionId {
  readonly client: number;
  readonly number: number;
  /** The coordinator's incarnation: a request begun again after a crash is another transaction. */
  readonly epoch: number;
}

export type ParticipantPhase =
  /** Voted yes: uncertain until it is told. */
  | 'prepared'
  /** Knows that all voted yes (three phases). */
  | 'pre_committed'
  /** Will vote no, or not vote at all, once that is on disk. */
  | 'refusing'
  | 'committed'
  | 'aborted';

export interface ParticipantTransaction {
  readonly id: TransactionId;
  /** 1-based participant that votes no; 0 for nobody. */
  readonly noVoter: number;
  readonly phase: ParticipantPhase;
  /** Retry intervals since the vote. */
  readonly rounds: number;
  /** Was undecided when the node crashed: what it knows may be out of date. */
  readonly isRecovering: boolean;
  /** Has told the others that it is pre-committed, or has yet to pass the decision on (variant). */
  readonly isAnnounced: boolean;
  /** What the other participants last said of themselves, by index; empty until they are asked. */
  readonly reports: readonly (Report | null)[];
}

export interface Report {
  readonly phase: 'prepared' | 'pre_committed';
  readonly isRecovering: boolean;
}

export type CoordinatorPhase =
  | 'collecting'
  | 'pre_committing'
  /** Decided; waits for its log. */
  | 'committing'
  | 'aborting'
  /** Restarted; learns the decision from the participants. */
  | 'asking'
  | 'committed'
  | 'aborted';

export interface CoordinatorTransaction {
  readonly id: TransactionId;
  readonly noVoter: number;
  readonly phase: CoordinatorPhase;
  readonly rounds: number;
  /** Who answered in this phase, by participant. */
  readonly answered: readonly boolean[];
  /** Nobody needs to be told any more. */
  readonly isEnded: boolean;
}

export interface CoordinatorState {
  readonly config: CommitConfig;
  readonly self: NodeIndex;
  readonly role: 'coordinator';
  readonly epoch: number;
  readonly isTicking: boolean;
  /** Never came back (variant). */
  readonly isGone: boolean;
  readonly transactions: readonly CoordinatorTransaction[];
  /** Commits that nobody acknowledges, so that they can never be forgotten; those of a client's newest transaction are not here yet. */
  readonly ledger: readonly TransactionId[];
}

export interface ParticipantState {
  readonly config: CommitConfig;
  readonly self: NodeIndex;
  readonly role: 'participant';
  readonly isTicking: boolean;
  readonly transactions: readonly ParticipantTransaction[];
}

export type CommitState = CoordinatorState | ParticipantState;

export type CommitMessage =
  | { readonly kind: 'prepare'; readonly id: TransactionId; readonly noVoter: number }
  | { readonly kind: 'vote'; readonly id: TransactionId; readonly isYes: boolean }
  | { readonly kind: 'pre_commit'; readonly id: TransactionId }
  | { readonly kind: 'pre_ack'; readonly id: TransactionId }
  | { readonly kind: 'decide'; readonly id: TransactionId; readonly isCommit: boolean }
  | { readonly kind: 'ack'; readonly id: TransactionId }
  /** Do you know the decision? A participant that has not voted yet must not vote yes any more. */
  | { readonly kind: 'inquire'; readonly id: TransactionId }
  | { readonly kind: 'report'; readonly id: TransactionId; readonly report: Report }
  /** To itself: the decision is on disk. */
  | { readonly kind: 'logged'; readonly id: TransactionId };

export type CommitDurable =
  | {
      readonly role: 'coordinator';
      readonly transactions: readonly CoordinatorTransaction[];
      readonly ledger: readonly TransactionId[];
    }
  | { readonly role: 'participant'; readonly transactions: readonly ParticipantTransaction[] };

export type CommitOutput = Output<CommitMessage, CommitDurable>;
export type CommitStep = Step<CommitState, CommitMessage, CommitDurable>;

interface Known {
  readonly id: TransactionId;
}

/** Newest first: a late message is rarer than a timely one. */
export function find<T extends Known>(transactions: readonly T[], id: TransactionId): T | undefined {
  for (let index = transactions.length - 1; index >= 0; index--) {
    const transaction = transactions[index];
    if (transaction !== undefined && isSame(transaction.id, id)) return transaction;
  }
  return undefined;
}

export function isSame(a: TransactionId, b: TransactionId): boolean {
  return a.number === b.number && a.client === b.client && a.epoch === b.epoch;
}

/** Whether the client has a newer transaction here. */
export function isLate(transactions: readonly Known[], id: TransactionId): boolean {
  return transactions.some(({ id: { client, number, epoch } }) => {
    return client === id.client && (number > id.number || (number === id.number && epoch > id.epoch));
  });
}

export function replace<T extends Known>(transactions: readonly T[], next: T): readonly T[] {
  return transactions.map((each) => (isSame(each.id, next.id) ? next : each));
}

/** `T2.7`: the seventh of client 2; `T2.7'1` when begun again after one restart. */
export function nameOf({ client, number, epoch }: TransactionId): string {
  return `T${client}.${number}${epoch === 0 ? '' : `'${epoch}`}`;
}

export function send(to: NodeIndex, message: CommitMessage): CommitOutput {
  return { kind: 'send', to, message };
}

/** To every participant but `except`. */
export function sendAll(config: CommitConfig, message: CommitMessage, except = -1): CommitOutput[] {
  const outputs: CommitOutput[] = [];
  for (let to = 0; to < config.participants; to++) if (to !== except) outputs.push(send(to, message));
  return outputs;
}

/** The coordinator stands behind the participants. */
export function coordinatorOf({ participants }: CommitConfig): NodeIndex {
  return participants;
}

/** Retry intervals after which an uncertain participant takes the coordinator for dead: it would have got through both its phases. */
export function terminationRounds({ voteRounds }: CommitConfig): number {
  return 2 * voteRounds + 3;
}
