/**
 * Work budgets. A search spends steps; a step costs what the engine says it costs. The deadline is injected as a clock
 * function, so that engines never see the time themselves, and is looked at only every few thousand steps.
 *
 * A budget that ran out means `unknown`, never `holds`.
 */

export interface Budget {
  /** Spends `steps` (default 1); false when the budget is exhausted or the call was cancelled. Stays false after that. */
  spend(steps?: number): boolean;
  /** Why spending stopped, in words for an answer; undefined while there is budget. */
  readonly exhausted: string | undefined;
  readonly stepsSpent: number;
}

/** Told that `done` of `total` units of work are finished, and what is next. */
export type Progress = (done: number, total: number, message: string) => void;

export interface BudgetOptions {
  /** Most steps that may be spent. */
  readonly steps: number;
  /** Clock in milliseconds, and the reading at which to stop. */
  readonly deadline?: { readonly nowMs: () => number; readonly atMs: number; readonly limitMs: number };
}

const STEPS_PER_CLOCK_LOOK = 2048;

export function createBudget(options: BudgetOptions): Budget {
  const { steps, deadline } = options;
  let spent = 0;
  let nextLook = STEPS_PER_CLOCK_LOOK;
  let exhausted: string | undefined;

  const spend = (cost = 1): boolean => {
    if (exhausted !== undefined) return false;
    spent += cost;
    if (spent > steps) {
      exhausted = `step limit of ${steps} reached`;
    } else if (deadline !== undefined && spent >= nextLook) {
      nextLook = spent + STEPS_PER_CLOCK_LOOK;
      if (deadline.nowMs() >= deadline.atMs) exhausted = `time limit of ${deadline.limitMs} ms reached`;
    }
    return exhausted === undefined;
  };

  return {
    spend,
    get exhausted() {
      return exhausted;
    },
    get stepsSpent() {
      return spent;
    },
  };
}

/** A budget of steps alone: for tests and for engines called outside a tool. */
export function stepBudget(steps: number): Budget {
  return createBudget({ steps });
}

/**
 * A share of `parent`: at most `steps` steps, each also spent there. When the share runs out the parent can go on, so
 * that one part of an answer that proves too large does not take the others with it.
 */
export function shareOf(parent: Budget, steps: number): Budget {
  const own = createBudget({ steps });
  return {
    spend: (cost = 1) => own.spend(cost) && parent.spend(cost),
    get exhausted() {
      return own.exhausted ?? parent.exhausted;
    },
    get stepsSpent() {
      return own.stepsSpent;
    },
  };
}
