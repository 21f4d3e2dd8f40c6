/**
 * Synchronisation (phase 2). The leader takes its history into the new epoch and brings every follower to it: by a DIFF of what it
 * lacks, a TRUNC of what it has too much, or a SNAP. A follower has that history and the new current epoch on disk before it
 * acknowledges NEWLEADER. When a quorum has, all of the history is committed, and UPTODATE lets each follower go on.
 */
import type { NodeIndex } from '../../kernel/units.ts';
import { NO_OUTPUTS } from '../protocol.ts';
import { commit, quorumAcked } from './zab-broadcast.ts';
import { deliverUpTo } from './zab-delivery.ts';
import {
  compareZxids,
  lastCounter,
  lastPlace,
  lastZxid,
  logAfter,
  placeOf,
  syncFrom,
  synchronized,
  type Zxid,
} from './zab-history.ts';
import {
  armTimer,
  isEstablished,
  type Leadership,
  LIMIT,
  type MessageOf,
  persist,
  type Sync,
  TICK,
  withElement,
  type ZabOutput,
  type ZabState,
  type ZabStep,
} from './zab-state.ts';

/** A quorum has accepted the epoch: the leader begins it with its own history. */
export function establish(state: ZabState): ZabStep {
  const { leadership, history, self } = state;
  if (leadership === null) return { state, outputs: NO_OUTPUTS };
  const { epoch, epochAcks } = leadership;
  const next: ZabState = {
    ...state,
    phase: 'synchronization',
    currentEpoch: epoch,
    leadership: { ...leadership, initial: lastPlace(history) },
  };
  const outputs: ZabOutput[] = [];
  persist(next, outputs);
  for (const [node, ack] of epochAcks.entries())
    if (ack !== null && node !== self) bringUp(next, node, ack.last, outputs);
  outputs.push({ kind: 'send', to: self, message: { kind: 'ack_new_leader', epoch, counter: 0 } });
  return { state: next, outputs };
}

/** Sends a follower what takes it from its last zxid to the leader's history. */
export function bringUp({ leadership, history }: ZabState, to: NodeIndex, after: Zxid, outputs: ZabOutput[]): void {
  if (leadership === null) return;
  const { epoch } = leadership;
  outputs.push({ kind: 'send', to, message: { kind: 'new_leader', epoch, after, sync: syncFrom(history, after) } });
}

/** One that was made for another last zxid is late: what was logged and acknowledged since would be lost by it. */
export function onNewLeader(state: ZabState, from: NodeIndex, message: MessageOf<'new_leader'>): ZabStep {
  const { role, leader, phase, isSynced, acceptedEpoch, history, config } = state;
  const { epoch, after, sync } = message;
  const isAsked = role === 'following' && leader === from && phase === 'synchronization' && !isSynced;
  if (!isAsked || epoch !== acceptedEpoch || compareZxids(after, lastZxid(history)) !== 0)
    return { state, outputs: NO_OUTPUTS };
  const outputs: ZabOutput[] = [];
  const next = adopt(state, epoch, sync);
  if (config.writesEpochFirst || config.logsAfterUpToDate) persist({ ...state, currentEpoch: epoch }, outputs);
  if (!config.logsAfterUpToDate) persist(next, outputs);
  const counter = lastCounter(next.history, epoch);
  outputs.push({ kind: 'send', to: from, message: { kind: 'ack_new_leader', epoch, counter } });
  return { state: next, outputs };
}

function adopt(state: ZabState, epoch: number, sync: Sync): ZabState {
  const history = synchronized(state.history, sync);
  const next: ZabState = {
    ...state,
    currentEpoch: epoch,
    history,
    isSynced: true,
    retained: retainedAfter(state, sync),
  };
  const { index, database } = history.snapshot;
  return index > state.delivered ? { ...next, delivered: index, database } : next;
}

/** A DIFF only appends to the log file; a TRUNC cuts it, and a snapshot takes the place of what is before it. */
function retainedAfter({ retained }: ZabState, sync: Sync): ZabState['retained'] {
  if (retained.length === 0 || sync.mode === 'diff') return retained;
  if (sync.mode === 'snap') return retained.filter((txn) => compareZxids(txn, sync.snapshot.zxid) > 0);
  return retained.filter((txn) => compareZxids(txn, sync.to) <= 0);
}

export function onAckNewLeader(state: ZabState, from: NodeIndex, message: MessageOf<'ack_new_leader'>): ZabStep {
  const { leadership, phase, config } = state;
  if (leadership === null || message.epoch !== leadership.epoch || phase === 'discovery')
    return { state, outputs: NO_OUTPUTS };
  const acked = withElement(leadership.acked, from, Math.max(message.counter, leadership.acked[from] ?? -1));
  const heard = withElement(leadership.heard, from, leadership.halfTicks);
  const next: ZabState = { ...state, leadership: { ...leadership, acked, heard } };
  if (isEstablished(state)) {
    // Its history held proposals as well, and it may be the one that completes a quorum.
    const { state: after, outputs } = commit(next, leadership, quorumAcked(acked, config));
    return { state: after, outputs: [...upToDate(after, from), ...outputs] };
  }
  if (acked.filter((counter) => counter >= 0).length < config.quorum) return { state: next, outputs: NO_OUTPUTS };
  return beginBroadcast(next, { ...leadership, acked, heard });
}

/** The initial history is committed, and the leader tells those that have acknowledged it. */
function beginBroadcast(state: ZabState, leadership: Leadership): ZabStep {
  const { acked, halfTicks, initial } = leadership;
  const heard = acked.map(() => halfTicks);
  const outputs: ZabOutput[] = [];
  const next = deliverUpTo({ ...state, phase: 'broadcast', leadership: { ...leadership, heard } }, initial, outputs);
  for (const [node, counter] of acked.entries())
    if (counter >= 0 && node !== state.self) outputs.push(...upToDate(next, node));
  return { state: next, outputs };
}

/** With what was proposed since the follower was brought up. */
function upToDate(state: ZabState, to: NodeIndex): ZabOutput[] {
  const { leadership, history, delivered } = state;
  if (leadership === null) return [];
  const { epoch, initial, acked } = leadership;
  const committed = delivered - initial;
  const outputs: ZabOutput[] = [{ kind: 'send', to, message: { kind: 'up_to_date', epoch, committed } }];
  const txns = logAfter(history, initial + (acked[to] ?? 0));
  if (txns.length > 0) outputs.push({ kind: 'send', to, message: { kind: 'proposal', epoch, txns } });
  return outputs;
}

export function onUpToDate(state: ZabState, from: NodeIndex, { epoch, committed }: MessageOf<'up_to_date'>): ZabStep {
  const { role, leader, isSynced, currentEpoch, config } = state;
  if (role !== 'following' || leader !== from || !isSynced || epoch !== currentEpoch)
    return { state, outputs: NO_OUTPUTS };
  const outputs: ZabOutput[] = [
    { kind: 'cancel_timer', timer: TICK },
    armTimer(LIMIT, config.syncLimit * config.tickMs),
  ];
  const ready: ZabState = state.phase === 'broadcast' ? state : { ...state, phase: 'broadcast' };
  if (config.logsAfterUpToDate) persist(ready, outputs);
  return { state: deliverUpTo(ready, placeOf(ready.history, { epoch, counter: committed }), outputs), outputs };
}
