/**
 * Lines on a page: hanging, indented, with bullets.
 */
import type { Page } from './page.ts';
import { withoutControls, wrapText } from './wrap.ts';

export const INDENT = '  ';
/** Text keeps this much however far it is indented. */
const TEXT_COLUMNS_MIN = 20;

/** Wraps `text` behind `head`, which takes `headWidth` columns; further lines are indented as far. */
export function hanging(head: string, headWidth: number, text: string, page: Page): string[] {
  const lines = wrapText(text, Math.max(TEXT_COLUMNS_MIN, page.columns - headWidth));
  return lines.map((line, index) => (index === 0 ? head : ' '.repeat(headWidth)) + line);
}

export function indented(lines: readonly string[]): string[] {
  return lines.map((line) => (line === '' ? '' : INDENT + line));
}

/** The page inside an indentation. */
export function narrower(page: Page): Page {
  return { ...page, columns: page.columns - INDENT.length };
}

export function bullets(items: readonly string[], page: Page): string[] {
  return items.flatMap((item) => hanging('• ', 2, withoutControls(item), page));
}
