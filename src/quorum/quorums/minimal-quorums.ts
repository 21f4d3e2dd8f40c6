/**
 * The minimal quorums of an expression, and how many there are.
 *
 * Without repeated nodes they come from an ordered lazy enumeration (`quorum-stream.ts`) and are counted in closed form:
 * elementary symmetric sums of the children's counts, generalised to votes. With repeated nodes they are expanded with
 * absorption (`quorum-expansion.ts`); where that outgrows its limits, the answer is some of them and says so.
 */
import { type Budget, shareOf, stepBudget } from '../../kernel/budget.ts';
import { type Expression, isDuplicateFree, type NodeSet, type Threshold, votesOf } from '../expressions/expression.ts';
import { areIndependent } from '../expressions/independence.ts';
import { compareSets, sortedNodes } from './node-sets.ts';
import { expandQuorums } from './quorum-expansion.ts';
import { quorumStream } from './quorum-stream.ts';
import { withoutSuperfluous } from './smallest-quorum.ts';

/** Steps for multiplying out repeated nodes; what the budget has beyond that finds some quorums if it fails. */
const EXPANSION_STEPS = 1_500_000;
const COUNT_STEPS = 1_000_000;
const COUNT_CELLS_MAX = 2_000_000;

export interface QuorumListing {
  /** Smallest first, then lexicographic. */
  readonly quorums: readonly NodeSet[];
  /** Whether these are all. If not, they are the first, unless nodes repeat too often to tell. */
  readonly complete: boolean;
}

export interface ListingOptions {
  /** Most quorums to list. */
  readonly limit: number;
  readonly budget: Budget;
}

/** At least one quorum, whatever the budget. */
export function minimalQuorums(expression: Expression, { limit, budget }: ListingOptions): QuorumListing {
  if (isDuplicateFree(expression)) return listFromStream(expression, limit, budget);
  const all = expandQuorums(expression, shareOf(budget, EXPANSION_STEPS));
  if (all !== undefined) return { quorums: all.slice(0, limit), complete: all.length <= limit };
  return { quorums: someQuorums(expression, limit, budget), complete: false };
}

function listFromStream(expression: Expression, limit: number, budget: Budget): QuorumListing {
  const stream = quorumStream(expression, budget);
  const quorums: NodeSet[] = [];
  for (;;) {
    const quorum = stream.at(quorums.length);
    if (quorum === undefined && budget.exhausted !== undefined) {
      return { quorums: quorums.length > 0 ? quorums : [anyQuorum(expression)], complete: false };
    }
    if (quorum === undefined) return { quorums, complete: true };
    if (quorums.length === limit) return { quorums, complete: false };
    quorums.push(quorum);
  }
}

/** Minimal quorums found by satisfying the tree as if its leaves were different nodes. */
function someQuorums(expression: Expression, limit: number, budget: Budget): readonly NodeSet[] {
  const { tree, nodeOfLeaf } = separateLeaves(expression);
  const stream = quorumStream(tree, budget);
  const found = new Map<string, NodeSet>();
  for (let index = 0; found.size < limit; index++) {
    const leaves = stream.at(index);
    if (leaves === undefined) break;
    const nodes = sortedNodes(new Set(leaves.map((leaf) => nodeOfLeaf[leaf] ?? 0)));
    if (!budget.spend(nodes.length * nodeOfLeaf.length)) break;
    const quorum = withoutSuperfluous(expression, nodes);
    found.set(quorum.join(), quorum);
  }
  return found.size === 0 ? [anyQuorum(expression)] : [...found.values()].sort(compareSets);
}

/** The same tree with a node of its own at every leaf. */
function separateLeaves(expression: Expression): { tree: Expression; nodeOfLeaf: readonly number[] } {
  const nodeOfLeaf: number[] = [];
  const separate = (part: Expression): Expression =>
    part.kind === 'node'
      ? { kind: 'node', node: nodeOfLeaf.push(part.node) - 1 }
      : { ...part, children: part.children.map(separate) };
  return { tree: separate(expression), nodeOfLeaf };
}

/** A minimal quorum, by taking the children with most votes. */
function anyQuorum(expression: Expression): NodeSet {
  return withoutSuperfluous(expression, sortedNodes(new Set(greedyLeaves(expression))));
}

function greedyLeaves(expression: Expression): readonly number[] {
  if (expression.kind === 'node') return [expression.node];
  const byVotes = expression.children
    .map((child, index) => ({ child, votes: votesOf(expression, index) }))
    .sort((a, b) => b.votes - a.votes);
  const leaves: number[] = [];
  let missing = expression.needed;
  for (const { child, votes } of byVotes) {
    if (missing <= 0) break;
    missing -= votes;
    leaves.push(...greedyLeaves(child));
  }
  return leaves;
}

/** How many minimal quorums there are; undefined when that could not be found within fixed limits. */
export function countMinimalQuorums(expression: Expression): bigint | undefined {
  return count(expression, stepBudget(COUNT_STEPS));
}

function count(expression: Expression, budget: Budget): bigint | undefined {
  if (expression.kind === 'node') return 1n;
  if (!areIndependent(expression)) {
    const all = expandQuorums(expression, budget);
    return all === undefined ? undefined : BigInt(all.length);
  }
  const counts: bigint[] = [];
  for (const child of expression.children) {
    const ofChild = count(child, budget);
    if (ofChild === undefined) return undefined;
    counts.push(ofChild);
  }
  return countCoalitions(expression, counts);
}

/**
 * Sum over the minimal coalitions of the product of their members' counts. Members that agree in votes and count are
 * counted together, by a binomial coefficient; by descending votes each coalition ends when it has enough.
 */
function countCoalitions(threshold: Threshold, counts: readonly bigint[]): bigint | undefined {
  const { needed } = threshold;
  const groups = groupEqual(threshold, counts);
  if (groups.length * needed > COUNT_CELLS_MAX) return undefined;
  let ways = new Map<number, bigint>([[needed, 1n]]);
  let total = 0n;
  for (const { votes, count, size } of groups) {
    const next = new Map<number, bigint>();
    for (const [missing, before] of ways) {
      const most = Math.min(size, Math.ceil(missing / votes));
      let chosen = before;
      for (let j = 0; j <= most; j++) {
        const left = missing - j * votes;
        if (left <= 0) total += chosen;
        else next.set(left, (next.get(left) ?? 0n) + chosen);
        chosen = (chosen * BigInt(size - j) * count) / BigInt(j + 1);
      }
    }
    ways = next;
  }
  return total;
}

interface EqualMembers {
  readonly votes: number;
  readonly count: bigint;
  readonly size: number;
}

function groupEqual(threshold: Threshold, counts: readonly bigint[]): EqualMembers[] {
  const groups = new Map<string, EqualMembers>();
  counts.forEach((count, index) => {
    const votes = votesOf(threshold, index);
    const key = `${votes} ${count}`;
    groups.set(key, { votes, count, size: (groups.get(key)?.size ?? 0) + 1 });
  });
  return [...groups.values()].sort((a, b) => b.votes - a.votes);
}
