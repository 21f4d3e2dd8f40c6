/**
 * A service: does a step of a saga in one local transaction, and undoes it when told to.
 *
 * Orders are repeated and may overtake each other, so each is idempotent: what became of the step is written in the same local
 * transaction as the balance. An undo that comes first leaves a mark that keeps the step from being done later.
 *
 * Other sagas see the balance between a step and its compensation; nothing isolates them. Two countermeasures keep that from doing
 * harm: the compensation takes back what the step added, which commutes with whatever came between; or the account stays locked until the
 * saga is over. Putting back the balance that the step found is safe only under the lock.
 */
import type { NodeIndex } from '../../kernel/units.ts';
import { NO_OUTPUTS } from '../protocol.ts';
import {
  balanceOf,
  deltaOf,
  OPENING_BALANCE,
  orchestratorOf,
  type Saga,
  type SagaConfig,
  type SagaDurable,
  type SagaMessage,
  type SagaOutput,
  type SagaStep,
  type ServiceState,
  type StepRecord,
} from './saga-types.ts';

export function startService(config: SagaConfig, self: NodeIndex, durable: SagaDurable | undefined): SagaStep {
  const { balances, records } = durable?.role === 'service' ? durable : { balances: [], records: [] };
  return { state: { config, self, role: 'service', balances, records }, outputs: NO_OUTPUTS };
}

export function serviceMessage(state: ServiceState, message: SagaMessage): SagaStep {
  if (!('saga' in message)) return { state, outputs: NO_OUTPUTS };
  const { saga, kind } = message;
  const record = state.records.find(({ client }) => client === saga.client);
  // Of a saga that was over before the client's newest began.
  if (record !== undefined && record.number > saga.number) return { state, outputs: NO_OUTPUTS };
  const known = record?.number === saga.number ? record : undefined;
  if (kind === 'do') return onDo(state, saga, known);
  if (kind === 'undo') return onUndo(state, saga, known);
  return onRelease(state, saga, known);
}

function onDo(state: ServiceState, saga: Saga, known: StepRecord | undefined): SagaStep {
  const { config, self } = state;
  if (known !== undefined && (known.status !== 'done' || config.isIdempotent))
    return { state, outputs: [reply(state, saga, wasDone(known) ? 'done' : 'refused')] };
  if (saga.refusedBy === self + 1) return record(state, saga, 'refused', 0, 'refused');
  if (isLocked(state, saga)) return { state, outputs: [reply(state, saga, 'busy')] };
  const before = balanceOf(state, saga.key);
  const after = withBalance(state, saga.key, before + deltaOf(config, self));
  return record(after, saga, 'done', before, 'done');
}

function wasDone({ status }: StepRecord): boolean {
  return status === 'done' || status === 'released';
}

/** Whether another saga holds the account. */
function isLocked({ config, records }: ServiceState, { client, key }: Saga): boolean {
  if (config.isolation !== 'semantic_lock') return false;
  return records.some((each) => each.client !== client && each.key === key && each.status === 'done');
}

function onUndo(state: ServiceState, saga: Saga, known: StepRecord | undefined): SagaStep {
  const { config, self } = state;
  if (known === undefined)
    return config.leavesMarks
      ? record(state, saga, 'void', 0, 'undone')
      : { state, outputs: [reply(state, saga, 'undone')] };
  if (known.status !== 'done') return { state, outputs: [reply(state, saga, 'undone')] };
  const now = balanceOf(state, saga.key);
  const restored = config.restoresBalance ? known.before : now - deltaOf(config, self);
  return record(withBalance(state, saga.key, restored), saga, 'undone', known.before, 'undone');
}

function onRelease(state: ServiceState, saga: Saga, known: StepRecord | undefined): SagaStep {
  if (known?.status !== 'done') return { state, outputs: [reply(state, saga, 'released')] };
  return record(state, saga, 'released', known.before, 'released');
}

function record(
  state: ServiceState,
  { client, number, key, refusedBy }: Saga,
  status: StepRecord['status'],
  before: number,
  answer: 'done' | 'refused' | 'undone' | 'released',
): SagaStep {
  const written: StepRecord = { client, number, key, refusedBy, status, before };
  const records = [...state.records.filter((each) => each.client !== client), written];
  const next = { ...state, records };
  const { balances } = next;
  const persisted: SagaOutput = { kind: 'persist', durable: { role: 'service', balances, records } };
  return { state: next, outputs: [persisted, reply(state, written, answer)] };
}

function withBalance(state: ServiceState, key: number, balance: number): ServiceState {
  const balances = state.balances.slice();
  while (balances.length <= key) balances.push(OPENING_BALANCE);
  balances[key] = balance;
  return { ...state, balances };
}

function reply(
  { config }: ServiceState,
  { client, number }: Saga,
  kind: 'done' | 'refused' | 'busy' | 'undone' | 'released',
): SagaOutput {
  return { kind: 'send', to: orchestratorOf(config), message: { kind, client, number } };
}
