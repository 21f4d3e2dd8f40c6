/**
 * The quorum systems of the literature by name. Each is an expression for reads and one for writes over nodes 0 to n - 1,
 * with the formula its sizes follow from and its paper. Sizes that do not fit are refused with sizes that would.
 */
import type { Construction, ConstructionRequest } from './construction.ts';
import { crumblingWall, gridQuorums, maekawaGrid, wheelQuorums } from './grid-constructions.ts';
import { projectivePlane } from './projective-plane.ts';
import { flexiblePaxos, majorityQuorums, readOneWriteAll, weightedVoting } from './threshold-constructions.ts';
import { hierarchicalQuorums, treeQuorums } from './tree-constructions.ts';

const BUILDERS = {
  majority: majorityQuorums,
  read_one_write_all: readOneWriteAll,
  weighted_voting: weightedVoting,
  flexible_paxos: flexiblePaxos,
  grid: gridQuorums,
  maekawa_grid: maekawaGrid,
  tree: treeQuorums,
  hierarchical: hierarchicalQuorums,
  crumbling_wall: crumblingWall,
  wheel: wheelQuorums,
  projective_plane: projectivePlane,
} as const satisfies Record<string, (request: ConstructionRequest) => Construction>;

export type ConstructionName = keyof typeof BUILDERS;

export interface NamedConstructionRequest {
  readonly construction: ConstructionName;
  readonly nodeCount?: number | undefined;
  /** Sizes; what they mean depends on the construction. */
  readonly shape?: readonly number[] | undefined;
  /** Votes of each node, for weighted voting. */
  readonly votes?: readonly number[] | undefined;
}

export function construct({ construction, nodeCount, shape, votes }: NamedConstructionRequest): Construction {
  return BUILDERS[construction]({ nodeCount, shape, votes });
}
