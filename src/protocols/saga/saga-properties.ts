/**
 * What sagas promise, and what only their countermeasures keep.
 */
import type { AlwaysProperty, ClusterView, Complaint, Property } from '../property.ts';
import {
  balanceOf,
  isOver,
  nameOf,
  OPENING_BALANCE,
  type OrchestratorState,
  type RunningSaga,
  type SagaConfig,
  type SagaState,
  type ServiceState,
  type StepRecord,
} from './saga-types.ts';

export const ALL_OR_COMPENSATED = 'all or compensated';
export const BALANCES_SUM = 'balances sum';
export const EVERY_SAGA_ENDS = 'every saga ends complete or compensated';

export function sagaProperties(_config: SagaConfig): readonly Property<SagaState>[] {
  return [allOrCompensated, balancesSum, ended('completed'), ended('compensated'), everySagaEnds];
}

function orchestratorIn({ states }: ClusterView<SagaState>): OrchestratorState | undefined {
  const last = states.at(-1);
  return last?.role === 'orchestrator' ? last : undefined;
}

const allOrCompensated: AlwaysProperty<SagaState> = {
  kind: 'always',
  name: ALL_OR_COMPENSATED,
  statement: 'When a saga is over, all its steps are done or none is.',
  source: 'garciamolina1987',
  holds: (view) => firstOf(orchestratorIn(view)?.sagas ?? [], (saga) => isHalfDone(saga, view.states)),
  monitor: () => ({
    changed: (_node, before, after, view) =>
      firstOf(orchestratorIn(view)?.sagas ?? [], (saga) =>
        isTouched(saga, before, after) ? isHalfDone(saga, view.states) : undefined,
      ),
  }),
};

function firstOf<T>(list: readonly T[], judge: (each: T) => Complaint): Complaint {
  for (const each of list) {
    const complaint = judge(each);
    if (complaint !== undefined) return complaint;
  }
  return undefined;
}

function isTouched(saga: RunningSaga, before: SagaState | undefined, after: SagaState): boolean {
  if (after.role === 'orchestrator') return before?.role !== 'orchestrator' || !before.sagas.includes(saga);
  return before?.role !== 'service' || recordOf(before, saga.client) !== recordOf(after, saga.client);
}

function recordOf({ records }: ServiceState, client: number): StepRecord | undefined {
  return records.find((each) => each.client === client);
}

/** A service that has heard of the client's next saga no longer tells. */
function isHalfDone(saga: RunningSaga, states: readonly SagaState[]): Complaint {
  if (!isOver(saga)) return undefined;
  for (const state of states) {
    if (state.role !== 'service') continue;
    const record = recordOf(state, saga.client);
    if (record !== undefined && record.number > saga.number) continue;
    const status = record?.number === saga.number ? record.status : 'not done';
    if ((status === 'done' || status === 'released') !== (saga.phase === 'completed'))
      return `${nameOf(saga)} is ${saga.phase}, but its step at n${state.self + 1} is ${status}`;
  }
  return undefined;
}

const balancesSum: AlwaysProperty<SagaState> = {
  kind: 'always',
  name: BALANCES_SUM,
  statement: 'While no saga is under way on a key, its accounts hold as much as at the beginning: no update is lost.',
  source: 'garciamolina1987',
  holds: (view) => {
    const lengths = view.states.map((state) => (state.role === 'service' ? state.balances.length : 0));
    for (let key = 0; key < Math.max(...lengths); key++) {
      const complaint = hasLost(key, view);
      if (complaint !== undefined) return complaint;
    }
    return undefined;
  },
  monitor: () => ({
    changed: (_node, before, after, view) => {
      if (after.role === 'orchestrator')
        return firstOf(after.sagas, (saga) =>
          isOver(saga) && isTouched(saga, before, after) ? hasLost(saga.key, view) : undefined,
        );
      if (before?.role === 'service' && before.balances === after.balances) return undefined;
      for (let key = 0; key < after.balances.length; key++) {
        const complaint = hasLost(key, view);
        if (complaint !== undefined) return complaint;
      }
      return undefined;
    },
  }),
};

function hasLost(key: number, view: ClusterView<SagaState>): Complaint {
  const sagas = orchestratorIn(view)?.sagas ?? [];
  if (sagas.some((each) => each.key === key && !isOver(each))) return undefined;
  let [sum, expected] = [0, 0];
  for (const state of view.states) {
    if (state.role !== 'service') continue;
    sum += balanceOf(state, key);
    expected += OPENING_BALANCE;
  }
  if (sum === expected) return undefined;
  const balances = view.states.flatMap((state) => (state.role === 'service' ? [balanceOf(state, key)] : []));
  return `the accounts of key ${key} hold ${balances.join(' + ')} = ${sum}, not ${expected}`;
}

function ended(phase: 'completed' | 'compensated'): Property<SagaState> {
  return {
    kind: 'sometimes',
    name: `a saga is ${phase}`,
    statement: `A saga is ${phase}.`,
    reached: (view) => orchestratorIn(view)?.sagas.some((saga) => saga.phase === phase) === true,
  };
}

const everySagaEnds: Property<SagaState> = {
  kind: 'eventually',
  name: EVERY_SAGA_ENDS,
  statement: 'Once failures are repaired, every saga that began is completed or compensated.',
  source: 'garciamolina1987',
  holds: (view) => {
    const running = (orchestratorIn(view)?.sagas ?? []).filter((saga) => !isOver(saga));
    if (running.length === 0) return undefined;
    return running.map((saga) => `${nameOf(saga)} still goes ${saga.phase} at n${saga.step + 1}`).join('; ');
  },
};
