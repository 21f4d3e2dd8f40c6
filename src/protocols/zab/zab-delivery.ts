/**
 * Delivering committed transactions in the order of the history, each request of a client once. ZooKeeper leaves it to clients whether
 * they repeat a write whose answer was lost; here clients do, so the client table is part of what is replicated.
 */
import type { Response } from '../protocol.ts';
import { execute } from './zab-execute.ts';
import { compacted, lastPlace, type Transaction, transactionAt } from './zab-history.ts';
import { answerReads } from './zab-reads.ts';
import { isEstablished, type Session, type ZabOutput, type ZabState } from './zab-state.ts';

/** Delivers up to `place`, as far as the history reaches; an established leader answers its clients. */
export function deliverUpTo(state: ZabState, place: number, outputs: ZabOutput[]): ZabState {
  const { history, delivered, config } = state;
  const end = Math.min(place, lastPlace(history));
  if (end <= delivered) return state;
  const store = state.database.store.slice();
  const sessions = state.database.sessions.slice();
  for (let each = delivered + 1; each <= end; each++) {
    const txn = transactionAt(history, each);
    if (txn === undefined) continue;
    execute(txn, store, sessions);
    if (isEstablished(state)) answer(txn, sessions, outputs);
  }
  // Folded away is only what was delivered before this step, so that every step still shows what it delivers.
  const shorter = compacted(history, delivered, config.committedLogTxns);
  return answerReads({ ...state, history: shorter, delivered: end, database: { store, sessions } }, outputs);
}

function answer({ client, number }: Transaction, sessions: readonly (Session | null)[], outputs: ZabOutput[]): void {
  const session = sessions[client] ?? null;
  if (session !== null && session.number === number) outputs.push(answerOf(client, session));
}

export function answerOf(client: number, { number, value }: Session): ZabOutput {
  const response: Response = value === undefined ? { status: 'ok' } : { status: 'ok', value };
  return { kind: 'respond', client, number, response };
}
