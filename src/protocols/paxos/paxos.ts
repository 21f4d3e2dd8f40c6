/**
 * Single-decree Paxos: nodes agree on one value (Lamport, Paxos Made Simple, SIGACT News 2001, section 2).
 *
 * Phase 1: a proposer asks for promises to heed no lower ballot; phase 2: it has the value of the highest ballot reported accepted, or its
 * own where none was. A value is chosen when a phase-2 quorum has accepted it in one ballot. Nothing bounds the time that two proposers
 * may outbid each other (the FLP result); random, growing pauses end it in practice. Who has not learned the outcome keeps asking.
 */
import type { NodeIndex } from '../../kernel/units.ts';
import { type Input, NO_OUTPUTS, type Protocol, type Request } from '../protocol.ts';
import { ballotAbove, ballotText, roundOf } from './ballot.ts';
import { paxosProperties } from './paxos-properties.ts';
import type { PaxosConfig, PaxosDurable, PaxosMessage, PaxosOutput, PaxosState, PaxosStep } from './paxos-state.ts';
import { isQuorum } from './phase-quorums.ts';

const RETRY = 'retry';
const BACKOFF_DOUBLINGS_MAX = 4;

type Of<Kind extends PaxosMessage['kind']> = PaxosMessage & { readonly kind: Kind };

export const paxos: Protocol<PaxosConfig, PaxosState, PaxosMessage, PaxosDurable> = {
  timers: [RETRY],
  initial: (config, self, durable) => {
    const state: PaxosState = {
      config,
      self,
      promised: durable?.promised ?? 0,
      acceptedBallot: durable?.acceptedBallot ?? 0,
      accepted: durable?.accepted ?? null,
      seen: durable?.promised ?? 0,
      phase: 'idle',
      ballot: 0,
      heard: 0,
      reportedBallot: 0,
      value: null,
      proposal: null,
      learned: null,
      waiting: [],
      attempts: 0,
    };
    return { state, outputs: [armRetry(state)] };
  },
  step,
  properties: paxosProperties,
  describe: {
    role: ({ learned, phase }) => (learned !== null ? 'learned' : phase === 'idle' ? 'acceptor' : 'proposer'),
    term: ({ promised }) => promised,
    round: ({ promised }) => roundOf(promised),
    state: describeState,
    message: describeMessage,
  },
};

function step(state: PaxosState, input: Input<PaxosMessage>): PaxosStep {
  switch (input.kind) {
    case 'message':
      return onMessage(state, input.from, input.message);
    case 'timer':
      return onRetry(state);
    case 'request':
      return onRequest(state, input.request);
    case 'choice':
      return { state, outputs: NO_OUTPUTS };
  }
}

function onMessage(state: PaxosState, from: NodeIndex, message: PaxosMessage): PaxosStep {
  switch (message.kind) {
    case 'prepare':
      return onPrepare(state, from, message);
    case 'promise':
      return onPromise(state, from, message);
    case 'accept':
      return onAccept(state, from, message);
    case 'accepted':
      return onAccepted(state, from, message);
    case 'rejected':
      return onRejected(state, message);
    case 'ask':
      if (state.learned === null) return { state, outputs: NO_OUTPUTS };
      return { state, outputs: [{ kind: 'send', to: from, message: { kind: 'learn', value: state.learned } }] };
    case 'learn':
      return state.learned === null ? learn(state, message.value) : { state, outputs: NO_OUTPUTS };
  }
}

// The proposer

function onRequest(state: PaxosState, { client, number, command }: Request): PaxosStep {
  if (command.kind !== 'propose' || command.value === undefined) {
    const response = { status: 'failed', reason: 'not a proposal of a value' } as const;
    return { state, outputs: [{ kind: 'respond', client, number, response }] };
  }
  if (state.learned !== null) return { state, outputs: [answer(client, number, state.learned)] };
  const others = state.waiting.filter((each) => each.client !== client);
  const next: PaxosState = {
    ...state,
    proposal: state.proposal ?? command.value,
    waiting: [...others, { client, number }],
  };
  return next.phase === 'idle' && state.proposal === null ? prepare(next) : { state: next, outputs: NO_OUTPUTS };
}

function onRetry(state: PaxosState): PaxosStep {
  if (state.learned !== null) return { state, outputs: NO_OUTPUTS };
  if (state.proposal !== null || state.accepted !== null) return prepare(state);
  const outputs: PaxosOutput[] = [];
  sendToOthers(state, { kind: 'ask' }, outputs);
  outputs.push(armRetry(state));
  return { state, outputs };
}

/** Phase 1a. The own promise is durable before the first prepare leaves, so that a ballot is never used twice. */
function prepare(state: PaxosState): PaxosStep {
  const ballot = ballotAbove(Math.max(state.seen, state.promised), state.self);
  const next: PaxosState = {
    ...state,
    promised: ballot,
    seen: ballot,
    phase: 'prepare',
    ballot,
    heard: 1 << state.self,
    reportedBallot: state.acceptedBallot,
    value: state.accepted,
    attempts: state.attempts + 1,
  };
  const outputs: PaxosOutput[] = [persist(next)];
  sendToOthers(next, { kind: 'prepare', ballot }, outputs);
  outputs.push(armRetry(next));
  return acceptWhenPromised(next, outputs);
}

function onPromise(state: PaxosState, from: NodeIndex, message: Of<'promise'>): PaxosStep {
  const isCurrent = message.ballot === state.ballot || state.config.countsStalePromises;
  const heard = state.heard | (1 << from);
  if (state.phase !== 'prepare' || !isCurrent || heard === state.heard) return { state, outputs: NO_OUTPUTS };
  const { acceptedBallot, accepted } = message;
  const isTaken = accepted !== null && (acceptedBallot > state.reportedBallot || state.config.takesAnyReported);
  const next: PaxosState = isTaken
    ? { ...state, heard, reportedBallot: acceptedBallot, value: accepted }
    : { ...state, heard };
  return acceptWhenPromised(next, []);
}

/** Phase 2a: the value of the highest ballot reported, or else the own one. */
function acceptWhenPromised(state: PaxosState, outputs: PaxosOutput[]): PaxosStep {
  const { config, self, ballot, heard } = state;
  const value = state.value ?? state.proposal;
  if (value === null || !isQuorum(config.quorums.phase1, heard)) return { state, outputs };
  const next: PaxosState = { ...state, phase: 'accept', heard: 0, value };
  const message: PaxosMessage = { kind: 'accept', ballot, value };
  sendToOthers(next, message, outputs);
  outputs.push({ kind: 'send', to: self, message });
  return { state: next, outputs };
}

function onAccepted(state: PaxosState, from: NodeIndex, message: Of<'accepted'>): PaxosStep {
  const heard = state.heard | (1 << from);
  if (state.phase !== 'accept' || message.ballot !== state.ballot || heard === state.heard || state.value === null)
    return { state, outputs: NO_OUTPUTS };
  const next: PaxosState = { ...state, heard };
  if (!isQuorum(state.config.quorums.phase2, heard)) return { state: next, outputs: NO_OUTPUTS };
  const learned = learn(next, state.value);
  const outputs = [...learned.outputs];
  sendToOthers(next, { kind: 'learn', value: state.value }, outputs);
  return { state: learned.state, outputs };
}

function onRejected(state: PaxosState, { ballot, promised }: Of<'rejected'>): PaxosStep {
  const seen = Math.max(state.seen, promised);
  if (state.phase === 'idle' || ballot !== state.ballot)
    return { state: seen === state.seen ? state : { ...state, seen }, outputs: NO_OUTPUTS };
  const next: PaxosState = { ...state, seen, phase: 'idle' };
  return state.config.retriesAtOnce ? prepare(next) : { state: next, outputs: NO_OUTPUTS };
}

function learn(state: PaxosState, value: number): PaxosStep {
  const outputs: PaxosOutput[] = state.waiting.map(({ client, number }) => answer(client, number, value));
  outputs.push({ kind: 'cancel_timer', timer: RETRY });
  return { state: { ...state, phase: 'idle', learned: value, waiting: [], attempts: 0 }, outputs };
}

// The acceptor

function onPrepare(state: PaxosState, from: NodeIndex, { ballot }: Of<'prepare'>): PaxosStep {
  if (state.learned !== null) return tellOutcome(state, from, state.learned);
  if (ballot < state.promised) return reject(state, from, ballot);
  const next = ballot === state.promised ? state : { ...state, promised: ballot, seen: Math.max(ballot, state.seen) };
  const { acceptedBallot, accepted } = next;
  const outputs: PaxosOutput[] = next === state ? [] : [persist(next)];
  outputs.push({ kind: 'send', to: from, message: { kind: 'promise', ballot, acceptedBallot, accepted } });
  return { state: next, outputs };
}

function onAccept(state: PaxosState, from: NodeIndex, { ballot, value }: Of<'accept'>): PaxosStep {
  if (ballot < state.promised) return reject(state, from, ballot);
  const answerMessage: PaxosMessage = { kind: 'accepted', ballot };
  if (ballot === state.acceptedBallot) return { state, outputs: [{ kind: 'send', to: from, message: answerMessage }] };
  const next: PaxosState = {
    ...state,
    // Accepting is promising: an older proposer must not be heeded afterwards.
    promised: state.config.acceptKeepsPromise ? state.promised : ballot,
    acceptedBallot: ballot,
    accepted: value,
    seen: Math.max(ballot, state.seen),
  };
  return { state: next, outputs: [persist(next), { kind: 'send', to: from, message: answerMessage }] };
}

function reject(state: PaxosState, to: NodeIndex, ballot: number): PaxosStep {
  const message: PaxosMessage = { kind: 'rejected', ballot, promised: state.promised };
  return { state, outputs: [{ kind: 'send', to, message }] };
}

function tellOutcome(state: PaxosState, to: NodeIndex, value: number): PaxosStep {
  return { state, outputs: [{ kind: 'send', to, message: { kind: 'learn', value } }] };
}

function persist({ promised, acceptedBallot, accepted }: PaxosState): PaxosOutput {
  return { kind: 'persist', durable: { promised, acceptedBallot, accepted } };
}

function sendToOthers(state: PaxosState, message: PaxosMessage, outputs: PaxosOutput[]): void {
  for (let to = 0; to < state.config.nodes; to++) if (to !== state.self) outputs.push({ kind: 'send', to, message });
}

function answer(client: number, number: number, value: number): PaxosOutput {
  return { kind: 'respond', client, number, response: { status: 'ok', value } };
}

function armRetry({ config, attempts }: PaxosState): PaxosOutput {
  const factor = 2 ** Math.min(Math.max(0, attempts - 1), BACKOFF_DOUBLINGS_MAX);
  return { kind: 'set_timer', timer: RETRY, minMs: config.retryMinMs * factor, maxMs: config.retryMaxMs * factor };
}

// In words

function describeState({ promised, acceptedBallot, accepted, phase, ballot, value, learned }: PaxosState): string {
  const has = accepted === null ? 'accepted nothing' : `accepted ${accepted} in ${ballotText(acceptedBallot)}`;
  const does = phase === 'idle' ? '' : `, ${phase} ${ballotText(ballot)}${value === null ? '' : ` with ${value}`}`;
  return `promised ${ballotText(promised)}, ${has}${does}${learned === null ? '' : `, learned ${learned}`}`;
}

function describeMessage(message: PaxosMessage): string {
  switch (message.kind) {
    case 'prepare':
      return `Prepare ${ballotText(message.ballot)}`;
    case 'promise': {
      const { ballot, acceptedBallot, accepted } = message;
      const report = accepted === null ? 'nothing accepted' : `accepted ${accepted} in ${ballotText(acceptedBallot)}`;
      return `Promise ${ballotText(ballot)}: ${report}`;
    }
    case 'accept':
      return `Accept ${ballotText(message.ballot)}: ${message.value}`;
    case 'accepted':
      return `Accepted ${ballotText(message.ballot)}`;
    case 'rejected':
      return `Rejected ${ballotText(message.ballot)}: promised ${ballotText(message.promised)}`;
    case 'ask':
      return 'Ask';
    case 'learn':
      return `Learn ${message.value}`;
  }
}
