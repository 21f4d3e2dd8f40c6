/**
 * Chain replication as others run it: sizes, settings, known mistake, closed form.
 */
import { fail, renderReceived } from '../../kernel/failure.ts';
import { checkSetup } from '../check-setup.ts';
import { type ProtocolDefinition, registerWorkload, type Variant } from '../definition.ts';
import { numberOf, type Setting } from '../settings.ts';
import { chainReplication } from './chain-replication.ts';
import { type ChainConfig, type ChainDurable, type ChainMessage, type ChainState, SERVERS_MAX } from './chain-state.ts';

const settings: readonly Setting[] = [
  {
    name: 'lease_ms',
    kind: 'integer',
    standard: 1000,
    min: 10,
    max: 3_600_000,
    description: 'is how long a server may serve after it was heard; the master takes it out a quarter later',
  },
  {
    name: 'heartbeat_ms',
    kind: 'integer',
    standard: 100,
    min: 1,
    max: 3_600_000,
    description: 'is the time between two messages of a server to the master',
  },
  {
    name: 'retry_ms',
    kind: 'integer',
    standard: 500,
    min: 1,
    max: 3_600_000,
    description: 'is the time until updates that were not acknowledged are sent again',
  },
];

const variants: readonly Variant[] = [
  {
    name: 'chain-middle-failure-drops-inflight',
    statement: 'A server forgets an update when it has forwarded it, and has nothing to send to a new successor.',
    breaks: 'update propagation',
    source: 'van Renesse and Schneider, OSDI 2004, section 3: Sent lists',
  },
];

export const chainReplicationDefinition: ProtocolDefinition<ChainConfig, ChainState, ChainMessage, ChainDurable> = {
  name: 'chain-replication',
  title: 'Chain replication',
  description:
    'Updates travel from the head of a chain to its tail, which alone answers; a master mends the chain (van Renesse and Schneider, OSDI 2004).',
  card: 'chain-replication',
  nodes: { min: 2, max: SERVERS_MAX, standard: 3 },
  settings,
  variants,
  protocol: chainReplication,
  configure: (setup) => {
    checkSetup({ name: 'chain-replication', nodes: chainReplicationDefinition.nodes, variants }, setup);
    const config: ChainConfig = {
      servers: setup.nodes,
      keepsSent: setup.variant === undefined,
      leaseMs: numberOf(setup.settings, 'lease_ms'),
      heartbeatMs: numberOf(setup.settings, 'heartbeat_ms'),
      retryMs: numberOf(setup.settings, 'retry_ms'),
    };
    checkLease(config);
    return config;
  },
  nodeNames: ({ servers }) => [...Array.from({ length: servers }, (_, server) => `n${server + 1}`), 'master'],
  clients: {
    contacts: ({ servers }) => Array.from({ length: servers }, (_, server) => server),
    choice: 'leader',
  },
  workload: registerWorkload,
  history: ({ keepsSent }) => (keepsSent ? 'linearizable' : 'none'),
  messagesPerOperation: ({ servers }) => ({
    count: 2 * (servers - 1),
    formula: '2(n - 1): n - 1 down the chain and n - 1 acknowledgements up; a read takes none',
  }),
};

function checkLease({ leaseMs, heartbeatMs }: ChainConfig): void {
  if (heartbeatMs * 2 <= leaseMs) return;
  fail('input/conflict', {
    message: 'a lease that is shorter than two heartbeats runs out between renewals',
    path: 'settings.heartbeat_ms',
    received: renderReceived(heartbeatMs),
    expected: `at most ${Math.floor(leaseMs / 2)}, half of lease_ms`,
    nextStep: `Give {"settings":{"heartbeat_ms":"${Math.max(1, Math.floor(leaseMs / 10))}"}}.`,
  });
}
