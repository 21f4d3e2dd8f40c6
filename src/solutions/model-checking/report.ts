/**
 * What came of a check: of each property, how much was explored, and the path to the first breach.
 */
import type { Budget } from '../../kernel/budget.ts';
import { defined } from '../../kernel/defined.ts';
import type { Check } from '../../model-checking/check.ts';
import type { Measures } from '../../model-checking/explore/explorer.ts';
import type { ModelCheckReport } from '../../schemas/model-checking.ts';
import type { Saved } from './checkpoint.ts';
import { counterexampleFields } from './counterexample.ts';
import {
  boundsInWords,
  checkAssumptions,
  checkEvidence,
  checkNextSteps,
  checkReferences,
  checkSummary,
  reductionsInWords,
} from './wording.ts';

/** Of a check that ended, or whose budget did. */
export function reportOf(check: Check, budget: Budget, { checkpoint, note }: Saved): ModelCheckReport {
  const { finding, measures } = check;
  const stoppedBy = check.ending === undefined || check.lackedTime ? budget.exhausted : stopReason(check);
  return {
    summary: checkSummary(check, stoppedBy),
    verdict: verdictOf(check),
    subject: check.subject.title,
    states: statesOf(measures),
    exhaustive: check.isExhaustive,
    bounds: [...boundsInWords(check)],
    reductions: [...reductionsInWords(check)],
    expected_collisions: measures.expectedCollisions,
    properties: [...check.properties.map((each) => defined({ ...each })), ...notJudged(check)],
    ...defined({
      stopped_by: stoppedBy,
      checkpoint,
      counterexample: finding === undefined ? undefined : counterexampleFields(check, finding),
    }),
    evidence: [...checkEvidence(check)],
    assumptions: [...checkAssumptions(check)],
    references: [...checkReferences(check)],
    next_steps: [...stepsOn(checkpoint), ...(note === undefined ? [] : [note]), ...checkNextSteps(check, stoppedBy)],
  };
}

export function verdictOf(check: Check): ModelCheckReport['verdict'] {
  if (check.finding !== undefined) return 'violated';
  // What was not asked for is named in the answer, and does not weigh.
  const undecided = check.properties.some(({ status }) => status === 'unknown');
  return check.isExhaustive && !undecided ? 'holds' : 'unknown';
}

function stopReason({ ending }: Check): string | undefined {
  return ending?.kind === 'stopped' ? ending.reason : undefined;
}

/** The most useful step comes first. */
function stepsOn(checkpoint: string | undefined): readonly string[] {
  return checkpoint === undefined ? [] : [`Go on from here: check_model {"continue":"${checkpoint}"}.`];
}

export function statesOf({ unique, generated, depth, frontier, bytes }: Measures): ModelCheckReport['states'] {
  return { unique, generated, depth, frontier, bytes };
}

function notJudged({ subject }: Check): ModelCheckReport['properties'] {
  return subject.notJudged.map((name) => ({
    name,
    kind: 'always',
    statement: 'It is judged by the simulator.',
    status: 'not_judged',
    text: 'single states and steps cannot show it: it needs the memory of a whole run',
  }));
}
