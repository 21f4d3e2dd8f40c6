/**
 * A cursor over the tokens of an expression, and what it says about a token that does not fit.
 */
import {
  EXPRESSION_CHARACTERS_MAX,
  EXPRESSION_DEPTH_MAX,
  EXPRESSION_TOKENS_MAX,
  failAt,
  failOnLimit,
  type Source,
} from './expression-source.ts';
import { type Token, tokenize } from './tokens.ts';

export interface TokenReader {
  readonly source: Source;
  readonly tokens: readonly Token[];
  position: number;
  depth: number;
  /** While the value of a `let` is read, `in` ends it. */
  stopsAtIn: boolean;
}

export function readTokens(source: Source): TokenReader {
  const { length } = source.text;
  if (length > EXPRESSION_CHARACTERS_MAX) {
    failOnLimit(
      source,
      `${length} characters`,
      `at most ${EXPRESSION_CHARACTERS_MAX} characters`,
      'Split it at its "and"s into several properties.',
    );
  }
  const tokens = tokenize(source);
  // The end is no token of the text.
  if (tokens.length - 1 > EXPRESSION_TOKENS_MAX) failOnTokens(source, tokens.length - 1);
  return { source, tokens, position: 0, depth: 0, stopsAtIn: false };
}

function failOnTokens(source: Source, count: number): never {
  const limit = `at most ${EXPRESSION_TOKENS_MAX} names, numbers, signs and words`;
  failOnLimit(source, `${count} of them`, limit, 'Split it at its "and"s into several properties.');
}

export function peek(reader: TokenReader, ahead = 0): Token {
  const { tokens, position } = reader;
  return tokens[Math.min(position + ahead, tokens.length - 1)] as Token;
}

export function take(reader: TokenReader): Token {
  const token = peek(reader);
  reader.position += 1;
  return token;
}

/** Whether the next token stands for `meaning`; if so it is taken. */
export function takeIf(reader: TokenReader, meaning: string): boolean {
  if (peek(reader).is !== meaning) return false;
  reader.position += 1;
  return true;
}

export function demand(reader: TokenReader, meaning: string, purpose: string): Token {
  if (peek(reader).is !== meaning) unexpected(reader, `${JSON.stringify(meaning)} ${purpose}`);
  return take(reader);
}

/** A name that is no keyword. */
export function demandName(reader: TokenReader, purpose: string): Token {
  const token = peek(reader);
  if (token.kind !== 'word' || token.is !== undefined) unexpected(reader, purpose);
  return take(reader);
}

export function unexpected(reader: TokenReader, expected: string, nextStep?: string): never {
  const { kind, text, at } = peek(reader);
  const isEmpty = reader.tokens.length === 1;
  const problem = isEmpty
    ? 'the expression is empty'
    : kind === 'end'
      ? 'unexpected end'
      : `unexpected ${quoted(text)}`;
  return failAt(reader.source, at, { problem, expected, ...(nextStep === undefined ? {} : { nextStep }) });
}

/** Runs `read` one level deeper. */
export function nested<T>(reader: TokenReader, read: () => T): T {
  reader.depth += 1;
  if (reader.depth > EXPRESSION_DEPTH_MAX) {
    failOnLimit(
      reader.source,
      `more than ${EXPRESSION_DEPTH_MAX} levels`,
      `at most ${EXPRESSION_DEPTH_MAX} levels of nesting`,
      'Name parts of it with "let x = … in …", or split it into several properties.',
    );
  }
  const result = read();
  reader.depth -= 1;
  return result;
}

/** Runs `read` inside brackets, where an `in` belongs to what stands inside. */
export function enclosed<T>(reader: TokenReader, read: () => T, stopsAtIn = false): T {
  const before = reader.stopsAtIn;
  reader.stopsAtIn = stopsAtIn;
  const result = read();
  reader.stopsAtIn = before;
  return result;
}

const TOKEN_SHOWN_MAX = 30;

function quoted(text: string): string {
  return JSON.stringify(text.length > TOKEN_SHOWN_MAX ? `${text.slice(0, TOKEN_SHOWN_MAX)}…` : text);
}
