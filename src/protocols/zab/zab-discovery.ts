/**
 * Discovery (phase 1). The elected leader waits for a quorum to connect and proposes an epoch above all that these have accepted. Who
 * accepts it has it on disk before he answers, takes part in no earlier epoch any more, and tells how up to date he is. As in Zab 1.0
 * the leader goes on only with its own history: one that hears of a more recent one gives up, and the election finds that server.
 *
 * A server counts for one leader of an epoch only. A later connection with a higher accepted epoch makes an established leader give up
 * as well: that server could not follow it, and ZooKeeper leaves it outside until the next election.
 */
import type { NodeIndex } from '../../kernel/units.ts';
import { NO_OUTPUTS } from '../protocol.ts';
import { look } from './zab-election.ts';
import { compareZxids, lastZxid } from './zab-history.ts';
import {
  armTimer,
  ELECTION,
  type EpochAck,
  FINALIZE,
  type Leadership,
  LIMIT,
  type MessageOf,
  persist,
  TICK,
  withElement,
  type ZabMessage,
  type ZabOutput,
  type ZabState,
  type ZabStep,
} from './zab-state.ts';
import { bringUp, establish } from './zab-synchronization.ts';

const END_OF_ELECTION: readonly ZabOutput[] = [
  { kind: 'cancel_timer', timer: ELECTION },
  { kind: 'cancel_timer', timer: FINALIZE },
];

export function beginFollowing(state: ZabState, leader: NodeIndex): ZabStep {
  const { config } = state;
  const next: ZabState = { ...state, role: 'following', phase: 'discovery', leader, isSynced: false };
  const outputs: ZabOutput[] = [
    ...END_OF_ELECTION,
    { kind: 'send', to: leader, message: waitedFor(next) },
    armTimer(TICK, config.tickMs),
    armTimer(LIMIT, config.initLimit * config.tickMs),
  ];
  return { state: next, outputs };
}

export function beginLeading(state: ZabState): ZabStep {
  const { config, self, acceptedEpoch } = state;
  const nobody = Array.from({ length: config.nodes }, () => null);
  const zeros = nobody.map(() => 0);
  const leadership: Leadership = {
    epoch: 0,
    connected: nobody,
    epochAcks: nobody,
    acked: nobody.map(() => -1),
    initial: 0,
    halfTicks: 0,
    heard: zeros,
    retryBelow: 0,
  };
  const next: ZabState = { ...state, role: 'leading', phase: 'discovery', leader: self, leadership };
  const connected = connect(next, leadership, self, acceptedEpoch);
  return {
    state: connected.state,
    outputs: [...END_OF_ELECTION, armTimer(TICK, config.tickMs / 2), ...connected.outputs],
  };
}

/** What a follower says until it is answered. */
function waitedFor(state: ZabState): ZabMessage {
  const { phase, acceptedEpoch, isSynced, history, currentEpoch } = state;
  if (phase === 'discovery') return { kind: 'follower_info', acceptedEpoch };
  if (!isSynced) return { kind: 'ack_epoch', epoch: acceptedEpoch, ack: epochAck(state) };
  const { epoch, counter } = lastZxid(history);
  return { kind: 'ack_new_leader', epoch: currentEpoch, counter: epoch === currentEpoch ? counter : 0 };
}

function epochAck({ currentEpoch, history, acceptedFrom, leader }: ZabState): EpochAck {
  return { currentEpoch, last: lastZxid(history), isCounted: acceptedFrom === leader };
}

export function onFollowerTick(state: ZabState): ZabStep {
  if (state.role !== 'following' || state.leader === null || state.phase === 'broadcast')
    return { state, outputs: NO_OUTPUTS };
  const message = waitedFor(state);
  return { state, outputs: [{ kind: 'send', to: state.leader, message }, armTimer(TICK, state.config.tickMs)] };
}

export function onFollowerInfo(state: ZabState, from: NodeIndex, message: MessageOf<'follower_info'>): ZabStep {
  const { leadership } = state;
  if (leadership === null) return { state, outputs: NO_OUTPUTS };
  const { epoch } = leadership;
  if (epoch === 0) return connect(state, leadership, from, message.acceptedEpoch);
  if (message.acceptedEpoch > epoch) return look(state);
  return { state, outputs: [{ kind: 'send', to: from, message: { kind: 'new_epoch', epoch } }] };
}

/** Proposes the epoch once a quorum has connected. */
function connect(state: ZabState, leadership: Leadership, from: NodeIndex, acceptedEpoch: number): ZabStep {
  const { config, self } = state;
  const connected = withElement(leadership.connected, from, acceptedEpoch);
  const epochs = connected.filter((each) => each !== null);
  if (epochs.length < config.quorum)
    return { state: { ...state, leadership: { ...leadership, connected } }, outputs: NO_OUTPUTS };
  const epoch = Math.max(...epochs) + 1;
  const next: ZabState = {
    ...state,
    acceptedEpoch: epoch,
    acceptedFrom: self,
    leadership: { ...leadership, epoch, connected },
  };
  const outputs: ZabOutput[] = [];
  // The leader itself must never propose this epoch a second time.
  persist(next, outputs);
  for (let to = 0; to < config.nodes; to++)
    if (to !== self && connected[to] !== null)
      outputs.push({ kind: 'send', to, message: { kind: 'new_epoch', epoch } });
  outputs.push({ kind: 'send', to: self, message: { kind: 'ack_epoch', epoch, ack: epochAck(next) } });
  return { state: next, outputs };
}

export function onNewEpoch(state: ZabState, from: NodeIndex, { epoch }: MessageOf<'new_epoch'>): ZabStep {
  const { role, leader, phase, acceptedEpoch, isSynced } = state;
  const isAsked = role === 'following' && leader === from && !isSynced && phase !== 'broadcast';
  if (!isAsked || epoch < acceptedEpoch) return { state, outputs: NO_OUTPUTS };
  const outputs: ZabOutput[] = [];
  let next: ZabState = phase === 'synchronization' ? state : { ...state, phase: 'synchronization' };
  if (epoch > acceptedEpoch) {
    next = { ...next, acceptedEpoch: epoch, acceptedFrom: from };
    persist(next, outputs);
  }
  outputs.push({ kind: 'send', to: from, message: waitedFor(next) });
  return { state: next, outputs };
}

export function onAckEpoch(state: ZabState, from: NodeIndex, { epoch, ack }: MessageOf<'ack_epoch'>): ZabStep {
  const { leadership, phase } = state;
  if (leadership === null || leadership.epoch === 0 || epoch > leadership.epoch) return { state, outputs: NO_OUTPUTS };
  if (epoch < leadership.epoch)
    return { state, outputs: [{ kind: 'send', to: from, message: { kind: 'new_epoch', epoch: leadership.epoch } }] };
  if (phase !== 'discovery') {
    const outputs: ZabOutput[] = [];
    bringUp(state, from, ack.last, outputs);
    return { state, outputs };
  }
  if (isMoreRecent(ack, state)) return look(state);
  const epochAcks = withElement(leadership.epochAcks, from, ack);
  const next: ZabState = { ...state, leadership: { ...leadership, epochAcks } };
  const counted = epochAcks.filter((each) => each?.isCounted === true).length;
  return counted >= state.config.quorum ? establish(next) : { state: next, outputs: NO_OUTPUTS };
}

function isMoreRecent({ currentEpoch, last }: EpochAck, state: ZabState): boolean {
  return (currentEpoch - state.currentEpoch || compareZxids(last, lastZxid(state.history))) > 0;
}
