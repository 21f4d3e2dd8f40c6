/**
 * The replicated state machine: keys with values, and each client's latest answer, so that a repeated request changes nothing
 * (dissertation 6.3).
 */
import type { Request, Response } from '../protocol.ts';

export interface Session {
  readonly number: number;
  readonly response: Response;
}

export interface Machine {
  /** Index of the last entry that was applied. */
  readonly appliedIndex: number;
  readonly values: readonly (number | null)[];
  /** By client. */
  readonly sessions: readonly (Session | null)[];
}

const OK: Response = { status: 'ok' };

export const EMPTY_MACHINE: Machine = { appliedIndex: 0, values: [], sessions: [] };

/** Applies a client's command at `index`; a repeated one only moves the index on. */
export function applyRequest(machine: Machine, index: number, { client, number, command }: Request): Machine {
  const { values, sessions } = machine;
  if ((sessions[client]?.number ?? 0) >= number) return { appliedIndex: index, values, sessions };
  const key = command.key ?? 0;
  const held = values[key] ?? null;
  let response = OK;
  let changed = values;
  if (command.kind === 'read') response = { status: 'ok', value: held };
  else if (command.kind === 'write') changed = withAt(values, key, command.value ?? null);
  else if (command.kind === 'cas') {
    if (held === (command.expected ?? null)) changed = withAt(values, key, command.value ?? null);
    else response = { status: 'failed', reason: 'another value is there' };
  }
  return { appliedIndex: index, values: changed, sessions: withAt(sessions, client, { number, response }) };
}

/** A copy with one element replaced; holes before it are null. */
function withAt<Item>(list: readonly (Item | null)[], at: number, item: Item | null): readonly (Item | null)[] {
  const copy = list.slice();
  while (copy.length <= at) copy.push(null);
  copy[at] = item;
  return copy;
}
