/**
 * AWDIT's test format (github.com/lassemoldrup/AWDIT): `r key value` and `w key value`, one a line; `----` ends a transaction, `====` a session. A read of 0
 * that nobody wrote is that of the initial value.
 */
import type { Value } from '../history.ts';
import { readLines } from './lines.ts';
import type { SourceEvent } from './source-event.ts';
import { excerpt, unreadable } from './source-failure.ts';
import { transactionEvents, valueNamed } from './transaction-events.ts';

const OPERATION = /^([rw]) (-?\d{1,15}) (-?\d{1,15})$/;
const TRANSACTION_END = /^-{3,}$/;
const SESSION_END = /^={3,}$/;

export function isAwditLine(text: string): boolean {
  return OPERATION.test(text) || TRANSACTION_END.test(text) || SESSION_END.test(text);
}

export function* awditTextEvents(chunks: Iterable<string>): Generator<SourceEvent> {
  let session = 0;
  let micros: Value[] = [];
  let firstLine = 1;
  for (const { line, text } of readLines(chunks)) {
    const match = OPERATION.exec(text);
    if (match !== null) {
      if (micros.length === 0) firstLine = line;
      const [, verb = '', key = '', value = ''] = match;
      micros.push([verb, valueNamed(key), valueNamed(value)]);
      continue;
    }
    if (text !== '' && !isAwditLine(text)) {
      unreadable({ line }, 'this is neither a read, a write nor an end', {
        received: excerpt(text),
        expected: '"r 1 2", "w 1 2", "----" or "===="',
      });
    }
    if (text === '') continue;
    if (micros.length > 0)
      yield* transactionEvents({ line: firstLine, session: `${session}`, micros, isAborted: false });
    micros = [];
    if (SESSION_END.test(text)) session++;
  }
  if (micros.length > 0) yield* transactionEvents({ line: firstLine, session: `${session}`, micros, isAborted: false });
}
