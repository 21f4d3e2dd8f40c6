/**
 * What a transaction does to the store and to the client table. A request that the table has seen does nothing.
 */
import type { Transaction } from './zab-history.ts';
import type { Session } from './zab-state.ts';

export function execute(
  { client, number, command }: Transaction,
  store: (number | null)[],
  sessions: (Session | null)[],
): void {
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
