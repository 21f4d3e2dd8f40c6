/**
 * The page that text is laid out on: its width, and whether it has colours.
 */
import { styleText } from 'node:util';
import type { Output } from '../terminal.ts';

export type Ink = 'heading' | 'label' | 'faint' | 'good' | 'bad' | 'doubtful';

export interface Page {
  readonly columns: number;
  readonly paint: (ink: Ink, text: string) => string;
}

/** Longer lines are hard to read, however wide the window is. */
const COLUMNS_MAX = 110;
const COLUMNS_MIN = 40;
const COLUMNS_DEFAULT = 100;

const FORMATS = {
  heading: ['bold', 'underline'],
  label: ['cyan'],
  faint: ['dim'],
  good: ['bold', 'green'],
  bad: ['bold', 'red'],
  doubtful: ['bold', 'yellow'],
} as const satisfies Record<Ink, readonly string[]>;

export function pageFor(output: Output, environment: Readonly<Record<string, string | undefined>>): Page {
  const columns = output.columns ?? (Number.parseInt(environment.COLUMNS ?? '', 10) || COLUMNS_DEFAULT);
  const coloured = isColoured(output, environment);
  return {
    columns: Math.min(COLUMNS_MAX, Math.max(COLUMNS_MIN, columns)),
    // The decision is made here, from what we were given, and not by Node from a stream of its own choice.
    paint: (ink, text) => (coloured ? styleText([...FORMATS[ink]], text, { validateStream: false }) : text),
  };
}

/** https://no-color.org, and its counterpart FORCE_COLOR. */
function isColoured({ isTerminal }: Output, environment: Readonly<Record<string, string | undefined>>): boolean {
  if ((environment.NO_COLOR ?? '') !== '') return false;
  if ((environment.FORCE_COLOR ?? '') !== '') return environment.FORCE_COLOR !== '0';
  return isTerminal && environment.TERM !== 'dumb';
}
