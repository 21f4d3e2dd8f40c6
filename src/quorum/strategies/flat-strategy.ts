/**
 * The optimal strategy of "k of n nodes" where many nodes differ in capacity, in closed form: their linear program has a row
 * for every capacity.
 *
 * With r of n for a share a of the operations and w of n for the rest b, at most F(s) = a min(s, r) + b min(s, w) contacts per operation
 * fall on any s nodes, so at least F(n) - F(n - m) fall on the m slowest: the load is at least that over their capacity, for
 * every m. The contact rates that are possible are the bases of a polymatroid, so the largest of these bounds is attained
 * (J. Edmonds 1970). Reads take first what writes cannot use; both are then spread over quorums by `strategy-spread.ts`.
 *
 * Sorting the nodes, and spreading. One read fraction, no limits, the same capacity for reads and writes; otherwise undefined.
 */
import type { Expression, Threshold } from '../expressions/expression.ts';
import type { QuorumSystem } from '../quorum-system.ts';
import type { EvenStrategy } from './even-strategy.ts';
import { RATIONALS } from './linear-program.ts';
import { add, divide, multiply, type Rational, renderRational, toNumber } from './rational.ts';
import type { SideContacts } from './strategy-contacts.ts';
import type { Side, WorkloadShare } from './strategy-figures.ts';
import type { QuorumProbability, StrategyProblem } from './strategy-problem.ts';
import { spreadTree } from './strategy-spread.ts';
import { type Branches, isPlainTree, treesOf } from './strategy-symmetry.ts';
import type { Activation } from './strategy-tree.ts';

/** Fewer different capacities than this have a small program. */
const CAPACITIES_MIN = 100;
/** The room in which rates are fitted, beyond the exact load: sums of rates are rounded. */
const ROOM = 1 + 1e-12;

interface FlatSide {
  readonly side: Side;
  readonly expression: Threshold;
  /** Share of the operations. */
  readonly share: number;
}

export function flatStrategy(
  problem: StrategyProblem,
  contacts: Readonly<Partial<Record<Side, SideContacts>>>,
  shares: readonly WorkloadShare[],
): EvenStrategy | undefined {
  const { system, optimize, loadLimit, networkLimit, latencyLimitMs } = problem;
  const [only] = shares;
  if (only === undefined || shares.length > 1 || optimize !== 'load') return undefined;
  if ([loadLimit, networkLimit, latencyLimitMs].some((limit) => limit !== undefined)) return undefined;
  const sides = flatSides(contacts, only.readFraction);
  const slowestFirst = slowestNodes(sides, system);
  if (sides === undefined || slowestFirst === undefined) return undefined;
  const { load, slow } = leastLoad(sides, slowestFirst, system);
  const capacity = (node: number): number => system.nodes[node]?.readCapacity ?? 0;
  const total = slowestFirst.slice(0, slow).reduce((sum, node) => sum + capacity(node), 0);
  const prices = system.nodes.map(() => 0);
  for (const node of slowestFirst.slice(0, slow)) prices[node] = capacity(node) / total;
  const rates = ratesOf(
    sides,
    slowestFirst.map((node) => toNumber(load) * capacity(node) * ROOM),
  );
  return {
    strategies: Object.fromEntries(
      sides.map(({ side, expression }, index) => [
        side,
        spread(side, expression, system, new Map(slowestFirst.map((node, at) => [node, rates[index]?.[at] ?? 0]))),
      ]),
    ),
    prices: { load: [prices], loadLimit: 0, networkLimit: 0, latencyLimit: 0 },
    exact: { value: toNumber(load), fraction: renderRational(load) },
  };
}

function flatSides(
  contacts: Readonly<Partial<Record<Side, SideContacts>>>,
  readFraction: number,
): readonly FlatSide[] | undefined {
  const sides: FlatSide[] = [];
  for (const side of ['reads', 'writes'] as const) {
    const used = contacts[side];
    if (used === undefined) continue;
    const { expression } = used;
    if (expression === undefined || !isFlat(expression)) return undefined;
    sides.push({ side, expression, share: side === 'reads' ? readFraction : 1 - readFraction });
  }
  return sides;
}

function isFlat(expression: Expression): expression is Threshold {
  return (
    expression.kind === 'threshold' &&
    expression.children.every(({ kind }) => kind === 'node') &&
    isPlainTree(expression)
  );
}

/** Undefined unless the sides have the same nodes, of many capacities. */
function slowestNodes(sides: readonly FlatSide[] | undefined, { nodes }: QuorumSystem): readonly number[] | undefined {
  const [members, ...others] = (sides ?? []).map(({ expression }) =>
    expression.children.flatMap((child) => (child.kind === 'node' ? [child.node] : [])).sort((a, b) => a - b),
  );
  if (members === undefined || others.some((other) => other.join() !== members.join())) return undefined;
  if (members.some((node) => nodes[node]?.readCapacity !== nodes[node]?.writeCapacity)) return undefined;
  const capacity = (node: number): number => nodes[node]?.readCapacity ?? 0;
  if (new Set(members.map(capacity)).size < CAPACITIES_MIN) return undefined;
  return members.sort((a, b) => capacity(a) - capacity(b) || a - b);
}

/** The largest bound, and the number of slowest nodes that it is about. */
function leastLoad(
  sides: readonly FlatSide[],
  slowestFirst: readonly number[],
  { nodes }: QuorumSystem,
): { readonly load: Rational; readonly slow: number } {
  const count = slowestFirst.length;
  const readShare = RATIONALS.of(sides.find(({ side }) => side === 'reads')?.share ?? 0);
  const shareOf = { reads: readShare, writes: add(RATIONALS.of(1), multiply(RATIONALS.of(-1), readShare)) };
  let capacity = RATIONALS.of(0);
  let load = RATIONALS.of(0);
  let slow = 0;
  slowestFirst.forEach((node, index) => {
    capacity = add(capacity, RATIONALS.of(nodes[node]?.readCapacity ?? 0));
    let contacts = RATIONALS.of(0);
    for (const { side, expression } of sides) {
      const forced = expression.needed - Math.min(expression.needed, count - index - 1);
      contacts = add(contacts, multiply(shareOf[side], RATIONALS.of(forced)));
    }
    const bound = divide(contacts, capacity);
    if (bound.numerator * load.denominator <= load.numerator * bound.denominator) return;
    load = bound;
    slow = index + 1;
  });
  return { load, slow };
}

/** How often each node is contacted on each side, where `room` is what its load allows per operation. */
function ratesOf([first, second]: readonly FlatSide[], room: readonly number[]): readonly (readonly number[])[] {
  if (first === undefined) return [];
  const most = room.map((rate) => Math.min(1, rate / first.share));
  if (second === undefined) return [fill(first.expression.needed, [most])];
  // What the second side could not use even if it contacted the node always costs it nothing.
  const spare = room.map((rate, at) => Math.min(most[at] ?? 0, Math.max(0, (rate - second.share) / first.share)));
  const rates = fill(first.expression.needed, [spare, most]);
  const left = room.map((rate, at) => Math.min(1, Math.max(0, rate - first.share * (rates[at] ?? 0)) / second.share));
  return [rates, fill(second.expression.needed, [left])];
}

/** Rates that sum to `needed`, raised to the first levels before the next. */
function fill(needed: number, levels: readonly (readonly number[])[]): readonly number[] {
  const rates = (levels[0] ?? []).map(() => 0);
  let missing = needed;
  for (const level of levels) {
    level.forEach((rate, at) => {
      const step = Math.max(0, Math.min(missing, rate - (rates[at] ?? 0)));
      rates[at] = (rates[at] ?? 0) + step;
      missing -= step;
    });
  }
  return rates;
}

function spread(
  side: Side,
  expression: Expression,
  system: QuorumSystem,
  rates: ReadonlyMap<number, number>,
): readonly QuorumProbability[] {
  const values: number[] = [];
  const activations = new Map<Branches, Activation>();
  const use = (branches: Branches, value: number): void => {
    activations.set(branches, { variable: values.push(value) - 1, factor: 1 });
  };
  return (treesOf([{ side, expression }], system, false) ?? []).flatMap((tree) => {
    use(tree.root, 1);
    for (const { branches } of tree.root.kind === 'threshold' ? tree.root.classes : []) {
      if (branches.kind === 'node') use(branches, rates.get(branches.nodes[0] ?? -1) ?? 0);
    }
    return spreadTree(tree, activations, values);
  });
}
