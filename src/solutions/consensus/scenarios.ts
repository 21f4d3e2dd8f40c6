/**
 * What each failure does. Whether the cluster goes on is computed from the quorum; how and why is the
 * protocol's, and what runs showed stands behind it.
 */
import type { ScenarioId } from '../../knowledge/entries.ts';
import type { DistributedSolution } from '../../schemas/solution.ts';
import { plural } from '../format.ts';
import type { ConsensusSetting } from './setting.ts';
import { type Simulated, shownBy } from './simulated.ts';

type FailureScenario = DistributedSolution['failure_scenarios'][number];

const OTHER_SCENARIOS: readonly (readonly [ScenarioId, string])[] = [
  ['clock_skew', 'Clocks differ between nodes'],
  ['message_reordering_and_duplication', 'Messages are reordered or duplicated'],
  ['slow_leader', 'The leader is slow but alive'],
  ['crash_during_recovery', 'A node crashes while it recovers'],
];

export function describeScenarios(setting: ConsensusSetting, simulated: Simulated): FailureScenario[] {
  const { card } = setting;
  const others = OTHER_SCENARIOS.map(([id, scenario]) => {
    const { behavior, recovery } = card.behaviors[id];
    return { scenario, behavior: `${behavior}${shownBy(simulated, id)}`, recovery };
  });
  return [...nodeLosses(setting, simulated), ...partition(setting, simulated), ...others];
}

/** 0, 1, f and f+1 nodes lost, and the fewest whose loss leaves no quorum where that is more than f+1. */
function nodeLosses(setting: ConsensusSetting, simulated: Simulated): FailureScenario[] {
  const { nodeCount, failureTolerance: f, quorumSize } = setting.sizes;
  const counts = [...new Set([0, 1, f, f + 1, nodeCount - quorumSize + 1])].sort((a, b) => a - b);
  return counts.filter((down) => down <= nodeCount).map((down) => nodeLoss(setting, down, simulated));
}

function nodeLoss({ card, sizes }: ConsensusSetting, down: number, simulated: Simulated): FailureScenario {
  const { nodeCount, failureTolerance, quorumSize } = sizes;
  const up = nodeCount - down;
  const id = scenarioOf(down, failureTolerance);
  const { behavior, recovery } = card.behaviors[id];
  // What was run is the loss of exactly f + 1; a larger one is argued from the quorum alone.
  const shown = down <= failureTolerance + 1 ? shownBy(simulated, id) : '';
  return {
    scenario: `${down} of ${plural(nodeCount, 'node')} down`,
    behavior: `${outcome(up, down, quorumSize)}: ${up} up, a quorum needs ${quorumSize}. ${behavior}${shown}`,
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
function partition({ card, sizes }: ConsensusSetting, simulated: Simulated): FailureScenario[] {
  const { nodeCount, failureTolerance, quorumSize } = sizes;
  if (failureTolerance === 0) return [];
  const { minority_partition: minority, majority_partition: majority } = card.behaviors;
  return [
    {
      scenario: `Partition: the side with ${failureTolerance} of ${nodeCount} nodes`,
      behavior: `Stops accepting writes: a quorum needs ${quorumSize}. ${minority.behavior}${shownBy(simulated, 'minority_partition')}`,
      recovery: minority.recovery,
    },
    {
      scenario: `Partition: the side with ${nodeCount - failureTolerance} of ${nodeCount} nodes`,
      behavior: `Continues with quorum: a quorum needs ${quorumSize}. ${majority.behavior}${shownBy(simulated, 'majority_partition')}`,
      recovery: majority.recovery,
    },
  ];
}
