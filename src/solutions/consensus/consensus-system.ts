/**
 * The quorum system of a consensus protocol: any `quorumSize` of the nodes, for reads and writes alike.
 */
import { choose, node } from '../../quorum/expression.ts';
import type { QuorumSizes } from '../../quorum/fault-model.ts';
import { createQuorumSystem, type QuorumSystem } from '../../quorum/quorum-system.ts';

export function consensusSystem({ nodeCount, quorumSize }: QuorumSizes): QuorumSystem {
  const indices = Array.from({ length: nodeCount }, (_, index) => index);
  const quorums = choose(quorumSize, indices.map(node));
  return createQuorumSystem({
    nodes: indices.map((index) => ({ id: `n${index + 1}` })),
    reads: quorums,
    writes: quorums,
  });
}
