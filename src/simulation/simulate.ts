/**
 * Many runs of one request. Run i has seed + i and knows nothing of the others, so any of them is repeated alone, and any number of
 * threads come to the same result.
 */
import type { Budget, Progress } from '../kernel/budget.ts';
import { type Prepared, prepare } from './prepare.ts';
import type { SimulationRequest } from './request.ts';
import { run } from './run/run.ts';
import { type RunSummary, summarizeRun } from './summary.ts';

/** Runs `count` of the request's runs, from the `first` (from 0). Ends early, with what there is, when the budget ends. */
export function simulate(
  prepared: Prepared,
  budget: Budget,
  { first = 0, count = prepared.request.runs, progress }: SimulateOptions = {},
): RunSummary[] {
  const summaries: RunSummary[] = [];
  for (let index = first; index < first + count; index++) {
    if (budget.exhausted !== undefined) break;
    const options = prepared.optionsOf(prepared.request.seed + index, budget);
    const summary = summarizeRun(options, run(options));
    summaries.push(summary);
    progress?.(summaries.length, count, describeProgress(summary));
  }
  return summaries;
}

export interface SimulateOptions {
  readonly first?: number;
  readonly count?: number;
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
