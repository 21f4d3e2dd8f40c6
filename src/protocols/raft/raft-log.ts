/**
 * The log: a snapshot of everything up to `snapshotIndex`, and the entries after it. Indices start at 1 and never change (sections
 * 5.3 and 7). Entries are shared between logs and never copied.
 */
import type { Request } from '../protocol.ts';
import type { Membership } from './raft-state.ts';
import type { Machine } from './state-machine.ts';

export interface Entry {
  readonly term: number;
  /** A client's request; null in a leader's first, empty entry and in configurations. */
  readonly request: Request | null;
  readonly membership: Membership | null;
}

export interface RaftLog {
  readonly snapshotIndex: number;
  readonly snapshotTerm: number;
  readonly snapshotMachine: Machine;
  readonly snapshotMembership: Membership;
  readonly entries: readonly Entry[];
}

export function lastIndexOf(log: RaftLog): number {
  return log.snapshotIndex + log.entries.length;
}

export function lastTermOf(log: RaftLog): number {
  return termAt(log, lastIndexOf(log)) ?? log.snapshotTerm;
}

/** Undefined for what is compacted or not there yet; 0 at index 0. */
export function termAt(log: RaftLog, index: number): number | undefined {
  return index === log.snapshotIndex ? log.snapshotTerm : entryAt(log, index)?.term;
}

/** Asking an array for what is before its beginning would make every access slow, hence the question. */
export function entryAt({ snapshotIndex, entries }: RaftLog, index: number): Entry | undefined {
  return index > snapshotIndex ? entries[index - snapshotIndex - 1] : undefined;
}

export function entriesFrom(log: RaftLog, index: number, most: number): readonly Entry[] {
  const start = index - log.snapshotIndex - 1;
  return start >= log.entries.length ? NO_ENTRIES : log.entries.slice(start, start + most);
}

export const NO_ENTRIES: readonly Entry[] = [];

export function withEntries(log: RaftLog, entries: readonly Entry[]): RaftLog {
  const { snapshotIndex, snapshotTerm, snapshotMachine, snapshotMembership } = log;
  return { snapshotIndex, snapshotTerm, snapshotMachine, snapshotMembership, entries };
}

export function appendEntry(log: RaftLog, entry: Entry): RaftLog {
  return withEntries(log, log.entries.toSpliced(log.entries.length, 0, entry));
}

/** The configuration in force: the latest in the log, committed or not (section 6). */
export function membershipOf(log: RaftLog): Membership {
  for (let index = log.entries.length - 1; index >= 0; index--) {
    const membership = log.entries[index]?.membership;
    if (membership != null) return membership;
  }
  return log.snapshotMembership;
}

/** Drops the entries up to `machine.appliedIndex`, which `machine` stands for (section 7). */
export function compact(log: RaftLog, machine: Machine): RaftLog {
  const upTo = machine.appliedIndex;
  const kept = log.entries.slice(upTo - log.snapshotIndex);
  const dropped = withEntries(log, log.entries.slice(0, upTo - log.snapshotIndex));
  return {
    snapshotIndex: upTo,
    snapshotTerm: termAt(log, upTo) ?? log.snapshotTerm,
    snapshotMachine: machine,
    snapshotMembership: membershipOf(dropped),
    entries: kept,
  };
}
