/**
 * A breadth-first search over a model of actors that is as plain as can be: whole states, printed as JSON, in a Map. It is slow, and
 * tests hold the explorer and `actorSystem` against it. It shares no code with them, and follows `actor-model.ts` to the letter.
 *
 * States outside the boundary are counted as generated, but neither kept, judged nor explored. An `eventually` property breaks
 * on a path that ends, by itself or at the boundary, before it was true; cycles are not looked for, so it decides models whose states form no cycle.
 */
import type { ActorIndex, ActorModel, ActorProperty, ActorStep, ActorView, NetworkKind } from './actor-model.ts';

export interface PlainSearch {
  readonly unique: number;
  readonly generated: number;
  /** States on the longest of the shortest paths. */
  readonly depth: number;
  readonly properties: readonly PlainVerdict[];
}

export interface PlainVerdict {
  readonly name: string;
  /** Whether nothing speaks against it: for `sometimes`, whether it was reached. */
  readonly holds: boolean;
  /** States on the shortest path that decides: to a counterexample, or to an example for `sometimes`. */
  readonly states?: number;
}

interface Message {
  readonly from: ActorIndex;
  readonly to: ActorIndex;
  readonly message: unknown;
}

interface State {
  readonly states: readonly unknown[];
  readonly environment: unknown;
  /** In order of sending on an ordered network, else by print. */
  readonly network: readonly Message[];
}

/** The state after a step, and whose step it was: undefined for a loss. */
interface Successor {
  readonly state: State;
  readonly actor?: ActorIndex;
}

type Model = ActorModel<unknown, unknown, unknown, unknown, unknown>;
type Step = ActorStep<unknown, unknown, unknown>;

interface Visit {
  readonly state: State;
  readonly states: number;
}

export function searchActorsPlainly<S, M, E, O, A>(typed: ActorModel<S, M, E, O, A>): PlainSearch {
  const model = typed as unknown as Model;
  const initial = initialState(model);
  const seen = new Map<string, Visit>([[printOf(model, initial), { state: initial, states: 1 }]]);
  const decided = new Map<string, number>();
  let generated = 1;
  let depth = 1;
  // A Map is visited in order of insertion, entries added on the way included: it is the queue too.
  for (const { state, states } of seen.values()) {
    depth = states;
    judgeState(model, state, states, decided);
    for (const next of successorsOf(model, state)) {
      generated += 1;
      if (!isWithin(model, next.state)) continue;
      judgeStep(model, state, next, states + 1, decided);
      const key = printOf(model, next.state);
      if (!seen.has(key)) seen.set(key, { state: next.state, states: states + 1 });
    }
  }
  const properties = model.properties.map((property) => verdictOf(model, property, initial, decided));
  return { unique: seen.size, generated, depth, properties };
}

function judgeState(model: Model, state: State, states: number, decided: Map<string, number>): void {
  for (const property of model.properties) {
    if (decided.has(property.name)) continue;
    if (property.kind === 'always' && property.holds(viewOf(state)) !== undefined) decided.set(property.name, states);
    if (property.kind === 'sometimes' && property.reached(viewOf(state))) decided.set(property.name, states);
  }
}

function judgeStep(
  { properties }: Model,
  before: State,
  { state, actor }: Successor,
  states: number,
  decided: Map<string, number>,
): void {
  if (actor === undefined) return;
  for (const property of properties) {
    if (property.kind !== 'always_step' || decided.has(property.name)) continue;
    if (property.holds(actor, before.states[actor], state.states[actor]) !== undefined)
      decided.set(property.name, states);
  }
}

function verdictOf(
  model: Model,
  property: ActorProperty<unknown, unknown, unknown>,
  initial: State,
  decided: ReadonlyMap<string, number>,
): PlainVerdict {
  const { name, kind } = property;
  const states =
    kind === 'eventually' ? shortestEndWithout(model, (view) => property.holds(view), initial) : decided.get(name);
  const holds = kind === 'sometimes' ? states !== undefined : states === undefined;
  return states === undefined ? { name, holds } : { name, holds, states };
}

/** States on the shortest path that ends without ever being in a state where `holds`. */
function shortestEndWithout(
  model: Model,
  holds: (view: ActorView<unknown, unknown, unknown>) => boolean,
  initial: State,
): number | undefined {
  const seen = new Map<string, Visit>();
  if (!holds(viewOf(initial))) seen.set(printOf(model, initial), { state: initial, states: 1 });
  for (const { state, states } of seen.values()) {
    const next = successorsOf(model, state).filter((each) => isWithin(model, each.state));
    if (next.length === 0) return states;
    for (const { state: after } of next) {
      const key = printOf(model, after);
      if (!holds(viewOf(after)) && !seen.has(key)) seen.set(key, { state: after, states: states + 1 });
    }
  }
  return undefined;
}

function initialState(model: Model): State {
  let state: State = { states: model.names.map(() => null), environment: model.environment, network: [] };
  for (const [actor] of model.names.entries()) {
    const next = afterStep(model, state, actor, model.start(actor));
    if (next !== undefined) state = next;
  }
  return state;
}

function successorsOf(model: Model, state: State): readonly Successor[] {
  const deliverable = deliverableOf(model, state);
  const steps = [
    ...deliverable.flatMap((message) => deliveriesOf(model, state, message)),
    ...model.names.flatMap((_, actor) => actionsOf(model, state, actor)),
  ];
  return model.isLossy ? [...steps, ...deliverable.flatMap((message) => lossOf(model, state, message))] : steps;
}

/** Each distinct message once; on an ordered network the first of each link. */
function deliverableOf({ network }: Model, state: State): readonly Message[] {
  const sameLink = (a: Message, b: Message): boolean => a.from === b.from && a.to === b.to;
  return state.network.filter((message, at) =>
    state.network
      .slice(0, at)
      .every((before) => (network === 'ordered' ? !sameLink(before, message) : !isSame(before, message))),
  );
}

function deliveriesOf(model: Model, state: State, message: Message): readonly Successor[] {
  const { from, to } = message;
  if (model.isLinked?.(state.environment, from, to) === false) return [];
  const step = model.receive(to, state.states[to], from, message.message);
  if (step === undefined && model.network !== 'ordered' && model.dropsIdleDeliveries) return [];
  const taken = model.network === 'unordered_duplicating' ? state : withoutMessage(state, message);
  const after = step === undefined ? taken : afterStep(model, taken, to, step);
  return after === undefined ? [] : [{ state: after, actor: to }];
}

function actionsOf(model: Model, state: State, actor: ActorIndex): readonly Successor[] {
  const own = state.states[actor];
  const steps = (model.actions?.(actor, own) ?? [])
    .filter((action) => model.isPossible?.(state.environment, actor, action) ?? true)
    .flatMap((action) => model.act?.(actor, own, action) ?? []);
  return steps.flatMap((step) => {
    const after = afterStep(model, state, actor, step);
    return after === undefined ? [] : [{ state: after, actor }];
  });
}

function lossOf(model: Model, state: State, message: Message): readonly Successor[] {
  const environment = model.lose === undefined ? state.environment : model.lose(state.environment);
  return environment === undefined ? [] : [{ state: { ...withoutMessage(state, message), environment } }];
}

function afterStep(model: Model, state: State, actor: ActorIndex, step: Step): State | undefined {
  let { environment } = state;
  for (const observation of step.observations ?? []) {
    if (model.observe !== undefined) environment = model.observe(environment, observation);
    if (environment === undefined) return undefined;
  }
  const network = step.sends.reduce<readonly Message[]>((messages, { to, message }) => {
    if (model.isLinked?.(environment, actor, to) === false) return messages;
    return withMessage(model, messages, { from: actor, to, message });
  }, state.network);
  return { states: state.states.with(actor, step.state), environment, network };
}

function withMessage(model: Model, network: readonly Message[], message: Message): readonly Message[] {
  const onLink = network.filter(({ from, to }) => from === message.from && to === message.to);
  if (onLink.length >= (model.messagesPerLinkMax ?? Number.POSITIVE_INFINITY)) return network;
  if (model.network === 'unordered_duplicating' && onLink.some((each) => isSame(each, message))) return network;
  return inOrder(model.network, [...network, message]);
}

/** Equal networks must print alike. */
function inOrder(kind: NetworkKind, messages: readonly Message[]): readonly Message[] {
  const keyOf =
    kind === 'ordered' ? ({ from, to }: Message) => `${from} ${to}` : (message: Message) => JSON.stringify(message);
  return messages
    .map((message) => ({ message, key: keyOf(message) }))
    .sort((a, b) => (a.key < b.key ? -1 : Number(a.key > b.key)))
    .map(({ message }) => message);
}

function withoutMessage(state: State, message: Message): State {
  const at = state.network.findIndex((each) => isSame(each, message));
  return { ...state, network: state.network.toSpliced(at, 1) };
}

/** Two states that print alike are one. */
function printOf(model: Model, { states, environment, network }: State): string {
  return JSON.stringify([states.map((state) => model.textOf?.(state) ?? state), environment, network]);
}

function isSame(a: Message, b: Message): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function isWithin(model: Model, state: State): boolean {
  return state.states.every((each, actor) => model.isWithinBoundary?.(actor, each) ?? true);
}

function viewOf({ states, environment, network }: State): ActorView<unknown, unknown, unknown> {
  return { states, environment, inFlight: () => network };
}
