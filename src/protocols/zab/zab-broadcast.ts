/**
 * Broadcast (phase 3). The leader gives each request the next zxid of its epoch and proposes it; followers log proposals in order and
 * acknowledge them; what a quorum has logged is committed, in order, and delivered. Pings keep leader and followers together. Zab has
 * FIFO channels that lose nothing while a connection lasts; here a follower passes over what does not follow on what it has,
 * and pings and pongs carry what has been committed and logged, so that what was lost is sent again.
 */
import type { NodeIndex } from '../../kernel/units.ts';
import { NO_OUTPUTS, type Request, type Response } from '../protocol.ts';
import { answerOf, deliverUpTo } from './zab-delivery.ts';
import { look } from './zab-election.ts';
import { lastCounter, logAfter, placeOf, type Transaction, transactionAt } from './zab-history.ts';
import { onRead } from './zab-reads.ts';
import {
  armTimer,
  isEstablished,
  isFromLeader,
  type Leadership,
  LIMIT,
  type MessageOf,
  persist,
  TICK,
  type ZabConfig,
  type ZabMessage,
  type ZabOutput,
  type ZabState,
  type ZabStep,
} from './zab-state.ts';

export function onRequest(state: ZabState, { client, number, command }: Request): ZabStep {
  const answer = (response: Response): ZabStep => ({ state, outputs: [{ kind: 'respond', client, number, response }] });
  if (command.kind !== 'read' && command.kind !== 'write')
    return answer({ status: 'failed', reason: 'not a read or write' });
  if (state.phase !== 'broadcast' || state.leader === null) return answer({ status: 'redirect' });
  if (command.kind === 'read' && state.config.reads !== 'log') return onRead(state, { client, number, command });
  if (state.role !== 'leading') return answer({ status: 'redirect', to: state.leader });
  const session = state.database.sessions[client] ?? null;
  if (session !== null && session.number >= number)
    return session.number === number ? { state, outputs: [answerOf(client, session)] } : { state, outputs: NO_OUTPUTS };
  return isUnderWay(state, client, number)
    ? { state, outputs: NO_OUTPUTS }
    : propose(state, { client, number, command });
}

function isUnderWay({ history, delivered }: ZabState, client: number, number: number): boolean {
  const { log, snapshot } = history;
  for (let index = delivered - snapshot.index; index < log.length; index++) {
    const txn = log[index];
    if (txn?.client === client && txn.number === number) return true;
  }
  return false;
}

/** The followers log while the leader does. */
function propose(state: ZabState, { client, number, command }: Request): ZabStep {
  const { history, currentEpoch: epoch, self } = state;
  const counter = lastCounter(history, epoch) + 1;
  const txn: Transaction = { epoch, counter, client, number, command };
  const next: ZabState = { ...state, history: { snapshot: history.snapshot, log: [...history.log, txn] } };
  const outputs: ZabOutput[] = [];
  sendToSynced(next, { kind: 'proposal', epoch, txns: [txn] }, outputs);
  persist(next, outputs);
  outputs.push({ kind: 'send', to: self, message: { kind: 'ack', epoch, counter } });
  return { state: next, outputs };
}

/** To those that have acknowledged NEWLEADER; the others get with UPTODATE what they miss. */
function sendToSynced({ leadership, self }: ZabState, message: ZabMessage, outputs: ZabOutput[]): void {
  const acked = leadership?.acked ?? [];
  for (let to = 0; to < acked.length; to++)
    if (to !== self && (acked[to] ?? -1) >= 0) outputs.push({ kind: 'send', to, message });
}

export function onProposal(state: ZabState, from: NodeIndex, { epoch, txns }: MessageOf<'proposal'>): ZabStep {
  if (!isFromLeader(state, from, epoch)) return { state, outputs: NO_OUTPUTS };
  const { history } = state;
  let counter = lastCounter(history, epoch);
  const fresh: Transaction[] = [];
  for (const txn of txns) {
    if (txn.counter !== counter + 1) continue;
    fresh.push(txn);
    counter += 1;
  }
  if (fresh.length === 0) return { state, outputs: [acknowledge(from, epoch, counter)] };
  const next: ZabState = { ...state, history: { snapshot: history.snapshot, log: [...history.log, ...fresh] } };
  const outputs: ZabOutput[] = [];
  persist(next, outputs);
  outputs.push(acknowledge(from, epoch, counter));
  return { state: next, outputs };
}

function acknowledge(to: NodeIndex, epoch: number, counter: number): ZabOutput {
  return { kind: 'send', to, message: { kind: 'ack', epoch, counter } };
}

/** Of `ack` and `pong` alike: the follower is there, and has logged that much of the epoch. */
export function onAck(state: ZabState, from: NodeIndex, { epoch, counter }: MessageOf<'ack' | 'pong'>): ZabStep {
  const { leadership } = state;
  if (leadership === null || !isEstablished(state) || epoch !== leadership.epoch) return { state, outputs: NO_OUTPUTS };
  const isNews = counter > (leadership.acked[from] ?? -1);
  if (!isNews && leadership.heard[from] === leadership.halfTicks) return { state, outputs: NO_OUTPUTS };
  const heard = leadership.heard.slice();
  heard[from] = leadership.halfTicks;
  if (!isNews) return { state: { ...state, leadership: { ...leadership, heard } }, outputs: NO_OUTPUTS };
  const acked = leadership.acked.slice();
  acked[from] = counter;
  return commit(
    { ...state, leadership: { ...leadership, acked, heard } },
    leadership,
    quorumAcked(acked, state.config),
  );
}

/** The highest counter that a quorum has logged. */
export function quorumAcked(acked: readonly number[], { quorum }: ZabConfig): number {
  return acked.toSorted((a, b) => b - a)[quorum - 1] ?? 0;
}

/** Delivers up to a counter of the epoch, one COMMIT for each transaction. */
export function commit(state: ZabState, { epoch, initial }: Leadership, upTo: number): ZabStep {
  const outputs: ZabOutput[] = [];
  const next = deliverUpTo(state, initial + upTo, outputs);
  for (let counter = state.delivered - initial + 1; counter <= upTo; counter++)
    sendToSynced(next, { kind: 'commit', epoch, counter }, outputs);
  return { state: next, outputs };
}

export function onCommit(state: ZabState, from: NodeIndex, { epoch, counter }: MessageOf<'commit'>): ZabStep {
  if (!isFromLeader(state, from, epoch) || state.phase !== 'broadcast') return { state, outputs: NO_OUTPUTS };
  const outputs: ZabOutput[] = [];
  const next = deliverUpTo(state, placeOf(state.history, { epoch, counter }), outputs);
  return { state: next, outputs };
}

export function onPing(state: ZabState, from: NodeIndex, { epoch, committed }: MessageOf<'ping'>): ZabStep {
  if (!isFromLeader(state, from, epoch) || state.phase !== 'broadcast') return { state, outputs: NO_OUTPUTS };
  const { config, history } = state;
  const counter = lastCounter(history, epoch);
  const outputs: ZabOutput[] = [
    { kind: 'send', to: from, message: { kind: 'pong', epoch, counter } },
    armTimer(LIMIT, config.syncLimit * config.tickMs),
  ];
  const next = isDelivered(state, committed)
    ? state
    : deliverUpTo(state, placeOf(history, { epoch, counter: committed }), outputs);
  return { state: next, outputs };
}

/** Whether nothing up to that counter is left to deliver: the common case of a ping. */
function isDelivered({ history, delivered, currentEpoch }: ZabState, committed: number): boolean {
  const next = transactionAt(history, delivered + 1);
  return next === undefined || (next.epoch === currentEpoch && next.counter > committed);
}

/** Twice a tick: pings, sends again what was proposed before the last ping and is not acknowledged, and counts who is there. */
export function onLeaderTick(state: ZabState): ZabStep {
  const { leadership, config, self, history, delivered } = state;
  if (leadership === null) return { state, outputs: NO_OUTPUTS };
  const { acked, epoch, initial, retryBelow } = leadership;
  const halfTicks = leadership.halfTicks + 1;
  if (!isEstablished(state)) {
    if (halfTicks > 2 * config.initLimit) return look(state);
    return {
      state: { ...state, leadership: { ...leadership, halfTicks } },
      outputs: [armTimer(TICK, config.tickMs / 2)],
    };
  }
  if (!hasQuorum(leadership, halfTicks, state)) return look(state);
  const outputs: ZabOutput[] = [];
  const ping: ZabMessage = { kind: 'ping', epoch, committed: delivered - initial };
  for (let to = 0; to < acked.length; to++) {
    const counter = acked[to] ?? -1;
    // Who lacks what is folded away already is let go: he times out, and comes back for a snapshot.
    if (to === self || counter < 0 || initial + counter < history.snapshot.index) continue;
    outputs.push({ kind: 'send', to, message: ping });
    if (counter < retryBelow)
      outputs.push({
        kind: 'send',
        to,
        message: { kind: 'proposal', epoch, txns: logAfter(history, initial + counter) },
      });
  }
  outputs.push(armTimer(TICK, config.tickMs / 2));
  const next = { ...leadership, halfTicks, retryBelow: lastCounter(history, epoch) };
  return { state: { ...state, leadership: next }, outputs };
}

/** Whether a quorum, the leader among it, was heard within the sync limit. */
function hasQuorum({ acked, heard }: Leadership, halfTicks: number, { config, self }: ZabState): boolean {
  let present = 0;
  for (let node = 0; node < acked.length; node++) {
    const isPresent = (acked[node] ?? -1) >= 0 && halfTicks - (heard[node] ?? 0) <= 2 * config.syncLimit;
    if (node === self || isPresent) present += 1;
  }
  return present >= config.quorum;
}
