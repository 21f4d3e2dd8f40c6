/**
 * Voting with witnesses: some voters hold no data, so a quorum of votes can act only with a copy in it
 * (J.-F. Paris, "Voting with Witnesses", ICDCS 1986). Whether that copy is current is not decided here.
 */
import { allOf, anyOf, type Expression, isSatisfied, node } from './expressions/expression.ts';

/** `votes` and one of `holders`; just `votes` where every quorum has a holder in it anyway. */
export function withDataHolder(votes: Expression, holders: readonly number[]): Expression {
  const isHolder = new Set(holders);
  const witnessesSuffice = isSatisfied(votes, (index) => !isHolder.has(index));
  return witnessesSuffice ? allOf([votes, anyOf(holders.map(node))]) : votes;
}
