/**
 * The absorption law (x + y)*z = x*z + y where y implies z, applied where it turns an "and" of parts that share nodes into
 * an "or", which can be solved part by part. Duals of crumbling walls are built like this, row upon row.
 */
import { allOf, anyOf, type Expression, isSatisfied, nodesOf, type Threshold } from '../expressions/expression.ts';

const rewritten = new WeakMap<Threshold, Expression | undefined>();

/** An equivalent "or"; undefined when the law does not apply. Remembered per tree. */
export function absorb(expression: Threshold): Expression | undefined {
  if (!rewritten.has(expression)) rewritten.set(expression, rewrite(expression));
  return rewritten.get(expression);
}

function rewrite({ needed, children, votes }: Threshold): Expression | undefined {
  if (votes !== undefined || needed !== children.length) return undefined;
  for (const [index, child] of children.entries()) {
    if (child.kind === 'node' || child.votes !== undefined || child.needed !== 1) continue;
    const others = children.toSpliced(index, 1);
    const implying = child.children.filter((part) => impliesAll(part, others));
    if (implying.length === 0) continue;
    const rest = child.children.filter((part) => !implying.includes(part));
    return anyOf(rest.length === 0 ? implying : [...implying, allOf([anyOf(rest), ...others])]);
  }
  return undefined;
}

/** Decided for parts with one quorum: a node, or all of some nodes. */
function impliesAll(part: Expression, others: readonly Expression[]): boolean {
  const isOneQuorum =
    part.kind === 'node' ||
    (part.needed === part.children.length &&
      part.votes === undefined &&
      part.children.every(({ kind }) => kind === 'node'));
  if (!isOneQuorum) return false;
  const nodes = new Set(nodesOf(part));
  return others.every((other) => isSatisfied(other, (node) => nodes.has(node)));
}
