/**
 * Answers `check_model`: explores the subject within its bounds, says of each property what came of it, and tells the path to the first breach.
 */
import type { Budget, Progress } from '../../kernel/budget.ts';
import { defined } from '../../kernel/defined.ts';
import { Check } from '../../model-checking/check.ts';
import type { Measures } from '../../model-checking/explore/explorer.ts';
import type { ModelCheckReport, ModelCheckToolRequest } from '../../schemas/model-checking.ts';
import { counterexampleFields } from './counterexample.ts';
import { checkRequestFrom } from './request.ts';
import {
  boundsInWords,
  checkAssumptions,
  checkEvidence,
  checkNextSteps,
  checkReferences,
  checkSummary,
  reductionsInWords,
} from './wording.ts';

export interface CheckContext {
  readonly budget: Budget;
  readonly progress: Progress;
}

export function reportOnCheck(input: ModelCheckToolRequest, context: CheckContext): ModelCheckReport {
  const check = new Check(checkRequestFrom(input));
  check.run(context.budget, progressOf(input.max_states, context.progress));
  return reportOf(check, context.budget);
}

function reportOf(check: Check, budget: Budget): ModelCheckReport {
  const { finding, measures } = check;
  const stoppedBy = check.ending === undefined ? budget.exhausted : stopReason(check);
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
      counterexample: finding === undefined ? undefined : counterexampleFields(check, finding),
    }),
    evidence: [...checkEvidence(check)],
    assumptions: [...checkAssumptions(check)],
    references: [...checkReferences(check)],
    next_steps: [...checkNextSteps(check, stoppedBy)],
  };
}

export function verdictOf(check: Check): ModelCheckReport['verdict'] {
  if (check.finding !== undefined) return 'violated';
  const undecided = check.properties.some(({ status }) => status === 'unknown' || status === 'not_judged');
  return check.isExhaustive && !undecided ? 'holds' : 'unknown';
}

function stopReason({ ending }: Check): string | undefined {
  return ending?.kind === 'stopped' ? ending.reason : undefined;
}

function statesOf({ unique, generated, depth, frontier, bytes }: Measures): ModelCheckReport['states'] {
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

function progressOf(statesMax: number, progress: Progress): (measures: Measures) => void {
  return ({ unique, depth, frontier, bytes }) =>
    progress(unique, statesMax, `${unique} states, depth ${depth}, ${frontier} to explore, ${megabytes(bytes)} MB`);
}

function megabytes(bytes: number): number {
  return Math.round(bytes / 1024 ** 2);
}
