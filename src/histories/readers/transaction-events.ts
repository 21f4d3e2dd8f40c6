/**
 * Transactions of sessions, for formats that tell their order within each session and nothing of time.
 */
import type { Value } from '../history.ts';
import { asked } from './settlement.ts';
import type { SourceEvent } from './source-event.ts';

export interface SessionTransaction {
  readonly line: number;
  readonly session: string;
  readonly micros: readonly Value[];
  readonly isAborted: boolean;
}

export function* transactionEvents({ line, session, micros, isAborted }: SessionTransaction): Generator<SourceEvent> {
  const completion: SourceEvent = {
    line,
    process: session,
    type: isAborted ? 'fail' : 'ok',
    f: 'txn',
    key: undefined,
    value: micros,
    timeNs: undefined,
    index: undefined,
  };
  yield asked(completion);
  yield completion;
}

/** Keys and values are integers where they look like it, and names otherwise. */
export function valueNamed(text: string): Value {
  return /^-?\d{1,15}$/.test(text) ? Number(text) : text;
}
