/**
 * Access to what is inside a value: members of records, items and slices of lists. Only what is there is found, never what objects
 * inherit.
 */
import { closestName } from '../../kernel/closest-name.ts';
import { compileExpression, compileListOf, compileNumber } from './compile-expression.ts';
import { type Context, type Evaluate, type Frame, failOn, spend } from './evaluation.ts';
import type { Expression, Item, Member, Slice } from './expression.ts';
import { listNames } from './expression-source.ts';
import { isList, isRecord, kindOf, memberNames, memberOf, memberReader } from './values.ts';

export function compileMember(context: Context, expression: Member): Evaluate {
  const { of, name, isSafe } = expression;
  const evaluate = compileExpression(context, of);
  const read = memberReader(name);
  return (frame) => {
    const record = evaluate(frame);
    if (isRecord(record)) {
      const value = read(record);
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

export function compileItem(context: Context, expression: Item): Evaluate {
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

export function compileSlice(context: Context, { of, from, to }: Slice): Evaluate {
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
