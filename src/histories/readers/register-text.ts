/**
 * A register's history in short lines in order of time: `c <operation> <client> <1 write | 0 read> <value>` calls, `r` with the same members returns.
 * The register holds 0 at first; a read is called with 0.
 */
import { readLines } from './lines.ts';
import type { SourceEvent } from './source-event.ts';
import { excerpt, unreadable } from './source-failure.ts';

const EVENT = /^([cr]) (\d{1,15}) (\d{1,15}) ([01]) (-?\d{1,15})$/;

export function isRegisterLine(text: string): boolean {
  return EVENT.test(text);
}

export function* registerTextEvents(chunks: Iterable<string>): Generator<SourceEvent> {
  for (const { line, text } of readLines(chunks)) {
    if (text === '') continue;
    const match = EVENT.exec(text);
    if (match === null)
      return unreadable({ line }, 'this is no call or return', { received: excerpt(text), expected: '"c 7 2 1 35"' });
    const [, kind, , process, direction, value] = match;
    const isRead = direction === '0';
    yield {
      line,
      process,
      type: kind === 'c' ? 'invoke' : 'ok',
      f: isRead ? 'read' : 'write',
      key: undefined,
      value: isRead && kind === 'c' ? null : Number(value),
      timeNs: undefined,
      index: undefined,
    };
  }
}
