/**
 * The successors of one state, written side by side into one array that is used again and again. A system copies the
 * state, changes the copy and keeps it:
 *
 *     const next = into.copy(words, at);
 *     into.words[next + TERM] = term + 1;
 *     into.keep(action);
 */
const FIRST_CAPACITY = 64;

export class Successors {
  readonly width: number;
  /** Replaced by a larger one, now and then, by `keep`. */
  words: Int32Array;
  actions: Int32Array;
  count = 0;

  constructor(width: number) {
    this.width = width;
    this.words = new Int32Array(FIRST_CAPACITY * width);
    this.actions = new Int32Array(FIRST_CAPACITY);
  }

  clear(): void {
    this.count = 0;
  }

  /** Copies a state into the next place and tells where it stands. Without `keep` the next copy takes its place. */
  copy(words: Int32Array, at: number): number {
    const { width } = this;
    const to = this.count * width;
    const own = this.words;
    for (let word = 0; word < width; word++) own[to + word] = words[at + word] as number;
    return to;
  }

  /** Keeps what was copied last as the successor by this action. */
  keep(action: number): void {
    this.actions[this.count] = action;
    this.count += 1;
    // There is room for the next copy before it is asked for, so that `words` stands still between `copy` and `keep`.
    if ((this.count + 1) * this.width > this.words.length) this.grow();
  }

  /** Whether the successor at `next` is the state itself: a step that changes nothing. */
  isCopyOf(words: Int32Array, at: number, next: number): boolean {
    for (let word = 0; word < this.width; word++) if (this.words[next + word] !== words[at + word]) return false;
    return true;
  }

  private grow(): void {
    const words = new Int32Array(this.words.length * 2);
    words.set(this.words);
    this.words = words;
    const actions = new Int32Array(this.actions.length * 2);
    actions.set(this.actions);
    this.actions = actions;
  }
}
