/**
 * What sagas promise, and what only their countermeasures keep.
 */
import type { AlwaysProperty, ClusterView, Property } from '../property.ts';
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

function servicesIn({ states }: ClusterView<SagaState>): ServiceState[] {
  return states.filter((state) => state.role === 'service');
}

const allOrCompensated: AlwaysProperty<SagaState> = {
  kind: 'always',
  name: ALL_OR_COMPENSATED,
  statement: 'When a saga is over, all its steps are done or none is.',
  source: 'garciamolina1987',
  holds: (view) => {
    const services = servicesIn(view);
    for (const saga of orchestratorIn(view)?.sagas ?? []) {
      const wrong = isOver(saga) ? services.find((service) => isWrong(service, saga)) : undefined;
      if (wrong !== undefined)
        return `${nameOf(saga)} is ${saga.phase}, but its step at n${wrong.self + 1} is ${recordOf(wrong, saga)?.status ?? 'not done'}`;
    }
    return undefined;
  },
};

/** A service that has heard of the client's next saga no longer tells. */
function isWrong(service: ServiceState, saga: RunningSaga): boolean {
  const record = service.records.find(({ client }) => client === saga.client);
  if (record !== undefined && record.number > saga.number) return false;
  const status = record?.number === saga.number ? record.status : undefined;
  const isDone = status === 'done' || status === 'released';
  return isDone !== (saga.phase === 'completed');
}

function recordOf({ records }: ServiceState, { client, number }: RunningSaga): StepRecord | undefined {
  return records.find((each) => each.client === client && each.number === number);
}

const balancesSum: AlwaysProperty<SagaState> = {
  kind: 'always',
  name: BALANCES_SUM,
  statement: 'While no saga is under way on a key, its accounts hold as much as at the beginning: no update is lost.',
  source: 'garciamolina1987',
  holds: (view) => {
    const services = servicesIn(view);
    const keys = Math.max(...services.map(({ balances }) => balances.length));
    const sagas = orchestratorIn(view)?.sagas ?? [];
    for (let key = 0; key < keys; key++) {
      if (sagas.some((each) => each.key === key && !isOver(each))) continue;
      const balances = services.map((service) => balanceOf(service, key));
      const sum = balances.reduce((total, each) => total + each, 0);
      const expected = OPENING_BALANCE * services.length;
      if (sum !== expected) return `the accounts of key ${key} hold ${balances.join(' + ')} = ${sum}, not ${expected}`;
    }
    return undefined;
  },
};

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
