/**
 * What each failure does. Whether the cluster goes on is computed from the quorum; how and why is the protocol's.
 */
import type { ScenarioId } from '../../knowledge/types.ts';
import type { DistributedSolution } from '../../schemas/solution.ts';
import type { ConsensusSetting } from '../consensus.ts';

type FailureScenario = DistributedSolution['failure_scenarios'][number];

const OTHER_SCENARIOS: readonly (readonly [ScenarioId, string])[] = [
  ['clock_skew', 'Clocks differ between nodes'],
  ['message_reordering_and_duplication', 'Messages are reordered or duplicated'],
  ['slow_leader', 'The leader is slow but alive'],
  ['crash_during_recovery', 'A node crashes while it recovers'],
];

export function describeScenarios(setting: ConsensusSetting): FailureScenario[] {
  const { card } = setting;
  const others = OTHER_SCENARIOS.map(([id, scenario]) => ({ scenario, ...card.behaviors[id] }));
  return [...nodeLosses(setting), ...partition(setting), ...others];
}

/** 0, 1, f and f+1 nodes lost. */
function nodeLosses({ card, sizes }: ConsensusSetting): FailureScenario[] {
  const { nodeCount, failureTolerance, quorumSize } = sizes;
  const counts = [...new Set([0, 1, failureTolerance, failureTolerance + 1])].filter((count) => count <= nodeCount);
  return counts.map((down) => {
    const up = nodeCount - down;
    const { behavior, recovery } = card.behaviors[scenarioOf(down, failureTolerance)];
    const outcome =
      down > failureTolerance
        ? `Stops accepting writes: ${up} up, a quorum needs ${quorumSize}.`
        : `${down === failureTolerance && down > 0 ? 'Continues with quorum' : 'Continues'}: ${up} up, a quorum needs ${quorumSize}.`;
    return { scenario: `${down} of ${nodeCount} nodes down`, behavior: `${outcome} ${behavior}`, recovery };
  });
}

function scenarioOf(down: number, failureTolerance: number): ScenarioId {
  if (down === 0) return 'none_down';
  if (down > failureTolerance) return 'more_than_f_down';
  return down === 1 ? 'one_down' : 'f_down';
}

/** The cluster splits into a side of f nodes and the rest; without tolerance there is no side that could go on. */
function partition({ card, sizes }: ConsensusSetting): FailureScenario[] {
  const { nodeCount, failureTolerance, quorumSize } = sizes;
  if (failureTolerance === 0) return [];
  const rest = nodeCount - failureTolerance;
  const { minority_partition: minority, majority_partition: majority } = card.behaviors;
  return [
    {
      scenario: `Partition: the side with ${failureTolerance} of ${nodeCount} nodes`,
      behavior: `Stops accepting writes: a quorum needs ${quorumSize}. ${minority.behavior}`,
      recovery: minority.recovery,
    },
    {
      scenario: `Partition: the side with ${rest} of ${nodeCount} nodes`,
      behavior: `Continues with quorum: a quorum needs ${quorumSize}. ${majority.behavior}`,
      recovery: majority.recovery,
    },
  ];
}
