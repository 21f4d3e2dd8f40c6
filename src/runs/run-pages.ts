/**
 * What readers see of a stored run: its description, its pages, and the cursors between them. Shared by all stores.
 *
 * A cursor is an offset sealed with a hash of the run and the part, so that one which belongs elsewhere is told apart
 * from one that is merely at the end. It is no secret: whoever can read the run can read all of it.
 */
import { fail, renderReceived } from '../kernel/failure.ts';
import { murmurHash3 } from '../kernel/fingerprint.ts';
import type { RunContent, RunDescription, RunPage, RunPageRequest, RunReference } from '../registry/define-tool.ts';

export function runReference(id: string): RunReference {
  return { id, uri: `quorate://runs/${id}` };
}

export function describeRun(id: string, run: RunContent): RunDescription {
  const parts = Object.entries(run.parts).map(([name, items]) => ({ name, items: items.length }));
  return { ...runReference(id), tool: run.tool, reproduce: run.reproduce, parts };
}

/** The page that `request` asks of `run`. Fails with `run/unknown_part` or `run/invalid_cursor`. */
export function pageOf(run: RunContent, request: RunPageRequest): RunPage {
  const { runId, part, cursor, limit } = request;
  const items = Object.hasOwn(run.parts, part) ? run.parts[part] : undefined;
  if (items === undefined) return failOnPart(run, part);
  const start = cursor === undefined ? 0 : decodeCursor(runId, part, cursor);
  const end = Math.min(items.length, start + limit);
  const page = { items: items.slice(start, end), total: items.length };
  return end < items.length ? { ...page, nextCursor: encodeCursor(runId, part, end) } : page;
}

export function failOnMissingRun(runId: string): never {
  return fail('run/not_found', {
    message: 'no run of that id is stored: it never was, or it expired',
    path: 'run_id',
    received: renderReceived(runId),
    expected: 'the run.id of a recent answer',
    nextStep: 'Repeat the call that made the run: its `reproduce` line; the same call gives the same id.',
  });
}

function encodeCursor(runId: string, part: string, offset: number): string {
  const seal = murmurHash3(new TextEncoder().encode(`${runId} ${offset} ${part}`)).slice(0, 8);
  return `${offset.toString(36)}-${seal}`;
}

function decodeCursor(runId: string, part: string, cursor: string): number {
  const offset = Number.parseInt(cursor, 36);
  // Also rejects what parseInt reads leniently: only the exact text that we made seals to itself.
  if (Number.isSafeInteger(offset) && encodeCursor(runId, part, offset) === cursor) return offset;
  return fail('run/invalid_cursor', {
    message: 'the cursor does not belong to this part of the run',
    path: 'cursor',
    received: renderReceived(cursor),
    expected: 'next_cursor of an earlier page of the same part',
    nextStep: `Start again without a cursor: read_run ${JSON.stringify({ run_id: runId, part })}`,
  });
}

function failOnPart(run: RunContent, part: string): never {
  return fail('run/unknown_part', {
    message: 'the run has no part of that name',
    path: 'part',
    received: renderReceived(part),
    expected: `one of ${Object.keys(run.parts).join(', ')}`,
    nextStep: 'Call read_run without a part: it lists the parts and their sizes.',
  });
}
