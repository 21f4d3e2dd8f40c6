/**
 * A server of the chain. Updates enter at the head and travel to the tail; when the tail has one, it answers the client, and the
 * acknowledgement travels back. Queries are answered by the tail from what has been acknowledged.
 *
 * The paper assumes servers that fail by halting, and links that lose nothing. Here updates carry their place in the history, so that
 * losses and doubles are noticed; messages carry the view, so that a server that was taken out of the chain is not listened to; and a
 * tail reads only under a lease that ends before the master takes it out.
 */
import type { NodeIndex } from '../../kernel/units.ts';
import { NO_OUTPUTS, type Request } from '../protocol.ts';
import type { ChainMessage, ChainOutput, ChainStep, Seen, Server, Update, View } from './chain-state.ts';
import { durableOf, isHead, isTail, predecessorOf, successorOf } from './chain-state.ts';

/** Updates in one message. */
const BATCH_MAX = 64;

export function onRequest(state: Server, request: Request): ChainStep {
  const { client, number, command } = request;
  const isRead = command.kind === 'read';
  const target = isRead ? state.view.chain.at(-1) : state.view.chain[0];
  if (target !== state.self || state.tick >= state.leaseEnd) return redirect(state, request, target);
  if (isRead) {
    const value = state.table[command.key ?? 0] ?? null;
    return { state, outputs: [{ kind: 'respond', client, number, response: { status: 'ok', value } }] };
  }
  if (command.kind === 'write') return onWrite(state, request);
  const reason = `a server does not know ${command.kind}`;
  return { state, outputs: [{ kind: 'respond', client, number, response: { status: 'failed', reason } }] };
}

function redirect(state: Server, { client, number }: Request, to: NodeIndex | undefined): ChainStep {
  const response =
    to === undefined || to === state.self ? ({ status: 'redirect' } as const) : ({ status: 'redirect', to } as const);
  return { state, outputs: [{ kind: 'respond', client, number, response }] };
}

function onWrite(state: Server, { client, number, command }: Request): ChainStep {
  const seen = state.seen.find((each) => each.client === client);
  if (seen !== undefined && seen.number >= number) {
    const isDone = seen.number === number && seen.index < state.acked;
    const outputs: ChainOutput[] = isDone ? [{ kind: 'respond', client, number, response: { status: 'ok' } }] : [];
    return { state, outputs };
  }
  return append(state, [{ client, number, key: command.key ?? 0, value: command.value ?? 0 }]);
}

/** Puts updates at the end of the history; on disk first, then on to the successor, or done at the tail. */
function append(state: Server, updates: readonly Update[]): ChainStep {
  const from = state.hist.length;
  const after: Server = { ...state, hist: [...state.hist, ...updates], seen: withSeen(state.seen, updates, from) };
  const successor = successorOf(after);
  if (successor === null) return acknowledge(after, after.hist.length);
  return { state: after, outputs: [durableOf(after), update(after, successor, from)] };
}

function update({ view, hist }: Server, to: NodeIndex, from: number): ChainOutput {
  const updates = hist.slice(from, from + BATCH_MAX);
  return { kind: 'send', to, message: { kind: 'update', view: view.view, from, total: hist.length, updates } };
}

export function withSeen(seen: readonly Seen[], updates: readonly Update[], from: number): Seen[] {
  const now = seen.slice();
  for (let place = 0; place < updates.length; place++) {
    const { client, number } = updates[place] ?? { client: 0, number: 0 };
    let at = 0;
    while (at < now.length && now[at]?.client !== client) at += 1;
    now[at] = { client, number, index: from + place };
  }
  return now;
}

/**
 * The tail has the first `length`: applies them, tells the predecessor, and at the tail the clients. The tail answers reads by what is
 * acknowledged, so it must still know that after a restart.
 */
function acknowledge(state: Server, length: number): ChainStep {
  if (length <= state.acked) return { state, outputs: NO_OUTPUTS };
  const table = withApplied(state.table, state.hist, state.acked, length);
  const after: Server = { ...state, acked: length, table };
  const outputs: ChainOutput[] = isTail(state) || state.view.joiner === state.self ? [durableOf(after)] : [];
  if (isTail(state)) {
    for (let index = state.acked; index < length; index++) {
      const { client, number } = state.hist[index] ?? { client: 0, number: 0 };
      outputs.push({ kind: 'respond', client, number, response: { status: 'ok' } });
    }
  }
  const predecessor = predecessorOf(state);
  if (predecessor !== null)
    outputs.push({ kind: 'send', to: predecessor, message: { kind: 'ack', view: state.view.view, length } });
  return { state: after, outputs };
}

export function withApplied(
  table: readonly (number | null)[],
  hist: readonly Update[],
  from: number,
  to: number,
): (number | null)[] {
  const now = table.slice();
  for (let index = from; index < to; index++) {
    const { key, value } = hist[index] ?? { key: 0, value: 0 };
    while (now.length <= key) now.push(null);
    now[key] = value;
  }
  return now;
}

export function onUpdate(state: Server, from: NodeIndex, message: ChainMessage & { kind: 'update' }): ChainStep {
  if (message.view !== state.view.view || from !== predecessorOf(state)) return { state, outputs: NO_OUTPUTS };
  if (!state.config.keepsSent && state.view.joiner !== state.self) return onUnchecked(state, message);
  const { hist, view } = state;
  const length = message.from + message.updates.length;
  const isNew = message.from <= hist.length && length > hist.length;
  const { state: after, outputs } = isNew
    ? append(state, message.updates.slice(hist.length - message.from))
    : { state, outputs: NO_OUTPUTS };
  if (after.role !== 'server') return { state, outputs: NO_OUTPUTS };
  if (after.hist.length < message.total)
    return { state: after, outputs: [...outputs, { kind: 'send', to: from, message: need(after) }] };
  if (view.joiner === state.self) return { state: after, outputs: [...outputs, ...caughtUp(after, from)] };
  return isNew ? { state: after, outputs } : { state, outputs: ackAgain(state, from) };
}

/** The variant trusts its link: what comes is next. */
function onUnchecked(state: Server, { updates }: ChainMessage & { kind: 'update' }): ChainStep {
  const fresh = updates.filter(
    ({ client, number }) => !state.seen.some((each) => each.client === client && each.number >= number),
  );
  return fresh.length === 0 ? { state, outputs: NO_OUTPUTS } : append(state, fresh);
}

function need({ view, hist }: Server): ChainMessage {
  return { kind: 'need', view: view.view, length: hist.length };
}

/** Something came twice: the acknowledgement may have been lost. */
function ackAgain({ view, acked }: Server, to: NodeIndex): ChainOutput[] {
  return acked === 0 ? [] : [{ kind: 'send', to, message: { kind: 'ack', view: view.view, length: acked } }];
}

function caughtUp(state: Server, tail: NodeIndex): ChainOutput[] {
  const { view } = state.view;
  return [
    { kind: 'send', to: tail, message: { kind: 'ack', view, length: state.hist.length } },
    { kind: 'send', to: state.config.servers, message: { kind: 'caught_up', view } },
  ];
}

export function onAck(state: Server, from: NodeIndex, view: number, length: number): ChainStep {
  if (view !== state.view.view || from !== successorOf(state)) return { state, outputs: NO_OUTPUTS };
  return acknowledge(state, Math.min(length, state.hist.length));
}

export function onNeed(state: Server, from: NodeIndex, view: number, length: number): ChainStep {
  const isMine = view === state.view.view && from === successorOf(state) && length < state.hist.length;
  return { state, outputs: isMine ? [update(state, from, length)] : NO_OUTPUTS };
}

/** Sends Sent again when it has not moved since the last time. A tail keeps asking the joiner how far it is. */
export function onRetry(state: Server): ChainStep {
  const { config, acked, hist, stuckAt } = state;
  const timer: ChainOutput = { kind: 'set_timer', timer: 'retry', minMs: config.retryMs, maxMs: config.retryMs };
  const successor = successorOf(state);
  const feedsJoiner = successor !== null && successor === state.view.joiner;
  const isStuck = acked < hist.length && stuckAt === acked && config.keepsSent;
  const after = stuckAt === acked ? state : { ...state, stuckAt: acked };
  return successor !== null && (feedsJoiner || isStuck)
    ? { state: after, outputs: [update(state, successor, acked), timer] }
    : { state: after, outputs: [timer] };
}

/**
 * A new view. Whoever has a new successor sends it what is not acknowledged; a new tail is done with all it has; a server that
 * comes back as the joiner drops what it had, for the chain may have gone on without it.
 */
export function onView(state: Server, view: View): ChainStep {
  if (view.view <= state.view.view) return { state, outputs: NO_OUTPUTS };
  const startsOver = view.joiner === state.self && state.view.joiner !== state.self;
  const kept: Server = startsOver ? { ...state, hist: [], acked: 0, table: [], seen: [] } : state;
  const after: Server = { ...kept, view: { view: view.view, chain: view.chain, joiner: view.joiner } };
  const outputs: ChainOutput[] = [durableOf(after)];
  const successor = successorOf(after);
  if (isTail(after) && (successor === null || successor === view.joiner)) {
    const { state: done, outputs: told } = acknowledge(after, after.hist.length);
    const feed = successor === null ? NO_OUTPUTS : [update(after, successor, after.hist.length)];
    return { state: done, outputs: [...outputs, ...told, ...feed] };
  }
  if (successor !== null && after.config.keepsSent) outputs.push(update(after, successor, after.acked));
  return { state: after, outputs };
}

/** Renews the lease, and hears of new views. */
export function onHeartbeat(state: Server): ChainStep {
  const tick = state.tick + 1;
  return { state: { ...state, tick }, outputs: heartbeat({ ...state, tick }) };
}

export function heartbeat({ config, view, tick }: Server): ChainOutput[] {
  return [
    { kind: 'send', to: config.servers, message: { kind: 'ping', view: view.view, tick } },
    { kind: 'set_timer', timer: 'heartbeat', minMs: config.heartbeatMs, maxMs: config.heartbeatMs },
  ];
}

export function onPong(state: Server, view: number, tick: number): ChainStep {
  const { leaseMs, heartbeatMs } = state.config;
  const leaseEnd = tick + Math.max(1, Math.floor(leaseMs / heartbeatMs));
  const isNews = view === state.view.view && leaseEnd > state.leaseEnd && (isHead(state) || isTail(state));
  return { state: isNews ? { ...state, leaseEnd } : state, outputs: NO_OUTPUTS };
}
