/**
 * Reads that are not broadcast. A local read is answered from what the server has delivered, however old that is. After a sync the
 * server has delivered all that its leader had proposed when it was asked. ZooKeeper's sync asks no quorum, so a leader that has been
 * deposed and does not know it yet answers too: such a read is fresh while the leader is the leader, and not linearizable.
 */
import type { NodeIndex } from '../../kernel/units.ts';
import { NO_OUTPUTS, type Request } from '../protocol.ts';
import { lastCounter, transactionAt } from './zab-history.ts';
import {
  isEstablished,
  isFromLeader,
  type MessageOf,
  type PendingRead,
  type ZabOutput,
  type ZabState,
  type ZabStep,
} from './zab-state.ts';

export function onRead(state: ZabState, { client, number, command }: Request): ZabStep {
  const { config, currentEpoch: epoch, leader, history } = state;
  const isLeading = isEstablished(state);
  const counter = isLeading ? lastCounter(history, epoch) : null;
  const read: PendingRead = { client, number, key: command.key ?? 0, counter };
  if (config.reads === 'local') return { state, outputs: [answerTo(state, read)] };
  // Repeated or given up: a client has one request open.
  const others = state.pendingReads.filter((each) => each.client !== client);
  const outputs: ZabOutput[] = [];
  if (!isLeading && leader !== null)
    outputs.push({ kind: 'send', to: leader, message: { kind: 'sync', epoch, client, number } });
  return { state: answerReads({ ...state, pendingReads: [...others, read] }, outputs), outputs };
}

export function onSync(state: ZabState, from: NodeIndex, { epoch, client, number }: MessageOf<'sync'>): ZabStep {
  if (!isEstablished(state) || epoch !== state.currentEpoch) return { state, outputs: NO_OUTPUTS };
  const counter = lastCounter(state.history, epoch);
  return { state, outputs: [{ kind: 'send', to: from, message: { kind: 'synced', epoch, client, number, counter } }] };
}

export function onSynced(state: ZabState, from: NodeIndex, message: MessageOf<'synced'>): ZabStep {
  const { epoch, client, number, counter } = message;
  if (!isFromLeader(state, from, epoch)) return { state, outputs: NO_OUTPUTS };
  const isIt = (read: PendingRead): boolean => read.client === client && read.number === number;
  if (!state.pendingReads.some((read) => isIt(read) && read.counter === null)) return { state, outputs: NO_OUTPUTS };
  const pendingReads = state.pendingReads.map((read) => (isIt(read) ? { ...read, counter } : read));
  const outputs: ZabOutput[] = [];
  return { state: answerReads({ ...state, pendingReads }, outputs), outputs };
}

/** Answers the waiting reads for which enough is delivered. */
export function answerReads(state: ZabState, outputs: ZabOutput[]): ZabState {
  const { pendingReads } = state;
  if (pendingReads.length === 0) return state;
  const delivered = deliveredCounter(state);
  const ready = pendingReads.filter(({ counter }) => counter !== null && counter <= delivered);
  if (ready.length === 0) return state;
  for (const read of ready) outputs.push(answerTo(state, read));
  return { ...state, pendingReads: pendingReads.filter((read) => !ready.includes(read)) };
}

/** Last counter of the current epoch that is delivered. */
function deliveredCounter({ history, delivered, currentEpoch }: ZabState): number {
  const { epoch, counter } = transactionAt(history, delivered) ?? history.snapshot.zxid;
  return epoch === currentEpoch ? counter : 0;
}

function answerTo({ database }: ZabState, { client, number, key }: PendingRead): ZabOutput {
  return { kind: 'respond', client, number, response: { status: 'ok', value: database.store[key] ?? null } };
}
