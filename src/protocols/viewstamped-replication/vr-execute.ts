/**
 * Executing committed operations in order of their op-numbers, each request of a client once (section 4.1: the client table).
 */
import type { Response } from '../protocol.ts';
import type { Operation, Session, VrOutput, VrState } from './vr-state.ts';

/** Executes what is committed, as far as the log reaches. */
export function executeUpTo(state: VrState, commit: number): VrState {
  const end = Math.min(commit, state.log.length);
  if (end <= state.commit) return state;
  const store = state.store.slice();
  const sessions = state.sessions.slice();
  for (let index = state.commit; index < end; index++) {
    const operation = state.log[index];
    if (operation !== undefined) execute(operation, store, sessions);
  }
  return { ...state, commit: end, store, sessions };
}

function execute({ client, number, command }: Operation, store: (number | null)[], sessions: (Session | null)[]): void {
  while (sessions.length <= client) sessions.push(null);
  const last = sessions[client] ?? null;
  if (last !== null && last.number >= number) return;
  const { kind, key = 0, value = 0 } = command;
  if (kind === 'read') {
    sessions[client] = { number, value: store[key] ?? null };
    return;
  }
  while (store.length <= key) store.push(null);
  store[key] = value;
  sessions[client] = { number, value: undefined };
}

/** What the primary tells the clients of the operations that it has executed since `before`. */
export function answerSince(state: VrState, before: number, outputs: VrOutput[]): void {
  for (let index = before; index < state.commit; index++) {
    const operation = state.log[index];
    if (operation === undefined) continue;
    const session = state.sessions[operation.client] ?? null;
    if (session !== null && session.number === operation.number) outputs.push(answerOf(operation.client, session));
  }
}

export function answerOf(client: number, { number, value }: Session): VrOutput {
  const response: Response = value === undefined ? { status: 'ok' } : { status: 'ok', value };
  return { kind: 'respond', client, number, response };
}
