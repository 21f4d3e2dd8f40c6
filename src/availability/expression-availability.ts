/**
 * The probability that a quorum of one expression is up.
 *
 * One pass over the tree is exact where children are independent: for thresholds over distinct nodes in nested zones, and
 * for duplicate-free expressions over independent nodes. Otherwise few shared components are factored out, then a decision
 * diagram is tried, and when that grows too large, factoring stops with bounds. Never is a bound called exact.
 */
import { type Budget, shareOf } from '../kernel/budget.ts';
import type { Expression } from '../quorum/expressions/expression.ts';
import { type Chance, type Components, componentsOf, type FailureModel } from './components.ts';
import { chanceByDiagram } from './diagram-chance.ts';
import { factor } from './factoring.ts';
import { type Enclosure, enclose, isExact } from './gate-chances.ts';
import { type GateTree, gatesOf } from './gates.ts';

export interface ExpressionAvailability {
  /** Probability that a quorum is up; a lower bound when not exact. */
  readonly value: number;
  /** Probability that none is, added up by itself; an upper bound when not exact. */
  readonly unavailability: number;
  readonly exact: boolean;
  /** The upper bound, when not exact. */
  readonly upper?: number;
  readonly downtimeSecondsPerYear: number;
  readonly method: string;
}

const SECONDS_PER_YEAR = 365 * 24 * 3600;
/** Work, in steps, up to which factoring goes before the decision diagram. */
const FACTORING_FIRST_STEPS = 200_000;
/** Some hundredths of a second. */
const SHORT_PASS_STEPS_MAX = 100_000;
const DIAGRAM_STEPS_MAX = 2_000_000;
const BOUNDING_STEPS_MAX = 1_000_000;

export function expressionAvailability(
  expression: Expression,
  { budget, ...model }: FailureModel & { readonly budget: Budget },
): ExpressionAvailability {
  return availabilityOver(expression, componentsOf(model), budget);
}

/** The same for components that were numbered already. */
export function availabilityOver(
  expression: Expression,
  components: Components,
  budget: Budget,
): ExpressionAvailability {
  const tree = gatesOf(expression, components);
  const atOnce = onePass(tree, components, budget);
  if (isExact(atOnce)) return exactResult(atOnce.worst, 'distribution of the votes that are up, zone by zone');
  // Nothing is shared: only the budget can have kept the pass from being exact.
  if (tree.shared.length === 0) return boundedResult(atOnce, 'counting of votes');
  const factored = `factoring on ${tree.shared.length} shared components`;
  if (2 ** tree.shared.length * tree.cost <= FACTORING_FIRST_STEPS) {
    const enclosure = factor(tree, components, budget, atOnce);
    return isExact(enclosure) ? exactResult(enclosure.worst, factored) : boundedResult(enclosure, factored);
  }
  const byDiagram = chanceByDiagram(expression, components, shareOf(budget, DIAGRAM_STEPS_MAX));
  if (byDiagram !== undefined) {
    return exactResult(byDiagram, `decision diagrams, ${byDiagram.diagramNodes} nodes`);
  }
  const enclosure = factor(tree, components, shareOf(budget, BOUNDING_STEPS_MAX), atOnce);
  return isExact(enclosure) ? exactResult(enclosure.worst, factored) : boundedResult(enclosure, factored);
}

/** A short pass is made whatever the budget, for it is what there is to say when that is spent; a long one may be cut short. */
function onePass({ root, cost }: GateTree, { chances }: Components, budget: Budget): Enclosure {
  if (cost > SHORT_PASS_STEPS_MAX) return enclose(root, chances, budget);
  budget.spend(cost);
  return enclose(root, chances);
}

function exactResult(chance: Chance, method: string): ExpressionAvailability {
  const { up, down } = complete(chance);
  return { value: up, unavailability: down, exact: true, downtimeSecondsPerYear: down * SECONDS_PER_YEAR, method };
}

function boundedResult(enclosure: Enclosure, method: string): ExpressionAvailability {
  const worst = complete(enclosure.worst);
  const best = complete(enclosure.best);
  return {
    value: worst.up,
    unavailability: worst.down,
    exact: false,
    // Bounds that meet may cross by a rounding error.
    upper: Math.max(worst.up, best.up),
    downtimeSecondsPerYear: worst.down * SECONDS_PER_YEAR,
    method: `bounds by association and Markov, ${method} cut short by the budget`,
  };
}

/** The side that is small has all its digits; the other is better taken from it than from a long sum. */
function complete({ up, down }: Chance): Chance {
  return up < down ? { up, down: 1 - up } : { up: 1 - down, down };
}
