/**
 * A place in a text that arrives in chunks of any size. Only what the reader still needs is kept, so memory does not depend on the length of the text.
 *
 * A reader that runs out of characters calls `refill(keepFrom)`: what stands before is forgotten, positions into `text` shift accordingly.
 */
import { excerpt, type Place, unreadable } from './source-failure.ts';

/** One token, or one line, may not be longer. */
export const TOKEN_CHARACTERS_MAX = 16_777_216;

const REPLACEMENT_CHARACTER = '\uFFFD';
const BYTE_ORDER_MARK = 0xfeff;

/** A class, as it is the hot mutable structure of the readers. */
export class TextCursor {
  text = '';
  /** Index into `text` of what is read next. */
  position = 0;
  line: number;
  /** Characters of the whole source that stand before `text`. */
  #forgotten = 0;
  #lineStart = 0;
  readonly #chunks: Iterator<string>;

  constructor(chunks: Iterable<string>, { line, column = 1 }: Place = { line: 1 }) {
    this.#chunks = chunks[Symbol.iterator]();
    this.line = line;
    this.#lineStart = 1 - column;
    if (this.refill(0) && this.text.charCodeAt(0) === BYTE_ORDER_MARK) this.position = 1;
  }

  /** Characters of the source before the position. */
  get offset(): number {
    return this.#forgotten + this.position;
  }

  place(at = this.position): Place {
    return { line: this.line, column: this.#forgotten + at - this.#lineStart + 1 };
  }

  /** To be called when the position stands behind a line feed. */
  startLine(): void {
    this.line++;
    this.#lineStart = this.#forgotten + this.position;
  }

  /** Appends more of the source and forgets what stands before `keepFrom`; false at its end. */
  refill(keepFrom: number): boolean {
    const kept = this.text.length - keepFrom;
    if (kept > TOKEN_CHARACTERS_MAX) {
      unreadable(this.place(keepFrom), `one piece is longer than ${TOKEN_CHARACTERS_MAX} characters`, {
        received: excerpt(this.text.slice(keepFrom, keepFrom + 100)),
        nextStep: 'check that the file is a history, and that no quote or line end is missing',
      });
    }
    for (;;) {
      const next = this.#chunks.next();
      if (next.done === true) return false;
      if (next.value.length === 0) continue;
      this.text = kept === 0 ? next.value : this.text.slice(keepFrom) + next.value;
      this.position -= keepFrom;
      this.#forgotten += keepFrom;
      const damaged = this.text.indexOf(REPLACEMENT_CHARACTER, kept);
      if (damaged >= 0) this.#failDamaged(damaged);
      return true;
    }
  }

  #failDamaged(index: number): never {
    while (true) {
      const lineEnd = this.text.indexOf('\n', this.position);
      if (lineEnd < 0 || lineEnd > index) break;
      this.position = lineEnd + 1;
      this.startLine();
    }
    return unreadable(
      this.place(index),
      'the text is not UTF-8: a replacement character stands for bytes that are none',
      {
        expected: 'text in UTF-8',
        nextStep: 'convert the file to UTF-8, for example with iconv, or decompress it first',
      },
    );
  }
}
