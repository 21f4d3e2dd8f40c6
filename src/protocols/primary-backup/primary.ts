/**
 * The primary: takes writes into its log, ships them to the backups, and acknowledges when the mode's number of disks has them.
 *
 * The lease is counted in heartbeats: a grant for the renewal sent with heartbeat t lets the primary serve until heartbeat t + L, so
 * that it runs from when it asked. Only committed values are read, so nothing is read that a failover could take back.
 *
 * Writes of earlier epochs count as committed only together with everything the log held at the promotion (`start`): a
 * backup below that may still lose to one that followed a later primary, as in figure 8 of the Raft paper.
 */
import type { NodeIndex } from '../../kernel/units.ts';
import { NO_OUTPUTS, type Request } from '../protocol.ts';
import type { Entry, Lead, PrimaryBackupOutput, PrimaryBackupStep, Replica, Seen } from './primary-backup-state.ts';
import { durableOf, epochAt, leaseTicks } from './primary-backup-state.ts';

/** Entries in one message. */
const BATCH_MAX = 64;

export interface Primary extends Replica {
  readonly lead: Lead;
}

export function isPrimary(state: Replica): state is Primary {
  return state.lead !== null;
}

/** The replica leads `epoch` from now on, and puts itself to work. */
export function becomePrimary(replica: Replica, epoch: number): PrimaryBackupStep {
  const { config, self, log } = replica;
  const backups = config.replicas;
  const lead: Lead = {
    start: log.length,
    tick: 1,
    leaseEnd: 0,
    confirmed: 0,
    acked: Array.from({ length: backups }, () => -1),
    next: Array.from({ length: backups }, () => log.length),
    committed: 0,
    table: [],
    seen: seenIn(log),
    isDegraded: false,
  };
  const state: Primary = { ...replica, epoch, joined: epoch, errant: 0, primary: self, lead };
  return {
    state,
    outputs: [
      { kind: 'cancel_timer', timer: 'register' },
      { kind: 'send', to: config.replicas, message: { kind: 'renew', epoch, tick: 1 } },
      { kind: 'set_timer', timer: 'heartbeat', minMs: config.heartbeatMs, maxMs: config.heartbeatMs },
      ...shipAll(state),
      shipTimer(state),
      ...(config.fallbackMs > 0 ? [fallbackTimer(state)] : []),
      durableOf(state),
      { kind: 'send', to: self, message: { kind: 'durable', epoch, length: log.length } },
    ],
  };
}

function seenIn(log: readonly Entry[]): Seen[] {
  const seen: Seen[] = [];
  for (const [index, { client, number }] of log.entries()) {
    const at = seen.findIndex((each) => each.client === client);
    seen[at === -1 ? seen.length : at] = { client, number, index };
  }
  return seen;
}

export function onRequest(state: Primary, request: Request): PrimaryBackupStep {
  const { lead } = state;
  const { client, number, command } = request;
  if (lead.tick >= lead.leaseEnd) return answer(state, request, { status: 'redirect' });
  if (command.kind === 'write') return onWrite(state, request);
  if (command.kind !== 'read')
    return answer(state, request, { status: 'failed', reason: `a replica does not know ${command.kind}` });
  if (lead.committed < lead.start)
    return answer(state, request, { status: 'failed', reason: 'the backups have not confirmed the log yet' });
  const value = lead.table[command.key ?? 0] ?? null;
  return { state, outputs: [{ kind: 'respond', client, number, response: { status: 'ok', value } }] };
}

type ResponseOf = (PrimaryBackupOutput & { readonly kind: 'respond' })['response'];

function answer(state: Replica, { client, number }: Request, response: ResponseOf): PrimaryBackupStep {
  return { state, outputs: [{ kind: 'respond', client, number, response }] };
}

function onWrite(state: Primary, request: Request): PrimaryBackupStep {
  const { lead, epoch, self, config } = state;
  const { client, number, command } = request;
  const at = lead.seen.findIndex((each) => each.client === client);
  const seen = lead.seen[at];
  if (seen !== undefined && seen.number >= number)
    return seen.number === number && seen.index < lead.committed
      ? answer(state, request, { status: 'ok' })
      : { state, outputs: NO_OUTPUTS };
  const entry: Entry = { epoch, client, number, key: command.key ?? 0, value: command.value ?? 0 };
  const log = [...state.log, entry];
  const seenNow = lead.seen.slice();
  seenNow[at === -1 ? seenNow.length : at] = { client, number, index: log.length - 1 };
  const after: Primary = { ...state, log, lead: { ...lead, seen: seenNow } };
  const write: PrimaryBackupOutput[] = [
    durableOf(after),
    { kind: 'send', to: self, message: { kind: 'durable', epoch, length: log.length } },
  ];
  if (config.mode === 'asynchronous') return { state: after, outputs: write };
  const startsWaiting = config.fallbackMs > 0 && !lead.isDegraded && lead.committed === state.log.length;
  return shipNew(after, startsWaiting ? [fallbackTimer(after), ...write] : write);
}

/** Ships what each backup was not sent yet, before the other outputs. */
function shipNew(state: Primary, others: readonly PrimaryBackupOutput[]): PrimaryBackupStep {
  const { lead, log, self, config } = state;
  const outputs: PrimaryBackupOutput[] = [];
  const next = lead.next.slice();
  for (let to = 0; to < config.replicas; to++) {
    const from = next[to] ?? 0;
    if (to === self || from >= log.length) continue;
    outputs.push(append(state, to, from));
    next[to] = Math.min(log.length, from + BATCH_MAX);
  }
  for (const output of others) outputs.push(output);
  return { state: { ...state, lead: { ...lead, next } }, outputs };
}

function append({ epoch, log, lead }: Primary, to: NodeIndex, from: number): PrimaryBackupOutput {
  const entries = log.slice(from, from + BATCH_MAX);
  const message = { kind: 'append', epoch, start: lead.start, from, fromEpoch: epochAt(log, from), entries } as const;
  return { kind: 'send', to, message };
}

function shipAll(state: Primary): PrimaryBackupOutput[] {
  const outputs: PrimaryBackupOutput[] = [];
  for (let to = 0; to < state.config.replicas; to++)
    if (to !== state.self) outputs.push(append(state, to, state.lead.next[to] ?? 0));
  return outputs;
}

function shipTimer({ config }: Primary): PrimaryBackupOutput {
  const ms = config.mode === 'asynchronous' ? config.shipIntervalMs : config.retryMs;
  return { kind: 'set_timer', timer: 'ship', minMs: ms, maxMs: ms };
}

function fallbackTimer({ config }: Primary): PrimaryBackupOutput {
  return { kind: 'set_timer', timer: 'fallback', minMs: config.fallbackMs, maxMs: config.fallbackMs };
}

/** Sends again what was not acknowledged; in asynchronous mode this is what ships new writes too. */
export function onShip(state: Primary): PrimaryBackupStep {
  const { lead, log, self, config } = state;
  const outputs: PrimaryBackupOutput[] = [];
  let next: number[] | undefined;
  for (let to = 0; to < config.replicas; to++) {
    const acked = lead.acked[to] ?? -1;
    if (to === self || acked >= log.length) continue;
    const from = acked === -1 ? (lead.next[to] ?? 0) : acked;
    outputs.push(append(state, to, from));
    if (acked === -1) continue;
    next ??= lead.next.slice();
    next[to] = Math.min(log.length, from + BATCH_MAX);
  }
  outputs.push(shipTimer(state));
  return { state: next === undefined ? state : { ...state, lead: { ...lead, next } }, outputs };
}

export function onHeartbeat(state: Primary): PrimaryBackupStep {
  const { lead, config, epoch } = state;
  const tick = lead.tick + 1;
  return {
    state: { ...state, lead: { ...lead, tick } },
    outputs: [
      { kind: 'send', to: config.replicas, message: { kind: 'renew', epoch, tick } },
      { kind: 'set_timer', timer: 'heartbeat', minMs: config.heartbeatMs, maxMs: config.heartbeatMs },
    ],
  };
}

export function onGranted(state: Primary, tick: number): PrimaryBackupStep {
  const leaseEnd = tick + leaseTicks(state.config);
  if (leaseEnd <= state.lead.leaseEnd) return { state, outputs: NO_OUTPUTS };
  return { state: { ...state, lead: { ...state.lead, leaseEnd } }, outputs: NO_OUTPUTS };
}

export function onDurable(state: Primary, length: number): PrimaryBackupStep {
  return commit({ ...state, lead: { ...state.lead, confirmed: Math.max(state.lead.confirmed, length) } });
}

export function onAppended(state: Primary, from: NodeIndex, length: number): PrimaryBackupStep {
  const { lead, log } = state;
  if (length <= (lead.acked[from] ?? -1)) return { state, outputs: NO_OUTPUTS };
  const acked = lead.acked.slice();
  acked[from] = length;
  const next = lead.next.slice();
  const isBehind = (next[from] ?? 0) <= length && length < log.length && length < lead.start;
  next[from] = Math.max(length, next[from] ?? 0);
  const after = { ...state, lead: { ...lead, acked, next } };
  return isBehind ? shipNew(after, NO_OUTPUTS) : commit(after);
}

/** The logs differ before `from`: tries earlier. What was acknowledged is taken back only when the backup has lost its disk. */
export function onMismatch(state: Primary, backup: NodeIndex, from: number, length: number): PrimaryBackupStep {
  const { lead, log } = state;
  const known = lead.acked[backup] ?? -1;
  const isGap = known !== -1 && from > known;
  const begin = Math.max(isGap ? known : 0, Math.min(length, from - 1));
  const next = lead.next.slice();
  next[backup] = isGap ? Math.min(log.length, begin + BATCH_MAX) : begin;
  const acked = lead.acked.slice();
  acked[backup] = isGap ? known : -1;
  return { state: { ...state, lead: { ...lead, next, acked } }, outputs: [append(state, backup, begin)] };
}

/** Waited long enough: from now on the own disk is enough. */
export function onFallback(state: Primary): PrimaryBackupStep {
  const { lead, log } = state;
  if (lead.committed === log.length || lead.isDegraded) return { state, outputs: NO_OUTPUTS };
  return commit({ ...state, lead: { ...lead, isDegraded: true } });
}

/** Moves the committed length as far as the mode allows, and answers for what it passes. */
function commit(state: Primary): PrimaryBackupStep {
  const { lead, log, config } = state;
  const replicated = replicatedLength(state);
  const isDegraded = lead.isDegraded && replicated < log.length;
  const reached = isDegraded || config.acks === 0 ? lead.confirmed : replicated;
  const isForward = reached > lead.committed && reached >= lead.start;
  if (!isForward)
    return {
      state: isDegraded === lead.isDegraded ? state : { ...state, lead: { ...lead, isDegraded } },
      outputs: NO_OUTPUTS,
    };
  const table = lead.table.slice();
  const outputs: PrimaryBackupOutput[] = [];
  for (let index = lead.committed; index < reached; index++) {
    const entry = log[index];
    if (entry === undefined) break;
    while (table.length <= entry.key) table.push(null);
    table[entry.key] = entry.value;
    outputs.push({ kind: 'respond', client: entry.client, number: entry.number, response: { status: 'ok' } });
  }
  if (config.fallbackMs > 0 && !isDegraded)
    outputs.push(reached < log.length ? fallbackTimer(state) : { kind: 'cancel_timer', timer: 'fallback' });
  return { state: { ...state, lead: { ...lead, committed: reached, table, isDegraded } }, outputs };
}

/** The longest prefix that the own disk and those of `acks` backups hold. */
function replicatedLength({ lead, config, self }: Primary): number {
  let best = 0;
  for (let candidate = 0; candidate < config.replicas; candidate++) {
    const length = candidate === self ? lead.confirmed : Math.min(lead.confirmed, lead.acked[candidate] ?? -1);
    if (length <= best) continue;
    let holders = 0;
    for (let backup = 0; backup < config.replicas; backup++)
      if (backup !== self && (lead.acked[backup] ?? -1) >= length) holders += 1;
    if (holders >= config.acks) best = length;
  }
  return best;
}
