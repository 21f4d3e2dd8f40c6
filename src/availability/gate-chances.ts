/**
 * The probability that an expression is satisfied, in one pass from the leaves to the root. Ballots are exact: votes are
 * counted zone by zone. Junctions are exact where children are independent. Where they share something that may
 * fail, the probability is enclosed:
 *
 * - Association: all gates are increasing functions of independent components, so that P(A and B) >= P(A) P(B)
 *   (J. Esary, F. Proschan, D. Walkup, "Association of random variables, with applications", Annals of Mathematical
 *   Statistics 38(5), 1967, theorem 5.1). Enough children for the threshold are up together at least that often; and so
 *   are enough children down for its failure.
 * - Markov: P(votes >= k) <= E(votes) / k, for the votes that are up and for those that are down.
 */
import { type Chance, chanceOf, isSettled } from './components.ts';
import type { Ballot, Electorate, Gate, Junction, Leaf } from './gates.ts';
import { addVoter, atLeast, mix, noVotes, type VoteDistribution } from './vote-distribution.ts';

/** Bounds on both sides; the same object twice when the value is exact. */
export interface Enclosure {
  /** Least up, most down. */
  readonly worst: Chance;
  /** Most up, least down. */
  readonly best: Chance;
}

export function enclose(gate: Gate, chances: readonly Chance[]): Enclosure {
  if (gate.kind === 'leaf') return exactly(chanceOfLeaf(gate, chances));
  if (gate.kind === 'ballot') return exactly(chanceOfBallot(gate, chances));
  const children = gate.children.map((child) => ({ votes: child.votes, ...enclose(child.gate, chances) }));
  const independent = gate.shared.every((component) => isSettled(chanceOf(chances, component)));
  return independent ? countVotes(gate, children) : boundVotes(gate, children);
}

export function isExact({ worst, best }: Enclosure): boolean {
  return worst === best;
}

type Voting = Enclosure & { readonly votes: number };

function exactly(chance: Chance): Enclosure {
  return { worst: chance, best: chance };
}

function chanceOfLeaf({ chain }: Leaf, chances: readonly Chance[]): Chance {
  let up = 1;
  let down = 0;
  for (const component of chain) {
    const chance = chanceOf(chances, component);
    down += up * chance.down;
    up *= chance.up;
  }
  return { up, down: Math.min(1, down) };
}

function chanceOfBallot({ needed, outside }: Ballot, chances: readonly Chance[]): Chance {
  const count = (before: VoteDistribution, { voters, zones }: Electorate): VoteDistribution => {
    const withVoters = voters.reduce(
      (votes, voter) => addVoter(votes, chanceOf(chances, voter.component), voter.votes, needed),
      before,
    );
    // A zone that is down leaves the votes as they were: mixing costs no more than one voter, convolving would.
    return zones.reduce(
      (votes, { component, inside }) => mix(chanceOf(chances, component), count(votes, inside), votes),
      withVoters,
    );
  };
  return atLeast(count(noVotes(), outside), needed);
}

/** A threshold is increasing in each child, so bounds of independent children give bounds of the threshold. */
function countVotes({ needed }: Junction, children: readonly Voting[]): Enclosure {
  const count = (side: 'worst' | 'best'): Chance =>
    atLeast(
      children.reduce((votes, child) => addVoter(votes, child[side], child.votes, needed), noVotes()),
      needed,
    );
  return children.every(isExact) ? exactly(count('worst')) : settle({ worst: count('worst'), best: count('best') });
}

function boundVotes({ needed }: Junction, children: readonly Voting[]): Enclosure {
  const total = children.reduce((sum, { votes }) => sum + votes, 0);
  const most = boundSide(
    needed,
    children.map(({ votes, worst, best }) => ({ votes, low: worst.up, high: best.up })),
  );
  const least = boundSide(
    total - needed + 1,
    children.map(({ votes, worst, best }) => ({ votes, low: best.down, high: worst.down })),
  );
  return settle({
    worst: { up: most.low, down: least.high },
    best: { up: most.high, down: least.low },
  });
}

interface Range {
  readonly votes: number;
  readonly low: number;
  readonly high: number;
}

/** Bounds on the probability that children worth `needed` votes are in the state that `low` and `high` enclose. */
function boundSide(needed: number, children: readonly Range[]): { low: number; high: number } {
  return { low: togetherAtLeast(needed, children), high: Math.min(1, expectedAtMost(needed, children)) };
}

/** By association: the likeliest children that suffice are in that state together at least as often as if independent. */
function togetherAtLeast(needed: number, children: readonly Range[]): number {
  let missing = needed;
  let together = 1;
  for (const { votes, low } of [...children].sort((a, b) => b.low - a.low)) {
    if (missing <= 0) break;
    together *= low;
    missing -= votes;
  }
  return together;
}

/** By Markov, after granting the likeliest children their votes: the others must still bring what is missing. */
function expectedAtMost(needed: number, children: readonly Range[]): number {
  const likeliestLast = [...children].sort((a, b) => a.high - b.high);
  let missing = needed - children.reduce((sum, { votes }) => sum + votes, 0);
  let expected = 0;
  let bound = Number.POSITIVE_INFINITY;
  for (const { votes, high } of likeliestLast) {
    expected += votes * high;
    missing += votes;
    if (missing > 0) bound = Math.min(bound, expected / missing);
  }
  return bound;
}

/** Tightens each bound by the one on the other side, and recognises what is decided. */
function settle({ worst, best }: Enclosure): Enclosure {
  if (best.up === 0) return exactly({ up: 0, down: 1 });
  if (worst.down === 0) return exactly({ up: 1, down: 0 });
  return {
    worst: { up: Math.max(worst.up, complement(worst.down, 0)), down: Math.min(worst.down, complement(worst.up, 1)) },
    best: { up: Math.min(best.up, complement(best.down, 1)), down: Math.max(best.down, complement(best.up, 0)) },
  };
}

/** 1 - x, unless that would cancel digits and so break a bound. */
function complement(x: number, otherwise: number): number {
  return x <= 0.5 ? 1 - x : otherwise;
}
