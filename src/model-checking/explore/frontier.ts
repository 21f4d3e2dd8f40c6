/**
 * States that were reached and are not yet explored, as rows in chunks: taken from the front (breadth-first; a chunk that was read is let go) or from
 * the back (depth-first; one chunk is kept for what comes next).
 */
import type { ByteReader, ByteWriter } from './saved-bytes.ts';

const ROWS_PER_CHUNK = 1 << 12;

export class Frontier {
  /** Where the row that was taken last stands. */
  words: Int32Array = new Int32Array(0);
  at = 0;
  count = 0;

  private readonly width: number;
  private readonly copy: Int32Array;
  /** From `first` on; what lies before was let go. */
  private chunks: Int32Array[] = [];
  private firstRow = 0;
  private endRow = 0;

  constructor(width: number) {
    this.width = width;
    this.copy = new Int32Array(width);
  }

  get bytes(): number {
    return this.chunks.length * ROWS_PER_CHUNK * this.width * 4;
  }

  push(words: Int32Array, at: number): void {
    const { width } = this;
    const chunkIndex = Math.floor(this.endRow / ROWS_PER_CHUNK);
    if (chunkIndex === this.chunks.length) this.chunks.push(new Int32Array(ROWS_PER_CHUNK * width));
    const chunk = this.chunks[chunkIndex] as Int32Array;
    const to = (this.endRow % ROWS_PER_CHUNK) * width;
    for (let word = 0; word < width; word++) chunk[to + word] = words[at + word] as number;
    this.endRow += 1;
    this.count += 1;
  }

  /** The row that came first; it stays valid until the next call. */
  takeFirst(): void {
    if (this.firstRow === ROWS_PER_CHUNK) {
      this.chunks.shift();
      this.firstRow = 0;
      this.endRow -= ROWS_PER_CHUNK;
    }
    this.words = this.chunks[0] as Int32Array;
    this.at = this.firstRow * this.width;
    this.firstRow += 1;
    this.count -= 1;
  }

  save(into: ByteWriter): void {
    const { width } = this;
    into.number(this.count);
    for (let row = this.firstRow; row < this.endRow && !into.isFull; row++) {
      const chunk = this.chunks[Math.floor(row / ROWS_PER_CHUNK)] as Int32Array;
      const from = (row % ROWS_PER_CHUNK) * width;
      for (let word = from; word < from + width; word++) into.word(chunk[word] as number);
    }
  }

  restore(from: ByteReader): void {
    const row = new Int32Array(this.width);
    for (let left = from.number(); left > 0; left--) {
      for (let word = 0; word < row.length; word++) row[word] = from.word();
      this.push(row, 0);
    }
  }

  /** The row that came last; it is copied, because what is pushed next takes its place. */
  takeLast(): void {
    this.endRow -= 1;
    const chunkIndex = Math.floor(this.endRow / ROWS_PER_CHUNK);
    if (chunkIndex + 2 < this.chunks.length) this.chunks.pop();
    const chunk = this.chunks[chunkIndex] as Int32Array;
    const from = (this.endRow % ROWS_PER_CHUNK) * this.width;
    for (let word = 0; word < this.width; word++) this.copy[word] = chunk[from + word] as number;
    this.words = this.copy;
    this.at = 0;
    this.count -= 1;
  }
}
