/**
 * A protocol's properties as properties of its cluster, and that what clients saw is linearizable.
 */
import type { NodeIndex } from '../../kernel/units.ts';
import type { AlwaysProperty, ClusterView, Property } from '../../protocols/property.ts';
import type { NodeState } from '../../protocols/protocol.ts';
import type { ActorProperty, ActorView } from '../actors/actor-model.ts';
import { linearizabilityComplaint } from '../actors/operation-history.ts';
import { answeredOf, type ClusterEnvironment } from './cluster-environment.ts';
import type { ClusterRequest } from './cluster-request.ts';
import type { NodeCell } from './node-step.ts';

export function actorProperty(
  property: Property<NodeState<unknown>>,
  request: ClusterRequest,
): ActorProperty<NodeCell, unknown, ClusterEnvironment>[] {
  const { name, statement } = property;
  const text = { name, statement, ...(property.source === undefined ? {} : { source: property.source }) };
  const view = (seen: ActorView<NodeCell, unknown, ClusterEnvironment>): ClusterView<NodeState<unknown>> =>
    clusterView(seen, request);
  switch (property.kind) {
    case 'always': {
      if (property.holds !== undefined)
        return [{ ...text, kind: 'always', holds: (seen) => property.holds?.(view(seen)) }];
      return property.step === undefined ? [] : [{ ...text, kind: 'always_step', holds: onRunning(property) }];
    }
    case 'sometimes':
      return [{ ...text, kind: 'sometimes', reached: (seen) => property.reached(view(seen)) }];
    case 'eventually':
      return [{ ...text, kind: 'eventually', holds: (seen) => property.holds(view(seen)) === undefined }];
  }
}

/** A crash and a start are no changes of a running node. */
function onRunning(property: AlwaysProperty<NodeState<unknown>>) {
  return (node: NodeIndex, before: NodeCell, after: NodeCell): string | undefined =>
    before.isUp && after.isUp ? property.step?.(node, before.state, after.state) : undefined;
}

export const LINEARIZABLE: ActorProperty<NodeCell, unknown, ClusterEnvironment> = {
  kind: 'always',
  name: 'linearizability',
  statement: 'Some order of the operations, each between its invocation and its return, explains what clients saw.',
  source: 'herlihy1990',
  looksAt: 'environment',
  holds: ({ environment: { history } }) =>
    history === null ? undefined : linearizabilityComplaint(history, (client) => `client ${client}`),
};

function clusterView(
  { states, environment }: ActorView<NodeCell, unknown, ClusterEnvironment>,
  { operations }: ClusterRequest,
): ClusterView<NodeState<unknown>> {
  return {
    states: states.map(({ state }) => state),
    up: states.map(({ isUp }) => isUp),
    answered: answeredOf(environment, operations),
  };
}
