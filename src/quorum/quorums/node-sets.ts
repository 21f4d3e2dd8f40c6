/**
 * Sets of nodes in the two forms that enumeration needs: sorted lists, in the order in which quorums are reported, and
 * bit masks, for the many subset tests of absorption.
 *
 * A mask is an array of 32-bit words. Up to 32 nodes it is one small integer in one small array, which V8 keeps unboxed;
 * a thousand nodes are 32 words.
 */
import type { NodeSet } from '../expressions/expression.ts';

/** Smallest first, then lexicographic. Among sets disjoint from `c`, a < b implies a + c < b + c. */
export function compareSets(left: NodeSet, right: NodeSet): number {
  if (left.length !== right.length) return left.length - right.length;
  for (let index = 0; index < left.length; index++) {
    const difference = (left[index] ?? 0) - (right[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** The union of two sets without a common node. */
export function joinDisjoint(left: NodeSet, right: NodeSet): NodeSet {
  if (left.length === 0) return right;
  if (right.length === 0) return left;
  const joined: number[] = [];
  let l = 0;
  let r = 0;
  while (joined.length < left.length + right.length) {
    const a = left[l] ?? Number.POSITIVE_INFINITY;
    const b = right[r] ?? Number.POSITIVE_INFINITY;
    if (a < b) l += 1;
    else r += 1;
    joined.push(Math.min(a, b));
  }
  return joined;
}

/** The nodes that both sets have. */
export function commonNodes(left: NodeSet, right: NodeSet): NodeSet {
  const inRight = new Set(right);
  return left.filter((node) => inRight.has(node));
}

export function sortedNodes(nodes: Iterable<number>): NodeSet {
  return [...nodes].sort((a, b) => a - b);
}

export type NodeMask = readonly number[];

export function maskWords(nodeCount: number): number {
  return Math.max(1, Math.ceil(nodeCount / 32));
}

export function maskOf(nodes: NodeSet, words: number): NodeMask {
  const mask = Array.from({ length: words }, () => 0);
  for (const node of nodes) mask[node >> 5] = (mask[node >> 5] ?? 0) | (1 << (node & 31));
  return mask;
}

export function unionMask(left: NodeMask, right: NodeMask): NodeMask {
  return left.map((word, index) => word | (right[index] ?? 0));
}

export function isSubset(small: NodeMask, large: NodeMask): boolean {
  for (let index = 0; index < small.length; index++) {
    if (((small[index] ?? 0) & ~(large[index] ?? 0)) !== 0) return false;
  }
  return true;
}

export function maskSize(mask: NodeMask): number {
  let size = 0;
  for (const word of mask) size += bitCount(word);
  return size;
}

export function maskNodes(mask: NodeMask): NodeSet {
  const nodes: number[] = [];
  mask.forEach((word, index) => {
    for (let rest = word; rest !== 0; rest &= rest - 1) nodes.push(index * 32 + 31 - Math.clz32(rest & -rest));
  });
  return nodes;
}

/** -1 in the empty set. */
export function firstNode(mask: NodeMask): number {
  const index = mask.findIndex((word) => word !== 0);
  const word = mask[index] ?? 0;
  return index < 0 ? -1 : index * 32 + 31 - Math.clz32(word & -word);
}

/** How many nodes both have. */
export function sharedNodes(left: NodeMask, right: NodeMask): number {
  let shared = 0;
  for (let index = 0; index < left.length; index++) shared += bitCount((left[index] ?? 0) & (right[index] ?? 0));
  return shared;
}

/** Hacker's Delight, figure 5-2. */
function bitCount(word: number): number {
  let bits = word - ((word >>> 1) & 0x55555555);
  bits = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333);
  bits = (bits + (bits >>> 4)) & 0x0f0f0f0f;
  return Math.imul(bits, 0x01010101) >>> 24;
}
