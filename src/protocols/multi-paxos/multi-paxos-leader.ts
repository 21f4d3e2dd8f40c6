/**
 * The proposer: phase 1 once, over all slots from its own commit index on; then phase 2 for each request (Lamport 1998, section 3: the
 * multi-decree parliament). For each slot that was reported it must propose the value of the highest ballot again; slots that no
 * one reported get a no-op. Timers send again what got lost; a lost election backs off.
 */
import type { NodeIndex } from '../../kernel/units.ts';
import { type Ballot, ballotAbove, proposerOf } from '../paxos/ballot.ts';
import { isQuorum, type NodeBits } from '../paxos/phase-quorums.ts';
import { NO_OUTPUTS, type Request } from '../protocol.ts';
import { answerFrom, answerOf, applyUpTo } from './multi-paxos-learner.ts';
import {
  armElection,
  armHeartbeat,
  BATCH,
  type Campaign,
  ELECTION,
  type Entry,
  type MultiPaxosMessage,
  type MultiPaxosOutput,
  type MultiPaxosState,
  type MultiPaxosStep,
  persist,
  type Slots,
  sendToOthers,
  type Tenure,
} from './multi-paxos-state.ts';

type Of<Kind extends MultiPaxosMessage['kind']> = MultiPaxosMessage & { readonly kind: Kind };
type Leader = MultiPaxosState & { readonly tenure: Tenure };

/** Phase 1a. The own promise is durable before the first prepare leaves. */
export function onElection(state: MultiPaxosState): MultiPaxosStep {
  const ballot = ballotAbove(Math.max(state.seen, state.promised), state.self);
  const from = state.commit;
  const campaign: Campaign = { heard: 1 << state.self, from, merged: state.log.slice(from) };
  const next: MultiPaxosState = {
    ...state,
    role: 'candidate',
    promised: ballot,
    seen: ballot,
    attempts: state.attempts + 1,
    campaign,
  };
  const outputs: MultiPaxosOutput[] = [persist(next)];
  sendToOthers(next, { kind: 'prepare', ballot, from }, outputs);
  outputs.push(armElection(next));
  return leadWhenPromised(next, campaign, outputs);
}

export function onPromise(state: MultiPaxosState, from: NodeIndex, message: Of<'promise'>): MultiPaxosStep {
  const { campaign, config } = state;
  const isCurrent = message.ballot === state.promised || config.countsStalePromises;
  if (state.role !== 'candidate' || campaign === null || !isCurrent) return { state, outputs: NO_OUTPUTS };
  const heard = campaign.heard | (1 << from);
  if (heard === campaign.heard) return { state, outputs: NO_OUTPUTS };
  const merged = mergeReports(campaign, message, config.takesAnyReported);
  const next: Campaign = { heard, from: campaign.from, merged };
  return leadWhenPromised({ ...state, campaign: next }, next, []);
}

/** Keeps the entry of the highest ballot of each slot. */
function mergeReports({ from, merged }: Campaign, message: Of<'promise'>, takesAny: boolean): Slots {
  const result = merged.slice();
  for (let index = 0; index < message.entries.length; index++) {
    const entry = message.entries[index] ?? null;
    const place = message.from + index - from;
    if (entry === null || place < 0) continue;
    while (result.length <= place) result.push(null);
    const known = result[place] ?? null;
    if (known === null || takesAny || entry.ballot > known.ballot) result[place] = entry;
  }
  return result;
}

function leadWhenPromised(state: MultiPaxosState, campaign: Campaign, outputs: MultiPaxosOutput[]): MultiPaxosStep {
  const { config, self, promised: ballot } = state;
  if (!isQuorum(config.quorums.phase1, campaign.heard)) return { state, outputs };
  // Slots that were learned as chosen meanwhile need no second proposal.
  const from = state.commit;
  const entries = campaign.merged.slice(from - campaign.from).map((entry) => proposeAgain(entry, ballot));
  const log = [...state.log.slice(0, from), ...entries];
  const tenure: Tenure = { acks: entries.map(() => 0), retryBelow: log.length, takeoverEnd: log.length };
  const next: MultiPaxosState = { ...state, role: 'leader', log, attempts: 0, campaign: null, tenure };
  if (entries.length > 0) {
    sendToOthers(next, { kind: 'accept', ballot, slot: from, entries, commit: from }, outputs);
    outputs.push(persist(next), {
      kind: 'send',
      to: self,
      message: { kind: 'accepted', ballot, slot: from, end: log.length },
    });
  }
  sendToOthers(next, { kind: 'heartbeat', ballot, commit: next.commit }, outputs);
  outputs.push({ kind: 'cancel_timer', timer: ELECTION }, armHeartbeat(next));
  return { state: next, outputs };
}

function proposeAgain(entry: Entry | null, ballot: Ballot): Entry {
  if (entry === null) return { ballot, client: -1, number: 0, command: { kind: 'noop' } };
  return { ballot, client: entry.client, number: entry.number, command: entry.command };
}

export function onRequest(state: MultiPaxosState, request: Request): MultiPaxosStep {
  const { client, number, command } = request;
  if (command.kind !== 'read' && command.kind !== 'write')
    return tell(state, {
      kind: 'respond',
      client,
      number,
      response: { status: 'failed', reason: 'not a read or write' },
    });
  if (state.role !== 'leader' || state.tenure === null) return redirect(state, client, number);
  const session = state.sessions[client] ?? null;
  if (session !== null && session.number >= number)
    return session.number === number ? tell(state, answerOf(client, session)) : { state, outputs: NO_OUTPUTS };
  if (isUnderWay(state, client, number)) return { state, outputs: NO_OUTPUTS };
  return propose(state, state.tenure, { ballot: state.promised, client, number, command });
}

function tell(state: MultiPaxosState, output: MultiPaxosOutput): MultiPaxosStep {
  return { state, outputs: [output] };
}

function redirect(state: MultiPaxosState, client: number, number: number): MultiPaxosStep {
  const to = proposerOf(state.promised);
  const isKnown = state.promised > 0 && to !== state.self;
  return tell(state, {
    kind: 'respond',
    client,
    number,
    response: isKnown ? { status: 'redirect', to } : { status: 'redirect' },
  });
}

function isUnderWay({ log, commit }: MultiPaxosState, client: number, number: number): boolean {
  for (let slot = commit; slot < log.length; slot++) {
    const entry = log[slot] ?? null;
    if (entry !== null && entry.client === client && entry.number === number) return true;
  }
  return false;
}

/** Phase 2a: the others write while this node does. */
function propose(state: MultiPaxosState, tenure: Tenure, entry: Entry): MultiPaxosStep {
  const slot = state.log.length;
  const { acks, retryBelow, takeoverEnd } = tenure;
  const next: MultiPaxosState = {
    ...state,
    log: [...state.log, entry],
    tenure: { acks: [...acks, 0], retryBelow, takeoverEnd },
  };
  const outputs: MultiPaxosOutput[] = [];
  sendToOthers(next, { kind: 'accept', ballot: entry.ballot, slot, entries: [entry], commit: state.commit }, outputs);
  outputs.push(persist(next));
  outputs.push({
    kind: 'send',
    to: state.self,
    message: { kind: 'accepted', ballot: entry.ballot, slot, end: slot + 1 },
  });
  return { state: next, outputs };
}

/** Phase 2b: a slot is chosen when a phase-2 quorum has accepted it in this ballot. */
export function onAccepted(state: MultiPaxosState, from: NodeIndex, message: Of<'accepted'>): MultiPaxosStep {
  const { tenure, commit } = state;
  if (tenure === null || message.ballot !== state.promised) return { state, outputs: NO_OUTPUTS };
  const acks = withAcks(tenure.acks, Math.max(0, message.slot - commit), message.end - commit, 1 << from);
  if (acks === tenure.acks) return { state, outputs: NO_OUTPUTS };
  return commitAccepted(state, tenure, acks);
}

function withAcks(acks: readonly NodeBits[], start: number, end: number, bit: NodeBits): readonly NodeBits[] {
  let copy: NodeBits[] | undefined;
  for (let index = start; index < Math.min(end, acks.length); index++) {
    const known = acks[index] ?? 0;
    if ((known & bit) !== 0) continue;
    copy ??= acks.slice();
    copy[index] = known | bit;
  }
  return copy ?? acks;
}

function commitAccepted(state: MultiPaxosState, tenure: Tenure, acks: readonly NodeBits[]): MultiPaxosStep {
  let chosen = 0;
  while (chosen < acks.length && isQuorum(state.config.quorums.phase2, acks[chosen] ?? 0)) chosen += 1;
  const { retryBelow, takeoverEnd } = tenure;
  if (chosen === 0) return { state: { ...state, tenure: { acks, retryBelow, takeoverEnd } }, outputs: NO_OUTPUTS };
  const applied = applyUpTo(state, state.commit + chosen);
  const outputs: MultiPaxosOutput[] = [];
  answerFrom(applied, state.commit, outputs);
  const isTakenOver = takeoverEnd > 0 && applied.commit >= takeoverEnd;
  if (isTakenOver)
    sendToOthers(applied, { kind: 'heartbeat', ballot: state.promised, commit: applied.commit }, outputs);
  const left: Tenure = { acks: acks.slice(chosen), retryBelow, takeoverEnd: isTakenOver ? 0 : takeoverEnd };
  return { state: { ...applied, tenure: left }, outputs };
}

export function onHeartbeatTimer(state: MultiPaxosState): MultiPaxosStep {
  const { tenure, promised: ballot, commit, log } = state;
  if (tenure === null) return { state, outputs: NO_OUTPUTS };
  const outputs: MultiPaxosOutput[] = [];
  sendToOthers(state, { kind: 'heartbeat', ballot, commit }, outputs);
  for (let to = 0; to < state.config.nodes; to++) if (to !== state.self) sendAgain({ ...state, tenure }, to, outputs);
  outputs.push(armHeartbeat(state));
  if (tenure.retryBelow === log.length) return { state, outputs };
  const { acks, takeoverEnd } = tenure;
  return { state: { ...state, tenure: { acks, retryBelow: log.length, takeoverEnd } }, outputs };
}

/** Entries that were under way at the last heartbeat and that `to` has not accepted. */
function sendAgain(
  { tenure, promised: ballot, commit, log }: Leader,
  to: NodeIndex,
  outputs: MultiPaxosOutput[],
): void {
  let slot = commit;
  while (slot < tenure.retryBelow && ((tenure.acks[slot - commit] ?? 0) & (1 << to)) !== 0) slot += 1;
  if (slot >= tenure.retryBelow) return;
  const entries = log.slice(slot, Math.min(tenure.retryBelow, slot + BATCH));
  outputs.push({ kind: 'send', to, message: { kind: 'accept', ballot, slot, entries, commit } });
}
