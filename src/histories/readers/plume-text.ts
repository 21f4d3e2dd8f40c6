/**
 * The text of Plume and PolySI (github.com/amnore/PolySI): `r(key,value,session,transaction)` and `w(...)`, one a line. Lines of one transaction need not stand
 * together; transactions of a session are in the order of their first lines. A read of 0 that nobody wrote is that of the initial value. All is held in
 * memory.
 */
import type { Value } from '../history.ts';
import { readLines } from './lines.ts';
import { failTooMany } from './operation-json.ts';
import type { SourceEvent } from './source-event.ts';
import { excerpt, unreadable } from './source-failure.ts';
import { transactionEvents, valueNamed } from './transaction-events.ts';

const OPERATION = /^([rw])\((-?\w{1,40}),(-?\w{1,40}),(\w{1,40}),(\w{1,40})\)$/;

export function isPlumeLine(text: string): boolean {
  return OPERATION.test(text);
}

interface Draft {
  readonly line: number;
  readonly session: string;
  readonly micros: Value[];
}

export function* plumeTextEvents(chunks: Iterable<string>, operationsMax: number): Generator<SourceEvent> {
  const transactions = new Map<string, Draft>();
  for (const { line, text } of readLines(chunks)) {
    if (text === '') continue;
    const match = OPERATION.exec(text);
    if (match === null)
      return unreadable({ line }, 'this is no read or write', {
        received: excerpt(text),
        expected: '"r(key,value,session,transaction)"',
      });
    const [, verb = '', key = '', value = '', session = '', number = ''] = match;
    const name = `${session},${number}`;
    const known = transactions.get(name);
    const micro: Value = [verb, valueNamed(key), valueNamed(value)];
    if (known !== undefined) known.micros.push(micro);
    else if (transactions.size >= operationsMax) failTooMany(line, operationsMax);
    else transactions.set(name, { line, session, micros: [micro] });
  }
  for (const transaction of transactions.values()) yield* transactionEvents({ ...transaction, isAborted: false });
}
