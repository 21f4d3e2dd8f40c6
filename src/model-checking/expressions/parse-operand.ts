/**
 * Reads what operators stand between: values with their members and items, lists, calls. The grammar is in `parse-expression.ts`.
 */
import { closestName } from '../../kernel/closest-name.ts';
import type { Expression, FunctionName, Quantified, Quantifier } from './expression.ts';
import { failAt } from './expression-source.ts';
import { canonicalFunction, FUNCTIONS, isFunction, isQuantifier } from './functions.ts';
import { A_VALUE, parseBinary, parseBindings, parseWhole } from './parse-expression.ts';
import { isPrefixed, WEAKEST } from './precedence.ts';
import { demand, enclosed, nested, peek, type TokenReader, take, takeIf, unexpected } from './token-reader.ts';

export function parsePostfix(reader: TokenReader): Expression {
  let of = parseAtom(reader);
  for (;;) {
    const { at } = peek(reader);
    if (takeIf(reader, '.')) {
      const token = peek(reader);
      if (token.kind !== 'word' || token.text.startsWith('\\'))
        unexpected(reader, 'the name of a member, as in n.term');
      take(reader);
      of = { kind: 'member', at, of, name: token.text, isSafe: takeIf(reader, '?') };
    } else if (takeIf(reader, '[')) {
      of = nested(reader, () => enclosed(reader, () => parseBracket(reader, of, at)));
    } else {
      return of;
    }
  }
}

/** After `[`: an index or a slice. */
function parseBracket(reader: TokenReader, of: Expression, at: number): Expression {
  const first = peek(reader).is === ':' ? undefined : parseBinary(reader, WEAKEST);
  if (takeIf(reader, ':')) {
    const to = peek(reader).is === ']' ? undefined : parseBinary(reader, WEAKEST);
    demand(reader, ']', 'after a slice');
    return { kind: 'slice', at, of, from: first, to };
  }
  demand(reader, ']', 'after an index, or ":" as in log[1:3]');
  return { kind: 'item', at, of, index: first as Expression, isSafe: takeIf(reader, '?') };
}

function parseAtom(reader: TokenReader): Expression {
  const { kind, is, at, value, text } = peek(reader);
  if (value !== undefined) {
    take(reader);
    return { kind: 'literal', at, value };
  }
  if (is === 'true' || is === 'false' || is === 'null') {
    take(reader);
    return { kind: 'literal', at, value: is === 'null' ? null : is === 'true' };
  }
  if (is === '(') {
    take(reader);
    const inner = enclosed(reader, () => parseWhole(reader));
    demand(reader, ')', 'to close "("');
    return inner;
  }
  if (is === '[' || is === '{') return parseList(reader, is === '[' ? ']' : '}');
  if (kind !== 'word' || is !== undefined) return unexpected(reader, A_VALUE);
  if (peek(reader, 1).is === '(') return parseCall(reader);
  take(reader);
  return { kind: 'name', at, name: text };
}

function parseList(reader: TokenReader, close: string): Expression {
  const { at } = take(reader);
  const items = peek(reader).is === close ? [] : parseItems(reader);
  demand(reader, close, 'to close the list, or ","');
  return { kind: 'list', at, items };
}

function parseItems(reader: TokenReader): Expression[] {
  return enclosed(reader, () => {
    const items = [parseWhole(reader)];
    while (takeIf(reader, ',')) items.push(parseWhole(reader));
    return items;
  });
}

function parseCall(reader: TokenReader): Expression {
  const { text, at } = take(reader);
  take(reader);
  const name = canonicalFunction(text);
  const isBinder = isQuantifier(name) && !isPrefixed(name);
  if (isBinder && (!isFunction(name) || looksLikeBindings(reader))) return parseCounted(reader, name, at);
  if (!isFunction(name)) {
    return failOnFunction(reader, text, at);
  }
  return parseArguments(reader, name, at);
}

function failOnFunction({ source }: TokenReader, text: string, at: number): never {
  const known = [...Object.keys(FUNCTIONS), ...Object.keys(FUNCTIONS_OF_EACH)];
  const closest = closestName(text, known);
  return failAt(source, at, {
    problem: `there is no function ${JSON.stringify(text)}`,
    expected: `one of ${[...new Set(known)].join(', ')}`,
    ...(closest === undefined ? {} : { nextStep: `Did you mean ${closest}?` }),
  });
}

/** `name {, name} in`: then it is `sum(n in nodes: …)`, else `sum(list)`. */
function looksLikeBindings(reader: TokenReader): boolean {
  for (let ahead = 0; ; ahead += 2) {
    const { kind, is } = peek(reader, ahead);
    if (kind !== 'word' || is !== undefined) return false;
    const next = peek(reader, ahead + 1).is;
    if (next !== ',') return next === 'in';
  }
}

/** The rest of `count(n in nodes: …)`. */
function parseCounted(reader: TokenReader, quantifier: Exclude<Quantifier, 'all' | 'some'>, at: number): Quantified {
  return enclosed(reader, () => {
    const bindings = parseBindings(reader);
    demand(reader, ':', `and a value for each, as in ${FUNCTIONS_OF_EACH[quantifier]}`);
    const body = parseWhole(reader);
    demand(reader, ')', `to close "${quantifier}("`);
    return { kind: 'quantified', at, quantifier, bindings, body };
  });
}

const FUNCTIONS_OF_EACH: Readonly<Record<Exclude<Quantifier, 'all' | 'some'>, string>> = {
  count: 'count(n in nodes: n.role = "leader")',
  sum: 'sum(n in nodes: len(n.log))',
  min: 'min(n in nodes: n.term)',
  max: 'max(n in nodes: n.term)',
  filter: 'filter(n in nodes: n.term = 3)',
  map: 'map(n in nodes: n.term)',
};

function parseArguments(reader: TokenReader, name: FunctionName, at: number): Expression {
  const items = peek(reader).is === ')' ? [] : parseItems(reader);
  demand(reader, ')', `to close "${name}(", or ","`);
  const { least, most } = FUNCTIONS[name];
  if (items.length < least || items.length > most) {
    const expected = least === most ? `${least}` : `at least ${least}`;
    failAt(reader.source, at, { problem: `"${name}" got ${items.length} arguments`, expected });
  }
  return { kind: 'call', at, function: name, arguments: items };
}
