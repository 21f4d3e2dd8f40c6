/**
 * Systems in which every node is as good as any other: strategies that contact all of them equally often.
 *
 * If the quorums used all have the fewest nodes, q of n, and each node is in the same share of them, its load is q/n per
 * operation over its capacity. No strategy does better: with the same price on every node the cheapest quorum costs just as
 * much (M. Naor, A. Wool, SIAM J. Comput. 27(2), 1998, section 4: load >= c(S)/n, with equality for fair systems). Grids and projective planes are
 * answered at once, where their linear programs are large and degenerate.
 *
 * The quorums are found greedily, each the smallest with the nodes used least so far, until all were used equally often; or else
 * all of the smallest are taken, if they are few. That is a guess, and is checked by counting: undefined says nothing about
 * the system. Needs equal capacities, no limits, and load as the objective.
 */
import { type Budget, shareOf } from '../../kernel/budget.ts';
import { type Expression, type NodeSet, nodesOf } from '../expressions/expression.ts';
import type { QuorumSystem } from '../quorum-system.ts';
import { minimalQuorums } from '../quorums/minimal-quorums.ts';
import { smallestQuorum } from '../quorums/smallest-quorum.ts';
import { RATIONALS } from './linear-program.ts';
import { add, type Rational, rational, renderRational, toNumber } from './rational.ts';
import type { SideContacts } from './strategy-contacts.ts';
import { figuresOf, NO_UNITS, type Side, type WorkloadShare } from './strategy-figures.ts';
import type { ExactValue, Prices, QuorumProbability, StrategyProblem } from './strategy-problem.ts';
import { isPlainTree } from './strategy-symmetry.ts';

const GREEDY_STEPS = 30_000_000;
const LISTING_STEPS = 50_000;
const LISTED_SETS_MAX = 4_000;

export interface EvenStrategy {
  readonly strategies: Readonly<Partial<Record<Side, readonly QuorumProbability[]>>>;
  readonly prices: Prices;
  readonly exact: ExactValue;
}

/** `contacts` has the sides that the workload uses. */
export function evenStrategy(
  problem: StrategyProblem,
  contacts: Readonly<Partial<Record<Side, SideContacts>>>,
  shares: readonly WorkloadShare[],
): EvenStrategy | undefined {
  const { system, budget } = problem;
  if (!hasLoadAlone(problem)) return undefined;
  const sides = (['reads', 'writes'] as const).flatMap((side) => {
    const used = contacts[side];
    return used === undefined ? [] : [{ side, expression: used.expression }];
  });
  const nodes = commonNodesOf(sides, system);
  if (nodes === undefined) return undefined;
  const families: { side: Side; quorums: readonly NodeSet[] }[] = [];
  for (const { side, expression } of sides) {
    const asBefore = expression === sides[0]?.expression ? families[0]?.quorums : undefined;
    const quorums = asBefore ?? (expression === undefined ? undefined : evenQuorums(expression, nodes, budget));
    if (quorums === undefined) return undefined;
    families.push({ side, quorums });
  }
  return {
    strategies: Object.fromEntries(families.map(({ side, quorums }) => [side, usedEqually(quorums)])),
    prices: equalPrices(nodes, shares, system.nodes.length),
    exact: loadOf(problem, shares, nodes, families),
  };
}

function hasLoadAlone({ optimize, loadLimit, networkLimit, latencyLimitMs }: StrategyProblem): boolean {
  return optimize === 'load' && [loadLimit, networkLimit, latencyLimitMs].every((limit) => limit === undefined);
}

/** The nodes of every side, if those are the same and equally fast. Plain trees have a small program of their own. */
function commonNodesOf(
  sides: readonly { readonly expression: Expression | undefined }[],
  system: QuorumSystem,
): NodeSet | undefined {
  const [nodes, ...others] = sides.map(({ expression }) => (expression === undefined ? [] : nodesOf(expression)));
  const first = system.nodes[nodes?.[0] ?? -1];
  if (nodes === undefined || first === undefined) return undefined;
  if (sides.every(({ expression }) => expression !== undefined && isPlainTree(expression))) return undefined;
  if (others.some((other) => other.join() !== nodes.join())) return undefined;
  const isLikeFirst = (node: number): boolean =>
    system.nodes[node]?.readCapacity === first.readCapacity &&
    system.nodes[node]?.writeCapacity === first.writeCapacity;
  return nodes.every(isLikeFirst) ? nodes : undefined;
}

/** Quorums of the fewest nodes that together contain each node equally often; a quorum may be there more than once. */
function evenQuorums(expression: Expression, nodes: NodeSet, budget: Budget): readonly NodeSet[] | undefined {
  const trial = shareOf(budget, GREEDY_STEPS);
  const smallest = smallestQuorum(expression, () => 1, trial);
  if (smallest === undefined) return undefined;
  const isCheap = trial.stepsSpent * nodes.length < GREEDY_STEPS;
  const greedy = isCheap ? leastUsedFirst(expression, nodes, smallest.nodes.length, trial) : undefined;
  return greedy ?? allSmallest(expression, nodes, smallest.nodes.length, budget);
}

function leastUsedFirst(
  expression: Expression,
  nodes: NodeSet,
  size: number,
  budget: Budget,
): readonly NodeSet[] | undefined {
  const used = new Map<number, number>();
  // More than the uses of all nodes of a quorum together: the fewest nodes come first.
  const perNode = size * nodes.length + 1;
  const quorums: NodeSet[] = [];
  while (quorums.length < nodes.length) {
    const next = smallestQuorum(expression, (node) => perNode + (used.get(node) ?? 0), budget);
    if (next === undefined || next.nodes.length !== size) return undefined;
    quorums.push(next.nodes);
    countUses(next.nodes, used);
    if (isEven(used, nodes)) return quorums;
  }
  return undefined;
}

function allSmallest(
  expression: Expression,
  nodes: NodeSet,
  size: number,
  budget: Budget,
): readonly NodeSet[] | undefined {
  const listing = minimalQuorums(expression, { limit: LISTED_SETS_MAX, budget: shareOf(budget, LISTING_STEPS) });
  const quorums = listing.complete ? listing.quorums.filter((quorum) => quorum.length === size) : [];
  const used = new Map<number, number>();
  for (const quorum of quorums) countUses(quorum, used);
  return isEven(used, nodes) ? quorums : undefined;
}

function countUses(quorum: NodeSet, used: Map<number, number>): void {
  for (const node of quorum) used.set(node, (used.get(node) ?? 0) + 1);
}

function isEven(used: ReadonlyMap<number, number>, nodes: NodeSet): boolean {
  const first = used.get(nodes[0] ?? -1);
  return first !== undefined && nodes.every((node) => used.get(node) === first);
}

function usedEqually(quorums: readonly NodeSet[]): readonly QuorumProbability[] {
  const uses = new Map<string, { readonly quorum: NodeSet; count: number }>();
  for (const quorum of quorums) {
    const use = uses.get(quorum.join()) ?? { quorum, count: 0 };
    use.count += 1;
    uses.set(quorum.join(), use);
  }
  return [...uses.values()].map(({ quorum, count }) => ({ quorum, probability: count / quorums.length }));
}

function equalPrices(nodes: NodeSet, shares: readonly WorkloadShare[], nodeCount: number): Prices {
  const load = shares.map(({ share }) => {
    const byNode = new Array<number>(nodeCount).fill(0);
    for (const node of nodes) byNode[node] = share / nodes.length;
    return byNode;
  });
  return { load, loadLimit: 0, networkLimit: 0, latencyLimit: 0 };
}

/** The same for every node: over the workload, the share of the quorums that contain it times what a contact costs. */
function loadOf(
  problem: StrategyProblem,
  shares: readonly WorkloadShare[],
  nodes: NodeSet,
  families: readonly { readonly side: Side; readonly quorums: readonly NodeSet[] }[],
): ExactValue {
  const figures = figuresOf(problem, shares, RATIONALS, NO_UNITS);
  let load: Rational = RATIONALS.of(0);
  for (const { side, quorums } of families) {
    const contacted = rational(BigInt(quorums[0]?.length ?? 0), BigInt(nodes.length));
    figures.shares.forEach((share, k) => {
      const perContact = RATIONALS.multiply(share, figures.contactLoad(side, k, nodes[0] ?? 0));
      load = add(load, RATIONALS.multiply(contacted, perContact));
    });
  }
  return { value: toNumber(load), fraction: renderRational(load) };
}
