/**
 * One committed operation as a sequence diagram: leader and quorum drawn, the rest summed up in one lane.
 */
import { renderSequenceDiagram, type SequenceStep } from '../../diagrams/sequence-diagram.ts';
import type { QuorumSizes } from '../../quorum/fault-model.ts';

const LANES_MAX = 5;

export function commitDiagram(protocolId: string, { nodeCount, quorumSize }: QuorumSizes): string {
  const backups = Array.from({ length: Math.min(nodeCount, LANES_MAX) - 1 }, (_, index) => `n${index + 2}`);
  const participants = ['client', 'n1', ...backups];
  const steps = protocolId === 'pbft' ? pbftSteps(backups, quorumSize) : raftSteps(backups, quorumSize);
  return renderSequenceDiagram({ participants, steps });
}

function raftSteps(followers: readonly string[], quorumSize: number): SequenceStep[] {
  return [
    message('client', 'n1', 'command'),
    ...followers.map((follower) => message('n1', follower, 'AppendEntries')),
    ...followers.slice(0, quorumSize - 1).map((follower) => message(follower, 'n1', 'success')),
    { kind: 'note', over: ['n1'], text: `committed: ${quorumSize} nodes store it` },
    message('n1', 'client', 'result'),
  ];
}

function pbftSteps(backups: readonly string[], quorumSize: number): SequenceStep[] {
  const all = ['n1', ...backups];
  const ends = [all[0] ?? '', all[all.length - 1] ?? ''];
  return [
    message('client', 'n1', 'request'),
    ...backups.map((backup) => message('n1', backup, 'PRE-PREPARE')),
    { kind: 'note', over: ends, text: `PREPARE from all to all, until ${quorumSize} agree` },
    { kind: 'note', over: ends, text: `COMMIT from all to all, until ${quorumSize} agree` },
    ...all.map((replica) => message(replica, 'client', 'reply')),
  ];
}

function message(from: string, to: string, label: string): SequenceStep {
  return { kind: 'message', from, to, label };
}
