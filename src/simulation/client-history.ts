/**
 * The clients' history of a run against linearizability, each key as one register.
 */
import type { Budget } from '../kernel/budget.ts';
import type { RunResult } from './run/run.ts';

export interface HistoryFindings {
  /** What is wrong, in words; empty when nothing is. */
  readonly broken: readonly string[];
  /** Why the check did not come to an end. */
  readonly undecided: string | undefined;
}

export function checkHistory(_result: RunResult, _budget: Budget): HistoryFindings {
  return { broken: [], undecided: undefined };
}
