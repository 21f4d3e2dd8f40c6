/**
 * The context in which examples are run by the reference and by the tests: no clock, so that the answer depends on the
 * arguments alone, and runs kept in memory.
 */
import { createBudget } from '../kernel/budget.ts';
import { fingerprint } from '../kernel/canonical-json.ts';
import { fail } from '../kernel/failure.ts';
import type { RunContent, RunDescription, RunReader, RunWriter, ToolContext } from './define-tool.ts';

/** Far more than an example needs; an example that reaches it wants to be smaller. */
const EXAMPLE_STEPS_MAX = 50_000_000;

export function exampleContext(input: { readonly seed?: number }, runs: RunWriter & RunReader): ToolContext {
  return {
    seed: input.seed ?? 0,
    budget: createBudget({ steps: EXAMPLE_STEPS_MAX }),
    progress: () => {},
    signal: new AbortController().signal,
    runs,
  };
}

/** A run store that lives as long as the returned value. Cursors are decimal offsets. */
export function memoryRuns(): RunWriter & RunReader {
  const stored = new Map<string, RunContent>();

  const find = (runId: string): RunContent =>
    stored.get(runId) ??
    fail('run/not_found', {
      message: 'no run of that id is stored',
      path: 'run_id',
      received: JSON.stringify(runId),
      expected: 'the id of a run that is kept',
      nextStep: 'Repeat the call that made the run; its id depends on the content and will be the same.',
    });

  return {
    save: async (run) => {
      const id = fingerprint(run);
      stored.set(id, run);
      return reference(id);
    },
    describe: async (runId) => describeRun(runId, find(runId)),
    readPage: async ({ runId, part, cursor, limit }) => {
      const list = find(runId).parts[part];
      if (list === undefined) return failOnPart(part, Object.keys(find(runId).parts));
      const start = Number(cursor ?? '0');
      const end = Math.min(list.length, start + limit);
      const next = end < list.length ? { nextCursor: String(end) } : {};
      return { items: list.slice(start, end), total: list.length, ...next };
    },
  };
}

function reference(id: string): { id: string; uri: string } {
  return { id, uri: `quorate://runs/${id}` };
}

function describeRun(id: string, { tool, reproduce, parts }: RunContent): RunDescription {
  const sizes = Object.entries(parts).map(([name, items]) => ({ name, items: items.length }));
  return { ...reference(id), tool, reproduce, parts: sizes };
}

function failOnPart(part: string, known: readonly string[]): never {
  return fail('run/unknown_part', {
    message: 'the run has no part of that name',
    path: 'part',
    received: JSON.stringify(part),
    expected: `one of ${known.join(', ')}`,
    nextStep: 'Call read_run without a part for the list of parts.',
  });
}
