/**
 * A model of actors as a transition system. A state is a row of numbers: one cell an actor (which stands for the actor's whole state), one
 * for the environment, one inbox an actor. All that a step needs was found out when its pair of cell and input came up
 * first (`step-table.ts`), so that exploring is looking up and copying numbers (state collapsing: G. Holzmann, "State Compression in SPIN", 1997).
 *
 * Action codes: twice the number of the outcome for a step; an odd number for the loss, or the idle delivery, of an input.
 */
import type { ByteReader, ByteWriter } from '../explore/saved-bytes.ts';
import { ExactSet } from '../explore/state-set.ts';
import { Successors } from '../successors.ts';
import type { ActionDescription, StateDescription, SystemProperty, TransitionSystem } from '../transition-system.ts';
import type { ActorIndex, ActorModel, ActorProperty, ActorView, Envelope } from './actor-model.ts';
import { Deliveries, WORDS_PER_DELIVERY } from './deliveries.ts';
import { Environments } from './environments.ts';
import { Inboxes } from './inboxes.ts';
import { Orbits } from './orbits.ts';
import { OwnSteps, WORDS_PER_OWN_STEP } from './own-steps.ts';
import { type Answers, Questions } from './questions.ts';
import { type Cell, type Input, type Outcome, StepTable } from './step-table.ts';

/** Builds the transition system; types do not survive it. */
export function actorSystem<State, Message, Environment, Observation, Action>(
  model: ActorModel<State, Message, Environment, Observation, Action>,
): ActorSystem {
  return new ActorSystem(model as unknown as Model);
}

type Model = ActorModel<unknown, unknown, unknown, unknown, unknown>;
type View = ActorView<unknown, unknown, unknown>;
type Property = ActorProperty<unknown, unknown, unknown>;

/** What happens to one input besides a step. */
type Loss = 'lost' | 'idle';

export class ActorSystem implements TransitionSystem {
  readonly width: number;
  readonly properties: readonly SystemProperty[];
  readonly model: Model;
  readonly steps: StepTable;
  readonly inboxes: Inboxes;
  readonly environments: Environments;
  readonly isWithinBoundary?: (words: Int32Array, at: number) => boolean;
  readonly canonicalise?: (words: Int32Array, at: number) => void;
  readonly isSettled: (words: Int32Array, at: number) => boolean;

  private readonly deliveries: Deliveries;
  private readonly ownSteps: OwnSteps;
  private readonly questions = new Questions();
  private readonly orbits: Orbits | undefined;
  private readonly actors: number;
  private readonly isUnlinked: boolean;

  constructor(model: Model) {
    this.model = model;
    this.actors = model.names.length;
    this.width = 2 * this.actors + 1;
    this.isUnlinked = model.isLinked !== undefined;
    const { questions } = this;
    this.steps = new StepTable(model, questions);
    const perSenderMax = model.messagesPerLinkMax ?? Number.POSITIVE_INFINITY;
    this.inboxes = new Inboxes(model.network, perSenderMax, (input) => this.steps.senderOf(input), questions);
    this.deliveries = new Deliveries(this.steps, this.inboxes, this.idleCodes());
    this.environments = new Environments(model, this.steps.observationLists, questions);
    this.ownSteps = new OwnSteps(this.steps, this.environments);
    this.properties = model.properties.map((property) => this.systemProperty(property));
    if (model.isWithinBoundary !== undefined) this.isWithinBoundary = (words, at) => this.areCellsWithin(words, at);
    if (model.symmetry !== undefined) {
      const orbits = new Orbits(model.symmetry, this.actors, this, questions);
      this.orbits = orbits;
      this.canonicalise = (words, at) => orbits.canonicalise(words, at);
    }
    this.isSettled = this.settledBy();
  }

  initial(into: Successors): void {
    const row = new Int32Array(this.width);
    const next = into.copy(row, 0);
    for (let actor = 0; actor < this.actors; actor++) {
      const outcome = this.steps.start(actor);
      if (!this.apply(outcome, actor, into.words, next)) return;
    }
    into.keep(0);
  }

  expand(words: Int32Array, at: number, into: Successors): void {
    const { actors, model } = this;
    for (let actor = 0; actor < actors; actor++) {
      this.expandDeliveries(words, at, actor, into);
      if (model.actions !== undefined) this.expandOwnSteps(words, at, actor, into);
      if (model.isLossy) this.expandLosses(words, at, actor, into);
    }
  }

  fairnessClass(_words: Int32Array, _at: number, action: number): number {
    if ((action & 1) === 1) return this.lossOf(action).kind === 'idle' ? this.linkOf(this.lossOf(action)) : -1;
    const outcome = this.outcome(action);
    const { actor } = this.cellOf(outcome.cell);
    const input = this.inputOf(outcome.input);
    if (input.kind === 'message') return input.from * this.actors + actor;
    if (this.model.describe.isFault?.(input.action) === true) return -1;
    return this.actors * (this.actors + outcome.input) + actor;
  }

  /**
   * A step changes its actor's cell, takes from its inbox, and adds to others' inboxes in the actor's own name: in bags and sets the order does
   * not matter, queues are by sender. What changes the environment may allow or forbid anything.
   */
  nodeOf(words: Int32Array, at: number, action: number): number {
    if ((action & 1) === 1) return this.lossOf(action).kind === 'idle' ? this.lossOf(action).actor : -1;
    const { observations, cell } = this.outcome(action);
    const environment = words[at + this.actors] as number;
    return this.environments.after(environment, observations) === environment ? this.cellOf(cell).actor : -1;
  }

  /** On bounded links a delivery makes room for what its sender sends. */
  secondNodeOf(_words: Int32Array, _at: number, action: number): number {
    if (this.model.messagesPerLinkMax === undefined || this.model.network === 'unordered_duplicating') return -1;
    const input = (action & 1) === 1 ? this.lossOf(action).input : this.outcome(action).input;
    const given = this.inputOf(input);
    return given.kind === 'message' ? given.from : -1;
  }

  tableBytes(): number {
    return this.steps.bytes + this.inboxes.bytes + this.environments.bytes;
  }

  describeState(words: Int32Array, at: number): StateDescription {
    const { model } = this;
    const view = this.viewOf(words, at);
    const environment = model.describe.environment?.(view.environment) ?? view.environment;
    const messages = view.inFlight().map(({ from, to, message }) => ({
      from: model.names[from],
      to: model.names[to],
      message: model.describe.message(message),
    }));
    return {
      nodes: view.states.map((state, actor) => model.describe.state(actor, state)),
      messages,
      environment,
    };
  }

  describeAction(_words: Int32Array, _at: number, action: number): ActionDescription {
    if ((action & 1) === 1) return this.describeLoss(action);
    const outcome = this.outcome(action);
    const { actor } = this.cellOf(outcome.cell);
    const process = this.model.names[actor] as string;
    const input = this.inputOf(outcome.input);
    if (input.kind === 'message') return this.describeDelivery(actor, input, 'receives');
    const { describe } = this.model;
    const text = describe.action?.(actor, input.action) ?? `${process} does ${JSON.stringify(input.action)}`;
    const isFault = describe.isFault?.(input.action) === true;
    const { choices } = outcome;
    const event = { kind: 'action', actor, action: input.action, ...(choices === undefined ? {} : { choices }) };
    return { text: choices === undefined ? text : `${text}, choosing ${choices.join(', ')}`, process, isFault, event };
  }

  saveNumbers(into: ByteWriter): void {
    this.questions.save(into, this.print());
  }

  restoreNumbers(from: ByteReader): void {
    const { steps, environments, inboxes, orbits } = this;
    this.initial(new Successors(this.width));
    const answers: Answers = {
      outcomes: (cell, input) => steps.outcomesOf(cell, input),
      actions: (cell) => steps.actionsOf(cell),
      environment_after: (environment, observations) => environments.after(environment, observations),
      environment_after_loss: (environment) => environments.afterLoss(environment),
      inbox_with: (inbox, input) => inboxes.with(inbox, input),
      inbox_without: (inbox, input) => inboxes.without(inbox, input),
      renamed_cell: (cell, permutation) => orbits?.renamedCell(cell, permutation),
      renamed_inbox: (inbox, permutation) => orbits?.renamedInbox(inbox, permutation),
      renamed_environment: (environment, permutation) => orbits?.renamedEnvironment(environment, permutation),
    };
    this.questions.askAgain(from, answers, () => this.print());
  }

  /** A fingerprint of what the numbers mean. */
  private print(): number {
    const { steps, environments, inboxes } = this;
    const prints = [steps.cells.print, steps.inputs.print, steps.outcomes.length, environments.print, inboxes.print];
    return prints.reduce((all, print) => (Math.imul(all, 31) + print) | 0, 0);
  }

  /** What a state looks like from outside; valid as long as nobody changes the row. */
  viewOf(words: Int32Array, at: number): View {
    const { actors } = this;
    const states = new Array<unknown>(actors);
    for (let actor = 0; actor < actors; actor++) states[actor] = this.cellOf(words[at + actor] as number).state;
    return {
      states,
      environment: this.environments.valueOf(words[at + actors] as number),
      inFlight: () => this.inFlight(words, at),
    };
  }

  private areCellsWithin(words: Int32Array, at: number): boolean {
    const end = at + this.actors;
    for (let index = at; index < end; index++) if (!this.steps.isWithin(words[index] as number)) return false;
    return true;
  }

  private expandDeliveries(words: Int32Array, at: number, actor: ActorIndex, into: Successors): void {
    const place = this.actors + 1 + actor;
    const { deliveries } = this;
    const list = deliveries.of(words[at + actor] as number, words[at + place] as number, actor);
    const known = deliveries.lists.words;
    const end = list + 1 + (known[list] as number);
    for (let index = list + 1; index < end; index += WORDS_PER_DELIVERY) {
      if (this.isUnlinked && !this.mayPass(words, at, known[index + 2] as number, actor)) continue;
      const code = known[index] as number;
      const next = into.copy(words, at);
      into.words[next + place] = known[index + 1] as number;
      if ((code & 1) === 1 || this.apply(this.outcome(code), actor, into.words, next)) into.keep(code);
    }
  }

  private expandOwnSteps(words: Int32Array, at: number, actor: ActorIndex, into: Successors): void {
    const { actors, ownSteps } = this;
    const list = ownSteps.of(words[at + actor] as number, words[at + actors] as number, actor);
    const known = ownSteps.lists.words;
    const end = list + 1 + (known[list] as number);
    for (let index = list + 1; index < end; index += WORDS_PER_OWN_STEP) {
      const code = known[index] as number;
      const next = into.copy(words, at);
      into.words[next + actors] = known[index + 1] as number;
      this.move(this.outcome(code), actor, into.words, next);
      into.keep(code);
    }
  }

  private expandLosses(words: Int32Array, at: number, actor: ActorIndex, into: Successors): void {
    const { inboxes, actors } = this;
    const inbox = words[at + actors + 1 + actor] as number;
    const environment = this.environments.afterLoss(words[at + actors] as number);
    if (environment === -1) return;
    const inputs = inboxes.deliverableOf(inbox);
    for (let index = 0; index < inputs.length; index++) {
      const input = inputs[index] as number;
      const next = into.copy(words, at);
      into.words[next + actors] = environment;
      into.words[next + actors + 1 + actor] = inboxes.without(inbox, input);
      into.keep(this.lossCode('lost', input, actor));
    }
  }

  /** Carries an outcome out on the row at `next`; false where the environment forbids it. */
  private apply(outcome: Outcome, actor: ActorIndex, words: Int32Array, next: number): boolean {
    const { actors } = this;
    if (outcome.observations !== 0) {
      const environment = this.environments.after(words[next + actors] as number, outcome.observations);
      if (environment === -1) return false;
      words[next + actors] = environment;
    }
    this.move(outcome, actor, words, next);
    return true;
  }

  /** The actor's new cell, and what it sends. */
  private move({ cell, to, sent }: Outcome, actor: ActorIndex, words: Int32Array, next: number): void {
    const { actors, inboxes } = this;
    words[next + actor] = cell;
    for (let index = 0; index < to.length; index++) {
      const receiver = to[index] as number;
      if (this.isUnlinked && !this.mayPass(words, next, actor, receiver)) continue;
      const inbox = next + actors + 1 + receiver;
      words[inbox] = inboxes.with(words[inbox] as number, sent[index] as number);
    }
  }

  private mayPass(words: Int32Array, at: number, from: ActorIndex, to: ActorIndex): boolean {
    return this.environments.isLinked(words[at + this.actors] as number, from, to);
  }

  private inFlight(words: Int32Array, at: number): (Envelope<unknown> & { readonly from: ActorIndex })[] {
    return this.model.names.flatMap((_, to) => {
      const inputs = this.inboxes.inputsOf(words[at + this.actors + 1 + to] as number);
      return inputs.flatMap((number) => {
        const input = this.inputOf(number);
        return input.kind === 'message' ? [{ from: input.from, to, message: input.message }] : [];
      });
    });
  }

  private systemProperty(property: Property): SystemProperty {
    const { name, statement } = property;
    const text = {
      name,
      statement,
      ...(property.source === undefined ? {} : { source: property.source }),
      looksAtEverything: property.looksAt !== undefined,
    };
    switch (property.kind) {
      case 'always':
        return {
          ...text,
          kind: 'always',
          holds: this.holdsBy(property),
          complaint: (words, at) => property.holds(this.viewOf(words, at)) ?? statement,
        };
      case 'always_step':
        return {
          ...text,
          kind: 'always_step',
          holds: (_words, _at, action) => this.stepComplaint(name, action) === undefined,
          complaint: (_words, _at, action) => this.stepComplaint(name, action) ?? statement,
        };
      case 'sometimes':
        return { ...text, kind: 'sometimes', reached: (words, at) => property.reached(this.viewOf(words, at)) };
      case 'eventually':
        return { ...text, kind: 'eventually', holds: (words, at) => property.holds(this.viewOf(words, at)) };
    }
  }

  private holdsBy(property: Property & { readonly kind: 'always' }): (words: Int32Array, at: number) => boolean {
    if (property.looksAt !== 'environment') return (words, at) => property.holds(this.viewOf(words, at)) === undefined;
    const known: boolean[] = [];
    return (words, at) => {
      const environment = words[at + this.actors] as number;
      const verdict = known[environment] ?? property.holds(this.viewOf(words, at)) === undefined;
      known[environment] = verdict;
      return verdict;
    };
  }

  private stepComplaint(name: string, action: number): string | undefined {
    if ((action & 1) === 1) return undefined;
    const { breaches } = this.outcome(action);
    return breaches.length === 0 ? undefined : breaches.find(({ property }) => property === name)?.complaint;
  }

  /** Cells and environment are all that the properties look at: few of them differ among many states. */
  private settledBy(): (words: Int32Array, at: number) => boolean {
    const judged = new ExactSet(this.actors + 1);
    return (words, at) => judged.insert(words, at) === -1;
  }

  private describeDelivery(
    actor: ActorIndex,
    input: Input & { readonly kind: 'message' },
    verb: 'receives' | 'ignores',
  ): ActionDescription {
    const process = this.model.names[actor] as string;
    const from = this.model.names[input.from] as string;
    const message = this.model.describe.message(input.message);
    const event = { kind: 'message', actor, from: input.from, message: input.message };
    return { text: `${process} ${verb} ${message} from ${from}`, process, from, message, event };
  }

  private describeLoss(action: number): ActionDescription {
    const { kind, input, actor } = this.lossOf(action);
    const given = this.inputOf(input) as Input & { readonly kind: 'message' };
    if (kind === 'idle') return this.describeDelivery(actor, given, 'ignores');
    const from = this.model.names[given.from] as string;
    const to = this.model.names[actor] as string;
    const message = this.model.describe.message(given.message);
    const event = { kind: 'loss', actor, from: given.from, message: given.message };
    return { text: `${message} from ${from} to ${to} is lost`, from, message, isFault: true, event };
  }

  /** On an ordered network what is ignored is taken off all the same, else what comes behind it would wait for ever. */
  private idleCodes(): ((input: number, actor: ActorIndex) => number) | undefined {
    const { network, dropsIdleDeliveries } = this.model;
    if (network !== 'ordered' && dropsIdleDeliveries) return undefined;
    return (input, actor) => this.lossCode('idle', input, actor);
  }

  private lossCode(kind: Loss, input: number, actor: ActorIndex): number {
    return ((input * this.actors + actor) * 2 + (kind === 'lost' ? 1 : 0)) * 2 + 1;
  }

  private lossOf(action: number): { readonly kind: Loss; readonly input: number; readonly actor: ActorIndex } {
    const code = (action - 1) / 2;
    const at = Math.floor(code / 2);
    return { kind: code % 2 === 1 ? 'lost' : 'idle', input: Math.floor(at / this.actors), actor: at % this.actors };
  }

  private linkOf({ input, actor }: { readonly input: number; readonly actor: ActorIndex }): number {
    return this.steps.senderOf(input) * this.actors + actor;
  }

  private outcome(action: number): Outcome {
    return this.steps.outcomes[action / 2] as Outcome;
  }

  private cellOf(cell: number): Cell {
    return this.steps.cells.values[cell] as Cell;
  }

  private inputOf(input: number): Input {
    return this.steps.inputs.values[input] as Input;
  }
}
