/**
 * Which operations are placed, and every such set that was met together with the state it left. Only the window is kept of a set: from the word of the first
 * operation that has to be placed and is not, up to the last one that can be. Operations that stay open have words of their own, which are always kept.
 */
import { hashRow } from './configuration-set.ts';
import type { SearchProblem } from './search-problem.ts';

const FIRST_SLOTS = 256;

export class PlacedMemory {
  /** Bits of the operations that completed, by number among them, then of those that stayed open. */
  private readonly words: Int32Array;
  private readonly completedWords: number;
  private readonly bitOf: Int32Array;
  /** For every operation a random word, for the hash of a set. */
  private readonly zobrist: Int32Array;
  private hash = 0;
  /** Before it all words are full. */
  private windowStart = 0;
  /** By place of an event: how many operations that completed were invoked before. */
  private readonly completedBefore: Int32Array;
  /** Rows one after the other: length, hash, state, first word of the window, words. */
  private arena = new Int32Array(1024);
  private arenaLength = 1;
  private slots = new Int32Array(FIRST_SLOTS);
  private count = 0;
  private row: Int32Array;

  constructor(problem: SearchProblem) {
    const { isOpen, events } = problem;
    const operations = isOpen.length;
    this.bitOf = new Int32Array(operations);
    this.completedBefore = new Int32Array(events.length + 1);
    let completed = 0;
    for (let at = 0; at < events.length; at++) {
      const event = events[at] as number;
      this.completedBefore[at] = completed;
      if (event >= 0 && isOpen[event] === 0) this.bitOf[event] = completed++;
    }
    this.completedBefore[events.length] = completed;
    this.completedWords = (completed + 31) >>> 5;
    let open = 0;
    for (let index = 0; index < operations; index++) {
      if (isOpen[index] === 1) this.bitOf[index] = 32 * this.completedWords + open++;
    }
    this.words = new Int32Array(this.completedWords + ((open + 31) >>> 5));
    this.row = new Int32Array(this.words.length + 4);
    this.zobrist = randomWords(operations);
  }

  get bytes(): number {
    return 4 * (this.arena.length + this.slots.length);
  }

  toggle(operation: number): void {
    const bit = this.bitOf[operation] as number;
    const word = bit >>> 5;
    this.words[word] = (this.words[word] as number) ^ (1 << (bit & 31));
    this.hash ^= this.zobrist[operation] as number;
    if (word < this.windowStart) this.windowStart = word;
  }

  /** False when the set was met with this state. `bound` is the place of the first completion whose operation is not placed. */
  add(state: number, bound: number): boolean {
    const length = this.fillRow(state, bound);
    const mask = this.slots.length - 1;
    let slot = (this.row[1] as number) & mask;
    for (let at = this.slots[slot] as number; at !== 0; at = this.slots[slot] as number) {
      if (this.isRowAt(at, length)) return false;
      slot = (slot + 1) & mask;
    }
    this.keep(slot, length);
    return true;
  }

  private fillRow(state: number, bound: number): number {
    const { words, row } = this;
    while (this.windowStart < this.completedWords && words[this.windowStart] === -1) this.windowStart++;
    const end = Math.max(this.windowStart, ((this.completedBefore[bound] as number) + 31) >>> 5);
    let length = 4;
    for (let index = this.windowStart; index < end; index++) row[length++] = words[index] as number;
    for (let index = this.completedWords; index < words.length; index++) row[length++] = words[index] as number;
    row[0] = length;
    row[2] = state;
    row[3] = this.windowStart;
    const mixed = Math.imul(this.hash ^ Math.imul(state + 1, 0x9e3779b1), 0x85ebca77);
    row[1] = mixed ^ (mixed >>> 15);
    return length;
  }

  private isRowAt(at: number, length: number): boolean {
    const { arena, row } = this;
    for (let index = 0; index < length; index++) {
      if (arena[at + index] !== row[index]) return false;
    }
    return true;
  }

  private keep(slot: number, length: number): void {
    if (this.arenaLength + length > this.arena.length) {
      const larger = new Int32Array(2 * this.arena.length + length);
      larger.set(this.arena);
      this.arena = larger;
    }
    for (let index = 0; index < length; index++) this.arena[this.arenaLength + index] = this.row[index] as number;
    this.slots[slot] = this.arenaLength;
    this.arenaLength += length;
    this.count += 1;
    if (this.count * 2 > this.slots.length) this.growSlots();
  }

  private growSlots(): void {
    const old = this.slots;
    this.slots = new Int32Array(2 * old.length);
    const mask = this.slots.length - 1;
    for (const at of old) {
      if (at === 0) continue;
      let slot = (this.arena[at + 1] as number) & mask;
      while (this.slots[slot] !== 0) slot = (slot + 1) & mask;
      this.slots[slot] = at;
    }
  }
}

/** The same for every history: a hash only spreads rows, hits are compared in full. */
function randomWords(count: number): Int32Array {
  return Int32Array.from({ length: count }, (_, index) => hashRow(Int32Array.of(index), 0, 1));
}
