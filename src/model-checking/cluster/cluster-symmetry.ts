/**
 * Nodes that are interchangeable, where a protocol declares which of its members name nodes.
 */
import type { NodeIndex } from '../../kernel/units.ts';
import type { AnyDefinition, NodeMembers } from '../../protocols/definition.ts';
import type { ActorModel } from '../actors/actor-model.ts';
import type { ClusterAction } from './cluster-actions.ts';
import type { ClusterEnvironment, ClusterObservation } from './cluster-environment.ts';
import { permutationsOf, renameNodes } from './node-renaming.ts';
import type { NodeCell } from './node-step.ts';

type Model = ActorModel<NodeCell, unknown, ClusterEnvironment, ClusterObservation, ClusterAction>;

const PERMUTED_NODES_MAX = 5;

export function symmetryOf(definition: AnyDefinition, config: unknown, nodes: number): Pick<Model, 'symmetry'> {
  const members = definition.nodeMembers?.(config);
  if (members === undefined || nodes > PERMUTED_NODES_MAX) return {};
  const environmentMembers = { node: ['node'], nodes: ['cutOff'], byNode: [] };
  return {
    symmetry: {
      permutations: permutationsOf(nodes),
      state: (cell, names) => ({
        ...cell,
        state: renamed(cell.state, members, names),
        disk: renamed(cell.disk, members, names),
      }),
      message: (message, names) => renameNodes(message, members, names),
      environment: (environment, names) => withNodeZeroOutside(renamed(environment, environmentMembers, names), nodes),
    },
  };
}

function renamed<Value>(value: Value, members: NodeMembers, names: readonly NodeIndex[]): Value {
  return renameNodes(value, members, names) as Value;
}

/** A cut is told by the side without node 0. */
function withNodeZeroOutside(environment: ClusterEnvironment, nodes: number): ClusterEnvironment {
  const { cutOff } = environment;
  if (!cutOff.includes(0)) return environment;
  const others = Array.from({ length: nodes }, (_, node) => node).filter((node) => !cutOff.includes(node));
  return { ...environment, cutOff: others };
}
