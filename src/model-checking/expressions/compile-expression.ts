/**
 * Makes a closure of an expression, once, so that millions of states are judged without walking the tree: names are resolved to
 * slots beforehand, and the steps that an element of a quantifier costs are counted beforehand (the parts of its body). No code is
 * generated: every closure is one of those below. The expression has passed `check-expression.ts`.
 */

import { compileItem, compileMember, compileSlice } from './compile-access.ts';
import { compileCall } from './compile-call.ts';
import { compileBinary, compileUnary } from './compile-operators.ts';
import { compileQuantified } from './compile-quantified.ts';
import { type Context, type Evaluate, type Frame, failOn } from './evaluation.ts';
import type { Conditional, Expression, Let, Name } from './expression.ts';
import { listNames } from './expression-source.ts';
import { isList, isRecord, memberNames, memberReader } from './values.ts';

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
  const read = memberReader(name);
  return (frame) => {
    const value = read(frame.state);
    if (value !== undefined) return value;
    return failOn(context, frame, expression, undefined, {
      problem: `the state has no ${JSON.stringify(name)}`,
      expected: `one of ${listNames(memberNames(frame.state))}`,
    });
  };
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
