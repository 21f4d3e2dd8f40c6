import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { attempt, type Failure } from '../../kernel/failure.ts';
import { expressions } from '../testdata/brute-force.ts';
import { allOf, anyOf, choose, type Expression, majority, node, weighted } from './expression.ts';
import { collectedNames, knownNames } from './node-names.ts';
import {
  EXPRESSION_CHARACTERS_MAX,
  EXPRESSION_DEPTH_MAX,
  EXPRESSION_LEAVES_MAX,
  parseExpression,
} from './parse-expression.ts';
import { renderExpression } from './render-expression.ts';

const [a, b, c, d] = [node(0), node(1), node(2), node(3)];

describe('the language', () => {
  it.each<[string, Expression]>([
    ['a', a],
    ['  a  ', a],
    ['a + b', anyOf([a, b])],
    ['a*b', allOf([a, b])],
    ['a*b + c*d', anyOf([allOf([a, b]), allOf([c, d])])],
    ['a*(b + c)*d', allOf([a, anyOf([b, c]), d])],
    ['((a))', a],
    ['(a + b) + c', anyOf([anyOf([a, b]), c])],
    ['choose(2, a, b, c)', choose(2, [a, b, c])],
    ['choose(2, [a, b, c])', choose(2, [a, b, c])],
    ['choose(1, a, b)', anyOf([a, b])],
    ['choose(2, a, b)', allOf([a, b])],
    ['choose ( 2 ,a,b ,c )', choose(2, [a, b, c])],
    ['majority(a, b, c)', majority([a, b, c])],
    ['majority([a, b, c])', majority([a, b, c])],
    ['majority(a)', a],
    ['choose(2, a*b, c, majority(d, a, b))', choose(2, [allOf([a, b]), c, majority([d, a, b])])],
    ['choose(3 votes, 2 a, 1 b, 1 c)', weighted(3, [a, b, c], [2, 1, 1])],
    ['choose(3 votes, 2 a*b, 1 (c + d))', weighted(3, [allOf([a, b]), anyOf([c, d])], [2, 1])],
    ['a\n +\tb', anyOf([a, b])],
  ])('%s', (text, expected) => {
    expect(parseExpression(text, { path: 'reads', names: knownNames(['a', 'b', 'c', 'd']) })).toEqual(expected);
  });

  it.each([
    [['n-1', 'n_1', 'n.1'], 'n-1 + n_1*n.1'],
    [['1', '2', '3'], 'choose(2, 1, 2, 3)'],
    [['10.0.0.1', '10.0.0.2'], '10.0.0.1*10.0.0.2'],
    [['n 1', 'a"b', '日本'], '"n 1" + "a\\"b"*"日本"'],
    [['choose', 'majority', 'votes'], 'choose + majority*votes'],
    [['a+b', 'a', 'b'], '"a+b" + a*b'],
  ])('ids %j keep apart in %s', (ids, text) => {
    const expression = parseExpression(text, { path: 'reads', names: knownNames(ids) });
    expect(new Set(leavesOf(expression))).toEqual(new Set(ids.map((_, index) => index)));
  });

  it('numbers names as they come when no nodes are listed, across expressions', () => {
    const names = collectedNames();
    expect(parseExpression('b + a', { path: 'reads', names })).toEqual(anyOf([node(0), node(1)]));
    expect(parseExpression('a*c', { path: 'writes', names })).toEqual(allOf([node(1), node(2)]));
    expect(names.names).toEqual(['b', 'a', 'c']);
  });
});

describe('rendering', () => {
  const ids = ['a', 'n-1', 'n_1', 'with space', '"quoted"', 'choose', '7', 'é'];

  it('reads back as the same tree', () => {
    fc.assert(
      fc.property(expressions(ids.length), (expression) => {
        const text = renderExpression(expression, ids);
        expect(parseExpression(text, { path: 'reads', names: knownNames(ids) })).toEqual(expression);
      }),
      { seed: 42, numRuns: 300 },
    );
  });

  it('is the notation of the literature', () => {
    const render = (text: string): string =>
      renderExpression(parseExpression(text, { path: 'reads', names: knownNames(['a', 'b', 'c', 'd', 'e']) }), [
        'a',
        'b',
        'c',
        'd',
        'e',
      ]);
    expect(render('choose(2,a,b,c)')).toBe('majority(a, b, c)');
    expect(render('choose(2,[a,b,c,d])')).toBe('choose(2, a, b, c, d)');
    expect(render('(a+b)*(c+d)')).toBe('(a + b)*(c + d)');
    expect(render('a*b+c*d*e')).toBe('a*b + c*d*e');
    expect(render('choose(3 votes, 2 a, 1 b, 1 c)')).toBe('choose(3 votes, 2 a, 1 b, 1 c)');
  });
});

describe('mistakes', () => {
  it.each([
    ['', 'the expression is empty at column 1'],
    ['   ', 'the expression is empty at column 4'],
    ['a +', 'unexpected end at column 4'],
    ['a b', 'unexpected "b" at column 3'],
    ['a ++ b', 'unexpected "+" at column 4'],
    ['(a', 'unexpected end at column 3'],
    ['a)', 'unexpected ")" at column 2'],
    ['a + 💥', 'unexpected "💥" at column 5'],
    ['choose(a, b)', 'unexpected "a" at column 8'],
    ['choose(0, a, b)', 'choose(0, …) of 2 children is out of range at column 8'],
    ['choose(3, a, b)', 'choose(3, …) of 2 children is out of range at column 8'],
    ['choose(-1, a, b)', 'unexpected "-" at column 8'],
    ['choose(1.5, a, b)', 'unexpected "1" at column 8'],
    ['choose(2, )', 'unexpected ")" at column 11'],
    ['choose(2, [a, b)', 'unexpected ")" at column 16'],
    ['choose(4 votes, 2 a, 1 b)', 'choose(4, …) of 3 votes is out of range at column 8'],
    ['choose(1 votes, 0 a, 1 b)', 'a child without votes has no place in a threshold at column 17'],
    ['choose(1 votes, a)', 'unexpected "a" at column 17'],
    ['choose(99999999999999999999 votes, 1 a)', 'a number is too large at column 8'],
    ['majority()', 'unexpected ")" at column 10'],
    ['"a', 'a quoted name does not end at column 1'],
    ['"\\x"', 'a quoted name has a wrong escape at column 1'],
    ['""', 'a quoted name is empty at column 1'],
    [`"${'x'.repeat(65)}"`, 'a name is too long at column 1'],
  ])('%j: %s', (text, message) => {
    expect(failureOf(text)).toMatchObject({ code: 'quorum/syntax', message, path: 'reads' });
  });

  it('shows the place with a caret', () => {
    expect(failureOf('a*b + )c').received).toBe('\n  a*b + )c\n        ^');
    const long = `${'a + '.repeat(100)})`;
    const [, line, caret] = failureOf(long).received?.split('\n') ?? [];
    expect(line?.[(caret?.length ?? 0) - 1]).toBe(')');
    expect(line?.length).toBeLessThan(80);
  });

  it.each([
    ['node1 + b', 'Write "node-1" instead'],
    ['B1', 'Write "b" instead'],
    ['zzzzzzzz', 'Add it to nodes'],
  ])('an unknown node in %s: %s', (text, nextStep) => {
    const result = attempt(() => parseExpression(text, { path: 'writes', names: knownNames(['node-1', 'b']) }));
    expect(result).toMatchObject({ ok: false, failure: { code: 'quorum/unknown_node', path: 'writes' } });
    expect(!result.ok && result.failure.nextStep).toContain(nextStep);
  });
});

describe('hostile input ends with a failure', () => {
  it.each([
    ['100,000 opening parentheses', '('.repeat(100_000)],
    ['deep calls', 'majority('.repeat(10_000)],
    ['nesting that closes', `${'('.repeat(EXPRESSION_DEPTH_MAX + 1)}a${')'.repeat(EXPRESSION_DEPTH_MAX + 1)}`],
    ['too many characters', 'a'.repeat(EXPRESSION_CHARACTERS_MAX + 1)],
    ['too many leaves', Array.from({ length: EXPRESSION_LEAVES_MAX + 1 }, () => 'a').join('+')],
    ['too many names', Array.from({ length: 1_001 }, (_, index) => `n${index}`).join('+')],
  ])('%s', (_, text) => {
    const result = attempt(() => parseExpression(text, { path: 'reads', names: collectedNames() }));
    expect(result).toMatchObject({ ok: false, failure: { code: 'input/too_large' } });
  });

  it('accepts the deepest nesting that the limit allows', () => {
    const text = `${'('.repeat(EXPRESSION_DEPTH_MAX)}a${')'.repeat(EXPRESSION_DEPTH_MAX)}`;
    expect(parseExpression(text, { path: 'reads', names: collectedNames() })).toEqual(a);
  });

  it('answers any text with an expression or a failure', () => {
    const pieces = fc.constantFrom(
      'a',
      'b',
      '(',
      ')',
      '+',
      '*',
      ',',
      '[',
      ']',
      'choose(',
      'majority(',
      '2',
      ' votes',
      '"',
      '\\',
      ' ',
    );
    fc.assert(
      fc.property(
        fc.array(pieces, { maxLength: 12 }),
        fc.string({ unit: 'grapheme', maxLength: 3 }),
        (parts, noise) => {
          const text = [...parts, noise].join('');
          expect(attempt(() => parseExpression(text, { path: 'reads', names: collectedNames() }))).toHaveProperty('ok');
        },
      ),
      { seed: 42, numRuns: 1_000 },
    );
  });
});

function failureOf(text: string): Failure {
  const result = attempt(() => parseExpression(text, { path: 'reads', names: knownNames(['a', 'b', 'c']) }));
  if (result.ok) throw new Error(`${text} parses`);
  return result.failure;
}

function leavesOf(expression: Expression): number[] {
  return expression.kind === 'node' ? [expression.node] : expression.children.flatMap(leavesOf);
}
