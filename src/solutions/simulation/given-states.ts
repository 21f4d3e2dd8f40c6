/**
 * What follows from the state of a real cluster: the states to start from, and what can be said of them.
 */
import { fail, renderReceived } from '../../kernel/failure.ts';
import { protocolNamed } from '../../protocols/catalogue.ts';
import type { NodeState, Step } from '../../protocols/protocol.ts';
import { analyseGivenStates } from '../../protocols/raft/given-analysis.ts';
import { type GivenNode, givenRaftSteps } from '../../protocols/raft/given-state.ts';
import { raftDefinition } from '../../protocols/raft/raft-definition.ts';
import type { RaftConfig } from '../../protocols/raft/raft-state.ts';
import { readSettings } from '../../protocols/settings.ts';
import type { SimulationReport, SimulationToolRequest } from '../../schemas/simulation.ts';
import type { SimulationRequest } from '../../simulation/request.ts';

export interface GivenStates {
  readonly steps: readonly Step<NodeState<unknown>, unknown, unknown>[];
  readonly findings: NonNullable<SimulationReport['given']>;
}

export function reportOnGivenStates(
  { given_states: given }: SimulationToolRequest,
  request: SimulationRequest,
): GivenStates | undefined {
  if (given === undefined) return undefined;
  const config = raftConfigOf(request);
  const names = raftDefinition.nodeNames(config);
  const nodes = given.map((each, at): GivenNode => {
    return {
      term: each.term,
      votedFor: each.voted_for === undefined ? null : nodeNamed(each.voted_for, names, at),
      log: each.log,
      commitIndex: each.commit_index,
      role: each.role,
      reachable: each.reachable,
    };
  });
  const steps = givenRaftSteps(config, nodes);
  const { electable, entries, repair } = analyseGivenStates(config, nodes);
  return { steps, findings: { electable: [...electable], entries: [...entries], repair: [...repair] } };
}

function raftConfigOf({ protocol, nodes, settings, variant }: SimulationRequest): RaftConfig {
  const definition = protocolNamed(protocol);
  if (definition.name !== raftDefinition.name) {
    fail('input/conflict', {
      message: 'states can be given for Raft only',
      path: 'protocol',
      received: renderReceived(protocol),
      expected: '"raft" with given_states',
      nextStep: 'Set "protocol":"raft", or leave given_states out.',
    });
  }
  const values = readSettings(definition.name, raftDefinition.settings, settings);
  return raftDefinition.configure({ nodes, settings: values, ...(variant === undefined ? {} : { variant }) });
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
