/**
 * One committed operation as a sequence diagram. The first nodes have a lane each; all others share one.
 */
import { renderSequenceDiagram, type SequenceStep } from '../../diagrams/sequence-diagram.ts';
import type { QuorumSizes } from '../../quorum/fault-model.ts';

const OWN_LANES_MAX = 5;

export function commitDiagram(protocolId: string, sizes: QuorumSizes): string {
  const backups = lanesOf(sizes.nodeCount);
  const steps = protocolId === 'pbft' ? pbftSteps(backups, sizes.quorumSize) : raftSteps(backups, sizes.quorumSize);
  return renderSequenceDiagram({ participants: ['client', 'n1', ...backups.map(({ name }) => name)], steps });
}

/** A lane of the diagram and how many nodes it stands for. */
interface Lane {
  readonly name: string;
  readonly nodes: number;
}

/** Everybody but n1. */
function lanesOf(nodeCount: number): Lane[] {
  const own = nodeCount <= OWN_LANES_MAX ? nodeCount : OWN_LANES_MAX - 1;
  const lanes = Array.from({ length: own - 1 }, (_, index) => ({ name: `n${index + 2}`, nodes: 1 }));
  const others = nodeCount - own;
  return others === 0 ? lanes : [...lanes, { name: `n${own + 1} to n${nodeCount}`, nodes: others }];
}

function raftSteps(followers: readonly Lane[], quorumSize: number): SequenceStep[] {
  return [
    message('client', 'n1', 'command'),
    ...followers.map(({ name, nodes }) => message('n1', name, times('AppendEntries', nodes))),
    ...acknowledgements(followers, quorumSize - 1),
    { kind: 'note', over: ['n1'], text: `committed: ${quorumSize} nodes store it` },
    message('n1', 'client', 'result'),
  ];
}

/** The first `needed` nodes answer; the leader does not wait for the others. */
function acknowledgements(followers: readonly Lane[], needed: number): SequenceStep[] {
  let missing = needed;
  return followers.flatMap(({ name, nodes }) => {
    const answering = Math.min(nodes, missing);
    missing -= answering;
    return answering === 0 ? [] : [message(name, 'n1', times('success', answering))];
  });
}

function pbftSteps(backups: readonly Lane[], quorumSize: number): SequenceStep[] {
  const ends = ['n1', backups.at(-1)?.name ?? 'n1'];
  return [
    message('client', 'n1', 'request'),
    ...backups.map(({ name, nodes }) => message('n1', name, times('PRE-PREPARE', nodes))),
    { kind: 'note', over: ends, text: `PREPARE from all to all, until ${quorumSize} agree` },
    { kind: 'note', over: ends, text: `COMMIT from all to all, until ${quorumSize} agree` },
    message('n1', 'client', 'reply'),
    ...backups.map(({ name, nodes }) => message(name, 'client', times('reply', nodes))),
  ];
}

function times(label: string, count: number): string {
  return count === 1 ? label : `${count} × ${label}`;
}

function message(from: string, to: string, label: string): SequenceStep {
  return { kind: 'message', from, to, label };
}
