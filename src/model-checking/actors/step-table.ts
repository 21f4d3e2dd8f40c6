/**
 * What each actor does, found out once: `receive` and `act` are called for each distinct pair of a cell and an input, and the outcomes are
 * kept as numbers. A cell is an actor with its state; an input is a message with its sender, or something an actor does by itself. An outcome is one
 * way a step can go: the cell after it, what is sent, what the environment is told.
 */
import { invariant } from '../../kernel/invariant.ts';
import type { ActorIndex, ActorModel, ActorStep } from './actor-model.ts';
import { Interner } from './interner.ts';
import { ABSENT, PairTable } from './pair-table.ts';
import type { Questions } from './questions.ts';

export interface Cell {
  readonly actor: ActorIndex;
  readonly state: unknown;
}

export type Input =
  | { readonly kind: 'message'; readonly from: ActorIndex; readonly message: unknown }
  | { readonly kind: 'action'; readonly action: unknown };

export interface Outcome {
  readonly cellBefore: number;
  readonly input: number;
  readonly cell: number;
  /** Receivers, and the inputs that they will get. */
  readonly to: readonly ActorIndex[];
  readonly sent: readonly number[];
  /** Number of the list of observations; 0 is the empty one. */
  readonly observations: number;
  readonly choices?: readonly number[];
  /** Which `always_step` properties it breaks, and how. */
  readonly breaches: readonly StepBreach[];
}

export interface StepBreach {
  readonly property: string;
  readonly complaint: string;
}

/** An outcome and the list that holds it. */
const BYTES_PER_PAIR = 400;

type Model = ActorModel<unknown, unknown, unknown, unknown, unknown>;
type Step = ActorStep<unknown, unknown, unknown>;

const NO_BREACHES: readonly StepBreach[] = [];
const NO_ACTIONS: readonly number[] = [];

export class StepTable {
  readonly cells: Interner<Cell>;
  readonly inputs = new Interner<Input>();
  readonly observationLists = new Interner<readonly unknown[]>();
  readonly outcomes: Outcome[] = [];
  private readonly model: Model;
  /** From a cell and an input to the number of a list of outcomes; -1 where the actor ignores the message. */
  private readonly known = new PairTable();
  private readonly lists: (readonly number[])[] = [];
  private readonly actionsByCell: (readonly number[] | undefined)[] = [];
  private readonly senders: number[] = [];
  private readonly within: number[] = [];
  private readonly questions: Questions;

  constructor(model: Model, questions: Questions) {
    this.model = model;
    this.questions = questions;
    this.cells = new Interner(({ actor, state }) => `${actor} ${model.textOf?.(state) ?? JSON.stringify(state)}`);
    this.observationLists.numberOf([]);
  }

  get bytes(): number {
    return this.cells.bytes + this.inputs.bytes + this.observationLists.bytes + this.pairs * BYTES_PER_PAIR;
  }

  /** Number of distinct pairs of a cell and an input that were tried. */
  get pairs(): number {
    return this.lists.length;
  }

  messageInput(from: ActorIndex, message: unknown): number {
    const input = this.inputs.numberOf({ kind: 'message', from, message });
    this.senders[input] = from;
    return input;
  }

  /** Of an input that is a message. */
  senderOf(input: number): ActorIndex {
    return this.senders[input] as ActorIndex;
  }

  /** Inputs that stand for what the actor of a cell may do by itself. */
  actionsOf(cell: number): readonly number[] {
    const known = this.actionsByCell[cell];
    if (known !== undefined) return known;
    const { actor, state } = this.cells.values[cell] as Cell;
    const actions = this.model.actions?.(actor, state) ?? [];
    const inputs =
      actions.length === 0 ? NO_ACTIONS : actions.map((action) => this.inputs.numberOf({ kind: 'action', action }));
    this.actionsByCell[cell] = inputs;
    this.questions.note('actions', cell, 0);
    return inputs;
  }

  /** Whether a cell is within the boundary of the model. */
  isWithin(cell: number): boolean {
    return (this.within[cell] ?? this.judgeBoundary(cell)) === 1;
  }

  /** The outcomes of an input; undefined where the actor ignores it. */
  outcomesOf(cell: number, input: number): readonly number[] | undefined {
    const known = this.known.get(cell, input);
    return this.lists[known === ABSENT ? this.tryOut(cell, input) : known];
  }

  start(actor: ActorIndex): Outcome {
    return this.outcomeOf(-1, -1, actor, this.model.start(actor));
  }

  private judgeBoundary(cell: number): number {
    const { actor, state } = this.cells.values[cell] as Cell;
    const within = this.model.isWithinBoundary?.(actor, state) === false ? 0 : 1;
    this.within[cell] = within;
    return within;
  }

  private tryOut(cell: number, input: number): number {
    const { actor, state } = this.cells.values[cell] as Cell;
    const given = this.inputs.values[input] as Input;
    const steps = this.stepsOf(actor, state, given);
    const list = steps?.map((step) => this.outcomes.push(this.outcomeOf(cell, input, actor, step)) - 1);
    const number = list === undefined ? -1 : this.lists.push(list) - 1;
    this.known.set(cell, input, number);
    this.questions.note('outcomes', cell, input);
    return number;
  }

  private stepsOf(actor: ActorIndex, state: unknown, input: Input): readonly Step[] | undefined {
    const { model } = this;
    if (input.kind === 'action') return model.act?.(actor, state, input.action) ?? [];
    const step = model.receive(actor, state, input.from, input.message);
    return step === undefined ? undefined : [step];
  }

  private outcomeOf(cellBefore: number, input: number, actor: ActorIndex, step: Step): Outcome {
    const { state, sends, observations = [], choices } = step;
    for (const { to } of sends) invariant(to in this.model.names, 'messages go to actors');
    const cell = this.cells.numberOf({ actor, state });
    return {
      cellBefore,
      input,
      cell,
      to: sends.map(({ to }) => to),
      sent: sends.map(({ message }) => this.messageInput(actor, message)),
      observations: this.observationLists.numberOf(observations),
      ...(choices === undefined ? {} : { choices }),
      breaches: cellBefore === -1 ? NO_BREACHES : this.breachesOf(actor, this.cells.values[cellBefore]?.state, state),
    };
  }

  private breachesOf(actor: ActorIndex, before: unknown, after: unknown): readonly StepBreach[] {
    const breaches = this.model.properties.flatMap((property) => {
      const complaint = property.kind === 'always_step' ? property.holds(actor, before, after) : undefined;
      return complaint === undefined ? [] : [{ property: property.name, complaint }];
    });
    return breaches.length === 0 ? NO_BREACHES : breaches;
  }
}
