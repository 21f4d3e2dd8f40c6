/**
 * Constructions in which only the number of nodes, or of votes, matters: majority (Thomas 1979), read one write all,
 * weighted voting (Gifford 1979) and Flexible Paxos (Howard, Malkhi, Spiegelman 2016).
 */

import { allOf, anyOf, choose, type Expression, majority, node, weighted } from '../expressions/expression.ts';
import {
  agreedNodeCount,
  type Construction,
  type ConstructionRequest,
  infeasible,
  leavesFrom,
  requiredNodeCount,
  shapeOf,
} from './construction.ts';

export function majorityQuorums(request: ConstructionRequest): Construction {
  const nodeCount = requiredNodeCount(request.nodeCount, 'majority', '{"construction":"majority","node_count":5}');
  const quorums = majority(leavesFrom(0, nodeCount));
  return {
    nodeCount,
    reads: quorums,
    writes: quorums,
    formula: `floor(n/2)+1 = ${Math.floor(nodeCount / 2) + 1} of ${nodeCount}`,
    reference: 'thomas1979',
    assumptions: [],
  };
}

export function readOneWriteAll(request: ConstructionRequest): Construction {
  const example = '{"construction":"read_one_write_all","node_count":3}';
  const nodeCount = requiredNodeCount(request.nodeCount, 'read_one_write_all', example);
  const nodes = leavesFrom(0, nodeCount);
  return {
    nodeCount,
    reads: anyOf(nodes),
    writes: allOf(nodes),
    formula: `reads 1, writes all ${nodeCount}`,
    reference: 'gifford1979',
    assumptions: ['Writes stop at the first failure.'],
  };
}

/** shape [r, w] in votes, by default both a majority of them. */
export function weightedVoting(request: ConstructionRequest): Construction {
  const votes = votesOfNodes(request);
  const total = votes.reduce((sum, vote) => sum + vote, 0);
  if (total === 0) infeasible('no node has a vote', 'nodes', votes, 'nodes with at least one vote');
  const half = Math.floor(total / 2) + 1;
  const [readVotes = half, writeVotes = half] = shapeOf(request.shape, 2, '[read votes, write votes]') ?? [];
  checkVotes(readVotes, writeVotes, total);
  return {
    nodeCount: votes.length,
    reads: votesNeeded(readVotes, votes),
    writes: votesNeeded(writeVotes, votes),
    formula: `V = ${total} votes, r = ${readVotes}, w = ${writeVotes}: r + w > V and 2w > V`,
    reference: 'gifford1979',
    assumptions: votes.includes(0) ? ['Nodes without votes belong to no quorum.'] : [],
  };
}

function votesOfNodes({ votes, nodeCount }: ConstructionRequest): readonly number[] {
  if (votes !== undefined) {
    agreedNodeCount(nodeCount, votes.length, 'the list of votes');
    return votes;
  }
  const example =
    '{"construction":"weighted_voting","nodes":[{"id":"a","votes":2},{"id":"b"},{"id":"c"}],"shape":[2,3]}';
  return Array.from({ length: requiredNodeCount(nodeCount, 'weighted_voting', example) }, () => 1);
}

function checkVotes(reads: number, writes: number, total: number): void {
  const shape = [reads, writes];
  if (reads < 1 || writes < 1 || reads > total || writes > total) {
    infeasible(`thresholds must lie between 1 and all ${total} votes`, 'shape', shape, `numbers from 1 to ${total}`);
  }
  if (reads + writes <= total) {
    const repaired = `[${total - writes + 1},${writes}]`;
    infeasible(
      `r + w > V is broken: ${reads} + ${writes} <= ${total}, so a read can miss a write`,
      'shape',
      shape,
      repaired,
    );
  }
  if (2 * writes <= total) {
    const least = Math.floor(total / 2) + 1;
    const repaired = `[${Math.max(1, total - least + 1)},${least}]`;
    infeasible(
      `2w > V is broken: 2 x ${writes} <= ${total}, so two writes can miss each other`,
      'shape',
      shape,
      repaired,
    );
  }
}

function votesNeeded(needed: number, votes: readonly number[]): Expression {
  const voters = votes.flatMap((vote, index) => (vote > 0 ? [{ index, vote }] : []));
  return weighted(
    needed,
    voters.map(({ index }) => node(index)),
    voters.map(({ vote }) => vote),
  );
}

/** shape [phase-1 size, phase-2 size]; by default a majority, and the fewest that meet it. */
export function flexiblePaxos(request: ConstructionRequest): Construction {
  const example = '{"construction":"flexible_paxos","node_count":10,"shape":[8,3]}';
  const nodeCount = requiredNodeCount(request.nodeCount, 'flexible_paxos', example);
  const half = Math.floor(nodeCount / 2) + 1;
  const shape = shapeOf(request.shape, 2, '[phase-1 size, phase-2 size]') ?? [half, nodeCount - half + 1];
  const [phase1 = 0, phase2 = 0] = shape;
  if (phase1 < 1 || phase2 < 1 || phase1 > nodeCount || phase2 > nodeCount) {
    infeasible(`quorums must have between 1 and ${nodeCount} nodes`, 'shape', shape, `sizes from 1 to ${nodeCount}`);
  }
  if (phase1 + phase2 <= nodeCount) {
    const repaired = `[${nodeCount - phase2 + 1},${phase2}]`;
    const broken = `|Q1| + |Q2| > N is broken: ${phase1} + ${phase2} <= ${nodeCount}`;
    infeasible(`${broken}, so a new leader can miss a decision`, 'shape', shape, repaired);
  }
  const nodes = leavesFrom(0, nodeCount);
  return {
    nodeCount,
    reads: choose(phase1, nodes),
    writes: choose(phase2, nodes),
    formula: `|Q1| + |Q2| > N: ${phase1} + ${phase2} > ${nodeCount}`,
    reference: 'howard2016',
    assumptions: [
      'Reads stand for phase 1 (leader election), writes for phase 2 (replication). Phase-2 quorums need not meet each other.',
    ],
  };
}
