/**
 * Dynamo's nodes as coordinators: whichever node a client asks serves it (section 4.5).
 *
 * A write goes to the N replicas and is acknowledged after W; a read asks the N and answers with what R of them hold, merged.
 * Who does not answer within a retry interval is asked again, and under a sloppy quorum the next nodes on the ring stand in, even when
 * the write is acknowledged by then: N nodes shall have it.
 * The context that the paper's client carries from its reads to its writes is kept for it by the coordinator.
 *
 * Read repair: `async` tells replicas afterwards what they lack; `blocking` has N - R + 1 of them hold the answer before it is given, so
 * that every later read meets one.
 */
import type { Milliseconds, NodeIndex } from '../../kernel/units.ts';
import type { Request, Response } from '../protocol.ts';
import { NO_OUTPUTS } from '../protocol.ts';
import type { Clock } from '../vector-clock.ts';
import { joinClocks, NO_CLOCK } from '../vector-clock.ts';
import type { DynamoConfig, DynamoMessage, DynamoOutput, DynamoState, DynamoStep, Session } from './dynamo-state.ts';
import { nodeAt, TIMERS } from './dynamo-state.ts';
import type { Siblings, Version } from './versions.ts';
import { clockOf, knowledgeOf, mergeSiblings, NO_SIBLINGS } from './versions.ts';

type MessageOf<Kind extends DynamoMessage['kind']> = Extract<DynamoMessage, { kind: Kind }>;

const RETRY_CANCELLED: DynamoOutput = { kind: 'cancel_timer', timer: TIMERS.retry };
const KINDS = ['read', 'write', 'delete'];

/** A request of the past is none; a repeated one is answered again when it is done, and under way otherwise. */
export function onRequest(state: DynamoState, request: Request, clockMs: Milliseconds): DynamoStep {
  const { client, number, command } = request;
  const session = state.sessions.find((each) => each.client === client);
  if (session !== undefined && session.number >= number) {
    const isAnswerable = session.number === number && session.phase === 'done';
    return { state, outputs: isAnswerable ? [answer(session)] : NO_OUTPUTS };
  }
  if (!KINDS.includes(command.kind)) {
    const response: Response = { status: 'failed', reason: `Dynamo takes ${KINDS.join(', ')}, not ${command.kind}` };
    return { state, outputs: [{ kind: 'respond', client, number, response }] };
  }
  const isRead = command.kind === 'read';
  const begun: Session = {
    client,
    number,
    key: command.key ?? 0,
    isRead,
    phase: isRead ? 'get' : 'put',
    siblings: isRead ? NO_SIBLINGS : [newVersion(state, request, clockMs)],
    heard: [],
    replies: [],
    isOverdue: false,
  };
  const outputs = askReplicas(state, begun);
  if (isIdle(state)) outputs.push(retryTimer(state.config));
  return { state: withSession(state, begun), outputs };
}

function newVersion({ self, contexts, config }: DynamoState, request: Request, clockMs: Milliseconds): Version {
  const { client, number, command } = request;
  const known = contexts.find((each) => each.client === client && each.key === (command.key ?? 0));
  const context = config.versioning === 'vector_clock' ? (known?.clock ?? NO_CLOCK) : NO_CLOCK;
  const value = command.kind === 'delete' ? null : (command.value ?? 0);
  return { client, number, value, context, stampMs: clockMs, node: self };
}

export function onGetReply(state: DynamoState, from: NodeIndex, message: MessageOf<'get_reply'>): DynamoStep {
  const session = sessionOf(state, message);
  if (session === undefined || !session.isRead || session.heard.includes(from)) return { state, outputs: NO_OUTPUTS };
  if (session.phase === 'done') return onLateReply(state, session, from, message.siblings);
  if (session.phase !== 'get') return { state, outputs: NO_OUTPUTS };
  const next: Session = {
    ...session,
    siblings: mergeSiblings(state.config.versioning, session.siblings, message.siblings),
    heard: [...session.heard, from],
    replies: [...session.replies, message.siblings],
  };
  if (next.heard.length < state.config.readQuorum) return { state: withSession(state, next), outputs: NO_OUTPUTS };
  return endGet(state, next);
}

function endGet(state: DynamoState, session: Session): DynamoStep {
  const { config } = state;
  if (config.readRepair === 'none') return finish(state, session, []);
  if (config.readRepair === 'async') return finish(state, session, repairs(state, session));
  const holders = session.heard.filter((_, index) => !isStale(config, session.replies[index], session.siblings));
  const repairing: Session = { ...session, phase: 'repair', heard: holders, replies: [], isOverdue: false };
  if (isRepaired(config, repairing)) return finish(state, session, repairs(state, session));
  return { state: withSession(state, repairing), outputs: askReplicas(state, repairing) };
}

/** So many that any R replicas have one of them. */
function isRepaired({ replicas, readQuorum }: DynamoConfig, { siblings, heard }: Session): boolean {
  return siblings.length === 0 || heard.length >= replicas - readQuorum + 1;
}

function isStale({ versioning }: DynamoConfig, held: Siblings | undefined, siblings: Siblings): boolean {
  return held !== undefined && mergeSiblings(versioning, held, siblings) !== held;
}

/** To those replicas that answered with less than what is known now. */
function repairs(state: DynamoState, session: Session): DynamoOutput[] {
  const { config } = state;
  const message = putOf(state, session, null);
  const outputs: DynamoOutput[] = [];
  for (let position = 0; position < config.replicas; position++) {
    const to = nodeAt(config, session.key, position);
    const index = session.heard.indexOf(to);
    if (index !== -1 && isStale(config, session.replies[index], session.siblings))
      outputs.push({ kind: 'send', to, message });
  }
  return outputs;
}

/** The read is answered; what comes late still takes part in its repair. */
function onLateReply(state: DynamoState, session: Session, from: NodeIndex, held: Siblings): DynamoStep {
  const { readRepair, versioning } = state.config;
  if (readRepair === 'none' || session.replies.length === 0) return { state, outputs: NO_OUTPUTS };
  const siblings = mergeSiblings(versioning, session.siblings, held);
  const isNews = siblings !== session.siblings;
  if (!isNews && !isStale(state.config, held, siblings)) return { state, outputs: NO_OUTPUTS };
  const late: Session = { ...session, heard: [...session.heard, from], replies: [...session.replies, held] };
  const told: Session = isNews ? { ...late, siblings } : { ...late, heard: [from], replies: [held] };
  return { state: withSession(state, late), outputs: repairs(state, told) };
}

export function onPutReply(state: DynamoState, from: NodeIndex, message: MessageOf<'put_reply'>): DynamoStep {
  const session = sessionOf(state, message);
  if (session?.phase !== 'put' && session?.phase !== 'repair') return onLateAck(state, from, message);
  if (session.heard.includes(from)) return { state, outputs: NO_OUTPUTS };
  const next: Session = { ...session, heard: [...session.heard, from] };
  const isEnough = next.isRead ? isRepaired(state.config, next) : next.heard.length >= state.config.writeQuorum;
  return isEnough ? finish(state, next, []) : { state: withSession(state, next), outputs: NO_OUTPUTS };
}

/** One more replica has a write that is answered; none of those is silent when N have it. */
function onLateAck(
  state: DynamoState,
  from: NodeIndex,
  { client, number, incarnation }: MessageOf<'put_reply'>,
): DynamoStep {
  const index = state.settling.findIndex((each) => each.client === client && each.number === number);
  const session = state.settling[index];
  if (session === undefined || incarnation !== state.incarnation || session.heard.includes(from))
    return { state, outputs: NO_OUTPUTS };
  const late: Session = { ...session, heard: [...session.heard, from] };
  if (late.heard.length < state.config.replicas)
    return { state: { ...state, settling: state.settling.with(index, late) }, outputs: NO_OUTPUTS };
  const next = { ...state, settling: state.settling.filter((each) => each !== session) };
  return { state: next, outputs: isIdle(next) ? [RETRY_CANCELLED] : NO_OUTPUTS };
}

function finish(state: DynamoState, session: Session, repaired: readonly DynamoOutput[]): DynamoStep {
  const done: Session = { ...session, phase: 'done', isOverdue: false };
  const next = withSettling(withKnowledge(withSession(state, done), done), done);
  const outputs: DynamoOutput[] = [answer(done), ...repaired];
  if (isIdle(next)) outputs.push(RETRY_CANCELLED);
  return { state: next, outputs };
}

/** A write that is answered still goes to N nodes: stand-ins will get a hint for the replicas that stay silent. */
function withSettling(state: DynamoState, session: Session): DynamoState {
  const { isSloppy, replicas, nodes } = state.config;
  if (session.isRead || !isSloppy || nodes === replicas || session.heard.length >= replicas) return state;
  return { ...state, settling: [...state.settling, session] };
}

/** The client knows now what it read, or what it wrote. */
function withKnowledge(state: DynamoState, { client, number, key, isRead, siblings }: Session): DynamoState {
  if (state.config.versioning !== 'vector_clock') return state;
  const index = state.contexts.findIndex((each) => each.client === client && each.key === key);
  const before = state.contexts[index]?.clock ?? NO_CLOCK;
  const told: Clock = isRead ? knowledgeOf(siblings) : clockOf(client, number);
  const clock = joinClocks(before, told);
  if (clock === before) return state;
  const known = { client, key, clock };
  return { ...state, contexts: index === -1 ? [...state.contexts, known] : state.contexts.with(index, known) };
}

/** What was under way at the last firing already is asked for again, or handed to stand-ins; what is younger gets its time. */
export function onRetry(state: DynamoState): DynamoStep {
  if (isIdle(state)) return { state, outputs: NO_OUTPUTS };
  const outputs: DynamoOutput[] = [];
  for (const session of state.sessions) if (session.isOverdue) outputs.push(...askReplicas(state, session));
  for (const session of state.settling) if (session.isOverdue) outputs.push(...askStandIns(state, session));
  const sessions = state.sessions.map((each) =>
    isOpen(each) && !each.isOverdue ? { ...each, isOverdue: true } : each,
  );
  const settling = state.settling.filter((each) => !each.isOverdue).map((each) => ({ ...each, isOverdue: true }));
  const next = { ...state, sessions, settling };
  if (!isIdle(next)) outputs.push(retryTimer(state.config));
  return { state: next, outputs };
}

/** The silent ones of the preference list; when that is a repetition and quorums are sloppy, their stand-ins too. */
function askReplicas(state: DynamoState, session: Session): DynamoOutput[] {
  const { config } = state;
  const outputs: DynamoOutput[] = [];
  for (let position = 0; position < config.replicas; position++) {
    const to = nodeAt(config, session.key, position);
    if (!session.heard.includes(to)) outputs.push({ kind: 'send', to, message: questionOf(state, session, null) });
  }
  if (session.isOverdue && config.isSloppy) outputs.push(...askStandIns(state, session));
  return outputs;
}

/** For each silent replica the next node beyond the preference list, as far as there are any. */
function askStandIns(state: DynamoState, session: Session): DynamoOutput[] {
  const { config } = state;
  const { key, heard } = session;
  const outputs: DynamoOutput[] = [];
  let next = config.replicas;
  for (let position = 0; position < config.replicas && next < config.nodes; position++) {
    const node = nodeAt(config, key, position);
    if (heard.includes(node)) continue;
    const to = nodeAt(config, key, next);
    next += 1;
    if (!heard.includes(to)) outputs.push({ kind: 'send', to, message: questionOf(state, session, node) });
  }
  return outputs;
}

function questionOf(state: DynamoState, session: Session, hintFor: NodeIndex | null): DynamoMessage {
  const { client, number, key, phase } = session;
  if (phase === 'get') return { kind: 'get', client, number, incarnation: state.incarnation, key };
  return putOf(state, session, hintFor);
}

function putOf({ incarnation }: DynamoState, session: Session, hintFor: NodeIndex | null): DynamoMessage {
  const { client, number, key, siblings } = session;
  return { kind: 'put', client, number, incarnation, key, siblings, hintFor };
}

/** Null where nothing is, the value, or all values where there are siblings. */
function answer({ client, number, isRead, siblings }: Session): DynamoOutput {
  if (!isRead) return { kind: 'respond', client, number, response: { status: 'ok' } };
  const values = siblings.flatMap(({ value }) => (value === null ? [] : [value])).sort((one, other) => one - other);
  const value = values.length > 1 ? values : (values[0] ?? null);
  return { kind: 'respond', client, number, response: { status: 'ok', value } };
}

function sessionOf(state: DynamoState, message: MessageOf<'get_reply' | 'put_reply'>): Session | undefined {
  if (message.incarnation !== state.incarnation) return undefined;
  const session = state.sessions.find(({ client }) => client === message.client);
  return session?.number === message.number ? session : undefined;
}

function isIdle({ sessions, settling }: DynamoState): boolean {
  return settling.length === 0 && !sessions.some(isOpen);
}

export function isOpen({ phase }: Session): boolean {
  return phase !== 'done';
}

function retryTimer({ retryMs }: DynamoConfig): DynamoOutput {
  return { kind: 'set_timer', timer: TIMERS.retry, minMs: retryMs, maxMs: retryMs };
}

/** Sessions stay in order of their client, so that equal states look equal. */
function withSession(state: DynamoState, session: Session): DynamoState {
  const index = state.sessions.findIndex(({ client }) => client >= session.client);
  const sessions = state.sessions.slice();
  if (index === -1) sessions.push(session);
  else sessions.splice(index, sessions[index]?.client === session.client ? 1 : 0, session);
  return { ...state, sessions };
}
