/**
 * Writes an expression in the language's own spelling, with the parentheses that precedence demands and no others. Reading it
 * back gives the same expression.
 */
import type { Binding, Expression } from './expression.ts';
import {
  isPrefixed,
  NEGATION_PRECEDENCE,
  NOT_PRECEDENCE,
  operandPrecedence,
  POSTFIX_PRECEDENCE,
  precedenceOf,
  RANGE_PRECEDENCE,
  WEAKEST,
} from './precedence.ts';

export function renderExpression(expression: Expression): string {
  switch (expression.kind) {
    case 'literal':
      return JSON.stringify(expression.value);
    case 'name':
      return expression.name;
    case 'list':
      return `[${renderAll(expression.items)}]`;
    case 'member':
      return `${within(expression.of, POSTFIX_PRECEDENCE)}.${expression.name}${expression.isSafe ? '?' : ''}`;
    case 'item': {
      const index = renderExpression(expression.index);
      return `${within(expression.of, POSTFIX_PRECEDENCE)}[${index}]${expression.isSafe ? '?' : ''}`;
    }
    case 'slice': {
      const [from, to] = [expression.from, expression.to].map((each) =>
        each === undefined ? '' : renderExpression(each),
      );
      return `${within(expression.of, POSTFIX_PRECEDENCE)}[${from}:${to}]`;
    }
    case 'unary':
      return expression.operator === 'not'
        ? `not ${within(expression.operand, NOT_PRECEDENCE)}`
        : `-${within(expression.operand, NEGATION_PRECEDENCE)}`;
    case 'binary': {
      const { operator, left, right } = expression;
      const space = operator === '..' ? '' : ' ';
      return `${within(left, operandPrecedence(operator, 'left'))}${space}${operator}${space}${within(right, operandPrecedence(operator, 'right'))}`;
    }
    case 'call':
      return `${expression.function}(${renderAll(expression.arguments)})`;
    case 'quantified': {
      const { quantifier, bindings, body } = expression;
      const inner = `${bindings.map(renderBinding).join(', ')}: ${renderExpression(body)}`;
      return isPrefixed(quantifier) ? `${quantifier} ${inner}` : `${quantifier}(${inner})`;
    }
    case 'if':
      return `if ${renderExpression(expression.condition)} then ${renderExpression(expression.then)} else ${renderExpression(expression.else)}`;
    case 'let':
      return `let ${expression.name} = ${within(expression.value, RANGE_PRECEDENCE)} in ${renderExpression(expression.body)}`;
  }
}

function renderAll(expressions: readonly Expression[]): string {
  return expressions.map(renderExpression).join(', ');
}

function renderBinding({ names, domain }: Binding): string {
  return `${names.join(', ')} in ${within(domain, RANGE_PRECEDENCE)}`;
}

/** In parentheses where it binds more weakly than `weakest`. */
function within(expression: Expression, weakest: number): string {
  const text = renderExpression(expression);
  return weakest > WEAKEST && precedenceOf(expression) < weakest ? `(${text})` : text;
}
