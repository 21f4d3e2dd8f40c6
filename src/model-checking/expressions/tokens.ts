/**
 * Cuts the text of an expression into tokens. Spellings of TLA+, C and of mathematics become the one word that the parser knows.
 */
import { failAt, type Source } from './expression-source.ts';

export interface Token {
  readonly kind: 'number' | 'string' | 'word' | 'symbol' | 'end';
  readonly text: string;
  /** The keyword or symbol that it stands for; undefined for names, numbers and strings. */
  readonly is: string | undefined;
  readonly at: number;
  /** Of numbers and strings. */
  readonly value?: number | string;
}

/** Words that cannot be names. In capitals they mean the same. */
export const KEYWORDS: readonly string[] = [
  'all',
  'some',
  'in',
  'and',
  'or',
  'not',
  'implies',
  'iff',
  'if',
  'then',
  'else',
  'let',
  'true',
  'false',
  'null',
  'always',
  'sometimes',
  'eventually',
];

/** Other spellings, by the word or symbol they stand for. */
export const ALIASES: Readonly<Record<string, readonly string[]>> = {
  all: ['forall', '\\A', '∀'],
  some: ['exists', '\\E', '∃'],
  in: ['\\in', '∈'],
  'not in': ['\\notin', '∉'],
  and: ['/\\', '&&', '\\land', '∧'],
  or: ['\\/', '||', '\\lor', '∨'],
  not: ['~', '\\lnot', '\\neg', '¬'],
  implies: ['=>', '⇒'],
  iff: ['<=>', '⇔'],
  '=': ['=='],
  '!=': ['#', '/=', '≠'],
  '<=': ['=<', '\\leq', '≤'],
  '>=': ['\\geq', '≥'],
};

const SYMBOLS = ['(', ')', '[', ']', '{', '}', ',', ':', '.', '..', '?', '=', '!=', '<', '<=', '>', '>=', '+', '-', '*']
  .concat(['/', '%', '!', '~>', '<>'])
  .concat(
    Object.values(ALIASES)
      .flat()
      .filter((alias) => !/\w$/.test(alias)),
  )
  .sort((a, b) => b.length - a.length);

const MEANINGS: ReadonlyMap<string, string> = new Map([
  ...SYMBOLS.map((symbol) => [symbol, symbol] as const),
  ...KEYWORDS.flatMap((word) => [[word, word] as const, [word.toUpperCase(), word] as const]),
  ...Object.entries(ALIASES).flatMap(([meaning, spellings]) => spellings.map((each) => [each, meaning] as const)),
]);

const SPACE = /\s*/y;
const NUMBER = /\d+(?:\.\d+)?/y;
const WORD = /[A-Za-z_][A-Za-z0-9_]*|\\[A-Za-z]+/y;
const STRING = /"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'/y;
const ESCAPE = /\\(u[0-9A-Fa-f]{4}|.)/g;

export function tokenize(source: Source): readonly Token[] {
  const { text } = source;
  const tokens: Token[] = [];
  let at = 0;
  for (;;) {
    at += matchAt(SPACE, text, at)?.length ?? 0;
    const token = readToken(source, at);
    tokens.push(token);
    if (token.kind === 'end') return tokens;
    at += token.text.length;
  }
}

function readToken(source: Source, at: number): Token {
  const { text } = source;
  if (at === text.length) return { kind: 'end', text: '', is: undefined, at };
  const digits = matchAt(NUMBER, text, at);
  if (digits !== undefined) return readNumber(source, at, digits);
  const quoted = matchAt(STRING, text, at);
  if (quoted !== undefined) {
    return { kind: 'string', text: quoted, is: undefined, at, value: unescaped(source, at, quoted) };
  }
  const word = matchAt(WORD, text, at);
  if (word !== undefined && (MEANINGS.has(word) || !word.startsWith('\\'))) {
    return { kind: 'word', text: word, is: MEANINGS.get(word), at };
  }
  const symbol = SYMBOLS.find((each) => text.startsWith(each, at));
  if (symbol !== undefined) return { kind: 'symbol', text: symbol, is: MEANINGS.get(symbol), at };
  return failOnCharacter(source, at);
}

function readNumber(source: Source, at: number, digits: string): Token {
  const value = Number(digits);
  const glued = matchAt(WORD, source.text, at + digits.length);
  if (glued !== undefined) {
    failAt(source, at, { problem: 'a number and a name run into each other', expected: 'a number, e.g. 3 or 2.5' });
  }
  if (value > Number.MAX_SAFE_INTEGER) {
    failAt(source, at, { problem: 'the number is too large', expected: `at most ${Number.MAX_SAFE_INTEGER}` });
  }
  return { kind: 'number', text: digits, is: undefined, at, value };
}

function unescaped(source: Source, at: number, quoted: string): string {
  return quoted.slice(1, -1).replace(ESCAPE, (_, escaped: string, offset: number) => {
    if (escaped.length > 1) return String.fromCharCode(Number.parseInt(escaped.slice(1), 16));
    if (escaped === 'n') return '\n';
    if (escaped === 't') return '\t';
    if (`"'\\/`.includes(escaped)) return escaped;
    return failAt(source, at + 1 + offset, {
      problem: 'a string has an unknown escape',
      expected: '\\" \\\' \\\\ \\n \\t or \\u and four hexadecimal digits',
    });
  });
}

function matchAt(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0];
}

function failOnCharacter(source: Source, at: number): never {
  const character = String.fromCodePoint(source.text.codePointAt(at) ?? 0);
  if (character === '"' || character === "'") {
    return failAt(source, at, {
      problem: 'a string does not end',
      expected: `a closing ${character} on the same line`,
    });
  }
  const hint = HINTS[character];
  return failAt(source, at, {
    problem: `unexpected ${JSON.stringify(character)}`,
    expected: hint ?? 'a name, a number, a string or an operator',
  });
}

const HINTS: Readonly<Record<string, string>> = {
  '&': '"and" (or "&&") for both, "or" (or "||") for either',
  '|': '"or" (or "||") for either; len(list) for a length',
  '^': 'an operator; powers are not provided',
  '\\': 'one of \\A \\E \\in \\notin /\\ \\/ \\land \\lor \\lnot \\leq \\geq',
  ';': 'one expression; join several with "and"',
  $: 'a name without "$"',
  '@': 'a name without "@"',
  '`': 'a string in double quotes',
};
