/**
 * What follows from the state of a real cluster.
 */
import type { NodeState, Step } from '../../protocols/protocol.ts';
import type { SimulationReport, SimulationToolRequest } from '../../schemas/simulation.ts';
import type { SimulationRequest } from '../../simulation/request.ts';

export interface GivenStates {
  readonly steps: readonly Step<NodeState<unknown>, unknown, unknown>[];
  readonly findings: NonNullable<SimulationReport['given']>;
}

export function reportOnGivenStates(
  _input: SimulationToolRequest,
  _request: SimulationRequest,
): GivenStates | undefined {
  return undefined;
}
