/**
 * Answers `check_model`: a check from its beginning, one that goes on from a checkpoint, or several configurations side by side.
 */
import type { Budget, Progress } from '../../kernel/budget.ts';
import type { CheckpointStore, PartsRunner } from '../../kernel/call-services.ts';
import { Check } from '../../model-checking/check.ts';
import type { Measures } from '../../model-checking/explore/explorer.ts';
import type { ModelCheckReport, ModelCheckToolRequest } from '../../schemas/model-checking.ts';
import { type Continued, continueCheck, type ReadRequest, saveCheck } from './checkpoint.ts';
import { reportOf } from './report.ts';
import { checkRequestFrom } from './request.ts';
import { reportOnSweep } from './sweep.ts';

export interface CheckContext {
  readonly budget: Budget;
  readonly progress: Progress;
  readonly elapsedMs: () => number;
  readonly checkpoints: CheckpointStore;
  readonly inParts: PartsRunner;
}

export async function answerCheck(
  input: ModelCheckToolRequest,
  context: CheckContext,
  readRequest: ReadRequest,
): Promise<ModelCheckReport> {
  if (input.continue !== undefined) return goOn(await continueCheck(input, context.checkpoints, readRequest), context);
  if (input.sweep !== undefined && input.sweep.length > 0) return reportOnSweep(input, context);
  return goOn({ check: new Check(checkRequestFrom(input)), input }, context);
}

async function goOn({ check, input }: Continued, context: CheckContext): Promise<ModelCheckReport> {
  check.run(context.budget, progressOf(check, context));
  return reportOf(check, context.budget, await saveCheck(check, input, context.checkpoints));
}

function progressOf({ request, measures }: Check, { progress, elapsedMs }: CheckContext): (measures: Measures) => void {
  const statesBefore = measures.unique;
  const startMs = elapsedMs();
  return ({ unique, depth, frontier, bytes }) => {
    const seconds = (elapsedMs() - startMs) / 1000;
    const rate = seconds > 0 ? `, ${Math.round((unique - statesBefore) / seconds)} states/s` : '';
    const message = `${unique} states${rate}, depth ${depth}, ${frontier} to explore, ${megabytes(bytes)} MB`;
    progress(unique, request.search.statesMax, message);
  };
}

function megabytes(bytes: number): number {
  return Math.round(bytes / 1024 ** 2);
}
