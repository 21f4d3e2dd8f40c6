/**
 * Makes a closure of an expression, once, so that millions of states are judged without walking the tree: names are resolved to
 * slots beforehand, and the steps that an element of a quantifier costs are counted beforehand (the parts of its body). No code is
 * generated: every closure is one of those below. The expression has passed `check-expression.ts`.
 */
import { closestName } from '../../kernel/closest-name.ts';
import { compileCall } from './compile-call.ts';
import { compileQuantified } from './compile-quantified.ts';
import { type Context, demandLength, type Evaluate, type Frame, failOn, spend } from './evaluation.ts';
import type { Binary, Conditional, Expression, Item, Let, Member, Name, Slice, Unary } from './expression.ts';
import { listNames } from './expression-source.ts';
import { isEqual, isList, isRecord, kindOf, memberNames, memberOf } from './values.ts';

export function compileExpression(context: Context, expression: Expression): Evaluate {
  switch (expression.kind) {
    case 'literal': {
      const { value } = expression;
      return () => value;
    }
    case 'name':
      return compileName(context, expression);
    case 'list': {
      const items = expression.items.map((item) => compileExpression(context, item));
      return (frame) => items.map((item) => item(frame));
    }
    case 'member':
      return compileMember(context, expression);
    case 'item':
      return compileItem(context, expression);
    case 'slice':
      return compileSlice(context, expression);
    case 'unary':
      return compileUnary(context, expression);
    case 'binary':
      return compileBinary(context, expression);
    case 'call':
      return compileCall(context, expression);
    case 'quantified':
      return compileQuantified(context, expression);
    case 'if':
      return compileIf(context, expression);
    case 'let':
      return compileLet(context, expression);
  }
}

/** A condition: fails on a value that is neither true nor false. */
export function compileCondition(context: Context, expression: Expression, why: string): (frame: Frame) => boolean {
  const evaluate = compileExpression(context, expression);
  return (frame) => {
    const value = evaluate(frame);
    if (typeof value === 'boolean') return value;
    return failOn(context, frame, expression, value, { problem: why, expected: 'true or false' });
  };
}

export function compileNumber(context: Context, expression: Expression, why: string): (frame: Frame) => number {
  const evaluate = compileExpression(context, expression);
  return (frame) => {
    const value = evaluate(frame);
    if (typeof value === 'number') return value;
    return failOn(context, frame, expression, value, { problem: why, expected: 'a number' });
  };
}

export function compileListOf(
  context: Context,
  expression: Expression,
  why: string,
): (frame: Frame) => readonly unknown[] {
  const evaluate = compileExpression(context, expression);
  return (frame) => {
    const value = evaluate(frame);
    if (isList(value)) return value;
    const hint = isRecord(value) ? { nextStep: 'Write keys(…) or values(…) for what is in a record.' } : {};
    return failOn(context, frame, expression, value, { problem: why, expected: 'a list', ...hint });
  };
}

function compileName(context: Context, expression: Name): Evaluate {
  const { name } = expression;
  const slot = context.scope.indexOf(name);
  if (slot >= 0) return ({ slots }) => slots[slot];
  return (frame) => {
    const value = memberOf(frame.state, name);
    if (value !== undefined) return value;
    return failOn(context, frame, expression, undefined, {
      problem: `the state has no ${JSON.stringify(name)}`,
      expected: `one of ${listNames(memberNames(frame.state))}`,
    });
  };
}

function compileMember(context: Context, expression: Member): Evaluate {
  const { of, name, isSafe } = expression;
  const evaluate = compileExpression(context, of);
  return (frame) => {
    const record = evaluate(frame);
    if (isRecord(record)) {
      const value = memberOf(record, name);
      if (value !== undefined) return value;
      return isSafe ? null : failOnMember(context, frame, expression, record);
    }
    if (isSafe && (record === null || record === undefined)) return null;
    return failOn(context, frame, of, record, {
      problem: `a ${kindOf(record)} has no members, so no .${name}`,
      expected: 'a record',
      ...(isList(record)
        ? { nextStep: `Name its items, as in all x in list: x.${name}, or one, as in list[0].${name}.` }
        : {}),
    });
  };
}

function failOnMember(
  context: Context,
  frame: Frame,
  { of, name }: Member,
  record: Readonly<Record<string, unknown>>,
): never {
  const known = memberNames(record);
  const closest = closestName(name, known);
  return failOn(context, frame, of, record, {
    problem: `there is no member ${JSON.stringify(name)}`,
    expected: `one of ${listNames(known)}`,
    nextStep: closest === undefined ? `Write .${name}? for null where it is absent.` : `Did you mean .${closest}?`,
  });
}

function compileItem(context: Context, expression: Item): Evaluate {
  const { of, index, isSafe } = expression;
  const evaluateList = compileExpression(context, of);
  const evaluateIndex = compileExpression(context, index);
  return (frame) => {
    const list = evaluateList(frame);
    const place = evaluateIndex(frame);
    const value = itemAt(list, place);
    if (value !== undefined) return value;
    const mayLack = isList(list)
      ? typeof place === 'number'
      : isRecord(list)
        ? typeof place === 'string'
        : list === null;
    return isSafe && mayLack ? null : failOnItem(context, frame, expression, list, place);
  };
}

function itemAt(list: unknown, place: unknown): unknown {
  if (isList(list)) return typeof place === 'number' ? list[place] : undefined;
  return isRecord(list) && typeof place === 'string' ? memberOf(list, place) : undefined;
}

function failOnItem(context: Context, frame: Frame, { of, index }: Item, list: unknown, place: unknown): never {
  if (isList(list)) {
    const expected = list.length === 0 ? 'nothing: the list is empty' : `0 to ${list.length - 1}`;
    return failOn(context, frame, index, place, {
      problem: 'the list has no item there',
      expected,
      nextStep: 'The first item has index 0; write [index]? for null where there is none.',
    });
  }
  if (isRecord(list)) {
    const expected = `one of ${listNames(memberNames(list))}`;
    return failOn(context, frame, index, place, { problem: 'the record has no member of that name', expected });
  }
  return failOn(context, frame, of, list, { problem: 'this has no items', expected: 'a list or a record' });
}

function compileSlice(context: Context, { of, from, to }: Slice): Evaluate {
  const list = compileListOf(context, of, 'only a list can be sliced');
  const [begin, end] = [from, to].map((each) => (each === undefined ? undefined : compileEnd(context, each)));
  return (frame) => {
    const items = list(frame);
    const slice = items.slice(begin?.(frame) ?? 0, end?.(frame) ?? items.length);
    spend(frame, slice.length, context);
    return slice;
  };
}

function compileEnd(context: Context, expression: Expression): (frame: Frame) => number {
  const evaluate = compileNumber(context, expression, 'a slice lies between numbers');
  return (frame) => {
    const value = evaluate(frame);
    if (Number.isInteger(value) && value >= 0) return value;
    const problem = 'the end of a slice is no index';
    return failOn(context, frame, expression, value, { problem, expected: 'a whole number from 0' });
  };
}

function compileUnary(context: Context, { operator, operand }: Unary): Evaluate {
  if (operator === 'not') {
    const condition = compileCondition(context, operand, '"not" takes a condition');
    return (frame) => !condition(frame);
  }
  const number = compileNumber(context, operand, '"-" takes a number');
  // Zero has no sign here.
  return (frame) => 0 - number(frame);
}

function compileBinary(context: Context, expression: Binary): Evaluate {
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
    const [x, y] = [a(frame), b(frame)];
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
    const [x, y] = [a(frame), b(frame)];
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
    const [x, y] = [a(frame), b(frame)];
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

function compileIf(context: Context, expression: Conditional): Evaluate {
  const condition = compileCondition(context, expression.condition, '"if" takes a condition');
  const then = compileExpression(context, expression.then);
  const otherwise = compileExpression(context, expression.else);
  return (frame) => (condition(frame) ? then(frame) : otherwise(frame));
}

function compileLet(context: Context, { name, value, body }: Let): Evaluate {
  const slot = context.scope.length;
  const evaluate = compileExpression(context, value);
  const inner = compileExpression({ ...context, scope: [...context.scope, name] }, body);
  return (frame) => {
    frame.slots[slot] = evaluate(frame);
    return inner(frame);
  };
}
