/**
 * The lines of a text that arrives in chunks, numbered from 1, without their ends.
 */
import { TextCursor } from './text-cursor.ts';

export interface SourceLine {
  readonly line: number;
  readonly text: string;
}

export function* readLines(chunks: Iterable<string>): Generator<SourceLine> {
  const cursor = new TextCursor(chunks);
  let searched = cursor.position;
  for (;;) {
    const end = cursor.text.indexOf('\n', searched);
    if (end >= 0) {
      yield { line: cursor.line, text: withoutReturn(cursor.text.slice(cursor.position, end)) };
      cursor.position = end + 1;
      cursor.startLine();
      searched = cursor.position;
      continue;
    }
    const pending = cursor.text.length - cursor.position;
    if (cursor.refill(cursor.position)) {
      searched = pending;
      continue;
    }
    if (pending > 0) yield { line: cursor.line, text: withoutReturn(cursor.text.slice(cursor.position)) };
    return;
  }
}

function withoutReturn(line: string): string {
  return line.endsWith('\r') ? line.slice(0, -1) : line;
}
