/**
 * A backup: takes the primary's log, and makes its own equal to it.
 *
 * A tail that the primary lacks is cut off: entries that differ, and entries of earlier epochs behind the place where the primary's
 * own epoch begins. A backup has joined an epoch when it holds everything the primary held at its promotion; how far a
 * replica is, is the epoch it has joined, then its length, so that whoever followed the latest primary wins.
 */
import type { NodeIndex } from '../../kernel/units.ts';
import { NO_OUTPUTS } from '../protocol.ts';
import type {
  Entry,
  PrimaryBackupMessage,
  PrimaryBackupOutput,
  PrimaryBackupStep,
  Replica,
} from './primary-backup-state.ts';
import { durableOf, epochAt } from './primary-backup-state.ts';

export type Append = PrimaryBackupMessage & { readonly kind: 'append' };

export function onAppend(replica: Replica, from: NodeIndex, message: Append): PrimaryBackupStep {
  if (message.epoch < replica.epoch)
    return {
      state: replica,
      outputs: [{ kind: 'send', to: from, message: { kind: 'superseded', epoch: replica.epoch } }],
    };
  const { state, outputs } = follow(replica, message.epoch, from);
  const agreed = agreement(state, message);
  if (agreed < message.from) {
    const { epoch } = message;
    const reply: PrimaryBackupMessage = { kind: 'mismatch', epoch, from: message.from, length: agreed };
    return {
      state,
      outputs: [
        ...outputs,
        ...(outputs.length > 0 ? [durableOf(state)] : NO_OUTPUTS),
        { kind: 'send', to: from, message: reply },
      ],
    };
  }
  return take(state, from, message, outputs);
}

interface Following {
  readonly state: Replica;
  readonly outputs: readonly PrimaryBackupOutput[];
}

/** Knows that `primary` leads `epoch`, and leads no more itself. */
function follow(replica: Replica, epoch: number, primary: NodeIndex): Following {
  if (replica.epoch === epoch && replica.primary === primary && replica.lead === null)
    return { state: replica, outputs: NO_OUTPUTS };
  return { state: { ...replica, epoch, primary, lead: null }, outputs: CALM };
}

/** No timer of a primary or a newcomer runs in a backup. */
export const CALM: readonly PrimaryBackupOutput[] = ['heartbeat', 'ship', 'fallback', 'register'].map((timer) => ({
  kind: 'cancel_timer',
  timer,
}));

/** How far the logs may agree: `from` or more when the entry before it is the same, else where to try next. */
function agreement({ log, errant }: Replica, { from, fromEpoch }: Append): number {
  const own = log.length - errant;
  if (from > own) return own;
  const epoch = epochAt(log, from + errant);
  if (from === 0 || epoch === fromEpoch || errant > 0) return from;
  let length = from - 1;
  while (length > 0 && epochAt(log, length) === epoch) length -= 1;
  return length;
}

function take(
  replica: Replica,
  from: NodeIndex,
  message: Append,
  outputs: readonly PrimaryBackupOutput[],
): PrimaryBackupStep {
  const { epoch, start, entries } = message;
  const { log, errant } = merge(replica, message);
  const length = message.from + entries.length;
  const joined = length >= start ? epoch : replica.joined;
  const appended: PrimaryBackupOutput = { kind: 'send', to: from, message: { kind: 'appended', epoch, length } };
  const isSame = log === replica.log && errant === replica.errant && joined === replica.joined && outputs.length === 0;
  if (isSame) return { state: replica, outputs: [appended] };
  const state: Replica = { ...replica, joined, log, errant };
  return { state, outputs: [...outputs, durableOf(state), appended] };
}

function merge(replica: Replica, { epoch, start, from, entries }: Append): Pick<Replica, 'log' | 'errant'> {
  const { log, errant } = replica;
  let same = 0;
  while (
    same < entries.length &&
    log[from + errant + same]?.epoch === entries[same]?.epoch &&
    from + errant + same < log.length
  )
    same += 1;
  const place = from + errant + same;
  const conflicts =
    same < entries.length ? place < log.length : isLeftOver(log, Math.max(place, start + errant), epoch);
  if (same === entries.length && !conflicts) return { log, errant };
  const rest = entries.slice(same);
  if (!conflicts) return { log: [...log, ...rest], errant };
  if (replica.config.keepsErrantTail) return { log: [...log, ...rest], errant: errant + log.length - place };
  const cut = same < entries.length ? place : Math.max(place, start);
  return { log: [...log.slice(0, cut), ...rest], errant };
}

/** Whether the entry there is of an earlier epoch than the primary, which began its own at or before this place. */
function isLeftOver(log: readonly Entry[], index: number, epoch: number): boolean {
  const entry = log[index];
  return entry !== undefined && entry.epoch < epoch;
}

/** The store seeks a primary: nothing of earlier epochs is taken any more, and the store is told how far this one is. */
export function onPoll(replica: Replica, from: NodeIndex, epoch: number): PrimaryBackupStep {
  if (epoch < replica.epoch || (epoch === replica.epoch && (replica.lead !== null || replica.primary !== null)))
    return { state: replica, outputs: NO_OUTPUTS };
  const { incarnation, joined, log, errant } = replica;
  const report: PrimaryBackupOutput = {
    kind: 'send',
    to: from,
    message: { kind: 'report', epoch, incarnation, joined, length: log.length - errant },
  };
  if (epoch === replica.epoch) return { state: replica, outputs: [report] };
  const state: Replica = { ...replica, epoch, primary: null, lead: null };
  return { state, outputs: [...CALM, durableOf(state), report] };
}

/** A later epoch exists; who leads it is not known yet. */
export function onSuperseded(replica: Replica, epoch: number): PrimaryBackupStep {
  if (epoch <= replica.epoch) return { state: replica, outputs: NO_OUTPUTS };
  const state: Replica = { ...replica, epoch, primary: null, lead: null };
  return { state, outputs: [...CALM, durableOf(state)] };
}
