/**
 * The optimal strategy of a quorum system: which quorums to contact, how often, so that load (or network use, or latency)
 * is least under limits on the others, with a proof.
 *
 * M. Whittaker et al., "Read-Write Quorum Systems Made Practical", PaPoC 2021, 10.1145/3447865.3457962, section 4; one linear
 * program (`strategy-program.ts`) whose variables depend on the system (`strategy-model.ts`), except where all nodes can be used
 * equally (`even-strategy.ts`), or many differ and only their number counts (`flat-strategy.ts`). Its optimum is proved twice
 * over: by node prices (`certificate.ts`), and for small systems exactly, as a fraction (`guessed-optimum.ts`, `rational-basis.ts`).
 *
 * A side of the workload that is never used (writes at 100% reads) puts no load on anything and needs no f-resilient sets; it is
 * answered with one smallest quorum. Whether reads and writes intersect is not decided here.
 */

import type { Budget } from '../../kernel/budget.ts';
import { type Expression, isSatisfied, type NodeSet } from '../expressions/expression.ts';
import { smallestQuorum } from '../quorums/smallest-quorum.ts';
import { certifyBest, provesInfeasible } from './certificate.ts';
import { evenStrategy } from './even-strategy.ts';
import { flatStrategy } from './flat-strategy.ts';
import { guessedOptimum } from './guessed-optimum.ts';
import { DOUBLES, RATIONALS } from './linear-program.ts';
import { renderRational, toNumber } from './rational.ts';
import { exactOptimum } from './rational-basis.ts';
import { type SimplexSolution, solveLinearProgram } from './simplex.ts';
import { isKnown, renderSmallFraction, SMALL_FRACTIONS, type SmallFraction } from './small-fraction.ts';
import { type ContactsOptions, contactsOf, type SideContacts } from './strategy-contacts.ts';
import {
  figuresOf,
  NO_UNITS,
  normalizeWorkload,
  type Side,
  type Units,
  unitOf,
  unitsOf,
  type WorkloadShare,
} from './strategy-figures.ts';
import { solveByGeneration } from './strategy-generation.ts';
import { explainInfeasible } from './strategy-limits.ts';
import { measureStrategy, type StrategyMeasures } from './strategy-measures.ts';
import { modelOf, type StrategyModel, type UsedSides, type WrittenProgram, writeProgram } from './strategy-model.ts';
import type {
  ExactValue,
  Objective,
  Prices,
  QuorumProbability,
  StrategyProblem,
  StrategyResult,
} from './strategy-problem.ts';
import { spreadTree } from './strategy-spread.ts';

export type { Objective, StrategyGoal, StrategyProblem, StrategyResult } from './strategy-problem.ts';

const TOO_FAR_APART = 'rounding got out of hand: the capacities are too many orders of magnitude apart';
const TOO_CLOSE =
  'no strategy was found, but that none exists was not proved: a limit is too close to what is possible, or capacities too far apart';

/** Probabilities below this are rounding. */
const PROBABILITY_MIN = 1e-10;

export function optimizeStrategy(problem: StrategyProblem): StrategyResult {
  const solved = solveStrategy(problem);
  if (solved.status === 'undecided') return { feasible: undefined, because: solved.because };
  if (solved.status === 'infeasible') return explainInfeasible(problem, solved, (changed) => solveStrategy(changed));
  return proveStrategy(problem, solved);
}

/** A solved program, not yet proved. */
export interface SolvedStrategy {
  readonly status: 'optimal';
  readonly value: number;
  readonly prices: Prices;
  readonly measures: StrategyMeasures;
  readonly reads: readonly QuorumProbability[];
  readonly writes: readonly QuorumProbability[];
  readonly shares: readonly WorkloadShare[];
  readonly sides: UsedSides;
  /** The optimum without rounding, if it can be found; work that a search need not do. */
  readonly exactValue: () => ExactValue | undefined;
}

export type StrategyAttempt =
  | SolvedStrategy
  /** With the prices that prove it, unless it is because of something else than the limits. */
  | { readonly status: 'infeasible'; readonly because?: string; readonly prices?: Prices }
  | { readonly status: 'undecided'; readonly because: string };

/** The optimum without its proof: what a search asks for thousands of times. */
export function solveStrategy(problem: StrategyProblem): StrategyAttempt {
  const { system, budget } = problem;
  const shares = normalizeWorkload(problem.workload);
  const byLatency = problem.optimize === 'latency' || problem.latencyLimitMs !== undefined;
  const options = { system, failures: problem.resilientTo, byLatency, budget };
  const sides: Partial<Record<Side, SideContacts>> = {};
  for (const side of usedSides(shares)) {
    const contacts = contactsOf(system[side], options);
    if (contacts === 'none') return { status: 'infeasible', because: nothingResilient(side, problem.resilientTo) };
    if (contacts === 'undecided') return { status: 'undecided', because: tooManySets(side, budget.exhausted) };
    sides[side] = contacts;
  }
  return solveInClosedForm(problem, shares, sides) ?? solveProgram(problem, shares, sides, options);
}

/** At once, where all nodes can be used equally, or all that counts is how many (`even-strategy.ts`, `flat-strategy.ts`). */
function solveInClosedForm(
  problem: StrategyProblem,
  shares: readonly WorkloadShare[],
  sides: UsedSides,
): SolvedStrategy | undefined {
  const even = evenStrategy(problem, sides, shares) ?? flatStrategy(problem, sides, shares);
  if (even === undefined) return undefined;
  const { system, budget } = problem;
  const finish = (side: Side): readonly QuorumProbability[] | undefined => {
    const parts = even.strategies[side];
    return parts === undefined ? unusedSide(system[side], budget) : normalized(system[side], parts);
  };
  const [reads, writes] = [finish('reads'), finish('writes')];
  if (reads === undefined || writes === undefined) return undefined;
  const strategies = { reads, writes };
  return {
    status: 'optimal',
    value: even.exact.value,
    prices: even.prices,
    measures: measureStrategy(system, shares, strategies),
    ...strategies,
    shares,
    sides,
    exactValue: () => even.exact,
  };
}

function solveProgram(
  problem: StrategyProblem,
  shares: readonly WorkloadShare[],
  sides: UsedSides,
  options: ContactsOptions,
): StrategyAttempt {
  const { system, budget } = problem;
  const units = unitsOf(system);
  const figures = figuresOf(problem, shares, DOUBLES, units);
  const model = modelOf(problem, sides, shares, options);
  const written = writeProgram(model, figures);
  const isComplete = model.listed.every((side) => side.isComplete);
  const { solution, added } = isComplete
    ? { solution: solveLinearProgram(written.program, budget), added: [] }
    : solveByGeneration(model, figures, system, units, budget);
  const prices = pricesOf(model, solution, units, system.nodes.length);
  if (solution.status === 'infeasible' && budget.exhausted === undefined) {
    const isProved = provesInfeasible({ ...problem, shares, contacts: sides }, prices);
    return isProved ? { status: 'infeasible', prices } : { status: 'undecided', because: TOO_CLOSE };
  }
  if (solution.status !== 'optimal') {
    return {
      status: 'undecided',
      because: `the linear program was not solved: ${budget.exhausted ?? solution.status}`,
    };
  }
  const strategies = strategiesOf(problem, model, written, solution, added);
  if (strategies === undefined) return { status: 'undecided', because: TOO_FAR_APART };
  const measures = measureStrategy(system, shares, strategies);
  const value = measureOf(problem.optimize, measures);
  return {
    status: 'optimal',
    value,
    prices,
    measures,
    ...strategies,
    shares,
    sides,
    exactValue: () => exactValue(problem, { shares, model, units, solution }),
  };
}

/** The measure that was minimised. */
export function measureOf(objective: Objective, { load, networkLoad, latencyMs }: StrategyMeasures): number {
  if (objective === 'load') return load;
  return objective === 'network' ? networkLoad : (latencyMs ?? Number.NaN);
}

function usedSides(shares: readonly WorkloadShare[]): readonly Side[] {
  const reads = shares.some(({ readFraction }) => readFraction > 0);
  const writes = shares.some(({ readFraction }) => readFraction < 1);
  return [...(reads ? (['reads'] as const) : []), ...(writes ? (['writes'] as const) : [])];
}

function nothingResilient(side: Side, failures: number): string {
  return `no set of nodes remains a quorum for ${side} after any ${failures} of its nodes fail`;
}

function tooManySets(side: Side, exhausted: string | undefined): string {
  return `too many sets of nodes serve ${side} to list them${exhausted === undefined ? '' : ` (${exhausted})`}`;
}

function strategiesOf(
  { system, budget }: StrategyProblem,
  model: StrategyModel,
  { activations, firstSetVariable }: WrittenProgram<number>,
  { values }: SimplexSolution,
  added: readonly { readonly side: Side; readonly set: { readonly nodes: NodeSet } }[],
): Readonly<Record<Side, readonly QuorumProbability[]>> | undefined {
  const found: Record<Side, QuorumProbability[]> = { reads: [], writes: [] };
  for (const tree of model.trees) found[tree.side].push(...spreadTree(tree, activations, values));
  const sets = [...model.listed.flatMap(({ side, sets: members }) => members.map((set) => ({ side, set }))), ...added];
  sets.forEach(({ side, set }, index) => {
    found[side].push({ quorum: set.nodes, probability: values[firstSetVariable + index] ?? 0 });
  });
  const finish = (side: Side): readonly QuorumProbability[] | undefined => {
    if (model.layout.sideRow[side] !== undefined) return normalized(system[side], found[side]);
    return unusedSide(system[side], budget);
  };
  const reads = finish('reads');
  const writes = finish('writes');
  return reads === undefined || writes === undefined ? undefined : { reads, writes };
}

function unusedSide(expression: Expression, budget: Budget): readonly QuorumProbability[] {
  const smallest = smallestQuorum(expression, () => 1, budget);
  return smallest === undefined ? [] : [{ quorum: smallest.nodes, probability: 1 }];
}

/** Equal quorums together, rounding dust away, probabilities summing to one. */
function normalized(
  expression: Expression,
  parts: readonly QuorumProbability[],
): readonly QuorumProbability[] | undefined {
  const byQuorum = new Map<string, QuorumProbability>();
  for (const { quorum, probability } of parts) {
    if (probability <= 0) continue;
    const key = quorum.join(' ');
    byQuorum.set(key, { quorum, probability: probability + (byQuorum.get(key)?.probability ?? 0) });
  }
  const kept = [...byQuorum.values()].filter(({ probability }) => probability > PROBABILITY_MIN);
  const total = kept.reduce((sum, { probability }) => sum + probability, 0);
  // Only when rounding got out of hand do pieces of quorums remain.
  if (!kept.every(({ quorum }) => contains(quorum, expression))) return undefined;
  return kept.map(({ quorum, probability }) => ({ quorum, probability: probability / total }));
}

function contains(nodes: NodeSet, expression: Expression): boolean {
  const members = new Set(nodes);
  return isSatisfied(expression, (node) => members.has(node));
}

/** The duals in the caller's units; nodes of a group share its price. */
function pricesOf({ layout }: StrategyModel, { duals }: SimplexSolution, units: Units, nodeCount: number): Prices {
  const priceOf = (row: number | undefined, measure: Objective): number =>
    row === undefined
      ? 0
      : (Math.max(0, -(duals[row] ?? 0)) * unitOf(layout.objective, units)) / unitOf(measure, units);
  const load = Array.from({ length: layout.fractions }, (_, k) => {
    const byNode = new Array<number>(nodeCount).fill(0);
    layout.groups.forEach((nodes, group) => {
      const row = layout.loadRows === undefined ? undefined : layout.loadRows + k * layout.groups.length + group;
      for (const node of nodes) byNode[node] = priceOf(row, 'load') / nodes.length;
    });
    return byNode;
  });
  return {
    load,
    loadLimit: priceOf(layout.loadLimitRow, 'load'),
    networkLimit: priceOf(layout.networkLimitRow, 'network'),
    latencyLimit: priceOf(layout.latencyLimitRow, 'latency'),
  };
}

/** Adds certificate and fraction to a solved strategy. */
export function proveStrategy(problem: StrategyProblem, solved: SolvedStrategy): StrategyResult & { feasible: true } {
  const { measures, prices, shares, sides } = solved;
  const exact = solved.exactValue();
  const value = exact?.value ?? solved.value;
  return {
    feasible: true,
    objective: problem.optimize,
    value,
    ...(exact === undefined ? {} : { exact: exact.fraction }),
    ...measures,
    reads: solved.reads,
    writes: solved.writes,
    certificate: certifyBest({ ...problem, shares, contacts: sides }, value, prices),
  };
}

interface SolvedProgram {
  readonly shares: readonly WorkloadShare[];
  readonly model: StrategyModel;
  readonly units: Units;
  readonly solution: SimplexSolution;
}

/** Guessed from the doubles and checked, or else solved again without rounding. */
function exactValue(
  problem: StrategyProblem,
  { shares, model, units, solution }: SolvedProgram,
): ExactValue | undefined {
  if (!model.listed.every(({ isComplete }) => isComplete)) return undefined;
  const small = figuresOf(problem, shares, SMALL_FRACTIONS, units);
  const guessed = guessedOptimum(writeProgram(model, small).program, solution);
  const inUnits = guessed === undefined ? undefined : withUnit(guessed, problem.optimize, units);
  if (inUnits !== undefined) return inUnits;
  const figures = figuresOf(problem, shares, RATIONALS, NO_UNITS);
  const solved = exactOptimum(writeProgram(model, figures).program, solution.basis);
  return solved === undefined ? undefined : { value: toNumber(solved), fraction: renderRational(solved) };
}

/** Undefined when that takes more than small integers. */
function withUnit(guessed: SmallFraction, objective: Objective, units: Units): ExactValue | undefined {
  const field = SMALL_FRACTIONS;
  let exact = guessed;
  if (objective === 'load') exact = field.divide(guessed, field.of(units.capacity));
  if (objective === 'latency') exact = field.multiply(guessed, field.of(units.latencyMs));
  return isKnown(exact) ? { value: field.toNumber(exact), fraction: renderSmallFraction(exact) } : undefined;
}
