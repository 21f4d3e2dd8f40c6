/**
 * Reads expressions over a state: precedence climbing (Richards; Clarke 1986) over the tokens, one pass, with the precedences of
 * `precedence.ts`. The grammar of what stands between operators:
 *
 *     prefix     = ("not" | "-" | "!") operand | ("all" | "some") bindings ":" e | "if" e "then" e "else" e
 *                | "let" name "=" e {"," name "=" e} "in" e | postfix
 *     bindings   = names "in" domain {"," names "in" domain}           names = name {"," name}
 *     postfix    = atom { "." name ["?"] | "[" e "]" ["?"] | "[" [e] ":" [e] "]" }
 *     atom       = literal | name | function "(" e {"," e} ")" | quantifier "(" bindings [":" e] ")" | "(" e ")"
 *                | "[" [e {"," e}] "]" | "{" … "}"
 *
 * The nesting limit keeps it, and what walks the tree later, from overflowing the stack. Names are looked up in `check-expression.ts`.
 */
import type { BinaryOperator, Binding, Expression } from './expression.ts';
import { failAt } from './expression-source.ts';
import { parsePostfix } from './parse-operand.ts';
import {
  BINARY_PRECEDENCE,
  COMPARISON_PRECEDENCE,
  chains,
  NEGATION_PRECEDENCE,
  NOT_PRECEDENCE,
  operandPrecedence,
  RANGE_PRECEDENCE,
  WEAKEST,
} from './precedence.ts';
import {
  demand,
  demandName,
  enclosed,
  nested,
  peek,
  readTokens,
  type TokenReader,
  take,
  takeIf,
  unexpected,
} from './token-reader.ts';
import type { Token } from './tokens.ts';

export const A_VALUE = 'a value: a name, a number, a string, "(", "all", "some", "not", "if" or "let"';

/** The expression that `text` is; `path` says where it stands in the input. */
export function parseExpression(text: string, path: string): Expression {
  const reader = readTokens({ text, path });
  const expression = parseBinary(reader, WEAKEST);
  demandEnd(reader);
  return expression;
}

export function demandEnd(reader: TokenReader): void {
  const { kind, is } = peek(reader);
  if (kind === 'end') return;
  if (is === '<>') unexpected(reader, 'an operator', 'For "differs from" write "!=".');
  if (is === '~>') unexpected(reader, 'an operator', '"E leads to F" stands at the top level only.');
  unexpected(reader, 'an operator, such as "and", "=" or "+", or the end');
}

/** Operators at least as strong as `weakest`, and their operands. */
export function parseBinary(reader: TokenReader, weakest: number): Expression {
  let left = parsePrefix(reader, weakest);
  for (;;) {
    const operator = binaryOperator(reader);
    if (operator === undefined || BINARY_PRECEDENCE[operator] < weakest) return left;
    const { at } = takeOperator(reader, operator);
    const right = nested(reader, () => parseBinary(reader, operandPrecedence(operator, 'right')));
    left = { kind: 'binary', at, operator, left, right };
    if (!chains(operator)) refuseChain(reader, operator);
  }
}

function binaryOperator(reader: TokenReader): BinaryOperator | undefined {
  const { is } = peek(reader);
  if (is === 'not' && peek(reader, 1).is === 'in') return reader.stopsAtIn ? undefined : 'not in';
  return is === undefined || !isBinaryOperator(is) || (is === 'in' && reader.stopsAtIn) ? undefined : is;
}

function isBinaryOperator(meaning: string): meaning is BinaryOperator {
  return Object.hasOwn(BINARY_PRECEDENCE, meaning);
}

function takeOperator(reader: TokenReader, operator: BinaryOperator): Token {
  const token = take(reader);
  if (operator === 'not in' && token.is === 'not') take(reader);
  return token;
}

function refuseChain(reader: TokenReader, operator: BinaryOperator): void {
  const next = binaryOperator(reader);
  if (next === undefined || BINARY_PRECEDENCE[next] !== BINARY_PRECEDENCE[operator]) return;
  const problem = `${JSON.stringify(operator)} and ${JSON.stringify(next)} do not chain`;
  const expected = '"and" between two comparisons, e.g. a <= b and b <= c, or parentheses';
  failAt(reader.source, peek(reader).at, { problem, expected });
}

function parsePrefix(reader: TokenReader, weakest: number): Expression {
  const { is, at } = peek(reader);
  switch (is) {
    case 'not':
      take(reader);
      return { kind: 'unary', at, operator: 'not', operand: deeper(reader, Math.max(NOT_PRECEDENCE, weakest)) };
    case '-':
      take(reader);
      return { kind: 'unary', at, operator: '-', operand: deeper(reader, NEGATION_PRECEDENCE) };
    case '!':
      return parseBang(reader);
    case 'all':
    case 'some':
      return parseQuantified(reader, is);
    case 'if':
      return parseIf(reader);
    case 'let':
      return parseLet(reader);
    case 'always':
    case 'sometimes':
    case 'eventually':
    case '<>':
      return unexpected(reader, A_VALUE, '"always", "sometimes" and "eventually" stand at the beginning only.');
    default:
      return parsePostfix(reader);
  }
}

/** A part that may hold any operator, one level deeper. */
export function parseWhole(reader: TokenReader): Expression {
  return deeper(reader, WEAKEST);
}

function deeper(reader: TokenReader, weakest: number): Expression {
  return nested(reader, () => parseBinary(reader, weakest));
}

/** `!` binds tightly in C and loosely as TLA+'s `~`: where that matters it is refused. */
function parseBang(reader: TokenReader): Expression {
  const { at } = take(reader);
  const operand = nested(reader, () => (peek(reader).is === '!' ? parseBang(reader) : parsePostfix(reader)));
  const next = binaryOperator(reader);
  if (next !== undefined && BINARY_PRECEDENCE[next] >= COMPARISON_PRECEDENCE) {
    failAt(reader.source, at, {
      problem: `"!" before an operand of ${JSON.stringify(next)} can be read in two ways`,
      expected: 'parentheses: !(a = b), or (!a) = b',
      nextStep: 'Write "not a = b" for not (a = b), or set parentheses.',
    });
  }
  return { kind: 'unary', at, operator: 'not', operand };
}

function parseQuantified(reader: TokenReader, quantifier: 'all' | 'some'): Expression {
  const { at } = take(reader);
  const bindings = parseBindings(reader);
  demand(reader, ':', `and what holds, as in ${quantifier} n in nodes: n.term <= 3`);
  return { kind: 'quantified', at, quantifier, bindings, body: parseWhole(reader) };
}

export function parseBindings(reader: TokenReader): Binding[] {
  const bindings: Binding[] = [];
  do {
    const first = demandName(reader, 'a name to bind, as in all n in nodes: …');
    const names = [first.text];
    while (takeIf(reader, ',')) names.push(demandName(reader, 'another name to bind').text);
    demand(reader, 'in', 'and a list, as in all n in nodes: …');
    const domain = enclosed(reader, () => deeper(reader, RANGE_PRECEDENCE));
    bindings.push({ names, at: first.at, domain });
  } while (takeIf(reader, ','));
  return bindings;
}

function parseIf(reader: TokenReader): Expression {
  const { at } = take(reader);
  const condition = parseWhole(reader);
  demand(reader, 'then', 'after the condition of "if"');
  const then = parseWhole(reader);
  demand(reader, 'else', 'after "if … then …"');
  return { kind: 'if', at, condition, then, else: parseWhole(reader) };
}

function parseLet(reader: TokenReader): Expression {
  const { at } = take(reader);
  const name = demandName(reader, 'a name, as in let top = max(n in nodes: n.term) in …').text;
  demand(reader, '=', 'and a value, as in let top = 3 in …');
  const value = enclosed(reader, () => parseWhole(reader), true);
  if (takeIf(reader, ',')) {
    reader.position -= 1;
    return { kind: 'let', at, name, value, body: nested(reader, () => parseLet(reader)) };
  }
  demand(reader, 'in', 'and what the name is for, as in let top = 3 in top > 2');
  return { kind: 'let', at, name, value, body: parseWhole(reader) };
}

/** Whether a token can begin a value: tells `[] E` from an empty list. */
export function beginsValue({ kind, is }: Token): boolean {
  if (kind === 'end') return false;
  if (is === undefined) return true;
  return ['(', '[', '{', '!', 'not', 'all', 'some', 'if', 'let', 'true', 'false', 'null'].includes(is);
}
