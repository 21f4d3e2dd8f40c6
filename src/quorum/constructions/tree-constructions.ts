/**
 * Constructions that arrange nodes in a tree: the tree protocol (Agrawal, El Abbadi 1991) and hierarchical quorum
 * consensus (Kumar 1991).
 */

import { choose, type Expression, majority, node } from '../expressions/expression.ts';
import {
  agreedNodeCount,
  type Construction,
  type ConstructionRequest,
  infeasible,
  leavesFrom,
  requiredNodeCount,
} from './construction.ts';

/**
 * A path from the root to a leaf; a node that is down is replaced by paths from both its children. So a subtree has a
 * quorum when two of these three have: its root, its left and its right subtree.
 */
export function treeQuorums(request: ConstructionRequest): Construction {
  const nodeCount = requiredNodeCount(request.nodeCount, 'tree', '{"construction":"tree","node_count":7}');
  const levels = Math.log2(nodeCount + 1);
  if (!Number.isInteger(levels)) {
    const [below, above] = [2 ** Math.floor(levels) - 1, 2 ** Math.ceil(levels) - 1];
    infeasible('a complete binary tree has 2^h - 1 nodes', 'node_count', nodeCount, `${below} or ${above} nodes`);
  }
  const quorums = subtree(0, nodeCount);
  return {
    nodeCount,
    reads: quorums,
    writes: quorums,
    formula: `a binary tree of ${levels} levels: from log2(n+1) = ${levels} nodes (a path) to (n+1)/2 = ${(nodeCount + 1) / 2} (all leaves)`,
    reference: 'agrawal1991',
    assumptions: ['The first node is the root; the children of node i are nodes 2i and 2i + 1, counted from 1.'],
  };
}

/** In heap order, counted from 0. */
function subtree(root: number, nodeCount: number): Expression {
  const left = 2 * root + 1;
  if (left >= nodeCount) return node(root);
  return choose(2, [node(root), subtree(left, nodeCount), subtree(left + 1, nodeCount)]);
}

/** shape: children per level from the top. A group has a quorum when a majority of its subgroups have. */
export function hierarchicalQuorums({ nodeCount: asked, shape }: ConstructionRequest): Construction {
  const example = '{"construction":"hierarchical","shape":[3,3]}';
  const levels = shape ?? primeFactors(requiredNodeCount(asked, 'hierarchical', example));
  const product = levels.reduce((size, children) => size * children, 1);
  const nodeCount = agreedNodeCount(asked, product, `a hierarchy of ${levels.join(' x ')}`);
  const quorums = group(leavesFrom(0, nodeCount), levels);
  const majorities = levels.map((children) => Math.floor(children / 2) + 1);
  const size = majorities.reduce((sum, needed) => sum * needed, 1);
  return {
    nodeCount,
    reads: quorums,
    writes: quorums,
    formula: `${majorities.map((needed, level) => `${needed} of ${levels[level]}`).join(', each by ')}: ${size} of ${nodeCount} nodes`,
    reference: 'kumar1991',
    assumptions: ['Nodes fill the groups in order.'],
  };
}

function group(leaves: readonly Expression[], levels: readonly number[]): Expression {
  const [children, ...below] = levels;
  if (children === undefined) return leaves[0] ?? node(0);
  const size = leaves.length / children;
  return majority(
    Array.from({ length: children }, (_, index) => group(leaves.slice(index * size, (index + 1) * size), below)),
  );
}

/** The finest hierarchy that the number of nodes allows. */
function primeFactors(value: number): readonly number[] {
  const factors: number[] = [];
  let rest = value;
  for (let factor = 2; rest > 1; factor++) {
    for (; rest % factor === 0; rest /= factor) factors.push(factor);
  }
  return factors;
}
