/**
 * The properties of Figure 3 of the paper, and what a client is promised. Monitors are incremental: each looks only at what changed.
 */
import type { NodeIndex } from '../../kernel/units.ts';
import {
  type Answered,
  type ClusterView,
  type Complaint,
  judgedOnSteps,
  type Monitor,
  type Property,
} from '../property.ts';
import { type Committed, FirstCommitted, FirstStored, sameEntry } from './first-in-log.ts';
import { type Entry, entryAt, lastIndexOf, termAt } from './raft-log.ts';
import type { RaftConfig, RaftState } from './raft-state.ts';

type View = ClusterView<RaftState>;

export function raftProperties(config: RaftConfig): readonly Property<RaftState>[] {
  const { mistakes } = config;
  const claimsStability = (config.preVote && config.checkQuorum) || mistakes.inflatesTerms;
  return [...SAFETY, ...(claimsStability ? [STABLE_LEADER] : []), ...PROGRESS];
}

// What monitors look at: most steps of a cluster change nothing of it.

function concernsLeaders(before: RaftState, after: RaftState): boolean {
  return before.role !== after.role || before.term !== after.term;
}

function concernsLogs(before: RaftState, after: RaftState): boolean {
  return before.log !== after.log;
}

function concernsCommits(before: RaftState, after: RaftState): boolean {
  return before.commitIndex !== after.commitIndex || concernsLeaders(before, after);
}

const name = (node: NodeIndex): string => `n${node + 1}`;

const ELECTION_SAFETY: Property<RaftState> = {
  kind: 'always',
  name: 'election safety',
  statement: 'At most one leader can be elected in a given term.',
  source: 'ongaro2014',
  holds: ({ states }) => {
    for (const [index, state] of states.entries()) {
      if (state.role !== 'leader') continue;
      const other = states.findIndex((each, at) => at > index && each.role === 'leader' && each.term === state.term);
      if (other !== -1) return `${name(index)} and ${name(other)} both lead term ${state.term}`;
    }
    return undefined;
  },
  monitor: () => {
    const leaders = new Map<number, NodeIndex>();
    return {
      concerns: concernsLeaders,
      changed: (node, before, after) => {
        if (after.role !== 'leader' || (before?.role === 'leader' && before.term === after.term)) return undefined;
        const known = leaders.get(after.term);
        leaders.set(after.term, node);
        return known === undefined || known === node
          ? undefined
          : `${name(known)} and ${name(node)} both lead term ${after.term}`;
      },
    };
  },
};

const LEADER_APPEND_ONLY: Property<RaftState> = {
  kind: 'always',
  name: 'leader append-only',
  statement: 'A leader never overwrites or deletes entries in its log; it only appends new entries.',
  source: 'ongaro2014',
  ...judgedOnSteps((node, before, after) => {
    if (before.log === after.log || before.role !== 'leader' || after.role !== 'leader') return undefined;
    if (before.term !== after.term) return undefined;
    const last = lastIndexOf(before.log);
    return last <= after.log.snapshotIndex || isKept(before, after, last)
      ? undefined
      : `${name(node)}, leader of term ${after.term}, replaced its entry ${last}`;
  }, concernsLogs),
};

/** Whether what stood at `index` still stands there. */
function isKept(before: RaftState, after: RaftState, index: number): boolean {
  const [was, is] = [entryAt(before.log, index), entryAt(after.log, index)];
  return was === undefined || (is !== undefined && sameEntry(was, is));
}

const LOG_MATCHING: Property<RaftState> = {
  kind: 'always',
  name: 'log matching',
  statement: 'If two logs contain an entry with the same index and term, then the logs are identical up to that index.',
  source: 'ongaro2014',
  holds: ({ states }) => {
    for (const [a, left] of states.entries()) {
      for (const [b, right] of states.entries()) {
        const complaint = a < b ? mismatch(a, left, b, right) : undefined;
        if (complaint !== undefined) return complaint;
      }
    }
    return undefined;
  },
  monitor: matchingMonitor,
};

/** From the last index at which the terms agree, everything before must agree. */
function mismatch(a: NodeIndex, left: RaftState, b: NodeIndex, right: RaftState): Complaint {
  const first = Math.max(left.log.snapshotIndex, right.log.snapshotIndex) + 1;
  let agrees = false;
  for (let index = Math.min(lastIndexOf(left.log), lastIndexOf(right.log)); index >= first; index--) {
    const [one, other] = [entryAt(left.log, index), entryAt(right.log, index)];
    if (one === undefined || other === undefined) continue;
    if (!agrees && one.term === other.term) agrees = true;
    if (agrees && !sameEntry(one, other))
      return `${name(a)} and ${name(b)} differ at ${index} below an entry that they share`;
  }
  return undefined;
}

/**
 * By induction: whenever an entry with an index and a term is stored anywhere, it and the term before it are those of the first time.
 */
function matchingMonitor(): Monitor<RaftState> {
  const known = new FirstStored();
  return {
    concerns: concernsLogs,
    changed: (node, before, after) => {
      const { log } = after;
      if (before?.log === log) return undefined;
      for (let index = lastIndexOf(log); index > log.snapshotIndex; index--) {
        const entry = entryAt(log, index) as Entry;
        if (before !== undefined && entryAt(before.log, index) === entry) return undefined;
        const previousTerm = termAt(log, index - 1);
        if (!known.agrees(index, entry, previousTerm)) {
          return `${name(node)} stores at ${index} in term ${entry.term} what differs from another log's entry there, or from what precedes it`;
        }
      }
      return undefined;
    },
  };
}

const LEADER_COMPLETENESS: Property<RaftState> = {
  kind: 'always',
  name: 'leader completeness',
  statement: 'If an entry is committed in a given term, it is in the logs of the leaders of all higher-numbered terms.',
  source: 'ongaro2014',
  holds: ({ states }) => {
    for (const state of states) {
      const complaint = incompleteLeader(state, states);
      if (complaint !== undefined) return complaint;
    }
    return undefined;
  },
  monitor: () => {
    const committed = new FirstCommitted();
    let latestLed = 0;
    return {
      concerns: concernsCommits,
      changed: (node, before, after, { states }) => {
        committed.record(node, before, after);
        if (after.role === 'leader' && after.term > latestLed) latestLed = after.term;
        // Where nobody ever led a later term, no leader of one can lack the entry.
        const mayLack = latestLed > after.term;
        const isCommitting = mayLack && (before === undefined || after.commitIndex > before.commitIndex);
        const complaint = isCommitting ? incompleteLeader(after, states) : undefined;
        if (complaint !== undefined) return complaint;
        if (after.role !== 'leader' || (before?.role === 'leader' && before.term === after.term)) return undefined;
        const index = committed.lastBefore(after.term);
        const last = committed.at(index);
        return last === undefined ? undefined : lacking(after, index, last);
      },
    };
  },
};

/** A leader of a later term without the last entry that `state` knows to be committed. Those before it follow by log matching. */
function incompleteLeader(state: RaftState, states: readonly RaftState[]): Complaint {
  const { commitIndex: index, term, self } = state;
  const entry = entryAt(state.log, index);
  if (entry === undefined) return undefined;
  for (const leader of states) {
    const isLater = leader.role === 'leader' && leader.term > term;
    const complaint = isLater ? lacking(leader, index, { entry, inTerm: term, by: self }) : undefined;
    if (complaint !== undefined) return complaint;
  }
  return undefined;
}

function lacking(leader: RaftState, index: number, { entry, inTerm, by }: Committed): Complaint {
  if (index <= leader.log.snapshotIndex) return undefined;
  const own = entryAt(leader.log, index);
  if (own !== undefined && sameEntry(own, entry)) return undefined;
  const has = own === undefined ? 'nothing' : `an entry of term ${own.term}`;
  return `${name(leader.self)} leads term ${leader.term} with ${has} at ${index}, where ${name(by)} had committed an entry of term ${entry.term} in term ${inTerm}`;
}

const STATE_MACHINE_SAFETY: Property<RaftState> = {
  kind: 'always',
  name: 'state machine safety',
  statement: 'If a server has applied an entry at a given index, no other server ever applies a different entry there.',
  source: 'ongaro2014',
  holds: ({ states }) => {
    for (const [a, left] of states.entries()) {
      for (const [b, right] of states.entries()) {
        const last = a < b ? Math.min(left.commitIndex, right.commitIndex) : 0;
        for (let index = last; index > Math.max(left.log.snapshotIndex, right.log.snapshotIndex); index--) {
          const [one, other] = [entryAt(left.log, index), entryAt(right.log, index)];
          if (one !== undefined && other !== undefined && !sameEntry(one, other))
            return conflict(a, b, index, one, other);
        }
      }
    }
    return undefined;
  },
  monitor: () => {
    const committed = new FirstCommitted();
    return {
      concerns: concernsCommits,
      changed: (node, before, after) => {
        const index = committed.record(node, before, after);
        const [first, own] = [committed.at(index), entryAt(after.log, index)];
        return first === undefined || own === undefined ? undefined : conflict(first.by, node, index, first.entry, own);
      },
    };
  },
};

const MONOTONIC_COMMIT: Property<RaftState> = {
  kind: 'always',
  name: 'commit index is monotonic',
  statement: 'The commit index of a running server never decreases.',
  source: 'ongaro2014',
  ...judgedOnSteps(
    (node, before, after) =>
      after.commitIndex < before.commitIndex
        ? `${name(node)} went from commit index ${before.commitIndex} back to ${after.commitIndex}`
        : undefined,
    concernsCommits,
  ),
};

const COMMITTED_STAYS: Property<RaftState> = {
  kind: 'always',
  name: 'committed entries stay',
  statement: 'A server never removes from its log an entry that it knows to be committed.',
  source: 'ongaro2014',
  ...judgedOnSteps((node, before, after) => {
    if (before.log === after.log) return undefined;
    const index = before.commitIndex;
    return index <= after.log.snapshotIndex || isKept(before, after, index)
      ? undefined
      : `${name(node)} removed entry ${index}, which was committed`;
  }, concernsLogs),
};

const NO_LOST_WRITE: Property<RaftState> = {
  kind: 'always',
  name: 'no acknowledged write is lost',
  statement: 'What a client was told is written is in the log of every later leader.',
  source: 'ongaro2014',
  holds: lostWrite,
  monitor: lostWriteMonitor,
};

/**
 * An answer does not say its term, but it is at most the largest of the terms now. So whoever leads in the largest must have it. What is in a
 * snapshot is told by its sessions.
 */
function lostWrite({ states, answered }: View): Complaint {
  const term = states.reduce((largest, state) => Math.max(largest, state.term), 0);
  const leader = states.find((state) => state.role === 'leader' && state.term === term);
  if (leader === undefined) return undefined;
  for (const { request, response, node } of answered) {
    const { client, number, command } = request;
    if (response.status !== 'ok' || command.kind !== 'write' || holdsRequest(leader, client, number)) continue;
    return `client ${client}'s write of ${command.value} to key ${command.key}, acknowledged by ${name(node)}, is not in the log of ${name(leader.self)}, leader of term ${term}`;
  }
  return undefined;
}

function holdsRequest({ log }: RaftState, client: number, number: number): boolean {
  if ((log.snapshotMachine.sessions[client]?.number ?? 0) >= number) return true;
  return log.entries.some(({ request }) => request?.client === client && request.number === number);
}

interface Acknowledged {
  readonly answer: Answered;
  readonly index: number;
  readonly entry: Entry;
  readonly term: number;
}

function lostWriteMonitor(): Monitor<RaftState> {
  let acknowledged: Acknowledged[] = [];
  let count = 0;
  return {
    concerns: concernsLeaders,
    answered: (answer, { states }) => {
      const { request, response, node } = answer;
      const state = states[node];
      if (response.status !== 'ok' || request.command.kind !== 'write' || state === undefined) return undefined;
      const index = indexOfRequest(state, request.client, request.number);
      const entry = entryAt(state.log, index);
      if (entry !== undefined) acknowledged.push({ answer, index, entry, term: state.term });
      count += 1;
      return undefined;
    },
    changed: (node, before, after) => {
      if (after.role !== 'leader' || (before?.role === 'leader' && before.term === after.term)) return undefined;
      const lost = acknowledged.filter(({ index, entry, term }) => {
        if (term >= after.term || index <= after.log.snapshotIndex) return false;
        const own = entryAt(after.log, index);
        return own === undefined || !sameEntry(own, entry);
      });
      // What the snapshot of a leader stands for is in it for good.
      acknowledged = acknowledged.filter(({ index }) => index > after.log.snapshotIndex);
      const [first] = lost;
      if (first === undefined) return undefined;
      const { request, node: by } = first.answer;
      return `${lost.length} of ${count} acknowledged writes lost: first client ${request.client}'s write of ${request.command.value} to key ${request.command.key}, acknowledged by ${name(by)}, is not in the log of ${name(node)}, leader of term ${after.term}`;
    },
  };
}

function indexOfRequest({ log, commitIndex }: RaftState, client: number, number: number): number {
  for (let index = Math.min(commitIndex, lastIndexOf(log)); index > log.snapshotIndex; index--) {
    const request = entryAt(log, index)?.request;
    if (request != null && request.client === client && request.number === number) return index;
  }
  return 0;
}

const STABLE_LEADER: Property<RaftState> = {
  kind: 'always',
  name: 'stable leader',
  statement: 'A leader that a majority hears is not deposed by a server that timed out again and again without them.',
  source: 'ongaro2014dissertation',
  monitor: () => ({
    concerns: concernsLeaders,
    changed: (node, before, after, { states, up }: View) => {
      if (before?.role !== 'leader' || after.role === 'leader' || after.term <= before.term + 1) return undefined;
      const loyal = states.filter(
        (state, at) => up[at] === true && at !== node && state.leader === node && state.heardLeader,
      );
      if (loyal.length + 1 <= before.membership.voters.length / 2) return undefined;
      return `${name(node)}, leader of term ${before.term}, was deposed by term ${after.term} while ${loyal.map(({ self }) => name(self)).join(', ')} heard it`;
    },
  }),
};

const SAFETY: readonly Property<RaftState>[] = [
  ELECTION_SAFETY,
  LEADER_APPEND_ONLY,
  LOG_MATCHING,
  LEADER_COMPLETENESS,
  STATE_MACHINE_SAFETY,
  MONOTONIC_COMMIT,
  COMMITTED_STAYS,
  NO_LOST_WRITE,
];

const PROGRESS: readonly Property<RaftState>[] = [
  {
    kind: 'sometimes',
    name: 'a leader is elected',
    statement: 'Some server becomes leader.',
    reached: ({ states }) => states.some(({ role }) => role === 'leader'),
  },
  {
    kind: 'sometimes',
    name: 'an entry is committed',
    statement: 'Some server commits a client entry.',
    reached: ({ states }) => states.some(({ commitIndex }) => commitIndex > 1),
  },
  {
    kind: 'eventually',
    name: 'logs agree',
    statement: 'All members that are up have the leader’s log, and know all of it to be committed.',
    holds: ({ states, up }) => {
      const leader = states.find(
        ({ role }, node) => role === 'leader' && up[node] === true && isLatest(states, up, node),
      );
      if (leader === undefined) return 'no server that is up leads';
      const behind = leader.membership.voters.find(
        (node) => up[node] === true && states[node]?.commitIndex !== lastIndexOf(leader.log),
      );
      return behind === undefined
        ? undefined
        : `${name(behind)} has committed ${states[behind]?.commitIndex} of ${lastIndexOf(leader.log)}`;
    },
  },
];

function isLatest(states: readonly RaftState[], up: readonly boolean[], node: NodeIndex): boolean {
  const { term } = states[node] as RaftState;
  return states.every((state, at) => state.role !== 'leader' || up[at] !== true || state.term <= term);
}

function conflict(a: NodeIndex, b: NodeIndex, index: number, one: Entry, other: Entry): string {
  return `${name(a)} committed an entry of term ${one.term} at ${index}, and ${name(b)} one of term ${other.term}`;
}
