/**
 * The fewest nodes that a quorum of one tree shares with a quorum of another of the same shape, in closed form.
 *
 * Two leaves of the same node share it. Two thresholds with r and w needed over n children, each child of the one over
 * the same nodes as its counterpart in the other, must both take at least r + w - n children; they take those where the
 * overlap is least. With votes, a knapsack over both tallies decides which children both take. Flat thresholds over
 * different node sets first take the nodes that the other does not have.
 *
 * Linear in the tree, but for the sort and the knapsack.
 */
import type { Budget } from '../../kernel/budget.ts';
import { type Expression, isDuplicateFree, type NodeSet, nodesOf, votesOf } from '../expressions/expression.ts';
import { sortedNodes } from '../quorums/node-sets.ts';
import { smallestQuorum, withoutSuperfluous } from '../quorums/smallest-quorum.ts';

const KNAPSACK_CELLS_MAX = 2_000_000;
const KNAPSACK_CELLS_PER_STEP = 4;

/** A quorum of each; undefined when the trees differ in shape, a node repeats, or the budget does not suffice. */
export function pairedIntersection(
  left: Expression,
  right: Expression,
  budget: Budget,
): { readonly left: NodeSet; readonly right: NodeSet } | undefined {
  if (!isDuplicateFree(left) || !isDuplicateFree(right)) return undefined;
  const pair = fewest(left, right, budget) ?? flat(left, right);
  if (pair === undefined) return undefined;
  return {
    left: withoutSuperfluous(left, sortedNodes(pair.left)),
    right: withoutSuperfluous(right, sortedNodes(pair.right)),
  };
}

interface Pair {
  readonly left: readonly number[];
  readonly right: readonly number[];
  readonly shared: number;
}

function fewest(left: Expression, right: Expression, budget: Budget): Pair | undefined {
  if (!budget.spend()) return undefined;
  if (left.kind === 'node' || right.kind === 'node') {
    const isSame = left.kind === 'node' && right.kind === 'node' && left.node === right.node;
    return isSame ? { left: [left.node], right: [right.node], shared: 1 } : undefined;
  }
  if (left.children.length !== right.children.length) return undefined;
  const members: Member[] = [];
  for (const [index, child] of left.children.entries()) {
    const counterpart = right.children[index];
    const both = counterpart === undefined ? undefined : fewest(child, counterpart, budget);
    if (counterpart === undefined || both === undefined) return undefined;
    members.push({
      left: child,
      right: counterpart,
      both,
      leftVotes: votesOf(left, index),
      rightVotes: votesOf(right, index),
    });
  }
  const takes =
    left.votes === undefined && right.votes === undefined
      ? divide(members, left.needed, right.needed)
      : divideVotes(members, left.needed, right.needed, budget);
  return takes === undefined ? undefined : assemble(members, takes, budget);
}

interface Member {
  readonly left: Expression;
  readonly right: Expression;
  /** Their quorums that share fewest nodes. */
  readonly both: Pair;
  readonly leftVotes: number;
  readonly rightVotes: number;
}

type Take = 'none' | 'left' | 'right' | 'both';

/** Both take the r + w - n members that share least; the others are divided between them. */
function divide(members: readonly Member[], leftNeeded: number, rightNeeded: number): Take[] {
  const shared = Math.max(0, leftNeeded + rightNeeded - members.length);
  const order = [...members.keys()].sort((a, b) => (members[a]?.both.shared ?? 0) - (members[b]?.both.shared ?? 0));
  const takes: Take[] = members.map(() => 'none');
  for (const [rank, member] of order.entries()) {
    if (rank < shared) takes[member] = 'both';
    else if (rank < leftNeeded) takes[member] = 'left';
    else if (rank < leftNeeded + rightNeeded - shared) takes[member] = 'right';
  }
  return takes;
}

const TAKES: readonly Take[] = ['none', 'left', 'right', 'both'];

/** least[l][r]: fewest shared nodes with l votes still missing on the left and r on the right. */
function divideVotes(
  members: readonly Member[],
  leftNeeded: number,
  rightNeeded: number,
  budget: Budget,
): Take[] | undefined {
  const width = rightNeeded + 1;
  const cells = (leftNeeded + 1) * width;
  const work = cells * members.length;
  if (work > KNAPSACK_CELLS_MAX || !budget.spend(1 + Math.floor(work / KNAPSACK_CELLS_PER_STEP))) return undefined;
  let least = new Float64Array(cells).fill(Number.POSITIVE_INFINITY);
  least[cells - 1] = 0;
  const arrivals = members.map(() => new Int32Array(cells).fill(-1));
  for (const [index, member] of members.entries()) {
    const next = new Float64Array(cells).fill(Number.POSITIVE_INFINITY);
    for (let cell = 0; cell < cells; cell++) {
      const before = least[cell] ?? Number.POSITIVE_INFINITY;
      if (before === Number.POSITIVE_INFINITY) continue;
      for (const [code, take] of TAKES.entries()) {
        const { cell: after, shared } = move(member, take, cell, width);
        if (before + shared >= (next[after] ?? 0)) continue;
        next[after] = before + shared;
        const arrival = arrivals[index];
        if (arrival !== undefined) arrival[after] = cell * TAKES.length + code;
      }
    }
    least = next;
  }
  return retrace(arrivals);
}

function move(member: Member, take: Take, cell: number, width: number): { cell: number; shared: number } {
  const takesLeft = take === 'left' || take === 'both';
  const takesRight = take === 'right' || take === 'both';
  const left = Math.max(0, Math.floor(cell / width) - (takesLeft ? member.leftVotes : 0));
  const right = Math.max(0, (cell % width) - (takesRight ? member.rightVotes : 0));
  return { cell: left * width + right, shared: take === 'both' ? member.both.shared : 0 };
}

function retrace(arrivals: readonly Int32Array[]): Take[] {
  const takes: Take[] = arrivals.map(() => 'none');
  let cell = 0;
  for (let index = arrivals.length - 1; index >= 0; index--) {
    const arrival = arrivals[index]?.[cell] ?? 0;
    takes[index] = TAKES[arrival % TAKES.length] ?? 'none';
    cell = Math.floor(arrival / TAKES.length);
  }
  return takes;
}

/** A member that only one side takes contributes any quorum of its own. */
function assemble(members: readonly Member[], takes: readonly Take[], budget: Budget): Pair | undefined {
  const left: number[] = [];
  const right: number[] = [];
  let shared = 0;
  for (const [index, member] of members.entries()) {
    const take = takes[index];
    if (take === 'both') {
      left.push(...member.both.left);
      right.push(...member.both.right);
      shared += member.both.shared;
    } else if (take === 'left' || take === 'right') {
      const alone = smallestQuorum(take === 'left' ? member.left : member.right, () => 1, budget);
      if (alone === undefined) return undefined;
      (take === 'left' ? left : right).push(...alone.nodes);
    }
  }
  return { left, right, shared };
}

/** Thresholds directly over nodes, not necessarily the same: each first takes what the other does not have. */
function flat(left: Expression, right: Expression): Omit<Pair, 'shared'> | undefined {
  if (!isFlat(left) || !isFlat(right)) return undefined;
  const leftNodes = nodesOf(left);
  const rightNodes = nodesOf(right);
  const inLeft = new Set(leftNodes);
  const inRight = new Set(rightNodes);
  const common = leftNodes.filter((node) => inRight.has(node));
  const ownLeft = leftNodes.filter((node) => !inRight.has(node));
  const ownRight = rightNodes.filter((node) => !inLeft.has(node));
  const takenLeft = [...ownLeft, ...common].slice(0, neededOf(left));
  const takenRight = [...ownRight, ...common.toReversed()].slice(0, neededOf(right));
  return { left: takenLeft, right: takenRight };
}

function isFlat(expression: Expression): boolean {
  return (
    expression.kind === 'node' ||
    (expression.votes === undefined && expression.children.every(({ kind }) => kind === 'node'))
  );
}

function neededOf(expression: Expression): number {
  return expression.kind === 'node' ? 1 : expression.needed;
}
