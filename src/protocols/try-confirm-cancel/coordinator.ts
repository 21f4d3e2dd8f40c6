/**
 * The coordinator: tries all branches at once; when all have tried it confirms, else it cancels, and repeats that until all have answered.
 *
 * The decision is on disk before it is told. A transaction found undecided after a restart is cancelled.
 */
import type { NodeIndex } from '../../kernel/units.ts';
import { NO_OUTPUTS, type Request } from '../protocol.ts';
import {
  type CoordinatorState,
  isOver,
  type TccConfig,
  type TccDurable,
  type TccMessage,
  type TccOutput,
  type TccStep,
  type TccTransaction,
} from './tcc-types.ts';

export function startCoordinator(config: TccConfig, self: NodeIndex, durable: TccDurable | undefined): TccStep {
  const logged = durable?.role === 'coordinator' ? durable.transactions : [];
  const transactions = logged.map((each) => {
    const fresh = { ...each, rounds: 0, answered: nobody(config) };
    return each.phase === 'trying' ? { ...fresh, phase: 'cancelling' as const } : fresh;
  });
  const running = transactions.filter((each) => !isOver(each));
  const state: CoordinatorState = { config, self, role: 'coordinator', isTicking: running.length > 0, transactions };
  if (running.length === 0) return { state, outputs: NO_OUTPUTS };
  return { state, outputs: [tick(config), persisted(state), ...running.flatMap(orders)] };
}

/** A repeated request is answered when the transaction is over; a client's next one waits for that. */
export function coordinatorRequest(state: CoordinatorState, { client, number, command }: Request): TccStep {
  if (command.kind !== 'reserve') {
    const response = { status: 'failed', reason: 'the coordinator takes only the command reserve' } as const;
    return { state, outputs: [{ kind: 'respond', client, number, response }] };
  }
  const latest = state.transactions.find((each) => each.client === client);
  if (latest !== undefined && (!isOver(latest) || latest.number >= number))
    return { state, outputs: isOver(latest) && latest.number === number ? [answer(latest)] : NO_OUTPUTS };
  const { config } = state;
  const { key = 0, value: failsAt = 0 } = command;
  const answered = nobody(config);
  const begun: TccTransaction = { client, number, key, failsAt, phase: 'trying', rounds: 0, answered };
  const transactions = [...state.transactions.filter((each) => each.client !== client), begun];
  const next = { ...state, isTicking: true, transactions };
  const timer = state.isTicking ? [] : [tick(config)];
  return { state: next, outputs: [...timer, persisted(next), ...orders(begun)] };
}

/** An answer counts when it belongs to the phase under way. */
export function coordinatorMessage(state: CoordinatorState, from: NodeIndex, message: TccMessage): TccStep {
  if (!('client' in message)) return { state, outputs: NO_OUTPUTS };
  const { client, number, kind } = message;
  const transaction = state.transactions.find((each) => each.client === client && each.number === number);
  if (transaction?.phase === 'trying' && kind === 'failed') return enter(state, transaction, 'cancelling');
  if (transaction === undefined || kind !== AWAITED[transaction.phase] || transaction.answered[from] !== false)
    return { state, outputs: NO_OUTPUTS };
  const answered = transaction.answered.map((each, node) => each || node === from);
  const next = { ...transaction, answered };
  if (answered.includes(false)) return { state: put(state, next), outputs: NO_OUTPUTS };
  if (next.phase === 'trying') return enter(state, next, 'confirming');
  return enter(state, next, next.phase === 'confirming' ? 'confirmed' : 'cancelled');
}

const AWAITED: Readonly<Record<TccTransaction['phase'], string>> = {
  trying: 'tried',
  confirming: 'confirmed',
  cancelling: 'cancelled',
  confirmed: 'nothing',
  cancelled: 'nothing',
};

/** Logs the phase, then acts on it. */
function enter(state: CoordinatorState, transaction: TccTransaction, phase: TccTransaction['phase']): TccStep {
  const entered: TccTransaction = { ...transaction, phase, rounds: 0, answered: nobody(state.config) };
  const next = put(state, entered);
  const further = isOver(entered) ? [answer(entered)] : orders(entered);
  return { state: next, outputs: [persisted(next), ...further] };
}

/** The retry timer: those who are silent are asked again; a try that takes too long has failed. */
export function coordinatorTimer(state: CoordinatorState): TccStep {
  let next = state;
  const outputs: TccOutput[] = [];
  for (const transaction of state.transactions) {
    if (isOver(transaction)) continue;
    if (transaction.phase === 'trying' && transaction.rounds >= state.config.tryRounds) {
      const step = enter(next, transaction, 'cancelling');
      next = step.state as CoordinatorState;
      outputs.push(...step.outputs);
    } else {
      next = put(next, { ...transaction, rounds: transaction.rounds + 1 });
      // The interval in which the phase began is not whole: answers may be on their way.
      if (transaction.rounds > 0) outputs.push(...orders(transaction));
    }
  }
  const isTicking = next.transactions.some((each) => !isOver(each));
  if (isTicking) outputs.push(tick(state.config));
  return { state: { ...next, isTicking }, outputs };
}

/** What those who are silent should do. */
function orders({ phase, answered, client, number, key, failsAt }: TccTransaction): TccOutput[] {
  const kind = phase === 'trying' ? 'try' : phase === 'confirming' ? 'confirm' : 'cancel';
  const message = { kind, transaction: { client, number, key, failsAt } } as const;
  return answered.flatMap((has, to) => (has ? [] : [{ kind: 'send' as const, to, message }]));
}

function answer({ client, number, phase }: TccTransaction): TccOutput {
  const response =
    phase === 'confirmed'
      ? ({ status: 'ok' } as const)
      : ({ status: 'failed', reason: 'the transaction was cancelled' } as const);
  return { kind: 'respond', client, number, response };
}

function put(state: CoordinatorState, transaction: TccTransaction): CoordinatorState {
  return {
    ...state,
    transactions: state.transactions.map((each) => (each.client === transaction.client ? transaction : each)),
  };
}

function persisted({ transactions }: CoordinatorState): TccOutput {
  return { kind: 'persist', durable: { role: 'coordinator', transactions } };
}

function nobody({ branches }: TccConfig): boolean[] {
  return Array<boolean>(branches).fill(false);
}

function tick({ retryMs }: TccConfig): TccOutput {
  return { kind: 'set_timer', timer: 'retry', minMs: retryMs, maxMs: retryMs };
}
