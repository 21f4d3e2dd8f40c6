/**
 * What can be said against an expression before any state is seen: names that nothing bears, names bound twice, operands that are
 * plainly of the wrong kind, too many names bound inside each other. One walk over the tree. A kind that depends on the state is
 * `any`: it is judged at evaluation.
 */
import { closestName } from '../../kernel/closest-name.ts';
import type { Binary, Binding, Call, Expression, Quantified } from './expression.ts';
import { failAt, failOnLimit, listNames, type Source } from './expression-source.ts';
import { renderExpression } from './render-expression.ts';
import type { ValueKind } from './values.ts';

/** Most names that quantifiers may have bound at one place: n elements each make n^6 combinations. */
export const QUANTIFIED_NAMES_MAX = 6;

export interface CheckOptions {
  readonly source: Source;
  /** Variables of the state. */
  readonly names: readonly string[];
}

type StaticKind = ValueKind | 'any';

/** A bound name and those around it. */
interface Scope {
  readonly name: string;
  readonly kind: StaticKind;
  /** How many names quantifiers have bound so far. */
  readonly quantified: number;
  readonly outer: Scope | undefined;
}

/** Fails unless `expression` can be true or false. */
export function checkExpression(expression: Expression, options: CheckOptions): void {
  demandKind(options, expression, undefined, ['boolean'], 'a property is true or false');
}

function kindIn(options: CheckOptions, expression: Expression, scope: Scope | undefined): StaticKind {
  switch (expression.kind) {
    case 'literal':
      return literalKind(expression.value);
    case 'name':
      return kindOfName(options, expression.name, expression.at, scope);
    case 'list':
      for (const item of expression.items) kindIn(options, item, scope);
      return 'list';
    case 'member':
      demandKind(options, expression.of, scope, ['record'], `only a record has members, such as .${expression.name}`);
      return 'any';
    case 'item':
      demandKind(options, expression.of, scope, ['list', 'record'], 'only a list or a record has items');
      demandKind(
        options,
        expression.index,
        scope,
        ['number', 'string'],
        'an index is a number, or the name of a member',
      );
      return 'any';
    case 'slice':
      demandKind(options, expression.of, scope, ['list'], 'only a list can be sliced');
      for (const end of [expression.from, expression.to]) {
        if (end !== undefined) demandKind(options, end, scope, ['number'], 'a slice lies between numbers');
      }
      return 'list';
    case 'unary': {
      const kind = expression.operator === 'not' ? 'boolean' : 'number';
      demandKind(options, expression.operand, scope, [kind], `"${expression.operator}" takes a ${kind}`);
      return kind;
    }
    case 'binary':
      return kindOfBinary(options, expression, scope);
    case 'call':
      return kindOfCall(options, expression, scope);
    case 'quantified':
      return kindOfQuantified(options, expression, scope);
    case 'if': {
      demandKind(options, expression.condition, scope, ['boolean'], 'a condition is true or false');
      const kinds = [expression.then, expression.else].map((each) => kindIn(options, each, scope));
      return kinds[0] === kinds[1] ? (kinds[0] ?? 'any') : 'any';
    }
    case 'let': {
      const kind = kindIn(options, expression.value, scope);
      return kindIn(options, expression.body, bind(options, expression.name, expression.at, kind, scope, 0));
    }
  }
}

function literalKind(value: null | boolean | number | string): StaticKind {
  return value === null ? 'null' : (typeof value as 'boolean' | 'number' | 'string');
}

function kindOfName(options: CheckOptions, name: string, at: number, scope: Scope | undefined): StaticKind {
  const bound = boundNames(scope);
  for (let each = scope; each !== undefined; each = each.outer) if (each.name === name) return each.kind;
  if (options.names.includes(name)) return 'any';
  const known = [...bound, ...options.names];
  const closest = closestName(name, known);
  return failAt(options.source, at, {
    problem: `nothing here is called ${JSON.stringify(name)}`,
    expected: `one of ${listNames(known)}`,
    nextStep: closest === undefined ? `For a text, write it in quotes: "${name}".` : `Did you mean ${closest}?`,
  });
}

function boundNames(scope: Scope | undefined): string[] {
  const names: string[] = [];
  for (let each = scope; each !== undefined; each = each.outer) names.push(each.name);
  return names;
}

function kindOfBinary(options: CheckOptions, expression: Binary, scope: Scope | undefined): StaticKind {
  const { operator, left, right } = expression;
  const both = (kinds: readonly ValueKind[], why: string): StaticKind[] =>
    [left, right].map((each) => demandKind(options, each, scope, kinds, why));
  switch (operator) {
    case 'and':
    case 'or':
    case 'implies':
    case 'iff':
      both(['boolean'], `"${operator}" takes two conditions`);
      return 'boolean';
    case '=':
    case '!=':
      refuseForeign(options, expression, kindIn(options, left, scope), kindIn(options, right, scope));
      return 'boolean';
    case 'in':
    case 'not in':
      kindIn(options, left, scope);
      demandKind(options, right, scope, ['list'], `"${operator}" looks into a list`);
      return 'boolean';
    case '<':
    case '<=':
    case '>':
    case '>=': {
      const kinds = both(['number', 'string'], `"${operator}" compares two numbers or two strings`);
      refuseForeign(options, expression, kinds[0] ?? 'any', kinds[1] ?? 'any');
      return 'boolean';
    }
    default:
      both(['number'], `"${operator}" takes two numbers`);
      return operator === '..' ? 'list' : 'number';
  }
}

/** A number never equals a string; anything may be null. */
function refuseForeign({ source }: CheckOptions, expression: Binary, left: StaticKind, right: StaticKind): void {
  if (left === right || [left, right].some((kind) => kind === 'any' || kind === 'null')) return;
  failAt(source, expression.at, {
    problem: `a ${left} and a ${right} are compared, which are never equal`,
    expected: 'values of the same kind on both sides',
  });
}

function kindOfCall(options: CheckOptions, expression: Call, scope: Scope | undefined): StaticKind {
  const { function: name, arguments: items } = expression;
  const demandAll = (kinds: readonly ValueKind[], why: string): void => {
    for (const item of items) demandKind(options, item, scope, kinds, why);
  };
  switch (name) {
    case 'len':
      demandAll(['list', 'record', 'string'], '"len" takes a list, a record or a string');
      return 'number';
    case 'abs':
      demandAll(['number'], '"abs" takes a number');
      return 'number';
    case 'keys':
    case 'values':
      demandAll(['record'], `"${name}" takes a record`);
      return 'list';
    case 'last':
    case 'distinct':
      demandAll(['list'], `"${name}" takes a list`);
      return name === 'last' ? 'any' : 'list';
    default:
      demandAll(
        items.length === 1 ? ['list'] : ['number'],
        `"${name}" takes a list of numbers, or two or more numbers`,
      );
      return 'number';
  }
}

function kindOfQuantified(options: CheckOptions, expression: Quantified, scope: Scope | undefined): StaticKind {
  const { quantifier, bindings, body } = expression;
  let inner = scope;
  for (const binding of bindings) inner = bindAll(options, binding, inner);
  switch (quantifier) {
    case 'all':
    case 'some':
    case 'count':
    case 'filter':
      demandKind(options, body, inner, ['boolean'], `"${quantifier}" asks a condition of each`);
      if (quantifier === 'filter') demandOneName(options, expression);
      return quantifier === 'count' ? 'number' : quantifier === 'filter' ? 'list' : 'boolean';
    case 'map':
      kindIn(options, body, inner);
      return 'list';
    default:
      demandKind(options, body, inner, ['number'], `"${quantifier}" takes a number of each`);
      return 'number';
  }
}

function bindAll(options: CheckOptions, { names, at, domain }: Binding, scope: Scope | undefined): Scope | undefined {
  demandKind(options, domain, scope, ['list'], 'names range over a list');
  return names.reduce<Scope | undefined>((inner, name) => bind(options, name, at, 'any', inner, 1), scope);
}

function bind(
  { source, names }: CheckOptions,
  name: string,
  at: number,
  kind: StaticKind,
  outer: Scope | undefined,
  quantified: number,
): Scope {
  if (names.includes(name) || boundNames(outer).includes(name)) {
    const problem = `the name ${JSON.stringify(name)} is taken`;
    failAt(source, at, { problem, expected: `a name other than ${listNames([...boundNames(outer), ...names])}` });
  }
  const count = (outer?.quantified ?? 0) + quantified;
  if (count > QUANTIFIED_NAMES_MAX) {
    const limit = `at most ${QUANTIFIED_NAMES_MAX} names bound by quantifiers inside each other`;
    failOnLimit(source, `${count} names`, limit, 'Split it into several properties.');
  }
  return { name, kind, quantified: count, outer };
}

function demandOneName({ source }: CheckOptions, { bindings, at }: Quantified): void {
  if (bindings.length === 1 && bindings[0]?.names.length === 1) return;
  failAt(source, at, { problem: '"filter" got several names', expected: 'one name, as in filter(n in nodes: …)' });
}

/** Fails where the kind is known and not among `kinds`; `why` is the rule that it breaks. */
function demandKind(
  options: CheckOptions,
  expression: Expression,
  scope: Scope | undefined,
  kinds: readonly ValueKind[],
  why: string,
): StaticKind {
  const kind = kindIn(options, expression, scope);
  if (kind === 'any' || kinds.includes(kind)) return kind;
  return failAt(options.source, expression.at, {
    problem: `${renderExpression(expression).slice(0, 40)} is a ${kind}`,
    expected: `a ${kinds.join(' or ')}: ${why}`,
  });
}
