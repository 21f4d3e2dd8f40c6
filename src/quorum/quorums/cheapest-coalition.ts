/**
 * The cheapest children that satisfy a threshold, each at its own price: the `needed` cheapest, or, where children have
 * votes, a knapsack over votes. Of equal ones the first. No member of the answer is superfluous.
 */
import type { Budget } from '../../kernel/budget.ts';
import { type Threshold, votesOf } from '../expressions/expression.ts';

const KNAPSACK_CELLS_MAX = 20_000_000;
const KNAPSACK_CELLS_PER_STEP = 16;

/** A way to satisfy an expression. */
export interface Choice {
  readonly weight: number;
  /** The nodes of the chosen leaves; a repeated node may be chosen repeatedly. */
  readonly leaves: readonly number[];
}

/** `choices` are the prices of the threshold's children in their order. Undefined when the budget does not suffice. */
export function cheapestCoalition(
  threshold: Threshold,
  choices: readonly Choice[],
  budget: Budget,
): Choice | undefined {
  if (threshold.votes === undefined) return together(cheapestOf(choices, threshold.needed));
  const members = choices
    .map((choice, index) => ({ choice, votes: votesOf(threshold, index) }))
    .sort((a, b) => b.votes - a.votes);
  const prices = new Set(choices.map(({ weight }) => weight));
  prices.delete(0);
  const coalition =
    prices.size <= 1 ? greedyCoalition(threshold.needed, members) : knapsack(threshold.needed, members, budget);
  return coalition === undefined ? undefined : together(coalition);
}

function together(choices: readonly Choice[]): Choice {
  const [only] = choices;
  if (choices.length === 1 && only !== undefined) return only;
  let total = 0;
  const all: number[] = [];
  for (const { weight, leaves } of choices) {
    total += weight;
    for (const leaf of leaves) all.push(leaf);
  }
  return { weight: total, leaves: all };
}

function cheapestOf(choices: readonly Choice[], count: number): readonly Choice[] {
  if (count === choices.length) return choices;
  if (count === 1) return [choices.reduce((best, choice) => (choice.weight < best.weight ? choice : best))];
  return choices.toSorted((a, b) => compareWeights(a.weight, b.weight)).slice(0, count);
}

/** Also of infinite weights, whose difference is not a number. */
function compareWeights(left: number, right: number): number {
  return left === right ? 0 : left < right ? -1 : 1;
}

interface Member {
  readonly choice: Choice;
  readonly votes: number;
}

/** Optimal when members cost either nothing or all the same: free members first, then those with most votes. */
function greedyCoalition(needed: number, descending: readonly Member[]): readonly Choice[] {
  const order = descending.toSorted((a, b) => compareWeights(a.choice.weight, b.choice.weight));
  const taken: Member[] = [];
  let votes = 0;
  for (const member of order) {
    if (votes >= needed) break;
    taken.push(member);
    votes += member.votes;
  }
  // Of the free members taken, some may have become superfluous.
  const kept = taken.filter((member) => {
    if (votes - member.votes < needed) return true;
    votes -= member.votes;
    return false;
  });
  return kept.map(({ choice }) => choice);
}

/**
 * least[v]: the least weight of members with v < needed votes. By descending votes a coalition ends with the member that
 * brings it to `needed`, so that it is minimal.
 */
function knapsack(needed: number, members: readonly Member[], budget: Budget): readonly Choice[] | undefined {
  const cells = needed * members.length;
  if (cells > KNAPSACK_CELLS_MAX || !budget.spend(1 + Math.floor(cells / KNAPSACK_CELLS_PER_STEP))) return undefined;
  const least = new Float64Array(needed).fill(Number.POSITIVE_INFINITY);
  least[0] = 0;
  const tookMember = new Uint8Array(cells);
  let best = { weight: Number.POSITIVE_INFINITY, last: -1, before: 0 };
  members.forEach(({ choice, votes }, index) => {
    for (let before = needed - 1; before >= 0; before--) {
      const weight = (least[before] ?? 0) + choice.weight;
      const after = before + votes;
      if (after >= needed) {
        if (weight < best.weight) best = { weight, last: index, before };
      } else if (weight < (least[after] ?? 0)) {
        least[after] = weight;
        tookMember[index * needed + after] = 1;
      }
    }
  });
  // Every coalition has a member of infinite weight: then so has the one of all.
  return best.last < 0 ? members.map(({ choice }) => choice) : retrace(members, needed, tookMember, best);
}

function retrace(
  members: readonly Member[],
  needed: number,
  tookMember: Uint8Array,
  { last, before }: { readonly last: number; readonly before: number },
): readonly Choice[] {
  const taken: Choice[] = [];
  let votes = before;
  for (let index = last; index >= 0; index--) {
    const member = members[index];
    const isTaken = index === last || tookMember[index * needed + votes] === 1;
    if (member === undefined || !isTaken) continue;
    taken.push(member.choice);
    if (index !== last) votes -= member.votes;
  }
  return taken;
}
