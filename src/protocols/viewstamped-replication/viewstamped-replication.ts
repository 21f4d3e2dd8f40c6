/**
 * Viewstamped Replication: a replicated store of reads and writes (Liskov and Cowling, Viewstamped Replication Revisited, MIT 2012).
 *
 * Views are numbered; the primary of view v is replica v mod n, so there is nothing to elect. A view begins with the log of the latest view
 * that a quorum knows of. The paper keeps nothing on disk and lets a replica that lost its memory recover from others; with `durability`
 * `disk` (standard) the view and the log are written before anyone hears of them, and recovery is for replicas that lost their disk.
 * A replica that restarts from disk as primary of its view leaves that view: others may hold operations of it that it had not yet written.
 * Reads go through the log. Not here: checkpoints, reconfiguration, witnesses, leases for local reads.
 */
import { type Input, NO_OUTPUTS, type Protocol } from '../protocol.ts';
import { describeMessage, describeState, messageBytes } from './vr-describe.ts';
import { onCommit, onHeartbeat, onPrepare, onPrepareOk, onRequest } from './vr-normal.ts';
import { vrProperties } from './vr-properties.ts';
import {
  askToRecover,
  hearOfCrashes,
  isFromBeforeCrash,
  onGetState,
  onNewState,
  onRecovery,
  onRecoveryResponse,
} from './vr-recovery.ts';
import {
  armHeartbeat,
  armViewChange,
  HEARTBEAT,
  isPrimary,
  persist,
  primaryOf,
  RECOVERY,
  VIEW_CHANGE,
  type VrConfig,
  type VrDurable,
  type VrMessage,
  type VrOutput,
  type VrState,
  type VrStep,
} from './vr-state.ts';
import { onDoViewChange, onStartView, onStartViewChange, onViewChangeTimer } from './vr-view-change.ts';

export const viewstampedReplication: Protocol<VrConfig, VrState, VrMessage, VrDurable> = {
  timers: [VIEW_CHANGE, HEARTBEAT, RECOVERY],
  initial: (config, self, durable, incarnation) => {
    if (durable !== undefined) return restart(config, self, durable);
    return incarnation === 0 ? startFirst(config, self) : askToRecover(forgetful(config, self, incarnation));
  },
  step,
  properties: vrProperties,
  describe: {
    role: (state) => (state.status === 'normal' ? (isPrimary(state) ? 'primary' : 'backup') : state.status),
    term: ({ view }) => view,
    leads: isPrimary,
    state: describeState,
    message: describeMessage,
    messageBytes,
  },
};

function emptyState(config: VrConfig, self: number, status: VrState['status']): VrState {
  const zeros = Array.from({ length: config.nodes }, () => 0);
  return {
    config,
    self,
    status,
    view: 0,
    normalView: 0,
    log: [],
    commit: 0,
    store: [],
    sessions: [],
    crashes: zeros,
    attempts: 0,
    acked: [],
    retryBelow: 0,
    announced: [],
    reports: [],
    responses: [],
  };
}

function startFirst(config: VrConfig, self: number): VrStep {
  const state = emptyState(config, self, 'normal');
  const outputs: VrOutput[] = [];
  persist(state, outputs);
  if (!isPrimary(state)) return { state, outputs: [...outputs, armViewChange(state)] };
  return { state: { ...state, acked: state.crashes }, outputs: [...outputs, armHeartbeat(state)] };
}

/** Knows nothing but that it has been there before. */
function forgetful(config: VrConfig, self: number, incarnation: number): VrState {
  const state = emptyState(config, self, 'recovering');
  return {
    ...state,
    crashes: state.crashes.map((zero, node) => (node === self ? incarnation : zero)),
    responses: state.crashes.map(() => null),
  };
}

function restart(config: VrConfig, self: number, { view, normalView, log, crashes }: VrDurable): VrStep {
  const empty = emptyState(config, self, view === normalView ? 'normal' : 'view-change');
  const nobody = crashes.map(() => null);
  const state: VrState = { ...empty, view, normalView, log, crashes };
  if (primaryOf(view, config) === self)
    return onViewChangeTimer({ ...state, status: 'view-change', announced: nobody.map(() => false), reports: nobody });
  const collecting = { ...state, announced: nobody.map((_, node) => node === self), reports: nobody };
  const next = state.status === 'normal' ? state : collecting;
  return { state: next, outputs: [armViewChange(next)] };
}

function step(state: VrState, input: Input<VrMessage>): VrStep {
  switch (input.kind) {
    case 'message':
      return onAnyMessage(state, input.from, input.message);
    case 'timer':
      if (input.timer === HEARTBEAT) return onHeartbeat(state);
      return input.timer === RECOVERY ? askToRecover(state) : onViewChangeTimer(state);
    case 'request':
      return onRequest(state, input.request);
    case 'choice':
      return { state, outputs: NO_OUTPUTS };
  }
}

/** Crash vectors first: they decide whether the message is heeded at all. */
function onAnyMessage(state: VrState, from: number, message: VrMessage): VrStep {
  if (!('crashes' in message)) return onMessage(state, from, message);
  if (isFromBeforeCrash(state, from, message.crashes)) return { state, outputs: NO_OUTPUTS };
  const informed = hearOfCrashes(state, message.crashes);
  const result = onMessage(informed, from, message);
  if (informed === state) return result;
  const outputs: VrOutput[] = [];
  persist(informed, outputs);
  outputs.push(...result.outputs);
  return { state: result.state, outputs };
}

function onMessage(state: VrState, from: number, message: VrMessage): VrStep {
  switch (message.kind) {
    case 'prepare':
      return onPrepare(state, from, message);
    case 'prepare_ok':
      return onPrepareOk(state, from, message);
    case 'commit':
      return onCommit(state, from, message);
    case 'start_view_change':
      return onStartViewChange(state, from, message);
    case 'do_view_change':
      return onDoViewChange(state, from, message);
    case 'start_view':
      return onStartView(state, from, message);
    case 'get_state':
      return onGetState(state, from, message);
    case 'new_state':
      return onNewState(state, message);
    case 'recovery':
      return onRecovery(state, from, message);
    case 'recovery_response':
      return onRecoveryResponse(state, from, message);
  }
}
