/**
 * Proves a lower bound on the objective from prices alone, without trust in the solver that found them.
 *
 * Weak duality: let y_kx >= 0 be the price of node x's load at read fraction k, with sum_x y_kx <= the weight of l_k in the
 * objective and limits. Then no strategy costs less than
 *   cheapest read set + cheapest write set - (prices of the limits times the limits),
 * where a node's price on a side adds up its load prices and the network price, and the cheapest set is found by
 * `smallestQuorum` on the expression, not in the solver's columns. If a strategy attains the bound, both are optimal.
 * For one read fraction this is: load >= fr min_r y(r)/rcap + fw min_w y(w)/wcap with sum y = 1
 * (M. Naor, A. Wool, SIAM J. Comput. 27(2), 1998, section 3; weights on nodes bound the load).
 */
import { type Budget, stepBudget } from '../../kernel/budget.ts';
import { nodesOf } from '../expressions/expression.ts';
import type { QuorumSystem } from '../quorum-system.ts';
import { leastWeightBound } from '../quorums/smallest-quorum.ts';
import { cheapestSet, type SideContacts } from './strategy-contacts.ts';
import type { Side, WorkloadShare } from './strategy-figures.ts';
import type { Certificate, Objective, Prices, StrategyGoal } from './strategy-problem.ts';

const GAP_MAX = 1e-9;
/** For each attempt at a bound when the caller's budget is spent: a fraction of a second. */
const STEPS_AFTER_BUDGET = 300_000;

export interface CertificateProblem extends StrategyGoal {
  readonly system: QuorumSystem;
  /** The workload, normalised; prices go by its entries. */
  readonly shares: readonly WorkloadShare[];
  /** What may be contacted; a side that no operation uses is left out. */
  readonly contacts: Readonly<Partial<Record<Side, SideContacts>>>;
  readonly budget: Budget;
}

/** What `prices` prove about `value`, whoever computed the two. */
export function certify(problem: CertificateProblem, value: number, prices: Prices): Certificate {
  const proof = boundFrom(problem, prices);
  const gap = proof.bound === undefined ? Number.POSITIVE_INFINITY : relativeGap(value, proof.bound);
  return {
    method: methodOf(problem, proof),
    bound: proof.bound ?? 0,
    gap: Number.isFinite(gap) ? gap : 1,
    verified: isClose(value, proof.bound),
    nodePrices: problem.system.nodes.map((_, node) =>
      proof.prices.load.reduce((sum, byNode) => sum + (byNode[node] ?? 0), 0),
    ),
    prices: proof.prices,
  };
}

/** As `certify`; a solver that was stopped may leave worse prices than the same for every node, so those are tried too. */
export function certifyBest(problem: CertificateProblem, value: number, prices: Prices): Certificate {
  const given = certify(problem, value, prices);
  if (given.verified) return given;
  const used = new Set(Object.values(problem.contacts).flatMap(({ quorums }) => nodesOf(quorums)));
  const evenLoad = problem.shares.map(() => problem.system.nodes.map((_, node) => (used.has(node) ? 1 : 0)));
  const even = certify(problem, value, { ...prices, load: evenLoad });
  return even.bound > given.bound ? even : given;
}

interface Proof {
  readonly bound: number | undefined;
  readonly prices: Prices;
  /** Whether the cheapest sets were only bounded from below. */
  readonly isRelaxed: boolean;
}

/** With what is left of the budget, else with a little more, else with bounds on the cheapest sets: any bound is better than none. */
function boundFrom(problem: CertificateProblem, prices: Prices): Proof {
  const safe = scaleToShares(problem, prices, problem.optimize);
  for (const budget of [problem.budget, stepBudget(STEPS_AFTER_BUDGET)]) {
    const bound = lowerBound({ ...problem, budget }, safe, problem.optimize, cheapestSetCost);
    if (bound !== undefined) return { bound, prices: safe, isRelaxed: false };
  }
  const relaxed = { ...problem, budget: stepBudget(STEPS_AFTER_BUDGET) };
  return { bound: lowerBound(relaxed, safe, problem.optimize, cheapestSetBound), prices: safe, isRelaxed: true };
}

function isClose(value: number, bound: number | undefined): boolean {
  return bound !== undefined && Math.abs(relativeGap(value, bound)) <= GAP_MAX;
}

/**
 * Whether `prices` prove that no strategy meets the limits: with no objective at all, the cheapest sets cost more than the limits
 * are worth (the lemma of J. Farkas, 1902).
 */
export function provesInfeasible(problem: CertificateProblem, prices: Prices): boolean {
  const safe = scaleToShares(problem, prices, undefined);
  const bound = lowerBound(problem, safe, undefined, cheapestSetCost);
  return bound !== undefined && bound > GAP_MAX * worthOfLimits(problem, safe);
}

function methodOf({ contacts }: CertificateProblem, { bound, isRelaxed }: Proof): string {
  if (bound === undefined)
    return 'node prices (linear-programming dual); the budget ended before the bound was recomputed from them';
  if (isRelaxed)
    return 'node prices (linear-programming dual); the budget ended before the cheapest sets were found, their costs are bounded from below';
  const isListed = Object.values(contacts).some(({ listed }) => listed !== undefined);
  const source = isListed ? 'looked up among all failure-resilient sets' : 'recomputed from the expressions';
  return `node prices (linear-programming dual), cheapest sets ${source}`;
}

function relativeGap(value: number, bound: number): number {
  return value === bound ? 0 : (value - bound) / Math.max(Math.abs(value), Number.MIN_VALUE);
}

/** Makes any prices usable: none negative, and the load prices of a read fraction summing to its weight. */
function scaleToShares(problem: CertificateProblem, prices: Prices, optimize: Objective | undefined): Prices {
  const priced = (price: number, limit: number | undefined): number => (limit === undefined ? 0 : Math.max(0, price));
  const loadLimit = priced(prices.loadLimit, problem.loadLimit);
  const load = problem.shares.map(({ share }, k) => {
    const byNode = (prices.load[k] ?? []).map((price) => Math.max(0, price));
    const sum = byNode.reduce((total, price) => total + price, 0);
    const allowed = share * (loadLimit + (optimize === 'load' ? 1 : 0));
    return sum === 0 ? byNode : byNode.map((price) => (price * allowed) / sum);
  });
  return {
    load,
    loadLimit,
    networkLimit: priced(prices.networkLimit, problem.networkLimit),
    latencyLimit: priced(prices.latencyLimit, problem.latencyLimitMs),
  };
}

/** Of the sets that may be contacted, at a price a node and a price a millisecond; a lower bound on it will do. */
type CheapestCost = (
  problem: CertificateProblem,
  contacts: SideContacts,
  nodePrice: (node: number) => number,
  pricePerMs: number,
) => number | undefined;

const cheapestSetCost: CheapestCost = ({ system, budget }, contacts, nodePrice, pricePerMs) =>
  cheapestSet(contacts, nodePrice, pricePerMs, system, budget)?.cost;

const cheapestSetBound: CheapestCost = ({ budget }, { quorums, expression = quorums }, nodePrice) =>
  leastWeightBound(expression, nodePrice, budget);

function lowerBound(
  problem: CertificateProblem,
  prices: Prices,
  optimize: Objective | undefined,
  cheapestCost: CheapestCost,
): number | undefined {
  let bound = 0;
  for (const side of ['reads', 'writes'] as const) {
    const contacts = problem.contacts[side];
    if (contacts === undefined) continue;
    const least = cheapestOnSide(problem, prices, optimize, side, contacts, cheapestCost);
    if (least === undefined) return undefined;
    bound += least;
  }
  return bound - worthOfLimits(problem, prices);
}

function worthOfLimits({ loadLimit, networkLimit, latencyLimitMs }: CertificateProblem, prices: Prices): number {
  return (
    prices.loadLimit * (loadLimit ?? 0) +
    prices.networkLimit * (networkLimit ?? 0) +
    prices.latencyLimit * (latencyLimitMs ?? 0)
  );
}

function cheapestOnSide(
  problem: CertificateProblem,
  prices: Prices,
  optimize: Objective | undefined,
  side: Side,
  contacts: SideContacts,
  cheapestCost: CheapestCost,
): number | undefined {
  const { system, shares } = problem;
  const used = shares.map(({ readFraction }) => (side === 'reads' ? readFraction : 1 - readFraction));
  const mean = shares.reduce((sum, { share }, k) => sum + share * (used[k] ?? 0), 0);
  const perNode = mean * ((optimize === 'network' ? 1 : 0) + prices.networkLimit);
  const perMs = mean * ((optimize === 'latency' ? 1 : 0) + prices.latencyLimit);
  const nodePrice = (node: number): number => {
    const capacity = system.nodes[node]?.[side === 'reads' ? 'readCapacity' : 'writeCapacity'] ?? 1;
    return used.reduce((sum, fraction, k) => sum + ((prices.load[k]?.[node] ?? 0) * fraction) / capacity, perNode);
  };
  const priceList = system.nodes.map((_, node) => nodePrice(node));
  return cheapestCost(problem, contacts, (node) => priceList[node] ?? 0, perMs);
}
