/**
 * Failures that point into a text: what is wrong, at which line and column, and how the text reads there.
 */
import { type Failure, type FailureCode, fail, renderReceived } from '../../kernel/failure.ts';

export interface Place {
  /** From 1. */
  readonly line: number;
  /** From 1, in UTF-16 units; absent when the line as a whole is meant. */
  readonly column?: number;
}

export type Complaint = Pick<Failure, 'message' | 'nextStep'> & Partial<Failure>;

/** Ends the reading. */
export function failAt(code: FailureCode, place: Place, complaint: Complaint): never {
  return fail(code, { ...complaint, path: renderPlace(place) });
}

export function unreadable(place: Place, message: string, details: Partial<Failure> = {}): never {
  return failAt('history/unreadable', place, {
    nextStep: 'correct the text there, or name the format if another one is meant',
    message,
    ...details,
  });
}

export function renderPlace({ line, column }: Place): string {
  return column === undefined ? `line ${line}` : `line ${line}, column ${column}`;
}

const EXCERPT_LENGTH_MAX = 60;

/** A piece of the source as it can be shown: bounded, and on one line. */
export function excerpt(text: string): string {
  return renderReceived(text.length <= EXCERPT_LENGTH_MAX ? text : `${text.slice(0, EXCERPT_LENGTH_MAX)}…`);
}
