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
 *
 * Counting n voters takes O(n x threshold); a budget may end it, and what was not counted is enclosed in O(n log n).
 */
import type { Budget } from '../kernel/budget.ts';
import { type Chance, chanceOf, isSettled } from './components.ts';
import { type Ballot, CELLS_PER_STEP, type Electorate, type Gate, type Junction, type Leaf } from './gates.ts';
import { addVoter, atLeast, mix, noVotes, type VoteDistribution } from './vote-distribution.ts';

/** Bounds on both sides; the same object twice when the value is exact. */
export interface Enclosure {
  /** Least up, most down. */
  readonly worst: Chance;
  /** Most up, least down. */
  readonly best: Chance;
}

/** What counting votes is paid from. */
type Purse = Pick<Budget, 'spend'>;

/** For passes that were paid for as a whole. */
const PAID: Purse = { spend: () => true };

export function enclose(gate: Gate, chances: readonly Chance[], budget: Purse = PAID): Enclosure {
  if (gate.kind === 'leaf') return exactly(chanceOfLeaf(gate, chances));
  if (gate.kind === 'ballot') return encloseBallot(gate, chances, budget);
  const children = gate.children.map((child) => ({ votes: child.votes, ...enclose(child.gate, chances, budget) }));
  const independent = gate.shared.every((component) => isSettled(chanceOf(chances, component)));
  return (independent ? countVotes(gate, children, budget) : undefined) ?? boundVotes(gate, children);
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

function encloseBallot(ballot: Ballot, chances: readonly Chance[], budget: Purse): Enclosure {
  const { needed, outside } = ballot;
  const votes = countBallot(noVotes(), outside, { needed, chances, budget });
  if (votes !== undefined) return exactly(atLeast(votes, needed));
  return boundVotes(ballot, votingIn(outside, CERTAIN, chances));
}

interface Count {
  readonly needed: number;
  readonly chances: readonly Chance[];
  readonly budget: Purse;
}

/** The votes of `before` and of an electorate; undefined when the budget ran out. */
function countBallot(
  before: VoteDistribution,
  { voters, zones }: Electorate,
  count: Count,
): VoteDistribution | undefined {
  const { needed, chances, budget } = count;
  let votes = before;
  for (const voter of voters) {
    if (!pay(budget, votes)) return undefined;
    votes = addVoter(votes, chanceOf(chances, voter.component), voter.votes, needed);
  }
  for (const { component, inside } of zones) {
    const within = countBallot(votes, inside, count);
    if (within === undefined) return undefined;
    // A zone that is down leaves the votes as they were: mixing costs no more than one voter, convolving would.
    votes = mix(chanceOf(chances, component), within, votes);
  }
  return votes;
}

const CERTAIN: Chance = { up: 1, down: 0 };

/** The voters one by one, each with the domains around it. */
function votingIn({ voters, zones }: Electorate, around: Chance, chances: readonly Chance[]): Voting[] {
  const inside = (component: number): Chance => {
    const { up, down } = chanceOf(chances, component);
    return { up: around.up * up, down: Math.min(1, around.down + around.up * down) };
  };
  return [
    ...voters.map(({ component, votes }) => ({ votes, ...exactly(inside(component)) })),
    ...zones.flatMap((zone) => votingIn(zone.inside, inside(zone.component), chances)),
  ];
}

/**
 * A threshold is increasing in each child, so bounds of independent children give bounds of the threshold. Undefined when the
 * budget ran out.
 */
function countVotes({ needed }: Junction, children: readonly Voting[], budget: Purse): Enclosure | undefined {
  const count = (side: 'worst' | 'best'): Chance | undefined => {
    let votes = noVotes();
    for (const child of children) {
      if (!pay(budget, votes)) return undefined;
      votes = addVoter(votes, child[side], child.votes, needed);
    }
    return atLeast(votes, needed);
  };
  const worst = count('worst');
  if (worst === undefined) return undefined;
  if (children.every(isExact)) return exactly(worst);
  const best = count('best');
  return best && settle({ worst, best });
}

/** Pays for one more voter. */
function pay(budget: Purse, votes: VoteDistribution): boolean {
  return budget.spend(Math.ceil(votes.length / CELLS_PER_STEP));
}

function boundVotes({ needed }: { readonly needed: number }, children: readonly Voting[]): Enclosure {
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
