/**
 * Tables whose cells wrap, so that a sentence may stand in one.
 */
import type { Page } from './page.ts';
import { padEnd, padStart, widthOf, wrapText } from './wrap.ts';

export interface Table {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

const GAP = '  ';
/** A narrower column of prose is worse than none. */
const WRAPPED_COLUMNS_MIN = 18;
/** A longer word is broken rather than given all the room. */
const WORD_COLUMNS_MAX = 36;

/** The lines of the table; undefined if it cannot be read within the page's width. */
export function renderTable({ head, rows }: Table, page: Page): string[] | undefined {
  const natural = head.map((name, column) => Math.max(widthOf(name), ...rows.map((row) => widthOf(row[column] ?? ''))));
  const least = head.map((_, column) =>
    Math.max(WRAPPED_COLUMNS_MIN, ...rows.map((row) => longestWord(row[column] ?? ''))),
  );
  const widths = fitWidths(natural, least, page.columns - GAP.length * (head.length - 1));
  if (widths === undefined) return undefined;
  const numeric = head.map((_, column) => rows.every((row) => /^-?[\d.,]+(?:e[+-]?\d+)?$|^$/.test(row[column] ?? '')));
  const layOut = (cells: readonly string[]): string[] => layOutRow(cells, widths, numeric);
  const wrapped = widths.some((width, column) => width < (natural[column] ?? 0));
  const bodies = rows.map(layOut);
  return [
    ...layOut(head).map((line) => page.paint('label', line)),
    ...bodies.flatMap((lines, index) => (wrapped && index > 0 ? ['', ...lines] : lines)),
  ];
}

/** Takes width from the widest columns until all fit, but from none so much that its words break. */
function fitWidths(natural: readonly number[], least: readonly number[], available: number): number[] | undefined {
  const widths = [...natural];
  let excess = widths.reduce((sum, width) => sum + width, 0) - available;
  while (excess > 0) {
    const spare = widths.map((width, column) => (width > (least[column] ?? 0) ? width : 0));
    const widest = Math.max(...spare);
    if (widest === 0) return undefined;
    widths[spare.indexOf(widest)] = widest - 1;
    excess -= 1;
  }
  return widths;
}

function longestWord(text: string): number {
  return Math.max(...text.split(/\s/).map((word) => Math.min(WORD_COLUMNS_MAX, widthOf(word))));
}

function layOutRow(cells: readonly string[], widths: readonly number[], numeric: readonly boolean[]): string[] {
  const columns = widths.map((width, column) => wrapText(cells[column] ?? '', width));
  const height = Math.max(...columns.map((lines) => lines.length));
  return Array.from({ length: height }, (_, index) =>
    columns
      .map((lines, column) => (numeric[column] ? padStart : padEnd)(lines[index] ?? '', widths[column] ?? 0))
      .join(GAP)
      .trimEnd(),
  );
}
