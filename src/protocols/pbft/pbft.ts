/**
 * PBFT: one order of requests among n replicas of which f may do anything, with n >= 3f + 1 (Castro and Liskov, Practical Byzantine Fault
 * Tolerance, OSDI 1999).
 *
 * The replicas move through views; in view v replica v mod n is the primary. The primary assigns a sequence number to a request
 * (PRE-PREPARE). A replica that accepts says so to all (PREPARE). A quorum of 2f + 1 that agrees on view, number and digest, the primary
 * among it, makes the request prepared: no other can be at this number in this view, since two quorums share an honest replica that
 * accepts only one. A replica for which it is prepared tells all (COMMIT), and a quorum of commits makes it committed: from then on
 * every view change learns of it. Requests are executed in the order of their numbers; every replica answers the client, which waits for
 * f + 1 equal answers.
 *
 * A replica that knows of a request waits for its execution. When it waited too long it moves to the next view, where the
 * primary carries over what may have committed (pbft-view-change.ts). Checkpoints bound the log (pbft-ordering.ts), status messages bring
 * up who fell behind (pbft-catch-up.ts), and pbft-byzantine.ts is what liars do.
 *
 * A replica's log is on disk before it votes, so that a crash with a restart is no Byzantine fault. A disk that is lost is one: it is not
 * recovered from here. Not decided here: batching, MACs in place of signatures, proactive recovery, membership.
 *
 * A request costs (n - 1) + (n - 1)^2 + n(n - 1) = 2n(n - 1) messages among replicas, and n answers.
 */
import type { NodeIndex } from '../../kernel/units.ts';
import type { Input, Protocol } from '../protocol.ts';
import { NO_OUTPUTS } from '../protocol.ts';
import { corrupt, noteDecoys } from './pbft-byzantine.ts';
import { isOutstanding, onCertificate, onRetry, onSnapshot, onStatus, retryMark, statusOf } from './pbft-catch-up.ts';
import { describePbft } from './pbft-describe.ts';
import { onCheckpoint, onPrePrepare, onRequest, onVote } from './pbft-ordering.ts';
import { pbftProperties } from './pbft-properties.ts';
import { EMPTY_SERVICE, FIRST_CHECKPOINT } from './pbft-service.ts';
import {
  digestOf,
  isPrimary,
  type PbftConfig,
  type PbftDurable,
  type PbftMessage,
  type PbftOutput,
  type PbftState,
  type PbftStep,
  sendToOthers,
} from './pbft-state.ts';
import { awaitsNewView, onNewView, onViewChange, startViewChange } from './pbft-view-change.ts';

const REQUEST = 'request';
const RETRANSMIT = 'retransmit';

/** Timeouts double up to this often: the wait for the next try stays bounded. */
const DOUBLINGS_MAX = 4;

export const pbft: Protocol<PbftConfig, PbftState, PbftMessage, PbftDurable> = {
  timers: [REQUEST, RETRANSMIT],
  initial,
  step,
  properties: pbftProperties,
  describe: describePbft,
};

const FIRST: PbftDurable = {
  view: 0,
  isActive: true,
  newView: null,
  stable: FIRST_CHECKPOINT,
  snapshots: [],
  slots: [],
  service: EMPTY_SERVICE,
  nextSeq: 1,
};

function initial(config: PbftConfig, self: NodeIndex, durable: PbftDurable | undefined, incarnation: number): PbftStep {
  const state: PbftState = {
    ...(durable ?? FIRST),
    config,
    self,
    changes: [],
    checkpointVotes: [],
    pending: [],
    failedViews: 0,
    reached: [],
    retry: null,
    decoys: [],
  };
  const out: PbftOutput[] = [];
  if (incarnation > 0) sendToOthers(config.nodes, self, statusOf(state), out);
  return { state: armTimers(state, state, out), outputs: out };
}

function step(state: PbftState, input: Input<PbftMessage>): PbftStep {
  const isByzantine = state.self < state.config.byzantine;
  const before = isByzantine ? noteDecoys(state, input) : state;
  const out: PbftOutput[] = [];
  const after = armTimers(before, act(before, input, out), out);
  if (isByzantine) return { state: after, outputs: corrupt(after, input, out) };
  return { state: after, outputs: out.length === 0 ? NO_OUTPUTS : out };
}

function act(state: PbftState, input: Input<PbftMessage>, out: PbftOutput[]): PbftState {
  switch (input.kind) {
    case 'request':
      return onRequest(state, input.request, out);
    case 'timer':
      return input.timer === RETRANSMIT ? onRetry(state, out) : startViewChange(state, state.view + 1, out);
    case 'message':
      return onMessage(state, input.from, input.message, out);
    case 'choice':
      return state;
  }
}

function onMessage(state: PbftState, from: NodeIndex, message: PbftMessage, out: PbftOutput[]): PbftState {
  switch (message.kind) {
    case 'request':
      return onRequest(state, message.request, out);
    case 'pre_prepare':
      return onPrePrepare(state, from, message, out);
    case 'prepare':
    case 'commit':
      return onVote(state, from, message, out);
    case 'checkpoint':
      return onCheckpoint(state, from, message, out);
    case 'view_change':
      return onViewChange(state, message.change, out);
    case 'new_view':
      return onNewView(state, message.newView, out);
    case 'status':
      return onStatus(state, from, message, out);
    case 'committed':
      return onCertificate(state, message.certificate, out);
    case 'snapshot':
      return onSnapshot(state, message.checkpoint, out);
  }
}

/** Sets the timers that what happened calls for. */
function armTimers(before: PbftState, after: PbftState, out: PbftOutput[]): PbftState {
  const [was, is] = [awaited(before), awaited(after)];
  if (is === NOTHING && was !== NOTHING) out.push({ kind: 'cancel_timer', timer: REQUEST });
  if (is !== NOTHING && (is !== was || before.view !== after.view)) {
    const minMs = after.config.requestTimeoutMs * 2 ** Math.min(after.failedViews, DOUBLINGS_MAX);
    out.push({ kind: 'set_timer', timer: REQUEST, minMs, maxMs: minMs });
  }
  if (after.retry !== null || !isOutstanding(after)) return after;
  const { retransmitMs } = after.config;
  out.push({ kind: 'set_timer', timer: RETRANSMIT, minMs: retransmitMs, maxMs: 2 * retransmitMs });
  return { ...after, retry: retryMark(after) };
}

const NOTHING = -1;
const A_NEW_VIEW = -2;

/** What runs out with the request timer: a backup's wait for its oldest request, or for the view that a quorum has asked for. */
function awaited(state: PbftState): number {
  if (!state.isActive) return awaitsNewView(state) ? A_NEW_VIEW : NOTHING;
  const head = state.pending[0];
  return head === undefined || isPrimary(state) ? NOTHING : digestOf(head);
}
