import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { attempt, type Failure, renderFailure } from '../../kernel/failure.ts';
import type { StateDescription } from '../transition-system.ts';
import { QUANTIFIED_NAMES_MAX } from './check-expression.ts';
import { compileExpression } from './compile-expression.ts';
import { compileInvariant, compileProperty } from './compile-invariant.ts';
import { EVALUATION_STEPS_MAX, frameOf, LIST_ITEMS_MAX } from './evaluation.ts';
import { EXAMPLE_STATE, EXPRESSION_OPERATORS } from './expression-operators.ts';
import { EXPRESSION_CHARACTERS_MAX, EXPRESSION_DEPTH_MAX, EXPRESSION_TOKENS_MAX } from './expression-source.ts';
import { renderExpression } from './render-expression.ts';
import { expressions } from './testdata/generated-expressions.ts';
import { walk } from './testdata/tree-walk.ts';

const options = { path: 'invariants[0]', names: Object.keys(EXAMPLE_STATE) };

function judge(text: string, state: StateDescription = EXAMPLE_STATE): boolean {
  return compileInvariant(text, { ...options, names: Object.keys(state) }).evaluate(state);
}

function failureOf(text: string, state: StateDescription = EXAMPLE_STATE): Failure {
  const result = attempt(() => judge(text, state));
  if (result.ok) throw new Error(`${text} is ${result.value}`);
  return result.failure;
}

describe('the documented operators', () => {
  it.each(EXPRESSION_OPERATORS.map(({ name, example }) => [name, example]))('%s: %s', (_, example) => {
    const property = compileProperty(example, options);
    const bodies = property.kind === 'leads_to' ? [property.from, property.to] : [property.body];
    for (const body of bodies) expect(body.evaluate(EXAMPLE_STATE)).toBe(true);
  });

  it('each is named once and has a meaning', () => {
    expect(new Set(EXPRESSION_OPERATORS.map(({ name }) => name)).size).toBe(EXPRESSION_OPERATORS.length);
    for (const { meaning } of EXPRESSION_OPERATORS) expect(meaning).toMatch(/^.{3,90}$/);
  });
});

describe('judging states', () => {
  const twoLeaders = {
    max_term: 3,
    nodes: [
      { name: 'n1', role: 'leader', term: 3 },
      { name: 'n2', role: 'follower', term: 4 },
      { name: 'n3', role: 'leader', term: 3 },
    ],
  };

  it.each([
    ['all n in nodes: n.role != "leader" or n.term <= max_term', true],
    ['all n in nodes: n.term <= max_term', false],
    ['all a, b in nodes: a.role = "leader" and b.role = "leader" and a.term = b.term implies a.name = b.name', false],
    ['count(n in nodes: n.role = "leader") <= 1', false],
    ['some n in nodes: n.term > 3', true],
    ['max(n in nodes: n.term) - min(n in nodes: n.term) = 1', true],
    ['all n in nodes: all m in nodes: n.name = m.name or n.name != m.name', true],
    ['all n in []: n.a', true],
    ['some n in []: n.a', false],
  ])('%s is %s', (text, expected) => {
    expect(judge(text, twoLeaders)).toBe(expected);
  });

  it.each([
    ['all n in nodes: n.role != "leader"', 'n = n1: n.role is "leader"'],
    ['all n in nodes: n.term <= max_term', 'n = n2: n.term is 4, max_term is 3'],
    [
      'all a, b in nodes: a.role = "leader" and b.role = "leader" and a.term = b.term implies a.name = b.name',
      'a = n1, b = n3: a.role is "leader", b.role is "leader", a.term is 3, b.term is 3, a.name is "n1", b.name is "n3"',
    ],
    ['count(n in nodes: n.role = "leader") <= 1', 'count(n in nodes: n.role = "leader") is 2 (n1, n3)'],
    [
      'some n in nodes: n.term > max_term + 1',
      'n = n1: n.term is 3, max_term is 3, n = n2: n.term is 4, max_term is 3, n = n3: n.term is 3, max_term is 3',
    ],
    ['some n in [1, 2]: n > 2', 'n = 1, n = 2'],
    ['some n in []: n > 2', 'there is nothing in []'],
    ['max_term = 3 and not (max_term > 1 and max_term < 9)', 'max_term is 3'],
    ['let top = max(n in nodes: n.term) in top <= max_term', 'top is 4, max_term is 3'],
    ['if max_term = 3 then nodes[0].term = 1 else true', 'max_term is 3, nodes[0].term is 3'],
    [
      'all n in nodes: (some m in nodes: m.term > n.term)',
      'n = n2: m = n1: m.term is 3, n.term is 4, m = n2: m.term is 4, n.term is 4, m = n3: m.term is 3, n.term is 4',
    ],
    ['max_term = 3 iff max_term = 4', 'max_term is 3'],
    ['false', 'false has no simpler reason'],
  ])('%s is false because %s', (text, reason) => {
    const invariant = compileInvariant(text, options);
    expect(invariant.evaluate(twoLeaders)).toBe(false);
    expect(invariant.explainFalse(twoLeaders)).toBe(reason);
  });

  it('tells a witness of what is true', () => {
    expect(compileInvariant('some n in nodes: n.term > 3', options).explainTrue(twoLeaders)).toBe(
      'n = n2: n.term is 4',
    );
  });

  it('sees only what is in the state, not what objects inherit', () => {
    expect(failureOf('nodes[0].constructor = 1').code).toBe('model/bad_value');
    expect(judge('nodes[0].toString? = null and nodes[0]["__proto__"]? = null')).toBe(true);
    expect(failureOf('toString = 1').code).toBe('model/bad_expression');
  });
});

describe('the simple evaluator agrees', () => {
  it('on values, and on what has none', () => {
    let withValue = 0;
    fc.assert(
      fc.property(expressions('boolean', [], 4), (expression) => {
        const text = renderExpression(expression);
        const own = attempt(() =>
          compileExpression({ source: { text, path: 'x' }, scope: [] }, expression)(frameOf(EXAMPLE_STATE)),
        );
        // A limit is no opinion.
        if (!own.ok && own.failure.code === 'model/expression_limit') return;
        let simple: unknown;
        try {
          simple = { value: walk(expression, EXAMPLE_STATE) };
        } catch {
          simple = undefined;
        }
        if (own.ok) withValue += 1;
        expect(own.ok ? { value: own.value } : undefined, text).toEqual(simple);
      }),
      { seed: 42, numRuns: 2_000 },
    );
    expect(withValue).toBeGreaterThan(1_000);
  });

  it('explains whatever has a value, the same each time', () => {
    fc.assert(
      fc.property(expressions('boolean', [], 3), (expression) => {
        const compiled = attempt(() => compileInvariant(renderExpression(expression), options));
        if (!compiled.ok) return;
        const { evaluate, explainFalse } = compiled.value;
        if (!attempt(() => evaluate(EXAMPLE_STATE)).ok) return;
        const reason = explainFalse(EXAMPLE_STATE);
        expect(reason.length).toBeGreaterThan(0);
        expect(explainFalse(EXAMPLE_STATE)).toBe(reason);
      }),
      { seed: 42, numRuns: 500 },
    );
  });
});

describe('limits', () => {
  const long = { list: Array.from({ length: 2_000 }, (_, index) => index) };

  it.each([
    ['characters', `${'x'.repeat(EXPRESSION_CHARACTERS_MAX)}=1`, `at most ${EXPRESSION_CHARACTERS_MAX} characters`],
    [
      'tokens',
      `1${'+1'.repeat(EXPRESSION_TOKENS_MAX / 2)}>1`,
      `at most ${EXPRESSION_TOKENS_MAX} names, numbers, signs and words`,
    ],
    ['parentheses', '('.repeat(EXPRESSION_DEPTH_MAX + 1), `at most ${EXPRESSION_DEPTH_MAX} levels of nesting`],
    ['prefixes', `${'not '.repeat(EXPRESSION_DEPTH_MAX + 1)}true`, `at most ${EXPRESSION_DEPTH_MAX} levels of nesting`],
    [
      'exclamation marks',
      `${'!'.repeat(EXPRESSION_DEPTH_MAX + 1)}true`,
      `at most ${EXPRESSION_DEPTH_MAX} levels of nesting`,
    ],
    [
      'implications',
      Array.from({ length: EXPRESSION_DEPTH_MAX + 2 }, () => 'true').join(' implies '),
      `at most ${EXPRESSION_DEPTH_MAX} levels of nesting`,
    ],
    [
      'names',
      'all a, b, c, d, e, f, g in list: true',
      `at most ${QUANTIFIED_NAMES_MAX} names bound by quantifiers inside each other`,
    ],
    [
      'steps',
      'all a, b, c in list: a + b + c >= 0',
      `at most ${EVALUATION_STEPS_MAX} steps of evaluation in one state`,
    ],
    [
      'steps of comparing',
      'len(distinct(list)) = 2000',
      `at most ${EVALUATION_STEPS_MAX} steps of evaluation in one state`,
    ],
    ['ranges', 'all i in 1..1000000000: i > 0', `lists of at most ${LIST_ITEMS_MAX} items`],
    ['mapped lists', 'len(map(a, b in list: 1)) > 0', `lists of at most ${LIST_ITEMS_MAX} items`],
  ])('%s', (_, text, expected) => {
    expect(failureOf(text, long)).toMatchObject({ code: 'model/expression_limit', expected });
  });

  it('lists that share their parts cost what they look like', () => {
    const doubled = (name: string): string =>
      Array.from({ length: 21 }, (_, index) => `, ${name}${index + 1} = [${name}${index}, ${name}${index}]`).join('');
    const text = `let x0 = [1]${doubled('x')}, y0 = [1]${doubled('y')} in`;
    expect(failureOf(`${text} x21 = y21`).code).toBe('model/expression_limit');
    expect(failureOf(`${text} x21 in [y21]`).code).toBe('model/expression_limit');
    expect(failureOf(`${text} x21[0] + 1 = 2`).received?.length).toBeLessThan(2_000);
  });

  it('a long chain of as many tokens as are allowed is no trouble', () => {
    expect(judge(`${'1+'.repeat(EXPRESSION_TOKENS_MAX / 2 - 2)}1>1`)).toBe(true);
  });
});

describe('mistakes', () => {
  const texts = [
    '',
    '  ',
    'a',
    'all n in nodes',
    'all n nodes: true',
    'all in nodes: true',
    'all n in nodes: n.trem > 1',
    'all n in nodes: n.role = leader',
    'some n in node: n.term > 1',
    'all n in nodes: n.term <= max_trem',
    '1 < 2 < 3',
    'max_term = 3 = true',
    'max_term <> 3',
    '!max_term = 3',
    'max_term & 1 = 1',
    '(max_term = 3',
    'max_term = 3)',
    'max_term = "3',
    'max_term = "\\x"',
    'max_term == 3 &&',
    'max_term',
    'max_term + 1',
    '1 and true',
    'not 3',
    '"a" < 1',
    'len(nodes) = "a"',
    'len() = 1',
    'len(nodes, 1) = 1',
    'size(nodes) = 1',
    'lenn(nodes) = 1',
    'count(n in nodes) = 1',
    'count(nodes) = 1',
    'filter(a, b in nodes: true) = []',
    'all nodes in nodes: true',
    'all n in nodes: some n in nodes: true',
    'let x = 1 then x = 1',
    'let x = 1',
    'if true then false',
    'true; false',
    'max_term = 3 and always true',
    'true leads to',
    'true leads false',
    'always true leads to false',
    'sometimes true',
    'true leads to false',
    'max_term = 3x',
    'max_term = 99999999999999999999',
    'nodes.term = 1',
    'nodes[3].term = 1',
    'nodes[0].log[7].term = 1',
    'nodes["a"] = 1',
    'max_term[0] = 1',
    'nodes[0][0] = 1',
    'nodes[0]["trem"] = 1',
    'nodes[0].role < 1',
    'nodes[0].role and true',
    'nodes[0].term + nodes[0].role = 1',
    'max_term / 0 = 1',
    'max_term % 0 = 1',
    'all n in nodes: n.votedFor = null',
    'all n in nodes[0]: true',
    '1 in max_term',
    'max(n in []: n) = 1',
    'last([]) = 1',
    'max(nodes) = 1',
    'keys(nodes) = []',
    'nodes[0:-1] = []',
    '1.5..3 = []',
    'all n in nodes:\n  n.term <= max_term and\n  n.role = = 3',
    'all 日 in nodes: true',
    '"日本" = "日本" = true',
    `max_term = 1${' or max_term = 1'.repeat(20)} or max_trem = 1`,
  ];

  it('are pointed at', async () => {
    const header =
      '# What the language says to mistakes: the text, then the failure. The state is EXAMPLE_STATE of expression-operators.ts.\n';
    const shown = texts.map((text) => `${JSON.stringify(text)}\n${renderFailure(failureOf(text))}\n`);
    await expect(`${header}\n${shown.join('\n')}`).toMatchFileSnapshot('testdata/mistakes.txt');
  });
});
