/**
 * The dual of a quorum expression: its quorums are the sets that meet every quorum of the original. Or becomes and,
 * choose(k of n) becomes choose(n - k + 1 of n), and a threshold of k among V votes becomes V - k + 1 of them.
 *
 * The minimal quorums of the dual are the minimal hitting sets (transversals) of the original. Linear in the tree.
 */
import { type Expression, totalVotes } from './expression.ts';

export function dual(expression: Expression): Expression {
  if (expression.kind === 'node') return expression;
  return {
    ...expression,
    needed: totalVotes(expression) - expression.needed + 1,
    children: expression.children.map(dual),
  };
}
