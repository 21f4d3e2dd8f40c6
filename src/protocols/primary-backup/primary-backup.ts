/**
 * Primary-backup replication: one replica takes all writes, the others follow its log, and a coordination store says who it is.
 *
 * What is lost at failover depends on when a write is acknowledged:
 * - asynchronous: when it is on the primary's disk. Backups get it every `ship_interval_ms`, and a failover loses what was not shipped:
 *   about write rate × lag.
 * - synchronous: when it is on every disk. Nothing is lost whoever is promoted; one replica that is down stops all writes.
 * - semi-synchronous: when `acks` backups have it. Nothing is lost as long as one of these reports to the store before it promotes, which
 *   is why it waits for n - acks replicas. With a fallback timeout (MySQL's rpl_semi_sync_source_timeout) it is asynchronous after a while.
 *
 * Split brain is kept out twice: the lease ends at the primary before the store promotes another, and epochs fence what it sends.
 * Sources: Alsberg and Day 1976; Lampson 1996 for leases; Lin et al., PacificA, 2008, for the store that holds the configuration.
 *
 * Not decided here: which replicas belong to the group (it is fixed), and how the store itself is replicated.
 */
import type { NodeIndex } from '../../kernel/units.ts';
import type { Input, Protocol, Request } from '../protocol.ts';
import { NO_OUTPUTS } from '../protocol.ts';
import { onAppend, onPoll, onSuperseded } from './backup.ts';
import {
  becomePrimary,
  isPrimary,
  onAppended,
  onDurable,
  onFallback,
  onGranted,
  onHeartbeat,
  onMismatch,
  onRequest,
  onShip,
} from './primary.ts';
import { describePrimaryBackup } from './primary-backup-describe.ts';
import { primaryBackupProperties } from './primary-backup-properties.ts';
import type {
  PrimaryBackupConfig,
  PrimaryBackupDurable,
  PrimaryBackupMessage,
  PrimaryBackupOutput,
  PrimaryBackupState,
  PrimaryBackupStep,
  Replica,
  Store,
} from './primary-backup-state.ts';
import { initialStore, onPromoteCommand, onStoreTimer, stepStore } from './store.ts';

export const primaryBackup: Protocol<
  PrimaryBackupConfig,
  PrimaryBackupState,
  PrimaryBackupMessage,
  PrimaryBackupDurable
> = {
  timers: ['heartbeat', 'ship', 'fallback', 'register', 'lease', 'poll', 'operator'],
  initial: (config, self, durable, incarnation) =>
    self === config.replicas
      ? initialStore(config, self, durable?.role === 'store' ? durable : undefined)
      : initialReplica(config, self, durable, incarnation),
  step: (state, input) => (state.role === 'store' ? onStoreInput(state, input) : onReplicaInput(state, input)),
  properties: primaryBackupProperties,
  describe: describePrimaryBackup,
};

/** The group starts with n1 as the primary of epoch 1. Who restarts leads nothing, and asks the store. */
function initialReplica(
  config: PrimaryBackupConfig,
  self: NodeIndex,
  durable: PrimaryBackupDurable | undefined,
  incarnation: number,
): PrimaryBackupStep {
  const kept = durable?.role === 'replica' ? durable : undefined;
  const isFirst = incarnation === 0;
  const state: Replica = {
    config,
    self,
    role: 'replica',
    incarnation,
    epoch: kept?.epoch ?? (isFirst ? 1 : 0),
    joined: kept?.joined ?? (isFirst ? 1 : 0),
    log: kept?.log ?? [],
    errant: kept?.errant ?? 0,
    primary: isFirst ? 0 : null,
    lead: null,
  };
  if (isFirst) return self === 0 ? becomePrimary(state, 1) : { state, outputs: NO_OUTPUTS };
  return { state, outputs: register(state) };
}

function register({ config, incarnation }: Replica): PrimaryBackupOutput[] {
  return [
    { kind: 'send', to: config.replicas, message: { kind: 'register', incarnation } },
    { kind: 'set_timer', timer: 'register', minMs: config.retryMs, maxMs: config.retryMs },
  ];
}

function onStoreInput(state: Store, input: Input<PrimaryBackupMessage>): PrimaryBackupStep {
  switch (input.kind) {
    case 'message':
      return stepStore(state, input.from, input.message);
    case 'timer':
      return onStoreTimer(state, input.timer);
    case 'request':
      return input.request.command.kind === 'promote' ? onPromoteCommand(state) : redirect(state, input.request);
    case 'choice':
      return { state, outputs: NO_OUTPUTS };
  }
}

function onReplicaInput(state: Replica, input: Input<PrimaryBackupMessage>): PrimaryBackupStep {
  switch (input.kind) {
    case 'message':
      return onReplicaMessage(state, input.from, input.message);
    case 'timer':
      return onReplicaTimer(state, input.timer);
    case 'request':
      return isPrimary(state) ? onRequest(state, input.request) : redirect(state, input.request);
    case 'choice':
      return { state, outputs: NO_OUTPUTS };
  }
}

function redirect(state: PrimaryBackupState, { client, number }: Request): PrimaryBackupStep {
  const to = state.primary;
  const response =
    to === null || to === state.self ? { status: 'redirect' as const } : { status: 'redirect' as const, to };
  return { state, outputs: [{ kind: 'respond', client, number, response }] };
}

function onReplicaMessage(state: Replica, from: NodeIndex, message: PrimaryBackupMessage): PrimaryBackupStep {
  switch (message.kind) {
    case 'append':
      return onAppend(state, from, message);
    case 'poll':
      return onPoll(state, from, message.epoch);
    case 'promote': {
      const isMeant = message.epoch === state.epoch && message.incarnation === state.incarnation && state.lead === null;
      return isMeant ? becomePrimary(state, message.epoch) : { state, outputs: NO_OUTPUTS };
    }
    case 'superseded':
      return onSuperseded(state, message.epoch);
    case 'assigned':
      return onAssigned(state, message.epoch, message.primary);
    default:
      return isPrimary(state) && message.kind !== 'register' && message.epoch === state.epoch
        ? onPrimaryMessage(state, from, message)
        : { state, outputs: NO_OUTPUTS };
  }
}

function onPrimaryMessage(
  state: Replica & Parameters<typeof onAppended>[0],
  from: NodeIndex,
  message: PrimaryBackupMessage,
): PrimaryBackupStep {
  switch (message.kind) {
    case 'appended':
      return onAppended(state, from, message.length);
    case 'mismatch':
      return onMismatch(state, from, message.from, message.length);
    case 'durable':
      return onDurable(state, message.length);
    case 'granted':
      return onGranted(state, message.tick);
    default:
      return { state, outputs: NO_OUTPUTS };
  }
}

function onAssigned(state: Replica, epoch: number, primary: NodeIndex): PrimaryBackupStep {
  const isNews = epoch >= state.epoch && primary !== state.self && state.lead === null;
  if (!isNews) return { state, outputs: NO_OUTPUTS };
  return {
    state: state.epoch === epoch && state.primary === null ? { ...state, primary } : state,
    outputs: [{ kind: 'cancel_timer', timer: 'register' }],
  };
}

function onReplicaTimer(state: Replica, timer: string): PrimaryBackupStep {
  if (timer === 'register') return { state, outputs: register(state) };
  if (!isPrimary(state)) return { state, outputs: NO_OUTPUTS };
  if (timer === 'heartbeat') return onHeartbeat(state);
  return timer === 'ship' ? onShip(state) : onFallback(state);
}
