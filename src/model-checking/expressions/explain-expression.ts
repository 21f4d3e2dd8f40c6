/**
 * Says why an expression is false (or true) in a state, with the values that make it so: `n = n2: n.role is "leader", n.term is 3`.
 *
 * Only what decides is told: of a conjunction that is false the first false part, of `all` the first element that fails, of a
 * comparison the values of its two sides. Parts are evaluated again as needed; a state is explained once, when it is reported.
 */
import { attempt } from '../../kernel/failure.ts';
import type { StateDescription } from '../transition-system.ts';
import { compileExpression } from './compile-expression.ts';
import { compileBindings } from './compile-quantified.ts';
import { type Context, type Frame, frameOf } from './evaluation.ts';
import type { Binary, Expression, Quantified } from './expression.ts';
import { renderExpression } from './render-expression.ts';
import { identityOf, isList, labelOf, renderValue } from './values.ts';

const EXAMPLES_MAX = 4;
const PART_SHOWN_MAX = 80;

export function explainExpression(context: Context, expression: Expression, state: StateDescription): string {
  const frame = frameOf(state);
  const told = attempt(() => why(context, frame, expression, evaluated(context, frame, expression) === true));
  const facts = told.ok ? distinct(told.value) : [];
  return facts.length > 0 ? facts.join(', ') : `${shortened(renderExpression(expression))} has no simpler reason`;
}

/** The facts that make `expression` as `truth` says it is. */
function why(context: Context, frame: Frame, expression: Expression, truth: boolean): readonly string[] {
  switch (expression.kind) {
    case 'binary':
      return whyBinary(context, frame, expression, truth);
    case 'unary':
      return why(context, frame, expression.operand, !truth);
    case 'quantified':
      return whyQuantified(context, frame, expression, truth);
    case 'if': {
      const isThen = evaluated(context, frame, expression.condition) === true;
      const branch = isThen ? expression.then : expression.else;
      return [...why(context, frame, expression.condition, isThen), ...why(context, frame, branch, truth)];
    }
    case 'let': {
      const value = evaluated(context, frame, expression.value);
      frame.slots[context.scope.length] = value;
      const inner = { ...context, scope: [...context.scope, expression.name] };
      return [`${expression.name} is ${shown(value)}`, ...why(inner, frame, expression.body, truth)];
    }
    default:
      return factsOf(context, frame, expression);
  }
}

function whyBinary(context: Context, frame: Frame, expression: Binary, truth: boolean): readonly string[] {
  const { operator, left, right } = expression;
  const of = (part: Expression, its: boolean): readonly string[] => why(context, frame, part, its);
  const isTrue = (part: Expression): boolean => evaluated(context, frame, part) === true;
  switch (operator) {
    case 'and':
      if (truth) return [...of(left, true), ...of(right, true)];
      return isTrue(left) ? of(right, false) : of(left, false);
    case 'or':
      if (!truth) return [...of(left, false), ...of(right, false)];
      return isTrue(left) ? of(left, true) : of(right, true);
    case 'implies':
      if (!truth) return [...of(left, true), ...of(right, false)];
      return isTrue(left) ? of(right, true) : of(left, false);
    case 'iff':
      return [...of(left, isTrue(left)), ...of(right, isTrue(right))];
    default:
      return [...factsOf(context, frame, left), ...factsOf(context, frame, right)];
  }
}

function whyQuantified(context: Context, frame: Frame, expression: Quantified, truth: boolean): readonly string[] {
  const { quantifier, body } = expression;
  if (quantifier !== 'all' && quantifier !== 'some') return factsOf(context, frame, expression);
  // A witness of `some`, or a counterexample of `all`, is one combination; its opposite is a fact about all of them.
  const hasWitness = truth === (quantifier === 'some');
  const { inner, each } = compileBindings(context, expression);
  const condition = compileExpression(inner, body);
  const told: string[] = [];
  let count = 0;
  each(frame, () => {
    count += 1;
    if (hasWitness && condition(frame) !== truth) return true;
    if (told.length < EXAMPLES_MAX) told.push(instance(inner, context, frame, body, truth));
    return !hasWitness;
  });
  if (hasWitness) return told;
  if (count === 0)
    return [`there is nothing in ${expression.bindings.map(({ domain }) => renderExpression(domain)).join(', ')}`];
  return count > told.length ? [...told, `and ${count - told.length} more alike`] : told;
}

/** `a = n1, b = n2: a.term is 1, b.term is 2`. */
function instance(inner: Context, outer: Context, frame: Frame, body: Expression, truth: boolean): string {
  const bound = inner.scope.slice(outer.scope.length).map((name, index) => {
    return `${name} = ${labelOf(frame.slots[outer.scope.length + index])}`;
  });
  // A deeper quantifier reuses no slot of these names, so what is bound stays.
  const facts = distinct(why(inner, frame, body, truth)).filter((fact) => !bound.includes(fact.replace(' is ', ' = ')));
  return `${bound.join(', ')}${facts.length === 0 ? '' : `: ${facts.join(', ')}`}`;
}

/** `x is 3` for each part whose value depends on the state: paths, calls, counts. */
function factsOf(context: Context, frame: Frame, expression: Expression): readonly string[] {
  switch (expression.kind) {
    case 'literal':
      return [];
    case 'list':
      return expression.items.flatMap((item) => factsOf(context, frame, item));
    case 'unary':
      return factsOf(context, frame, expression.operand);
    case 'binary':
      return [...factsOf(context, frame, expression.left), ...factsOf(context, frame, expression.right)];
    case 'quantified':
      return [`${shortened(renderExpression(expression))} is ${countedValue(context, frame, expression)}`];
    default:
      return [`${shortened(renderExpression(expression))} is ${shown(evaluated(context, frame, expression))}`];
  }
}

/** `2 (n1, n3)` for a count. */
function countedValue(context: Context, frame: Frame, expression: Quantified): string {
  const value = evaluated(context, frame, expression);
  if (expression.quantifier !== 'count') return shown(value);
  const { inner, each } = compileBindings(context, expression);
  const condition = compileExpression(inner, expression.body);
  const counted: string[] = [];
  each(frame, () => {
    if (condition(frame) === true)
      counted.push(frame.slots.slice(context.scope.length, inner.scope.length).map(labelOf).join(' with '));
    return counted.length <= EXAMPLES_MAX;
  });
  if (counted.length === 0) return shown(value);
  const names = counted.length > EXAMPLES_MAX ? [...counted.slice(0, EXAMPLES_MAX), '…'] : counted;
  return `${shown(value)} (${names.join(', ')})`;
}

function evaluated(context: Context, frame: Frame, expression: Expression): unknown {
  return compileExpression(context, expression)(frame);
}

function shown(value: unknown): string {
  if (isList(value) && value.length > 0 && value.every((item) => identityOf(item) !== undefined)) {
    return `[${value.slice(0, EXAMPLES_MAX).map(labelOf).join(', ')}${value.length > EXAMPLES_MAX ? ', …' : ''}]`;
  }
  return identityOf(value) ?? renderValue(value);
}

function shortened(text: string): string {
  return text.length <= PART_SHOWN_MAX ? text : `${text.slice(0, PART_SHOWN_MAX)}…`;
}

function distinct(facts: readonly string[]): string[] {
  return [...new Set(facts)];
}
