/**
 * Termination: what a participant does that voted yes and does not hear the decision.
 *
 * Two phases (Bernstein, Hadzilacos, Goodman 1987, section 7.4): it asks the coordinator, and cooperatively the other participants.
 * One that knows tells; one that has not voted aborts. When all have voted yes it blocks.
 *
 * Three phases (D. Skeen, SIGMOD 1981) and non-blocking (Babaoglu, Toueg 1993) may decide without the coordinator, but only because
 * time tells them that it is dead: messages arrive within the retry interval or not at all. Under a partition, or when a message is
 * merely late, two sides decide differently. A node that crashed while undecided may have missed the others' decision, so it decides
 * only when told, or when every participant is back and none has decided.
 */
import { NO_OUTPUTS } from '../protocol.ts';
import {
  type CommitOutput,
  type CommitStep,
  coordinatorOf,
  type ParticipantState,
  type ParticipantTransaction,
  send,
  sendAll,
  terminationRounds,
} from './commit-types.ts';
import { decision, persisted, put, settle } from './participant-record.ts';

/** One retry interval of `transaction` has passed without a decision. */
export function onUncertain(state: ParticipantState, transaction: ParticipantTransaction): CommitStep {
  const { config } = state;
  const waited = { ...transaction, rounds: transaction.rounds + 1 };
  // The interval in which it voted is not whole: the decision may be on its way.
  if (waited.rounds === 1) return { state: put(state, waited), outputs: NO_OUTPUTS };
  if (config.kind === 'two_phase') return { state: put(state, waited), outputs: inquiries(state, waited) };
  const first = terminationRounds(config);
  if (!waited.isRecovering && waited.rounds < first)
    return { state: put(state, waited), outputs: [send(coordinatorOf(config), { kind: 'inquire', id: waited.id })] };
  if (waited.isRecovering) return waited.reports.includes(null) ? ask(state, waited) : judgeTogether(state, waited);
  if (config.kind === 'non_blocking') return tell(state, waited, false);
  return waited.reports.length === 0 ? ask(state, waited) : judgeAmongTheLiving(state, waited);
}

function inquiries({ config, self }: ParticipantState, { id }: ParticipantTransaction): CommitOutput[] {
  const peers = config.cooperative ? sendAll(config, { kind: 'inquire', id }, self) : [];
  return [send(coordinatorOf(config), { kind: 'inquire', id }), ...peers];
}

/** Asks all; whoever is pre-committed first brings the others to where it is. */
function ask(state: ParticipantState, transaction: ParticipantTransaction): CommitStep {
  const { config, self } = state;
  const { id, phase, isRecovering } = transaction;
  const own = { phase: phase === 'pre_committed' ? 'pre_committed' : 'prepared', isRecovering } as const;
  const reports = Array.from({ length: config.participants }, (_, node) => (node === self ? own : null));
  const brings = phase === 'pre_committed' && !isRecovering;
  const next = put(state, { ...transaction, reports, isAnnounced: brings });
  const question = sendAll(config, { kind: brings ? 'pre_commit' : 'inquire', id }, self);
  return { state: next, outputs: [...question, send(coordinatorOf(config), { kind: 'inquire', id })] };
}

/** Skeen's rule for those that are up: somebody pre-committed means that all voted yes; nobody did means that nobody can have committed. */
function judgeAmongTheLiving(state: ParticipantState, transaction: ParticipantTransaction): CommitStep {
  if (transaction.phase === 'pre_committed')
    return transaction.isAnnounced ? tell(state, transaction, true) : ask(state, transaction);
  const isAhead = transaction.reports.some((each) => each?.phase === 'pre_committed' && !each.isRecovering);
  if (!isAhead) return tell(state, transaction, false);
  const step = ask(state, { ...transaction, phase: 'pre_committed' });
  return { state: step.state, outputs: [persisted(step.state as ParticipantState), ...step.outputs] };
}

/** All have reported and none has decided, so nothing can have been missed. */
function judgeTogether(state: ParticipantState, transaction: ParticipantTransaction): CommitStep {
  if (transaction.reports.length === 0) return ask(state, transaction);
  return tell(
    state,
    transaction,
    transaction.reports.some((each) => each?.phase === 'pre_committed'),
  );
}

function tell(state: ParticipantState, transaction: ParticipantTransaction, isCommit: boolean): CommitStep {
  const { config, self } = state;
  const step = settle(state, transaction, isCommit, NO_OUTPUTS);
  const phase = isCommit ? 'committed' : 'aborted';
  // Uniform broadcast has told them already.
  const told = config.kind === 'non_blocking' ? [] : sendAll(config, decision({ ...transaction, phase }), self);
  return { state: step.state, outputs: [...step.outputs, ...told] };
}
