/**
 * ABD: an atomic register over servers that crash, without consensus (Attiya, Bar-Noy and Dolev, JACM 42(1), 1995), in the form for
 * many writers and readers (Lynch and Shvartsman, FTCS 1997).
 *
 * Every value carries a tag, and tags are totally ordered. An operation takes two phases, each of which asks all servers
 * and waits for a majority:
 * - query: learn the largest tag;
 * - update: store a value under a tag. A write stores its own value under a larger tag. A read stores what it found under the tag
 *   that it found it with, and only then answers: two majorities meet, so no later read finds less.
 * A server keeps, for each key, the value of the largest tag it was told, and has it on disk before it says so.
 *
 * In the paper the clients run the phases. Here gateways do it for them; a client asks its own gateway. Two things
 * follow. Tags are made unique by the request (client and number), since a gateway writes for many clients. And a write that the
 * client repeats must not take effect twice: the gateway has the tag on disk before the first server sees it, and after a
 * restart goes on with the same one.
 *
 * A phase costs 2n messages, an operation 4n. What is lost is sent again by a timer, to the servers that have not answered. Not decided
 * here: who the servers are (no reconfiguration), and what happens when a majority is gone for good (operations wait).
 */
import type { Milliseconds, NodeIndex } from '../../kernel/units.ts';
import type { Input, Output, Protocol, Request, Response, Step } from '../protocol.ts';
import { NO_OUTPUTS } from '../protocol.ts';
import { abdProperties } from './abd-register-properties.ts';

export interface AbdConfig {
  /** Servers are the nodes below this, gateways those from it on. */
  readonly servers: number;
  readonly gateways: number;
  /** Answers that end a phase; a majority, unless a variant says less. */
  readonly quorum: number;
  readonly retryMs: Milliseconds;
  /** Readers store what they found before they answer; a variant does not. */
  readonly writesBack: boolean;
}

/** A value under its tag. Tags are ordered by time, then client, then number. */
export interface Cell {
  readonly time: number;
  readonly client: number;
  readonly number: number;
  readonly value: number;
}

/** What is stored by key; null where nothing was written. */
export type Registers = readonly (Cell | null)[];

export type AbdMessage =
  | { readonly kind: 'query'; readonly client: number; readonly number: number; readonly key: number }
  | { readonly kind: 'query_reply'; readonly client: number; readonly number: number; readonly cell: Cell | null }
  | {
      readonly kind: 'update';
      readonly client: number;
      readonly number: number;
      readonly key: number;
      readonly cell: Cell | null;
    }
  /** Names the tag that is stored: an answer to an update from before a restart does not count for another one. */
  | { readonly kind: 'update_reply'; readonly client: number; readonly number: number; readonly cell: Cell | null };

/** What a gateway does for one client: its latest request. */
export interface Session {
  readonly client: number;
  readonly number: number;
  readonly key: number;
  /** What a write writes; null for a read. */
  readonly value: number | null;
  readonly phase: 'query' | 'update' | 'done';
  /** The largest found so far, later what is stored and answered. */
  readonly cell: Cell | null;
  /** Servers that answered in this phase. */
  readonly heard: readonly NodeIndex[];
  /** Whether a retry timer fired since the phase began: the next one sends again. */
  readonly isOverdue: boolean;
}

export interface AbdServer {
  readonly config: AbdConfig;
  readonly self: NodeIndex;
  readonly role: 'server';
  readonly registers: Registers;
}

export interface AbdGateway {
  readonly config: AbdConfig;
  readonly self: NodeIndex;
  readonly role: 'gateway';
  readonly sessions: readonly Session[];
  /** Each client's latest write under its tag, as on disk. */
  readonly chosen: readonly Cell[];
}

export type AbdState = AbdServer | AbdGateway;

export interface AbdDurable {
  readonly registers: Registers;
  readonly chosen: readonly Cell[];
}

type AbdOutput = Output<AbdMessage, AbdDurable>;
type AbdStep = Step<AbdState, AbdMessage, AbdDurable>;

const RETRY = 'retry';

export const abdRegister: Protocol<AbdConfig, AbdState, AbdMessage, AbdDurable> = {
  timers: [RETRY],
  initial: (config, self, durable) => ({
    state:
      self < config.servers
        ? { config, self, role: 'server', registers: durable?.registers ?? [] }
        : { config, self, role: 'gateway', sessions: [], chosen: durable?.chosen ?? [] },
    outputs: NO_OUTPUTS,
  }),
  step: (state, input) => (state.role === 'server' ? stepServer(state, input) : stepGateway(state, input)),
  properties: abdProperties,
  describe: {
    role: (state) => state.role,
    state: (state) => (state.role === 'server' ? describeRegisters(state.registers) : describeSessions(state.sessions)),
    message: describeMessage,
    messageBytes: (message, payloadBytes) => (message.kind === 'query' ? 24 : 40 + payloadBytes),
  },
};

/** Compares by tag; nothing written comes first. */
export function compareTags(one: Cell | null, other: Cell | null): number {
  if (one === null || other === null) return (one === null ? 0 : 1) - (other === null ? 0 : 1);
  return one.time - other.time || one.client - other.client || one.number - other.number;
}

function unchanged(state: AbdState): AbdStep {
  return { state, outputs: NO_OUTPUTS };
}

// Servers

function stepServer(state: AbdServer, input: Input<AbdMessage>): AbdStep {
  if (input.kind !== 'message') return unchanged(state);
  const { from, message } = input;
  if (message.kind === 'query') return onQuery(state, from, message);
  if (message.kind === 'update') return onUpdate(state, from, message);
  return unchanged(state);
}

function onQuery(state: AbdServer, from: NodeIndex, message: AbdMessage & { kind: 'query' }): AbdStep {
  const { client, number, key } = message;
  const cell = state.registers[key] ?? null;
  return { state, outputs: [{ kind: 'send', to: from, message: { kind: 'query_reply', client, number, cell } }] };
}

/** Stores what is newer. What is older is answered too: the server has had that tag, or a larger one in its place. */
function onUpdate(state: AbdServer, from: NodeIndex, message: AbdMessage & { kind: 'update' }): AbdStep {
  const { client, number, key, cell } = message;
  const reply: AbdOutput = { kind: 'send', to: from, message: { kind: 'update_reply', client, number, cell } };
  if (cell === null || compareTags(cell, state.registers[key] ?? null) <= 0) return { state, outputs: [reply] };
  const registers = withCell(state.registers, key, cell);
  return { state: { ...state, registers }, outputs: [{ kind: 'persist', durable: { registers, chosen: [] } }, reply] };
}

function withCell(registers: Registers, key: number, cell: Cell): Registers {
  const next = registers.slice();
  while (next.length <= key) next.push(null);
  next[key] = cell;
  return next;
}

// Gateways

function stepGateway(state: AbdGateway, input: Input<AbdMessage>): AbdStep {
  switch (input.kind) {
    case 'request':
      return onRequest(state, input.request);
    case 'timer':
      return onRetry(state);
    case 'message':
      if (input.message.kind === 'query_reply') return onQueryReply(state, input.from, input.message);
      if (input.message.kind === 'update_reply') return onUpdateReply(state, input.from, input.message);
      return unchanged(state);
    case 'choice':
      return unchanged(state);
  }
}

/** A request of the past is none; a repeated one is answered again when it is done, and under way otherwise. */
function onRequest(state: AbdGateway, request: Request): AbdStep {
  const { client, number, command } = request;
  const session = state.sessions.find((each) => each.client === client);
  if (session !== undefined && session.number >= number) {
    const isAnswerable = session.number === number && session.phase === 'done';
    return isAnswerable ? { state, outputs: [answer(session)] } : unchanged(state);
  }
  if (command.kind !== 'read' && command.kind !== 'write') {
    const response: Response = { status: 'failed', reason: `a register takes read and write, not ${command.kind}` };
    return { state, outputs: [{ kind: 'respond', client, number, response }] };
  }
  const chosen = state.chosen.find((each) => each.client === client);
  if (chosen !== undefined && chosen.number > number) return unchanged(state);
  const isResumed = chosen?.number === number;
  const begun: Session = {
    client,
    number,
    key: command.key ?? 0,
    value: command.kind === 'write' ? (command.value ?? 0) : null,
    phase: isResumed ? 'update' : 'query',
    cell: isResumed ? chosen : null,
    heard: [],
    isOverdue: false,
  };
  const outputs = askServers(state.config, begun);
  if (!state.sessions.some(isOpen)) outputs.push(armed(state.config));
  return { state: withSession(state, begun), outputs };
}

function onQueryReply(state: AbdGateway, from: NodeIndex, message: AbdMessage & { kind: 'query_reply' }): AbdStep {
  const session = state.sessions.find((each) => each.client === message.client);
  if (session?.number !== message.number || session.phase !== 'query') return unchanged(state);
  if (session.heard.includes(from)) return unchanged(state);
  const cell = compareTags(message.cell, session.cell) > 0 ? message.cell : session.cell;
  const heard = [...session.heard, from];
  const next: Session = { ...session, cell, heard };
  if (heard.length < state.config.quorum) return { state: withSession(state, next), outputs: NO_OUTPUTS };
  return session.value === null ? endReadQuery(state, next) : endWriteQuery(state, next, session.value);
}

function endReadQuery(state: AbdGateway, session: Session): AbdStep {
  if (!state.config.writesBack) return finish(state, session);
  const next: Session = { ...session, phase: 'update', heard: [], isOverdue: false };
  return { state: withSession(state, next), outputs: askServers(state.config, next) };
}

function endWriteQuery(state: AbdGateway, session: Session, value: number): AbdStep {
  const { client, number } = session;
  const cell: Cell = { time: (session.cell?.time ?? 0) + 1, client, number, value };
  const next: Session = { ...session, phase: 'update', cell, heard: [], isOverdue: false };
  const chosen = [...state.chosen.filter((each) => each.client !== client), cell];
  return {
    state: { ...withSession(state, next), chosen },
    outputs: [{ kind: 'persist', durable: { registers: [], chosen } }, ...askServers(state.config, next)],
  };
}

function onUpdateReply(state: AbdGateway, from: NodeIndex, message: AbdMessage & { kind: 'update_reply' }): AbdStep {
  const session = state.sessions.find((each) => each.client === message.client);
  if (session?.number !== message.number || session.phase !== 'update') return unchanged(state);
  if (session.heard.includes(from) || compareTags(message.cell, session.cell) !== 0) return unchanged(state);
  const next: Session = { ...session, heard: [...session.heard, from] };
  if (next.heard.length < state.config.quorum) return { state: withSession(state, next), outputs: NO_OUTPUTS };
  return finish(state, next);
}

function finish(state: AbdGateway, session: Session): AbdStep {
  const done: Session = { ...session, phase: 'done', isOverdue: false };
  const next = withSession(state, done);
  const outputs: AbdOutput[] = [answer(done)];
  if (!next.sessions.some(isOpen)) outputs.push({ kind: 'cancel_timer', timer: RETRY });
  return { state: next, outputs };
}

/** Phases that were under way at the last firing already send again; younger ones get their time. */
function onRetry(state: AbdGateway): AbdStep {
  if (!state.sessions.some(isOpen)) return unchanged(state);
  const outputs: AbdOutput[] = [];
  for (const session of state.sessions)
    if (isOpen(session) && session.isOverdue) outputs.push(...askServers(state.config, session));
  outputs.push(armed(state.config));
  const sessions = state.sessions.map((each) =>
    isOpen(each) && !each.isOverdue ? { ...each, isOverdue: true } : each,
  );
  return { state: { ...state, sessions }, outputs };
}

function askServers(config: AbdConfig, session: Session): AbdOutput[] {
  const { client, number, key, cell, heard } = session;
  const message: AbdMessage =
    session.phase === 'update' ? { kind: 'update', client, number, key, cell } : { kind: 'query', client, number, key };
  const outputs: AbdOutput[] = [];
  for (let to = 0; to < config.servers; to++) if (!heard.includes(to)) outputs.push({ kind: 'send', to, message });
  return outputs;
}

function answer({ client, number, value, cell }: Session): AbdOutput {
  const response: Response = value === null ? { status: 'ok', value: cell?.value ?? null } : { status: 'ok' };
  return { kind: 'respond', client, number, response };
}

function armed({ retryMs }: AbdConfig): AbdOutput {
  return { kind: 'set_timer', timer: RETRY, minMs: retryMs, maxMs: retryMs };
}

function isOpen({ phase }: Session): boolean {
  return phase !== 'done';
}

/** Sessions stay in order of their client, so that equal states look equal. */
function withSession(state: AbdGateway, session: Session): AbdGateway {
  const { config, self, role, chosen } = state;
  const index = state.sessions.findIndex(({ client }) => client >= session.client);
  const sessions = state.sessions.slice();
  if (index === -1) sessions.push(session);
  else sessions.splice(index, sessions[index]?.client === session.client ? 1 : 0, session);
  return { config, self, role, sessions, chosen };
}

// In words

/** `7 under 2.0.1`: the value and its tag, time first. */
export function describeCell(cell: Cell | null): string {
  return cell === null ? 'nothing' : `${cell.value} under ${cell.time}.${cell.client}.${cell.number}`;
}

function describeRegisters(registers: Registers): string {
  const written = registers.map((cell, key) => (cell === null ? '' : `key ${key}: ${describeCell(cell)}`));
  return written.filter((text) => text !== '').join('; ') || 'empty';
}

function describeSessions(sessions: readonly Session[]): string {
  const open = sessions.filter(isOpen).map(({ client, number, phase, cell, value, heard }) => {
    const what = value === null ? 'reads' : `writes ${value}`;
    return `client ${client}/${number} ${what}, ${phase}, ${heard.length} heard, has ${describeCell(cell)}`;
  });
  return open.join('; ') || 'idle';
}

function describeMessage(message: AbdMessage): string {
  const request = `for ${message.client}/${message.number}`;
  switch (message.kind) {
    case 'query':
      return `Query key ${message.key} ${request}`;
    case 'query_reply':
      return `QueryReply ${request}: ${describeCell(message.cell)}`;
    case 'update':
      return `Update key ${message.key} ${request}: ${describeCell(message.cell)}`;
    case 'update_reply':
      return `UpdateReply ${request}`;
  }
}
