/**
 * "k of n down": the system continues exactly while a quorum is up.
 */
import type { ProposedSolution } from '../../schemas/solution.ts';
import type { Check, ReviewSetting } from './check.ts';
import { type Loss, refuteOutcome } from './sizes.ts';

const DOWN =
  /(\d{1,6})(?: (?:of|out of) (\d{1,6}))?(?: (?:nodes?|replicas?|servers?|members?))? (?:are |is )?(?:down|fail(?:s|ed|ures?)?|crash(?:es|ed)?|lost|unreachable)/i;
const CONTINUES =
  /\b(continues?|keeps? (?:on )?(?:going|serving|accepting|committing)|available|accepts? writes|still commits?)\b/i;
const STOPS = /\b(stops?|halts?|unavailable|blocks?|rejects?|refuses?|no quorum|loses? quorum|read-only)\b/i;

export function checkScenarios(solution: ProposedSolution, setting: ReviewSetting): Check[] {
  return solution.failure_scenarios.flatMap(({ scenario, behavior }, index) => {
    const lost = lostNodes(scenario, setting);
    const continues = saysThatItContinues(behavior);
    if (lost === undefined || continues === undefined) return [];
    const claim = `${scenario}: ${behavior}`;
    return [
      {
        path: `failure_scenarios[${index}].behavior`,
        claim,
        refutation: refuteOutcome(lost, continues, setting.faultModel),
      },
    ];
  });
}

function lostNodes(scenario: string, setting: ReviewSetting): Loss | undefined {
  const match = DOWN.exec(scenario);
  const nodes = match?.[2] === undefined ? setting.nodes : Number(match[2]);
  if (match === null || nodes === undefined || nodes < 1) return undefined;
  return { down: Number(match[1]), nodes };
}

/** Undefined where the text says neither, or both. */
function saysThatItContinues(behavior: string): boolean | undefined {
  const continues = CONTINUES.test(behavior);
  return continues === STOPS.test(behavior) ? undefined : continues;
}
