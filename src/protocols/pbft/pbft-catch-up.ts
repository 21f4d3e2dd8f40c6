/**
 * Retransmission and state transfer. A replica for which something is outstanding, and which got no further since its timer was set, tells
 * the others where it stands; they send what it misses: the view, the stable checkpoint with its proof, commit
 * certificates, or their own messages of the current view. The paper leaves this to the library (Castro's thesis, §5.2, has such status messages).
 */
import type { NodeIndex } from '../../kernel/units.ts';
import { dropLog, executeReady, noteReached, onCommitted, proposePending } from './pbft-ordering.ts';
import { digestOfService } from './pbft-service.ts';
import {
  type Certificate,
  type Checkpoint,
  digestOf,
  isPrimary,
  lastSeq,
  NULL_DIGEST,
  type PbftMessage,
  type PbftOutput,
  type PbftState,
  type Retry,
  sendToAll,
  sendToOthers,
  slotOf,
} from './pbft-state.ts';
import { ownChange, sendNewView } from './pbft-view-change.ts';

/** Sequence numbers sent to one replica at a time. */
const BATCH = 32;

/** Whether this replica, or one that it has not heard of, may miss something. */
export function isOutstanding(state: PbftState): boolean {
  const { config, service, pending, reached, self } = state;
  if (pending.length > 0 || !state.isActive || lastSeq(state) > service.seq) return true;
  for (let node = 0; node < config.nodes; node++) if (node !== self && (reached[node] ?? 0) < service.seq) return true;
  return false;
}

export function retryMark({ service, pending }: PbftState): Retry {
  return { executed: service.seq, head: digestOf(pending[0] ?? null) };
}

/** The retransmission timer fired. */
export function onRetry(state: PbftState, out: PbftOutput[]): PbftState {
  const mark = retryMark(state);
  const isStuck = state.retry?.executed === mark.executed;
  if (isOutstanding(state) && isStuck) askOthers(state, out);
  if (mark.head !== NULL_DIGEST && state.retry?.head === mark.head) spreadPending(state, out);
  return { ...state, retry: null };
}

/** Whoever else hears of a request waits for it too: a view change takes more than one who is left out. */
function spreadPending({ config, self, pending }: PbftState, out: PbftOutput[]): void {
  for (const request of pending) sendToOthers(config.nodes, self, { kind: 'request', request }, out);
}

function askOthers(state: PbftState, out: PbftOutput[]): void {
  const { config, self } = state;
  const isBehind = state.pending.length > 0 || !state.isActive || lastSeq(state) > state.service.seq;
  if (isBehind) sendToOthers(config.nodes, self, statusOf(state), out);
  else
    for (let to = 0; to < config.nodes; to++)
      if (to !== self && (state.reached[to] ?? 0) < state.service.seq)
        out.push({ kind: 'send', to, message: statusOf(state) });
  // To itself too: a crash may have taken the first one.
  if (!state.isActive) sendToAll(state, { kind: 'view_change', change: ownChange(state) }, out);
}

export function statusOf({ view, isActive, stable, service }: PbftState): PbftMessage {
  return { kind: 'status', view, isActive, stable: stable.service.seq, executed: service.seq };
}

export function onStatus(
  state: PbftState,
  from: NodeIndex,
  message: PbftMessage & { readonly kind: 'status' },
  out: PbftOutput[],
): PbftState {
  const { view, isActive, stable, executed } = message;
  if (executed > state.service.seq) sendToOthers(state.config.nodes, state.self, statusOf(state), out);
  if (view < state.view || (view === state.view && !isActive)) sendView(state, from, out);
  if (stable < state.stable.service.seq)
    out.push({ kind: 'send', to: from, message: { kind: 'snapshot', checkpoint: state.stable } });
  for (const { service, digest } of state.snapshots)
    if (service.seq > stable)
      out.push({ kind: 'send', to: from, message: { kind: 'checkpoint', seq: service.seq, digest } });
  sendSlots(state, from, executed, out);
  return noteReached(state, from, executed);
}

function sendView(state: PbftState, to: NodeIndex, out: PbftOutput[]): void {
  if (state.isActive) sendNewView(state, to, out);
  else out.push({ kind: 'send', to, message: { kind: 'view_change', change: ownChange(state) } });
}

function sendSlots(state: PbftState, to: NodeIndex, executed: number, out: PbftOutput[]): void {
  const first = Math.max(executed, state.stable.service.seq) + 1;
  const last = Math.min(lastSeq(state), first + BATCH - 1);
  for (let seq = first; seq <= last; seq++) sendSlot(state, to, seq, out);
}

/** The commit certificate, or what this replica itself has said about the number in its view. */
function sendSlot(state: PbftState, to: NodeIndex, seq: number, out: PbftOutput[]): void {
  const { committed, prepared, view, digest, request } = slotOf(state, seq);
  const send = (message: PbftMessage): void => {
    out.push({ kind: 'send', to, message });
  };
  if (committed !== null) send({ kind: 'committed', certificate: committed });
  if (committed !== null || view !== state.view || !state.isActive) return;
  if (isPrimary(state)) send({ kind: 'pre_prepare', view, seq, digest, request });
  else send({ kind: 'prepare', view, seq, digest });
  if (prepared?.view === view) send({ kind: 'commit', view, seq, digest });
}

/** A commit certificate speaks for itself, whatever the view. */
export function onCertificate(state: PbftState, certificate: Certificate, out: PbftOutput[]): PbftState {
  if (certificate.signers.length < state.config.commitQuorum) return state;
  return onCommitted(state, certificate, out);
}

/** A stable checkpoint with its proof replaces what is older. */
export function onSnapshot(state: PbftState, checkpoint: Checkpoint, out: PbftOutput[]): PbftState {
  const { service, digest, signers } = checkpoint;
  const isProven = signers.length >= state.config.quorum && digest === digestOfService(service);
  if (!isProven || service.seq <= state.stable.service.seq) return state;
  return proposePending(executeReady(dropLog(state, checkpoint), out), out);
}
