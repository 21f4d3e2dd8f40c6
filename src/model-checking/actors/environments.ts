/**
 * What stands beside the actors, as a number, and what it becomes by what it is told: looked up once each pair is known.
 */
import type { ActorIndex, ActorModel } from './actor-model.ts';
import { Interner } from './interner.ts';
import { ABSENT, PairTable } from './pair-table.ts';
import type { Questions } from './questions.ts';

type Model = ActorModel<unknown, unknown, unknown, unknown, unknown>;

/** The step is forbidden. */
const FORBIDDEN = -1;

export class Environments {
  private readonly values = new Interner<unknown>();
  private readonly afterLists = new PairTable();
  private readonly possible = new PairTable();
  private readonly losses: (number | undefined)[] = [];
  /** By environment: which links are up, by sender times actors plus receiver. */
  private readonly links: (Uint8Array | undefined)[] = [];
  private readonly model: Model;
  private readonly observationLists: Interner<readonly unknown[]>;
  private readonly questions: Questions;

  /** Number 0 is the environment at the beginning. */
  constructor(model: Model, observationLists: Interner<readonly unknown[]>, questions: Questions) {
    this.model = model;
    this.questions = questions;
    this.observationLists = observationLists;
    this.values.numberOf(model.environment);
  }

  get bytes(): number {
    return this.values.bytes;
  }

  get count(): number {
    return this.values.values.length;
  }

  get print(): number {
    return this.values.print;
  }

  valueOf(environment: number): unknown {
    return this.values.values[environment];
  }

  numberOf(value: unknown): number {
    return this.values.numberOf(value);
  }

  /** After a list of observations; -1 where one is forbidden. */
  after(environment: number, observations: number): number {
    const known = this.afterLists.get(environment, observations);
    if (known !== ABSENT) return known;
    const number = this.tell(environment, this.observationLists.values[observations] ?? []);
    this.afterLists.set(environment, observations, number);
    this.questions.note('environment_after', environment, observations);
    return number;
  }

  /** After a loss; -1 where no more may happen. */
  afterLoss(environment: number): number {
    const { lose } = this.model;
    if (lose === undefined) return environment;
    const known = this.losses[environment];
    if (known !== undefined) return known;
    const value = lose(this.valueOf(environment));
    const number = value === undefined ? FORBIDDEN : this.values.numberOf(value);
    this.losses[environment] = number;
    this.questions.note('environment_after_loss', environment, 0);
    return number;
  }

  /** Whether what an actor may do by itself is possible now; `action` is the number of its input. */
  isPossible(environment: number, actor: ActorIndex, action: number, value: unknown): boolean {
    const { isPossible, names } = this.model;
    if (isPossible === undefined) return true;
    const key = action * names.length + actor;
    const known = this.possible.get(environment, key);
    if (known !== ABSENT) return known === 1;
    const found = isPossible(this.valueOf(environment), actor, value);
    this.possible.set(environment, key, found ? 1 : 0);
    return found;
  }

  isLinked(environment: number, from: ActorIndex, to: ActorIndex): boolean {
    const links = this.links[environment] ?? this.findLinks(environment);
    return links[from * this.model.names.length + to] === 1;
  }

  private tell(environment: number, observations: readonly unknown[]): number {
    let value: unknown = this.valueOf(environment);
    for (const observation of observations) {
      value = this.model.observe === undefined ? value : this.model.observe(value, observation);
      if (value === undefined) return FORBIDDEN;
    }
    return this.values.numberOf(value);
  }

  private findLinks(environment: number): Uint8Array {
    const { names, isLinked } = this.model;
    const value = this.valueOf(environment);
    const links = new Uint8Array(names.length ** 2);
    for (const [from] of names.entries()) {
      for (const [to] of names.entries()) {
        links[from * names.length + to] = isLinked === undefined || isLinked(value, from, to) ? 1 : 0;
      }
    }
    this.links[environment] = links;
    return links;
  }
}
