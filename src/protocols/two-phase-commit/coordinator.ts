/**
 * The coordinator of an atomic commit: asks for the votes, decides, logs, tells, and tells again until all know.
 *
 * The commit record is forced before the first `decide` leaves; under presumed nothing the begin and abort records are, too. With no
 * record of a transaction the answer to an inquiry is abort. In the non-blocking protocols a restarted coordinator decides nothing
 * alone: the participants may have gone on without it, so it asks them.
 */
import type { NodeIndex } from '../../kernel/units.ts';
import { NO_OUTPUTS, type Request } from '../protocol.ts';
import {
  type CommitConfig,
  type CommitDurable,
  type CommitMessage,
  type CommitOutput,
  type CommitStep,
  type CoordinatorState,
  type CoordinatorTransaction,
  find,
  isLate,
  isSame,
  replace,
  send,
  sendAll,
  type TransactionId,
} from './commit-types.ts';

export function startCoordinator(
  config: CommitConfig,
  self: NodeIndex,
  durable: CommitDurable | undefined,
  epoch: number,
): CommitStep {
  const logged = durable?.role === 'coordinator' ? durable : { transactions: [], ledger: [] };
  const isGone = epoch > 0 && !config.coordinatorRecovers;
  const transactions = logged.transactions.map((each) => recovered(each, config));
  const state: CoordinatorState = {
    config,
    self,
    role: 'coordinator',
    epoch,
    isTicking: false,
    isGone,
    transactions,
    ledger: logged.ledger,
  };
  if (isGone || transactions.length === 0) return { state, outputs: NO_OUTPUTS };
  const undecided = transactions.filter(({ phase }) => phase === 'aborting');
  const record = undecided.length === 0 ? [] : [persisted(state)];
  const outputs = [...record, ...undecided.map(({ id }) => send(self, { kind: 'logged', id }))];
  return { state: { ...state, isTicking: true }, outputs: [...outputs, ...announcements(state), tick(config)] };
}

/** A transaction that had only begun is aborted, where the participants have surely not gone on alone. */
function recovered(transaction: CoordinatorTransaction, config: CommitConfig): CoordinatorTransaction {
  if (transaction.phase === 'committed' || transaction.phase === 'aborted') return transaction;
  return {
    ...transaction,
    phase: config.kind === 'two_phase' ? 'aborting' : 'asking',
    rounds: 0,
    answered: nobody(config),
    isEnded: false,
  };
}

export function coordinatorMessage(state: CoordinatorState, from: NodeIndex, message: CommitMessage): CommitStep {
  const transaction = find(state.transactions, message.id);
  switch (message.kind) {
    case 'vote':
      return transaction?.phase === 'collecting' ? onVote(state, transaction, from, message.isYes) : same(state);
    case 'pre_ack':
      return transaction?.phase === 'pre_committing' ? onAnswer(state, transaction, from) : same(state);
    case 'ack':
      return transaction === undefined || !isDecided(transaction) ? same(state) : onAnswer(state, transaction, from);
    case 'inquire':
      return onInquire(state, transaction, from, message.id);
    case 'decide':
      return transaction?.phase === 'asking' ? decide(state, transaction, message.isCommit) : same(state);
    case 'logged':
      return transaction === undefined ? same(state) : onLogged(state, transaction);
    case 'prepare':
    case 'pre_commit':
    case 'report':
      return same(state);
  }
}

/** A repeated request is answered from what is known, or will be when it is decided; a client's next transaction waits for that. */
export function coordinatorRequest(state: CoordinatorState, { client, number, command }: Request): CommitStep {
  const { config, epoch } = state;
  if (command.kind !== 'transaction') return refuse(state, client, number);
  const id: TransactionId = { client, number, epoch };
  const known = state.transactions.find((each) => each.id.client === client && each.id.number === number);
  if (known !== undefined) return { state, outputs: isDecided(known) ? [answer(known)] : NO_OUTPUTS };
  if (isLate(state.transactions, id) || isBusy(state, client)) return same(state);
  const noVoter = command.value ?? 0;
  const begun: CoordinatorTransaction = {
    id,
    noVoter,
    phase: 'collecting',
    rounds: 0,
    answered: nobody(config),
    isEnded: false,
  };
  const kept = state.transactions.filter((each) => each.id.client !== client || !each.isEnded);
  const ledger = config.acks ? state.ledger : [...state.ledger, ...endedCommits(state, client)];
  const next = { ...state, isTicking: true, transactions: [...kept, begun], ledger };
  const record = config.presumes === 'nothing' ? [persisted(next)] : [];
  const timer = state.isTicking ? [] : [tick(config)];
  return { state: next, outputs: [...timer, ...record, ...sendAll(config, { kind: 'prepare', id, noVoter })] };
}

function refuse(state: CoordinatorState, client: number, number: number): CommitStep {
  const response = { status: 'failed', reason: 'the coordinator takes only the command transaction' } as const;
  return { state, outputs: [{ kind: 'respond', client, number, response }] };
}

/**
 * Participants forget a client's decided transactions when its next one arrives. What they may have decided without the coordinator must
 * reach it before that.
 */
function isBusy({ transactions }: CoordinatorState, client: number): boolean {
  return transactions.some((each) => each.id.client === client && !isDecided(each));
}

/** Without acks nobody knows who has heard of a commit; an abort that is forgotten is presumed. */
function endedCommits({ transactions }: CoordinatorState, client: number): TransactionId[] {
  const ended = transactions.filter((each) => each.isEnded && each.phase === 'committed' && each.id.client === client);
  return ended.map(({ id }) => id);
}

function onVote(state: CoordinatorState, transaction: CoordinatorTransaction, from: NodeIndex, isYes: boolean) {
  return isYes ? onAnswer(state, transaction, from) : decide(state, transaction, false);
}

function onAnswer(state: CoordinatorState, transaction: CoordinatorTransaction, from: NodeIndex): CommitStep {
  if (transaction.answered[from] !== false) return same(state);
  const answered = transaction.answered.map((each, node) => each || node === from);
  const next = { ...transaction, answered };
  return answered.includes(false) ? { state: put(state, next), outputs: NO_OUTPUTS } : onAllAnswered(state, next);
}

function onAllAnswered(state: CoordinatorState, transaction: CoordinatorTransaction): CommitStep {
  const { config } = state;
  if (isDecided(transaction)) return { state: put(state, { ...transaction, isEnded: true }), outputs: NO_OUTPUTS };
  if (transaction.phase !== 'collecting' || config.kind !== 'three_phase') return decide(state, transaction, true);
  const { id } = transaction;
  const next = put(state, { ...transaction, phase: 'pre_committing', rounds: 0, answered: nobody(config) });
  return { state: next, outputs: sendAll(config, { kind: 'pre_commit', id }) };
}

/** Forces the decision to the log where it must be there first, and goes on in `onLogged`. */
function decide(state: CoordinatorState, transaction: CoordinatorTransaction, isCommit: boolean): CommitStep {
  const { config, self } = state;
  const { id } = transaction;
  const isForced = isCommit ? config.logsDecision && config.kind !== 'non_blocking' : config.presumes === 'nothing';
  const next = put(state, { ...transaction, phase: isCommit ? 'committing' : 'aborting', answered: nobody(config) });
  if (isForced) return { state: next, outputs: [persisted(next), send(self, { kind: 'logged', id })] };
  const decided = find(next.transactions, id);
  return decided === undefined ? same(state) : onLogged(next, decided);
}

/** The decision stands: tell it. */
function onLogged(state: CoordinatorState, transaction: CoordinatorTransaction): CommitStep {
  const { phase, id, noVoter } = transaction;
  if (phase !== 'committing' && phase !== 'aborting') return same(state);
  const isCommit = phase === 'committing';
  const next = asDecided(transaction, state.config);
  const after = put(state, next);
  // What was forced is on disk already; an abort, or a broadcast commit, is recorded before the client hears of it.
  const recordsNow = isCommit ? state.config.kind === 'non_blocking' : state.config.presumes === 'abort';
  const told = sendAll(state.config, { kind: 'decide', id, isCommit }, isCommit ? -1 : noVoter - 1);
  return { state: after, outputs: [...told, ...(recordsNow ? [persisted(after)] : []), answer(next)] };
}

/** Whoever votes no has decided by that, and needs no telling. */
function asDecided(transaction: CoordinatorTransaction, config: CommitConfig): CoordinatorTransaction {
  const isCommit = transaction.phase === 'committing';
  return {
    ...transaction,
    phase: isCommit ? 'committed' : 'aborted',
    rounds: 0,
    answered: transaction.answered.map((_, node) => !isCommit && node === transaction.noVoter - 1),
    isEnded: !isAcked(config, isCommit),
  };
}

function isAcked({ acks, presumes }: CommitConfig, isCommit: boolean): boolean {
  return acks && (isCommit || presumes === 'nothing');
}

function onInquire(
  state: CoordinatorState,
  transaction: CoordinatorTransaction | undefined,
  from: NodeIndex,
  id: TransactionId,
): CommitStep {
  const isForgotten = transaction === undefined;
  const isCommit = isForgotten ? state.ledger.some((each) => isSame(each, id)) : transaction.phase === 'committed';
  // Where participants may go on alone, what is not known here is not known.
  const isKnown = isForgotten ? isCommit || state.config.kind === 'two_phase' : isDecided(transaction);
  return isKnown ? { state, outputs: [send(from, { kind: 'decide', id, isCommit })] } : same(state);
}

/** The retry timer: patience ends, or those who are silent hear it again. */
export function coordinatorTimer(state: CoordinatorState): CommitStep {
  const { config } = state;
  const waiting = state.transactions.filter(({ phase }) => phase === 'collecting' || phase === 'pre_committing');
  let next: CoordinatorState = { ...state, transactions: state.transactions.map(withOneMoreRound) };
  const outputs: CommitOutput[] = [];
  for (const { id, rounds, phase } of waiting) {
    const transaction = find(next.transactions, id);
    if (transaction === undefined || rounds < config.voteRounds) continue;
    // Whoever does not confirm a pre-commit is taken for dead: all voted yes.
    const step = decide(next, transaction, phase === 'pre_committing' || config.silenceIsYes);
    next = step.state as CoordinatorState;
    outputs.push(...step.outputs);
  }
  outputs.push(...announcements(next, 2));
  const isTicking = next.transactions.some(({ isEnded }) => !isEnded);
  return {
    state: { ...next, isTicking },
    outputs: isTicking ? [...outputs, tick(config)] : outputs,
  };
}

/** The interval in which a phase began is not whole, and does not count. */
function withOneMoreRound(transaction: CoordinatorTransaction): CoordinatorTransaction {
  return transaction.isEnded ? transaction : { ...transaction, rounds: transaction.rounds + 1 };
}

/** What each silent participant should hear again, after `rounds`. */
function announcements({ config, transactions }: CoordinatorState, rounds = 0): CommitOutput[] {
  return transactions.flatMap((transaction) => {
    const message = transaction.isEnded || transaction.rounds < rounds ? undefined : messageOf(transaction);
    if (message === undefined) return [];
    return sendAll(config, message).filter((_, node) => transaction.answered[node] !== true);
  });
}

function messageOf({ id, noVoter, phase }: CoordinatorTransaction): CommitMessage | undefined {
  switch (phase) {
    case 'collecting':
      return { kind: 'prepare', id, noVoter };
    case 'pre_committing':
      return { kind: 'pre_commit', id };
    case 'asking':
      return { kind: 'inquire', id };
    case 'committed':
    case 'aborted':
      return { kind: 'decide', id, isCommit: phase === 'committed' };
    case 'committing':
    case 'aborting':
      return undefined;
  }
}

function isDecided({ phase }: CoordinatorTransaction): boolean {
  return phase === 'committed' || phase === 'aborted';
}

function answer({ id: { client, number }, phase }: CoordinatorTransaction): CommitOutput {
  const response =
    phase === 'committed'
      ? ({ status: 'ok' } as const)
      : ({ status: 'failed', reason: 'the transaction was aborted' } as const);
  return { kind: 'respond', client, number, response };
}

/** The log: presumed abort leaves out what only began; the variant leaves out commits. */
function persisted({ config, transactions, ledger }: CoordinatorState): CommitOutput {
  const logged = transactions.flatMap((each) => {
    const { phase } = each;
    if (phase === 'committing' || phase === 'aborting') return [asDecided(each, config)];
    if (phase === 'committed' && !config.logsDecision)
      return config.presumes === 'nothing' ? [{ ...each, phase: 'collecting' as const }] : [];
    return isDecided(each) || config.presumes === 'nothing' ? [each] : [];
  });
  return {
    kind: 'persist',
    durable: { role: 'coordinator', transactions: logged, ledger: config.logsDecision ? ledger : [] },
  };
}

function put(state: CoordinatorState, transaction: CoordinatorTransaction): CoordinatorState {
  return { ...state, transactions: replace(state.transactions, transaction) };
}

function nobody({ participants }: CommitConfig): boolean[] {
  return Array<boolean>(participants).fill(false);
}

function tick({ retryMs }: CommitConfig): CommitOutput {
  return { kind: 'set_timer', timer: 'retry', minMs: retryMs, maxMs: retryMs };
}

function same(state: CoordinatorState): CommitStep {
  return { state, outputs: NO_OUTPUTS };
}
