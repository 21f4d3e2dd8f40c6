/**
 * Operators: logic that looks at its right side only where the left does not decide, equality of JSON, order, arithmetic.
 */
import { compileCondition, compileExpression, compileListOf, compileNumber } from './compile-expression.ts';
import { type Context, demandLength, type Evaluate, type Frame, failOn, spend } from './evaluation.ts';
import type { Binary, Unary } from './expression.ts';
import { isEqual, kindOf } from './values.ts';

export function compileUnary(context: Context, { operator, operand }: Unary): Evaluate {
  if (operator === 'not') {
    const condition = compileCondition(context, operand, '"not" takes a condition');
    return (frame) => !condition(frame);
  }
  const number = compileNumber(context, operand, '"-" takes a number');
  // Zero has no sign here.
  return (frame) => 0 - number(frame);
}

export function compileBinary(context: Context, expression: Binary): Evaluate {
  const { operator } = expression;
  switch (operator) {
    case 'and':
    case 'or':
    case 'implies':
    case 'iff':
      return compileLogical(context, expression);
    case '=':
      return compileEquality(context, expression);
    case '!=': {
      const equal = compileEquality(context, expression);
      return (frame) => !equal(frame);
    }
    case 'in':
      return compileMembership(context, expression);
    case 'not in': {
      const isIn = compileMembership(context, expression);
      return (frame) => !isIn(frame);
    }
    case '<':
    case '<=':
    case '>':
    case '>=':
      return compileOrder(context, expression);
    default:
      return compileArithmetic(context, expression);
  }
}

/** The right side is not looked at where the left decides. */
function compileLogical(context: Context, { operator, left, right }: Binary): (frame: Frame) => boolean {
  const why = `"${operator}" takes two conditions`;
  const a = compileCondition(context, left, why);
  const b = compileCondition(context, right, why);
  switch (operator) {
    case 'and':
      return (frame) => a(frame) && b(frame);
    case 'or':
      return (frame) => a(frame) || b(frame);
    case 'implies':
      return (frame) => !a(frame) || b(frame);
    default:
      return (frame) => a(frame) === b(frame);
  }
}

function compileEquality(context: Context, { left, right }: Binary): (frame: Frame) => boolean {
  const a = compileExpression(context, left);
  const b = compileExpression(context, right);
  return (frame) => {
    const x = a(frame);
    const y = b(frame);
    if (typeof x !== 'object' || typeof y !== 'object') return x === y;
    return isEqual(x, y, () => spend(frame, 1, context));
  };
}

function compileMembership(context: Context, { operator, left, right }: Binary): (frame: Frame) => boolean {
  const element = compileExpression(context, left);
  const list = compileListOf(context, right, `"${operator}" looks into a list`);
  return (frame) => {
    const value = element(frame);
    return list(frame).some((item) => isEqual(item, value, () => spend(frame, 1, context)));
  };
}

function compileOrder(context: Context, { operator, left, right }: Binary): (frame: Frame) => boolean {
  const a = compileExpression(context, left);
  const b = compileExpression(context, right);
  const isInOrder = ORDERS[operator as keyof typeof ORDERS];
  return (frame) => {
    const x = a(frame);
    const y = b(frame);
    if (typeof x === 'number' && typeof y === 'number') return isInOrder(x, y);
    if (typeof x === 'string' && typeof y === 'string') return isInOrder(x, y);
    const [wrong, value] = typeof x === 'number' || typeof x === 'string' ? [right, y] : [left, x];
    const expected = wrong === right ? `a ${kindOf(x)}, as on the left` : 'a number or a string';
    return failOn(context, frame, wrong, value, {
      problem: `"${operator}" compares two numbers or two strings`,
      expected,
    });
  };
}

const ORDERS = {
  '<': <T extends number | string>(a: T, b: T) => a < b,
  '<=': <T extends number | string>(a: T, b: T) => a <= b,
  '>': <T extends number | string>(a: T, b: T) => a > b,
  '>=': <T extends number | string>(a: T, b: T) => a >= b,
} as const;

function compileArithmetic(context: Context, expression: Binary): Evaluate {
  const { operator, left, right } = expression;
  const why = `"${operator}" takes two numbers`;
  const a = compileNumber(context, left, why);
  const b = compileNumber(context, right, why);
  if (operator === '..') return (frame) => rangeOf(context, frame, expression, a(frame), b(frame));
  return (frame) => {
    const x = a(frame);
    const y = b(frame);
    const result = calculate(operator, x, y);
    if (Number.isFinite(result)) return result;
    const isZero = y === 0 && (operator === '/' || operator === '%');
    const problem = isZero ? 'division by zero' : 'the result is too large';
    return failOn(context, frame, right, y, {
      problem,
      expected: isZero ? 'a number other than 0' : 'smaller numbers',
    });
  };
}

function calculate(operator: string, a: number, b: number): number {
  switch (operator) {
    case '+':
      return a + b;
    case '-':
      return a - b;
    case '*':
      return a * b;
    case '/':
      return a / b;
    default:
      // The remainder has the sign of the divisor, as in TLA+ and Python: -1 % 3 is 2.
      return a - b * Math.floor(a / b);
  }
}

function rangeOf(context: Context, frame: Frame, { left, right }: Binary, from: number, to: number): readonly number[] {
  const [wrong, value] = Number.isInteger(from) ? [right, to] : [left, from];
  if (!Number.isInteger(value)) {
    failOn(context, frame, wrong, value, { problem: 'a range lies between whole numbers', expected: 'a whole number' });
  }
  const length = Math.max(0, to - from + 1);
  demandLength(length, context);
  spend(frame, length, context);
  return Array.from({ length }, (_, index) => from + index);
}
