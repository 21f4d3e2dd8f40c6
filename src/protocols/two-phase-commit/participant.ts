/**
 * A participant of an atomic commit: votes, and then waits to be told.
 *
 * Whoever votes yes gives up the right to decide alone, so the vote is on disk before it leaves. Whoever has not voted may still abort
 * by itself; it does when somebody asks for the decision, for then somebody waits.
 */
import type { NodeIndex } from '../../kernel/units.ts';
import { NO_OUTPUTS } from '../protocol.ts';
import {
  type CommitConfig,
  type CommitDurable,
  type CommitMessage,
  type CommitOutput,
  type CommitStep,
  coordinatorOf,
  find,
  isLate,
  type ParticipantState,
  type ParticipantTransaction,
  send,
  sendAll,
  type TransactionId,
} from './commit-types.ts';
import {
  begin,
  decision,
  fresh,
  isOver,
  isUncertain,
  isWaiting,
  persisted,
  put,
  settle,
} from './participant-record.ts';
import { onUncertain } from './termination.ts';

export function startParticipant(
  config: CommitConfig,
  self: NodeIndex,
  durable: CommitDurable | undefined,
): CommitStep {
  const logged = durable?.role === 'participant' ? durable.transactions : [];
  const transactions = logged.map((each) => ({ ...each, isRecovering: isUncertain(each), rounds: 1, reports: [] }));
  const isTicking = transactions.some(isWaiting);
  const state: ParticipantState = { config, self, role: 'participant', isTicking, transactions };
  return { state, outputs: isTicking ? [tick(config)] : NO_OUTPUTS };
}

export function participantMessage(state: ParticipantState, from: NodeIndex, message: CommitMessage): CommitStep {
  const transaction = find(state.transactions, message.id);
  switch (message.kind) {
    case 'prepare':
      return onPrepare(state, transaction, message.id, message.noVoter);
    case 'pre_commit':
      return transaction === undefined ? same(state) : onPreCommit(state, transaction, from);
    case 'decide':
      return onDecide(state, transaction, from, message.id, message.isCommit);
    case 'inquire':
      return onInquire(state, transaction, from, message.id);
    case 'report':
      return transaction === undefined ? same(state) : onReport(state, transaction, from, message.report);
    case 'logged':
      return transaction?.phase === 'refusing' ? onRefused(state, transaction) : same(state);
    case 'vote':
    case 'ack':
    case 'pre_ack':
      return same(state);
  }
}

function onPrepare(
  state: ParticipantState,
  known: ParticipantTransaction | undefined,
  id: TransactionId,
  noVoter: number,
): CommitStep {
  if (known !== undefined) return { state, outputs: voteAgain(state, known) };
  // Late: this client's next transaction is here, so whatever became of this one, it was not yes.
  if (isLate(state.transactions, id)) return { state, outputs: [vote(state.config, id, false)] };
  if (noVoter === state.self + 1) return refuse(state, id, noVoter);
  const next = begin(state, fresh(id, noVoter, 'prepared'));
  const timer = state.isTicking ? [] : [tick(state.config)];
  return { state: { ...next, isTicking: true }, outputs: [...timer, persisted(next), vote(state.config, id, true)] };
}

function voteAgain({ config }: ParticipantState, { phase, id }: ParticipantTransaction): readonly CommitOutput[] {
  if (phase === 'prepared') return [vote(config, id, true)];
  return phase === 'aborted' ? [vote(config, id, false)] : NO_OUTPUTS;
}

/** Aborts alone; nobody is told before that is on disk, or a crash would let it vote yes after all. */
function refuse(state: ParticipantState, id: TransactionId, noVoter: number): CommitStep {
  const next = begin(state, fresh(id, noVoter, 'refusing'));
  return { state: next, outputs: [persisted(next), send(state.self, { kind: 'logged', id })] };
}

function onRefused(state: ParticipantState, transaction: ParticipantTransaction): CommitStep {
  return {
    state: put(state, { ...transaction, phase: 'aborted' }),
    outputs: [vote(state.config, transaction.id, false)],
  };
}

function onPreCommit(state: ParticipantState, transaction: ParticipantTransaction, from: NodeIndex): CommitStep {
  const { id, phase } = transaction;
  if (isOver(transaction)) return { state, outputs: [send(from, decision(transaction))] };
  if (phase === 'pre_committed') return { state, outputs: [send(from, { kind: 'pre_ack', id })] };
  if (phase === 'refusing') return same(state);
  const next = put(state, { ...transaction, phase: 'pre_committed' });
  return { state: next, outputs: [persisted(next), send(from, { kind: 'pre_ack', id })] };
}

function onDecide(
  state: ParticipantState,
  transaction: ParticipantTransaction | undefined,
  from: NodeIndex,
  id: TransactionId,
  isCommit: boolean,
): CommitStep {
  const { config } = state;
  const isFromCoordinator = from === coordinatorOf(config);
  const isAcked = isFromCoordinator && config.acks && (isCommit || config.presumes === 'nothing');
  const ack = isAcked ? [send(from, { kind: 'ack', id })] : [];
  if (transaction === undefined || !isUncertain(transaction)) return { state, outputs: ack };
  return settle(state, transaction, isCommit, ack);
}

function onInquire(
  state: ParticipantState,
  transaction: ParticipantTransaction | undefined,
  from: NodeIndex,
  id: TransactionId,
): CommitStep {
  if (transaction === undefined) return isLate(state.transactions, id) ? same(state) : refuse(state, id, 0);
  if (isOver(transaction)) return { state, outputs: [send(from, decision(transaction))] };
  const { phase, isRecovering } = transaction;
  if (phase === 'refusing' || state.config.kind === 'two_phase') return same(state);
  const report = { phase: phase === 'pre_committed' ? 'pre_committed' : 'prepared', isRecovering } as const;
  return { state, outputs: [send(from, { kind: 'report', id, report })] };
}

function onReport(
  state: ParticipantState,
  transaction: ParticipantTransaction,
  from: NodeIndex,
  report: NonNullable<ParticipantTransaction['reports'][number]>,
): CommitStep {
  if (!isUncertain(transaction) || transaction.reports.length === 0) return same(state);
  const reports = transaction.reports.map((each, node) => (node === from ? report : each));
  return { state: put(state, { ...transaction, reports }), outputs: NO_OUTPUTS };
}

/** The retry timer: whoever is uncertain asks. */
export function participantTimer(state: ParticipantState): CommitStep {
  let next = state;
  const outputs: CommitOutput[] = [];
  for (const transaction of state.transactions) {
    if (!isWaiting(transaction)) continue;
    const step = isOver(transaction) ? forwardLate(next, transaction) : onUncertain(next, transaction);
    next = step.state as ParticipantState;
    outputs.push(...step.outputs);
  }
  const isTicking = next.transactions.some(isWaiting);
  if (isTicking) outputs.push(tick(state.config));
  return { state: { ...next, isTicking }, outputs };
}

/** Variant: the decision was acted on first, and is passed on only now. */
function forwardLate(state: ParticipantState, transaction: ParticipantTransaction): CommitStep {
  const next = put(state, { ...transaction, isAnnounced: false });
  return { state: next, outputs: [...sendAll(state.config, decision(transaction), state.self), persisted(next)] };
}

function vote(config: CommitConfig, id: TransactionId, isYes: boolean): CommitOutput {
  return send(coordinatorOf(config), { kind: 'vote', id, isYes });
}

function tick({ retryMs }: CommitConfig): CommitOutput {
  return { kind: 'set_timer', timer: 'ask', minMs: retryMs, maxMs: retryMs };
}

function same(state: ParticipantState): CommitStep {
  return { state, outputs: NO_OUTPUTS };
}
