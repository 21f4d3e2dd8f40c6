/**
 * The minimal quorums of a duplicate-free expression one after another, smallest first, then lexicographic, without
 * computing those that nobody asks for.
 *
 * That order survives the union with a disjoint set, so the k best sets of a product come from the k best of its factors
 * (the lazy k-best enumeration of Huang and Chiang, "Better k-best parsing", IWPT 2005, section 4.4). A threshold is a
 * choice among its children, taken by descending votes: then a coalition that stops as soon as it has enough votes is
 * minimal, and no set is made twice. Equal leaves are one choice of j among m, so that 501 of 1,000 nodes cost nothing
 * before the first quorum.
 *
 * Every set costs a step per node. A stream whose budget ran out ends; ask the budget whether it did.
 */
import type { Budget } from '../../kernel/budget.ts';
import { type Expression, type NodeSet, type Threshold, votesOf } from '../expressions/expression.ts';
import { compareSets, joinDisjoint } from './node-sets.ts';
import { createPriorityQueue } from './priority-queue.ts';

/** What making one state of a threshold costs, in steps: memory counts too. */
const STATE_STEPS = 16;

export interface QuorumStream {
  /** The `index`-th quorum; undefined past the end. */
  readonly at: (index: number) => NodeSet | undefined;
}

/** `expression` must be duplicate-free. */
export function quorumStream(expression: Expression, budget: Budget): QuorumStream {
  return expression.kind === 'node' ? single([expression.node]) : thresholdStream(expression, budget);
}

const NOTHING: QuorumStream = { at: () => undefined };
const EMPTY_SET = single([]);

function single(set: NodeSet): QuorumStream {
  return { at: (index) => (index === 0 ? set : undefined) };
}

function memoize(next: () => NodeSet | undefined): QuorumStream {
  const made: NodeSet[] = [];
  let ended = false;
  return {
    at: (index) => {
      while (!ended && made.length <= index) {
        const set = next();
        if (set === undefined) ended = true;
        else made.push(set);
      }
      return made[index];
    },
  };
}

/** Children with the same votes that are taken together: any j of some leaves, or one child with quorums of its own. */
interface Group {
  readonly votes: number;
  readonly size: number;
  /** The ways to take j members. */
  readonly taking: (j: number) => QuorumStream;
}

function thresholdStream(threshold: Threshold, budget: Budget): QuorumStream {
  const groups = groupChildren(threshold, budget);
  const votesFrom = suffixSums(groups.map(({ votes, size }) => votes * size));
  const states = new Map<number, QuorumStream>();

  /** Coalitions of the groups from `index` on that bring `missing` votes. */
  const coalitions = (index: number, missing: number): QuorumStream => {
    if (missing <= 0) return EMPTY_SET;
    const group = groups[index];
    if (group === undefined || (votesFrom[index] ?? 0) < missing) return NOTHING;
    const key = index * (threshold.needed + 1) + missing;
    const known = states.get(key);
    if (known !== undefined) return known;
    if (!budget.spend(STATE_STEPS)) return NOTHING;
    const most = Math.min(group.size, Math.ceil(missing / group.votes));
    const least = Math.max(0, Math.ceil((missing - (votesFrom[index + 1] ?? 0)) / group.votes));
    const ways: QuorumStream[] = [];
    for (let j = least; j <= most; j++) {
      ways.push(product(group.taking(j), () => coalitions(index + 1, missing - j * group.votes), budget));
    }
    const stream = merge(ways);
    states.set(key, stream);
    return stream;
  };
  return coalitions(0, threshold.needed);
}

/** Groups by descending votes; within the same votes the leaves come first. */
function groupChildren(threshold: Threshold, budget: Budget): Group[] {
  const byVotes = new Map<number, { leaves: number[]; others: Expression[] }>();
  threshold.children.forEach((child, index) => {
    const votes = votesOf(threshold, index);
    const entry = byVotes.get(votes) ?? { leaves: [], others: [] };
    byVotes.set(votes, entry);
    if (child.kind === 'node') entry.leaves.push(child.node);
    else entry.others.push(child);
  });
  const descending = [...byVotes].sort(([a], [b]) => b - a);
  return descending.flatMap(([votes, { leaves, others }]) => [
    ...(leaves.length === 0 ? [] : [leafGroup(votes, leaves, budget)]),
    ...others.map((child) => childGroup(votes, child, budget)),
  ]);
}

function leafGroup(votes: number, leaves: readonly number[], budget: Budget): Group {
  const sorted = [...leaves].sort((a, b) => a - b);
  const streams = new Map<number, QuorumStream>();
  return {
    votes,
    size: sorted.length,
    taking: (j) => {
      const stream = streams.get(j) ?? subsets(sorted, j, budget);
      streams.set(j, stream);
      return stream;
    },
  };
}

function childGroup(votes: number, child: Expression, budget: Budget): Group {
  const stream = quorumStream(child, budget);
  return { votes, size: 1, taking: (j) => (j === 0 ? EMPTY_SET : stream) };
}

/** The subsets of `size` nodes in lexicographic order. */
function subsets(nodes: readonly number[], size: number, budget: Budget): QuorumStream {
  if (size === 0) return EMPTY_SET;
  let positions: number[] | undefined;
  return memoize(() => {
    if (!budget.spend(size)) return undefined;
    positions =
      positions === undefined ? Array.from({ length: size }, (_, index) => index) : following(positions, nodes.length);
    return positions?.map((position) => nodes[position] ?? 0);
  });
}

/** The next combination: the last position that can move does, and those after it follow closely. */
function following(positions: readonly number[], count: number): number[] | undefined {
  const size = positions.length;
  const moving = positions.findLastIndex((position, index) => position < count - size + index);
  if (moving < 0) return undefined;
  const base = positions[moving] ?? 0;
  return positions.map((position, index) => (index < moving ? position : base + 1 + index - moving));
}

/** Unions of a set of `left` and one of `right`, which share no nodes. `right` is made when first needed. */
function product(left: QuorumStream, makeRight: () => QuorumStream, budget: Budget): QuorumStream {
  let right: QuorumStream | undefined;
  const frontier = createPriorityQueue<Pair>((a, b) => compareSets(a.union, b.union));
  const reach = (l: number, r: number): void => {
    const first = left.at(l);
    right ??= makeRight();
    const second = first === undefined ? undefined : right.at(r);
    if (first === undefined || second === undefined || !budget.spend(first.length + second.length)) return;
    frontier.push({ union: joinDisjoint(first, second), left: l, right: r });
  };
  let started = false;
  return memoize(() => {
    if (!started) reach(0, 0);
    started = true;
    const best = frontier.pop();
    if (best === undefined) return undefined;
    reach(best.left, best.right + 1);
    if (best.right === 0) reach(best.left + 1, 0);
    return best.union;
  });
}

interface Pair {
  readonly union: NodeSet;
  readonly left: number;
  readonly right: number;
}

/** The sets of all streams, which share none, in order. */
function merge(streams: readonly QuorumStream[]): QuorumStream {
  if (streams.length === 1) return streams[0] ?? NOTHING;
  const heads = createPriorityQueue<Head>((a, b) => compareSets(a.set, b.set));
  const reach = (stream: QuorumStream, index: number): void => {
    const set = stream.at(index);
    if (set !== undefined) heads.push({ set, stream, index });
  };
  let started = false;
  return memoize(() => {
    if (!started) for (const stream of streams) reach(stream, 0);
    started = true;
    const best = heads.pop();
    if (best === undefined) return undefined;
    reach(best.stream, best.index + 1);
    return best.set;
  });
}

interface Head {
  readonly set: NodeSet;
  readonly stream: QuorumStream;
  readonly index: number;
}

function suffixSums(values: readonly number[]): number[] {
  const sums = [...values, 0];
  for (let index = values.length - 1; index >= 0; index--) sums[index] = (sums[index + 1] ?? 0) + (values[index] ?? 0);
  return sums;
}
