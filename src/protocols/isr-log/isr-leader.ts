/**
 * The leader: takes records, answers fetches, moves the high watermark, and keeps the list of in-sync replicas.
 *
 * The high watermark is the smallest offset that a member of the ISR has fetched up to. What counts as having fetched is where KIP-320 is
 * strict: only fetches of the leader's own epoch. While the controller has not confirmed a larger ISR, both the old and the new members count.
 */
import type { NodeIndex } from '../../kernel/units.ts';
import { NO_OUTPUTS, type Request } from '../protocol.ts';
import type {
  IsrLogMessage,
  IsrLogOutput,
  IsrLogStep,
  Leader,
  LogRecord,
  Partition,
  Replica,
  Seen,
} from './isr-log-state.ts';
import { durableOf, endOfEpoch, epochBefore, timerOf } from './isr-log-state.ts';

/** Records in one message. */
const BATCH_MAX = 64;

export function isLeader(state: Replica): state is Leader {
  return state.lead !== null;
}

export function becomeLeader(replica: Replica, { epoch, version, isr }: Partition): IsrLogStep {
  const { config, self, log, hw } = replica;
  const none = Array.from({ length: config.replicas }, () => false);
  const state: Leader = {
    ...replica,
    epoch,
    version,
    leader: self,
    isTruncating: false,
    lead: {
      start: log.length,
      isr,
      asked: null,
      confirmed: 0,
      fetched: none.map(() => -1),
      parked: none,
      caughtUp: none,
      seen: seenIn(log),
      table: withApplied([], log, 0, hw),
    },
  };
  const durable: IsrLogMessage = { kind: 'durable', epoch, offset: log.length };
  return {
    state,
    outputs: [
      durableOf(state),
      { kind: 'send', to: self, message: durable },
      timerOf('lag', config.lagMs),
      { kind: 'cancel_timer', timer: 'fetch' },
    ],
  };
}

function seenIn(log: readonly LogRecord[]): Seen[] {
  const seen: Seen[] = [];
  for (const [offset, { client, number }] of log.entries()) {
    const at = seen.findIndex((each) => each.client === client);
    seen[at === -1 ? seen.length : at] = { client, number, offset };
  }
  return seen;
}

function withApplied(
  table: readonly (number | null)[],
  log: readonly LogRecord[],
  from: number,
  to: number,
): (number | null)[] {
  const now = table.slice();
  for (let offset = from; offset < to; offset++) {
    const { key, value } = log[offset] ?? { key: 0, value: 0 };
    while (now.length <= key) now.push(null);
    now[key] = value;
  }
  return now;
}

export function onRequest(state: Leader, { client, number, command }: Request): IsrLogStep {
  const { lead, config } = state;
  const answer = (response: (IsrLogOutput & { kind: 'respond' })['response']): IsrLogStep => ({
    state,
    outputs: [{ kind: 'respond', client, number, response }],
  });
  if (command.kind === 'read') return answer({ status: 'ok', value: lead.table[command.key ?? 0] ?? null });
  if (command.kind !== 'write' && command.kind !== 'append')
    return answer({ status: 'failed', reason: `a replica does not know ${command.kind}` });
  const at = lead.seen.findIndex((each) => each.client === client);
  const seen = lead.seen[at];
  if (seen !== undefined && seen.number >= number)
    return seen.number === number && seen.offset < state.hw ? answer({ status: 'ok' }) : { state, outputs: NO_OUTPUTS };
  if (lead.isr.length < config.minIsr)
    return answer({ status: 'failed', reason: `${lead.isr.length} in sync, where ${config.minIsr} are asked for` });
  return append(state, { epoch: state.epoch, client, number, key: command.key ?? 0, value: command.value ?? 0 }, at);
}

/** Appends the record, and answers the fetches that wait for it. */
function append(state: Leader, record: LogRecord, seenAt: number): IsrLogStep {
  const { lead, epoch, self, config } = state;
  const log = [...state.log, record];
  const seen = lead.seen.slice();
  seen[seenAt === -1 ? seen.length : seenAt] = { client: record.client, number: record.number, offset: log.length - 1 };
  const outputs: IsrLogOutput[] = [];
  const parked = lead.parked.slice();
  for (let to = 0; to < config.replicas; to++) {
    if (parked[to] !== true) continue;
    parked[to] = false;
    outputs.push(fetched(state, to, log, lead.fetched[to] ?? 0));
  }
  const after: Leader = { ...state, log, lead: { ...lead, seen, parked } };
  outputs.push(durableOf(after), { kind: 'send', to: self, message: { kind: 'durable', epoch, offset: log.length } });
  return { state: after, outputs };
}

function fetched({ epoch, hw }: Leader, to: NodeIndex, log: readonly LogRecord[], offset: number): IsrLogOutput {
  const records = log.slice(offset, offset + BATCH_MAX);
  return { kind: 'send', to, message: { kind: 'fetched', epoch, offset, records, hw } };
}

export function onDurable(state: Leader, offset: number): IsrLogStep {
  if (offset <= state.lead.confirmed) return { state, outputs: NO_OUTPUTS };
  return advance({ ...state, lead: { ...state.lead, confirmed: offset } }, NO_OUTPUTS);
}

/** Answers at once when there are records, or when it is asked again; else the follower waits for the next record. */
export function onFetch(state: Leader, from: NodeIndex, message: IsrLogMessage & { kind: 'fetch' }): IsrLogStep {
  const { config, log, lead } = state;
  const { offset, lastEpoch } = message;
  if (config.truncation === 'kip_320' && message.epoch !== state.epoch) return { state, outputs: NO_OUTPUTS };
  const diverges = offset > log.length || epochBefore(log, offset) !== lastEpoch;
  if (config.truncation === 'kip_320_first_try' && diverges)
    return { state, outputs: [{ kind: 'send', to: from, message: epochEnd(state, lastEpoch) }] };
  const isOld = offset < (lead.fetched[from] ?? -1) && config.truncation === 'kip_320';
  if (isOld) return { state, outputs: [fetched(state, from, log, offset)] };
  const isAtEnd = offset >= log.length;
  const isRepeated = lead.parked[from] === true && lead.fetched[from] === offset;
  const outputs = isAtEnd && !isRepeated ? NO_OUTPUTS : [fetched(state, from, log, offset)];
  if (isRepeated && lead.caughtUp[from] === isAtEnd) return { state, outputs };
  const after: Leader = {
    ...state,
    lead: {
      ...lead,
      fetched: withAt(lead.fetched, from, offset),
      parked: withAt(lead.parked, from, isAtEnd),
      caughtUp: isAtEnd ? withAt(lead.caughtUp, from, true) : lead.caughtUp,
    },
  };
  const { state: grown, outputs: asked } = expand(after, from, offset);
  return advance(grown, asked.length === 0 ? outputs : [...outputs, ...asked]);
}

function withAt<Value>(values: readonly Value[], index: number, value: Value): readonly Value[] {
  if (values[index] === value) return values;
  const now = values.slice();
  now[index] = value;
  return now;
}

interface Asking {
  readonly state: Leader;
  readonly outputs: readonly IsrLogOutput[];
}

/** A replica that has caught up may be in sync again. Since KIP-320 it must have all that the leader had when it was elected. */
function expand(state: Leader, replica: NodeIndex, offset: number): Asking {
  const { lead, hw, config } = state;
  const isStrict = config.truncation === 'kip_320' || config.truncation === 'kip_320_first_try';
  const needed = isStrict ? Math.max(hw, lead.start) : hw;
  if (lead.asked !== null || offset < needed || lead.isr.includes(replica)) return { state, outputs: NO_OUTPUTS };
  return ask(state, [...lead.isr, replica]);
}

function ask(state: Leader, isr: readonly NodeIndex[]): Asking {
  return { state: { ...state, lead: { ...state.lead, asked: isr } }, outputs: [askAgain(state, isr)] };
}

export function askAgain(
  { epoch, version, config }: Pick<Replica, 'epoch' | 'version' | 'config'>,
  isr: readonly NodeIndex[],
): IsrLogOutput {
  return { kind: 'send', to: config.replicas, message: { kind: 'alter_isr', epoch, version, isr } };
}

/** Asks for an ISR without those who have not been at the end of the log for a while. */
export function onLag(state: Leader): IsrLogStep {
  const { lead, self, config } = state;
  const timer = timerOf('lag', config.lagMs);
  const kept = lead.isr.filter(
    (member) => member === self || lead.caughtUp[member] === true || lead.fetched[member] === state.log.length,
  );
  const after: Leader = { ...state, lead: { ...lead, caughtUp: lead.caughtUp.map(() => false) } };
  if (lead.asked !== null || kept.length === lead.isr.length) return { state: after, outputs: [timer] };
  const asking = ask(after, kept);
  return { state: asking.state, outputs: [...asking.outputs, timer] };
}

/** The controller has changed the ISR within the epoch. */
export function onIsr(state: Leader, { version, isr }: Partition): IsrLogStep {
  if (version <= state.version) return { state, outputs: NO_OUTPUTS };
  return advance({ ...state, version, lead: { ...state.lead, isr, asked: null } }, NO_OUTPUTS);
}

/** Moves the high watermark as far as the ISR has fetched, and answers for what it passes. */
function advance(state: Leader, outputs: readonly IsrLogOutput[]): IsrLogStep {
  const { lead, log, hw } = state;
  let reached = lead.confirmed;
  for (const member of lead.isr) reached = Math.min(reached, offsetOf(state, member));
  for (const member of lead.asked ?? NO_OUTPUTS) reached = Math.min(reached, offsetOf(state, member));
  if (reached <= hw) return { state, outputs };
  const told = outputs.slice();
  for (let offset = hw; offset < reached; offset++) {
    const { client, number } = log[offset] ?? { client: 0, number: 0 };
    told.push({ kind: 'respond', client, number, response: { status: 'ok' } });
  }
  return {
    state: { ...state, hw: reached, lead: { ...lead, table: withApplied(lead.table, log, hw, reached) } },
    outputs: told,
  };
}

function offsetOf({ lead, self, log }: Leader, member: NodeIndex): number {
  return member === self ? lead.confirmed : Math.min(log.length, lead.fetched[member] ?? -1);
}

export function onEpochQuery(state: Leader, from: NodeIndex, epoch: number, lastEpoch: number): IsrLogStep {
  const isFenced = state.config.truncation === 'kip_320' && epoch !== state.epoch;
  return { state, outputs: isFenced ? NO_OUTPUTS : [{ kind: 'send', to: from, message: epochEnd(state, lastEpoch) }] };
}

function epochEnd({ epoch, log }: Leader, asked: number): IsrLogMessage {
  const end = endOfEpoch(log, asked);
  return { kind: 'epoch_end', epoch, asked, found: epochBefore(log, end), end };
}
