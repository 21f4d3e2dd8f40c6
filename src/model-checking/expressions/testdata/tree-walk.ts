/**
 * A deliberately simple evaluator to compare with: walks the tree with a map of bound names, knows no slots, no budgets and no
 * static check, and throws on whatever has no value.
 */
import type { Binary, Expression, Quantified } from '../expression.ts';

type Bound = Readonly<Record<string, unknown>>;
type Json = Readonly<Record<string, unknown>>;

export function walk(expression: Expression, bound: Bound): unknown {
  const value = (part: Expression): unknown => walk(part, bound);
  switch (expression.kind) {
    case 'literal':
      return expression.value;
    case 'name':
      return present(bound[expression.name]);
    case 'list':
      return expression.items.map(value);
    case 'member': {
      const record = value(expression.of);
      if (expression.isSafe && record === null) return null;
      const found = asRecord(record)[expression.name];
      return expression.isSafe ? (found ?? null) : present(found);
    }
    case 'item': {
      const list = value(expression.of);
      const index = value(expression.index);
      if (expression.isSafe && list === null) return null;
      const isPlace = Array.isArray(list) ? typeof index === 'number' : typeof index === 'string';
      if (!isPlace) throw new Error('no index');
      const found = Array.isArray(list) ? (list as unknown[])[index as number] : asRecord(list)[index as string];
      return expression.isSafe ? (found ?? null) : present(found);
    }
    case 'slice': {
      const list = asList(value(expression.of));
      const [from, to] = [expression.from, expression.to].map((end) => (end === undefined ? undefined : value(end)));
      for (const end of [from, to]) if (end !== undefined && !(Number.isInteger(end) && (end as number) >= 0)) throw new Error('end');
      return list.filter((_, index) => index >= ((from as number) ?? 0) && index < ((to as number) ?? list.length));
    }
    case 'unary':
      return expression.operator === 'not' ? !asBoolean(value(expression.operand)) : 0 - asNumber(value(expression.operand));
    case 'binary':
      return binary(expression, () => value(expression.left), () => value(expression.right));
    case 'call':
      return call(expression.function, expression.arguments.map(value));
    case 'quantified':
      return quantified(expression, bound);
    case 'if':
      return asBoolean(value(expression.condition)) ? value(expression.then) : value(expression.else);
    case 'let':
      return walk(expression.body, { ...bound, [expression.name]: value(expression.value) });
  }
}

function binary({ operator }: Binary, left: () => unknown, right: () => unknown): unknown {
  switch (operator) {
    case 'and': return asBoolean(left()) ? asBoolean(right()) : false;
    case 'or': return asBoolean(left()) ? true : asBoolean(right());
    case 'implies': return asBoolean(left()) ? asBoolean(right()) : true;
    case 'iff': return asBoolean(left()) === asBoolean(right());
    case '=': return same(left(), right());
    case '!=': return !same(left(), right());
    case 'in': { const item = left(); return asList(right()).some((each) => same(each, item)); }
    case 'not in': { const item = left(); return !asList(right()).some((each) => same(each, item)); }
    case '<': { const [a, b] = comparable(left(), right()); return a < b; }
    case '<=': { const [a, b] = comparable(left(), right()); return a <= b; }
    case '>': { const [a, b] = comparable(left(), right()); return a > b; }
    case '>=': { const [a, b] = comparable(left(), right()); return a >= b; }
    default: {
      const [a, b] = [asNumber(left()), asNumber(right())];
      if (operator === '..') {
        if (!Number.isInteger(a) || !Number.isInteger(b)) throw new Error('range');
        const list: number[] = [];
        for (let next = a; next <= b; next++) list.push(next);
        return list;
      }
      const result = { '+': a + b, '-': a - b, '*': a * b, '/': a / b, '%': a - b * Math.floor(a / b) }[operator];
      if (!Number.isFinite(result)) throw new Error('infinite');
      return result;
    }
  }
}

function call(name: string, values: readonly unknown[]): unknown {
  const [first] = values;
  const numbers = (): number[] => (values.length === 1 ? asList(first) : values).map(asNumber);
  switch (name) {
    case 'len': return Array.isArray(first) || typeof first === 'string' ? first.length : Object.keys(asRecord(first)).length;
    case 'last': return present(asList(first).at(-1));
    case 'distinct': return asList(first).filter((item, index, all) => all.findIndex((each) => same(each, item)) === index);
    case 'abs': return Math.abs(asNumber(first));
    case 'keys': return Object.keys(asRecord(first));
    case 'values': return Object.values(asRecord(first));
    case 'sum': return numbers().reduce((a, b) => a + b, 0);
    case 'min': return nonEmpty(numbers()).sort((a, b) => a - b)[0];
    default: return nonEmpty(numbers()).sort((a, b) => b - a)[0];
  }
}

function quantified({ quantifier, bindings, body }: Quantified, bound: Bound): unknown {
  const names = bindings.flatMap(({ names: these, domain }) => these.map((name, index) => ({ name, domain, isFirst: index === 0 })));
  const give = (values: Bound): unknown => walk(body, values);
  /** In order, one combination after the other; `stop` ends it. */
  const combinations = function* (at: number, values: Bound): Generator<Bound> {
    const next = names[at];
    if (next === undefined) return yield values;
    const outside = next.isFirst ? values : Object.fromEntries(Object.entries(values).filter(([key]) => key !== names[at - 1]!.name));
    for (const item of asList(walk(next.domain, outside))) yield* combinations(at + 1, { ...values, [next.name]: item });
  };
  switch (quantifier) {
    case 'all': { for (const values of combinations(0, bound)) if (!asBoolean(give(values))) return false; return true; }
    case 'some': { for (const values of combinations(0, bound)) if (asBoolean(give(values))) return true; return false; }
    case 'count': return [...combinations(0, bound)].filter((values) => asBoolean(give(values))).length;
    case 'filter': return [...combinations(0, bound)].filter((values) => asBoolean(give(values))).map((values) => values[names[0]!.name]);
    case 'map': return [...combinations(0, bound)].map(give);
    default: return call(quantifier, [[...combinations(0, bound)].map((values) => asNumber(give(values)))]);
  }
}

function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(sorted(a)) === JSON.stringify(sorted(b));
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value === 'number') return value + 0;
  if (typeof value !== 'object' || value === null) return value;
  return Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, member]) => [key, sorted(member), '']);
}

function comparable(a: unknown, b: unknown): [number, number] | [string, string] {
  if (typeof a === 'number' && typeof b === 'number') return [a, b];
  if (typeof a === 'string' && typeof b === 'string') return [a, b];
  throw new Error('no order');
}

function present(value: unknown): unknown {
  if (value === undefined) throw new Error('absent');
  return value;
}

function asBoolean(value: unknown): boolean {
  if (typeof value !== 'boolean') throw new Error('no boolean');
  return value;
}

function asNumber(value: unknown): number {
  if (typeof value !== 'number') throw new Error('no number');
  return value;
}

function asList(value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) throw new Error('no list');
  return value;
}

function asRecord(value: unknown): Json {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Error('no record');
  return value as Json;
}

function nonEmpty(numbers: number[]): number[] {
  if (numbers.length === 0) throw new Error('empty');
  return numbers;
}
