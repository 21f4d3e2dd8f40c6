/**
 * A table from pairs of numbers to numbers: what a step, an inbox or an environment becomes. Open addressing with linear probing, at most half full:
 * it is looked into several times for every successor.
 */
const FIRST_SLOTS = 1 << 10;
const WORDS_PER_SLOT = 3;

/** What `get` gives for a pair that was never set. */
export const ABSENT = -2;

export class PairTable {
  private count = 0;
  private mask = FIRST_SLOTS - 1;
  /** First number plus one (0 where the slot is free), second number, value. */
  private slots = new Int32Array(WORDS_PER_SLOT * FIRST_SLOTS);

  get(first: number, second: number): number {
    const { slots, mask } = this;
    let slot = slotOf(first, second) & mask;
    for (;;) {
      const at = slot * WORDS_PER_SLOT;
      const there = slots[at] as number;
      if (there === 0) return ABSENT;
      if (there === first + 1 && slots[at + 1] === second) return slots[at + 2] as number;
      slot = (slot + 1) & mask;
    }
  }

  /** Sets a pair that is absent. */
  set(first: number, second: number, value: number): void {
    this.count += 1;
    if (this.count * 2 > this.mask) this.grow();
    this.place(first, second, value);
  }

  private place(first: number, second: number, value: number): void {
    const { slots, mask } = this;
    let slot = slotOf(first, second) & mask;
    while (slots[slot * WORDS_PER_SLOT] !== 0) slot = (slot + 1) & mask;
    const at = slot * WORDS_PER_SLOT;
    slots[at] = first + 1;
    slots[at + 1] = second;
    slots[at + 2] = value;
  }

  private grow(): void {
    const old = this.slots;
    this.mask = this.mask * 2 + 1;
    this.slots = new Int32Array(WORDS_PER_SLOT * (this.mask + 1));
    for (let at = 0; at < old.length; at += WORDS_PER_SLOT) {
      const first = old[at] as number;
      if (first !== 0) this.place(first - 1, old[at + 1] as number, old[at + 2] as number);
    }
  }
}

function slotOf(first: number, second: number): number {
  const mixed = Math.imul(first, 0x9e3779b1) ^ Math.imul(second, 0x85ebca77);
  return mixed ^ (mixed >>> 15);
}
