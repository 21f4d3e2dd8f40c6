/**
 * Raft's states and messages for people.
 */
import type { Descriptions } from '../protocol.ts';
import { lastIndexOf, type RaftLog } from './raft-log.ts';
import type { RaftMessage, RaftState } from './raft-state.ts';

const HEADER_BYTES = 32;
const ENTRY_BYTES = 16;
/** Entries at the end of a log that are shown. */
const ENTRIES_SHOWN = 12;

export const describeRaft: Descriptions<RaftState, RaftMessage> = {
  role: ({ role }) => role,
  term: ({ term }) => term,
  leads: ({ role }) => role === 'leader',
  state: ({ term, votedFor, log, commitIndex }) => {
    const vote = votedFor === null ? '' : `, voted for n${votedFor + 1}`;
    return `term ${term}${vote}, log ${logText(log)}, committed ${commitIndex}`;
  },
  message: messageText,
  messageBytes: (message, payloadBytes) => {
    if (message.kind === 'AppendEntries') return HEADER_BYTES + message.entries.length * (ENTRY_BYTES + payloadBytes);
    if (message.kind !== 'InstallSnapshot') return HEADER_BYTES;
    return HEADER_BYTES + message.log.snapshotMachine.values.length * (ENTRY_BYTES + payloadBytes);
  },
};

/** `1:1 2:1 3:2`: index and term of the last entries; `[1-40]` is compacted. */
function logText(log: RaftLog): string {
  const last = lastIndexOf(log);
  if (last === 0) return 'empty';
  const first = Math.max(log.snapshotIndex + 1, last - ENTRIES_SHOWN + 1);
  const hidden = first > 1 ? [log.snapshotIndex > 0 ? `[1-${first - 1}]` : '…'] : [];
  const shown = log.entries.slice(first - log.snapshotIndex - 1).map(({ term }, at) => `${first + at}:${term}`);
  return [...hidden, ...shown].join(' ');
}

function messageText(message: RaftMessage): string {
  const { kind, term } = message;
  switch (kind) {
    case 'RequestVote': {
      const what = message.isPreVote ? 'RequestPreVote' : 'RequestVote';
      return `${what} term ${term}, last ${message.lastLogIndex}:${message.lastLogTerm}`;
    }
    case 'Vote':
      return `${message.granted ? 'vote' : 'no vote'}${message.isPreVote ? ' (pre-vote)' : ''} term ${term}`;
    case 'AppendEntries': {
      const { prevLogIndex, prevLogTerm, entries, leaderCommit } = message;
      const carries =
        entries.length === 0
          ? 'heartbeat'
          : entries.map((entry, at) => `${prevLogIndex + 1 + at}:${entry.term}`).join(' ');
      return `AppendEntries term ${term}, after ${prevLogIndex}:${prevLogTerm}, ${carries}, committed ${leaderCommit}`;
    }
    case 'Appended':
      return message.success
        ? `matches to ${message.index}, term ${term}`
        : `refused, try ${message.index}, term ${term}`;
    case 'InstallSnapshot':
      return `InstallSnapshot term ${term}, up to ${message.log.snapshotIndex}`;
    case 'TimeoutNow':
      return `TimeoutNow term ${term}`;
  }
}
