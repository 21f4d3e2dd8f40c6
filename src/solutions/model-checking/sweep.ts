/**
 * Several configurations in one call, each laid over the base: checked side by side in parts, which share time and memory evenly. Of the base
 * the whole report is given, of the others what came of them.
 */

import type { Budget, Progress } from '../../kernel/budget.ts';
import type { PartsRunner } from '../../kernel/call-services.ts';
import { attempt, fail, type Result } from '../../kernel/failure.ts';
import { Check } from '../../model-checking/check.ts';
import { prepareSubject } from '../../model-checking/subject.ts';
import type { ModelCheckReport, ModelCheckToolRequest } from '../../schemas/model-checking.ts';
import { plural } from '../format.ts';
import { reportOf, statesOf, verdictOf } from './report.ts';
import { checkRequestFrom } from './request.ts';

type SweepRow = NonNullable<ModelCheckReport['sweep']>[number];
type Variation = NonNullable<ModelCheckToolRequest['sweep']>[number];

interface SweepPart {
  readonly input: ModelCheckToolRequest;
  /** Of the memory that one call may take. */
  readonly share: number;
  /** undefined for the base. */
  readonly configuration?: string;
}

interface SweepContext {
  readonly progress: Progress;
  readonly inParts: PartsRunner;
}

export async function reportOnSweep(
  { sweep = [], ...base }: ModelCheckToolRequest,
  { progress, inParts }: SweepContext,
): Promise<ModelCheckReport> {
  const share = 1 / (sweep.length + 1);
  const parts: SweepPart[] = [
    { input: base, share },
    ...sweep.map((variation) => ({
      input: laidOver(base, variation),
      share,
      configuration: JSON.stringify(variation),
    })),
  ];
  for (const [index, { input }] of parts.entries()) refuseEarly(input, index - 1);
  const told = (done: number): void => progress(done, parts.length, `${done} of ${parts.length} configurations`);
  const answers = (await inParts(parts, told, 'evenly')) as readonly Result<ModelCheckReport | SweepRow>[];
  const [report, ...rows] = answers.map((answer) => (answer.ok ? answer.value : failAgain(answer)));
  return withRows(report as ModelCheckReport, rows as SweepRow[]);
}

/** One configuration, in whatever thread. A failure comes back as a value: exceptions lose their kind between threads. */
export function checkPart(part: unknown, budget: Budget): Result<ModelCheckReport | SweepRow> {
  const { input, share, configuration } = part as SweepPart;
  return attempt(() => {
    const request = checkRequestFrom(input);
    const check = new Check({
      ...request,
      search: { ...request.search, bytesMax: Math.floor(request.search.bytesMax * share) },
    });
    check.run(budget);
    if (configuration !== undefined) return rowOf(check, configuration);
    return reportOf(check, budget, check.canGoOn ? NO_CHECKPOINT : {});
  });
}

const NO_CHECKPOINT = { note: 'A sweep gives no checkpoints: check a configuration by itself to go on with it later.' };

function rowOf(check: Check, configuration: string): SweepRow {
  const violated = check.properties.flatMap(({ name, status, text }) =>
    status === 'violated' ? [`${name}: ${text ?? ''}`] : [],
  );
  return {
    configuration,
    verdict: verdictOf(check),
    states: statesOf(check.measures),
    exhaustive: check.isExhaustive,
    violated,
  };
}

/** Of members that are objects, what the variation gives replaces what the base gives. */
function laidOver(base: ModelCheckToolRequest, variation: Variation): ModelCheckToolRequest {
  const { bounds, faults, settings, config, ...rest } = variation;
  return {
    ...base,
    ...rest,
    ...(bounds === undefined ? {} : { bounds: { ...base.bounds, ...bounds } }),
    ...(faults === undefined ? {} : { faults: { ...base.faults, ...faults } }),
    ...(settings === undefined ? {} : { settings: { ...base.settings, ...settings } }),
    ...(config === undefined ? {} : { config: { ...base.config, ...config } }),
  };
}

/** A configuration that cannot be is said before any is checked. */
function refuseEarly(input: ModelCheckToolRequest, index: number): void {
  const prepared = attempt(() => prepareSubject(checkRequestFrom(input)));
  if (prepared.ok) return;
  const { code, ...details } = prepared.failure;
  const at =
    index === -1
      ? details.path
      : [`sweep[${index}]`, ...((details.path ?? []).length === 0 ? [] : [details.path])].join('.');
  fail(code, { ...details, ...(at === undefined ? {} : { path: at }) });
}

function failAgain({ failure: { code, ...details } }: Extract<Result<never>, { ok: false }>): never {
  return fail(code, details);
}

function withRows(report: ModelCheckReport, rows: readonly SweepRow[]): ModelCheckReport {
  const counted = (verdict: SweepRow['verdict']): number => rows.filter((row) => row.verdict === verdict).length;
  const verdicts = (['holds', 'violated', 'unknown'] as const)
    .filter((verdict) => counted(verdict) > 0)
    .map((verdict) => `${counted(verdict)} ${verdict}`);
  const summary = `${report.summary} Of ${plural(rows.length, 'further configuration')}: ${verdicts.join(', ')}.`;
  return { ...report, summary, sweep: [...rows] };
}
