/**
 * One evaluation of an expression in one state: the values that are bound, and the steps it may still take. What stands in the way
 * of a value becomes a failure that shows the place in the text, the value that stands there and the names bound around it.
 */
import type { StateDescription } from '../transition-system.ts';
import type { Expression } from './expression.ts';
import { failOnLimit, failOnValue, type Mistake, type Source } from './expression-source.ts';
import { renderExpression } from './render-expression.ts';
import { labelOf, renderValue } from './values.ts';

/** Most steps of one evaluation in one state: a step is one part of the expression evaluated once, or one value looked at. */
export const EVALUATION_STEPS_MAX = 1_000_000;
/** Longest list that an expression may make. */
export const LIST_ITEMS_MAX = 10_000;

export interface Frame {
  readonly state: StateDescription;
  /** Values of bound names, by slot. */
  readonly slots: unknown[];
  stepsLeft: number;
}

/** What a part of an expression sees: the text it is from, and the bound names, whose places are their slots. */
export interface Context {
  readonly source: Source;
  readonly scope: readonly string[];
}

export type Evaluate = (frame: Frame) => unknown;

export function frameOf(state: StateDescription): Frame {
  return { state, slots: [], stepsLeft: EVALUATION_STEPS_MAX };
}

export function spend(frame: Frame, steps: number, { source }: Context): void {
  frame.stepsLeft -= steps;
  if (frame.stepsLeft >= 0) return;
  failOnLimit(
    source,
    `more than ${EVALUATION_STEPS_MAX} steps in one state`,
    `at most ${EVALUATION_STEPS_MAX} steps of evaluation in one state`,
    'Let its quantifiers range over shorter lists, or over fewer lists at once.',
  );
}

export function demandLength(length: number, { source }: Context): void {
  if (length <= LIST_ITEMS_MAX) return;
  failOnLimit(
    source,
    `a list of ${length} items`,
    `lists of at most ${LIST_ITEMS_MAX} items`,
    'Let the range be as long as a list of the state, e.g. 0..len(n.log) - 1.',
  );
}

/** `part` has `value`, with which nothing can be done. */
export function failOn(context: Context, frame: Frame, part: Expression, value: unknown, mistake: Mistake): never {
  const bound = context.scope
    .slice(-BOUND_SHOWN_MAX)
    .map((name) => `${name} = ${labelOf(frame.slots[context.scope.indexOf(name)])}`);
  const where = bound.length === 0 ? '' : `, where ${bound.join(', ')}`;
  const text = renderExpression(part);
  const shown = renderValue(value);
  const equation = text === shown ? text : `${shortened(text)} is ${shown}`;
  return failOnValue(context.source, part.at, `${equation}${where}`, mistake);
}

const BOUND_SHOWN_MAX = 6;
const PART_SHOWN_MAX = 60;

function shortened(text: string): string {
  return text.length <= PART_SHOWN_MAX ? text : `${text.slice(0, PART_SHOWN_MAX)}…`;
}
