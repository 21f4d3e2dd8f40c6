/**
 * Multi-Paxos: a replicated log of reads and writes with a stable leader (Lamport, The Part-Time Parliament, TOCS 1998; Paxos Made
 * Simple, 2001), with the quorums of Flexible Paxos.
 *
 * Phase 1 is run once for the whole rest of the log; then each request costs one round of phase 2. Followers learn what is chosen from the
 * commit index that comes with the next accept or heartbeat. Reads go through the log. A new leader finishes what it finds.
 * Not here: log compaction, membership change, leases for local reads.
 */
import { ballotText, roundOf } from '../paxos/ballot.ts';
import { type Input, NO_OUTPUTS, type Protocol } from '../protocol.ts';
import { onAccept, onHeartbeat, onPrepare, onRejected } from './multi-paxos-acceptor.ts';
import { onAccepted, onElection, onHeartbeatTimer, onPromise, onRequest } from './multi-paxos-leader.ts';
import { onCatchUp, onChosen } from './multi-paxos-learner.ts';
import { multiPaxosProperties } from './multi-paxos-properties.ts';
import {
  armElection,
  ELECTION,
  type Entry,
  HEARTBEAT,
  type MultiPaxosConfig,
  type MultiPaxosDurable,
  type MultiPaxosMessage,
  type MultiPaxosState,
  type MultiPaxosStep,
  type Slots,
} from './multi-paxos-state.ts';

export const multiPaxos: Protocol<MultiPaxosConfig, MultiPaxosState, MultiPaxosMessage, MultiPaxosDurable> = {
  timers: [ELECTION, HEARTBEAT],
  initial: (config, self, durable) => {
    const state: MultiPaxosState = {
      config,
      self,
      role: 'follower',
      promised: durable?.promised ?? 0,
      log: durable?.log ?? [],
      commit: 0,
      store: [],
      sessions: [],
      seen: durable?.promised ?? 0,
      attempts: 0,
      campaign: null,
      tenure: null,
    };
    return { state, outputs: [armElection(state)] };
  },
  step,
  properties: multiPaxosProperties,
  describe: {
    role: ({ role }) => role,
    term: ({ promised }) => promised,
    round: ({ promised }) => roundOf(promised),
    leads: ({ role }) => role === 'leader',
    state: describeState,
    message: describeMessage,
    messageBytes,
  },
};

function step(state: MultiPaxosState, input: Input<MultiPaxosMessage>): MultiPaxosStep {
  switch (input.kind) {
    case 'message':
      return onMessage(state, input.from, input.message);
    case 'timer':
      if (input.timer === HEARTBEAT) return onHeartbeatTimer(state);
      return state.role === 'leader' ? { state, outputs: NO_OUTPUTS } : onElection(state);
    case 'request':
      return onRequest(state, input.request);
    case 'choice':
      return { state, outputs: NO_OUTPUTS };
  }
}

function onMessage(state: MultiPaxosState, from: number, message: MultiPaxosMessage): MultiPaxosStep {
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
    case 'heartbeat':
      return onHeartbeat(state, from, message);
    case 'catch_up':
      return onCatchUp(state, from, message);
    case 'chosen':
      return onChosen(state, from, message);
  }
}

// In words

/** `write 0=3 of client 1/2`. */
export function describeEntry(entry: Entry | null): string {
  if (entry === null) return 'nothing';
  if (entry.client < 0) return 'no-op';
  const { kind, key, value } = entry.command;
  return `${kind} ${key ?? 0}${value === undefined ? '' : `=${value}`} of client ${entry.client}/${entry.number}`;
}

function describeSlots(slots: Slots, from: number): string {
  if (slots.length === 0) return 'no entries';
  return slots
    .map(
      (entry, index) =>
        `${from + index}:${entry === null ? 'nothing' : `${describeEntry(entry)} at ${ballotText(entry.ballot)}`}`,
    )
    .join(', ');
}

function describeState({ promised, log, commit, campaign, tenure }: MultiPaxosState): string {
  const heard = campaign === null ? '' : `, heard ${nodesText(campaign.heard)}`;
  const acks =
    tenure === null || tenure.acks.length === 0 ? '' : `, accepted by ${tenure.acks.map(nodesText).join(' | ')}`;
  return `promised ${ballotText(promised)}, log ${describeSlots(log, 0)}, committed ${commit}${heard}${acks}`;
}

function nodesText(bits: number): string {
  const nodes: string[] = [];
  for (let node = 0; node < 32; node++) if ((bits & (1 << node)) !== 0) nodes.push(`n${node + 1}`);
  return nodes.join(' ') || 'none';
}

function describeMessage(message: MultiPaxosMessage): string {
  const ballot = ballotText(message.ballot);
  switch (message.kind) {
    case 'prepare':
      return `Prepare ${ballot} from slot ${message.from}`;
    case 'promise':
      return `Promise ${ballot}: ${describeSlots(message.entries, message.from)}`;
    case 'accept':
      return `Accept ${ballot}: ${describeSlots(message.entries, message.slot)}; committed ${message.commit}`;
    case 'accepted':
      return `Accepted ${ballot}: slots ${message.slot} to ${message.end - 1}`;
    case 'rejected':
      return `Rejected ${ballot}: promised ${ballotText(message.promised)}`;
    case 'heartbeat':
      return `Heartbeat ${ballot}, committed ${message.commit}`;
    case 'catch_up':
      return `CatchUp from slot ${message.from}`;
    case 'chosen':
      return `Chosen ${describeSlots(message.entries, message.slot)}`;
  }
}

const HEADER_BYTES = 32;
const ENTRY_BYTES = 24;

function messageBytes(message: MultiPaxosMessage, payloadBytes: number): number {
  return 'entries' in message ? HEADER_BYTES + message.entries.length * (ENTRY_BYTES + payloadBytes) : HEADER_BYTES;
}
