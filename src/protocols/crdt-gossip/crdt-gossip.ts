/**
 * Replicated data types by gossip: every replica takes updates by itself, and all come to the same value without agreeing on
 * anything (Shapiro et al., SSS 2011: strong eventual consistency).
 *
 * State-based: now and then a replica sends all it has to a peer drawn at random, which merges. Merging is a join, so loss, duplication and
 * reordering do no harm. Operation-based: an update goes to all others at once, and each applies it once, after all that its
 * maker knew (causal delivery by vector clocks, with a buffer for what arrives early). What is lost is found by gossip: a replica tells a peer
 * what it has, and the peer sends what is missing from its log; what all are known to have leaves the log.
 *
 * Updates are answered when they are on the disk of one replica. A client asks its own replica always, which remembers the
 * client's last update there too: a repeated increment counts once. The data types are in `data-types.ts`.
 */
import type { Milliseconds, NodeIndex } from '../../kernel/units.ts';
import type { Input, Output, Protocol, Request, Response, Step } from '../protocol.ts';
import { NO_OUTPUTS } from '../protocol.ts';
import type { Clock } from '../vector-clock.ts';
import { holdsClock, joinClocks, NO_CLOCK, withEntry } from '../vector-clock.ts';
import { crdtProperties } from './crdt-gossip-properties.ts';
import type { DataType, Operation, Payload } from './data-types.ts';
import { applyOperation, emptyPayload, mergePayloads, prepare, readPayload, UPDATES } from './data-types.ts';

export interface CrdtConfig {
  readonly nodes: number;
  readonly dataType: DataType;
  readonly replication: 'state_based' | 'operation_based';
  readonly gossipMs: Milliseconds;
  /** Known mistakes: operations applied as often as they arrive; in the order they arrive; counters merged by adding. */
  readonly appliesDuplicates: boolean;
  readonly appliesOnArrival: boolean;
  readonly mergesByAdding: boolean;
}

export type CrdtMessage =
  | { readonly kind: 'state'; readonly clock: Clock; readonly payloads: readonly Payload[] }
  | { readonly kind: 'digest'; readonly clock: Clock }
  | { readonly kind: 'operations'; readonly operations: readonly Operation[] };

/** The last update of a client. */
interface Answered {
  readonly client: number;
  readonly number: number;
}

export interface CrdtDurable {
  /** By node: how many of its updates are in the payloads. */
  readonly clock: Clock;
  /** By key. */
  readonly payloads: readonly Payload[];
  /** Operations that wait for earlier ones. */
  readonly pending: readonly Operation[];
  /** Operations that some peer may lack. */
  readonly log: readonly Operation[];
  readonly clients: readonly Answered[];
}

export interface CrdtState extends CrdtDurable {
  readonly config: CrdtConfig;
  readonly self: NodeIndex;
  /** By node: what it is known to have. */
  readonly seen: readonly Clock[];
}

type CrdtOutput = Output<CrdtMessage, CrdtDurable>;
type CrdtStep = Step<CrdtState, CrdtMessage, CrdtDurable>;

const GOSSIP = 'gossip';
const PEER = 'peer';

export const crdtGossip: Protocol<CrdtConfig, CrdtState, CrdtMessage, CrdtDurable> = {
  timers: [GOSSIP],
  initial: (config, self, durable) => {
    const { clock, payloads, pending, log, clients } = durable ?? NOTHING;
    const state: CrdtState = { config, self, clock, payloads, pending, log, clients, seen: [] };
    return { state, outputs: [gossipTimer(config)] };
  },
  step,
  properties: crdtProperties,
  describe: {
    role: () => 'replica',
    state: describeState,
    message: describeMessage,
    messageBytes,
  },
};

const NOTHING: CrdtDurable = { clock: NO_CLOCK, payloads: [], pending: [], log: [], clients: [] };

function step(state: CrdtState, input: Input<CrdtMessage>): CrdtStep {
  switch (input.kind) {
    case 'request':
      return onRequest(state, input.request, input.clockMs);
    case 'timer':
      return { state, outputs: [{ kind: 'choose', name: PEER, options: state.config.nodes - 1 }] };
    case 'choice':
      return onPeer(state, input.chosen);
    case 'message':
      if (input.message.kind === 'state') return onState(state, input.message.clock, input.message.payloads);
      if (input.message.kind === 'digest') return onDigest(state, input.from, input.message.clock);
      return onOperations(state, input.message.operations);
  }
}

// Requests

function onRequest(state: CrdtState, request: Request, clockMs: Milliseconds): CrdtStep {
  const { client, number, command } = request;
  const { dataType } = state.config;
  const key = command.key ?? 0;
  if (command.kind === 'read')
    return { state, outputs: [answer(request, { status: 'ok', value: valueAt(state, key) })] };
  if (!UPDATES[dataType].includes(command.kind)) {
    const reason = `a ${dataType} takes read, ${UPDATES[dataType].join(', ')}, not ${command.kind}`;
    return { state, outputs: [answer(request, { status: 'failed', reason })] };
  }
  const last = state.clients.find((each) => each.client === client)?.number ?? 0;
  const outputs = [answer(request, { status: 'ok' })];
  if (last >= number) return { state, outputs: last === number ? outputs : NO_OUTPUTS };
  return update(state, request, key, clockMs, outputs);
}

/** The answer, and what the others are told, stand behind the write to disk. */
function update(
  state: CrdtState,
  { client, number, command }: Request,
  key: number,
  clockMs: Milliseconds,
  answers: CrdtOutput[],
): CrdtStep {
  const { self, config, clock } = state;
  const clients = [...state.clients.filter((each) => each.client !== client), { client, number }];
  const effect = prepare(payloadAt(state, key), command, clockMs);
  if (effect === undefined) {
    const next = { ...state, clients };
    return { state: next, outputs: [persisted(next), ...answers] };
  }
  const operation: Operation = { node: self, count: (clock[self] ?? 0) + 1, context: clock, key, effect };
  const next = withOperation({ ...state, clients }, operation);
  const outputs: CrdtOutput[] = [persisted(next), ...answers];
  if (config.replication === 'operation_based')
    for (let to = 0; to < config.nodes; to++)
      if (to !== self) outputs.push({ kind: 'send', to, message: { kind: 'operations', operations: [operation] } });
  return { state: next, outputs };
}

/** The operation counts as delivered: in the payload, the clock and, where peers may ask for it, the log. */
function withOperation(state: CrdtState, operation: Operation): CrdtState {
  const { node, count } = operation;
  const log = state.config.replication === 'operation_based' ? [...state.log, operation] : state.log;
  return { ...withEffect(state, operation), clock: withEntry(state.clock, node, count), log };
}

function withEffect(state: CrdtState, operation: Operation): CrdtState {
  const { key } = operation;
  const payloads = state.payloads.slice();
  while (payloads.length <= key) payloads.push(emptyPayload(state.config.dataType));
  payloads[key] = applyOperation(payloadAt(state, key), operation);
  return { ...state, payloads };
}

// Gossip

/** The peers are all others, in order. */
function onPeer(state: CrdtState, chosen: number): CrdtStep {
  const { config, self, clock, payloads } = state;
  const to = chosen < self ? chosen : chosen + 1;
  const message: CrdtMessage =
    config.replication === 'state_based' ? { kind: 'state', clock, payloads } : { kind: 'digest', clock };
  return { state, outputs: [{ kind: 'send', to, message }, gossipTimer(config)] };
}

function onState(state: CrdtState, theirClock: Clock, theirs: readonly Payload[]): CrdtStep {
  const { config } = state;
  const clock = joinClocks(state.clock, theirClock);
  const length = Math.max(state.payloads.length, theirs.length);
  const payloads = Array.from({ length }, (_, key) => {
    const [mine, other] = [payloadAt(state, key), theirs[key] ?? emptyPayload(config.dataType)];
    return config.mergesByAdding ? addPayloads(mine, other) : mergePayloads(mine, other, state.clock, theirClock);
  });
  const isNews = payloads.some((payload, key) => payload !== state.payloads[key]);
  if (!isNews && clock === state.clock) return { state, outputs: NO_OUTPUTS };
  const next = { ...state, clock, payloads };
  return { state: next, outputs: [persisted(next)] };
}

/** The mistake: a sum is not idempotent. Bounded, for it doubles with every gossip. */
function addPayloads(mine: Payload, theirs: Payload): Payload {
  if (mine.kind !== 'counter' || theirs.kind !== 'counter') return mine;
  const add = (one: Clock, other: Clock): Clock =>
    Array.from({ length: Math.max(one.length, other.length) }, (_, node) =>
      Math.min((one[node] ?? 0) + (other[node] ?? 0), 1_000_000_000),
    );
  return { kind: 'counter', up: add(mine.up, theirs.up), down: add(mine.down, theirs.down) };
}

/** Sends what the peer lacks, and forgets what nobody lacks. */
function onDigest(state: CrdtState, from: NodeIndex, theirs: Clock): CrdtStep {
  const missing = state.log.filter(({ node, count }) => count > (theirs[node] ?? 0));
  const next = withSeen(state, from, theirs);
  const outputs: CrdtOutput[] = next.log === state.log ? [] : [persisted(next)];
  if (missing.length > 0)
    outputs.push({ kind: 'send', to: from, message: { kind: 'operations', operations: missing } });
  return { state: next, outputs };
}

function withSeen(state: CrdtState, from: NodeIndex, theirs: Clock): CrdtState {
  const { config, self } = state;
  const before = state.seen[from] ?? NO_CLOCK;
  const clock = joinClocks(before, theirs);
  if (clock === before) return state;
  const seen = Array.from({ length: config.nodes }, (_, node) =>
    node === from ? clock : (state.seen[node] ?? NO_CLOCK),
  );
  const isLacked = ({ node, count }: Operation): boolean =>
    seen.some((known, peer) => peer !== self && (known[node] ?? 0) < count);
  const log = state.log.filter(isLacked);
  return { ...state, seen, log: log.length === state.log.length ? state.log : log };
}

function onOperations(state: CrdtState, operations: readonly Operation[]): CrdtStep {
  let next = state;
  for (const operation of operations) next = receive(next, operation);
  return next === state ? { state, outputs: NO_OUTPUTS } : { state: next, outputs: [persisted(next)] };
}

/** Each once, and each after all that its maker knew. */
function receive(state: CrdtState, operation: Operation): CrdtState {
  const { config, clock, pending } = state;
  const { node, count } = operation;
  if (count <= (clock[node] ?? 0)) return config.appliesDuplicates ? withEffect(state, operation) : state;
  if (pending.some((each) => each.node === node && each.count === count)) return state;
  const arrived = config.appliesOnArrival ? withEffect(state, operation) : state;
  return deliverReady({ ...arrived, pending: [...pending, operation] });
}

function deliverReady(state: CrdtState): CrdtState {
  const { config, clock, pending } = state;
  const ready = pending.find(
    ({ node, count, context }) =>
      count === (clock[node] ?? 0) + 1 && (config.appliesOnArrival || holdsClock(clock, context)),
  );
  if (ready === undefined) return state;
  const rest = { ...state, pending: pending.filter((each) => each !== ready) };
  const delivered = withOperation(rest, ready);
  return deliverReady(config.appliesOnArrival ? { ...delivered, payloads: state.payloads } : delivered);
}

function payloadAt(state: CrdtState, key: number): Payload {
  return state.payloads[key] ?? emptyPayload(state.config.dataType);
}

/** What a reader of the key is told. */
export function valueAt(state: CrdtState, key: number): ReturnType<typeof readPayload> {
  return readPayload(payloadAt(state, key));
}

function answer({ client, number }: Request, response: Response): CrdtOutput {
  return { kind: 'respond', client, number, response };
}

function persisted({ clock, payloads, pending, log, clients }: CrdtState): CrdtOutput {
  return { kind: 'persist', durable: { clock, payloads, pending, log, clients } };
}

function gossipTimer({ gossipMs }: CrdtConfig): CrdtOutput {
  return { kind: 'set_timer', timer: GOSSIP, minMs: gossipMs * 0.9, maxMs: gossipMs * 1.1 };
}

// In words

function describeState(state: CrdtState): string {
  const values = state.payloads.map((_, key) => `key ${key}: ${describeValue(valueAt(state, key))}`);
  const waiting = state.pending.map(({ node, count }) => `n${node + 1}:${count}`);
  const clock = Array.from({ length: state.config.nodes }, (_, node) => state.clock[node] ?? 0).join(' ');
  return [...values, `knows ${clock}`, ...(waiting.length === 0 ? [] : [`waiting: ${waiting.join(' ')}`])].join('; ');
}

export function describeValue(value: ReturnType<typeof readPayload>): string {
  return typeof value === 'object' && value !== null ? `{${value.join(' ')}}` : String(value);
}

function describeMessage(message: CrdtMessage): string {
  switch (message.kind) {
    case 'state':
      return `State ${message.payloads.map((payload, key) => `key ${key}: ${describeValue(readPayload(payload))}`).join(', ') || 'empty'}`;
    case 'digest':
      return `Digest ${message.clock.join(' ') || 'empty'}`;
    case 'operations':
      return `Operations ${message.operations.map(describeOperation).join(', ')}`;
  }
}

function describeOperation({ node, count, key, effect }: Operation): string {
  const name = `n${node + 1}:${count} key ${key}`;
  switch (effect.kind) {
    case 'count':
      return `${name} ${effect.up - effect.down > 0 ? '+' : ''}${effect.up - effect.down}`;
    case 'or_set':
    case 'two_phase_set':
      return `${name} ${effect.isAdded ? 'add' : 'remove'} ${effect.element}`;
    case 'assign':
      return `${name} = ${effect.value} at ${effect.stampMs}`;
  }
}

/** 8 bytes an entry of a clock, 24 a register, an addition or the head of an operation. */
function messageBytes(message: CrdtMessage): number {
  switch (message.kind) {
    case 'digest':
      return 16 + 8 * message.clock.length;
    case 'state':
      return message.payloads.reduce((sum, payload) => sum + payloadBytes(payload), 16 + 8 * message.clock.length);
    case 'operations':
      return message.operations.reduce((sum, { context }) => sum + 40 + 8 * context.length, 16);
  }
}

function payloadBytes(payload: Payload): number {
  switch (payload.kind) {
    case 'counter':
      return 8 * (payload.up.length + payload.down.length);
    case 'or_set':
      return 24 * payload.additions.length;
    case 'two_phase_set':
      return 8 * (payload.added.length + payload.removed.length);
    case 'register':
      return 24;
  }
}
