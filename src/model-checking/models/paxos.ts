/**
 * Single-decree Paxos under a register (L. Lamport, Paxos Made Simple, 2001, section 2), as Stateright models it
 * (`examples/paxos.rs`): the state counts are the same.
 *
 * A put makes its server a proposer: it takes a round above the one it knows and asks for promises (Prepare, Prepared). With a majority it
 * proposes what the highest accepted ballot among them carries, else its own put (Accept, Accepted). With a majority again the value is
 * decided; all are told, and the client whose put it was is answered. A get is answered by a server that knows the decision, else
 * ignored, and so is a put at a server that already proposes. Messages to oneself are part of the step.
 *
 * Not modelled: retries, learners that ask, restarts. A put that loses is never answered, which is safe.
 */
import { invariant } from '../../kernel/invariant.ts';
import { numberOf } from '../../protocols/settings.ts';
import type { ActorIndex, NetworkKind } from '../actors/actor-model.ts';
import { actorSystem } from '../actors/actor-system.ts';
import { clientsSetting, networkOf, networkSetting, serversSetting } from './actor-settings.ts';
import type { ModelDefinition } from './model-definition.ts';
import type { RegisterActors, RegisterMessage, RegisterServer, ServerStep } from './register-clients.ts';
import { isMajority, registerActors, toPeers } from './register-clients.ts';

export const paxosModel: ModelDefinition = {
  name: 'paxos',
  title: 'Single-decree Paxos',
  description:
    'Servers that agree on the value of one put and give it to every get (Lamport, Paxos Made Simple, 2001; Stateright, examples/paxos.rs).',
  settings: [clientsSetting(2), serversSetting(3, 2), networkSetting],
  build: (settings) =>
    actorSystem(
      paxos({
        clients: numberOf(settings, 'clients'),
        servers: numberOf(settings, 'servers'),
        network: networkOf(settings),
      }),
    ),
};

export interface PaxosSetup {
  readonly clients: number;
  readonly servers: number;
  readonly network: NetworkKind;
}

export interface Ballot {
  readonly round: number;
  readonly server: ActorIndex;
}

export interface Proposal {
  readonly request: number;
  readonly client: ActorIndex;
  readonly value: string;
}

export interface Accepted {
  readonly ballot: Ballot;
  readonly proposal: Proposal;
}

export type PaxosMessage =
  | { readonly kind: 'prepare'; readonly ballot: Ballot }
  | { readonly kind: 'prepared'; readonly ballot: Ballot; readonly accepted: Accepted | null }
  | { readonly kind: 'accept'; readonly ballot: Ballot; readonly proposal: Proposal }
  | { readonly kind: 'accepted'; readonly ballot: Ballot }
  | { readonly kind: 'decided'; readonly ballot: Ballot; readonly proposal: Proposal };

export interface PaxosServerState {
  readonly ballot: Ballot;
  /** As proposer: what it proposes, each server's promise, each server's acceptance. */
  readonly proposal: Proposal | null;
  readonly promises: readonly (PromiseGiven | null)[];
  readonly accepts: readonly boolean[];
  /** As acceptor. */
  readonly accepted: Accepted | null;
  readonly isDecided: boolean;
}

/** What a server had accepted when it promised. */
interface PromiseGiven {
  readonly accepted: Accepted | null;
}

type Of<Kind extends PaxosMessage['kind']> = PaxosMessage & { readonly kind: Kind };
type Step = ServerStep<PaxosServerState, PaxosMessage>;

export function paxos(setup: PaxosSetup): RegisterActors<PaxosServerState, PaxosMessage> {
  return registerActors({ ...setup, putCount: 1, server: paxosServer(setup.servers) });
}

function paxosServer(servers: number): RegisterServer<PaxosServerState, PaxosMessage> {
  return {
    initial: () => ({
      ballot: { round: 0, server: 0 },
      proposal: null,
      promises: Array.from({ length: servers }, () => null),
      accepts: Array.from({ length: servers }, () => false),
      accepted: null,
      isDecided: false,
    }),
    receive,
    describe: (state) => state,
    message: messageText,
  };
}

function receive(
  self: ActorIndex,
  state: PaxosServerState,
  from: ActorIndex,
  message: RegisterMessage | PaxosMessage,
): Step | undefined {
  if (state.isDecided) return message.kind === 'get' ? answerGet(state, from, message.request) : undefined;
  switch (message.kind) {
    case 'put':
      return onPut(self, state, { request: message.request, client: from, value: message.value });
    case 'prepare':
      return onPrepare(state, from, message);
    case 'prepared':
      return onPrepared(self, state, from, message);
    case 'accept':
      return onAccept(state, from, message);
    case 'accepted':
      return onAccepted(self, state, from, message);
    case 'decided':
      return { state: { ...state, ballot: message.ballot, accepted: acceptedOf(message), isDecided: true }, sends: [] };
    default:
      return undefined;
  }
}

function answerGet(state: PaxosServerState, from: ActorIndex, request: number): Step {
  invariant(state.accepted !== null, 'who knows the decision has accepted it');
  const { value } = state.accepted.proposal;
  return { state, sends: [{ to: from, message: { kind: 'get_ok', request, value } }] };
}

function onPut(self: ActorIndex, state: PaxosServerState, proposal: Proposal): Step | undefined {
  if (state.proposal !== null) return undefined;
  const ballot = { round: state.ballot.round + 1, server: self };
  const promises = state.promises.map((_, server) => (server === self ? { accepted: state.accepted } : null));
  const accepts = state.accepts.map(() => false);
  return {
    state: { ...state, ballot, proposal, promises, accepts },
    sends: toPeers(self, state.promises.length, { kind: 'prepare', ballot }),
  };
}

function onPrepare(state: PaxosServerState, from: ActorIndex, { ballot }: Of<'prepare'>): Step | undefined {
  if (compareBallots(ballot, state.ballot) <= 0) return undefined;
  return {
    state: { ...state, ballot },
    sends: [{ to: from, message: { kind: 'prepared', ballot, accepted: state.accepted } }],
  };
}

function onPrepared(
  self: ActorIndex,
  state: PaxosServerState,
  from: ActorIndex,
  { ballot, accepted }: Of<'prepared'>,
): Step | undefined {
  if (compareBallots(ballot, state.ballot) !== 0) return undefined;
  const promises = state.promises.with(from, { accepted });
  const given = promises.filter((promise) => promise !== null);
  // Exactly a majority: a later promise changes nothing that has been proposed.
  if (!isMajority(given.length, promises.length)) return { state: { ...state, promises }, sends: [] };
  const proposal = highestAccepted(given)?.proposal ?? state.proposal;
  invariant(proposal !== null, 'a proposer has a proposal');
  return {
    state: { ...state, proposal, promises, accepts: state.accepts.with(self, true), accepted: { ballot, proposal } },
    sends: toPeers(self, promises.length, { kind: 'accept', ballot, proposal }),
  };
}

/** Any earlier decision is among what a majority has accepted, and the highest ballot carries it: the heart of Paxos. */
function highestAccepted(promises: readonly PromiseGiven[]): Accepted | null {
  return promises.reduce<Accepted | null>(
    (highest, { accepted }) =>
      accepted !== null && (highest === null || compareBallots(accepted.ballot, highest.ballot) > 0)
        ? accepted
        : highest,
    null,
  );
}

function onAccept(state: PaxosServerState, from: ActorIndex, message: Of<'accept'>): Step | undefined {
  const { ballot } = message;
  if (compareBallots(ballot, state.ballot) < 0) return undefined;
  return {
    state: { ...state, ballot, accepted: acceptedOf(message) },
    sends: [{ to: from, message: { kind: 'accepted', ballot } }],
  };
}

function onAccepted(
  self: ActorIndex,
  state: PaxosServerState,
  from: ActorIndex,
  { ballot }: Of<'accepted'>,
): Step | undefined {
  if (compareBallots(ballot, state.ballot) !== 0) return undefined;
  const accepts = state.accepts.with(from, true);
  if (!isMajority(accepts.filter(Boolean).length, accepts.length)) return { state: { ...state, accepts }, sends: [] };
  const { proposal } = state;
  invariant(proposal !== null, 'a proposer has a proposal');
  return {
    state: { ...state, accepts, isDecided: true },
    sends: [
      ...toPeers<PaxosMessage>(self, accepts.length, { kind: 'decided', ballot, proposal }),
      { to: proposal.client, message: { kind: 'put_ok', request: proposal.request } },
    ],
  };
}

/** One order of members, so that equal states print alike. */
function acceptedOf({ ballot, proposal }: Of<'accept' | 'decided'>): Accepted {
  return { ballot, proposal };
}

function compareBallots(a: Ballot, b: Ballot): number {
  return a.round - b.round || a.server - b.server;
}

function messageText(message: PaxosMessage): string {
  const { ballot } = message;
  const head = `${title(message.kind)} ${ballotText(ballot)}`;
  if (message.kind === 'accept' || message.kind === 'decided') return `${head} ${message.proposal.value}`;
  if (message.kind !== 'prepared') return head;
  const { accepted } = message;
  return accepted === null ? head : `${head}, accepted ${accepted.proposal.value} in ${ballotText(accepted.ballot)}`;
}

function title(kind: PaxosMessage['kind']): string {
  return kind.charAt(0).toUpperCase() + kind.slice(1);
}

/** Round and server: `1.s2`. */
function ballotText({ round, server }: Ballot): string {
  return `${round}.s${server + 1}`;
}
