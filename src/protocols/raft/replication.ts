/**
 * Log replication: sections 5.3 and 5.4. Leaders send ahead of acknowledgements, each entry once; a message that finds a gap makes the
 * follower say where its log ends, and the next heartbeat or answer goes on from there.
 *
 * A heartbeat that brings no news leaves the follower's state as it is, and its answer the leader's: most of a cluster's life is that.
 */
import type { NodeIndex } from '../../kernel/units.ts';
import { NO_OUTPUTS } from '../protocol.ts';
import { applyTo, commitTo, compacted } from './commit.ts';
import { becomeFollower, followerTimers } from './elections.ts';
import { type Entry, entriesFrom, lastIndexOf, membershipOf, type RaftLog, termAt, withEntries } from './raft-log.ts';
import {
  type AppendEntries,
  type Appended,
  isWitness,
  type Membership,
  persist,
  type RaftMessage,
  type RaftOutput,
  type RaftState,
  type RaftStep,
  receiversOf,
  timer,
  withElement,
  withHeard,
  withMatch,
  withReplicated,
  withTenure,
} from './raft-state.ts';
import { answerReads, startLease } from './reads.ts';
import { snapshotFor } from './snapshots.ts';

/** Sends every peer what it was not sent yet, or a heartbeat; adds to `outputs`. Peers that are equally far get the same message. */
export function broadcast(state: RaftState, outputs: RaftOutput[]): RaftState {
  const last = lastIndexOf(state.log);
  const { config, self, membership } = state;
  let nextIndex: number[] | undefined;
  let shared: RaftMessage | undefined;
  let sharedNext = -1;
  for (const to of receiversOf(membership)) {
    if (to === self) continue;
    const next = state.nextIndex[to] ?? 0;
    if (shared === undefined || next !== sharedNext || isWitness(config, to)) {
      shared = appendFor(state, to, next);
      sharedNext = isWitness(config, to) ? -1 : next;
    }
    outputs.push({ kind: 'send', to, message: shared });
    if (next > last) continue;
    nextIndex ??= state.nextIndex.slice();
    nextIndex[to] = afterSending(state, next);
  }
  return nextIndex === undefined ? state : withMatch(state, nextIndex, state.matchIndex);
}

export function onHeartbeatTimer(state: RaftState): RaftStep {
  if (state.role !== 'leader') return { state, outputs: NO_OUTPUTS };
  const outputs: RaftOutput[] = [];
  const next = broadcast(state.config.reads === 'lease' ? startLease(state, outputs) : state, outputs);
  outputs.push(timer('heartbeat', state.config.heartbeatMs));
  return { state: next, outputs };
}

function appendFor(state: RaftState, to: NodeIndex, next: number): RaftMessage {
  const { log, term, commitIndex, config } = state;
  const { round } = state.tenure;
  if (next <= log.snapshotIndex)
    return { kind: 'InstallSnapshot', term, log: snapshotFor(log, isWitness(config, to)), round };
  const entries = entriesFrom(log, next, config.maxEntries);
  return {
    kind: 'AppendEntries',
    term,
    prevLogIndex: next - 1,
    prevLogTerm: termAt(log, next - 1) ?? 0,
    entries: entries.length > 0 && isWitness(config, to) ? entries.map(withoutCommand) : entries,
    leaderCommit: commitIndex,
    round,
  };
}

/** What a witness is sent. */
function withoutCommand({ term, membership }: Entry): Entry {
  return { term, request: null, membership };
}

function afterSending({ log, config }: RaftState, next: number): number {
  return next <= log.snapshotIndex ? log.snapshotIndex + 1 : Math.min(lastIndexOf(log) + 1, next + config.maxEntries);
}

/** What follows a new entry in the leader's own log: to all others, to its disk, to itself. */
export function replicate(state: RaftState): RaftStep {
  const outputs: RaftOutput[] = [];
  const next = broadcast(state, outputs);
  const { term, log, self } = next;
  const own: RaftMessage = { kind: 'Appended', term, success: true, index: lastIndexOf(log), round: next.tenure.round };
  outputs.push(persist(next), { kind: 'send', to: self, message: own });
  return { state: next, outputs };
}

export function onAppendEntries(state: RaftState, from: NodeIndex, message: AppendEntries): RaftStep {
  if (message.term < state.term) return { state, outputs: [refusal(state, from, 0, message.round)] };
  const heard = hear(state, from);
  const waiting = heardTimer(state);
  const conflict = conflictOf(heard.log, message);
  if (conflict !== 0)
    return { state: heard, outputs: followingFirst(state, [waiting, refusal(heard, from, conflict, message.round)]) };
  const match = message.prevLogIndex + message.entries.length;
  const next = learn(heard, append(heard, message), Math.min(message.leaderCommit, match));
  const reply: RaftOutput = {
    kind: 'send',
    to: from,
    message: { kind: 'Appended', term: next.term, success: true, index: match, round: message.round },
  };
  const outputs = next.log === state.log ? [waiting, reply] : [waiting, persist(next), reply];
  return { state: next, outputs: followingFirst(state, outputs) };
}

/** A message of the term's leader: whoever hears it follows. The same state when it followed already. */
export function hear(state: RaftState, from: NodeIndex): RaftState {
  const isFollowing = state.role === 'follower' && state.leader === from;
  const follower = isFollowing ? state : becomeFollower(state, state.term, from);
  return follower.heardLeader ? follower : withHeard(follower, true);
}

export function heardTimer({ config }: RaftState): RaftOutput {
  return timer('heard_leader', config.electionTimeoutMinMs);
}

/** Outputs of a node that hears its leader. One that did not hear it before first stops what it did without. */
export function followingFirst(state: RaftState, outputs: readonly RaftOutput[]): readonly RaftOutput[] {
  const leads = state.role === 'leader';
  if (state.heardLeader && !leads) return outputs;
  const waits: readonly RaftOutput[] = state.heardLeader ? NO_OUTPUTS : [{ kind: 'cancel_timer', timer: 'election' }];
  return [...(leads ? followerTimers(state) : NO_OUTPUTS), ...waits, ...outputs];
}

/** 0 where the logs agree at `prevLogIndex`; else the index from which the leader should try. */
function conflictOf(log: RaftLog, { prevLogIndex, prevLogTerm }: AppendEntries): number {
  const last = lastIndexOf(log);
  if (prevLogIndex > last) return last + 1;
  // What the snapshot stands for is committed and therefore agrees.
  if (prevLogIndex <= log.snapshotIndex || termAt(log, prevLogIndex) === prevLogTerm) return 0;
  return firstOfTerm(log, prevLogIndex);
}

/** The first index of the conflicting term: the leader skips the whole term (end of section 5.3). */
function firstOfTerm(log: RaftLog, at: number): number {
  const term = termAt(log, at);
  let index = at;
  while (index > log.snapshotIndex + 1 && termAt(log, index - 1) === term) index -= 1;
  return index;
}

function refusal({ term }: RaftState, to: NodeIndex, index: number, round: number): RaftOutput {
  return { kind: 'send', to, message: { kind: 'Appended', term, success: false, index, round } };
}

/** The log with what is new and without what conflicts, and only without that (section 5.3). */
function append({ log, config }: RaftState, { prevLogIndex, entries }: AppendEntries): RaftLog {
  if (config.mistakes.truncatesMatchingEntries) return appendCarelessly(log, prevLogIndex, entries);
  let skip = Math.max(0, log.snapshotIndex - prevLogIndex);
  while (skip < entries.length && termAt(log, prevLogIndex + 1 + skip) === entries[skip]?.term) skip += 1;
  if (skip >= entries.length) return log;
  return replaceFrom(log, prevLogIndex + 1 + skip, skip === 0 ? entries : entries.slice(skip));
}

/** The mistake: whatever follows `prevLogIndex` is thrown away, although the message may be an old one. */
function appendCarelessly(log: RaftLog, prevLogIndex: number, entries: readonly Entry[]): RaftLog {
  const skip = Math.max(0, log.snapshotIndex - prevLogIndex);
  if (lastIndexOf(log) === prevLogIndex && entries.length === 0) return log;
  return replaceFrom(log, prevLogIndex + 1 + skip, entries.slice(skip));
}

function replaceFrom(log: RaftLog, index: number, entries: readonly Entry[]): RaftLog {
  const keeps = index - log.snapshotIndex - 1;
  return withEntries(log, log.entries.toSpliced(keeps, log.entries.length - keeps, ...entries));
}

/** The configuration in force with another log: only what was removed or added may change it. */
function membershipWith({ log: { entries: before }, membership }: RaftState, log: RaftLog): Membership {
  const { entries } = log;
  const kept = before.length;
  if (entries.length < kept || (kept > 0 && entries[kept - 1] !== before[kept - 1])) return membershipOf(log);
  for (let at = kept; at < entries.length; at++) if (entries[at]?.membership != null) return membershipOf(log);
  return membership;
}

/** A follower's new log, and what its leader says is committed, in one step. */
function learn(state: RaftState, appended: RaftLog, index: number): RaftState {
  const { commitIndex, machine, nextIndex, matchIndex } = state;
  const membership = appended === state.log ? state.membership : membershipWith(state, appended);
  if (index > commitIndex) {
    const applied = applyTo(state, appended, index, undefined);
    return withReplicated(state, compacted(state, appended), membership, index, applied, nextIndex, matchIndex);
  }
  const regresses = state.config.mistakes.commitIndexRegresses && index < commitIndex;
  if (appended === state.log && !regresses) return state;
  return withReplicated(state, appended, membership, regresses ? index : commitIndex, machine, nextIndex, matchIndex);
}

export function onAppended(state: RaftState, from: NodeIndex, message: Appended): RaftStep {
  if (state.role !== 'leader' || message.term !== state.term) return { state, outputs: NO_OUTPUTS };
  const { success, index, round } = message;
  const heard = withAnswer(state, from, round);
  if (!success) return resend(heard, from, index);
  if (index > (heard.matchIndex[from] ?? 0)) return onMatch(heard, from, index);
  return heard.tenure.pendingReads.length > 0 && heard !== state
    ? answerReads(heard)
    : { state: heard, outputs: NO_OUTPUTS };
}

function withAnswer(state: RaftState, from: NodeIndex, round: number): RaftState {
  const { active, answeredRound } = state.tenure;
  const isNewRound = round > (answeredRound[from] ?? 0);
  const isActive = active[from] === true;
  if (!isNewRound && isActive) return state;
  return withTenure(state, {
    active: isActive ? active : withElement(active, from, true),
    answeredRound: isNewRound ? withElement(answeredRound, from, round) : answeredRound,
  });
}

function onMatch(state: RaftState, from: NodeIndex, index: number): RaftStep {
  const next = Math.max(state.nextIndex[from] ?? 0, index + 1);
  const nextIndex = next === state.nextIndex[from] ? state.nextIndex : withElement(state.nextIndex, from, next);
  const matchIndex = withElement(state.matchIndex, from, index);
  const commitIndex = committedBy(state, matchIndex);
  const { pendingReads, transferee } = state.tenure;
  const isHanded = transferee === from && index === lastIndexOf(state.log);
  const committed: RaftStep =
    commitIndex > state.commitIndex
      ? commitTo(state, commitIndex, nextIndex, matchIndex)
      : { state: withMatch(state, nextIndex, matchIndex), outputs: NO_OUTPUTS };
  if (pendingReads.length === 0 && !isHanded) return committed;
  const answered = answerReads(committed.state);
  const outputs = [...committed.outputs, ...answered.outputs];
  const { tenure, log } = answered.state;
  if (tenure.transferee === from && index === lastIndexOf(log))
    outputs.push({ kind: 'send', to: from, message: { kind: 'TimeoutNow', term: state.term } });
  return { state: answered.state, outputs };
}

/** To the follower that told where its log goes on. */
function resend(state: RaftState, to: NodeIndex, index: number): RaftStep {
  const next = Math.max(1, Math.min(index, state.nextIndex[to] ?? 1));
  const message = appendFor(state, to, next);
  const nextIndex = withElement(state.nextIndex, to, afterSending(state, next));
  return { state: withMatch(state, nextIndex, state.matchIndex), outputs: [{ kind: 'send', to, message }] };
}

/** The greatest index that a majority has, if its entry is of this term (section 5.4.2). */
function committedBy(
  { membership, commitIndex, config, log, term, self }: RaftState,
  matchIndex: readonly number[],
): number {
  const { acknowledgesAlone, commitsEarlierTerms } = config.mistakes;
  let best = commitIndex;
  for (const index of matchIndex) {
    if (index <= best || !(commitsEarlierTerms || termAt(log, index) === term)) continue;
    if (acknowledgesAlone ? (matchIndex[self] ?? 0) >= index : isStored(membership, matchIndex, index)) best = index;
  }
  return best;
}

/** Whether a majority stores the entry: in joint consensus, of both configurations. */
function isStored({ voters, outgoing }: Membership, matchIndex: readonly number[], index: number): boolean {
  return isStoredBy(voters, matchIndex, index) && (outgoing === null || isStoredBy(outgoing, matchIndex, index));
}

function isStoredBy(voters: readonly NodeIndex[], matchIndex: readonly number[], index: number): boolean {
  let count = 0;
  for (const voter of voters) if ((matchIndex[voter] ?? 0) >= index) count += 1;
  return 2 * count > voters.length;
}
