/**
 * A Raft cluster that starts from the state of a real one: the state of each node as the protocol knows it, with the timers that run.
 *
 * What is not given is the least that the protocol allows: a leader knows nothing of what its followers have, a candidate has its own
 * vote and asks again, nobody has just heard a leader, no message is in flight. What no run of Raft leads to is refused.
 */
import { fail, renderReceived } from '../../kernel/failure.ts';
import type { NodeIndex } from '../../kernel/units.ts';
import { initial } from './raft.ts';
import { type Entry, lastIndexOf, lastTermOf, withEntries } from './raft-log.ts';
import {
  electionTimer,
  isVoter,
  peersOf,
  persist,
  type RaftConfig,
  type RaftOutput,
  type RaftState,
  type RaftStep,
  stateOf,
  timer,
} from './raft-state.ts';

export interface GivenNode {
  readonly term: number;
  readonly votedFor: NodeIndex | null;
  /** Terms of the entries, from index 1. */
  readonly log: readonly number[];
  readonly commitIndex: number;
  readonly role: 'leader' | 'follower' | 'candidate';
  readonly reachable: boolean;
}

export const GIVEN_NODES_MAX = 9;

/** One step per node: what a driver starts it with. */
export function givenRaftSteps(config: RaftConfig, given: readonly GivenNode[]): readonly RaftStep[] {
  checkGiven(config, given);
  return given.map((node, self) => {
    const state = givenState(config, given, node, self);
    return { state, outputs: [persist(state), ...outputsOf(state)] };
  });
}

function givenState(config: RaftConfig, given: readonly GivenNode[], node: GivenNode, self: NodeIndex): RaftState {
  const { state } = initial(config, self, undefined, 0);
  const { term, role, commitIndex } = node;
  const entries = node.log.map((entryTerm): Entry => ({ term: entryTerm, request: null, membership: null }));
  const leader = given.findIndex((each) => each.role === 'leader' && each.term === term);
  const each = <Item>(of: (at: NodeIndex) => Item): Item[] => given.map((_, at) => of(at));
  const follower = stateOf({
    ...state,
    role,
    term,
    votedFor: role === 'follower' ? node.votedFor : self,
    log: withEntries(state.log, entries),
    commitIndex,
    machine: { appliedIndex: commitIndex, values: [], sessions: [] },
    leader: leader === -1 ? null : leader,
  });
  if (role === 'candidate') return stateOf({ ...follower, votes: each((at) => at === self) });
  if (role === 'follower') return follower;
  return stateOf({
    ...follower,
    nextIndex: each(() => entries.length + 1),
    matchIndex: each((at) => (at === self ? entries.length : 0)),
    tenure: {
      active: each(() => false),
      round: 0,
      answeredRound: each(() => 0),
      leaseRounds: [0, 0],
      pendingReads: [],
      transferee: null,
    },
  });
}

function outputsOf(state: RaftState): readonly RaftOutput[] {
  const { config, role, term, log, membership } = state;
  if (role === 'leader') {
    const watching = config.checkQuorum ? [timer('check_quorum', config.electionTimeoutMaxMs)] : [];
    return [timer('heartbeat', config.heartbeatMs), ...watching];
  }
  if (role === 'follower') return [electionTimer(state)];
  const [lastLogIndex, lastLogTerm] = [lastIndexOf(log), lastTermOf(log)];
  const message = {
    kind: 'RequestVote',
    term,
    lastLogIndex,
    lastLogTerm,
    isPreVote: false,
    isTransfer: false,
  } as const;
  const voters = peersOf(state).filter((node) => isVoter(membership, node));
  return [electionTimer(state), ...voters.map((to): RaftOutput => ({ kind: 'send', to, message }))];
}

function checkGiven({ nodes }: RaftConfig, given: readonly GivenNode[]): void {
  if (given.length === 0) refuse('no node is given', '', given.length, 'one state for each node');
  if (given.length > GIVEN_NODES_MAX)
    refuse('too many nodes are given', '', given.length, `at most ${GIVEN_NODES_MAX} states`);
  if (given.length !== nodes)
    refuse('not every node has a state', '', `${given.length} states`, `one for each of the ${nodes} nodes`);
  for (const [node, each] of given.entries()) checkNode(each, node, nodes);
  checkLeaders(given);
  checkOwnEntries(given);
  checkLogs(given);
}

function checkNode({ term, votedFor, log, commitIndex }: GivenNode, node: NodeIndex, nodes: number): void {
  if (commitIndex > log.length)
    refuse('more is committed than the log holds', `[${node}].commit_index`, commitIndex, `at most ${log.length}`);
  const last = log.at(-1) ?? 0;
  if (last > term) refuse('the log is of a later term than its node', `[${node}].term`, term, `at least ${last}`);
  if (log.some((entry, at) => entry < (log[at - 1] ?? 1)))
    refuse('the terms in a log begin at 1 and never decrease', `[${node}].log`, log.join(','), 'e.g. 1,1,2');
  if (votedFor !== null && !(votedFor >= 0 && votedFor < nodes))
    refuse('the vote is for nobody', `[${node}].voted_for`, votedFor + 1, `n1 to n${nodes}`);
}

/** Election safety. */
function checkLeaders(given: readonly GivenNode[]): void {
  for (const [node, { role, term }] of given.entries()) {
    const other = given.findIndex((each, at) => at < node && each.role === 'leader' && each.term === term);
    if (role === 'leader' && other !== -1)
      refuse('two nodes lead one term', `[${node}].role`, 'leader', `not leader: n${other + 1} leads term ${term}`);
  }
}

/** Only the leader of a term makes its entries, and it never removes one: whoever has one, the leader has it too. */
function checkOwnEntries(given: readonly GivenNode[]): void {
  for (const [node, { role, term, log }] of given.entries()) {
    if (role !== 'leader') continue;
    const most = Math.max(...given.map((each) => each.log.lastIndexOf(term))) + 1;
    if (most > 0 && log[most - 1] !== term)
      refuse(
        'a leader lacks an entry of its own term',
        `[${node}].log`,
        log.join(','),
        `an entry of term ${term} at ${most}, which another node has`,
      );
  }
}

/** Log matching: equal index and term mean equal logs up to there. */
function checkLogs(given: readonly GivenNode[]): void {
  for (const [node, { log }] of given.entries()) {
    for (const [other, { log: before }] of given.slice(0, node).entries()) {
      const shared = log.findLastIndex((term, at) => before[at] === term);
      const differs = log.findIndex((term, at) => before[at] !== term);
      if (differs !== -1 && differs < shared)
        refuse(
          'two logs share an entry and differ before it, which Raft never lets happen',
          `[${node}].log`,
          log.join(','),
          `what n${other + 1} has up to ${shared + 1}: ${before.slice(0, shared + 1).join(',')}`,
        );
    }
  }
}

function refuse(message: string, at: string, received: string | number, expected: string): never {
  return fail('input/conflict', {
    message,
    path: `given_states${at}`,
    received: renderReceived(received),
    expected,
    nextStep:
      'Give e.g. "nodes":3,"given_states":[{"term":2,"log":[1,2],"role":"leader"},{"term":2,"log":[1]},{"term":2,"log":[1]}].',
  });
}
