/**
 * What happens next from a given state, by running the protocol itself in a scripted cluster: one node leads, all messages arrive.
 */
import type { NodeIndex } from '../../kernel/units.ts';
import type { Command } from '../protocol.ts';
import { createScriptedCluster, type ScriptedCluster } from '../scripted-cluster.ts';
import { describeRaft } from './describe-raft.ts';
import { type GivenCluster, stepsOf } from './given-state.ts';
import { raft } from './raft.ts';
import { lastIndexOf, termAt } from './raft-log.ts';
import type { RaftMessage, RaftState } from './raft-state.ts';

export interface Repair {
  readonly follower: NodeIndex;
  /** Messages from the leader until the follower's log was the leader's; undefined where that did not happen. */
  readonly messages: number | undefined;
  /** The follower's log at the end: terms. */
  readonly log: readonly number[];
}

export interface GivenRun {
  /** The leader's log at the end. */
  readonly log: readonly number[];
  readonly commitIndex: number;
  readonly repairs: readonly Repair[];
  /** Every message and change, in order. */
  readonly witness: readonly string[];
}

/** Elections that a candidate is given before it counts as one that cannot win. */
const ELECTIONS_MAX = 10;

/** Lets `leader` lead (by an election, where it does not already), then carries out `command` if there is one, until all is quiet. */
export function runFrom(given: GivenCluster, leader: NodeIndex, command?: Command): GivenRun | undefined {
  const witness: string[] = [];
  const sent = given.nodes.map(() => 0);
  const neededBy: (number | undefined)[] = given.nodes.map(() => undefined);
  const cluster: ScriptedCluster<RaftState, RaftMessage> = createScriptedCluster({
    protocol: raft,
    config: given.config,
    nodeCount: given.nodes.length,
    given: stepsOf(given),
    onEvent: (event) => {
      if (event.kind === 'sent') {
        witness.push(`n${event.from + 1} → n${event.to + 1}: ${describeRaft.message(event.message)}`);
        const { kind } = event.message;
        const isRepair = kind === 'AppendEntries' || kind === 'InstallSnapshot';
        if (event.from === leader && isRepair && neededBy[event.to] === undefined)
          sent[event.to] = (sent[event.to] ?? 0) + 1;
      }
      if (event.kind === 'state' && event.before.log !== event.after.log) {
        witness.push(`n${event.node + 1}: ${describeRaft.state(event.after)}`);
        const lead = cluster.states[leader];
        const isSame = lead !== undefined && termsOf(lead).join() === termsOf(event.after).join();
        if (isSame) neededBy[event.node] ??= sent[event.node];
      }
    },
  });
  for (const [node, { isReachable }] of given.nodes.entries()) if (!isReachable) cluster.crash(node);
  if (!takeOffice(cluster, leader)) return undefined;
  if (command !== undefined) cluster.request(leader, 0, 1, command);
  cluster.settle();
  for (let round = 0; round < 2 && cluster.timers[leader]?.has('heartbeat') === true; round++) {
    cluster.fire(leader, 'heartbeat');
    cluster.settle();
  }
  return summarize(cluster, leader, neededBy, witness);
}

function takeOffice(cluster: ScriptedCluster<RaftState, RaftMessage>, leader: NodeIndex): boolean {
  const leads = (): boolean => cluster.states[leader]?.role === 'leader';
  for (let election = 0; election < ELECTIONS_MAX && !leads(); election++) {
    if (cluster.up[leader] !== true || cluster.timers[leader]?.has('election') !== true) return false;
    cluster.fire(leader, 'election');
    while (!leads() && cluster.settle(1) > 0);
  }
  return leads();
}

function summarize(
  { states, up }: ScriptedCluster<RaftState, RaftMessage>,
  leader: NodeIndex,
  neededBy: readonly (number | undefined)[],
  witness: readonly string[],
): GivenRun | undefined {
  const lead = states[leader];
  if (lead === undefined) return undefined;
  const followers = states.filter(({ self }) => self !== leader && up[self] === true);
  return {
    log: termsOf(lead),
    commitIndex: lead.commitIndex,
    repairs: followers.map((state) => ({ follower: state.self, messages: neededBy[state.self], log: termsOf(state) })),
    witness,
  };
}

function termsOf({ log }: RaftState): number[] {
  const last = lastIndexOf(log);
  return Array.from({ length: last - log.snapshotIndex }, (_, at) => termAt(log, log.snapshotIndex + 1 + at) ?? 0);
}
