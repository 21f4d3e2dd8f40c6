/**
 * What should be known before such a system goes into production, and what this answer knows of it. `computed` follows
 * from the quorums, `argued` from the protocol and its papers, `open` is for the user to do. Nothing is ticked off unseen.
 */
import type { DistributedSolution } from '../../schemas/solution.ts';
import { plural } from '../format.ts';
import type { ConsensusSetting } from './setting.ts';

type ChecklistItem = DistributedSolution['checklist'][number];

export function checklistFor({ card, sizes }: ConsensusSetting): ChecklistItem[] {
  const { nodeCount, failureTolerance: f, quorumSize } = sizes;
  const { clock_skew: skew, message_reordering_and_duplication: reordering } = card.behaviors;
  return [
    {
      item: 'Partition',
      status: 'computed',
      answer: `Only a side with ${plural(quorumSize, 'node')} of ${nodeCount} goes on, and there is at most one. Not simulated.`,
    },
    {
      item: 'Node failures: 1, f and f + 1',
      status: 'computed',
      answer: `With f = ${f}, ${nodeCount - f} are left and a quorum needs ${quorumSize}; it is lost with ${nodeCount - quorumSize + 1} down. Not simulated.`,
    },
    { item: 'Clock skew', status: 'argued', answer: skew.behavior },
    { item: 'Message reordering and duplication', status: 'argued', answer: reordering.behavior },
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
