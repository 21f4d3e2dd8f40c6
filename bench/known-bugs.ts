/**
 * The searches of src/simulation/known-bugs.ts, timed: each mistake is to be found soon, and the right form of the protocol is to survive
 * many runs of the same search. There is no peer to compare with; the table of the context says what was found.
 */
import { stepBudget } from '../src/kernel/budget.ts';
import { reduceRun } from '../src/simulation/counterexample.ts';
import { KNOWN_BUGS, type KnownBug, NOT_SIMULATED } from '../src/simulation/known-bugs.ts';
import { prepare } from '../src/simulation/prepare.ts';
import { simulate } from '../src/simulation/simulate.ts';
import type { Comparison, Topic } from './topic.ts';

const FOUND_WITHIN_S = 60;
const SURVIVED_RUNS = 10_000;
/** Events; no search comes near. */
const BUDGET = 100_000_000_000;
const REDUCTION_BUDGET = 3_000_000;

export const knownBugs: Topic = {
  name: 'known-bugs',
  compares: 'known mistakes, each found by a seeded search, and the protocols without them under the same search',
  run: (note) => Promise.resolve(comparison(KNOWN_BUGS.map((known) => measure(known, note)))),
};

interface Outcome {
  readonly bug: string;
  readonly seed: number | undefined;
  readonly foundMs: number;
  readonly reduced: string;
  /** Seeds of the right form that broke something, and what. */
  readonly fallen: readonly string[];
  readonly survivalMs: number;
}

function measure(known: KnownBug, note: (line: string) => void): Outcome {
  const before = performance.now();
  const seed = searchFor(known);
  const foundMs = performance.now() - before;
  note(`${known.bug}: ${seed === undefined ? 'not found' : `seed ${seed}`} after ${foundMs.toFixed(0)} ms`);
  const reduced = seed === undefined ? '' : reduce(known, seed);
  const from = performance.now();
  const fallen = simulate(prepare(known.fixed), stepBudget(BUDGET), { count: SURVIVED_RUNS }).flatMap((summary) =>
    summary.broken.map(({ property, text }) => `${known.bug}, seed ${summary.seed}: ${property}: ${text}`),
  );
  for (const each of fallen.slice(0, 3)) note(each);
  return { bug: known.bug, seed, foundMs, reduced, fallen, survivalMs: performance.now() - from };
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

function comparison(outcomes: readonly Outcome[]): Comparison {
  const found = outcomes.filter(({ seed }) => seed !== undefined);
  const slowestMs = Math.max(...outcomes.map(({ foundMs }) => foundMs));
  const fallen = outcomes.flatMap((outcome) => outcome.fallen);
  const survivalMs = outcomes.reduce((sum, outcome) => sum + outcome.survivalMs, 0);
  return {
    rows: [],
    checks: [
      {
        claim: `each of ${outcomes.length} known mistakes is found within ${FOUND_WITHIN_S} s`,
        measured: `${found.length} found, the slowest after ${(slowestMs / 1000).toFixed(2)} s`,
        holds: found.length === outcomes.length && slowestMs <= FOUND_WITHIN_S * 1000,
      },
      {
        claim: `every right form survives ${SURVIVED_RUNS.toLocaleString('en')} runs of the same search`,
        measured: fallen[0] ?? `none fell, ${(survivalMs / 1000).toFixed(0)} s for all`,
        holds: fallen.length === 0,
      },
    ],
    context: Object.fromEntries([
      ...outcomes.map(({ bug, seed, foundMs, reduced }): [string, string] => [
        bug,
        `seed ${seed ?? 'none'}, ${foundMs.toFixed(0)} ms; ${reduced}`,
      ]),
      ...NOT_SIMULATED.map(({ bug, reason }): [string, string] => [bug, `no search, ${reason}`]),
    ]),
  };
}
