/**
 * Times the searches for known mistakes; see known-bugs.ts. Takes how many runs the right forms are to survive and the names of the
 * mistakes, answers in JSON on standard output. Times are wall time of this process, which has one core to itself.
 */
import { stepBudget } from '../src/kernel/budget.ts';
import { reduceRun } from '../src/simulation/counterexample.ts';
import { KNOWN_BUGS, type KnownBug } from '../src/simulation/known-bugs.ts';
import { prepare } from '../src/simulation/prepare.ts';
import { simulate } from '../src/simulation/simulate.ts';

export interface SearchTime {
  readonly bug: string;
  /** Null when nothing was found. */
  readonly seed: number | null;
  readonly foundMs: number;
  readonly reduced: string;
  /** Seeds of the right form that broke something, and what. */
  readonly fallen: readonly string[];
  readonly survivalMs: number;
}

/** Events; no search comes near. */
const BUDGET = 100_000_000_000;
const REDUCTION_BUDGET = 3_000_000;

function measure(known: KnownBug, runs: number): SearchTime {
  const before = performance.now();
  const seed = searchFor(known);
  const foundMs = performance.now() - before;
  const reduced = seed === undefined ? '' : reduce(known, seed);
  const from = performance.now();
  const fallen = simulate(prepare(known.fixed), stepBudget(BUDGET), { count: runs }).flatMap((summary) =>
    summary.broken.map(({ property, text }) => `${known.bug}, seed ${summary.seed}: ${property}: ${text}`),
  );
  return { bug: known.bug, seed: seed ?? null, foundMs, reduced, fallen, survivalMs: performance.now() - from };
}

function searchFor({ request, breaks }: KnownBug): number | undefined {
  const prepared = prepare(request);
  const budget = stepBudget(BUDGET);
  for (let first = 0; first < request.runs; first++) {
    const [summary] = simulate(prepared, budget, { first, count: 1 });
    if (summary?.broken.some(({ property }) => property === breaks) === true) return summary.seed;
  }
  return undefined;
}

function reduce({ request, breaks }: KnownBug, seed: number): string {
  const { before, after, broken } = reduceRun(request, seed, breaks, stepBudget(REDUCTION_BUDGET));
  const faults = `faults ${before.faults} -> ${after.faults}`;
  return `${faults}, operations ${before.operations} -> ${after.operations}; ${broken.property}: ${broken.text}`;
}

const [runs, ...bugs] = process.argv.slice(2);
const times = KNOWN_BUGS.filter(({ bug }) => bugs.includes(bug)).map((known) => measure(known, Number(runs)));
process.stdout.write(JSON.stringify(times));
