/**
 * The coordination store (ZooKeeper, etcd, Consul): grants the lease, notices when it is not renewed, and names the next primary.
 * It is one node that stands for a replicated service; what it decides is on its disk before anybody hears of it.
 *
 * Epochs are fencing tokens. The store raises the epoch before it asks replicas how far they are, and a replica that has answered takes
 * nothing of an earlier primary any more; so what the store chooses from cannot change behind its back.
 */
import type { NodeIndex } from '../../kernel/units.ts';
import { NO_OUTPUTS } from '../protocol.ts';
import type {
  PrimaryBackupConfig,
  PrimaryBackupMessage,
  PrimaryBackupOutput,
  PrimaryBackupStep,
  Standing,
  Store,
  StoreDurable,
} from './primary-backup-state.ts';
import { reportsNeeded } from './primary-backup-state.ts';

/** The store waits longer than the primary relies on the lease: their clocks may run ten per cent apart each. */
const CLOCK_MARGIN = 1.25;

export function initialStore(
  config: PrimaryBackupConfig,
  self: NodeIndex,
  durable: StoreDurable | undefined,
): PrimaryBackupStep {
  const state: Store = {
    config,
    self,
    role: 'store',
    epoch: durable?.epoch ?? 1,
    primary: durable === undefined ? 0 : durable.primary,
    phase: durable === undefined ? 'leased' : 'promoting',
    only: durable?.only ?? null,
    incarnation: durable?.incarnation ?? 0,
    reports: [],
  };
  if (state.primary === null) return poll(state, state.only);
  const outputs = state.phase === 'promoting' ? [promote(state), pollTimer(config)] : NO_OUTPUTS;
  return { state, outputs: [...outputs, leaseTimer(config)] };
}

export function stepStore(state: Store, from: NodeIndex, message: PrimaryBackupMessage): PrimaryBackupStep {
  switch (message.kind) {
    case 'renew':
      return onRenew(state, from, message.epoch, message.tick);
    case 'register':
      return onRegister(state, from, message.incarnation);
    case 'report':
      return message.epoch === state.epoch && state.phase === 'polling'
        ? onReport(state, from, message)
        : { state, outputs: NO_OUTPUTS };
    default:
      return { state, outputs: NO_OUTPUTS };
  }
}

function onRenew(state: Store, from: NodeIndex, epoch: number, tick: number): PrimaryBackupStep {
  if (epoch !== state.epoch || from !== state.primary) return { state, outputs: NO_OUTPUTS };
  const granted: PrimaryBackupOutput = { kind: 'send', to: from, message: { kind: 'granted', epoch, tick } };
  if (state.phase === 'leased') return { state, outputs: [granted, leaseTimer(state.config)] };
  return {
    state: { ...state, phase: 'leased', only: null },
    outputs: [
      granted,
      leaseTimer(state.config),
      { kind: 'cancel_timer', timer: 'poll' },
      { kind: 'cancel_timer', timer: 'operator' },
    ],
  };
}

/** A replica has restarted. If it was the primary it may have lost what it had not yet on disk: it leads on in a new epoch only. */
function onRegister(state: Store, from: NodeIndex, incarnation: number): PrimaryBackupStep {
  const { config, primary, epoch } = state;
  if (primary === null) {
    const reports = state.reports.slice();
    reports[from] = null;
    return { state: { ...state, reports }, outputs: [{ kind: 'send', to: from, message: { kind: 'poll', epoch } }] };
  }
  if (from === primary)
    return incarnation > state.incarnation
      ? poll(state, config.failover === 'store' ? null : from)
      : { state, outputs: NO_OUTPUTS };
  return { state, outputs: [{ kind: 'send', to: from, message: { kind: 'assigned', epoch, primary } }] };
}

export function onStoreTimer(state: Store, timer: string): PrimaryBackupStep {
  if (timer === 'lease') return onLeaseEnd(state);
  if (timer === 'operator') return onOperator(state);
  if (state.phase === 'polling') return onPollEnd(state);
  return state.phase === 'promoting'
    ? { state, outputs: [promote(state), pollTimer(state.config)] }
    : { state, outputs: NO_OUTPUTS };
}

function onLeaseEnd(state: Store): PrimaryBackupStep {
  const { config, phase } = state;
  if (phase === 'lapsed' || phase === 'polling') return { state, outputs: NO_OUTPUTS };
  if (config.failover === 'store') return poll(state, null);
  const lapsed: Store = phase === 'leased' ? { ...state, phase: 'lapsed' } : state;
  if (config.failover === 'none') return { state: lapsed, outputs: NO_OUTPUTS };
  const ms = config.operatorMs;
  return { state: lapsed, outputs: [{ kind: 'set_timer', timer: 'operator', minMs: ms, maxMs: ms }] };
}

function onOperator(state: Store): PrimaryBackupStep {
  const isNeeded = state.phase === 'lapsed' || state.phase === 'promoting';
  return isNeeded ? poll(state, null) : { state, outputs: NO_OUTPUTS };
}

/** The operator says so: a new primary is sought at once. */
export function onPromoteCommand(state: Store): PrimaryBackupStep {
  return state.phase === 'polling' ? { state, outputs: NO_OUTPUTS } : poll(state, null);
}

function poll(state: Store, only: NodeIndex | null): PrimaryBackupStep {
  const { config } = state;
  const epoch = state.epoch + 1;
  const reports = Array.from({ length: config.replicas }, () => null);
  return {
    state: { ...state, epoch, primary: null, phase: 'polling', only, reports },
    outputs: [
      { kind: 'persist', durable: { role: 'store', epoch, primary: null, incarnation: 0, only } },
      ...reports.map((_, to) => ({ kind: 'send' as const, to, message: { kind: 'poll' as const, epoch } })),
      pollTimer(config),
      { kind: 'cancel_timer', timer: 'lease' },
      { kind: 'cancel_timer', timer: 'operator' },
    ],
  };
}

function onReport(state: Store, from: NodeIndex, { incarnation, joined, length }: Standing): PrimaryBackupStep {
  const reports = state.reports.slice();
  reports[from] = { incarnation, joined, length };
  const after: Store = { ...state, reports };
  return reports.every((report) => report !== null) ? choose(after) : { state: after, outputs: NO_OUTPUTS };
}

/** Takes what there is when it is enough, else asks those who have not answered again. */
function onPollEnd(state: Store): PrimaryBackupStep {
  const { config, epoch, reports, only } = state;
  const heard = reports.filter((report) => report !== null).length;
  const isEnough = heard >= reportsNeeded(config) && (only === null || (reports[only] ?? null) !== null);
  if (isEnough) return choose(state);
  const again = reports.flatMap((report, to) =>
    report === null ? [{ kind: 'send' as const, to, message: { kind: 'poll' as const, epoch } }] : [],
  );
  return { state, outputs: [...again, pollTimer(config)] };
}

function choose(state: Store): PrimaryBackupStep {
  const { config, epoch, reports, only } = state;
  let primary = only ?? -1;
  for (let node = 0; node < reports.length && only === null; node++) {
    const [report, best] = [reports[node] ?? null, reports[primary] ?? null];
    if (report === null || (config.promotion === 'first' && primary !== -1)) continue;
    if (best === null || isAhead(report, best)) primary = node;
  }
  const after: Store = {
    ...state,
    primary,
    phase: 'promoting',
    incarnation: reports[primary]?.incarnation ?? 0,
    reports: [],
  };
  return {
    state: after,
    outputs: [
      { kind: 'persist', durable: { role: 'store', epoch, primary, incarnation: after.incarnation, only } },
      promote(after),
      pollTimer(config),
      leaseTimer(config),
    ],
  };
}

function isAhead(one: Standing, other: Standing): boolean {
  return one.joined > other.joined || (one.joined === other.joined && one.length > other.length);
}

function promote({ epoch, primary, incarnation }: Store): PrimaryBackupOutput {
  return { kind: 'send', to: primary ?? 0, message: { kind: 'promote', epoch, incarnation } };
}

function leaseTimer({ leaseMs }: PrimaryBackupConfig): PrimaryBackupOutput {
  const ms = leaseMs * CLOCK_MARGIN;
  return { kind: 'set_timer', timer: 'lease', minMs: ms, maxMs: ms };
}

function pollTimer({ pollMs }: PrimaryBackupConfig): PrimaryBackupOutput {
  return { kind: 'set_timer', timer: 'poll', minMs: pollMs, maxMs: pollMs };
}
