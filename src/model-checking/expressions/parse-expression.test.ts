import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { attempt } from '../../kernel/failure.ts';
import type { Expression } from './expression.ts';
import { parseExpression } from './parse-expression.ts';
import { parseFormula } from './parse-formula.ts';
import { renderExpression } from './render-expression.ts';
import { anyExpressions } from './testdata/generated-expressions.ts';

/** Every operation in parentheses: shows what was read. */
function bracketed(text: string): string {
  const show = (part: Expression): string => {
    switch (part.kind) {
      case 'binary':
        return `(${show(part.left)} ${part.operator} ${show(part.right)})`;
      case 'unary':
        return `(${part.operator} ${show(part.operand)})`;
      case 'quantified':
        return `(${part.quantifier} ${part.bindings.map(({ names, domain }) => `${names.join()} in ${show(domain)}`).join()}: ${show(part.body)})`;
      case 'if':
        return `(if ${show(part.condition)} then ${show(part.then)} else ${show(part.else)})`;
      case 'let':
        return `(let ${part.name} = ${show(part.value)} in ${show(part.body)})`;
      case 'member':
        return `${show(part.of)}.${part.name}`;
      default:
        return renderExpression(part);
    }
  };
  return show(parseExpression(text, 'invariant'));
}

/** Without the places in the text. */
function bare(expression: Expression): unknown {
  return JSON.parse(JSON.stringify(expression, (key, value: unknown) => (key === 'at' ? undefined : value)));
}

describe('precedence', () => {
  it.each([
    ['a or b and c', '(a or (b and c))'],
    ['a and b or c', '((a and b) or c)'],
    ['a implies b or c', '(a implies (b or c))'],
    ['a implies b implies c', '(a implies (b implies c))'],
    ['a iff b implies c', '(a iff (b implies c))'],
    ['a iff b iff c', '((a iff b) iff c)'],
    ['not a = b', '(not (a = b))'],
    ['not a and b', '((not a) and b)'],
    ['a and not b or c', '((a and (not b)) or c)'],
    ['not a in b', '(not (a in b))'],
    ['a not in b', '(a not in b)'],
    ['a + 1 = b and c', '(((a + 1) = b) and c)'],
    ['a - b - c', '((a - b) - c)'],
    ['a - b + c * d % e', '((a - b) + ((c * d) % e))'],
    ['a / b * c', '((a / b) * c)'],
    ['-a + b', '((- a) + b)'],
    ['-a.b * c', '((- a.b) * c)'],
    ['a - -b', '(a - (- b))'],
    ['a in 1..n + 1', '(a in (1 .. (n + 1)))'],
    ['a and all x in l: x and b', '(a and (all x in l: (x and b)))'],
    ['(all x in l: x) and b', '((all x in l: x) and b)'],
    ['all a, b in l, c in a.d: a', '(all a,b in l,c in a.d: a)'],
    ['if a then b else c and d', '(if a then b else (c and d))'],
    ['1 + if a then 2 else 3', '(1 + (if a then 2 else 3))'],
    ['let x = a + 1, y = 2 in x < y', '(let x = (a + 1) in (let y = 2 in (x < y)))'],
    ['let x = a = b in x', '(let x = (a = b) in x)'],
    ['let x = (a in b) in x in c', '(let x = (a in b) in (x in c))'],
    ['let x = all n in l: n.a = 1 in x', '(let x = (all n in l: (n.a = 1)) in x)'],
    ['a\n  and\tb', '(a and b)'],
  ])('%s', (text, expected) => {
    expect(bracketed(text)).toBe(expected);
  });
});

describe('other spellings mean the same', () => {
  it.each([
    ['\\A n \\in nodes : n.role # "leader" \\/ n.term =< 3', 'all n in nodes: n.role != "leader" or n.term <= 3'],
    ['\\E n \\in nodes : ~(n.a /\\ n.b)', 'some n in nodes: not (n.a and n.b)'],
    ['∀ a, b ∈ nodes: a.x = b.x ⇒ ¬(a.y ≠ b.y)', 'all a, b in nodes: a.x = b.x implies not a.y != b.y'],
    ['a == 1 && b || !c', 'a = 1 and b or not c'],
    ['!(a == b)', 'not a = b'],
    ['!!a', 'not not a'],
    ['a => b <=> c', 'a implies b iff c'],
    ['x \\notin {1, 2}', 'x not in [1, 2]'],
    ['IF a THEN TRUE ELSE FALSE', 'if a then true else false'],
    ['LET x == 1 IN x > 0', 'let x = 1 in x > 0'],
    ['forall n in nodes: exists m in nodes: n = m', 'all n in nodes: some m in nodes: n = m'],
    ['Len(log) + Cardinality(s)', 'len(log) + len(s)'],
    ["n.role = 'it''s'".replace("''", "\\'"), 'n.role = "it\'s"'],
    ['n.in.all?', 'n.in.all?'],
    ['sum(n in nodes: n.term) = sum(list) + sum(a, b)', 'sum(n in nodes: n.term) = sum(list) + sum(a, b)'],
    ['log[1:] = log[:2] and log[a:b] = [][0]?', 'log[1:] = log[:2] and log[a:b] = [][0]?'],
    ['x in {}', 'x in []'],
  ])('%s', (text, expected) => {
    expect(renderExpression(parseExpression(text, 'invariant'))).toBe(expected);
  });
});

describe('temporal forms', () => {
  it.each([
    ['a', 'always'],
    ['always a', 'always'],
    ['[] a', 'always'],
    ['[]a', 'always'],
    ['[] = a', 'always'],
    ['sometimes a and b', 'sometimes'],
    ['eventually a', 'eventually'],
    ['<>a', 'eventually'],
    ['a leads to b', 'leads_to'],
    ['a ~> b or c', 'leads_to'],
    ['all n in l: n.a leads to b', 'leads_to'],
  ])('%s is %s', (text, kind) => {
    expect(parseFormula(text, 'property').kind).toBe(kind);
  });

  it('an empty list at the beginning is no temporal form', () => {
    expect(parseFormula('[] = a', 'property')).toMatchObject({ body: { kind: 'binary', left: { kind: 'list' } } });
  });
});

describe('printing', () => {
  it('reads back as the same tree', () => {
    fc.assert(
      fc.property(anyExpressions(), (expression) => {
        const text = renderExpression(expression);
        const read = attempt(() => parseExpression(text, 'invariant'));
        if (!read.ok && read.failure.code === 'model/expression_limit') return;
        expect(read.ok ? bare(read.value) : read.failure, text).toEqual(bare(expression));
      }),
      { seed: 42, numRuns: 1_500 },
    );
  });

  it('answers any text with an expression or a failure', () => {
    const pieces = [
      'a',
      'n.b',
      '(',
      ')',
      '[',
      ']',
      '{',
      ',',
      ':',
      'in',
      'all x in',
      'let x =',
      'not',
      '!',
      'and',
      '/\\',
      '=',
      '<',
      '1',
      '..',
      '"s"',
      '"',
      '?',
      '#',
      'count(',
      'leads to',
      '[]',
      '\\',
      'é',
    ];
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...pieces), { maxLength: 12 }), (parts) => {
        const text = parts.join(' ');
        const read = attempt(() => parseFormula(text, 'property'));
        if (!read.ok) expect(read.failure.message).toMatch(/ at line \d+, column \d+$/);
      }),
      { seed: 42, numRuns: 2_000 },
    );
  });
});
