/**
 * A Raft cluster from the state of a real one: terms, votes, logs as lists of terms. It can be started from there, and three
 * questions be answered without running it: who can be elected, which entries are decided, and which can be lost.
 *
 * Elections ask for a majority whose logs are not newer (section 5.4.1). More voters only help a candidate, so the set of all who would
 * vote for it decides: the answers are exact, in O(n²) for n nodes, and O(n²·L) for entries. An entry cannot be lost when nobody without it
 * can be elected, even if everybody came back, and nobody without it leads now with a majority in its term: leaders with the entry only make
 * other logs more like theirs, so that this stays true. What has been committed by a rule other than Raft's is not known here.
 */
import type { NodeIndex } from '../../kernel/units.ts';
import { emptyLog } from './raft.ts';
import { type Entry, membershipOf, withEntries } from './raft-log.ts';
import {
  electionTimer,
  isQuorum,
  isWitness,
  type Membership,
  persist,
  type RaftConfig,
  type RaftState,
  type RaftStep,
  timer,
} from './raft-state.ts';

export interface GivenNode {
  readonly term: number;
  readonly votedFor: NodeIndex | null;
  /** Terms of the entries at index 1, 2, … */
  readonly log: readonly number[];
  readonly commitIndex: number;
  readonly role: 'follower' | 'candidate' | 'leader';
  /** Whether it runs and can be reached. */
  readonly isReachable: boolean;
}

export interface GivenCluster {
  readonly config: RaftConfig;
  readonly nodes: readonly GivenNode[];
  readonly membership: Membership;
}

/** States to start every node from: give them to a driver, and crash those who are not reachable. */
export function stepsOf({ config, nodes, membership }: GivenCluster): RaftStep[] {
  const entries = new Map<string, Entry>();
  const entryOf = (index: number, term: number): Entry => {
    const known = entries.get(`${index}/${term}`) ?? { term, request: null, membership: null };
    entries.set(`${index}/${term}`, known);
    return known;
  };
  const empty = { ...emptyLog(config), snapshotMembership: membership };
  return nodes.map((node, self) => {
    const log = withEntries(
      empty,
      node.log.map((term, at) => entryOf(at + 1, term)),
    );
    return stepOf(config, node, self, log, nodes.length);
  });
}

function stepOf(config: RaftConfig, node: GivenNode, self: NodeIndex, log: RaftState['log'], count: number): RaftStep {
  const isLeader = node.role === 'leader';
  const each = <Item>(item: Item): Item[] => Array.from({ length: isLeader ? count : 0 }, () => item);
  const state: RaftState = {
    config,
    self,
    role: node.role,
    term: node.term,
    votedFor: node.votedFor,
    log,
    isWiped: false,
    membership: membershipOf(log),
    commitIndex: node.commitIndex,
    machine: { appliedIndex: node.commitIndex, values: [], sessions: [] },
    leader: isLeader ? self : null,
    heardLeader: false,
    votes: [],
    nextIndex: each(node.log.length + 1),
    matchIndex: each(0).map((_, other) => (other === self ? node.log.length : 0)),
    active: each(false),
    round: 0,
    answeredRound: each(0),
    leaseRounds: isLeader ? [0, 0] : [],
    pendingReads: [],
    transferee: null,
  };
  const timers = isLeader
    ? [
        timer('heartbeat', config.heartbeatMs),
        ...(config.checkQuorum ? [timer('check_quorum', config.electionTimeoutMaxMs)] : []),
      ]
    : [electionTimer(state)];
  return { state, outputs: [persist(state), ...timers] };
}

export interface Electable {
  readonly candidate: NodeIndex;
  /** Everybody who would vote for it, itself included. */
  readonly votes: readonly NodeIndex[];
  /** The term in which it wins at the earliest: above the terms and votes of a majority of these. */
  readonly term: number;
}

/** Who can be elected when those that `may` vote can be reached: by default the reachable ones. */
export function findElectable(
  { config, nodes, membership }: GivenCluster,
  may: readonly boolean[] = nodes.map(({ isReachable }) => isReachable),
): Electable[] {
  return nodes.flatMap((node, candidate) => {
    const isMember = membership.voters.includes(candidate) || (membership.outgoing?.includes(candidate) ?? false);
    if (!isMember || may[candidate] !== true || isWitness(config, candidate)) return [];
    const marked = nodes.map((voter, at) => may[at] === true && !isNewer(voter.log, node.log));
    if (!isQuorum(membership, marked)) return [];
    const votes = [...new Set([...membership.voters, ...(membership.outgoing ?? [])])].filter((at) => marked[at]);
    return [
      { candidate, votes: votes.sort((a, b) => a - b), term: earliestTerm(candidate, nodes, membership, marked) },
    ];
  });
}

function isNewer(log: readonly number[], than: readonly number[]): boolean {
  const [term, other] = [log.at(-1) ?? 0, than.at(-1) ?? 0];
  return term > other || (term === other && log.length > than.length);
}

/** The least term above the candidate's own in which a majority of the willing has its vote to give. */
function earliestTerm(
  candidate: NodeIndex,
  nodes: readonly GivenNode[],
  membership: Membership,
  marked: readonly boolean[],
): number {
  let term = (nodes[candidate]?.term ?? 0) + 1;
  const isFree = (node: GivenNode, at: NodeIndex): boolean =>
    at === candidate ||
    node.term < term ||
    (node.term === term && (node.votedFor === null || node.votedFor === candidate));
  while (
    !isQuorum(
      membership,
      nodes.map((node, at) => marked[at] === true && isFree(node, at)),
    )
  )
    term += 1;
  return term;
}

export interface EntryFate {
  readonly index: number;
  readonly term: number;
  readonly holders: readonly NodeIndex[];
  /** `committed`: cannot be lost. `open`: can be committed and can be lost. `doomed`: nobody who has it can lead again. */
  readonly fate: 'committed' | 'open' | 'doomed';
  /** Some node knows it as committed. */
  readonly isKnownCommitted: boolean;
  /** Who would keep it, by leading; and who would remove it. Each is a witness of that answer. */
  readonly keptBy: Electable | undefined;
  readonly lostBy: Electable | undefined;
}

/** The fate of every entry in any log, if any of the nodes may come back. */
export function findFates(cluster: GivenCluster): EntryFate[] {
  const { nodes } = cluster;
  const leaders = [
    ...leadersInOffice(cluster),
    ...findElectable(
      cluster,
      nodes.map(() => true),
    ),
  ];
  const fates = new Map<string, EntryFate>();
  for (const node of nodes)
    for (const [at, term] of node.log.entries()) {
      const index = at + 1;
      if (!fates.has(`${index}/${term}`)) fates.set(`${index}/${term}`, fateOf(index, term, nodes, leaders));
    }
  return [...fates.values()].sort((a, b) => a.index - b.index || a.term - b.term);
}

function fateOf(index: number, term: number, nodes: readonly GivenNode[], leaders: readonly Electable[]): EntryFate {
  const has = (node: NodeIndex): boolean => nodes[node]?.log[index - 1] === term;
  const keptBy = leaders.find(({ candidate }) => has(candidate));
  const lostBy = leaders.find(({ candidate }) => !has(candidate));
  return {
    index,
    term,
    holders: nodes.flatMap((_, node) => (has(node) ? [node] : [])),
    fate: lostBy === undefined && keptBy !== undefined ? 'committed' : keptBy === undefined ? 'doomed' : 'open',
    isKnownCommitted: nodes.some(({ commitIndex }, node) => commitIndex >= index && has(node)),
    keptBy,
    lostBy,
  };
}

/** Leaders whom a majority may still follow: they need no election to replace what they do not have. */
function leadersInOffice({ nodes, membership }: GivenCluster): Electable[] {
  return nodes.flatMap(({ role, term }, candidate) => {
    if (role !== 'leader') return [];
    const marked = nodes.map((node) => node.term <= term);
    return isQuorum(membership, marked)
      ? [{ candidate, votes: nodes.flatMap((_, at) => (marked[at] === true ? [at] : [])), term }]
      : [];
  });
}
