/**
 * A set of configurations: each a row of a state and the bits of the running operations that have taken effect.
 *
 * A configuration is dominated by one of the same state that has used only some of the same open operations and otherwise did the same: whatever
 * can follow the first can follow the second. Dominated rows are not taken in, and rows that a new one dominates are marked as dead (negative state).
 * The look for dominating rows is cut off in long chains: what is missed there costs time, never the verdict.
 */
const FIRST_ROWS = 16;
const CHAIN_LOOKS_MAX = 256;

export class ConfigurationSet {
  readonly stride: number;
  rows: Int32Array;
  count = 0;
  /** Bits of the operations that stay open; shared with the search. */
  private readonly openBits: Int32Array;
  private hasOpen = false;
  private capacity = FIRST_ROWS;
  private generation = 1;
  /** Row number by hash of the row, and by hash of what dominance compares; valid where the stamp is the generation. */
  private exact = new Int32Array(2 * FIRST_ROWS);
  private exactStamps = new Int32Array(2 * FIRST_ROWS);
  private heads = new Int32Array(2 * FIRST_ROWS);
  private headStamps = new Int32Array(2 * FIRST_ROWS);
  private nextInChain = new Int32Array(FIRST_ROWS);

  constructor(words: number, openBits: Int32Array) {
    this.stride = 1 + words;
    this.openBits = openBits;
    this.rows = new Int32Array(FIRST_ROWS * this.stride);
  }

  get bytes(): number {
    return 4 * this.capacity * (this.stride + 9);
  }

  clear(): void {
    this.count = 0;
    this.generation += 1;
    this.hasOpen = this.openBits.some((word) => word !== 0);
  }

  /** False when the row, or one that dominates it, is there. */
  add(row: Int32Array): boolean {
    if (this.count === this.capacity) this.grow();
    const slot = this.findExact(row);
    if (slot < 0) return false;
    const chain = this.hasOpen ? this.chainOf(row) : -1;
    if (this.hasOpen && this.isDominated(row, chain)) return false;
    this.place(row, slot, chain);
    return true;
  }

  /** The free slot for the row; -1 when it is there. */
  private findExact(row: Int32Array): number {
    const { exact, exactStamps, generation, stride, rows } = this;
    const mask = exact.length - 1;
    let slot = hashRow(row, 0, stride) & mask;
    while (exactStamps[slot] === generation) {
      const at = (exact[slot] as number) * stride;
      let index = 0;
      while (index < stride && rows[at + index] === row[index]) index++;
      if (index === stride) return -1;
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  private place(row: Int32Array, slot: number, chain: number): void {
    const at = this.count * this.stride;
    for (let index = 0; index < this.stride; index++) this.rows[at + index] = row[index] as number;
    this.exact[slot] = this.count;
    this.exactStamps[slot] = this.generation;
    if (chain >= 0) {
      this.nextInChain[this.count] = this.headStamps[chain] === this.generation ? (this.heads[chain] as number) : -1;
      this.heads[chain] = this.count;
      this.headStamps[chain] = this.generation;
    }
    this.count += 1;
  }

  /** Rows of one chain agree in a hash of the state and of the bits that are not those of open operations. */
  private chainOf(row: Int32Array): number {
    let hash = Math.imul((row[0] as number) + 1, 0x9e3779b1);
    for (let index = 1; index < this.stride; index++) {
      hash = Math.imul(hash ^ ((row[index] as number) & ~(this.openBits[index - 1] as number)), 0x85ebca77);
      hash ^= hash >>> 15;
    }
    return hash & (this.heads.length - 1);
  }

  private isDominated(row: Int32Array, chain: number): boolean {
    const { nextInChain, rows, stride } = this;
    if (this.headStamps[chain] !== this.generation) return false;
    let before = -1;
    let looks = 0;
    for (let other = this.heads[chain] as number; other >= 0 && looks < CHAIN_LOOKS_MAX; looks++) {
      const at = other * stride;
      const next = nextInChain[other] as number;
      const relation = this.compare(row, at);
      if (relation === SUPERSET) return true;
      if (relation === SUBSET) {
        rows[at] = ~(rows[at] as number);
        if (before < 0) this.heads[chain] = next;
        else nextInChain[before] = next;
        if (before < 0 && next < 0) this.headStamps[chain] = 0;
      } else before = other;
      other = next;
    }
    return false;
  }

  /** How the open operations used by `row` relate to those of the row at `at`; UNRELATED when anything else differs. */
  private compare(row: Int32Array, at: number): number {
    const { rows, stride, openBits } = this;
    if (rows[at] !== row[0]) return UNRELATED;
    let isSuperset = true;
    let isSubset = true;
    for (let index = 1; index < stride; index++) {
      const mine = row[index] as number;
      const theirs = rows[at + index] as number;
      if ((mine ^ theirs) & ~(openBits[index - 1] as number)) return UNRELATED;
      if (theirs & ~mine) isSuperset = false;
      if (mine & ~theirs) isSubset = false;
    }
    if (isSuperset) return SUPERSET;
    return isSubset ? SUBSET : UNRELATED;
  }

  private grow(): void {
    this.capacity *= 2;
    this.rows = enlarged(this.rows, this.capacity * this.stride);
    this.nextInChain = enlarged(this.nextInChain, this.capacity);
    this.exact = new Int32Array(2 * this.capacity);
    this.exactStamps = new Int32Array(2 * this.capacity);
    this.heads = new Int32Array(2 * this.capacity);
    this.headStamps = new Int32Array(2 * this.capacity);
    const row = new Int32Array(this.stride);
    const { count } = this;
    this.count = 0;
    for (let index = 0; index < count; index++) {
      const at = index * this.stride;
      for (let word = 0; word < this.stride; word++) row[word] = this.rows[at + word] as number;
      const isDead = (row[0] as number) < 0;
      this.place(row, this.findExact(row), isDead || !this.hasOpen ? -1 : this.chainOf(row));
    }
  }
}

const UNRELATED = 0;
const SUBSET = 1;
const SUPERSET = 2;

function enlarged(words: Int32Array, length: number): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(length);
  larger.set(words);
  return larger;
}

export function hashRow(words: Int32Array, from: number, length: number): number {
  let hash = 0x2545f491;
  for (let index = from; index < from + length; index++) {
    hash = Math.imul(hash ^ (words[index] as number), 0x9e3779b1);
    hash ^= hash >>> 15;
  }
  hash = Math.imul(hash, 0x85ebca6b);
  return hash ^ (hash >>> 13);
}
