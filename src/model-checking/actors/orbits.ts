/**
 * The representative of a state's orbit under renaming of actors: of all permutations of interchangeable actors, the one whose row of numbers is
 * least. Identities stand inside states, messages and the environment, so each is renamed by the model, once for each permutation, and
 * remembered. With n actors there are n! permutations: for at most five.
 *
 * Rows are compared from the first word on, so that most permutations lose after a look or two.
 */
import type { ActorSymmetry } from './actor-model.ts';
import type { Environments } from './environments.ts';
import type { Inboxes } from './inboxes.ts';
import { ABSENT, PairTable } from './pair-table.ts';
import type { Questions } from './questions.ts';
import type { Cell, Input, StepTable } from './step-table.ts';

type Symmetry = ActorSymmetry<unknown, unknown, unknown>;

export class Orbits {
  private readonly symmetry: Symmetry;
  private readonly steps: StepTable;
  private readonly inboxes: Inboxes;
  private readonly environments: Environments;
  private readonly actors: number;
  /** By permutation: from the new place of an actor to the old one. */
  private readonly oldPlaces: readonly (readonly number[])[];
  private readonly cells = new PairTable();
  private readonly boxes = new PairTable();
  private readonly besides = new PairTable();
  private readonly best: Int32Array;
  private readonly questions: Questions;

  constructor(
    symmetry: Symmetry,
    actors: number,
    tables: { readonly steps: StepTable; readonly inboxes: Inboxes; readonly environments: Environments },
    questions: Questions,
  ) {
    const { steps, inboxes, environments } = tables;
    this.symmetry = symmetry;
    this.questions = questions;
    this.steps = steps;
    this.inboxes = inboxes;
    this.environments = environments;
    this.actors = actors;
    this.best = new Int32Array(2 * this.actors + 1);
    this.oldPlaces = symmetry.permutations.map((permutation) => permutation.map((_, at) => permutation.indexOf(at)));
  }

  canonicalise(words: Int32Array, at: number): void {
    const { best, oldPlaces } = this;
    const width = best.length;
    let isChanged = false;
    for (let word = 0; word < width; word++) best[word] = words[at + word] as number;
    for (let permutation = 0; permutation < oldPlaces.length; permutation++)
      if (this.improve(words, at, permutation)) isChanged = true;
    if (isChanged) for (let word = 0; word < width; word++) words[at + word] = best[word] as number;
  }

  /** Puts the permuted row into `best` if it is less. */
  private improve(words: Int32Array, at: number, permutation: number): boolean {
    const { best } = this;
    for (let word = 0; word < best.length; word++) {
      const renamed = this.renamedWord(words, at, permutation, word);
      const known = best[word] as number;
      if (renamed > known) return false;
      if (renamed === known) continue;
      best[word] = renamed;
      for (let rest = word + 1; rest < best.length; rest++) best[rest] = this.renamedWord(words, at, permutation, rest);
      return true;
    }
    return false;
  }

  /** The word that stands at `word` after the permutation. */
  private renamedWord(words: Int32Array, at: number, permutation: number, word: number): number {
    const { actors } = this;
    if (word === actors) return this.renamedEnvironment(words[at + actors] as number, permutation);
    const places = this.oldPlaces[permutation] as readonly number[];
    if (word < actors) return this.renamedCell(words[at + (places[word] as number)] as number, permutation);
    const old = places[word - actors - 1] as number;
    return this.renamedInbox(words[at + actors + 1 + old] as number, permutation);
  }

  renamedCell(cell: number, permutation: number): number {
    const known = this.cells.get(cell, permutation);
    if (known !== ABSENT) return known;
    const { actor, state } = this.steps.cells.values[cell] as Cell;
    const names = this.symmetry.permutations[permutation] as readonly number[];
    const renamed = this.steps.cells.numberOf({
      actor: names[actor] as number,
      state: this.symmetry.state(state, names),
    });
    this.cells.set(cell, permutation, renamed);
    this.questions.note('renamed_cell', cell, permutation);
    return renamed;
  }

  renamedInbox(inbox: number, permutation: number): number {
    const known = this.boxes.get(inbox, permutation);
    if (known !== ABSENT) return known;
    const names = this.symmetry.permutations[permutation] as readonly number[];
    const inputs = this.inboxes.inputsOf(inbox).map((number) => {
      const input = this.steps.inputs.values[number] as Input & { readonly kind: 'message' };
      return this.steps.messageInput(names[input.from] as number, this.symmetry.message(input.message, names));
    });
    const renamed = this.inboxes.numberOf(inputs);
    this.boxes.set(inbox, permutation, renamed);
    this.questions.note('renamed_inbox', inbox, permutation);
    return renamed;
  }

  renamedEnvironment(environment: number, permutation: number): number {
    const known = this.besides.get(environment, permutation);
    if (known !== ABSENT) return known;
    const names = this.symmetry.permutations[permutation] as readonly number[];
    const value = this.symmetry.environment(this.environments.valueOf(environment), names);
    const renamed = this.environments.numberOf(value);
    this.besides.set(environment, permutation, renamed);
    this.questions.note('renamed_environment', environment, permutation);
    return renamed;
  }
}
