/**
 * ABD: a linearizable register without consensus (H. Attiya, A. Bar-Noy, D. Dolev, JACM 42(1), 1995; many writers: N. Lynch,
 * A. Shvartsman, FTCS 1997), as Stateright models it (`examples/linearizable-register.rs`): the state counts are the same.
 *
 * Both a put and a get take two phases at the server that was asked: it learns the highest stamp of a majority (Query, AckQuery), then
 * records its value, under a higher stamp for a put and unchanged for a get, at a majority (Record, AckRecord). A server that is in a phase
 * ignores further requests. Messages to oneself are part of the step.
 *
 * Not modelled: retries, restarts, and that a server knows a put that it has carried out: on a duplicating network a put delivered again is
 * carried out again, which is not linearizable.
 */
import { numberOf } from '../../protocols/settings.ts';
import type { ActorIndex, NetworkKind } from '../actors/actor-model.ts';
import { actorSystem } from '../actors/actor-system.ts';
import { clientsSetting, networkOf, networkSetting, serversSetting } from './actor-settings.ts';
import type { ModelDefinition } from './model-definition.ts';
import type { RegisterActors, RegisterMessage, RegisterServer, ServerStep } from './register-clients.ts';
import { isMajority, registerActors, toPeers } from './register-clients.ts';

export const abdRegisterModel: ModelDefinition = {
  name: 'abd_register',
  title: 'ABD register',
  description:
    'A linearizable register by two majority phases without consensus (Attiya, Bar-Noy, Dolev, JACM 1995; Stateright, examples/linearizable-register.rs).',
  settings: [clientsSetting(2), serversSetting(2, 2), networkSetting],
  build: (settings) =>
    actorSystem(
      abdRegister({
        clients: numberOf(settings, 'clients'),
        servers: numberOf(settings, 'servers'),
        network: networkOf(settings),
      }),
    ),
};

export interface AbdSetup {
  readonly clients: number;
  readonly servers: number;
  readonly network: NetworkKind;
}

/** Who wrote, after how many writes: totally ordered, and distinct for distinct writes. */
export interface Stamp {
  readonly clock: number;
  readonly server: ActorIndex;
}

export interface Stamped {
  readonly stamp: Stamp;
  readonly value: string | null;
}

export type AbdMessage =
  | { readonly kind: 'query'; readonly request: number }
  | { readonly kind: 'ack_query'; readonly request: number; readonly copy: Stamped }
  | { readonly kind: 'record'; readonly request: number; readonly copy: Stamped }
  | { readonly kind: 'ack_record'; readonly request: number };

export type AbdPhase =
  | {
      readonly kind: 'query';
      readonly request: number;
      readonly client: ActorIndex;
      /** What a put writes; null for a get. */
      readonly write: string | null;
      /** Each server's copy, null until it has answered. */
      readonly answers: readonly (Stamped | null)[];
    }
  | {
      readonly kind: 'record';
      readonly request: number;
      readonly client: ActorIndex;
      readonly isPut: boolean;
      /** What a get will be answered; null for a put. */
      readonly read: string | null;
      readonly acks: readonly boolean[];
    };

export interface AbdServerState {
  readonly copy: Stamped;
  readonly phase: AbdPhase | null;
}

type Of<Kind extends AbdMessage['kind']> = AbdMessage & { readonly kind: Kind };
type QueryPhase = AbdPhase & { readonly kind: 'query' };
type Step = ServerStep<AbdServerState, AbdMessage>;

export function abdRegister(setup: AbdSetup): RegisterActors<AbdServerState, AbdMessage> {
  return registerActors({ ...setup, putCount: 1, server: abdServer(setup) });
}

function abdServer({ servers, clients }: AbdSetup): RegisterServer<AbdServerState, AbdMessage> {
  return {
    initial: (self) => ({ copy: { stamp: { clock: 0, server: self }, value: null }, phase: null }),
    receive: (self, state, from, message) => receive(servers, self, state, from, message),
    // Each put adds one, so only puts that were delivered again go beyond: without this, without end.
    isWithinBoundary: ({ copy }) => copy.stamp.clock <= clients,
    describe: (state) => state,
    message: messageText,
  };
}

function receive(
  servers: number,
  self: ActorIndex,
  state: AbdServerState,
  from: ActorIndex,
  message: RegisterMessage | AbdMessage,
): Step | undefined {
  const { copy } = state;
  switch (message.kind) {
    case 'put':
      return beginQuery(servers, self, state, { request: message.request, client: from, write: message.value });
    case 'get':
      return beginQuery(servers, self, state, { request: message.request, client: from, write: null });
    case 'query':
      return { state, sends: [{ to: from, message: { kind: 'ack_query', request: message.request, copy } }] };
    case 'ack_query':
      return onAckQuery(self, state, from, message);
    case 'record':
      return {
        state: { copy: newer(copy, message.copy), phase: state.phase },
        sends: [{ to: from, message: { kind: 'ack_record', request: message.request } }],
      };
    case 'ack_record':
      return onAckRecord(state, from, message);
    default:
      return undefined;
  }
}

function beginQuery(
  servers: number,
  self: ActorIndex,
  { copy, phase }: AbdServerState,
  { request, client, write }: Pick<QueryPhase, 'request' | 'client' | 'write'>,
): Step | undefined {
  if (phase !== null) return undefined;
  const answers = Array.from({ length: servers }, (_, server) => (server === self ? copy : null));
  return {
    state: { copy, phase: { kind: 'query', request, client, write, answers } },
    sends: toPeers(self, servers, { kind: 'query', request }),
  };
}

function onAckQuery(
  self: ActorIndex,
  state: AbdServerState,
  from: ActorIndex,
  message: Of<'ack_query'>,
): Step | undefined {
  const { copy, phase } = state;
  if (phase?.kind !== 'query' || phase.request !== message.request) return undefined;
  const answers = phase.answers.with(from, message.copy);
  const given = answers.filter((answer) => answer !== null);
  if (!isMajority(given.length, answers.length)) return { state: { copy, phase: { ...phase, answers } }, sends: [] };
  return beginRecord(self, copy, phase, given.reduce(newer));
}

/** A get records too: else a later get could find the value before it. */
function beginRecord(self: ActorIndex, copy: Stamped, phase: QueryPhase, highest: Stamped): Step {
  const { request, client, write, answers } = phase;
  const recorded = write === null ? highest : { stamp: { clock: highest.stamp.clock + 1, server: self }, value: write };
  return {
    state: {
      copy: newer(copy, recorded),
      phase: {
        kind: 'record',
        request,
        client,
        isPut: write !== null,
        read: write === null ? recorded.value : null,
        acks: answers.map((_, server) => server === self),
      },
    },
    sends: toPeers(self, answers.length, { kind: 'record', request, copy: recorded }),
  };
}

function onAckRecord(
  { copy, phase }: AbdServerState,
  from: ActorIndex,
  { request }: Of<'ack_record'>,
): Step | undefined {
  if (phase?.kind !== 'record' || phase.request !== request || phase.acks[from] === true) return undefined;
  const acks = phase.acks.with(from, true);
  if (!isMajority(acks.filter(Boolean).length, acks.length))
    return { state: { copy, phase: { ...phase, acks } }, sends: [] };
  const answer: RegisterMessage = phase.isPut
    ? { kind: 'put_ok', request }
    : { kind: 'get_ok', request, value: phase.read };
  return { state: { copy, phase: null }, sends: [{ to: phase.client, message: answer }] };
}

/** The one with the higher stamp; the first where they are equal. */
function newer(a: Stamped, b: Stamped): Stamped {
  const isNewer = (b.stamp.clock - a.stamp.clock || b.stamp.server - a.stamp.server) > 0;
  return isNewer ? b : a;
}

function messageText(message: AbdMessage): string {
  const request = `(request ${message.request})`;
  switch (message.kind) {
    case 'query':
      return `Query ${request}`;
    case 'ack_query':
      return `AckQuery ${copyText(message.copy)} ${request}`;
    case 'record':
      return `Record ${copyText(message.copy)} ${request}`;
    case 'ack_record':
      return `AckRecord ${request}`;
  }
}

/** `B at 1.s2`: value, clock and server. */
function copyText({ stamp, value }: Stamped): string {
  return `${value} at ${stamp.clock}.s${stamp.server + 1}`;
}
