/**
 * What an actor may do by itself: for each pair of its cell and the environment, the outcomes that the environment allows, found out once.
 */
import type { ActorIndex } from './actor-model.ts';
import type { Environments } from './environments.ts';
import { PairLists } from './pair-lists.ts';
import { ABSENT } from './pair-table.ts';
import type { Outcome, StepTable } from './step-table.ts';

/** Words of a step: the code of the action, the environment after it. */
export const WORDS_PER_OWN_STEP = 2;

export class OwnSteps {
  readonly lists = new PairLists();
  private readonly steps: StepTable;
  private readonly environments: Environments;

  constructor(steps: StepTable, environments: Environments) {
    this.steps = steps;
    this.environments = environments;
  }

  /** Where in `lists` the steps of a pair stand. */
  of(cell: number, environment: number, actor: ActorIndex): number {
    const known = this.lists.placeOf(cell, environment);
    return known === ABSENT ? this.find(cell, environment, actor) : known;
  }

  private find(cell: number, environment: number, actor: ActorIndex): number {
    const list: number[] = [];
    for (const action of this.steps.actionsOf(cell)) {
      const input = this.steps.inputs.values[action];
      if (input?.kind !== 'action') continue;
      if (!this.environments.isPossible(environment, actor, action, input.action)) continue;
      for (const number of this.steps.outcomesOf(cell, action) ?? []) {
        const { observations } = this.steps.outcomes[number] as Outcome;
        const after = observations === 0 ? environment : this.environments.after(environment, observations);
        if (after !== -1) list.push(2 * number, after);
      }
    }
    return this.lists.add(cell, environment, list);
  }
}
