/**
 * What each failure does. Whether the cluster goes on is computed from the quorum; how and why is the protocol's.
 */
import type { ScenarioId } from '../../knowledge/entries.ts';
import type { DistributedSolution } from '../../schemas/solution.ts';
import { plural } from '../format.ts';
import type { ConsensusSetting } from './setting.ts';

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

/** 0, 1, f and f+1 nodes lost, and the fewest whose loss leaves no quorum where that is more than f+1. */
function nodeLosses(setting: ConsensusSetting): FailureScenario[] {
  const { nodeCount, failureTolerance: f, quorumSize } = setting.sizes;
  const counts = [...new Set([0, 1, f, f + 1, nodeCount - quorumSize + 1])].sort((a, b) => a - b);
  return counts.filter((down) => down <= nodeCount).map((down) => nodeLoss(setting, down));
}

function nodeLoss({ card, sizes }: ConsensusSetting, down: number): FailureScenario {
  const { nodeCount, failureTolerance, quorumSize } = sizes;
  const up = nodeCount - down;
  const { behavior, recovery } = card.behaviors[scenarioOf(down, failureTolerance)];
  return {
    scenario: `${down} of ${plural(nodeCount, 'node')} down`,
    behavior: `${outcome(up, down, quorumSize)}: ${up} up, a quorum needs ${quorumSize}. ${behavior}`,
    recovery,
  };
}

function outcome(up: number, down: number, quorumSize: number): string {
  if (up < quorumSize) return 'Stops accepting writes';
  return up === quorumSize && down > 0 ? 'Continues with quorum' : 'Continues';
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
  const { minority_partition: minority, majority_partition: majority } = card.behaviors;
  return [
    {
      scenario: `Partition: the side with ${failureTolerance} of ${nodeCount} nodes`,
      behavior: `Stops accepting writes: a quorum needs ${quorumSize}. ${minority.behavior}`,
      recovery: minority.recovery,
    },
    {
      scenario: `Partition: the side with ${nodeCount - failureTolerance} of ${nodeCount} nodes`,
      behavior: `Continues with quorum: a quorum needs ${quorumSize}. ${majority.behavior}`,
      recovery: majority.recovery,
    },
  ];
}
