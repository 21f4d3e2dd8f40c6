/**
 * How strongly operators bind. From weak to strong:
 *
 *     iff < implies (to the right) < or < and < not < comparisons (do not chain) < .. < + - < * / % < unary - < . [ ]
 *
 * `all`, `some`, `if` and `let` reach as far to the right as they can, so as an operand they bind weakest of all.
 */
import type { BinaryOperator, Expression } from './expression.ts';

export const WEAKEST = 0;
export const NOT_PRECEDENCE = 5;
export const COMPARISON_PRECEDENCE = 6;
export const RANGE_PRECEDENCE = 7;
export const NEGATION_PRECEDENCE = 10;
export const POSTFIX_PRECEDENCE = 11;

export const BINARY_PRECEDENCE: Readonly<Record<BinaryOperator, number>> = {
  iff: 1,
  implies: 2,
  or: 3,
  and: 4,
  '=': COMPARISON_PRECEDENCE,
  '!=': COMPARISON_PRECEDENCE,
  '<': COMPARISON_PRECEDENCE,
  '<=': COMPARISON_PRECEDENCE,
  '>': COMPARISON_PRECEDENCE,
  '>=': COMPARISON_PRECEDENCE,
  in: COMPARISON_PRECEDENCE,
  'not in': COMPARISON_PRECEDENCE,
  '..': RANGE_PRECEDENCE,
  '+': 8,
  '-': 8,
  '*': 9,
  '/': 9,
  '%': 9,
};

/** The least precedence that an operand may have without parentheses: on the right of `a - b` it is one more than on the left. */
export function operandPrecedence(operator: BinaryOperator, side: 'left' | 'right'): number {
  const own = BINARY_PRECEDENCE[operator];
  if (!chains(operator)) return own + 1;
  return side === (operator === 'implies' ? 'right' : 'left') ? own : own + 1;
}

/** `a < b < c` and `1..2..3` mean nothing here. */
export function chains(operator: BinaryOperator): boolean {
  const own = BINARY_PRECEDENCE[operator];
  return own !== COMPARISON_PRECEDENCE && own !== RANGE_PRECEDENCE;
}

export function precedenceOf(expression: Expression): number {
  switch (expression.kind) {
    case 'binary':
      return BINARY_PRECEDENCE[expression.operator];
    case 'unary':
      return expression.operator === 'not' ? NOT_PRECEDENCE : NEGATION_PRECEDENCE;
    case 'quantified':
      return isPrefixed(expression.quantifier) ? WEAKEST : POSTFIX_PRECEDENCE;
    case 'if':
    case 'let':
      return WEAKEST;
    default:
      return POSTFIX_PRECEDENCE;
  }
}

export function isPrefixed(quantifier: string): quantifier is 'all' | 'some' {
  return quantifier === 'all' || quantifier === 'some';
}
