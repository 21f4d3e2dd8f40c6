/**
 * Where a text stops being JSON (RFC 8259), and what could have stood there.
 *
 * `JSON.parse` knows, but its message names the place only sometimes and differently in every version. A single pass with
 * a stack of open brackets, O(length); values are not built. Run only on texts that `JSON.parse` has refused.
 */
export interface JsonFault {
  /** Index of the first character that cannot stand where it stands; the length of the text if the text is cut short. */
  readonly offset: number;
  readonly expected: string;
}

type Expectation = 'value' | 'first-value' | 'key' | 'first-key' | 'colon' | 'separator' | 'end';

const IN_WORDS: Readonly<Record<Expectation, string>> = {
  value: 'a value',
  'first-value': 'a value or "]"',
  key: 'a property name in double quotes',
  'first-key': 'a property name in double quotes, or "}"',
  colon: '":"',
  separator: '"," or the closing bracket',
  end: 'nothing more',
};

const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
const WORD = /true|false|null/y;
const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;
const SPACE = /[ \t\n\r]*/y;

/** The first fault of `text`, or undefined if it is JSON. */
export function findJsonFault(text: string): JsonFault | undefined {
  const closers: string[] = [];
  let expectation: Expectation = 'value';
  let offset = skipSpace(text, 0);
  while (offset < text.length) {
    const token = readToken(text, offset, expectation, closers.at(-1));
    if ('expected' in token) return token;
    if (token.kind === 'open') closers.push(text.charAt(offset) === '{' ? '}' : ']');
    if (token.kind === 'close') closers.pop();
    expectation = expectationAfter(token.kind, closers.at(-1));
    offset = skipSpace(text, token.end);
  }
  return expectation === 'end' ? undefined : { offset, expected: IN_WORDS[expectation] };
}

interface Token {
  readonly kind: 'open' | 'close' | 'value' | 'key' | 'colon' | 'comma';
  readonly end: number;
}

/** The token at `offset`, if one of that kind may stand there; `closer` closes the innermost open bracket. */
function readToken(
  text: string,
  offset: number,
  expectation: Expectation,
  closer: string | undefined,
): Token | JsonFault {
  const character = text.charAt(offset);
  const isKey = expectation === 'key' || expectation === 'first-key';
  const isValue = expectation === 'value' || expectation === 'first-value';
  const mayClose = expectation === 'separator' || expectation === 'first-key' || expectation === 'first-value';
  if (mayClose && character === closer) return { kind: 'close', end: offset + 1 };
  if (expectation === 'colon' && character === ':') return { kind: 'colon', end: offset + 1 };
  if (expectation === 'separator' && character === ',') return { kind: 'comma', end: offset + 1 };
  if (isValue && (character === '{' || character === '[')) return { kind: 'open', end: offset + 1 };
  if ((isKey || isValue) && character === '"') {
    const end = endOfString(text, offset);
    return typeof end === 'number' ? { kind: isKey ? 'key' : 'value', end } : end;
  }
  const end = isValue ? (matchAt(WORD, text, offset) ?? matchAt(NUMBER, text, offset)) : undefined;
  return end === undefined ? { offset, expected: IN_WORDS[expectation] } : { kind: 'value', end };
}

function expectationAfter(kind: Token['kind'], closer: string | undefined): Expectation {
  switch (kind) {
    case 'open':
      return closer === '}' ? 'first-key' : 'first-value';
    case 'key':
      return 'colon';
    case 'colon':
      return 'value';
    case 'comma':
      return closer === '}' ? 'key' : 'value';
    case 'value':
    case 'close':
      return closer === undefined ? 'end' : 'separator';
  }
}

/** Where the string ends whose opening quote is at `start`. A loop: a pattern would recurse over megabytes. */
function endOfString(text: string, start: number): number | JsonFault {
  let offset = start + 1;
  while (offset < text.length) {
    const character = text.charAt(offset);
    if (character === '"') return offset + 1;
    if (character < ' ') return { offset, expected: 'a closing quote, or the character as an escape like \\n' };
    const next = character === '\\' ? matchAt(ESCAPE, text, offset) : offset + 1;
    if (next === undefined) return { offset, expected: 'an escape like \\" or \\u00e9' };
    offset = next;
  }
  return { offset, expected: 'a closing quote' };
}

function skipSpace(text: string, offset: number): number {
  return matchAt(SPACE, text, offset) ?? offset;
}

/** Where a sticky pattern that matches at `offset` ends. */
function matchAt(pattern: RegExp, text: string, offset: number): number | undefined {
  pattern.lastIndex = offset;
  return pattern.test(text) ? pattern.lastIndex : undefined;
}
