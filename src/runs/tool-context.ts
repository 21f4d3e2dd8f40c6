/**
 * The context of one call, wherever it runs: seed, budget, progress, cancellation, and the stores of runs and checkpoints.
 */
import { type Budget, createBudget } from '../kernel/budget.ts';
import type { CheckpointStore } from '../kernel/call-services.ts';
import type { RunReader, RunWriter, ToolContext } from '../registry/define-tool.ts';
import type { AnyTool } from '../registry/tool-registry.ts';
import { type PartRunner, runPartsHere } from './parts.ts';
import { throttleProgress } from './throttle-progress.ts';

/** For calls that set no `time_limit_ms`; leaves most of the time clients wait to the way there and back. */
export const TIME_LIMIT_MS_DEFAULT = 20_000;
/** Tools' own steps are the finer limit; this one ends what forgot to have any. */
const STEPS_MAX = 1_000_000_000_000;
const PROGRESS_INTERVAL_MS = 100;

export interface CallEnvironment {
  readonly runs: RunWriter & RunReader;
  readonly checkpoints: CheckpointStore;
  /** A clock that never goes back. */
  readonly nowMs: () => number;
  readonly progress: ToolContext['progress'] | undefined;
  readonly signal: AbortSignal;
  /** Whether the caller gave up. Unlike the signal it may change while the tool computes. */
  readonly isCancelled: () => boolean;
  /** Threads for the parts of a call; without it they are done here, one after the other. */
  readonly runParts?: PartRunner | undefined;
}

export function createToolContext(
  tool: AnyTool,
  input: { readonly seed?: number; readonly time_limit_ms?: number },
  environment: CallEnvironment,
): ToolContext {
  const { runs, checkpoints, nowMs, progress, signal, isCancelled, runParts = runPartsHere } = environment;
  const limitMs = input.time_limit_ms ?? TIME_LIMIT_MS_DEFAULT;
  const clockMs = (): number => (isCancelled() ? Number.POSITIVE_INFINITY : nowMs());
  const startMs = nowMs();
  const budgetOf = (forMs: number): Budget =>
    createBudget({ steps: STEPS_MAX, deadline: { nowMs: clockMs, atMs: nowMs() + forMs, limitMs: forMs } });
  const leftMs = (): number => Math.max(1, Math.round(startMs + limitMs - nowMs()));
  const budget = budgetOf(limitMs);
  return {
    seed: input.seed ?? 0,
    budget,
    progress: progress === undefined ? () => {} : throttleProgress(progress, nowMs, PROGRESS_INTERVAL_MS),
    signal,
    runs,
    checkpoints,
    elapsedMs: () => nowMs() - startMs,
    inParts: (parts, onDone = () => {}, sharing = 'freely') =>
      runParts({ tool, parts, onDone, sharing, budget, budgetOf, leftMs, signal }),
  };
}
