/**
 * What the nodes of a cluster start with when their states are given: only some protocols can be started so.
 */
import { fail, renderReceived } from '../kernel/failure.ts';
import type { GivenAcceptor } from '../protocols/paxos/given-state.ts';
import { givenPaxosSteps } from '../protocols/paxos/given-steps.ts';
import type { PaxosConfig } from '../protocols/paxos/paxos-state.ts';
import type { NodeState, Step } from '../protocols/protocol.ts';
import { type GivenNode, givenRaftSteps } from '../protocols/raft/given-state.ts';
import type { RaftConfig } from '../protocols/raft/raft-state.ts';
import type { GivenNodeState } from './request.ts';

/** The states with the config that they are of. */
export type GivenCluster =
  | { readonly protocol: 'raft'; readonly config: RaftConfig; readonly given: readonly GivenNode[] }
  | { readonly protocol: 'paxos'; readonly config: PaxosConfig; readonly given: readonly GivenAcceptor[] };

/** One step per node: what a run starts it with. `config` is what the protocol's definition made of the request. */
export function givenSteps(
  protocol: string,
  config: unknown,
  given: readonly GivenNodeState[],
): readonly Step<NodeState<unknown>, unknown, unknown>[] {
  const cluster = givenCluster(protocol, config, given);
  return cluster.protocol === 'raft'
    ? givenRaftSteps(cluster.config, cluster.given)
    : givenPaxosSteps(cluster.config, cluster.given);
}

/** Fails where the protocol cannot be started so, or a state is of another. */
export function givenCluster(protocol: string, config: unknown, given: readonly GivenNodeState[]): GivenCluster {
  // The catalogue gives the config of a protocol without its type; the name says which it is.
  switch (protocol) {
    case 'raft':
      return { protocol, config: config as RaftConfig, given: given.map((each, at) => ofRaft(each, at)) };
    case 'paxos':
      return { protocol, config: config as PaxosConfig, given: given.map((each, at) => ofPaxos(each, at)) };
    default:
      return fail('input/conflict', {
        message: 'states cannot be given for this protocol',
        path: 'protocol',
        received: renderReceived(protocol),
        expected: '"raft" or "paxos" with given_states',
        nextStep: 'Set "protocol":"raft" or "protocol":"paxos", or leave given_states out.',
      });
  }
}

function ofRaft(given: GivenNodeState, at: number): GivenNode {
  return 'term' in given ? given : failForeign(at, 'an acceptor of Paxos', 'term, log, …', '{"term":1,"log":[1]}');
}

function ofPaxos(given: GivenNodeState, at: number): GivenAcceptor {
  return 'promised' in given
    ? given
    : failForeign(
        at,
        'a node of Raft',
        'promised, accepted_in, accepted',
        '{"promised":"2.n1","accepted_in":"1.n2","accepted":7}',
      );
}

function failForeign(at: number, received: string, expected: string, example: string): never {
  return fail('input/conflict', {
    message: 'the state is one of another protocol',
    path: `given_states[${at}]`,
    received,
    expected: `an object of ${expected}`,
    nextStep: `Write e.g. ${example} for each node.`,
  });
}
