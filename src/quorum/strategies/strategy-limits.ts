/**
 * Says why no strategy meets the limits: which limit stands in the way, and the least value of it that would do.
 *
 * Elastic relaxation, one limit at a time: drop the limit and minimise what it limits under the others. If that is feasible the
 * least value is what the limit would have to be. If two limits are each impossible by themselves, dropping one does not
 * help; then each is minimised with no other in force.
 */
import type { InfeasibleStrategy, Objective, StrategyGoal, StrategyProblem } from './strategy-problem.ts';

type LimitName = 'loadLimit' | 'networkLimit' | 'latencyLimitMs';

const LIMITS: readonly { readonly name: LimitName; readonly measure: Objective; readonly says: string }[] = [
  { name: 'loadLimit', measure: 'load', says: 'load (seconds per operation)' },
  { name: 'networkLimit', measure: 'network', says: 'nodes contacted per operation' },
  { name: 'latencyLimitMs', measure: 'latency', says: 'mean latency (milliseconds)' },
];

type Outcome = { readonly status: 'optimal'; readonly value: number } | { readonly status: 'infeasible' | 'undecided' };

export function explainInfeasible(
  problem: StrategyProblem,
  { because }: { readonly because?: string },
  solve: (changed: StrategyProblem) => Outcome,
): InfeasibleStrategy {
  if (because !== undefined) return { feasible: false, because };
  const given = LIMITS.filter(({ name }) => problem[name] !== undefined);
  for (const others of [given.map(({ name }) => name), []]) {
    for (const { name, measure, says } of given) {
      const kept = others.filter((other) => other !== name);
      const outcome = solve({ ...withLimits(problem, kept), optimize: measure });
      const limit = problem[name] ?? 0;
      if (outcome.status !== 'optimal' || outcome.value <= limit) continue;
      const under = kept.length === 0 ? '' : ` while ${kept.join(' and ')} hold${kept.length === 1 ? 's' : ''}`;
      return {
        feasible: false,
        because: `${name} is ${limit}, but the least ${says} that any strategy reaches${under} is ${outcome.value}`,
        limit: { name, given: limit, least: outcome.value },
      };
    }
  }
  return { feasible: false, because: 'no strategy meets all limits together' };
}

/** The problem with no limits but the named ones. */
function withLimits(problem: StrategyProblem, kept: readonly LimitName[]): StrategyProblem {
  const { loadLimit, networkLimit, latencyLimitMs, ...rest } = problem;
  const limits: Pick<StrategyGoal, LimitName> = { loadLimit, networkLimit, latencyLimitMs };
  return { ...rest, ...Object.fromEntries(kept.map((name) => [name, limits[name]])) };
}
