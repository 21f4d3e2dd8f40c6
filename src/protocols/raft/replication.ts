/**
 * Log replication: sections 5.3 and 5.4, and snapshots (section 7). Leaders send ahead of acknowledgements: a heartbeat that finds a
 * gap makes the follower say where it goes on.
 */
import type { NodeIndex } from '../../kernel/units.ts';
import { NO_OUTPUTS } from '../protocol.ts';
import { commitTo } from './commit.ts';
import { becomeFollower, followerTimers } from './elections.ts';
import {
  type Entry,
  entriesFrom,
  lastIndexOf,
  membershipOf,
  NO_ENTRIES,
  type RaftLog,
  termAt,
  withEntries,
} from './raft-log.ts';
import {
  electionTimer,
  isQuorum,
  peersOf,
  persist,
  type RaftMessage,
  type RaftOutput,
  type RaftState,
  type RaftStep,
  stateOf,
  withLog,
  withMatch,
  withRound,
} from './raft-state.ts';
import { afterRound, startLease, usesRounds } from './reads.ts';

/** Most entries of one message. */
const ENTRIES_PER_MESSAGE = 64;

/** Sends every peer what it lacks, or a heartbeat. A new round, where rounds are counted. */
export function broadcast(state: RaftState): RaftStep {
  const peers = peersOf(state);
  const round = usesRounds(state) ? state.round + 1 : state.round;
  const last = lastIndexOf(state.log);
  const outputs: RaftOutput[] = startLease(state, round);
  let isNew = round !== state.round;
  const nextIndex = state.nextIndex.slice();
  for (let index = 0; index < peers.length; index++) {
    const to = peers[index] as NodeIndex;
    outputs.push({ kind: 'send', to, message: appendFor(state, to, round) });
    const sent = Math.min(
      last + 1,
      Math.max(nextIndex[to] as number, state.log.snapshotIndex + 1) + ENTRIES_PER_MESSAGE,
    );
    if (nextIndex[to] !== sent) {
      nextIndex[to] = sent;
      isNew = true;
    }
  }
  if (!isNew) return { state, outputs };
  const leases =
    round === state.round ? state.leases : state.leases.map((holds, slot) => (slot === round % 2 ? false : holds));
  return { state: withRound(state, nextIndex, round, leases), outputs };
}

export function onHeartbeatTimer(state: RaftState): RaftStep {
  if (state.role !== 'leader') return { state, outputs: NO_OUTPUTS };
  const step = broadcast(state);
  const { heartbeatMs } = state.config;
  (step.outputs as RaftOutput[]).push({
    kind: 'set_timer',
    timer: 'heartbeat',
    minMs: heartbeatMs,
    maxMs: heartbeatMs,
  });
  return step;
}

function appendFor({ log, term, commitIndex, nextIndex }: RaftState, to: NodeIndex, round: number): RaftMessage {
  const next = nextIndex[to] as number;
  if (next <= log.snapshotIndex) return { kind: 'InstallSnapshot', term, log: snapshotOf(log), round };
  return {
    kind: 'AppendEntries',
    term,
    prevLogIndex: next - 1,
    prevLogTerm: termAt(log, next - 1) as number,
    entries: entriesFrom(log, next, ENTRIES_PER_MESSAGE),
    leaderCommit: commitIndex,
    round,
  };
}

function snapshotOf(log: RaftLog): RaftLog {
  return withEntries(log, NO_ENTRIES);
}

/** The leader's answer to a new entry of its own: to all, to its disk, to itself. */
export function replicate(state: RaftState): RaftStep {
  const { state: next, outputs } = broadcast(state);
  const own: RaftMessage = {
    kind: 'Appended',
    term: next.term,
    success: true,
    index: lastIndexOf(next.log),
    round: next.round,
  };
  return { state: next, outputs: [...outputs, persist(next), { kind: 'send', to: next.self, message: own }] };
}

export function onAppendEntries(
  state: RaftState,
  from: NodeIndex,
  message: RaftMessage & { kind: 'AppendEntries' },
): RaftStep {
  if (message.term < state.term) return refuse(state, from, 0, message.round);
  const { prevLogIndex, entries, round } = message;
  const heard = hear(state, from);
  const { log } = heard;
  const last = lastIndexOf(log);
  if (prevLogIndex > last) return refuse(heard, from, last + 1, round, hearTimers(state, heard));
  const prevTerm = termAt(log, prevLogIndex);
  // What the snapshot stands for is committed and therefore matches.
  if (prevTerm !== undefined && prevTerm !== message.prevLogTerm && prevLogIndex > log.snapshotIndex) {
    return refuse(heard, from, firstOfTerm(log, prevLogIndex), round, hearTimers(state, heard));
  }
  const appended = append(heard, prevLogIndex, entries);
  const match = prevLogIndex + entries.length;
  const known = Math.min(message.leaderCommit, match);
  const regresses = state.config.mistakes.commitIndexRegresses && known < appended.commitIndex;
  const committed = regresses ? stateOf({ ...appended, commitIndex: known }) : commitTo(appended, known).state;
  const reply: RaftOutput = {
    kind: 'send',
    to: from,
    message: { kind: 'Appended', term: state.term, success: true, index: Math.max(match, 0), round },
  };
  const outputs: RaftOutput[] = hearTimers(state, heard);
  if (committed.log !== state.log || heard.term !== state.term) outputs.push(persist(committed));
  outputs.push(reply);
  return { state: committed, outputs };
}

/** A message of the term's leader: whoever hears it follows. The same state when it followed already. */
function hear(state: RaftState, from: NodeIndex): RaftState {
  const { tracksLeader } = state.config;
  if (state.role === 'follower' && state.leader === from && state.heardLeader === tracksLeader) return state;
  const follower = state.role === 'follower' && state.leader === from ? state : becomeFollower(state, state.term, from);
  return follower.heardLeader === tracksLeader ? follower : stateOf({ ...follower, heardLeader: tracksLeader });
}

function hearTimers(before: RaftState, heard: RaftState): RaftOutput[] {
  const { electionTimeoutMinMs: ms, tracksLeader } = heard.config;
  const outputs = before.role === 'leader' ? followerTimers(heard) : [electionTimer(heard)];
  if (tracksLeader) outputs.push({ kind: 'set_timer', timer: 'heard_leader', minMs: ms, maxMs: ms });
  return outputs;
}

function refuse(state: RaftState, to: NodeIndex, tryIndex: number, round: number, timers: RaftOutput[] = []): RaftStep {
  const message: RaftMessage = { kind: 'Appended', term: state.term, success: false, index: tryIndex, round };
  return { state, outputs: [...timers, { kind: 'send', to, message }] };
}

/** The first index of the conflicting term: the leader skips the whole term (end of section 5.3). */
function firstOfTerm(log: RaftLog, at: number): number {
  const term = termAt(log, at);
  let index = at;
  while (index > log.snapshotIndex + 1 && termAt(log, index - 1) === term) index -= 1;
  return index;
}

/** Appends what is new and removes what conflicts, and only that (section 5.3). */
function append(state: RaftState, prevLogIndex: number, entries: readonly Entry[]): RaftState {
  const { log, config } = state;
  let index = prevLogIndex + 1;
  let skip = 0;
  while (skip < entries.length && (index <= log.snapshotIndex || termAt(log, index) === entries[skip]?.term)) {
    index += 1;
    skip += 1;
  }
  const truncates = config.mistakes.truncatesMatchingEntries && lastIndexOf(log) !== prevLogIndex + entries.length;
  if (skip === entries.length && !truncates) return state;
  const kept = log.entries.slice(0, (truncates ? prevLogIndex : index - 1) - log.snapshotIndex);
  const added = truncates ? entries : entries.slice(skip);
  const changed = withEntries(log, [...kept, ...added]);
  const isMembershipTouched = added.some(({ membership }) => membership !== null) || kept.length < log.entries.length;
  return withLog(state, changed, isMembershipTouched ? membershipOf(changed) : state.membership);
}

export function onInstallSnapshot(
  state: RaftState,
  from: NodeIndex,
  message: RaftMessage & { kind: 'InstallSnapshot' },
): RaftStep {
  const { log: snapshot, round, term } = message;
  if (term < state.term) return refuse(state, from, 0, round);
  const heard = hear(state, from);
  const timers = hearTimers(state, heard);
  const isKnown = snapshot.snapshotIndex <= heard.commitIndex;
  const next = isKnown ? heard : install(heard, snapshot);
  const reply: RaftMessage = { kind: 'Appended', term: next.term, success: true, index: snapshot.snapshotIndex, round };
  return {
    state: next,
    outputs: [...timers, ...(isKnown ? [] : [persist(next)]), { kind: 'send', to: from, message: reply }],
  };
}

/** Entries after the snapshot are kept when the log agrees with it (Figure 13, step 6). */
function install(state: RaftState, snapshot: RaftLog): RaftState {
  const { snapshotIndex, snapshotTerm, snapshotMachine } = snapshot;
  const agrees = termAt(state.log, snapshotIndex) === snapshotTerm;
  const entries = agrees ? state.log.entries.slice(snapshotIndex - state.log.snapshotIndex) : NO_ENTRIES;
  const log = withEntries(snapshot, entries);
  return stateOf({
    ...state,
    log,
    membership: membershipOf(log),
    commitIndex: snapshotIndex,
    machine: snapshotMachine,
  });
}

export function onAppended(state: RaftState, from: NodeIndex, message: RaftMessage & { kind: 'Appended' }): RaftStep {
  if (state.role !== 'leader' || message.term !== state.term) return { state, outputs: NO_OUTPUTS };
  const { success, index, round } = message;
  const heard = withAnswer(state, from, round);
  if (!success) return resend(heard, from, index);
  if (index <= (heard.matchIndex[from] as number)) return afterRound(state, heard);
  const matchIndex = heard.matchIndex.slice();
  matchIndex[from] = index;
  const nextIndex = heard.nextIndex.slice();
  nextIndex[from] = Math.max(nextIndex[from] as number, index + 1);
  const matched = withMatch(heard, nextIndex, matchIndex);
  const { state: committed, outputs } = commitTo(matched, committedByMatch(matched));
  const answered = afterRound(state, committed);
  const handed =
    committed.transferee === from && index === lastIndexOf(committed.log) ? [timeoutNow(committed, from)] : [];
  return { state: answered.state, outputs: [...outputs, ...answered.outputs, ...handed] };
}

export function timeoutNow({ term }: RaftState, to: NodeIndex): RaftOutput {
  return { kind: 'send', to, message: { kind: 'TimeoutNow', term } };
}

function withAnswer(state: RaftState, from: NodeIndex, round: number): RaftState {
  if (round <= (state.answeredRound[from] as number)) return state;
  const answeredRound = state.answeredRound.slice();
  answeredRound[from] = round;
  return stateOf({ ...state, answeredRound });
}

/** The follower told where its log goes on; never before what it is known to match. */
function resend(state: RaftState, to: NodeIndex, index: number): RaftStep {
  const next = Math.max((state.matchIndex[to] as number) + 1, Math.min(index, state.nextIndex[to] as number));
  const nextIndex = state.nextIndex.slice();
  nextIndex[to] = next;
  const message = appendFor(withMatch(state, nextIndex, state.matchIndex), to, state.round);
  nextIndex[to] = Math.min(
    lastIndexOf(state.log) + 1,
    Math.max(next, state.log.snapshotIndex + 1) + ENTRIES_PER_MESSAGE,
  );
  return { state: withMatch(state, nextIndex, state.matchIndex), outputs: [{ kind: 'send', to, message }] };
}

/** The greatest index that a majority has, if its entry is of this term (section 5.4.2). */
function committedByMatch(state: RaftState): number {
  const { matchIndex, membership, commitIndex, config, log, term } = state;
  let best = commitIndex;
  for (let node = 0; node < matchIndex.length; node++) {
    const index = matchIndex[node] as number;
    if (index <= best) continue;
    const marked = matchIndex.map((match) => match >= index);
    const isStored = config.mistakes.acknowledgesAlone ? marked[state.self] === true : isQuorum(membership, marked);
    if (isStored && (config.mistakes.commitsEarlierTerms || termAt(log, index) === term)) best = index;
  }
  return best;
}
