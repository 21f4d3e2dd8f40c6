/**
 * Sagas as others run them: sizes, settings, known mistakes.
 */
import { checkSetup } from '../check-setup.ts';
import type { ProtocolDefinition } from '../definition.ts';
import { choiceOf, numberOf } from '../settings.ts';
import { saga } from './saga.ts';
import { ALL_OR_COMPENSATED, BALANCES_SUM } from './saga-properties.ts';
import { orchestratorOf, type SagaConfig, type SagaDurable, type SagaMessage, type SagaState } from './saga-types.ts';

const ISOLATIONS = ['commutative', 'semantic_lock'] as const;

export const sagaDefinition: ProtocolDefinition<SagaConfig, SagaState, SagaMessage, SagaDurable> = {
  name: 'saga',
  title: 'Saga',
  description:
    'A long transaction as local ones with compensations, orchestrated and logged (Garcia-Molina, Salem, SIGMOD 1987).',
  card: 'saga',
  nodes: { min: 2, max: 25, standard: 3 },
  settings: [
    {
      name: 'isolation',
      kind: 'choice',
      standard: 'commutative',
      options: ISOLATIONS,
      description:
        'is what keeps other sagas from harm: compensations that commute, or a semantic lock on the account until the saga ends',
    },
    {
      name: 'retry_ms',
      kind: 'integer',
      standard: 300,
      min: 1,
      max: 60_000,
      description: 'is how long the orchestrator waits before it orders a step again',
    },
    {
      name: 'step_rounds',
      kind: 'integer',
      standard: 3,
      min: 1,
      max: 1000,
      description:
        'is the number of whole retry intervals after which a silent step counts as failed, and the saga goes back',
    },
    {
      name: 'refusal_fraction',
      kind: 'number',
      standard: 0.4,
      min: 0,
      max: 1,
      description: 'is the part of the sagas with reads (read_fraction of all) of which one step is refused',
    },
  ],
  variants: [
    {
      name: 'saga-dirty-read-lost-update',
      statement:
        'A compensation puts back the balance that its step had found, and with that overwrites what other sagas did since.',
      breaks: BALANCES_SUM,
      source: 'Garcia-Molina, Salem 1987; Richardson, Microservices Patterns, section 4.3: countermeasures',
    },
    {
      name: 'saga-compensation-overtakes-step',
      statement:
        'A compensation that arrives before its step leaves no mark, so the step is done afterwards and stays (a step is given up at the first retry).',
      breaks: ALL_OR_COMPENSATED,
      source: 'apache/incubator-seata: empty rollback and suspension',
    },
    {
      name: 'saga-step-not-idempotent',
      statement: 'A step that is ordered again is done again.',
      breaks: BALANCES_SUM,
      source: 'Garcia-Molina, Salem 1987, section 4: restarted sagas repeat steps',
    },
  ],
  protocol: saga,
  configure: (setup) => {
    checkSetup(sagaDefinition, setup);
    const { nodes, settings, variant } = setup;
    const isLost = variant === 'saga-dirty-read-lost-update';
    // The mistake is to do without a lock what only the lock makes safe.
    const isolation = isLost ? 'commutative' : choiceOf(settings, 'isolation', ISOLATIONS);
    const leavesMarks = variant !== 'saga-compensation-overtakes-step';
    return {
      services: nodes,
      isolation,
      retryMs: numberOf(settings, 'retry_ms'),
      stepRounds: leavesMarks ? numberOf(settings, 'step_rounds') : 0,
      refusalFraction: numberOf(settings, 'refusal_fraction'),
      restoresBalance: isLost || isolation === 'semantic_lock',
      leavesMarks,
      isIdempotent: variant !== 'saga-step-not-idempotent',
    };
  },
  nodeNames: ({ services }) => [...Array.from({ length: services }, (_, node) => `n${node + 1}`), 'orchestrator'],
  clients: { contacts: (config) => [orchestratorOf(config)], choice: 'leader' },
  workload: {
    // The value says who refuses its step: service 1 and up, 0 nobody.
    command: (draw, _sequence, { readFraction }, { services, refusalFraction }) => {
      const isRefused = draw.nextFloat() < readFraction * refusalFraction;
      const refusedBy = 1 + draw.nextInt(services);
      return { kind: 'saga', key: draw.key(), value: isRefused ? refusedBy : 0 };
    },
    isWrite: () => true,
  },
  history: () => 'none',
  messagesPerOperation: ({ services, isolation }) =>
    isolation === 'semantic_lock' ? { count: 4 * services, formula: '4n' } : { count: 2 * services, formula: '2n' },
};
