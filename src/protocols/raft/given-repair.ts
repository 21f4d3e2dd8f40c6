/**
 * What log repair does from given states (section 5.3): the protocol itself, message by message, between the nodes that can be reached,
 * until their logs are the leader's. Nothing is lost or delayed, and no new request comes.
 */
import type { NodeIndex } from '../../kernel/units.ts';
import { createScriptedCluster, type ScriptedCluster, type ScriptedEvent } from '../scripted-cluster.ts';
import { describeRaft } from './describe-raft.ts';
import { type GivenNode, givenRaftSteps } from './given-state.ts';
import { raft } from './raft.ts';
import { lastIndexOf, lastTermOf } from './raft-log.ts';
import type { RaftConfig, RaftMessage, RaftState } from './raft-state.ts';

const ROUNDS_MAX = 50;
const LINES_MAX = 60;

type Cluster = ScriptedCluster<RaftState, RaftMessage>;

/** `first` runs for election when nobody leads; undefined when nobody can win. */
export function describeRepair(
  config: RaftConfig,
  given: readonly GivenNode[],
  first: NodeIndex | undefined,
): readonly string[] {
  const lines: string[] = [];
  const reachable = given.flatMap((each, node) => (each.reachable ? [node] : []));
  const cluster = createScriptedCluster({
    protocol: raft,
    config,
    nodeCount: given.length,
    given: givenRaftSteps(config, given),
    onEvent: (event) => lines.push(...linesOf(event, given)),
  });
  for (const node of given.keys()) if (!reachable.includes(node)) cluster.crash(node);
  cluster.settle();
  for (let round = 0; round < ROUNDS_MAX && !isRepaired(cluster, reachable); round++) {
    const leader = leaderOf(cluster, reachable);
    if (leader !== undefined) cluster.fire(leader, 'heartbeat');
    else if (first === undefined) break;
    else fireElection(cluster, first);
    cluster.settle();
  }
  const hidden = lines.length - LINES_MAX;
  const shown = hidden > 0 ? [...lines.slice(0, LINES_MAX), `… ${hidden} more steps`] : lines;
  return [...shown, outcomeOf(cluster, reachable)];
}

function fireElection(cluster: Cluster, node: NodeIndex): void {
  for (const timer of ['heard_leader', 'election'])
    if (cluster.timers[node]?.has(timer) === true) cluster.fire(node, timer);
}

/** Of the latest term; a stale one learns of it by its next message. */
function leaderOf({ states }: Cluster, reachable: readonly NodeIndex[]): NodeIndex | undefined {
  const leaders = reachable.filter((node) => states[node]?.role === 'leader');
  return leaders.sort((a, b) => (states[b]?.term ?? 0) - (states[a]?.term ?? 0))[0];
}

function isRepaired(cluster: Cluster, reachable: readonly NodeIndex[]): boolean {
  const leader = leaderOf(cluster, reachable);
  if (leader === undefined) return false;
  const { matchIndex = [], log, term } = cluster.states[leader] ?? {};
  if (log === undefined) return false;
  return reachable.every((node) => matchIndex[node] === lastIndexOf(log) && cluster.states[node]?.term === term);
}

function linesOf(event: ScriptedEvent<RaftState, RaftMessage>, given: readonly GivenNode[]): readonly string[] {
  switch (event.kind) {
    case 'sent':
      return given[event.to]?.reachable === true && given[event.from]?.reachable === true
        ? [`${name(event.from)} → ${name(event.to)}: ${describeRaft.message(event.message)}`]
        : [];
    case 'state': {
      const { before, after, node } = event;
      if (before.log !== after.log)
        return [`${name(node)} now has a log that ends with ${lastIndexOf(after.log)}:${lastTermOf(after.log)}`];
      return before.role === after.role ? [] : [`${name(node)} is ${after.role} in term ${after.term}`];
    }
    default:
      return [];
  }
}

function outcomeOf(cluster: Cluster, reachable: readonly NodeIndex[]): string {
  const leader = leaderOf(cluster, reachable);
  if (leader === undefined) return 'Nobody leads and nobody who can be reached can be elected: no log is repaired.';
  const { term, log, commitIndex } = cluster.states[leader] as RaftState;
  const who = `${name(leader)}, leader of term ${term}`;
  if (!isRepaired(cluster, reachable)) return `${who}, has not repaired all logs.`;
  const committed = `it knows ${commitIndex} of ${lastIndexOf(log)} to be committed`;
  const isWaiting = commitIndex < lastIndexOf(log);
  return `All logs that can be reached match that of ${who}; ${committed}${isWaiting ? ', the rest once an entry of its own term is on a majority' : ''}.`;
}

function name(node: NodeIndex): string {
  return `n${node + 1}`;
}
