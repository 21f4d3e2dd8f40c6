/**
 * A check that goes on in a later call: its request and how far it is, as one checkpoint. The call that goes on gives the checkpoint alone; only
 * its limits may be others.
 */

import type { CheckpointStore } from '../../kernel/call-services.ts';
import { FailureError, fail, renderReceived } from '../../kernel/failure.ts';
import { Check } from '../../model-checking/check.ts';
import { ByteReader, ByteWriter, failForeign } from '../../model-checking/explore/saved-bytes.ts';
import type { ModelCheckToolRequest } from '../../schemas/model-checking.ts';
import { checkRequestFrom } from './request.ts';

/** Changes when what is written changes. */
const FORMAT = 'check 1';

export interface Saved {
  readonly checkpoint?: string;
  /** Why there is none, where one would be expected. */
  readonly note?: string;
}

/** To be called before the findings of the check are told: telling asks its system further questions. */
export async function saveCheck(check: Check, input: ModelCheckToolRequest, store: CheckpointStore): Promise<Saved> {
  if (!check.canGoOn) return noteOn(check);
  const into = new ByteWriter(store.bytesMax);
  into.json([FORMAT, { ...input, continue: undefined, sweep: undefined }]);
  check.save(into);
  if (into.isFull)
    return { note: `There is no checkpoint: it would take more than the limit of ${inMegabytes(store.bytesMax)}.` };
  try {
    return { checkpoint: await store.save(into.written) };
  } catch (error) {
    if (!(error instanceof FailureError)) throw error;
    return { note: `There is no checkpoint: ${error.failure.message}.` };
  }
}

export interface Continued {
  readonly check: Check;
  /** That of the call that began it, with the limits of this one. */
  readonly input: ModelCheckToolRequest;
}

/** A call as the tool reads it: with every default; undefined where it is none. */
export type ReadRequest = (value: unknown) => ModelCheckToolRequest | undefined;

export async function continueCheck(
  given: ModelCheckToolRequest,
  store: CheckpointStore,
  readRequest: ReadRequest,
): Promise<Continued> {
  refuseOthers(given, readRequest);
  const id = given.continue ?? '';
  const bytes = (await store.load(id)) ?? failUnknown(id);
  const from = new ByteReader(bytes);
  const input = { ...requestIn(from.json(), readRequest), ...limitsOf(given) };
  return { check: new Check(checkRequestFrom(input), from), input };
}

function requestIn(header: unknown, readRequest: ReadRequest): ModelCheckToolRequest {
  const [format, request]: readonly unknown[] = Array.isArray(header) ? header : [];
  return (format === FORMAT ? readRequest(request) : undefined) ?? failForeign();
}

function limitsOf({
  time_limit_ms,
  response_format,
  max_states,
}: ModelCheckToolRequest): Partial<ModelCheckToolRequest> {
  return { time_limit_ms, response_format, ...(max_states === undefined ? {} : { max_states }) };
}

const MAY_BE_GIVEN = new Set(['continue', 'time_limit_ms', 'max_states', 'response_format']);

function refuseOthers(given: ModelCheckToolRequest, readRequest: ReadRequest): void {
  const standard: Readonly<Record<string, unknown>> = { ...readRequest({}) };
  for (const [member, value] of Object.entries(given)) {
    if (MAY_BE_GIVEN.has(member) || JSON.stringify(value) === JSON.stringify(standard[member])) continue;
    fail('input/conflict', {
      message: 'a checkpoint holds the whole call that it goes on with',
      path: member,
      received: renderReceived(value),
      expected: 'continue, and of the rest only time_limit_ms and max_states',
      nextStep: `Call check_model {"continue":${JSON.stringify(given.continue)}}.`,
    });
  }
}

function failUnknown(id: string): never {
  return fail('model/unknown_checkpoint', {
    message: 'no checkpoint of that id is stored: it never was, it expired, or it was damaged',
    path: 'continue',
    received: renderReceived(id),
    expected: 'the checkpoint of a recent answer',
    nextStep: 'Begin again: repeat the call that gave the checkpoint.',
  });
}

function noteOn({ ending, lackedTime, request }: Check): Saved {
  const { order, usesSleepSets } = request.search;
  if (lackedTime)
    return { note: 'What must come true needs more than the time of one call here: give smaller bounds or more time.' };
  if (ending !== undefined) return {};
  return {
    note: `There is no checkpoint: search ${order}${usesSleepSets ? ' with sleep_sets' : ''} cannot be continued.`,
  };
}

function inMegabytes(bytes: number): string {
  return `${Math.round(bytes / 1024 ** 2)} MB`;
}
