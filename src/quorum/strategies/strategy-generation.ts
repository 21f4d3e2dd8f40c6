/**
 * Column generation: solves a program over more contact sets than can be listed, by adding only those that would improve it.
 *
 * Solve over the sets so far; at its prices find the cheapest set of every side that was not listed; if it is cheaper than
 * the side's price, add it and go on. When none is, the prices hold for all sets and the optimum is that of the whole
 * program. While the sets so far cannot meet the limits, the infeasibility prices lead the way in the same manner.
 * L. Ford, D. Fulkerson, Manage. Sci. 5(1), 1958; P. Gilmore, R. Gomory, Oper. Res. 9(6), 1961.
 */
import type { Budget } from '../../kernel/budget.ts';
import type { QuorumSystem } from '../quorum-system.ts';
import { Simplex, type SimplexSolution } from './simplex.ts';
import { cheapestSet, latenciesOf } from './strategy-contacts.ts';
import { type Figures, type Side, type Units, unitOf } from './strategy-figures.ts';
import { type ListedSide, type StrategyModel, setColumnWriter, writeProgram } from './strategy-model.ts';
import { type ContactSet, latencyOfSet } from './strategy-resilient-sets.ts';

const IMPROVEMENT_MIN = 1e-10;
const ROUNDS_MAX = 5_000;

export interface GeneratedSolution {
  readonly solution: SimplexSolution;
  /** The sets behind the variables after the program's own, in order. */
  readonly added: readonly { readonly side: Side; readonly set: ContactSet }[];
}

export function solveByGeneration(
  model: StrategyModel,
  figures: Figures<number>,
  system: QuorumSystem,
  units: Units,
  budget: Budget,
): GeneratedSolution {
  const simplex = new Simplex(writeProgram(model, figures).program);
  const toColumn = setColumnWriter(model, figures);
  const open = model.listed.filter(({ isComplete }) => !isComplete);
  const added: { side: Side; set: ContactSet }[] = [];
  let solution = simplex.solve(budget);
  for (let round = 0; round < ROUNDS_MAX && solution.status !== 'stopped' && solution.status !== 'unbounded'; round++) {
    const improving = open.flatMap((side) => improvingSet(model, side, figures, solution, system, units, budget));
    if (improving.length === 0) break;
    for (const { side, set } of improving) {
      simplex.addColumn(toColumn(side, set));
      added.push({ side, set });
    }
    solution = simplex.solve(budget);
  }
  return { solution, added };
}

/** The cheapest set of a side, if it is cheaper than the side's own price. */
function improvingSet(
  { layout, byLatency }: StrategyModel,
  { side, contacts }: ListedSide,
  figures: Figures<number>,
  { status, duals }: SimplexSolution,
  system: QuorumSystem,
  units: Units,
  budget: Budget,
): { readonly side: Side; readonly set: ContactSet }[] {
  const counts = status === 'infeasible' ? 0 : 1;
  const priceOfRow = (row: number | undefined): number => (row === undefined ? 0 : Math.max(0, -(duals[row] ?? 0)));
  const share = figures.sideShare[side];
  const perNode = share * ((layout.objective === 'network' ? counts : 0) + priceOfRow(layout.networkLimitRow));
  const perMs = share * ((layout.objective === 'latency' ? counts : 0) + priceOfRow(layout.latencyLimitRow));
  const nodePrices = new Map<number, number>();
  layout.groups.forEach((nodes, group) => {
    let price = perNode;
    for (let k = 0; layout.loadRows !== undefined && k < layout.fractions; k++) {
      const row = layout.loadRows + k * layout.groups.length + group;
      price += priceOfRow(row) * figures.contactLoad(side, k, nodes[0] ?? 0);
    }
    for (const node of nodes) nodePrices.set(node, price);
  });
  const pricePerMs = perMs / unitOf('latency', units);
  const set = cheapestSet(contacts, (node) => nodePrices.get(node) ?? perNode, pricePerMs, system, budget);
  const sidePrice = duals[layout.sideRow[side] ?? 0] ?? 0;
  if (set === undefined || set.cost >= sidePrice - IMPROVEMENT_MIN) return [];
  // A set found while latency had no price still has one.
  const latencyMs = byLatency ? latencyOfSet(contacts.quorums, set.nodes, latenciesOf(system)) : 0;
  return [{ side, set: { nodes: set.nodes, latencyMs } }];
}
