/**
 * What can come of one actor's inbox: for each pair of the actor's cell and its inbox, the deliveries that are steps, found out once. Many states share
 * such a pair, and most messages on the way are ignored by the cell they wait for: looking up the pair costs one look where looking up
 * each message would cost as many as there are messages.
 */
import type { ActorIndex } from './actor-model.ts';
import type { Inboxes } from './inboxes.ts';
import { PairLists } from './pair-lists.ts';
import { ABSENT } from './pair-table.ts';
import type { StepTable } from './step-table.ts';

/** Words of a delivery: the code of the action, the inbox after it, the sender. */
export const WORDS_PER_DELIVERY = 3;

export class Deliveries {
  readonly lists = new PairLists();
  private readonly steps: StepTable;
  private readonly inboxes: Inboxes;
  /** The code of an ignored delivery, where that is a step; else undefined. */
  private readonly idleCode: ((input: number, actor: ActorIndex) => number) | undefined;

  constructor(steps: StepTable, inboxes: Inboxes, idleCode?: (input: number, actor: ActorIndex) => number) {
    this.steps = steps;
    this.inboxes = inboxes;
    this.idleCode = idleCode;
  }

  /** Where in `lists` the deliveries of a pair stand. */
  of(cell: number, inbox: number, actor: ActorIndex): number {
    const known = this.lists.placeOf(cell, inbox);
    return known === ABSENT ? this.find(cell, inbox, actor) : known;
  }

  private find(cell: number, inbox: number, actor: ActorIndex): number {
    const list: number[] = [];
    for (const input of this.inboxes.deliverableOf(inbox)) {
      for (const code of this.codesOf(cell, input, actor))
        list.push(code, this.inboxes.afterDelivery(inbox, input), this.steps.senderOf(input));
    }
    return this.lists.add(cell, inbox, list);
  }

  private codesOf(cell: number, input: number, actor: ActorIndex): readonly number[] {
    const outcomes = this.steps.outcomesOf(cell, input);
    if (outcomes !== undefined) return outcomes.map((number) => 2 * number);
    return this.idleCode === undefined ? [] : [this.idleCode(input, actor)];
  }
}
