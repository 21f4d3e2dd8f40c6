/**
 * Many runs of one request. Run i has seed + i and knows nothing of the others, so any of them is repeated alone, and any number of
 * threads come to the same result.
 */
import type { Budget, Progress } from '../kernel/budget.ts';
import type { Milliseconds } from '../kernel/units.ts';
import { type Prepared, prepare } from './prepare.ts';
import type { SimulationRequest } from './request.ts';
import { run } from './run/run.ts';
import { tellingTime } from './run-progress.ts';
import { type RunSummary, summarizeRun } from './summary.ts';

/** A shorter run is over before anybody wonders. */
const LONG_RUN_MS = 60_000;

/** Runs `count` of the request's runs, from the `first` (from 0). Ends early, with what there is, when the budget ends. */
export function simulate(
  prepared: Prepared,
  budget: Budget,
  { first = 0, count = prepared.request.runs, progress }: SimulateOptions = {},
): RunSummary[] {
  const summaries: RunSummary[] = [];
  const { seed: firstSeed, durationMs, settleMs } = prepared.request;
  const wholeMs = durationMs + settleMs;
  for (let index = first; index < first + count; index++) {
    if (budget.exhausted !== undefined) break;
    const seed = firstSeed + index;
    const plain = prepared.optionsOf(seed, budget);
    const tell = (atMs: Milliseconds): void =>
      progress?.(summaries.length + atMs / wholeMs, count, `seed ${seed}: ${Math.floor(atMs)} of ${wholeMs} ms`);
    const options = progress === undefined || wholeMs < LONG_RUN_MS ? plain : tellingTime(plain, tell);
    const summary = summarizeRun(options, run(options));
    summaries.push(summary);
    progress?.(summaries.length, count, describeProgress(summary));
  }
  return summaries;
}

export interface SimulateOptions {
  readonly first?: number;
  readonly count?: number;
  /** Told of every run that is finished, and within long runs in parts of a run. */
  readonly progress?: Progress;
}

/** The same for those who hold only the request: a worker thread. */
export function simulateRequest(
  request: SimulationRequest,
  budget: Budget,
  options: SimulateOptions = {},
): RunSummary[] {
  return simulate(prepare(request), budget, options);
}

function describeProgress({ seed, broken, events }: RunSummary): string {
  const outcome = broken[0] === undefined ? 'all properties hold' : `broke ${broken[0].property}`;
  return `seed ${seed}: ${events} events, ${outcome}`;
}
