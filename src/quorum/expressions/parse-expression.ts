/**
 * Reads quorum expressions.
 *
 *     sum      = product { "+" product }                     any of them
 *     product  = atom { "*" atom }                           all of them
 *     atom     = "(" sum ")" | id | call
 *     call     = "choose" "(" k "," list ")"                 at least k of them
 *              | "choose" "(" k "votes" "," votes ")"        children worth at least k votes
 *              | "majority" "(" list ")"                     more than half of them
 *     list     = sum { "," sum } | "[" sum { "," sum } "]"   the brackets are quoracle's spelling
 *     votes    = integer sum { "," integer sum }             e.g. choose(3 votes, 2 a, 1 b, 1 c)
 *     id       = letters, digits, "_", "." and "-", or any text in double quotes with JSON escapes
 *
 * `choose` and `majority` are ids unless "(" follows. A digits-first id is fine wherever no number is expected. Recursive
 * descent, one pass; the nesting limit keeps it, and everything that walks the tree later, from overflowing the stack.
 */
import { fail, renderReceived } from '../../kernel/failure.ts';
import { allOf, anyOf, choose, type Expression, majority, node, weighted } from './expression.ts';
import { closestName, type NodeNames } from './node-names.ts';

export const EXPRESSION_CHARACTERS_MAX = 100_000;
export const EXPRESSION_DEPTH_MAX = 100;
export const EXPRESSION_LEAVES_MAX = 20_000;
const NAME_CHARACTERS_MAX = 64;
const VOTES_MAX = 1_000_000;
const EXCERPT_CHARACTERS = 60;

export interface ParseOptions {
  /** Where the text stands in the input, for failures. */
  readonly path: string;
  readonly names: NodeNames;
}

export function parseExpression(text: string, { path, names }: ParseOptions): Expression {
  if (text.length > EXPRESSION_CHARACTERS_MAX) failOnLimit(path, 'characters', EXPRESSION_CHARACTERS_MAX, text.length);
  const parser: Parser = { text, path, names, at: 0, depth: 0, leaves: 0 };
  const expression = parseSum(parser);
  skipSpace(parser);
  if (parser.at < text.length) unexpected(parser, '"+", "*" or the end');
  return expression;
}

/** The one mutable structure: a cursor over the text. */
interface Parser {
  readonly text: string;
  readonly path: string;
  readonly names: NodeNames;
  at: number;
  depth: number;
  leaves: number;
}

function parseSum(parser: Parser): Expression {
  const terms = [parseProduct(parser)];
  while (take(parser, '+')) terms.push(parseProduct(parser));
  return anyOf(terms);
}

function parseProduct(parser: Parser): Expression {
  const factors = [parseAtom(parser)];
  while (take(parser, '*')) factors.push(parseAtom(parser));
  return allOf(factors);
}

function parseAtom(parser: Parser): Expression {
  if (take(parser, '(')) {
    return nested(parser, () => {
      const inner = parseSum(parser);
      expect(parser, ')');
      return inner;
    });
  }
  skipSpace(parser);
  const start = parser.at;
  if (parser.text[start] === '"') return leaf(parser, readQuoted(parser), start);
  const word = readWord(parser);
  if (word === undefined) return unexpected(parser, 'a node, "(", choose(…) or majority(…)');
  if (word === 'choose' && take(parser, '(')) return nested(parser, () => parseChoose(parser));
  if (word === 'majority' && take(parser, '(')) return nested(parser, () => majority(parseList(parser)));
  return leaf(parser, word, start);
}

function nested(parser: Parser, parse: () => Expression): Expression {
  parser.depth += 1;
  if (parser.depth > EXPRESSION_DEPTH_MAX) failOnLimit(parser.path, 'levels of nesting', EXPRESSION_DEPTH_MAX);
  const expression = parse();
  parser.depth -= 1;
  return expression;
}

/** After "choose(". */
function parseChoose(parser: Parser): Expression {
  const { value: needed, start } = readCount(parser, 'how many are needed, e.g. choose(2, a, b, c)');
  const countsVotes = takeWord(parser, 'votes');
  expect(parser, ',');
  if (countsVotes) return parseVotes(parser, needed, start);
  const children = parseList(parser);
  if (needed < 1 || needed > children.length) failOnRange(parser, start, needed, children.length, 'children');
  return choose(needed, children);
}

/** The rest of a weighted threshold: each child with its votes before it. */
function parseVotes(parser: Parser, needed: number, start: number): Expression {
  const children: Expression[] = [];
  const votes: number[] = [];
  do {
    const vote = readCount(parser, 'the votes of a child, e.g. choose(3 votes, 2 a, 1 b, 1 c)');
    if (vote.value < 1) failAt(parser, vote.start, 'a child without votes has no place in a threshold', 'at least 1');
    votes.push(vote.value);
    children.push(parseSum(parser));
  } while (take(parser, ','));
  expect(parser, ')');
  const total = votes.reduce((sum, vote) => sum + vote, 0);
  if (needed < 1 || needed > total) failOnRange(parser, start, needed, total, 'votes');
  return weighted(needed, children, votes);
}

/** Children up to and with the closing parenthesis. */
function parseList(parser: Parser): Expression[] {
  const inBrackets = take(parser, '[');
  const children = [parseSum(parser)];
  while (take(parser, ',')) children.push(parseSum(parser));
  if (inBrackets) expect(parser, ']');
  expect(parser, ')');
  return children;
}

function leaf(parser: Parser, name: string, start: number): Expression {
  parser.leaves += 1;
  if (parser.leaves > EXPRESSION_LEAVES_MAX) failOnLimit(parser.path, 'occurrences of nodes', EXPRESSION_LEAVES_MAX);
  if (name.length > NAME_CHARACTERS_MAX)
    failAt(parser, start, 'a name is too long', `at most ${NAME_CHARACTERS_MAX} characters`);
  return node(parser.names.indexOf(name) ?? failOnUnknownNode(parser, name));
}

const SPACE = /\s*/y;
const WORD = /[A-Za-z0-9_][A-Za-z0-9_.-]*/y;
const COUNT = /\d+(?![A-Za-z0-9_.-])/y;
const QUOTED = /"(?:[^"\\]|\\.)*"/sy;

/** The text that `pattern` (sticky) matches at the cursor, consumed. */
function match(parser: Parser, pattern: RegExp): string | undefined {
  pattern.lastIndex = parser.at;
  const found = pattern.exec(parser.text)?.[0];
  if (found !== undefined) parser.at += found.length;
  return found;
}

function skipSpace(parser: Parser): void {
  match(parser, SPACE);
}

function take(parser: Parser, token: string): boolean {
  skipSpace(parser);
  if (parser.text[parser.at] !== token) return false;
  parser.at += 1;
  return true;
}

function expect(parser: Parser, token: string): void {
  if (!take(parser, token)) unexpected(parser, JSON.stringify(token));
}

function readWord(parser: Parser): string | undefined {
  skipSpace(parser);
  return match(parser, WORD);
}

function takeWord(parser: Parser, word: string): boolean {
  skipSpace(parser);
  const start = parser.at;
  if (match(parser, WORD) === word) return true;
  parser.at = start;
  return false;
}

function readCount(parser: Parser, meaning: string): { value: number; start: number } {
  skipSpace(parser);
  const start = parser.at;
  const digits = match(parser, COUNT) ?? unexpected(parser, `a number: ${meaning}`);
  const value = Number(digits);
  if (value > VOTES_MAX) failAt(parser, start, 'a number is too large', `at most ${VOTES_MAX}`);
  return { value, start };
}

function readQuoted(parser: Parser): string {
  const start = parser.at;
  const raw = match(parser, QUOTED) ?? failAt(parser, start, 'a quoted name does not end', 'a closing double quote');
  const name = unquote(raw) ?? failAt(parser, start, 'a quoted name has a wrong escape', 'JSON escapes, e.g. \\"');
  return name === '' ? failAt(parser, start, 'a quoted name is empty', 'a name') : name;
}

function unquote(raw: string): string | undefined {
  try {
    const value: unknown = JSON.parse(raw);
    return typeof value === 'string' ? value : undefined;
  } catch {
    return undefined;
  }
}

function unexpected(parser: Parser, expected: string): never {
  skipSpace(parser);
  const character = parser.text.slice(parser.at, parser.at + 2).match(/^./su)?.[0];
  const what = character === undefined ? 'unexpected end' : `unexpected ${JSON.stringify(character)}`;
  return failAt(parser, parser.at, parser.text.trim() === '' ? 'the expression is empty' : what, expected);
}

function failOnRange(parser: Parser, start: number, needed: number, most: number, unit: string): never {
  return failAt(parser, start, `choose(${needed}, …) of ${most} ${unit} is out of range`, `1 to ${most}`);
}

function failAt(parser: Parser, at: number, problem: string, expected: string): never {
  return fail('quorum/syntax', {
    message: `${problem} at column ${at + 1}`,
    path: parser.path,
    received: excerpt(parser.text, at),
    expected,
    nextStep: 'An expression that works: "a*b + choose(2, c, d, e)".',
  });
}

/** The text around the column on a line of its own, and a caret under it. */
function excerpt(text: string, at: number): string {
  const start = Math.max(0, at - EXCERPT_CHARACTERS / 2);
  const end = Math.min(text.length, start + EXCERPT_CHARACTERS);
  const before = start > 0 ? '…' : '';
  const line = text.slice(start, end).replace(/[\s\p{Cc}]/gu, ' ');
  return `\n  ${before}${line}${end < text.length ? '…' : ''}\n  ${' '.repeat(before.length + at - start)}^`;
}

function failOnUnknownNode({ path, names }: Parser, name: string): never {
  const closest = closestName(name, names.names);
  const some = names.names.slice(0, 20).map((known) => JSON.stringify(known));
  return fail('quorum/unknown_node', {
    message: 'the expression names a node that is not among the nodes',
    path,
    received: renderReceived(name),
    expected: `one of ${some.join(', ')}${names.names.length > some.length ? ', …' : ''}`,
    nextStep:
      closest === undefined
        ? 'Add it to nodes, or correct the name.'
        : `Write ${JSON.stringify(closest)} instead, or add ${renderReceived(name)} to nodes.`,
  });
}

function failOnLimit(path: string, unit: string, most: number, received?: number): never {
  return fail('input/too_large', {
    message: `the expression has more than ${most} ${unit}`,
    path,
    ...(received === undefined ? {} : { received: renderReceived(received) }),
    expected: `at most ${most} ${unit}`,
    nextStep: 'Write it with choose(k, …) or majority(…), or name a construction.',
  });
}
