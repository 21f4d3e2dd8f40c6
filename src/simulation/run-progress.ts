/**
 * How far a run has come, told while it goes on: a run looks at its budget every thousand events, and so does whoever wants to know.
 */
import type { Milliseconds } from '../kernel/units.ts';
import type { RunOptions } from './run/options.ts';
import { US_PER_MS } from './run/schedule.ts';

/** The same run, which tells the virtual time that it has come to, never past its end. */
export function tellingTime(options: RunOptions, tell: (atMs: Milliseconds) => void): RunOptions {
  const { budget, watch } = options;
  let atUs = 0;
  return {
    ...options,
    watch: (timeUs, node, state) => {
      atUs = timeUs;
      watch?.(timeUs, node, state);
    },
    budget: {
      spend: (steps) => {
        tell(atUs / US_PER_MS);
        return budget.spend(steps);
      },
      get exhausted() {
        return budget.exhausted;
      },
      get stepsSpent() {
        return budget.stepsSpent;
      },
    },
  };
}
