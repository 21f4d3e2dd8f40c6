/**
 * What is on the way to one actor, as a number. An inbox lists inputs (a message and its sender, itself a number); equal inboxes have equal
 * numbers, and what an inbox becomes by one more or one less is looked up.
 *
 * - a bag: each input as often as it is on the way, in order of its number;
 * - a set (duplicating network): each input once, and a delivery leaves it there;
 * - queues (ordered network): by sender, in order of sending; only the first of each can be delivered.
 */
import type { NetworkKind } from './actor-model.ts';
import { Interner } from './interner.ts';
import { ABSENT, PairTable } from './pair-table.ts';
import type { Questions } from './questions.ts';

export class Inboxes {
  private readonly inboxes = new Interner<readonly number[]>((inputs) => inputs.join());
  private readonly added = new PairTable();
  private readonly removed = new PairTable();
  /** By inbox: what can be delivered, each input once. */
  private readonly deliverable: (readonly number[])[] = [];
  private readonly kind: NetworkKind;
  private readonly perSenderMax: number;
  private readonly senderOf: (input: number) => number;
  private readonly questions: Questions;

  constructor(kind: NetworkKind, perSenderMax: number, senderOf: (input: number) => number, questions: Questions) {
    this.kind = kind;
    this.perSenderMax = perSenderMax;
    this.senderOf = senderOf;
    this.questions = questions;
    this.numberOf([]);
  }

  get bytes(): number {
    return this.inboxes.bytes;
  }

  /** Number of distinct inboxes; number 0 is the empty one. */
  get count(): number {
    return this.inboxes.values.length;
  }

  get print(): number {
    return this.inboxes.print;
  }

  /** All inputs on the way, as often as they are. */
  inputsOf(inbox: number): readonly number[] {
    return this.inboxes.values[inbox] as readonly number[];
  }

  deliverableOf(inbox: number): readonly number[] {
    return this.deliverable[inbox] as readonly number[];
  }

  /** The inbox with one more input; the same one where the link is full. */
  with(inbox: number, input: number): number {
    const known = this.added.get(inbox, input);
    return known === ABSENT ? this.add(inbox, input) : known;
  }

  /** The inbox after a delivery. */
  afterDelivery(inbox: number, input: number): number {
    return this.kind === 'unordered_duplicating' ? inbox : this.without(inbox, input);
  }

  /** The inbox after an input is lost, or taken once. */
  without(inbox: number, input: number): number {
    const known = this.removed.get(inbox, input);
    return known === ABSENT ? this.remove(inbox, input) : known;
  }

  /** The number of an inbox that lists these inputs, in any order that its kind allows. */
  numberOf(inputs: readonly number[]): number {
    const number = this.inboxes.numberOf(this.canonical(inputs));
    if (number === this.deliverable.length) this.deliverable.push(this.firstOfEach(this.inputsOf(number)));
    return number;
  }

  private add(inbox: number, input: number): number {
    const inputs = this.inputsOf(inbox);
    const sender = this.senderOf(input);
    const isFull = inputs.filter((each) => this.senderOf(each) === sender).length >= this.perSenderMax;
    const isThere = this.kind === 'unordered_duplicating' && inputs.includes(input);
    const number = isFull || isThere ? inbox : this.numberOf([...inputs, input]);
    this.added.set(inbox, input, number);
    this.questions.note('inbox_with', inbox, input);
    return number;
  }

  private remove(inbox: number, input: number): number {
    const inputs = this.inputsOf(inbox);
    const at = inputs.indexOf(input);
    const number = this.numberOf([...inputs.slice(0, at), ...inputs.slice(at + 1)]);
    this.removed.set(inbox, input, number);
    this.questions.note('inbox_without', inbox, input);
    return number;
  }

  private canonical(inputs: readonly number[]): readonly number[] {
    const isOrdered = this.kind === 'ordered';
    return inputs.toSorted((a, b) => (isOrdered ? this.senderOf(a) - this.senderOf(b) : a - b));
  }

  private firstOfEach(inputs: readonly number[]): readonly number[] {
    const isFirst = (input: number, at: number): boolean =>
      at === 0 ||
      (this.kind === 'ordered'
        ? this.senderOf(inputs[at - 1] as number) !== this.senderOf(input)
        : inputs[at - 1] !== input);
    return inputs.filter(isFirst);
  }
}
