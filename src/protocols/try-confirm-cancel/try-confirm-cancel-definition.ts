/**
 * Try-confirm-cancel as others run it: sizes, settings, known mistakes.
 */
import { checkSetup } from '../check-setup.ts';
import type { ProtocolDefinition } from '../definition.ts';
import { numberOf } from '../settings.ts';
import { ALL_OR_NONE, EVERY_TRANSACTION_ENDS, OUTSIDE_CANCELLED } from './tcc-properties.ts';
import { coordinatorOf, type TccConfig, type TccDurable, type TccMessage, type TccState } from './tcc-types.ts';
import { tryConfirmCancel } from './try-confirm-cancel.ts';

export const tryConfirmCancelDefinition: ProtocolDefinition<TccConfig, TccState, TccMessage, TccDurable> = {
  name: 'try-confirm-cancel',
  title: 'Try-confirm-cancel',
  description:
    'Branches reserve, then all confirm or all cancel, guarded by a fence table (Helland, CIDR 2007; Pardon, Pautasso, WWW 2014; Apache Seata).',
  card: 'try-confirm-cancel',
  nodes: { min: 1, max: 25, standard: 3 },
  settings: [
    {
      name: 'retry_ms',
      kind: 'integer',
      standard: 300,
      min: 1,
      max: 60_000,
      description: 'is how long the coordinator waits before it asks the silent branches again',
    },
    {
      name: 'try_rounds',
      kind: 'integer',
      standard: 2,
      min: 1,
      max: 1000,
      description: 'is the number of whole retry intervals after which a Try that was not answered counts as failed',
    },
    {
      name: 'failure_fraction',
      kind: 'number',
      standard: 0.4,
      min: 0,
      max: 1,
      description: 'is the part of the transactions with reads (read_fraction of all) of which one Try fails',
    },
  ],
  variants: [
    {
      name: 'tcc-fence-same-local-txn',
      statement:
        'The fence row is part of the local transaction of Try, so a Try that fails after an outside effect leaves no row, and Cancel takes it for an empty rollback.',
      breaks: OUTSIDE_CANCELLED,
      source: 'apache/incubator-seata#6374, #4530',
    },
    {
      name: 'tcc-no-suspension',
      statement:
        'A Cancel that finds no row leaves none, so the Try that comes after it reserves for good (a Try is given up at the first retry).',
      breaks: ALL_OR_NONE,
      source: 'Apache Seata, fence status 4 (suspended)',
    },
    {
      name: 'tcc-no-empty-rollback',
      statement: 'A Cancel of a transaction that was never tried is an error, and is repeated for ever.',
      breaks: EVERY_TRANSACTION_ENDS,
      source: 'apache/incubator-seata-go#685',
    },
  ],
  protocol: tryConfirmCancel,
  configure: (setup) => {
    checkSetup(tryConfirmCancelDefinition, setup);
    const { nodes, settings, variant } = setup;
    const suspends = variant !== 'tcc-no-suspension';
    return {
      branches: nodes,
      retryMs: numberOf(settings, 'retry_ms'),
      tryRounds: suspends ? numberOf(settings, 'try_rounds') : 0,
      failureFraction: numberOf(settings, 'failure_fraction'),
      fencesFirst: variant !== 'tcc-fence-same-local-txn',
      suspends,
      allowsEmptyRollback: variant !== 'tcc-no-empty-rollback',
    };
  },
  nodeNames: ({ branches }) => [...Array.from({ length: branches }, (_, node) => `n${node + 1}`), 'coordinator'],
  clients: { contacts: (config) => [coordinatorOf(config)], choice: 'leader' },
  workload: {
    // The value says whose Try fails: branch 1 and up, 0 nobody's.
    command: (draw, _sequence, { readFraction }, { branches, failureFraction }) => {
      const isFailing = draw.nextFloat() < readFraction * failureFraction;
      const failsAt = 1 + draw.nextInt(branches);
      return { kind: 'reserve', key: draw.key(), value: isFailing ? failsAt : 0 };
    },
    isWrite: () => true,
  },
  history: () => 'none',
  messagesPerOperation: ({ branches }) => ({ count: 4 * branches, formula: '4n' }),
};
