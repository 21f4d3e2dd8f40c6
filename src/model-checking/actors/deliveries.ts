/**
 * What can come of one actor's inbox: for each pair of the actor's cell and its inbox, the deliveries that are steps, found out once. Many states share
 * such a pair, and most messages on the way are ignored by the cell they wait for: looking up the pair costs one look where looking up
 * each message would cost as many as there are messages.
 */
import type { ActorIndex } from './actor-model.ts';
import type { Inboxes } from './inboxes.ts';
import { ABSENT, PairTable } from './pair-table.ts';
import type { StepTable } from './step-table.ts';

/** Words of a delivery: the code of the action, the inbox after it, the sender. */
export const WORDS_PER_DELIVERY = 3;

const FIRST_CAPACITY = 1 << 12;

export class Deliveries {
  /** The deliveries of one pair after another, each list behind its length in words. Grows: read it after `of`. */
  words = new Int32Array(FIRST_CAPACITY);
  private used = 0;
  private readonly known = new PairTable();
  private readonly steps: StepTable;
  private readonly inboxes: Inboxes;
  /** The code of an ignored delivery, where that is a step; else undefined. */
  private readonly idleCode: ((input: number, actor: ActorIndex) => number) | undefined;

  constructor(steps: StepTable, inboxes: Inboxes, idleCode?: (input: number, actor: ActorIndex) => number) {
    this.steps = steps;
    this.inboxes = inboxes;
    this.idleCode = idleCode;
  }

  get bytes(): number {
    return this.words.byteLength + this.known.bytes;
  }

  /** Where in `words` the list of a pair stands. */
  of(cell: number, inbox: number, actor: ActorIndex): number {
    const known = this.known.get(cell, inbox);
    return known === ABSENT ? this.find(cell, inbox, actor) : known;
  }

  private find(cell: number, inbox: number, actor: ActorIndex): number {
    const inputs = this.inboxes.deliverableOf(inbox);
    const list: number[] = [];
    for (const input of inputs) {
      for (const code of this.codesOf(cell, input, actor))
        list.push(code, this.inboxes.afterDelivery(inbox, input), this.steps.senderOf(input));
    }
    const at = this.append(list);
    this.known.set(cell, inbox, at);
    return at;
  }

  private codesOf(cell: number, input: number, actor: ActorIndex): readonly number[] {
    const outcomes = this.steps.outcomesOf(cell, input);
    if (outcomes !== undefined) return outcomes.map((number) => 2 * number);
    return this.idleCode === undefined ? [] : [this.idleCode(input, actor)];
  }

  private append(list: readonly number[]): number {
    const at = this.used;
    this.used += 1 + list.length;
    while (this.used > this.words.length) {
      const words = new Int32Array(2 * this.words.length);
      words.set(this.words);
      this.words = words;
    }
    this.words[at] = list.length;
    this.words.set(list, at + 1);
    return at;
  }
}
