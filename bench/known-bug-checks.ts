/**
 * The searches of src/model-checking/known-bugs.ts, timed: each mistake is to be found soon by a shortest path, and the right form is to be
 * explored to the end, also where that is too much for a test. There is no peer to compare with; the context says what was found.
 */
import { stepBudget } from '../src/kernel/budget.ts';
import { Check } from '../src/model-checking/check.ts';
import { CHECKED_BUGS, type CheckedBug, NOT_CHECKED } from '../src/model-checking/known-bugs.ts';
import type { Comparison, Topic } from './topic.ts';

const FOUND_WITHIN_S = 60;
/** Successors; no search comes near. */
const BUDGET = 1_000_000_000;

export const knownBugChecks: Topic = {
  name: 'known-bug-checks',
  compares: 'known mistakes, each found by the checker by a shortest path, and the right forms explored to the end',
  run: (note) => Promise.resolve(comparison(CHECKED_BUGS.map((known) => measure(known, note)))),
};

interface Outcome {
  readonly bug: string;
  readonly isFound: boolean;
  readonly foundMs: number;
  readonly isFixedClean: boolean;
  readonly words: string;
}

function measure({ bug, request, fixed, breaks, steps }: CheckedBug, note: (line: string) => void): Outcome {
  const before = performance.now();
  const wrong = explored(request);
  const foundMs = performance.now() - before;
  const { finding } = wrong;
  const isFound = finding?.property === breaks && finding.actions.length === steps + 1;
  const from = performance.now();
  const right = explored(fixed);
  const fixedMs = performance.now() - from;
  const isFixedClean = right.isExhaustive && right.finding === undefined;
  const found = `${breaks} in ${steps} steps, ${wrong.measures.unique} states, ${foundMs.toFixed(0)} ms`;
  const clean = `${right.measures.unique} states, ${fixedMs.toFixed(0)} ms`;
  const words = `${isFound ? found : 'NOT FOUND'}; right form: ${isFixedClean ? '' : 'NOT CLEAN, '}${clean}`;
  note(`${bug}: ${words}`);
  return { bug, isFound, foundMs, isFixedClean, words };
}

function explored(request: CheckedBug['request']): Check {
  const check = new Check(request);
  check.run(stepBudget(BUDGET));
  return check;
}

function comparison(outcomes: readonly Outcome[]): Comparison {
  const slowestMs = Math.max(...outcomes.map(({ foundMs }) => foundMs));
  const found = outcomes.filter(({ isFound }) => isFound);
  const unclean = outcomes.filter(({ isFixedClean }) => !isFixedClean);
  return {
    rows: [],
    checks: [
      {
        claim: `each of ${outcomes.length} known mistakes is found by a path of its shortest length within ${FOUND_WITHIN_S} s`,
        measured: `${found.length} found, the slowest after ${(slowestMs / 1000).toFixed(2)} s`,
        holds: found.length === outcomes.length && slowestMs <= FOUND_WITHIN_S * 1000,
      },
      {
        claim: 'every right form is explored to the end of the same bounds, and nothing is broken',
        measured: unclean.length === 0 ? 'so it is' : unclean.map(({ bug }) => bug).join(', '),
        holds: unclean.length === 0,
      },
    ],
    context: Object.fromEntries([
      ...outcomes.map(({ bug, words }): [string, string] => [bug, words]),
      ...NOT_CHECKED.map(({ bug, reason }): [string, string] => [bug, `not checked, ${reason}`]),
    ]),
  };
}
