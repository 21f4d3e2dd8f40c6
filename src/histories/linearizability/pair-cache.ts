/**
 * Remembers a number for a pair of numbers, in one place each: a newer pair drives out an older one, so it never grows beyond its limit. What is
 * forgotten is computed again.
 */
const FIRST_BITS = 6;
const LAST_BITS = 20;

/** What `get` gives for a pair that is not remembered. */
export const FORGOTTEN = -2;

export class PairCache {
  private bits = FIRST_BITS;
  private misses = 0;
  /** First number plus one (0 where free), second number, value. */
  private cells = new Int32Array(3 << FIRST_BITS);

  get bytes(): number {
    return this.cells.byteLength;
  }

  get(first: number, second: number): number {
    const { cells } = this;
    const at = this.cellOf(first, second);
    return cells[at] === first + 1 && cells[at + 1] === second ? (cells[at + 2] as number) : FORGOTTEN;
  }

  set(first: number, second: number, value: number): void {
    this.misses += 1;
    if (this.misses > 1 << this.bits && this.bits < LAST_BITS) this.grow();
    const { cells } = this;
    const at = this.cellOf(first, second);
    cells[at] = first + 1;
    cells[at + 1] = second;
    cells[at + 2] = value;
  }

  private cellOf(first: number, second: number): number {
    const mixed = Math.imul(Math.imul(first, 0x9e3779b1) ^ Math.imul(second + 1, 0x85ebca77), 0x27d4eb2f);
    return 3 * (mixed >>> (32 - this.bits));
  }

  private grow(): void {
    const old = this.cells;
    this.bits += 2;
    this.misses = 0;
    this.cells = new Int32Array(3 << this.bits);
    for (let at = 0; at < old.length; at += 3) {
      const first = old[at] as number;
      if (first === 0) continue;
      const to = this.cellOf(first - 1, old[at + 1] as number);
      this.cells.set(old.subarray(at, at + 3), to);
    }
  }
}
