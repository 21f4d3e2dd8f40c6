/**
 * The acceptor: promises, accepts, and reports what it accepted. Both leave the node only when they are durable (Lamport, The Part-Time
 * Parliament, 1998, section 2: the ledger). An acceptor that takes an accept of a higher ballot has promised that ballot as well.
 */
import type { NodeIndex } from '../../kernel/units.ts';
import type { Ballot } from '../paxos/ballot.ts';
import { NO_OUTPUTS } from '../protocol.ts';
import { applyChosenOf } from './multi-paxos-learner.ts';
import {
  armElection,
  follow,
  HEARTBEAT,
  type MultiPaxosMessage,
  type MultiPaxosOutput,
  type MultiPaxosState,
  type MultiPaxosStep,
  persist,
  type Slots,
} from './multi-paxos-state.ts';

type Of<Kind extends MultiPaxosMessage['kind']> = MultiPaxosMessage & { readonly kind: Kind };

export function onPrepare(state: MultiPaxosState, from: NodeIndex, message: Of<'prepare'>): MultiPaxosStep {
  if (message.ballot < state.promised) return reject(state, from, message.ballot);
  const outputs: MultiPaxosOutput[] = [];
  const next = raisePromise(state, message.ballot, outputs);
  if (next.promised !== state.promised) outputs.push(persist(next));
  const entries = next.log.slice(message.from);
  outputs.push({
    kind: 'send',
    to: from,
    message: { kind: 'promise', ballot: message.ballot, from: message.from, entries },
  });
  outputs.push(armElection(next));
  return { state: next, outputs };
}

export function onAccept(state: MultiPaxosState, from: NodeIndex, message: Of<'accept'>): MultiPaxosStep {
  const { ballot, slot, entries, commit } = message;
  if (ballot < state.promised) return reject(state, from, ballot);
  const outputs: MultiPaxosOutput[] = [];
  const raised = raisePromise(state, ballot, outputs, state.config.acceptKeepsPromise);
  const log = withEntries(raised.log, slot, entries);
  const accepted = log === raised.log ? raised : { ...raised, log };
  if (accepted.log !== state.log || accepted.promised !== state.promised) outputs.push(persist(accepted));
  const answer: MultiPaxosMessage = { kind: 'accepted', ballot, slot, end: slot + entries.length };
  outputs.push({ kind: 'send', to: from, message: answer });
  return { state: applyChosenOf(accepted, ballot, commit), outputs };
}

export function onHeartbeat(state: MultiPaxosState, from: NodeIndex, message: Of<'heartbeat'>): MultiPaxosStep {
  const { ballot, commit } = message;
  if (ballot < state.promised) return reject(state, from, ballot);
  const outputs: MultiPaxosOutput[] = [];
  const raised = raisePromise(state, ballot, outputs, state.config.acceptKeepsPromise);
  if (raised.promised !== state.promised) outputs.push(persist(raised));
  const calm = raised.attempts === 0 ? raised : { ...raised, attempts: 0 };
  const next = applyChosenOf(calm, ballot, commit);
  outputs.push(armElection(next));
  if (next.commit < commit)
    outputs.push({ kind: 'send', to: from, message: { kind: 'catch_up', ballot, from: next.commit } });
  return { state: next, outputs };
}

/** Ends an own tenure that the ballot outranks. */
function raisePromise(
  state: MultiPaxosState,
  ballot: Ballot,
  outputs: MultiPaxosOutput[],
  keepsPromise = false,
): MultiPaxosState {
  if (ballot <= state.promised) return state;
  if (state.role === 'leader') outputs.push({ kind: 'cancel_timer', timer: HEARTBEAT }, armElection(state));
  const next = follow(state, ballot);
  return keepsPromise ? next : { ...next, promised: ballot };
}

function reject(state: MultiPaxosState, to: NodeIndex, ballot: Ballot): MultiPaxosStep {
  const message: MultiPaxosMessage = { kind: 'rejected', ballot, promised: state.promised };
  return { state, outputs: [{ kind: 'send', to, message }] };
}

/** A candidate or leader whose ballot is outranked gives up; its next ballot will be higher. */
export function onRejected(state: MultiPaxosState, message: Of<'rejected'>): MultiPaxosStep {
  if (message.promised <= state.seen) return { state, outputs: NO_OUTPUTS };
  const outputs: MultiPaxosOutput[] = state.role === 'leader' ? [{ kind: 'cancel_timer', timer: HEARTBEAT }] : [];
  const next = follow(state, message.promised);
  if (state.role !== 'follower') outputs.push(armElection(next));
  return { state: next, outputs };
}

/** The same log when it holds all of them already. */
export function withEntries(log: Slots, slot: number, entries: Slots): Slots {
  let copy: Slots[number][] | undefined;
  for (let index = 0; index < entries.length; index++) {
    const entry = entries[index] ?? null;
    if (entry === null || log[slot + index]?.ballot === entry.ballot) continue;
    copy ??= log.slice();
    while (copy.length < slot + index) copy.push(null);
    copy[slot + index] = entry;
  }
  return copy ?? log;
}
