/**
 * Steps of nodes as steps of actors: cells are their states, answers are told to the environment.
 */
import { invariant } from '../../kernel/invariant.ts';
import type { NodeIndex } from '../../kernel/units.ts';
import type { AnyProtocol, Input } from '../../protocols/protocol.ts';
import type { ActorStep } from '../actors/actor-model.ts';
import type { ClusterObservation } from './cluster-environment.ts';
import { type NodeCell, type NodeStep, stepNode } from './node-step.ts';

export type CellStep = ActorStep<NodeCell, unknown, ClusterObservation>;

/** A node that is down takes no step. */
export function stepIfUp(protocol: AnyProtocol, cell: NodeCell, input: Input<unknown>): readonly NodeStep[] {
  return cell.isUp ? stepNode(protocol, cell, input) : [];
}

export function cellStep(
  node: NodeIndex,
  { cell, sends, answers, choices }: NodeStep,
  before: readonly ClusterObservation[],
): CellStep {
  const told = answers.map((answer): ClusterObservation => ({ kind: 'answered', ...answer, node }));
  const step = { state: cell, sends, observations: [...before, ...told] };
  return choices.length === 0 ? step : { ...step, choices };
}

/** What changes nothing and sends nothing did not happen: the message may as well stay on its way. */
export function received(node: NodeIndex, before: NodeCell, steps: readonly NodeStep[]): CellStep | undefined {
  if (steps.length === 0) return undefined;
  const step = onlyOutcome(steps.map((each) => cellStep(node, each, [])));
  const isIdle = step.sends.length === 0 && step.observations?.length === 0;
  return isIdle && textOfCell(step.state) === textOfCell(before) ? undefined : step;
}

export function onlyOutcome(steps: readonly CellStep[]): CellStep {
  invariant(steps.length === 1, 'nodes choose on timers and requests only');
  return steps[0] as CellStep;
}

/** A state holds its config by reference; it is the same for all. */
export function textOfCell({ isUp, incarnation, timers, state, disk }: NodeCell): string {
  const text = JSON.stringify({ ...state, config: undefined });
  return `${isUp ? 'up' : 'down'} ${incarnation} ${timers.join()} ${text} ${JSON.stringify(disk)}`;
}
