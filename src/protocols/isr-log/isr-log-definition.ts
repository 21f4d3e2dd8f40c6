/**
 * The log with in-sync replicas as others run it: sizes, settings, the ladder of its history, closed form.
 */
import { fail, renderReceived } from '../../kernel/failure.ts';
import { checkSetup } from '../check-setup.ts';
import { type ProtocolDefinition, registerWorkload, type Variant } from '../definition.ts';
import { flagOf, numberOf, type Setting } from '../settings.ts';
import { isrLog } from './isr-log.ts';
import type { IsrLogConfig, IsrLogDurable, IsrLogMessage, IsrLogState, Truncation } from './isr-log-state.ts';
import { REPLICAS_MAX } from './isr-log-state.ts';

const duration = (name: string, standard: number, description: string): Setting => ({
  name,
  kind: 'integer',
  standard,
  min: 1,
  max: 3_600_000,
  description,
});

const settings: readonly Setting[] = [
  {
    name: 'min_isr',
    kind: 'integer',
    standard: 1,
    min: 1,
    max: REPLICAS_MAX,
    description: 'is the number of replicas in sync without which the leader refuses writes (min.insync.replicas)',
  },
  {
    name: 'unclean_election',
    kind: 'boolean',
    standard: false,
    description: 'lets a replica lead that is not in sync when no other is alive (unclean.leader.election.enable)',
  },
  duration('heartbeat_ms', 200, 'is the time between two heartbeats of a replica to the controller (2000 in Kafka)'),
  duration('session_ms', 1000, 'is the silence after which the controller takes a replica for dead (9000 in Kafka)'),
  duration(
    'lag_ms',
    1000,
    'is how long a replica may lag until it is out of sync (replica.lag.time.max.ms, 30000 in Kafka)',
  ),
  {
    name: 'rebalance_ms',
    kind: 'integer',
    standard: 0,
    min: 0,
    max: 3_600_000,
    description: 'is the time between two moves of the lead within the ISR, as a balancer makes them; 0 is never',
  },
  duration(
    'retry_ms',
    500,
    'is how long a follower waits for an answer to what it fetches; replica.fetch.wait.max.ms in Kafka',
  ),
];

const SPECIFICATION = 'github hachikuji/kafka-specification';

const variants: readonly Variant[] = [
  {
    name: 'kafka-truncate-to-hw',
    statement: 'A follower cuts its log to its own high watermark, which lags behind that of the leader.',
    breaks: 'strong ISR',
    source: `KIP-101; ${SPECIFICATION} KafkaTruncateToHighWatermark.tla`,
  },
  {
    name: 'kafka-kip101',
    statement:
      'A follower cuts to where its last epoch ends at the leader, even if the leader never had that epoch; nothing is fenced.',
    breaks: 'strong ISR',
    source: `KIP-279; ${SPECIFICATION} Kip101.tla`,
  },
  {
    name: 'kafka-kip279',
    statement:
      'The place to cut is right, but leader and follower need not be in the same epoch. Breaks with three replicas, not with two.',
    breaks: 'strong ISR',
    source: `KIP-320; ${SPECIFICATION} Kip279.tla`,
  },
  {
    name: 'kafka-kip320-first-try',
    statement:
      'Fetches carry the epoch of the last record and not the current one, so the high watermark may count a follower of an older epoch. Breaks with three replicas, not with two.',
    breaks: 'strong ISR',
    source: `${SPECIFICATION} Kip320FirstTry.tla`,
  },
  {
    name: 'kafka-unclean-election',
    statement: 'Any replica that is alive may lead (the setting unclean_election), with min_isr 1.',
    breaks: 'no acknowledged record is lost',
    source: 'Kafka documentation, unclean.leader.election.enable; KIP-966',
  },
];

const TRUNCATIONS: Readonly<Record<string, Truncation>> = {
  'kafka-truncate-to-hw': 'high_watermark',
  'kafka-kip101': 'kip_101',
  'kafka-kip279': 'kip_279',
  'kafka-kip320-first-try': 'kip_320_first_try',
};

const VARIANT_REBALANCE_MS = 300;

export const isrLogDefinition: ProtocolDefinition<IsrLogConfig, IsrLogState, IsrLogMessage, IsrLogDurable> = {
  name: 'isr-log',
  title: 'Log with in-sync replicas',
  description:
    'Kafka replication: followers fetch from a leader, a record is committed when all in-sync replicas have it, a controller elects from these (KIP-101, 279, 320).',
  card: 'isr-log',
  nodes: { min: 2, max: REPLICAS_MAX, standard: 3 },
  settings,
  variants,
  protocol: isrLog,
  configure: (setup) => {
    checkSetup({ name: 'isr-log', nodes: isrLogDefinition.nodes, variants }, setup);
    const { nodes: replicas, settings: values, variant = '' } = setup;
    const isUnclean = variant === 'kafka-unclean-election';
    const config: IsrLogConfig = {
      replicas,
      truncation: TRUNCATIONS[variant] ?? 'kip_320',
      minIsr: isUnclean ? 1 : numberOf(values, 'min_isr'),
      allowsUnclean: isUnclean || flagOf(values, 'unclean_election'),
      heartbeatMs: numberOf(values, 'heartbeat_ms'),
      sessionMs: numberOf(values, 'session_ms'),
      lagMs: numberOf(values, 'lag_ms'),
      retryMs: numberOf(values, 'retry_ms'),
      rebalanceMs: rebalanceOf(numberOf(values, 'rebalance_ms'), variant),
    };
    checkMinIsr(config);
    checkSession(config);
    return config;
  },
  nodeNames: ({ replicas }) => [...Array.from({ length: replicas }, (_, replica) => `n${replica + 1}`), 'controller'],
  clients: {
    contacts: ({ replicas }) => Array.from({ length: replicas }, (_, replica) => replica),
    choice: 'leader',
  },
  workload: registerWorkload,
  history: () => 'none',
  messagesPerOperation: ({ replicas }) => ({
    count: 2 * (replicas - 1),
    formula: '2(n - 1): each follower is sent the record and fetches on; a read takes none',
  }),
};

/** The holes in truncation open when leaders follow each other fast: the variants have a balancer. */
function rebalanceOf(givenMs: number, variant: string): number {
  return givenMs === 0 && TRUNCATIONS[variant] !== undefined ? VARIANT_REBALANCE_MS : givenMs;
}

function checkMinIsr({ minIsr, replicas }: IsrLogConfig): void {
  if (minIsr <= replicas) return;
  fail('input/conflict', {
    message: 'more replicas must be in sync than there are',
    path: 'settings.min_isr',
    received: renderReceived(minIsr),
    expected: `at most ${replicas} with ${replicas} nodes`,
    nextStep: `Give {"settings":{"min_isr":"${Math.max(1, replicas - 1)}"}}.`,
  });
}

function checkSession({ heartbeatMs, sessionMs }: IsrLogConfig): void {
  if (heartbeatMs * 2 <= sessionMs) return;
  fail('input/conflict', {
    message: 'a session that is shorter than two heartbeats ends between them',
    path: 'settings.heartbeat_ms',
    received: renderReceived(heartbeatMs),
    expected: `at most ${Math.floor(sessionMs / 2)}, half of session_ms`,
    nextStep: `Give {"settings":{"heartbeat_ms":"${Math.max(1, Math.floor(sessionMs / 5))}"}}.`,
  });
}
