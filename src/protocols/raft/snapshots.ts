/**
 * Log compaction: section 7 and Figure 13. A snapshot travels in one message: what the log looks like without its entries.
 */
import type { NodeIndex } from '../../kernel/units.ts';
import { NO_OUTPUTS } from '../protocol.ts';
import { membershipOf, NO_ENTRIES, type RaftLog, termAt, withEntries } from './raft-log.ts';
import {
  type InstallSnapshot,
  persist,
  type RaftOutput,
  type RaftState,
  type RaftStep,
  withReplicated,
} from './raft-state.ts';
import { followingFirst, hear, heardTimer } from './replication.ts';

/** A witness gets no values. */
export function snapshotFor(log: RaftLog, isForWitness: boolean): RaftLog {
  if (!isForWitness) return withEntries(log, NO_ENTRIES);
  const { snapshotIndex, snapshotTerm, snapshotMembership } = log;
  const snapshotMachine = { appliedIndex: snapshotIndex, values: [], sessions: [] };
  return { snapshotIndex, snapshotTerm, snapshotMachine, snapshotMembership, entries: NO_ENTRIES };
}

export function onInstallSnapshot(state: RaftState, from: NodeIndex, message: InstallSnapshot): RaftStep {
  const { log: snapshot, round } = message;
  const { snapshotIndex: index } = snapshot;
  const answer = (term: number, success: boolean): RaftOutput => {
    return { kind: 'send', to: from, message: { kind: 'Appended', term, success, index: success ? index : 0, round } };
  };
  if (message.term < state.term) return { state, outputs: [answer(state.term, false)] };
  const heard = hear(state, from);
  const next = index <= heard.commitIndex ? heard : install(heard, snapshot);
  const stored = next === heard ? NO_OUTPUTS : [persist(next)];
  const outputs = [heardTimer(state), ...stored, answer(next.term, true)];
  return { state: next, outputs: followingFirst(state, outputs) };
}

/** Entries after the snapshot are kept when the log agrees with it (Figure 13, step 6). */
function install(state: RaftState, snapshot: RaftLog): RaftState {
  const { snapshotIndex, snapshotTerm, snapshotMachine } = snapshot;
  const agrees = termAt(state.log, snapshotIndex) === snapshotTerm;
  const entries = agrees ? state.log.entries.slice(snapshotIndex - state.log.snapshotIndex) : NO_ENTRIES;
  const log = withEntries(snapshot, entries);
  const { nextIndex, matchIndex } = state;
  return withReplicated(state, log, membershipOf(log), snapshotIndex, snapshotMachine, nextIndex, matchIndex);
}
