/**
 * The run that an answer shows: the reduced breach, else the run with the most elections, since it has most to tell; recorded.
 */
import { stepBudget } from '../../kernel/budget.ts';
import { type Counterexample, SHOWN_EVENTS_MAX, single } from '../../simulation/counterexample.ts';
import type { Fault } from '../../simulation/faults/fault.ts';
import { type Prepared, prepare } from '../../simulation/prepare.ts';
import { run } from '../../simulation/run/run.ts';
import type { RunSummary } from '../../simulation/summary.ts';
import type { Trace } from '../../simulation/trace.ts';

export interface ShownRun {
  readonly seed: number;
  readonly trace: Trace;
  readonly faults: readonly Fault[];
  /** Bytes between nodes per operation that succeeded. */
  readonly bytesPerOperation: number | undefined;
}

const TRACE_EVENTS_MAX = 20_000;

export function shownRun(
  prepared: Prepared,
  runs: readonly RunSummary[],
  example: Counterexample | undefined,
): ShownRun {
  if (example !== undefined) {
    const { request, trace } = example;
    return { seed: request.seed, trace, faults: request.faults, bytesPerOperation: undefined };
  }
  const telling = runs.reduce<RunSummary | undefined>(
    (best, each) => (best === undefined || each.elections > best.elections ? each : best),
    undefined,
  );
  const seed = telling?.seed ?? prepared.request.seed;
  const options = prepared.optionsOf(seed, stepBudget(SHOWN_EVENTS_MAX), TRACE_EVENTS_MAX);
  const { trace, messages, operations } = run(options);
  const done = operations.filter(({ outcome }) => outcome === 'ok').length;
  return {
    seed,
    trace: trace ?? { names: prepared.names, events: [], endUs: 0, omitted: 0 },
    faults: prepare(single(prepared.request, seed)).request.faults,
    bytesPerOperation: done === 0 ? undefined : messages.bytes / done,
  };
}
