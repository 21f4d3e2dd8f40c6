/**
 * What a participant of an atomic commit does with its record of a transaction: begin, decide, put on disk, forget.
 */
import {
  type CommitMessage,
  type CommitOutput,
  type CommitStep,
  nameOf,
  type ParticipantPhase,
  type ParticipantState,
  type ParticipantTransaction,
  replace,
  sendAll,
  type TransactionId,
} from './commit-types.ts';

/** Takes the decision over. Uniform broadcast passes it on before acting on it: if anybody acts on it, all that live will hear it. */
export function settle(
  state: ParticipantState,
  transaction: ParticipantTransaction,
  isCommit: boolean,
  further: readonly CommitOutput[],
): CommitStep {
  const { config, self } = state;
  const isBroadcast = config.kind === 'non_blocking';
  const decided: ParticipantTransaction = {
    ...transaction,
    phase: isCommit ? 'committed' : 'aborted',
    isAnnounced: isBroadcast && !config.forwardsFirst,
    reports: [],
  };
  const next = put(state, decided);
  const forwarded = isBroadcast && config.forwardsFirst ? sendAll(config, decision(decided), self) : [];
  return { state: next, outputs: [...forwarded, persisted(next), ...further] };
}

export function isUncertain({ phase }: ParticipantTransaction): boolean {
  return phase === 'prepared' || phase === 'pre_committed';
}

export function isOver({ phase }: ParticipantTransaction): boolean {
  return phase === 'committed' || phase === 'aborted';
}

export function isWaiting(transaction: ParticipantTransaction): boolean {
  return isUncertain(transaction) || (isOver(transaction) && transaction.isAnnounced);
}

export function decision({ id, phase }: ParticipantTransaction): CommitMessage {
  return { kind: 'decide', id, isCommit: phase === 'committed' };
}

export function fresh(id: TransactionId, noVoter: number, phase: ParticipantPhase): ParticipantTransaction {
  return { id, noVoter, phase, rounds: 0, isRecovering: false, isAnnounced: false, reports: [] };
}

/** The client's older transactions, where decided, are forgotten. */
export function begin(state: ParticipantState, transaction: ParticipantTransaction): ParticipantState {
  const { client } = transaction.id;
  const kept = state.transactions.filter((each) => each.id.client !== client || !isOver(each) || each.isAnnounced);
  return { ...state, transactions: [...kept, transaction] };
}

export function put(state: ParticipantState, transaction: ParticipantTransaction): ParticipantState {
  return { ...state, transactions: replace(state.transactions, transaction) };
}

/** What is being refused is an abort on disk. */
export function persisted({ transactions }: ParticipantState): CommitOutput {
  const logged = transactions.map((each) =>
    each.phase === 'refusing' ? { ...each, phase: 'aborted' as const } : each,
  );
  return { kind: 'persist', durable: { role: 'participant', transactions: logged } };
}

/** `T1.1 prepared for 3 rounds`. */
export function describeTransaction({ id, phase, rounds, isRecovering }: ParticipantTransaction): string {
  const isOpen = phase === 'prepared' || phase === 'pre_committed';
  const since = isOpen && rounds > 0 ? ` for ${rounds} ${rounds === 1 ? 'round' : 'rounds'}` : '';
  return `${nameOf(id)} ${phase}${since}${isOpen && isRecovering ? ', recovering' : ''}`;
}
