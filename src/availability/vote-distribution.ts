/**
 * The distribution of the votes that are up: the Poisson binomial distribution with weights, one voter at a time. Votes
 * from the threshold on are counted together, for nothing more is asked of them.
 *
 * Y. Hong, "On computing the distribution function for the Poisson binomial distribution", Computational Statistics and
 * Data Analysis 59, 2013, section 2. A voter costs O(threshold). Every term is positive: no digits cancel.
 */
import type { Chance } from './components.ts';

/** Entry v is the probability of exactly v votes; the last entry, once it is the threshold, of that many or more. */
export type VoteDistribution = Float64Array;

/** The distribution without any voter. */
export function noVotes(): VoteDistribution {
  return Float64Array.of(1);
}

export function addVoter(
  before: VoteDistribution,
  { up, down }: Chance,
  votes: number,
  needed: number,
): VoteDistribution {
  const after = new Float64Array(Math.min(before.length - 1 + votes, needed) + 1);
  // Plain loops: this is the hot path of systems with many votes.
  for (let had = 0; had < before.length; had++) {
    const mass = before[had] ?? 0;
    const has = Math.min(had + votes, needed);
    after[had] = (after[had] ?? 0) + mass * down;
    after[has] = (after[has] ?? 0) + mass * up;
  }
  return after;
}

/** `then` when the condition is up, `otherwise` (never the longer one) when it is down. */
export function mix({ up, down }: Chance, then: VoteDistribution, otherwise: VoteDistribution): VoteDistribution {
  const mixed = new Float64Array(then.length);
  for (let votes = 0; votes < then.length; votes++) mixed[votes] = (then[votes] ?? 0) * up;
  for (let votes = 0; votes < otherwise.length; votes++) {
    mixed[votes] = (mixed[votes] ?? 0) + (otherwise[votes] ?? 0) * down;
  }
  return mixed;
}

/** Probability of at least `needed` votes, and of fewer. */
export function atLeast(votes: VoteDistribution, needed: number): Chance {
  const sum = (part: VoteDistribution): number =>
    Math.min(
      1,
      part.reduce((total, mass) => total + mass, 0),
    );
  return { up: sum(votes.subarray(needed)), down: sum(votes.subarray(0, needed)) };
}
