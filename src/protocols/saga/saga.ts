/**
 * Sagas: a long transaction as a sequence of local ones, T1 … Tn, each with a compensation, C1 … Cn. Either T1 … Tn run, or T1 … Tj and
 * then Cj … C1 (H. Garcia-Molina, K. Salem, "Sagas", SIGMOD 1987). Nothing is locked in between and nobody blocks, but nothing is isolated
 * either: others see what may yet be undone.
 *
 * An orchestrator keeps the saga log and orders the steps one after the other; the services do them. Here a saga moves money from an
 * account of the first service to those of all others, so a lost update shows as money made or gone.
 *
 * Nodes: the services, then the orchestrator. See `orchestrator.ts`, `service.ts`.
 */
import type { Input, Protocol } from '../protocol.ts';
import { NO_OUTPUTS } from '../protocol.ts';
import { orchestratorMessage, orchestratorRequest, orchestratorTimer, startOrchestrator } from './orchestrator.ts';
import { sagaProperties } from './saga-properties.ts';
import {
  isOver,
  nameOf,
  orchestratorOf,
  type SagaConfig,
  type SagaDurable,
  type SagaMessage,
  type SagaState,
  type SagaStep,
} from './saga-types.ts';
import { serviceMessage, startService } from './service.ts';

export const saga: Protocol<SagaConfig, SagaState, SagaMessage, SagaDurable> = {
  timers: ['retry'],
  initial: (config, self, durable) =>
    self === orchestratorOf(config) ? startOrchestrator(config, self, durable) : startService(config, self, durable),
  step,
  properties: sagaProperties,
  describe: {
    role: ({ role }) => role,
    leads: ({ role }) => role === 'orchestrator',
    state: describeState,
    message: describeMessage,
  },
};

function step(state: SagaState, input: Input<SagaMessage>): SagaStep {
  switch (input.kind) {
    case 'message':
      return state.role === 'orchestrator'
        ? orchestratorMessage(state, input.from, input.message)
        : serviceMessage(state, input.message);
    case 'timer':
      return state.role === 'orchestrator' ? orchestratorTimer(state) : { state, outputs: NO_OUTPUTS };
    case 'request': {
      if (state.role === 'orchestrator') return orchestratorRequest(state, input.request);
      const { client, number } = input.request;
      const response = { status: 'redirect', to: orchestratorOf(state.config) } as const;
      return { state, outputs: [{ kind: 'respond', client, number, response }] };
    }
    case 'choice':
      return { state, outputs: NO_OUTPUTS };
  }
}

function describeState(state: SagaState): string {
  if (state.role === 'orchestrator') {
    const sagas = state.sagas.map((each) => {
      return `${nameOf(each)} ${each.phase}${isOver(each) ? '' : ` at n${each.step + 1}`}`;
    });
    return sagas.length === 0 ? 'no sagas' : sagas.join('; ');
  }
  const balances = state.balances.map((balance, key) => `account ${key}: ${balance}`);
  const records = state.records.map((each) => `${nameOf(each)} ${each.status}`);
  return [...balances, ...records].join('; ') || 'untouched';
}

function describeMessage(message: SagaMessage): string {
  return `${message.kind} ${nameOf('saga' in message ? message.saga : message)}`;
}
