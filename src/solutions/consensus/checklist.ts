/**
 * What should be known before such a system goes into production, and what this answer knows of it. `simulated` is what
 * runs showed, `computed` follows from the quorums, `argued` from the protocol and its papers, `open` is for the user to do. Nothing is ticked off unseen.
 */
import type { ScenarioId } from '../../knowledge/entries.ts';
import type { DistributedSolution } from '../../schemas/solution.ts';
import { plural } from '../format.ts';
import type { ConsensusSetting } from './setting.ts';
import type { Simulated } from './simulated.ts';

type ChecklistItem = DistributedSolution['checklist'][number];

export function checklistFor({ card, sizes }: ConsensusSetting, simulated: Simulated): ChecklistItem[] {
  const { nodeCount, failureTolerance: f, quorumSize } = sizes;
  const { clock_skew: skew, message_reordering_and_duplication: reordering } = card.behaviors;
  return [
    {
      item: 'Partition',
      ...known(
        'computed',
        `Only a side with ${plural(quorumSize, 'node')} of ${nodeCount} goes on, and there is at most one.`,
        simulated,
        ['minority_partition', 'majority_partition'],
      ),
    },
    {
      item: 'Node failures: 1, f and f + 1',
      ...known(
        'computed',
        `With f = ${f}, ${nodeCount - f} are left and a quorum needs ${quorumSize}; it is lost with ${nodeCount - quorumSize + 1} down.`,
        simulated,
        ['one_down', 'f_down', 'more_than_f_down'],
      ),
    },
    { item: 'Clock skew', ...known('argued', skew.behavior, simulated, ['clock_skew']) },
    {
      item: 'Message reordering and duplication',
      ...known('argued', reordering.behavior, simulated, ['message_reordering_and_duplication']),
    },
    {
      item: 'Idempotency',
      status: 'open',
      answer:
        'Deduplicate retried commands by client and serial number in the state machine, and test it with repeated requests.',
    },
    {
      item: 'Recovery',
      status: 'argued',
      answer: 'See recovery of each failure scenario; rehearse the loss of a quorum.',
    },
    {
      item: 'Monitoring and alerting',
      status: 'open',
      answer:
        'Alert on leader changes, commit latency, replication lag, and on fewer than one spare node above the quorum.',
    },
  ];
}

/** What is argued or computed, and behind it what the runs of these scenarios showed; all of them were run, or none counts. */
function known(
  status: ChecklistItem['status'],
  answer: string,
  simulated: Simulated,
  ids: readonly ScenarioId[],
): Pick<ChecklistItem, 'status' | 'answer'> {
  const found = ids.flatMap((id) => simulated.get(id) ?? []);
  if (found.length < ids.length) return { status, answer: `${answer} Not simulated.` };
  const runs = found.flatMap((each) => each.runs).length;
  const broken = [...new Set(found.flatMap((each) => each.broken))];
  const outcome = broken.length === 0 ? 'no property was broken' : `broken: ${broken.join(', ')}`;
  return { status: 'simulated', answer: `${answer} In ${plural(runs, 'run')} ${outcome}.` };
}
