/**
 * Short histories of transactions as papers write them: `w(x,1)w(y,1)|r(x,1);r(y,0)!`. A bar begins the next session, a semicolon the next transaction of a
 * session, an exclamation mark behind a transaction says that it was aborted. Lines are joined as if there were no line ends; spaces are ignored. A read of 0
 * that nobody wrote is that of the initial value.
 */
import type { Value } from '../history.ts';
import { readLines } from './lines.ts';
import type { SourceEvent } from './source-event.ts';
import { excerpt, unreadable } from './source-failure.ts';
import { transactionEvents, valueNamed } from './transaction-events.ts';

const OPERATION = /([rw])\((\w{1,40}),(-?\w{1,40})\)/y;

export function isSessionLine(text: string): boolean {
  OPERATION.lastIndex = 0;
  return OPERATION.test(text.replaceAll(' ', ''));
}

export function* sessionTextEvents(chunks: Iterable<string>): Generator<SourceEvent> {
  let session = 0;
  let micros: Value[] = [];
  let isAborted = false;
  let firstLine = 1;
  for (const { line, text } of readLines(chunks)) {
    const joined = text.replaceAll(/\s/g, '');
    for (let at = 0; at < joined.length; ) {
      const mark = joined.charAt(at);
      if (mark === '!') isAborted = true;
      if (mark === '|' || mark === ';') {
        if (micros.length > 0) yield* transactionEvents({ line: firstLine, session: `${session}`, micros, isAborted });
        micros = [];
        isAborted = false;
        if (mark === '|') session++;
      }
      if (mark === '!' || mark === '|' || mark === ';') {
        at++;
        continue;
      }
      OPERATION.lastIndex = at;
      const match = OPERATION.exec(joined);
      if (match === null)
        return unreadable({ line }, 'this is no read or write', {
          received: excerpt(joined.slice(at)),
          expected: '"r(x,1)" or "w(x,1)"',
        });
      if (micros.length === 0) firstLine = line;
      const [, verb = '', key = '', value = ''] = match;
      micros.push([verb, valueNamed(key), valueNamed(value)]);
      at = OPERATION.lastIndex;
    }
  }
  if (micros.length > 0) yield* transactionEvents({ line: firstLine, session: `${session}`, micros, isAborted });
}
