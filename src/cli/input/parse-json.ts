/**
 * JSON text to a value; what is not JSON is refused with line, column and what could have stood there.
 */
import { type Failure, fail } from '../../kernel/failure.ts';
import { findJsonFault } from './json-fault.ts';

/** How much of the faulty line is shown on each side of the fault. */
const EXCERPT_RADIUS = 30;

/** Parses `text`, which messages call `source`; its first line is line `firstLine` there. */
export function parseJson(text: string, source: string, firstLine = 1): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return failOnFault(text, source, firstLine);
  }
}

function failOnFault(text: string, source: string, firstLine: number): never {
  const fault = findJsonFault(text) ?? { offset: text.length, expected: 'JSON' };
  return fail('input/unparsable', {
    ...describeFault(text, fault.offset, source, firstLine),
    expected: fault.expected,
  });
}

function describeFault(
  text: string,
  offset: number,
  source: string,
  firstLine: number,
): Omit<Failure, 'code' | 'expected'> {
  const before = text.slice(0, offset);
  const lineStart = before.lastIndexOf('\n') + 1;
  const lineEnd = text.indexOf('\n', offset);
  const line = firstLine + before.split('\n').length - 1;
  const column = offset - lineStart + 1;
  return {
    message: `${source} is not JSON: line ${line}, column ${column}`,
    received: offset >= text.trimEnd().length ? 'the end of the text' : excerpt(text, offset, lineStart, lineEnd),
    nextStep: 'Correct the text there. `quorate tools NAME` shows inputs that work.',
  };
}

/** The line around `offset`, up to which it was JSON; the fault is what follows the mark. */
function excerpt(text: string, offset: number, lineStart: number, lineEnd: number): string {
  const end = lineEnd === -1 ? text.length : lineEnd;
  const before = text.slice(Math.max(lineStart, offset - EXCERPT_RADIUS), offset);
  const after = text.slice(offset, Math.min(end, offset + EXCERPT_RADIUS));
  return `${offset - EXCERPT_RADIUS > lineStart ? '…' : ''}${before} ⟶ ${after}${offset + EXCERPT_RADIUS < end ? '…' : ''}`;
}
