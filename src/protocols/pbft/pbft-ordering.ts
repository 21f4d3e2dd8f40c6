/**
 * The normal case (§4.2): pre-prepare, prepare, commit, execution, reply; and checkpoints (§4.3), which let go of the log below them.
 */
import type { NodeIndex } from '../../kernel/units.ts';
import type { Request } from '../protocol.ts';
import { digestOfService, execute, isExecuted, sessionOf } from './pbft-service.ts';
import {
  type Certificate,
  type Checkpoint,
  digestOf,
  durableOf,
  isInWindow,
  isPrimary,
  lastSeq,
  type PbftMessage,
  type PbftOutput,
  type PbftState,
  primaryOf,
  type Slot,
  sendToAll,
  sendToOthers,
  slotOf,
  type Vote,
  withSlot,
} from './pbft-state.ts';

/** A request of a client, from itself or relayed. What was executed is answered again. */
export function onRequest(state: PbftState, request: Request, out: PbftOutput[]): PbftState {
  const { client, number } = request;
  const session = sessionOf(state.service, client);
  if (session !== undefined && session.number >= number) {
    if (session.number === number) out.push({ kind: 'respond', client, number, response: session.response });
    return state;
  }
  const held = state.pending.findIndex((each) => each.client === client);
  const heldNumber = state.pending[held]?.number ?? 0;
  if (heldNumber > number) return state;
  if (heldNumber === number) {
    if (!isPrimary(state)) relay(state, request, out);
    return proposePending(state, out);
  }
  const others = held === -1 ? state.pending : state.pending.filter((_, index) => index !== held);
  return proposePending({ ...state, pending: [...others, request] }, out);
}

/** A client that repeats itself may not reach the primary. */
function relay({ config, view, isActive }: PbftState, request: Request, out: PbftOutput[]): void {
  if (isActive) out.push({ kind: 'send', to: primaryOf(config, view), message: { kind: 'request', request } });
}

/** The primary gives each waiting request a sequence number, as far as the high water mark. */
export function proposePending(state: PbftState, out: PbftOutput[]): PbftState {
  if (!state.isActive || !isPrimary(state)) return state;
  let next = state;
  for (const request of state.pending) {
    if (isProposed(next, digestOf(request)) || !isInWindow(next, next.nextSeq)) continue;
    next = propose(next, request, out);
  }
  return next;
}

function isProposed(state: PbftState, digest: number): boolean {
  for (let seq = lastSeq(state); seq > state.service.seq; seq--) {
    const slot = slotOf(state, seq);
    if (slot.view === state.view && slot.digest === digest) return true;
  }
  return false;
}

function propose(state: PbftState, request: Request, out: PbftOutput[]): PbftState {
  const { view, nextSeq: seq } = state;
  const digest = digestOf(request);
  const slot = { ...slotOf(state, seq), view, digest, request };
  const next = { ...withSlot(state, seq, slot), nextSeq: seq + 1 };
  out.push({ kind: 'persist', durable: durableOf(next) });
  sendToOthers(state.config.nodes, state.self, { kind: 'pre_prepare', view, seq, digest, request }, out);
  return next;
}

/** Accepts what the primary of the view assigns, unless it has accepted something else for that number in this view. */
export function onPrePrepare(
  state: PbftState,
  from: NodeIndex,
  message: PbftMessage & { readonly kind: 'pre_prepare' },
  out: PbftOutput[],
): PbftState {
  const { view, seq, digest, request } = message;
  if (!state.isActive || view !== state.view || from !== primaryOf(state.config, view)) return state;
  if (request === null || digest !== digestOf(request) || from === state.self || !isInWindow(state, seq)) return state;
  return slotOf(state, seq).view === view ? state : accept(state, seq, request, out);
}

/** Takes over a pre-prepare of this view, and says so unless it is the primary's own. */
export function accept(state: PbftState, seq: number, request: Request | null, out: PbftOutput[]): PbftState {
  const { view } = state;
  const digest = digestOf(request);
  const next = withSlot(state, seq, { ...slotOf(state, seq), view, digest, request });
  if (isPrimary(state)) return next;
  out.push({ kind: 'persist', durable: durableOf(next) });
  sendToAll(state, { kind: 'prepare', view, seq, digest }, out);
  return advance(next, seq, out);
}

/** Votes are kept, also those of a view that is yet to come here; each counts where its view and digest match. */
export function onVote(
  state: PbftState,
  from: NodeIndex,
  message: PbftMessage & { readonly kind: 'prepare' | 'commit' },
  out: PbftOutput[],
): PbftState {
  const { kind, view, seq, digest } = message;
  if (view < state.view || !isInWindow(state, seq)) return state;
  const slot = slotOf(state, seq);
  const votes = kind === 'prepare' ? slot.prepares : slot.commits;
  const held = votes.findIndex(({ node }) => node === from);
  if ((votes[held]?.view ?? -1) >= view) return state;
  const vote = { node: from, view, digest };
  const after = held === -1 ? [...votes, vote] : votes.map((each, index) => (index === held ? vote : each));
  const kept = withSlot(state, seq, kind === 'prepare' ? { ...slot, prepares: after } : { ...slot, commits: after });
  const known = kind === 'commit' ? noteReached(kept, from, seq) : kept;
  return known.isActive && view === known.view ? advance(known, seq, out) : known;
}

/** From pre-prepared to prepared to committed, as far as the votes of this view go. */
function advance(state: PbftState, seq: number, out: PbftOutput[]): PbftState {
  const slot = slotOf(state, seq);
  if (slot.view !== state.view) return state;
  const isFresh = slot.prepared?.view !== state.view;
  if (!isFresh) return slot.committed === null ? tryCommit(state, seq, slot, out) : state;
  const signers = signersOf(slot.prepares, slot, primaryOf(state.config, state.view));
  if (signers.length < state.config.quorum) return state;
  const { view, digest, request } = slot;
  const prepared = { seq, view, digest, request, signers };
  const next = withSlot(state, seq, { ...slot, prepared });
  out.push({ kind: 'persist', durable: durableOf(next) });
  sendToAll(state, { kind: 'commit', view, seq, digest }, out);
  return slot.committed === null ? tryCommit(next, seq, { ...slot, prepared }, out) : next;
}

function tryCommit(state: PbftState, seq: number, slot: Slot, out: PbftOutput[]): PbftState {
  const signers = signersOf(slot.commits, slot, undefined);
  if (signers.length < state.config.commitQuorum) return state;
  const { view, digest, request } = slot;
  return onCommitted(state, { seq, view, digest, request, signers }, out);
}

/** Who voted for what the slot holds. The pre-prepare is the primary's prepare; another one from it does not count. */
function signersOf(votes: readonly Vote[], { view, digest }: Slot, primary: NodeIndex | undefined): NodeIndex[] {
  const signers = primary === undefined ? [] : [primary];
  for (const vote of votes)
    if (vote.view === view && vote.digest === digest && vote.node !== primary) signers.push(vote.node);
  return signers;
}

/** Committed, by its own count or by a certificate: executes what is next in order. */
export function onCommitted(state: PbftState, certificate: Certificate, out: PbftOutput[]): PbftState {
  const { seq } = certificate;
  const slot = slotOf(state, seq);
  if (slot.committed !== null || !isInWindow(state, seq)) return state;
  return proposePending(executeReady(withSlot(state, seq, { ...slot, committed: certificate }), out), out);
}

export function executeReady(state: PbftState, out: PbftOutput[]): PbftState {
  let next = state;
  for (;;) {
    const { committed } = slotOf(next, next.service.seq + 1);
    if (committed === null || lastSeq(next) <= next.service.seq) return next;
    next = executeOne(next, committed.request, out);
  }
}

function executeOne(state: PbftState, request: Request | null, out: PbftOutput[]): PbftState {
  const isNew = request !== null && !isExecuted(state.service, request);
  const service = execute(state.service, request);
  const pending = request === null ? state.pending : withoutExecuted(state.pending, request);
  const next: PbftState = { ...state, service, pending, failedViews: isNew ? 0 : state.failedViews };
  const session = isNew ? sessionOf(service, request.client) : undefined;
  if (session !== undefined) {
    const { client, number, response } = session;
    out.push({ kind: 'respond', client, number, response });
  }
  const { checkpointInterval: interval } = state.config;
  return interval > 0 && service.seq % interval === 0 ? takeCheckpoint(next, out) : next;
}

function withoutExecuted(pending: readonly Request[], { client, number }: Request): readonly Request[] {
  const isThere = pending.some((each) => each.client === client && each.number <= number);
  return isThere ? pending.filter((each) => each.client !== client || each.number > number) : pending;
}

function takeCheckpoint(state: PbftState, out: PbftOutput[]): PbftState {
  const { service } = state;
  const digest = digestOfService(service);
  const next: PbftState = { ...state, snapshots: [...state.snapshots, { service, digest, signers: [] }] };
  out.push({ kind: 'persist', durable: durableOf(next) });
  sendToAll(next, { kind: 'checkpoint', seq: service.seq, digest }, out);
  return next;
}

export function onCheckpoint(
  state: PbftState,
  from: NodeIndex,
  { seq, digest }: PbftMessage & { readonly kind: 'checkpoint' },
  out: PbftOutput[],
): PbftState {
  if (seq <= state.stable.service.seq) return state;
  const isKnown = state.checkpointVotes.some((each) => each.node === from && each.seq === seq);
  if (isKnown) return state;
  // An honest replica has at most two checkpoints between the water marks; older ones of a node make room.
  const own = state.checkpointVotes.filter((each) => each.node === from).slice(-1);
  const others = state.checkpointVotes.filter((each) => each.node !== from);
  return stabilize({ ...state, checkpointVotes: [...others, ...own, { node: from, seq, digest }] }, seq, out);
}

/** A quorum of equal checkpoints, the own one among what they equal, is stable: the log up to it is dropped. */
function stabilize(state: PbftState, seq: number, out: PbftOutput[]): PbftState {
  const own = state.snapshots.find((each) => each.service.seq === seq);
  if (own === undefined) return state;
  const votes = state.checkpointVotes.filter((each) => each.seq === seq && each.digest === own.digest);
  if (votes.length < state.config.quorum) return state;
  return proposePending(dropLog(state, { ...own, signers: votes.map(({ node }) => node) }), out);
}

/** The stable checkpoint moves on; the service with it, where that is behind. */
export function dropLog(state: PbftState, stable: Checkpoint): PbftState {
  const { seq } = stable.service;
  const isBehind = state.service.seq < seq;
  const service = isBehind ? stable.service : state.service;
  return {
    ...state,
    stable,
    service,
    slots: state.slots.slice(seq - state.stable.service.seq),
    snapshots: state.snapshots.filter((each) => each.service.seq > seq),
    checkpointVotes: state.checkpointVotes.filter((each) => each.seq > seq),
    pending: isBehind ? state.pending.filter((each) => !isExecuted(service, each)) : state.pending,
    nextSeq: Math.max(state.nextSeq, seq + 1),
  };
}

/** A node was heard to know of a sequence number. */
export function noteReached(state: PbftState, node: NodeIndex, seq: number): PbftState {
  if ((state.reached[node] ?? 0) >= seq) return state;
  const reached = state.reached.slice();
  reached[node] = seq;
  return { ...state, reached };
}
