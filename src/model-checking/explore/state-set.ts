/**
 * The set of states that were reached, numbered from 0 in the order in which they came. Two forms with one interface:
 *
 * - `FingerprintSet` keeps 64 bits a state, as TLC and Stateright do. Two states with the same fingerprint count as one; the
 *   expected number of such pairs among n states is n^2 / 2^65, and is reported.
 * - `ExactSet` keeps the words and compares them.
 *
 * Both are open-addressing tables with linear probing, at most two thirds full.
 */
import { invariant } from '../../kernel/invariant.ts';
import { hashWords } from './hash-words.ts';
import type { ByteReader, ByteWriter } from './saved-bytes.ts';

export interface StateSet {
  /** Number of states. */
  readonly count: number;
  readonly bytes: number;
  /** The number of the state if it is new, else -1. */
  insert(words: Int32Array, at: number): number;
  save(into: ByteWriter): void;
  /** Into an empty set of the same form, which need not find states again. */
  restore(from: ByteReader): void;
}

const FIRST_SLOTS = 1 << 12;
const FULL_NUMERATOR = 2;
const FULL_DENOMINATOR = 3;

export class FingerprintSet implements StateSet {
  count = 0;
  private readonly width: number;
  private readonly lanes = new Int32Array(2);
  /** Two lanes a slot; both zero where it is free. */
  private slots = new Int32Array(2 * FIRST_SLOTS);
  private mask = FIRST_SLOTS - 1;
  /** By slot, the number of the state that has it; only where states are to be found again. */
  private numbers: Int32Array | undefined;

  constructor(width: number, findsAgain = false) {
    this.width = width;
    if (findsAgain) this.numbers = new Int32Array(FIRST_SLOTS);
  }

  get bytes(): number {
    return this.slots.byteLength + (this.numbers?.byteLength ?? 0);
  }

  insert(words: Int32Array, at: number): number {
    const slot = this.slotOf(words, at);
    if (slot < 0) return -1;
    this.slots[2 * slot] = this.lanes[0] as number;
    this.slots[2 * slot + 1] = this.lanes[1] as number;
    const number = this.count++;
    if (this.numbers !== undefined) this.numbers[slot] = number;
    if (this.count * FULL_DENOMINATOR > (this.mask + 1) * FULL_NUMERATOR) this.grow();
    return number;
  }

  /** The number of a state that was inserted, in a set that finds again. */
  find(words: Int32Array, at: number): number {
    invariant(this.numbers !== undefined, 'this set was made to find states again');
    return this.numbers[~this.slotOf(words, at)] as number;
  }

  /** Where the fingerprint in `lanes` goes; the complement of where it is. */
  private slotOf(words: Int32Array, at: number): number {
    const { lanes, slots, mask } = this;
    hashWords(words, at, this.width, lanes);
    const high = lanes[0] as number;
    // The pair of zeros marks a free slot.
    if (high === 0 && lanes[1] === 0) lanes[1] = 1;
    const low = lanes[1] as number;
    let slot = high & mask;
    for (;;) {
      const there = slots[2 * slot] as number;
      const thereLow = slots[2 * slot + 1] as number;
      if (there === high && thereLow === low) return ~slot;
      if (there === 0 && thereLow === 0) return slot;
      slot = (slot + 1) & mask;
    }
  }

  save(into: ByteWriter): void {
    const { slots } = this;
    into.number(this.count);
    for (let slot = 0; slot <= this.mask && !into.isFull; slot++) {
      if (slots[2 * slot] === 0 && slots[2 * slot + 1] === 0) continue;
      into.lane(slots[2 * slot] as number);
      into.lane(slots[2 * slot + 1] as number);
    }
  }

  /** The table has its size from the start: in a smaller one, what comes in the order of its slots would pile up. */
  restore(from: ByteReader): void {
    this.count = from.number();
    while (this.count * FULL_DENOMINATOR > (this.mask + 1) * FULL_NUMERATOR) this.mask = this.mask * 2 + 1;
    const { mask } = this;
    const slots = new Int32Array(2 * (mask + 1));
    for (let left = this.count; left > 0; left--) {
      const high = from.lane();
      let slot = high & mask;
      while (slots[2 * slot] !== 0 || slots[2 * slot + 1] !== 0) slot = (slot + 1) & mask;
      slots[2 * slot] = high;
      slots[2 * slot + 1] = from.lane();
    }
    this.slots = slots;
  }

  private grow(): void {
    const old = this.slots;
    const oldNumbers = this.numbers;
    const mask = this.mask * 2 + 1;
    const slots = new Int32Array(2 * (mask + 1));
    const numbers = oldNumbers === undefined ? undefined : new Int32Array(mask + 1);
    for (let from = 0; from < old.length; from += 2) {
      const high = old[from] as number;
      const low = old[from + 1] as number;
      if (high === 0 && low === 0) continue;
      let slot = high & mask;
      while (slots[2 * slot] !== 0 || slots[2 * slot + 1] !== 0) slot = (slot + 1) & mask;
      slots[2 * slot] = high;
      slots[2 * slot + 1] = low;
      if (numbers !== undefined) numbers[slot] = oldNumbers?.[from / 2] as number;
    }
    this.slots = slots;
    this.numbers = numbers;
    this.mask = mask;
  }
}

const ROWS_PER_CHUNK_BITS = 16;
const ROWS_PER_CHUNK = 1 << ROWS_PER_CHUNK_BITS;

export class ExactSet implements StateSet {
  count = 0;
  private readonly width: number;
  private readonly lanes = new Int32Array(2);
  private readonly chunks: Int32Array[] = [];
  /** A lane of the fingerprint, and the state's number plus one; 0 where the slot is free. */
  private slots = new Int32Array(2 * FIRST_SLOTS);
  private mask = FIRST_SLOTS - 1;

  constructor(width: number) {
    this.width = width;
  }

  get bytes(): number {
    return this.slots.byteLength + this.chunks.length * ROWS_PER_CHUNK * this.width * 4;
  }

  /** The chunk that holds a state's words, and where in it they begin. */
  chunkOf(state: number): Int32Array {
    return this.chunks[state >>> ROWS_PER_CHUNK_BITS] as Int32Array;
  }

  offsetOf(state: number): number {
    return (state & (ROWS_PER_CHUNK - 1)) * this.width;
  }

  /** The number of a state, or -1 where it was never inserted. */
  find(words: Int32Array, at: number): number {
    const slot = this.slotOf(words, at);
    return (this.slots[2 * slot + 1] as number) - 1;
  }

  insert(words: Int32Array, at: number): number {
    const slot = this.slotOf(words, at);
    if (this.slots[2 * slot + 1] !== 0) return -1;
    const number = this.count++;
    // Slots are found by the second lane: they go by the second lane when the table grows.
    this.slots[2 * slot] = this.lanes[1] as number;
    this.slots[2 * slot + 1] = number + 1;
    this.append(number, words, at);
    if (this.count * FULL_DENOMINATOR > (this.mask + 1) * FULL_NUMERATOR) this.grow();
    return number;
  }

  save(into: ByteWriter): void {
    into.number(this.count);
    for (let state = 0; state < this.count && !into.isFull; state++) {
      const chunk = this.chunkOf(state);
      const first = this.offsetOf(state);
      for (let word = first; word < first + this.width; word++) into.word(chunk[word] as number);
    }
  }

  restore(from: ByteReader): void {
    const row = new Int32Array(this.width);
    for (let left = from.number(); left > 0; left--) {
      for (let word = 0; word < row.length; word++) row[word] = from.word();
      this.insert(row, 0);
    }
  }

  private slotOf(words: Int32Array, at: number): number {
    hashWords(words, at, this.width, this.lanes);
    const lane = this.lanes[1] as number;
    const { slots, mask } = this;
    let slot = lane & mask;
    for (;;) {
      const state = slots[2 * slot + 1] as number;
      if (state === 0 || (slots[2 * slot] === lane && this.equals(state - 1, words, at))) return slot;
      slot = (slot + 1) & mask;
    }
  }

  private equals(state: number, words: Int32Array, at: number): boolean {
    const chunk = this.chunkOf(state);
    const from = this.offsetOf(state);
    for (let word = 0; word < this.width; word++) if (chunk[from + word] !== words[at + word]) return false;
    return true;
  }

  private append(state: number, words: Int32Array, at: number): void {
    const from = this.offsetOf(state);
    if (from === 0) this.chunks.push(new Int32Array(ROWS_PER_CHUNK * this.width));
    const chunk = this.chunkOf(state);
    for (let word = 0; word < this.width; word++) chunk[from + word] = words[at + word] as number;
  }

  private grow(): void {
    const old = this.slots;
    const mask = this.mask * 2 + 1;
    const slots = new Int32Array(2 * (mask + 1));
    for (let from = 0; from < old.length; from += 2) {
      if (old[from + 1] === 0) continue;
      let slot = (old[from] as number) & mask;
      while (slots[2 * slot + 1] !== 0) slot = (slot + 1) & mask;
      slots[2 * slot] = old[from] as number;
      slots[2 * slot + 1] = old[from + 1] as number;
    }
    this.slots = slots;
    this.mask = mask;
  }
}
