/**
 * Calls of the language's functions: plain ones over lists, records and numbers.
 */

import { compileExpression, compileListOf, compileNumber } from './compile-expression.ts';
import { reduceNumbers } from './compile-quantified.ts';
import { type Context, type Evaluate, type Frame, failOn, spend } from './evaluation.ts';
import type { Call, Expression } from './expression.ts';
import { isEqual, isList, isRecord, memberNames } from './values.ts';

export function compileCall(context: Context, expression: Call): Evaluate {
  const { function: name, arguments: items } = expression;
  const only = items[0] as Expression;
  switch (name) {
    case 'len':
      return compileLength(context, only);
    case 'last':
      return compileLast(context, only);
    case 'distinct':
      return compileDistinct(context, only);
    case 'abs': {
      const number = compileNumber(context, only, '"abs" takes a number');
      return (frame) => Math.abs(number(frame));
    }
    case 'keys':
    case 'values':
      return compileContents(context, name, only);
    default: {
      const numbers = items.length === 1 ? compileNumbersIn(context, name, only) : compileNumbers(context, name, items);
      return (frame) => reduceNumbers(context, frame, expression, name, numbers(frame));
    }
  }
}

function compileLength(context: Context, part: Expression): Evaluate {
  const evaluate = compileExpression(context, part);
  return (frame) => {
    const value = evaluate(frame);
    if (isList(value) || typeof value === 'string') return value.length;
    if (isRecord(value)) return memberNames(value).length;
    const problem = '"len" takes a list, a record or a string';
    return failOn(context, frame, part, value, { problem, expected: 'a list, a record or a string' });
  };
}

function compileLast(context: Context, part: Expression): Evaluate {
  const list = compileListOf(context, part, '"last" takes a list');
  return (frame) => {
    const items = list(frame);
    if (items.length > 0) return items.at(-1);
    return failOn(context, frame, part, items, { problem: '"last" of an empty list', expected: 'at least one item' });
  };
}

/** Each value once, in the order of first occurrence. */
function compileDistinct(context: Context, part: Expression): Evaluate {
  const list = compileListOf(context, part, '"distinct" takes a list');
  return (frame) => {
    const pay = (): void => spend(frame, 1, context);
    return list(frame).reduce<unknown[]>((found, item) => {
      if (!found.some((each) => isEqual(each, item, pay))) found.push(item);
      return found;
    }, []);
  };
}

function compileContents(context: Context, name: 'keys' | 'values', part: Expression): Evaluate {
  const evaluate = compileExpression(context, part);
  return (frame) => {
    const record = evaluate(frame);
    if (!isRecord(record)) {
      return failOn(context, frame, part, record, { problem: `"${name}" takes a record`, expected: 'a record' });
    }
    const names = memberNames(record);
    spend(frame, names.length, context);
    return name === 'keys' ? names : names.map((each) => record[each]);
  };
}

type Numbers = (frame: Frame) => readonly number[];

function compileNumbers(context: Context, name: string, parts: readonly Expression[]): Numbers {
  const numbers = parts.map((part) => compileNumber(context, part, `"${name}" takes numbers`));
  return (frame) => numbers.map((number) => number(frame));
}

function compileNumbersIn(context: Context, name: string, part: Expression): Numbers {
  const list = compileListOf(context, part, `"${name}" takes a list of numbers, or two or more numbers`);
  return (frame) => {
    const items = list(frame);
    spend(frame, items.length, context);
    const wrong = items.find((item) => typeof item !== 'number');
    if (wrong === undefined) return items as readonly number[];
    const problem = `"${name}" takes a list of numbers, and this one holds others`;
    return failOn(context, frame, part, items, { problem, expected: 'numbers alone' });
  };
}
