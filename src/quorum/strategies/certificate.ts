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
import type { Budget } from '../../kernel/budget.ts';
import type { QuorumSystem } from '../quorum-system.ts';
import { cheapestSet, type SideContacts } from './strategy-contacts.ts';
import type { Side, WorkloadShare } from './strategy-figures.ts';
import type { Certificate, Objective, Prices, StrategyGoal } from './strategy-problem.ts';

const GAP_MAX = 1e-9;

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
  const safe = scaleToShares(problem, prices, problem.optimize);
  const bound = lowerBound(problem, safe, problem.optimize);
  const gap = bound === undefined ? Number.POSITIVE_INFINITY : relativeGap(value, bound);
  return {
    method: methodOf(problem, bound !== undefined),
    bound: bound ?? 0,
    gap: Number.isFinite(gap) ? gap : 1,
    verified: Math.abs(gap) <= GAP_MAX,
    nodePrices: problem.system.nodes.map((_, node) => safe.load.reduce((sum, byNode) => sum + (byNode[node] ?? 0), 0)),
    prices: safe,
  };
}

/**
 * Whether `prices` prove that no strategy meets the limits: with no objective at all, the cheapest sets cost more than the limits
 * are worth (the lemma of J. Farkas, 1902).
 */
export function provesInfeasible(problem: CertificateProblem, prices: Prices): boolean {
  const safe = scaleToShares(problem, prices, undefined);
  const bound = lowerBound(problem, safe, undefined);
  return bound !== undefined && bound > GAP_MAX * worthOfLimits(problem, safe);
}

function methodOf({ contacts }: CertificateProblem, isComputed: boolean): string {
  if (!isComputed)
    return 'node prices (linear-programming dual); the budget ended before the bound was recomputed from them';
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

function lowerBound(problem: CertificateProblem, prices: Prices, optimize: Objective | undefined): number | undefined {
  let bound = 0;
  for (const side of ['reads', 'writes'] as const) {
    const contacts = problem.contacts[side];
    if (contacts === undefined) continue;
    const least = cheapestOnSide(problem, prices, optimize, side, contacts);
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
  { system, shares, budget }: CertificateProblem,
  prices: Prices,
  optimize: Objective | undefined,
  side: Side,
  contacts: SideContacts,
): number | undefined {
  const used = shares.map(({ readFraction }) => (side === 'reads' ? readFraction : 1 - readFraction));
  const mean = shares.reduce((sum, { share }, k) => sum + share * (used[k] ?? 0), 0);
  const perNode = mean * ((optimize === 'network' ? 1 : 0) + prices.networkLimit);
  const perMs = mean * ((optimize === 'latency' ? 1 : 0) + prices.latencyLimit);
  const nodePrice = (node: number): number => {
    const capacity = system.nodes[node]?.[side === 'reads' ? 'readCapacity' : 'writeCapacity'] ?? 1;
    return used.reduce((sum, fraction, k) => sum + ((prices.load[k]?.[node] ?? 0) * fraction) / capacity, perNode);
  };
  const priceList = system.nodes.map((_, node) => nodePrice(node));
  return cheapestSet(contacts, (node) => priceList[node] ?? 0, perMs, system, budget)?.cost;
}
