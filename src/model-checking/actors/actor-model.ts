/**
 * Actors that exchange messages, as plain functions over plain data: what a model of a message-passing algorithm consists of. The
 * protocols of `src/protocols` are presented in this form too (`../cluster`), so that one explorer serves both.
 *
 * States, messages, environments and actions are plain readonly JSON, members always in the same order: two that print alike are one.
 * Every function is pure; each is called once for distinct arguments and then remembered.
 */
export type ActorIndex = number;

/**
 * - `unordered_non_duplicating`: a bag; each message is delivered at most once, in any order.
 * - `unordered_duplicating`: a set; a message that was sent can be delivered again and again.
 * - `ordered`: between two actors, in the order of sending, each once.
 */
export type NetworkKind = 'unordered_non_duplicating' | 'unordered_duplicating' | 'ordered';

export interface ActorStep<State, Message, Observation> {
  readonly state: State;
  readonly sends: readonly Envelope<Message>[];
  /** Told to the environment, in order: operations invoked and returned, budgets spent. */
  readonly observations?: readonly Observation[];
  /** What was chosen on the way, where this is one of several outcomes: for replays. */
  readonly choices?: readonly number[];
}

export interface Envelope<Message> {
  readonly to: ActorIndex;
  readonly message: Message;
}

export interface ActorModel<State, Message, Environment, Observation, Action> {
  /** Names of the actors, in order of their index: `server 1`, `client 2`. */
  readonly names: readonly string[];
  readonly network: NetworkKind;
  /** Any message may be lost, at any time. */
  readonly isLossy: boolean;
  /** A delivery that changes nothing and sends nothing is no step on an unordered network: the message stays. */
  readonly dropsIdleDeliveries: boolean;
  /** Most messages on the way from one actor to another; what is sent beyond is lost. No bound where absent. */
  readonly messagesPerLinkMax?: number;
  /** The text by which two states are one, where it is less than all of their JSON. */
  readonly textOf?: (state: State) => string;
  /** What stands beside the actors: the history of operations, budgets of faults, partitions. */
  readonly environment: Environment;
  start(actor: ActorIndex): ActorStep<State, Message, Observation>;
  /** undefined: the actor ignores it. */
  receive(
    actor: ActorIndex,
    state: State,
    from: ActorIndex,
    message: Message,
  ): ActorStep<State, Message, Observation> | undefined;
  /** What an actor may do by itself: timers, requests, crashes. */
  actions?(actor: ActorIndex, state: State): readonly Action[];
  /** One step for each outcome; none where it cannot happen. */
  act?(actor: ActorIndex, state: State, action: Action): readonly ActorStep<State, Message, Observation>[];
  /** Whether an action can happen at all beside this environment: asked before `act`, so that states nobody reaches are not computed. */
  readonly isPossible?: (environment: Environment, actor: ActorIndex, action: Action) => boolean;
  /** What the environment becomes; undefined forbids the step. */
  readonly observe?: (environment: Environment, observation: Observation) => Environment | undefined;
  /** Told of each loss, where losses are counted; undefined forbids it. */
  readonly lose?: (environment: Environment) => Environment | undefined;
  /** Whether what `from` sends can reach `to` now; else it is lost, and what is on the way waits. */
  readonly isLinked?: (environment: Environment, from: ActorIndex, to: ActorIndex) => boolean;
  /** States of an actor outside are neither kept nor explored. */
  readonly isWithinBoundary?: (actor: ActorIndex, state: State) => boolean;
  /** Which actors are interchangeable, where some are. */
  readonly symmetry?: ActorSymmetry<State, Message, Environment>;
  readonly properties: readonly ActorProperty<State, Message, Environment>[];
  readonly describe: {
    /** Plain JSON that people and invariants see. */
    state(actor: ActorIndex, state: State): unknown;
    environment?(environment: Environment): unknown;
    message(message: Message): string;
    action?(actor: ActorIndex, action: Action): string;
    isFault?(action: Action): boolean;
  };
}

/** Renaming of actors. A permutation gives each actor's new index. */
export interface ActorSymmetry<State, Message, Environment> {
  /** All but the identity. */
  readonly permutations: readonly (readonly ActorIndex[])[];
  state(state: State, names: readonly ActorIndex[]): State;
  message(message: Message, names: readonly ActorIndex[]): Message;
  environment(environment: Environment, names: readonly ActorIndex[]): Environment;
}

export interface ActorView<State, Message, Environment> {
  readonly states: readonly State[];
  readonly environment: Environment;
  /** Messages on the way. A property that calls this says so by `looksAt`. */
  inFlight(): readonly (Envelope<Message> & { readonly from: ActorIndex })[];
}

interface PropertyText {
  readonly name: string;
  /** One sentence that says what it demands. */
  readonly statement: string;
  readonly source?: string;
  /** What it depends on: by default the actors and the environment, and not what is on the way. It is judged once for what is the same. */
  readonly looksAt?: 'environment' | 'network';
}

export type ActorProperty<State, Message, Environment> =
  /** undefined where all is well, else which values broke it. */
  | (PropertyText & {
      readonly kind: 'always';
      holds(view: ActorView<State, Message, Environment>): string | undefined;
    })
  /** Judged on each change of an actor's state. */
  | (PropertyText & {
      readonly kind: 'always_step';
      holds(actor: ActorIndex, before: State, after: State): string | undefined;
    })
  | (PropertyText & { readonly kind: 'sometimes'; reached(view: ActorView<State, Message, Environment>): boolean })
  | (PropertyText & { readonly kind: 'eventually'; holds(view: ActorView<State, Message, Environment>): boolean });
