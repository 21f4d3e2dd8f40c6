/**
 * Clients that put their values into a register and then get it, beside servers of any kind: what the register models have in
 * common. It is the test harness of Stateright (`src/actor/register.rs`, v0.31.0), stated so that the states are the same.
 *
 * Servers come first, then clients. Client `i` sends its k-th request to server (i + k) mod n and waits for the answer: first its
 * puts, then one get. The history of operations is part of the state, and must be linearizable. On a duplicating network so
 * is the last delivered message, as in Stateright: redeliveries are steps of their own there.
 */
import type { ActorIndex, ActorModel, ActorStep, ActorView, Envelope, NetworkKind } from '../actors/actor-model.ts';
import {
  emptyHistory,
  linearizabilityComplaint,
  type OperationEvent,
  type OperationHistory,
  recordOperation,
} from '../actors/operation-history.ts';

export type RegisterMessage =
  | { readonly kind: 'put'; readonly request: number; readonly value: string }
  | { readonly kind: 'get'; readonly request: number }
  | { readonly kind: 'put_ok'; readonly request: number }
  | { readonly kind: 'get_ok'; readonly request: number; readonly value: string | null };

/** One server. `Internal` is what servers say to each other. */
export interface RegisterServer<State, Internal> {
  initial(self: ActorIndex): State;
  /** undefined: the server ignores it. */
  receive(
    self: ActorIndex,
    state: State,
    from: ActorIndex,
    message: RegisterMessage | Internal,
  ): ServerStep<State, Internal> | undefined;
  /** States outside are not explored; all are inside where absent. */
  isWithinBoundary?(state: State): boolean;
  /** What a server holds, as people see it. */
  describe(state: State): unknown;
  message(message: Internal): string;
}

export interface ServerStep<State, Internal> {
  readonly state: State;
  readonly sends: readonly Envelope<RegisterMessage | Internal>[];
}

export interface RegisterSetup<State, Internal> {
  readonly server: RegisterServer<State, Internal>;
  readonly servers: number;
  readonly clients: number;
  /** Puts of each client before its get, at least one. */
  readonly putCount: number;
  readonly network: NetworkKind;
}

/** A client counts the requests it has sent, and after its get the answer too. */
export type RegisterActorState<State> =
  | { readonly role: 'server'; readonly server: State }
  | { readonly role: 'client'; readonly awaiting: number | null; readonly operations: number };

export interface RegisterEnvironment<Internal> {
  readonly history: OperationHistory;
  /** Stays null unless the network duplicates. */
  readonly lastDelivery: Delivery<Internal> | null;
}

interface Delivery<Internal> {
  readonly from: ActorIndex;
  readonly to: ActorIndex;
  readonly message: RegisterMessage | Internal;
}

export type RegisterObservation<Internal> =
  | OperationEvent
  | { readonly kind: 'delivered'; readonly delivery: Delivery<Internal> };

export type RegisterActors<State, Internal> = ActorModel<
  RegisterActorState<State>,
  RegisterMessage | Internal,
  RegisterEnvironment<Internal>,
  RegisterObservation<Internal>,
  never
>;

export function registerActors<State, Internal extends { readonly kind: string }>(
  setup: RegisterSetup<State, Internal>,
): RegisterActors<State, Internal> {
  const { server, servers, clients, network } = setup;
  const duplicates = network === 'unordered_duplicating';
  return {
    names: [...numbered('server', servers), ...numbered('client', clients)],
    network,
    isLossy: false,
    dropsIdleDeliveries: network !== 'ordered',
    environment: { history: emptyHistory(clients), lastDelivery: null },
    start: (actor) =>
      actor < servers
        ? { state: { role: 'server', server: server.initial(actor) }, sends: [] }
        : startClient(setup, actor),
    receive: (actor, state, from, message) => {
      const step = receive(setup, actor, state, from, message);
      if (step === undefined || !duplicates) return step;
      const delivered = { kind: 'delivered', delivery: { from, to: actor, message } } as const;
      return { ...step, observations: [...(step.observations ?? []), delivered] };
    },
    observe: ({ history, lastDelivery }, observation) =>
      observation.kind === 'delivered'
        ? { history, lastDelivery: observation.delivery }
        : { history: recordOperation(history, observation), lastDelivery },
    ...(server.isWithinBoundary === undefined
      ? {}
      : {
          isWithinBoundary: (_, state) => state.role === 'client' || server.isWithinBoundary?.(state.server) === true,
        }),
    properties: [
      {
        kind: 'always',
        name: 'linearizable',
        statement: 'Some order of the operations, each between its invocation and its return, explains all answers.',
        source: 'Herlihy, Wing, TOPLAS 12(3), 1990',
        looksAt: 'environment',
        holds: ({ environment }) => linearizabilityComplaint(environment.history, (client) => `client ${client + 1}`),
      },
      {
        kind: 'sometimes',
        name: 'value chosen',
        statement: 'A get is answered with a value that was put.',
        looksAt: 'network',
        reached: isValueRead,
      },
    ],
    describe: {
      state: (_, state) =>
        state.role === 'server'
          ? server.describe(state.server)
          : { awaiting: state.awaiting, operations: state.operations },
      environment: ({ history, lastDelivery }) => (duplicates ? { history, lastDelivery } : { history }),
      message: (message) => (isRegisterMessage(message) ? registerMessageText(message) : server.message(message)),
    },
  };
}

type Step<State, Internal> = ActorStep<
  RegisterActorState<State>,
  RegisterMessage | Internal,
  RegisterObservation<Internal>
>;

function numbered(noun: string, count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `${noun} ${index + 1}`);
}

function startClient<State, Internal>(
  { servers }: RegisterSetup<State, Internal>,
  self: ActorIndex,
): Step<State, Internal> {
  const client = self - servers;
  return {
    state: { role: 'client', awaiting: self, operations: 1 },
    sends: [{ to: self % servers, message: { kind: 'put', request: self, value: letter('A', client) } }],
    observations: [invokePut(client, letter('A', client))],
  };
}

function receive<State, Internal extends { readonly kind: string }>(
  setup: RegisterSetup<State, Internal>,
  self: ActorIndex,
  state: RegisterActorState<State>,
  from: ActorIndex,
  message: RegisterMessage | Internal,
): Step<State, Internal> | undefined {
  if (state.role === 'client') return isRegisterMessage(message) ? onAnswer(setup, self, state, message) : undefined;
  const step = setup.server.receive(self, state.server, from, message);
  return step && { state: { role: 'server', server: step.state }, sends: step.sends };
}

function onAnswer<State, Internal>(
  { servers, putCount }: RegisterSetup<State, Internal>,
  self: ActorIndex,
  { awaiting, operations }: RegisterActorState<State> & { readonly role: 'client' },
  answer: RegisterMessage,
): Step<State, Internal> | undefined {
  if (answer.kind === 'put' || answer.kind === 'get' || answer.request !== awaiting) return undefined;
  const client = self - servers;
  if (answer.kind === 'get_ok')
    return {
      state: { role: 'client', awaiting: null, operations: operations + 1 },
      sends: [],
      observations: [{ kind: 'return', client, result: answer.value }],
    };
  // Stateright's numbers, though two clients may have the same: they never ask the same server under it with up to four clients.
  const request = (operations + 1) * self;
  const value = letter('Z', -client);
  const puts = operations < putCount;
  return {
    state: { role: 'client', awaiting: request, operations: operations + 1 },
    sends: [
      {
        to: (self + operations) % servers,
        message: puts ? { kind: 'put', request, value } : { kind: 'get', request },
      },
    ],
    observations: [
      { kind: 'return', client, result: null },
      puts ? invokePut(client, value) : { kind: 'invoke', client, operation: { kind: 'read', key: 0 } },
    ],
  };
}

/** First puts write A, B, C by client, later ones Z, Y, X. */
function letter(first: 'A' | 'Z', offset: number): string {
  return String.fromCharCode(first.charCodeAt(0) + offset);
}

function invokePut(client: number, value: string): OperationEvent {
  return { kind: 'invoke', client, operation: { kind: 'write', key: 0, value } };
}

function isValueRead<State, Internal extends { readonly kind: string }>(
  view: ActorView<RegisterActorState<State>, RegisterMessage | Internal, RegisterEnvironment<Internal>>,
): boolean {
  return view
    .inFlight()
    .some(({ message }) => isRegisterMessage(message) && message.kind === 'get_ok' && message.value !== null);
}

const REGISTER_KINDS: readonly string[] = ['put', 'get', 'put_ok', 'get_ok'] satisfies RegisterMessage['kind'][];

function isRegisterMessage(message: { readonly kind: string }): message is RegisterMessage {
  return REGISTER_KINDS.includes(message.kind);
}

function registerMessageText(message: RegisterMessage): string {
  switch (message.kind) {
    case 'put':
      return `Put ${message.value} (request ${message.request})`;
    case 'get':
      return `Get (request ${message.request})`;
    case 'put_ok':
      return `PutOk (request ${message.request})`;
    case 'get_ok':
      return `GetOk ${message.value} (request ${message.request})`;
  }
}

/** The same message to every other server. */
export function toPeers<Message>(self: ActorIndex, servers: number, message: Message): readonly Envelope<Message>[] {
  return Array.from({ length: servers }, (_, to) => ({ to, message })).filter(({ to }) => to !== self);
}

/** Exactly a majority: true once, when the last of them arrives. */
export function isMajority(count: number, servers: number): boolean {
  return count === Math.floor(servers / 2) + 1;
}
