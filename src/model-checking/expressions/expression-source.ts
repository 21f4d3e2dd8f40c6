/**
 * The text of an expression, and failures that point into it.
 */
import { fail } from '../../kernel/failure.ts';

export const EXPRESSION_CHARACTERS_MAX = 4_000;
/** Bounds how high a tree can be, also where it leans to one side (1 + 1 + …): all that walks it does so by recursion. */
export const EXPRESSION_TOKENS_MAX = 1_000;
/** Deepest nesting of parentheses, prefixes and the like. */
export const EXPRESSION_DEPTH_MAX = 60;
const EXCERPT_CHARACTERS = 72;
const NAMES_SHOWN_MAX = 24;

export interface Source {
  readonly text: string;
  /** Where the text stands in the input. */
  readonly path: string;
}

export interface Mistake {
  readonly problem: string;
  readonly expected: string;
  readonly nextStep?: string;
}

const OF_ANOTHER_KIND =
  'Put there what is expected; where only some elements have it, guard it with "implies" or "if … then … else …".';
const THAT_WORKS = 'An expression that works: all n in nodes: n.role != "leader" or n.term <= 3';

/** The text cannot be an expression: at `at`, `problem`. */
export function failAt(source: Source, at: number, { problem, expected, nextStep }: Mistake): never {
  return fail('model/bad_expression', {
    message: `${problem} at ${placeOf(source.text, at)}`,
    path: source.path,
    received: excerpt(source.text, at),
    expected,
    nextStep: nextStep ?? THAT_WORKS,
  });
}

/** The expression has no value in this state; `value` says what stands there instead. */
export function failOnValue(
  source: Source,
  at: number,
  value: string,
  { problem, expected, nextStep }: Mistake,
): never {
  return fail('model/bad_value', {
    message: `${problem} at ${placeOf(source.text, at)}`,
    path: source.path,
    received: `${value}${excerpt(source.text, at)}`,
    expected,
    nextStep: nextStep ?? OF_ANOTHER_KIND,
  });
}

export function failOnLimit(source: Source, received: string, limit: string, nextStep: string): never {
  return fail('model/expression_limit', {
    message: `the expression goes beyond a limit: ${limit}`,
    path: source.path,
    received,
    expected: limit,
    nextStep,
  });
}

/** `"a", "b", …`. */
export function listNames(names: readonly string[]): string {
  if (names.length === 0) return 'none, there are no names';
  const shown = names.slice(0, NAMES_SHOWN_MAX);
  return `${shown.join(', ')}${names.length > shown.length ? ', …' : ''}`;
}

/** `line 2, column 7`, counted from 1 in characters. */
function placeOf(text: string, at: number): string {
  const before = text.slice(0, at).split('\n');
  return `line ${before.length}, column ${charactersIn(before.at(-1) ?? '') + 1}`;
}

/** The line around the place on a line of its own, and a caret under the place. */
function excerpt(text: string, at: number): string {
  const lineStart = text.lastIndexOf('\n', at - 1) + 1;
  const lineEnd = text.indexOf('\n', at) === -1 ? text.length : text.indexOf('\n', at);
  const start = Math.max(lineStart, at - EXCERPT_CHARACTERS / 2);
  const end = Math.min(lineEnd, start + EXCERPT_CHARACTERS);
  const before = start > lineStart ? '…' : '';
  const clean = (part: string): string => part.replace(/[\s\p{Cc}]/gu, ' ');
  const indent = ' '.repeat(before.length + charactersIn(text.slice(start, at)));
  return `\n  ${before}${clean(text.slice(start, end))}${end < lineEnd ? '…' : ''}\n  ${indent}^`;
}

function charactersIn(text: string): number {
  return Array.from(text).length;
}
