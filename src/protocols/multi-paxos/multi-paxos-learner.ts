/**
 * The learner: which slots are chosen, and what applying them does. A slot is chosen when its leader says so; the value is then what this
 * node accepted in that leader's ballot, or else is fetched. Slots are applied in order, each request of a client once.
 */
import type { NodeIndex } from '../../kernel/units.ts';
import type { Ballot } from '../paxos/ballot.ts';
import { NO_OUTPUTS, type Response } from '../protocol.ts';
import {
  BATCH,
  type Entry,
  type MultiPaxosMessage,
  type MultiPaxosOutput,
  type MultiPaxosState,
  type MultiPaxosStep,
  persist,
  type Session,
} from './multi-paxos-state.ts';

type Of<Kind extends MultiPaxosMessage['kind']> = MultiPaxosMessage & { readonly kind: Kind };

/** Applies the slots below `commit` as far as this node has accepted them in `ballot`: an older entry may have been outvoted. */
export function applyChosenOf(state: MultiPaxosState, ballot: Ballot, commit: number): MultiPaxosState {
  let end = state.commit;
  while (end < commit && state.log[end]?.ballot === ballot) end += 1;
  return applyUpTo(state, end);
}

export function applyUpTo(state: MultiPaxosState, end: number): MultiPaxosState {
  if (end <= state.commit) return state;
  const store = state.store.slice();
  const sessions = state.sessions.slice();
  for (let slot = state.commit; slot < end; slot++) {
    const entry = state.log[slot] ?? null;
    if (entry !== null && entry.client >= 0) applyEntry(entry, store, sessions);
  }
  return { ...state, commit: end, store, sessions };
}

function applyEntry({ client, number, command }: Entry, store: (number | null)[], sessions: (Session | null)[]): void {
  while (sessions.length <= client) sessions.push(null);
  const last = sessions[client] ?? null;
  if (last !== null && last.number >= number) return;
  const { kind, key = 0, value = 0 } = command;
  if (kind === 'read') sessions[client] = { number, value: store[key] ?? null };
  else {
    while (store.length <= key) store.push(null);
    store[key] = value;
    sessions[client] = { number, value: undefined };
  }
}

/** What the leader tells the clients of the slots that it has just applied. */
export function answerFrom(state: MultiPaxosState, slot: number, outputs: MultiPaxosOutput[]): void {
  for (let index = slot; index < state.commit; index++) {
    const entry = state.log[index] ?? null;
    if (entry === null || entry.client < 0) continue;
    const session = state.sessions[entry.client] ?? null;
    if (session !== null && session.number === entry.number) outputs.push(answerOf(entry.client, session));
  }
}

export function answerOf(client: number, { number, value }: Session): MultiPaxosOutput {
  const response: Response = value === undefined ? { status: 'ok' } : { status: 'ok', value };
  return { kind: 'respond', client, number, response };
}

/** Whoever lags asks; entries below `commit` are chosen whoever sends them. */
export function onCatchUp(state: MultiPaxosState, from: NodeIndex, message: Of<'catch_up'>): MultiPaxosStep {
  if (message.from >= state.commit) return { state, outputs: NO_OUTPUTS };
  const entries = state.log.slice(message.from, Math.min(state.commit, message.from + BATCH));
  const answer: MultiPaxosMessage = {
    kind: 'chosen',
    ballot: message.ballot,
    slot: message.from,
    entries,
    commit: state.commit,
  };
  return { state, outputs: [{ kind: 'send', to: from, message: answer }] };
}

export function onChosen(state: MultiPaxosState, from: NodeIndex, message: Of<'chosen'>): MultiPaxosStep {
  const { ballot, slot, entries, commit } = message;
  const end = slot + entries.length;
  // A leader learns from the answers to its own ballot alone.
  if (state.role === 'leader' || slot > state.commit || end <= state.commit) return { state, outputs: NO_OUTPUTS };
  const log = state.log.slice();
  for (let index = state.commit; index < end; index++) {
    const entry = entries[index - slot] ?? null;
    // A later ballot in this node's log holds the same value, so it may stay.
    if (entry !== null && (log[index]?.ballot ?? 0) < entry.ballot) log[index] = entry;
  }
  const next = applyUpTo({ ...state, log }, end);
  const outputs: MultiPaxosOutput[] = [persist(next)];
  if (next.commit < commit) outputs.push({ kind: 'send', to: from, message: { kind: 'catch_up', ballot, from: end } });
  return { state: next, outputs };
}
