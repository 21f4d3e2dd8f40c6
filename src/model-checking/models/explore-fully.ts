/**
 * The real explorer, to the end of the space, with the findings that the plain search has: for tests on spaces too large for that.
 */
import { stepBudget } from '../../kernel/budget.ts';
import { invariant } from '../../kernel/invariant.ts';
import { Exploration, STANDARD_EXPLORATION } from '../explore/exploration.ts';
import type { TransitionSystem } from '../transition-system.ts';
import type { PlainFindings } from './plain-search.ts';

const GENERATED_MAX = 100_000_000;

export function exploreFully(system: TransitionSystem): PlainFindings {
  return explore(system, true);
}

/** To the first property that is broken, if any is. */
export function exploreToViolation(system: TransitionSystem): PlainFindings {
  return explore(system, false);
}

function explore(system: TransitionSystem, goesOnAfterViolation: boolean): PlainFindings {
  const exploration = new Exploration(system, { ...STANDARD_EXPLORATION, goesOnAfterViolation });
  invariant(exploration.run(stepBudget(GENERATED_MAX)), 'a test explores a small space');
  const { unique, generated, depth } = exploration.measures;
  const violations = exploration.findings.map(({ property, actions }) => [property, actions.length - 1]);
  return {
    unique,
    generated,
    depth,
    violations: Object.fromEntries(violations),
    reached: new Set(exploration.reached),
  };
}
