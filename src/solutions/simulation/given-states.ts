/**
 * What follows from the state of a real cluster: the states as the simulator has them, and what can be said of them.
 */
import { fail, renderReceived } from '../../kernel/failure.ts';
import { readBallot } from '../../protocols/paxos/ballot.ts';
import type { GivenAcceptor } from '../../protocols/paxos/given-state.ts';
import { describeGivenAcceptors } from '../../protocols/paxos/given-words.ts';
import { analyseGivenStates } from '../../protocols/raft/given-analysis.ts';
import type { GivenNode } from '../../protocols/raft/given-state.ts';
import type { SimulationReport, SimulationToolRequest } from '../../schemas/simulation.ts';
import { givenCluster } from '../../simulation/given-steps.ts';
import type { Prepared } from '../../simulation/prepare.ts';
import type { GivenNodeState } from '../../simulation/request.ts';

type Findings = NonNullable<SimulationReport['given']>;
type ToolState = NonNullable<SimulationToolRequest['given_states']>[number];
type ToolNode = Extract<ToolState, { readonly term: number }>;
type ToolAcceptor = Extract<ToolState, { readonly promised: string }>;

/** `names` are those of all nodes. */
export function givenStatesFrom(states: readonly ToolState[], names: readonly string[]): readonly GivenNodeState[] {
  return states.map((each, at) => ('term' in each ? givenNode(each, at, names) : givenAcceptor(each, at, names)));
}

/** Of a request that could be prepared: its states are in order. */
export function describeGivenStates({ request, config }: Prepared): Findings | undefined {
  if (request.given === undefined) return undefined;
  const cluster = givenCluster(request.protocol, config, request.given);
  if (cluster.protocol === 'paxos') {
    const { chosen, proposals } = describeGivenAcceptors(cluster.config, cluster.given);
    return { chosen: [...chosen], proposals: [...proposals] };
  }
  const { electable, entries, repair } = analyseGivenStates(cluster.config, cluster.given);
  return { electable: [...electable], entries: [...entries], repair: [...repair] };
}

function givenNode(each: ToolNode, at: number, names: readonly string[]): GivenNode {
  return {
    term: each.term,
    votedFor: each.voted_for === undefined ? null : nodeNamed(each.voted_for, names, at),
    log: each.log,
    commitIndex: each.commit_index,
    role: each.role,
    reachable: each.reachable,
  };
}

function givenAcceptor(each: ToolAcceptor, at: number, names: readonly string[]): GivenAcceptor {
  return {
    promised: ballotNamed(each.promised, names, `given_states[${at}].promised`),
    acceptedBallot: ballotNamed(each.accepted_in, names, `given_states[${at}].accepted_in`),
    accepted: each.accepted ?? null,
  };
}

function nodeNamed(given: string, names: readonly string[], at: number): number {
  const node = names.indexOf(given);
  if (node !== -1) return node;
  return fail('input/invalid', {
    message: 'the vote is for a node that does not exist',
    path: `given_states[${at}].voted_for`,
    received: renderReceived(given),
    expected: `one of ${names.join(', ')}`,
    nextStep: 'Write e.g. "voted_for":"n1".',
  });
}

function ballotNamed(given: string, names: readonly string[], path: string): number {
  return (
    readBallot(given, names.length) ??
    fail('input/invalid', {
      message: 'this is no ballot',
      path,
      received: renderReceived(given),
      expected: `none, or a round from 1 and the node that proposes in it, one of ${names.join(', ')}`,
      nextStep: `Write e.g. "${path.split('.').at(-1)}":"2.n1" for round 2 of n1.`,
    })
  );
}
