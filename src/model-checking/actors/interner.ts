/**
 * Numbers for values: two values whose texts are equal have the same number, counted from 0 in order of arrival.
 */
export class Interner<Value> {
  readonly values: Value[] = [];
  private readonly numbers = new Map<string, number>();
  private readonly textOf: (value: Value) => string;

  constructor(textOf: (value: Value) => string = (value) => JSON.stringify(value)) {
    this.textOf = textOf;
  }

  numberOf(value: Value): number {
    const text = this.textOf(value);
    const known = this.numbers.get(text);
    if (known !== undefined) return known;
    const number = this.values.length;
    this.numbers.set(text, number);
    this.values.push(value);
    return number;
  }
}
