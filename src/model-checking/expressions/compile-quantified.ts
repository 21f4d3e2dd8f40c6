/**
 * Quantifiers: every combination of elements, in order, until the answer is known. Each combination costs as many steps as its body
 * has parts, so the step limit bounds the time whatever the lists are.
 */

import { compileCondition, compileExpression, compileListOf, compileNumber } from './compile-expression.ts';
import { type Context, demandLength, type Evaluate, type Frame, failOn, spend } from './evaluation.ts';
import type { Expression, Quantified } from './expression.ts';

/** Visits every combination until `visit` says false; false if it did. */
export type Visit = (frame: Frame, visit: () => boolean) => boolean;

export function compileQuantified(context: Context, expression: Quantified): Evaluate {
  const { inner, each } = compileBindings(context, expression);
  const { quantifier, body } = expression;
  switch (quantifier) {
    case 'all':
    case 'some': {
      const condition = compileCondition(inner, body, `"${quantifier}" asks a condition of each`);
      return quantifier === 'all'
        ? (frame) => each(frame, () => condition(frame))
        : (frame) => !each(frame, () => !condition(frame));
    }
    case 'count': {
      const condition = compileCondition(inner, body, '"count" asks a condition of each');
      return (frame) => {
        let count = 0;
        each(frame, () => {
          if (condition(frame)) count += 1;
          return true;
        });
        return count;
      };
    }
    case 'filter': {
      const condition = compileCondition(inner, body, '"filter" asks a condition of each');
      const slot = context.scope.length;
      return (frame) => collect(frame, each, context, () => (condition(frame) ? frame.slots[slot] : undefined));
    }
    case 'map': {
      const value = compileExpression(inner, body);
      return (frame) => collect(frame, each, context, () => value(frame));
    }
    default: {
      const number = compileNumber(inner, body, `"${quantifier}" takes a number of each`);
      return (frame) => {
        const numbers = collect(frame, each, context, () => number(frame)) as readonly number[];
        return reduceNumbers(context, frame, expression, quantifier, numbers);
      };
    }
  }
}

/** The bound names as a context for the body, and the way through all their combinations. */
export function compileBindings(context: Context, { bindings, body }: Quantified): { inner: Context; each: Visit } {
  const cost = partsOf(body) + 1;
  let inner = context;
  const levels: Level[] = [];
  for (const { names, domain } of bindings) {
    const list = compileListOf(inner, domain, 'names range over a list');
    for (const [index, name] of names.entries()) {
      levels.push({ slot: inner.scope.length, list: index === 0 ? list : undefined });
      inner = { ...inner, scope: [...inner.scope, name] };
    }
  }
  return { inner, each: (frame, visit) => walk(context, frame, levels, 0, [], cost, visit) };
}

interface Level {
  readonly slot: number;
  /** Undefined where the name shares the list of the one before. */
  readonly list: ((frame: Frame) => readonly unknown[]) | undefined;
}

function walk(
  context: Context,
  frame: Frame,
  levels: readonly Level[],
  depth: number,
  shared: readonly unknown[],
  cost: number,
  visit: () => boolean,
): boolean {
  const level = levels[depth];
  if (level === undefined) return visit();
  const items = level.list?.(frame) ?? shared;
  for (let index = 0; index < items.length; index++) {
    spend(frame, cost, context);
    frame.slots[level.slot] = items[index];
    if (!walk(context, frame, levels, depth + 1, items, cost, visit)) return false;
  }
  return true;
}

/** What `give` gives for each combination, without the undefined ones. */
function collect(frame: Frame, each: Visit, context: Context, give: () => unknown): readonly unknown[] {
  const items: unknown[] = [];
  each(frame, () => {
    const item = give();
    if (item !== undefined) items.push(item);
    demandLength(items.length, context);
    return true;
  });
  return items;
}

/** The sum, the least or the greatest of them. */
export function reduceNumbers(
  context: Context,
  frame: Frame,
  part: Expression,
  name: 'sum' | 'min' | 'max',
  numbers: readonly number[],
): number {
  if (name === 'sum') return numbers.reduce((sum, number) => sum + number, 0);
  const [first, ...others] = numbers;
  if (first === undefined) {
    const nextStep = 'Guard it: if len(list) = 0 then … else …, or give it one more number.';
    return failOn(context, frame, part, null, {
      problem: `"${name}" of nothing`,
      expected: 'at least one number',
      nextStep,
    });
  }
  return others.reduce((best, number) => ((name === 'min') === number < best ? number : best), first);
}

/** How many parts an expression has. */
export function partsOf(expression: Expression): number {
  return 1 + childrenOf(expression).reduce((sum, child) => sum + partsOf(child), 0);
}

function childrenOf(expression: Expression): readonly Expression[] {
  switch (expression.kind) {
    case 'literal':
    case 'name':
      return [];
    case 'list':
      return expression.items;
    case 'member':
      return [expression.of];
    case 'item':
      return [expression.of, expression.index];
    case 'slice':
      return [expression.of, expression.from, expression.to].filter((each) => each !== undefined);
    case 'unary':
      return [expression.operand];
    case 'binary':
      return [expression.left, expression.right];
    case 'call':
      return expression.arguments;
    case 'quantified':
      return [...expression.bindings.map(({ domain }) => domain), expression.body];
    case 'if':
      return [expression.condition, expression.then, expression.else];
    case 'let':
      return [expression.value, expression.body];
  }
}
