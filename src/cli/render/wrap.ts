/**
 * Text in lines of bounded width, measured in terminal columns.
 */
import stringWidth from 'string-width';

/** Stands where a line should rather not be broken; printed as a space. */
export const HARD_SPACE = '\u00a0';

/** Wraps at spaces. Line breaks and indentation of the text stay; a word that is too long is broken. */
export function wrapText(text: string, columns: number): string[] {
  const lines = text.split('\n').flatMap((line) => wrapLine(line, columns));
  return lines.map((line) => line.replaceAll(HARD_SPACE, ' '));
}

export function padEnd(text: string, columns: number): string {
  return text + ' '.repeat(Math.max(0, columns - stringWidth(text)));
}

export function padStart(text: string, columns: number): string {
  return ' '.repeat(Math.max(0, columns - stringWidth(text))) + text;
}

/** Width of the widest line. */
export function widthOf(text: string): number {
  return Math.max(...text.split('\n').map((line) => stringWidth(line)));
}

/** Answers may quote text of strangers: what would steer a terminal is shown as a replacement character. */
export function withoutControls(text: string): string {
  return text.replaceAll('\t', '  ').replaceAll(/(?!\n)[\p{Cc}\p{Bidi_Control}]/gu, '\ufffd');
}

function wrapLine(line: string, columns: number): string[] {
  const indent = /^ */.exec(line)?.[0].slice(0, Math.floor(columns / 2)) ?? '';
  const lines: string[] = [];
  let current = '';
  for (const word of line
    .trim()
    .split(' ')
    .flatMap((each) => breakWord(each, columns - indent.length))) {
    const extended = current === '' ? word : `${current} ${word}`;
    if (stringWidth(indent + extended) <= columns) {
      current = extended;
    } else {
      lines.push(indent + current);
      current = word;
    }
  }
  return [...lines, current === '' ? '' : indent + current];
}

function breakWord(word: string, columns: number): string[] {
  if (stringWidth(word) <= columns) return [word];
  if (word.includes(HARD_SPACE)) return word.split(HARD_SPACE).flatMap((part) => breakWord(part, columns));
  const pieces: string[] = [];
  let piece = '';
  for (const { segment } of new Intl.Segmenter('en').segment(word)) {
    if (piece !== '' && stringWidth(piece + segment) > columns) {
      pieces.push(piece);
      piece = '';
    }
    piece += segment;
  }
  return [...pieces, piece];
}
