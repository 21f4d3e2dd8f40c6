/**
 * Numbers for values: two values whose texts are equal have the same number, counted from 0 in order of arrival.
 */
/** Of the hash of Fowler, Noll and Vo. */
const FNV_PRIME = 0x01000193;

/** The text itself, and what it says as an object: measured on states of Raft. */
const BYTES_PER_CHARACTER = 5;
const ENTRY_BYTES = 150;

export class Interner<Value> {
  readonly values: Value[] = [];
  private readonly numbers = new Map<string, number>();
  private readonly textOf: (value: Value) => string;
  /** A fingerprint of all texts so far, in order. */
  print = 0;
  /** Memory held, roughly. */
  bytes = 0;

  constructor(textOf: (value: Value) => string = (value) => JSON.stringify(value)) {
    this.textOf = textOf;
  }

  numberOf(value: Value): number {
    const text = this.textOf(value);
    const known = this.numbers.get(text);
    if (known !== undefined) return known;
    const number = this.values.length;
    this.numbers.set(text, number);
    for (let at = 0; at < text.length; at++) this.print = Math.imul(this.print ^ text.charCodeAt(at), FNV_PRIME);
    this.values.push(value);
    this.bytes += ENTRY_BYTES + text.length * BYTES_PER_CHARACTER;
    return number;
  }
}
