/**
 * Whether the children of a threshold share no nodes. Then they can be treated one by one, however often nodes repeat
 * inside each. Remembered per tree, because the same tree is asked about thousands of times.
 */
import { nodesOf, type Threshold } from './expression.ts';

const known = new WeakMap<Threshold, boolean>();

export function areIndependent(threshold: Threshold): boolean {
  const remembered = known.get(threshold);
  if (remembered !== undefined) return remembered;
  const seen = new Set<number>();
  let total = 0;
  for (const child of threshold.children) {
    const nodes = nodesOf(child);
    total += nodes.length;
    for (const node of nodes) seen.add(node);
  }
  known.set(threshold, seen.size === total);
  return seen.size === total;
}
