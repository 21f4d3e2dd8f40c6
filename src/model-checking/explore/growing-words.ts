/**
 * Words that grow at one end without ever being copied: one number a state, for tens of millions of states.
 */
import type { ByteReader, ByteWriter } from './saved-bytes.ts';

const CHUNK_BITS = 16;
const CHUNK = 1 << CHUNK_BITS;

export class GrowingWords {
  length = 0;
  private readonly chunks: Int32Array[] = [];
  private last: Int32Array = new Int32Array(0);

  get bytes(): number {
    return this.chunks.length * CHUNK * 4;
  }

  push(word: number): void {
    const within = this.length & (CHUNK - 1);
    if (within === 0) {
      this.last = new Int32Array(CHUNK);
      this.chunks.push(this.last);
    }
    this.last[within] = word;
    this.length += 1;
  }

  at(index: number): number {
    return (this.chunks[index >>> CHUNK_BITS] as Int32Array)[index & (CHUNK - 1)] as number;
  }

  /** By differences, which are small where neighbours are alike. */
  save(into: ByteWriter): void {
    into.number(this.length);
    let before = 0;
    for (let index = 0; index < this.length && !into.isFull; index++) {
      const word = this.at(index);
      into.word((word - before) | 0);
      before = word;
    }
  }

  restore(from: ByteReader): void {
    let word = 0;
    for (let left = from.number(); left > 0; left--) {
      word = (word + from.word()) | 0;
      this.push(word);
    }
  }
}
