/**
 * A table from pairs of numbers to lists of words, all in one array: what a cell may do next to something else, found out once for each pair.
 */
import { PairTable } from './pair-table.ts';

const FIRST_CAPACITY = 1 << 12;

export class PairLists {
  /** One list after another, each behind its length. Grows: read it after `add`. */
  words = new Int32Array(FIRST_CAPACITY);
  private used = 0;
  private readonly places = new PairTable();

  /** Where in `words` the list of a pair stands; ABSENT where there is none yet. */
  placeOf(first: number, second: number): number {
    return this.places.get(first, second);
  }

  /** Adds the list of a pair that has none, and tells where it stands. */
  add(first: number, second: number, list: readonly number[]): number {
    const place = this.used;
    this.used += 1 + list.length;
    while (this.used > this.words.length) {
      const words = new Int32Array(2 * this.words.length);
      words.set(this.words);
      this.words = words;
    }
    this.words[place] = list.length;
    this.words.set(list, place + 1);
    this.places.set(first, second, place);
    return place;
  }
}
