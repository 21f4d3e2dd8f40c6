/**
 * Finds the quorum system over given nodes whose optimal strategy is best: reads are a duplicate-free expression over all
 * nodes, writes its dual.
 *
 * The space is that of M. Whittaker et al., "Read-Write Quorum Systems Made Practical", PaPoC 2021,
 * 10.1145/3447865.3457962, section 5, which solves a linear program for every member. Here nodes that are alike are
 * interchangeable (`search-shapes.ts`), resilience is two sums over the tree, and most candidates are ruled out by the prices of
 * candidates solved before (`search-bounds.ts`). Deterministic: of equally good systems the first in order is kept.
 *
 * Exhaustive over that space or stopped by the budget; says nothing about expressions that repeat nodes.
 */
import { type Budget, stepBudget } from '../../kernel/budget.ts';
import { dual } from '../expressions/dual.ts';
import { choose, type Expression, node } from '../expressions/expression.ts';
import { createQuorumSystem, type QuorumNodeSpec, type QuorumSystem, type ZoneSpec } from '../quorum-system.ts';
import {
  proveStrategy,
  type SolvedStrategy,
  type StrategyGoal,
  type StrategyResult,
  solveStrategy,
} from '../strategies/strategy.ts';
import { normalizeWorkload, type WorkloadShare } from '../strategies/strategy-figures.ts';
import type { Prices } from '../strategies/strategy-problem.ts';
import { type BoundContext, type ShapeBound, type ShapePrices, shapeBound } from './search-bounds.ts';
import { forEachShape, type Shape } from './search-shapes.ts';

export interface SearchProblem extends StrategyGoal {
  readonly nodes: readonly QuorumNodeSpec[];
  readonly zones?: readonly ZoneSpec[] | undefined;
  /** Node failures that must always leave both a read and a write quorum. */
  readonly minimumResilience: number;
  readonly budget: Budget;
  readonly progress?: ((done: number, total: number, message: string) => void) | undefined;
}

export interface SearchResult {
  readonly best?: { readonly system: QuorumSystem; readonly strategy: StrategyResult & { readonly feasible: true } };
  /** Whether every system of the space was examined. */
  readonly exhaustive: boolean;
  /** Systems examined, counting those that differ only in alike nodes once. */
  readonly candidates: number;
  readonly stoppedBy?: string;
}

/** Heights of the expressions of each pass: quoracle's order. */
const PASSES = [
  { heightMin: 0, heightMax: 1 },
  { heightMin: 1, heightMax: 2 },
  { heightMin: 2, heightMax: Number.POSITIVE_INFINITY },
] as const;
const PARTS_MAX = 100_000;
const PRICES_KEPT_MAX = 48;
const CANDIDATES_PER_PROGRESS = 2_000;
/** A candidate must be better by more than rounding. */
const IMPROVEMENT_MIN = 1e-9;
/** Proving the best system found must not fail because the search used up the budget. */
const PROOF_STEPS = 1_000_000;

export function searchQuorumSystems(problem: SearchProblem): SearchResult {
  const space = describeSpace(problem);
  const state = createState();
  const ended = PASSES.findIndex((heights, pass) => !runPass(problem, space, state, heights, pass));
  const { best, candidates, undecided } = state;
  const stoppedBy =
    ended >= 0
      ? (problem.budget.exhausted ?? `more than ${PARTS_MAX} different parts to build systems from`)
      : undecided > 0
        ? `${undecided} systems were too large to solve`
        : undefined;
  return {
    ...(best === undefined ? {} : { best: prove(problem, best) }),
    exhaustive: stoppedBy === undefined,
    candidates,
    ...(stoppedBy === undefined ? {} : { stoppedBy }),
  };
}

interface SearchSpace {
  /** Alike nodes. */
  readonly classes: readonly (readonly number[])[];
  readonly shares: readonly WorkloadShare[];
  readonly context: BoundContext;
}

interface Found {
  readonly system: QuorumSystem;
  readonly solved: SolvedStrategy;
}

interface PriceTest {
  readonly bound: ShapeBound;
  /** A bound above this rules a candidate out; undefined means above the best value so far. */
  readonly infeasibleAbove: number | undefined;
}

interface SearchState {
  best: Found | undefined;
  candidates: number;
  undecided: number;
  /** Most recently useful first. */
  readonly tests: PriceTest[];
}

function createState(): SearchState {
  return { best: undefined, candidates: 0, undecided: 0, tests: [] };
}

function describeSpace({ nodes, resilientTo, optimize, latencyLimitMs, workload }: SearchProblem): SearchSpace {
  const byLatency = optimize === 'latency' || latencyLimitMs !== undefined;
  const classes = new Map<string, number[]>();
  nodes.forEach(({ capacity, readCapacity, writeCapacity, latencyMs }, index) => {
    const own = [readCapacity ?? capacity ?? 1, writeCapacity ?? capacity ?? 1, byLatency ? (latencyMs ?? 0) : 0];
    const key = own.join(' ');
    classes.set(key, [...(classes.get(key) ?? []), index]);
  });
  const members = [...classes.values()];
  const classLatencyMs = members.map(([first]) => (byLatency ? (nodes[first ?? 0]?.latencyMs ?? 0) : 0));
  const shares = normalizeWorkload(workload);
  const uses = { reads: shares.some((s) => s.readFraction > 0), writes: shares.some((s) => s.readFraction < 1) };
  return {
    classes: members,
    shares,
    context: {
      sides: (['reads', 'writes'] as const).filter((side) => uses[side]),
      failures: resilientTo,
      latenciesMs: [...new Set(classLatencyMs)].sort((a, b) => a - b),
      classLatencyMs,
    },
  };
}

/** False when the search has to end before the pass is through. */
function runPass(
  problem: SearchProblem,
  space: SearchSpace,
  state: SearchState,
  heights: { readonly heightMin: number; readonly heightMax: number },
  pass: number,
): boolean {
  const sizes = space.classes.map(({ length }) => length);
  if (heights.heightMax > 1 && sizes.reduce((parts, size) => parts * (size + 1), 1) > PARTS_MAX) return false;
  return forEachShape(sizes, heights, problem.budget, (shape) => {
    state.candidates += 1;
    if (state.candidates % CANDIDATES_PER_PROGRESS === 0) reportProgress(problem, state, pass);
    if (isResilient(shape, problem.minimumResilience) && !isRuledOut(shape, state)) {
      solveCandidate(problem, space, state, shape);
    }
    return problem.budget.exhausted === undefined;
  });
}

function reportProgress({ progress, optimize }: SearchProblem, { candidates, best }: SearchState, pass: number): void {
  // How many are left is not known beforehand: within a pass, approach its end ever more slowly.
  const done = pass + candidates / (candidates + 10 * CANDIDATES_PER_PROGRESS);
  const found = best === undefined ? 'none feasible yet' : `best ${optimize} ${best.solved.value}`;
  progress?.(done, PASSES.length, `${candidates} quorum systems examined, ${found}`);
}

/** A side survives the failures if the smallest set that stops it, a quorum of the other side, has more nodes. */
function isResilient(shape: Shape, failures: number): boolean {
  return smallest(shape, 'reads') > failures && smallest(shape, 'writes') > failures;
}

function smallest(shape: Shape, side: 'reads' | 'writes'): number {
  if (shape.kind === 'leaf') return 1;
  const { children, needed } = shape;
  const sizes = children.map((child) => smallest(child, side)).sort((a, b) => a - b);
  const count = side === 'reads' ? needed : children.length - needed + 1;
  return sizes.slice(0, count).reduce((sum, size) => sum + size, 0);
}

function isRuledOut(shape: Shape, { tests, best }: SearchState): boolean {
  const bestValue = best?.solved.value ?? Number.POSITIVE_INFINITY;
  const at = tests.findIndex(({ bound, infeasibleAbove }) => {
    const least = bound.of(shape);
    return least > (infeasibleAbove ?? bestValue * (1 - IMPROVEMENT_MIN)) || least === Number.POSITIVE_INFINITY;
  });
  if (at > 0) tests.unshift(...tests.splice(at, 1));
  return at >= 0;
}

function solveCandidate(problem: SearchProblem, space: SearchSpace, state: SearchState, shape: Shape): void {
  const { nodes, zones, ...goal } = problem;
  const reads = expressionOf(
    shape,
    space.classes.map((members) => [...members]),
  );
  const system = createQuorumSystem({ nodes, zones, reads, writes: dual(reads) });
  const solved = solveStrategy({ ...goal, system });
  if (solved.status === 'undecided') state.undecided += 1;
  if (solved.status === 'optimal') {
    keepTest(state, {
      bound: shapeBound(space.context, pricesOfShape(problem, space, system, solved.prices, 1)),
      infeasibleAbove: undefined,
    });
    const bestValue = state.best?.solved.value ?? Number.POSITIVE_INFINITY;
    if (solved.value < bestValue * (1 - IMPROVEMENT_MIN)) state.best = { system, solved };
  }
  if (solved.status === 'infeasible' && solved.prices !== undefined) {
    const bound = shapeBound(space.context, pricesOfShape(problem, space, system, solved.prices, 0));
    const own = bound.of(shape);
    if (own > 0) keepTest(state, { bound, infeasibleAbove: own * 1e-3 });
  }
}

function keepTest({ tests }: SearchState, test: PriceTest): void {
  tests.unshift(test);
  if (tests.length > PRICES_KEPT_MAX) tests.pop();
}

/** Prices of a solved system, averaged over alike nodes; `counts` is 0 for prices that prove infeasibility. */
function pricesOfShape(
  problem: SearchProblem,
  { classes, shares, context }: SearchSpace,
  { nodes }: QuorumSystem,
  prices: Prices,
  counts: 0 | 1,
): ShapePrices {
  const meanShare = (side: 'reads' | 'writes'): number =>
    shares.reduce(
      (sum, { share, readFraction }) => sum + share * (side === 'reads' ? readFraction : 1 - readFraction),
      0,
    );
  const perNode = prices.networkLimit + (problem.optimize === 'network' ? counts : 0);
  const perMs = prices.latencyLimit + (problem.optimize === 'latency' ? counts : 0);
  const nodePrice = (side: 'reads' | 'writes', index: number): number => {
    const capacity = nodes[index]?.[side === 'reads' ? 'readCapacity' : 'writeCapacity'] ?? 1;
    return shares.reduce((sum, { readFraction }, k) => {
      const used = side === 'reads' ? readFraction : 1 - readFraction;
      return sum + ((prices.load[k]?.[index] ?? 0) * used) / capacity;
    }, meanShare(side) * perNode);
  };
  const byClass = (side: 'reads' | 'writes'): readonly number[] =>
    classes.map((members) => members.reduce((sum, index) => sum + nodePrice(side, index), 0) / members.length);
  const isUsed = (side: 'reads' | 'writes'): boolean => context.sides.includes(side);
  return {
    node: { reads: isUsed('reads') ? byClass('reads') : [], writes: isUsed('writes') ? byClass('writes') : [] },
    perMs: { reads: meanShare('reads') * perMs, writes: meanShare('writes') * perMs },
    paidForLimits:
      prices.loadLimit * (problem.loadLimit ?? 0) +
      prices.networkLimit * (problem.networkLimit ?? 0) +
      prices.latencyLimit * (problem.latencyLimitMs ?? 0),
  };
}

/** Puts nodes in for their classes, in order; simple parts first. */
function expressionOf(shape: Shape, free: number[][]): Expression {
  if (shape.kind === 'leaf') return node(free[shape.class]?.shift() ?? 0);
  const children = [...shape.children].sort((a, b) => a.height - b.height);
  return choose(
    shape.needed,
    children.map((child) => expressionOf(child, free)),
  );
}

function prove(problem: SearchProblem, { system, solved }: Found): NonNullable<SearchResult['best']> {
  return { system, strategy: proveStrategy({ ...problem, system, budget: stepBudget(PROOF_STEPS) }, solved) };
}
