/**
 * Primary-backup as others run it: sizes, settings, known mistakes, closed form.
 */
import { fail, renderReceived } from '../../kernel/failure.ts';
import { checkSetup } from '../check-setup.ts';
import { type ProtocolDefinition, registerWorkload, type Setup, type Variant } from '../definition.ts';
import { choiceOf, numberOf, type Setting } from '../settings.ts';
import { primaryBackup } from './primary-backup.ts';
import type {
  PrimaryBackupConfig,
  PrimaryBackupDurable,
  PrimaryBackupMessage,
  PrimaryBackupState,
} from './primary-backup-state.ts';
import { FAILOVERS, MODES, PROMOTIONS } from './primary-backup-state.ts';

const duration = (name: string, standard: number, min: number, description: string): Setting => ({
  name,
  kind: 'integer',
  standard,
  min,
  max: 3_600_000,
  description,
});

const settings: readonly Setting[] = [
  {
    name: 'mode',
    kind: 'choice',
    standard: 'semi_synchronous',
    options: MODES,
    description:
      'says when a write is acknowledged: on the disk of the primary, of all replicas, or of acks backups too',
  },
  {
    name: 'acks',
    kind: 'integer',
    standard: 1,
    min: 1,
    max: 8,
    description: 'is the number of backups that semi-synchronous mode waits for',
  },
  {
    name: 'failover',
    kind: 'choice',
    standard: 'store',
    options: FAILOVERS,
    description: 'says who replaces a primary that is gone: the store, an operator through the store, or nobody',
  },
  {
    name: 'promote',
    kind: 'choice',
    standard: 'most_advanced',
    options: PROMOTIONS,
    description: 'says which of the replicas that answer is promoted',
  },
  duration('lease_ms', 1000, 10, 'is how long the primary may serve after it renewed its lease'),
  duration('heartbeat_ms', 100, 1, 'is the time between two renewals'),
  duration(
    'poll_ms',
    200,
    1,
    'is how long the store waits for replicas to say how far they are, before it promotes one',
  ),
  duration('operator_ms', 60_000, 1, 'is the time until the operator promotes a replica when failover is manual'),
  duration('ship_interval_ms', 100, 1, 'is the time between two shipments to backups in asynchronous mode: the lag'),
  duration('retry_ms', 500, 1, 'is the time until something that was not confirmed is sent again'),
  duration(
    'fallback_ms',
    0,
    0,
    'is how long semi-synchronous mode waits for acks until it goes on as asynchronous (10000 in MySQL); 0 is never',
  ),
];

const variants: readonly Variant[] = [
  {
    name: 'async-failover-loss',
    statement: 'A write is acknowledged when the primary alone has it (the setting mode asynchronous).',
    breaks: 'no acknowledged write is lost',
    source: 'MySQL 8.4 Reference Manual 19.4.10; PostgreSQL documentation 26.2.5 on asynchronous replication',
  },
  {
    name: 'semisync-recovered-extra-txn',
    statement:
      'An old primary that returns keeps the writes that the new one lacks: they were in its log when it crashed, without an ack.',
    breaks: 'replicas are prefix-consistent',
    source: 'bugs.mysql.com #99370; percona.community 2018-08-23',
  },
];

export const primaryBackupDefinition: ProtocolDefinition<
  PrimaryBackupConfig,
  PrimaryBackupState,
  PrimaryBackupMessage,
  PrimaryBackupDurable
> = {
  name: 'primary-backup',
  title: 'Primary-backup replication',
  description:
    'One primary takes the writes and ships its log asynchronously, synchronously or semi-synchronously; a coordination store fails over by leases and epochs (Alsberg and Day 1976).',
  card: 'primary-backup',
  nodes: { min: 2, max: 9, standard: 3 },
  settings,
  variants,
  protocol: primaryBackup,
  configure: (setup) => {
    checkSetup({ name: 'primary-backup', nodes: primaryBackupDefinition.nodes, variants }, setup);
    const { nodes: replicas, settings: values, variant } = setup;
    const mode = modeOf(setup);
    const config: PrimaryBackupConfig = {
      replicas,
      mode,
      acks: mode === 'asynchronous' ? 0 : mode === 'synchronous' ? replicas - 1 : numberOf(values, 'acks'),
      failover: choiceOf(values, 'failover', FAILOVERS),
      promotion: choiceOf(values, 'promote', PROMOTIONS),
      keepsErrantTail: variant === 'semisync-recovered-extra-txn',
      leaseMs: numberOf(values, 'lease_ms'),
      heartbeatMs: numberOf(values, 'heartbeat_ms'),
      pollMs: numberOf(values, 'poll_ms'),
      operatorMs: numberOf(values, 'operator_ms'),
      shipIntervalMs: numberOf(values, 'ship_interval_ms'),
      retryMs: numberOf(values, 'retry_ms'),
      fallbackMs: mode === 'semi_synchronous' ? numberOf(values, 'fallback_ms') : 0,
    };
    checkAcks(config);
    checkLease(config);
    return config;
  },
  nodeNames: ({ replicas }) => [...Array.from({ length: replicas }, (_, node) => `n${node + 1}`), 'store'],
  clients: {
    contacts: ({ replicas }) => Array.from({ length: replicas }, (_, node) => node),
    choice: 'leader',
  },
  workload: registerWorkload,
  history: (config) => (keepsAcknowledged(config) ? 'linearizable' : 'none'),
  messagesPerOperation: ({ mode, replicas }) =>
    mode === 'asynchronous'
      ? { count: 0, formula: '0: shipments take many writes at once, 2(n - 1) messages each' }
      : { count: 2 * (replicas - 1), formula: '2(n - 1): an append and an ack for each backup' },
};

function modeOf({ settings: values, variant }: Setup): PrimaryBackupConfig['mode'] {
  if (variant === 'async-failover-loss') return 'asynchronous';
  return variant === 'semisync-recovered-extra-txn' ? 'semi_synchronous' : choiceOf(values, 'mode', MODES);
}

/** Whether a failover keeps what was acknowledged, so that clients see one register. */
function keepsAcknowledged({ mode, failover, promotion, fallbackMs, keepsErrantTail }: PrimaryBackupConfig): boolean {
  if (keepsErrantTail) return false;
  if (mode === 'synchronous' || failover === 'none') return true;
  return mode === 'semi_synchronous' && fallbackMs === 0 && promotion === 'most_advanced';
}

function checkAcks({ acks, replicas }: PrimaryBackupConfig): void {
  if (acks <= replicas - 1) return;
  fail('input/conflict', {
    message: 'there are fewer backups than a write waits for',
    path: 'settings.acks',
    received: renderReceived(acks),
    expected: `at most ${replicas - 1} with ${replicas} nodes`,
    nextStep: `Give {"nodes":${acks + 1}}, or {"settings":{"acks":"${replicas - 1}"}}.`,
  });
}

function checkLease({ leaseMs, heartbeatMs }: PrimaryBackupConfig): void {
  if (heartbeatMs * 2 <= leaseMs) return;
  fail('input/conflict', {
    message: 'a lease that is shorter than two heartbeats runs out between renewals',
    path: 'settings.heartbeat_ms',
    received: renderReceived(heartbeatMs),
    expected: `at most ${Math.floor(leaseMs / 2)}, half of lease_ms`,
    nextStep: `Give {"settings":{"heartbeat_ms":"${Math.max(1, Math.floor(leaseMs / 10))}"}}.`,
  });
}
