/**
 * Decides several parts by two searches each, all in turns: nobody knows beforehand which part is hard, which is violated, and which of the searches is lucky.
 * Turns double in length, so that a decision costs at most a small multiple of what the best choice would have cost. Smallest parts first; the first
 * violation ends it. Turns are counted in steps, not in time, so the same history always takes the same way.
 */
import type { Budget } from '../../kernel/budget.ts';
import { DepthFirstSearch } from './depth-first-search.ts';
import { type Decision, FrontierSearch } from './frontier-search.ts';
import type { SearchProblem } from './search-problem.ts';

export type Algorithm = 'frontier' | 'depth_first';

export interface DovetailOptions {
  readonly algorithms: readonly Algorithm[];
  readonly bytesMax: number;
}

export interface Decided {
  readonly problem: SearchProblem;
  readonly decision: Decision;
  readonly by: Algorithm;
  /** Place of an event that the operation without a place completes at or after. */
  readonly violatedFrom: number;
  readonly depthFirst: DepthFirstSearch | undefined;
}

export interface Undecided {
  readonly problem: SearchProblem;
  /** `memory` when both searches needed more than there is. */
  readonly cause: 'budget' | 'memory';
  readonly peakConfigurations: number;
  /** Most operations under way at a time, as far as the search came, and how many of those that stay open. */
  readonly peakRunning: number;
  readonly openRunning: number;
}

export interface DovetailResult {
  readonly decided: readonly Decided[];
  readonly undecided: readonly Undecided[];
  readonly peakConfigurations: number;
}

const FIRST_TURN = 2_000;
const LAST_TURN = 1_000_000;
/** Parts in hand at a time; the next comes in when one is decided. */
const IN_HAND_MAX = 32;

interface Work {
  readonly problem: SearchProblem;
  frontier: FrontierSearch | undefined;
  depthFirst: DepthFirstSearch | undefined;
  peakConfigurations: number;
  peakRunning: number;
  openRunning: number;
}

export function dovetail(
  problems: Iterable<SearchProblem>,
  { algorithms, bytesMax }: DovetailOptions,
  budget: Budget,
  onDecided: (decided: Decided) => void = () => undefined,
): DovetailResult {
  const waiting = problems[Symbol.iterator]();
  const decided: Decided[] = [];
  const undecided: Undecided[] = [];
  let inHand: Work[] = [];
  let peakConfigurations = 0;
  let turn = FIRST_TURN;
  for (;;) {
    admit(inHand, waiting, algorithms);
    if (inHand.length === 0) return { decided, undecided, peakConfigurations };
    const left: Work[] = [];
    for (const work of inHand) {
      const found = takeTurn(work, turn, budget);
      peakConfigurations = Math.max(peakConfigurations, work.peakConfigurations);
      if (found === undefined && budget.exhausted === undefined) limitMemory([...left, work], bytesMax);
      if (found !== undefined) {
        decided.push(found);
        onDecided(found);
        if (found.decision === 'violated') return { decided, undecided, peakConfigurations };
      } else if (work.frontier === undefined && work.depthFirst === undefined) {
        undecided.push(undecidedBy(work, 'memory'));
      } else left.push(work);
    }
    inHand = left.filter(({ frontier, depthFirst }) => frontier !== undefined || depthFirst !== undefined);
    for (const work of left) if (!inHand.includes(work)) undecided.push(undecidedBy(work, 'memory'));
    if (budget.exhausted !== undefined) {
      undecided.push(...inHand.map((work) => undecidedBy(work, 'budget')));
      return { decided, undecided, peakConfigurations };
    }
    turn = Math.min(2 * turn, LAST_TURN);
  }
}

function admit(inHand: Work[], waiting: Iterator<SearchProblem>, algorithms: readonly Algorithm[]): void {
  while (inHand.length < IN_HAND_MAX) {
    const { done, value: problem } = waiting.next();
    if (done === true) return;
    const frontier = algorithms.includes('frontier') ? new FrontierSearch(problem) : undefined;
    const depthFirst = algorithms.includes('depth_first') ? new DepthFirstSearch(problem) : undefined;
    inHand.push({ problem, frontier, depthFirst, peakConfigurations: 0, peakRunning: 0, openRunning: 0 });
  }
}

function takeTurn(work: Work, steps: number, budget: Budget): Decided | undefined {
  const { problem, frontier, depthFirst } = work;
  const byDepth = depthFirst?.advance(steps);
  if (depthFirst !== undefined) budget.spend(steps - depthFirst.unusedSteps);
  if (depthFirst !== undefined && byDepth !== undefined) {
    return { problem, decision: byDepth, by: 'depth_first', violatedFrom: depthFirst.furthest, depthFirst };
  }
  const byFrontier = budget.exhausted === undefined ? frontier?.advance(steps) : undefined;
  if (frontier === undefined) return undefined;
  budget.spend(steps - frontier.unusedSteps);
  work.peakConfigurations = frontier.peakConfigurations;
  work.peakRunning = frontier.running.peak;
  work.openRunning = frontier.running.open;
  if (byFrontier === undefined) return undefined;
  return { problem, decision: byFrontier, by: 'frontier', violatedFrom: frontier.eventAt, depthFirst: undefined };
}

/** The search that holds most gives up, until the rest fits. */
function limitMemory(all: readonly Work[], bytesMax: number): void {
  for (;;) {
    let bytes = 0;
    let largest: Work | undefined;
    let largestBytes = -1;
    for (const work of all) {
      const [byFrontier, byDepth] = [work.frontier?.bytes ?? 0, work.depthFirst?.bytes ?? 0];
      bytes += byFrontier + byDepth;
      if (Math.max(byFrontier, byDepth) > largestBytes) [largest, largestBytes] = [work, Math.max(byFrontier, byDepth)];
    }
    if (bytes <= bytesMax || largest === undefined) return;
    if ((largest.depthFirst?.bytes ?? -1) >= (largest.frontier?.bytes ?? -1)) largest.depthFirst = undefined;
    else largest.frontier = undefined;
  }
}

function undecidedBy(
  { problem, peakConfigurations, peakRunning, openRunning }: Work,
  cause: Undecided['cause'],
): Undecided {
  return { problem, cause, peakConfigurations, peakRunning, openRunning };
}
