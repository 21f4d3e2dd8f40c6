/**
 * "k of n down": the system continues exactly while a quorum is up, and the minority side of a partition does not.
 * What a scenario or a behaviour leaves open is not checked (`losses.ts`, `outcome.ts`).
 */
import type { ProposedSolution } from '../../schemas/solution.ts';
import type { Check, Refutation, ReviewSetting } from './check.ts';
import { lostNodes } from './losses.ts';
import { outcomeOf } from './outcome.ts';
import { refuteOutcome } from './sizes.ts';

export function checkScenarios(solution: ProposedSolution, setting: ReviewSetting): Check[] {
  return solution.failure_scenarios.flatMap(({ scenario, behavior }, index) => {
    const place = { path: `failure_scenarios[${index}].behavior`, claim: `${scenario}: ${behavior}` };
    if (minorityWrites(scenario, behavior)) return [{ ...place, refutation: SPLIT_BRAIN }];
    const lost = lostNodes(scenario, setting);
    const outcome = outcomeOf(behavior);
    if (lost === undefined || outcome === undefined) return [];
    return [{ ...place, refutation: refuteOutcome(lost, outcome === 'continues', setting.faultModel) }];
  });
}

const SPLIT_BRAIN: Refutation = {
  computed: 'a minority is no quorum; if it accepted writes, both sides of a partition could decide',
  evidence: 'quorums must intersect: 2q > n',
};

const SENTENCE_END = /[.;\n]+(?=\s|$)|,? (?:but|while|whereas) |, /i;
const MAJORITY = /\bmajority\b/i;
const MINORITY = /\bminority\b/i;
const WRITES =
  /\b(?:(?:continues?|keeps?|goes on)(?: to)? (?:accept|commit|tak|serv)(?:e|s|ing)?|accepts|commits) (?:new |client )?writes\b/i;
const DOUBT =
  /\b(?:not|no|never|cannot|without|stops?|rejects?|refuses?|unless|until|if|would|could|stale|local\w*|tentative\w*|queues?)\b|n['’]t\b/i;
/** Writes taken into a log and never committed do no harm. */
const UNCOMMITTED =
  /\b(?:uncommitted|none|logs?|discard\w*|roll(?:ed|s)? back|never commit\w*|(?:not|cannot) commit\w*)\b/i;

/** "The minority continues to accept writes", with the minority named in the scenario or in the behaviour. */
function minorityWrites(scenario: string, behavior: string): boolean {
  if (UNCOMMITTED.test(behavior)) return false;
  const aboutMinority = MINORITY.test(scenario) && !MAJORITY.test(`${scenario} ${behavior}`);
  return behavior
    .split(SENTENCE_END)
    .some(
      (part) =>
        (aboutMinority || (MINORITY.test(part) && !MAJORITY.test(part))) && WRITES.test(part) && !DOUBT.test(part),
    );
}
