/**
 * Random expressions over the example state. Most are of the kind that is asked for, so that they have a value; some parts are of
 * another kind, so that failures are met too.
 */
import fc from 'fast-check';
import type { BinaryOperator, Binding, Expression, Quantifier } from '../expression.ts';

type Kind = 'boolean' | 'number' | 'string' | 'list' | 'node';
const at = 0;

/** Of any shape, sense or none: for printing and reading. */
export function anyExpressions(): fc.Arbitrary<Expression> {
  return expressions('boolean', [], 4);
}

export function expressions(kind: Kind, scope: readonly string[], depth: number): fc.Arbitrary<Expression> {
  const right = depth <= 0 ? leaves(kind, scope) : fc.oneof(leaves(kind, scope), fc.nat(1_000).chain((drawn) => lazily(deeper(kind, scope, depth - 1), drawn)));
  if (depth <= 0) return right;
  const kinds: readonly Kind[] = ['boolean', 'number', 'string', 'list', 'node'];
  return fc.oneof({ weight: 60, arbitrary: right }, { weight: 1, arbitrary: fc.constantFrom(...kinds).chain((wrong) => expressions(wrong, scope, depth - 1)) });
}

function leaves(kind: Kind, scope: readonly string[]): fc.Arbitrary<Expression> {
  const literal = (value: null | boolean | number | string): Expression => ({ kind: 'literal', at, value });
  const bound = scope.length === 0 ? [] : [fc.constantFrom(...scope).map((name): Expression => ({ kind: 'name', at, name }))];
  switch (kind) {
    case 'boolean':
      return fc.constantFrom(literal(true), literal(false));
    case 'number':
      return fc.oneof(fc.constantFrom(literal(0), literal(1), literal(2), literal(2.5), name('max_term')), ...bound);
    case 'string':
      return fc.oneof(fc.constantFrom(literal('leader'), literal('n2'), literal(null), literal('a "b"\n\\')), ...bound);
    case 'list':
      return fc.constantFrom(name('nodes'), { kind: 'list', at, items: [] });
    case 'node':
      return fc.oneof(fc.nat(2).map((index): Expression => ({ kind: 'item', at, of: name('nodes'), index: literal(index), isSafe: false })), ...bound);
  }
}

function name(text: string): Expression {
  return { kind: 'name', at, name: text };
}

/** Built only when drawn: all of them together would be a forest. */
type Lazy = () => fc.Arbitrary<Expression>;

function lazily(choices: readonly Lazy[], drawn: number): fc.Arbitrary<Expression> {
  return choices[drawn % choices.length]!();
}

function deeper(kind: Kind, scope: readonly string[], depth: number): Lazy[] {
  const of = (other: Kind, names: readonly string[] = scope): fc.Arbitrary<Expression> => expressions(other, names, depth);
  const binary = (operators: readonly BinaryOperator[], operand: Kind, right: Kind = operand): fc.Arbitrary<Expression> =>
    fc.tuple(fc.constantFrom(...operators), of(operand), of(right)).map(([operator, left, other]) => ({ kind: 'binary', at, operator, left, right: other }));
  const call = (functions: readonly ('len' | 'last' | 'sum' | 'min' | 'max' | 'distinct' | 'keys' | 'values' | 'abs')[], operand: Kind): fc.Arbitrary<Expression> =>
    fc.tuple(fc.constantFrom(...functions), of(operand)).map(([called, item]) => ({ kind: 'call', at, function: called, arguments: [item] }));
  const quantified = (quantifiers: readonly Quantifier[], body: Kind): fc.Arbitrary<Expression> =>
    fc.tuple(fc.constantFrom(...quantifiers), fc.boolean()).chain(([quantifier, isPair]) => {
      const names = [`x${scope.length}`, `x${scope.length + 1}`].slice(0, isPair && quantifier !== 'filter' ? 2 : 1);
      return fc.tuple(of('list'), expressions(body, [...scope, ...names], depth)).map(([domain, inner]): Expression => {
        const bindings: Binding[] = [{ names, at, domain }];
        return { kind: 'quantified', at, quantifier, bindings, body: inner };
      });
    });
  const member = (names: readonly string[]): fc.Arbitrary<Expression> =>
    fc.tuple(of('node'), fc.constantFrom(...names), fc.boolean()).map(([node, called, isSafe]) => ({ kind: 'member', at, of: node, name: called, isSafe }));
  const item: Lazy = () => fc.tuple(of('list'), of('number'), fc.boolean()).map(([list, index, isSafe]) => ({ kind: 'item', at, of: list, index, isSafe }));
  const conditional: Lazy = () => fc.tuple(of('boolean'), of(kind), of(kind)).map(([condition, then, other]) => ({ kind: 'if', at, condition, then, else: other }));
  const bound = `x${scope.length}`;
  const named: Lazy = () => fc.constantFrom<Kind>('number', 'string', 'list', 'boolean').chain((valueKind) =>
    fc.tuple(of(valueKind), of(kind, [...scope, bound])).map(([value, body]): Expression => ({ kind: 'let', at, name: bound, value, body })));
  const common: Lazy[] = [conditional, named];
  switch (kind) {
    case 'boolean':
      return [
        ...common, () => binary(['and', 'or', 'implies', 'iff'], 'boolean'), () => binary(['=', '!=', '<', '<=', '>', '>='], 'number'), () => binary(['=', '!='], 'list'),
        () => binary(['=', '!=', '<', '>='], 'string'), () => binary(['in', 'not in'], 'number', 'list'), () => binary(['in', 'not in'], 'node', 'list'),
        () => quantified(['all', 'some'], 'boolean'), () => of('boolean').map((operand) => ({ kind: 'unary', at, operator: 'not', operand })),
      ];
    case 'number':
      return [
        ...common, () => binary(['+', '-', '*', '/', '%'], 'number'), () => call(['len', 'sum', 'min', 'max'], 'list'), () => call(['abs'], 'number'), () => call(['len'], 'node'),
        () => member(['term', 'commitIndex', 'trem']), () => quantified(['count'], 'boolean'), () => quantified(['sum', 'min', 'max'], 'number'),
        () => of('number').map((operand) => ({ kind: 'unary', at, operator: '-', operand })),
        () => fc.tuple(fc.constantFrom('sum' as const, 'min' as const, 'max' as const), of('number'), of('number')).map(([called, a, b]) => ({ kind: 'call', at, function: called, arguments: [a, b] })),
      ];
    case 'string':
      return [...common, () => member(['name', 'role', 'votedFor'])];
    case 'list':
      return [
        ...common, () => member(['log']), () => call(['distinct'], 'list'), () => call(['keys', 'values'], 'node'), () => binary(['..'], 'number'), () => quantified(['filter'], 'boolean'),
        () => quantified(['map'], 'number'), () => fc.array(of('number'), { maxLength: 3 }).map((items) => ({ kind: 'list', at, items })),
        () => fc.tuple(of('list'), fc.option(of('number'), { nil: undefined }), fc.option(of('number'), { nil: undefined })).map(([list, from, to]) => ({ kind: 'slice', at, of: list, from, to })),
      ];
    case 'node':
      return [...common, () => call(['last'], 'list'), item];
  }
}
