import { describe, expect, test } from 'vitest';
import { defined } from '../src/kernel/defined.ts';
import type { Result } from '../src/kernel/failure.ts';
import type { ToolAnswer } from '../src/registry/call-tool.ts';
import { createRegistry } from '../src/registry/tool-registry.ts';
import { createInProcessExecutor } from '../src/runs/in-process-executor.ts';
import { createMemoryRunStore } from '../src/runs/memory-run-store.ts';
import { readRun } from './read-run.ts';

const runs = createMemoryRunStore();
const executor = createInProcessExecutor({ registry: createRegistry([readRun]), runs, nowMs: () => 0 });
const QUORUMS = Array.from({ length: 120 }, (_, index) => [`node-${index}`, `node-${index + 1}`]);
const LONG = Array.from({ length: 10 }, (_, index) => `${index}${'x'.repeat(9_000)}`);
/** Their JSON text as a JSON string takes four times as many characters, and twice as many bytes again. */
const QUOTED = Array.from({ length: 10 }, (_, index) => [index, '"'.repeat(500), 'é'.repeat(1_000)]);
const run = await runs.save({
  tool: 'analyze_quorum',
  reproduce: 'quorate call analyze_quorum',
  parts: { 'read_quorums.minimal': QUORUMS, long: LONG, quoted: QUOTED, empty: [] },
});

const call = (input: object): Promise<Result<ToolAnswer>> => executor.call('read_run', { run_id: run.id, ...input });

async function answerOf(input: object): Promise<ToolAnswer> {
  const outcome = await call(input);
  if (!outcome.ok) throw new Error(JSON.stringify(outcome.failure));
  return outcome.value;
}

/** Every item of a part, page by page. */
async function readAll(part: string, limit: number): Promise<unknown[]> {
  const items: unknown[] = [];
  let cursor: unknown;
  do {
    const page = await answerOf({ part, limit, ...defined({ cursor }) });
    items.push(...(page.items as string[]).map((text) => JSON.parse(text)));
    cursor = page.next_cursor;
  } while (cursor !== undefined);
  return items;
}

test('without a part it lists the parts', async () => {
  expect(await answerOf({})).toMatchObject({
    summary: 'The run has 4 parts; the run was made by analyze_quorum.',
    items: [],
    parts: [
      { name: 'read_quorums.minimal', items: 120 },
      { name: 'long', items: 10 },
      { name: 'quoted', items: 10 },
      { name: 'empty', items: 0 },
    ],
    origin: 'quorate call analyze_quorum',
  });
});

test('a page has the first items and where to go on', async () => {
  const page = await answerOf({ part: 'read_quorums.minimal' });
  expect(page).toMatchObject({
    summary: '50 of 120 items of read_quorums.minimal; the run was made by analyze_quorum.',
    total: 120,
  });
  expect((page.items as string[])[0]).toBe('["node-0","node-1"]');
  expect(page.next_cursor).toBeTypeOf('string');
});

describe('pages in a row give the whole part, once and in order', () => {
  test.each([1, 7, 50, 119, 120, 500])('%i at a time', async (limit) => {
    expect(await readAll('read_quorums.minimal', limit)).toEqual(QUORUMS);
  });

  test('also when the items are so long that fewer fit than were asked for', async () => {
    const first = await answerOf({ part: 'long', limit: 10 });
    expect((first.items as string[]).length).toBeLessThan(10);
    expect(await readAll('long', 10)).toEqual(LONG);
  });

  test('also when quoting makes them longer', async () => {
    expect(await readAll('quoted', 10)).toEqual(QUOTED);
  });

  test('an empty part is one empty page', async () => {
    expect(await readAll('empty', 50)).toEqual([]);
  });
});

describe('what does not exist is refused', () => {
  test.each([
    ['a run', { run_id: '0'.repeat(32) }, 'run/not_found'],
    ['a part', { part: 'write_quorums.minimal' }, 'run/unknown_part'],
    ['a part that every object has', { part: 'constructor' }, 'run/unknown_part'],
    ['a cursor', { part: 'long', cursor: '5' }, 'run/invalid_cursor'],
    ['an id', { run_id: 'latest' }, 'input/invalid'],
  ])('%s', async (_, input, code) => {
    expect(await call(input)).toMatchObject({ ok: false, failure: { code } });
  });

  test('a cursor of another part', async () => {
    const { next_cursor: cursor } = await answerOf({ part: 'read_quorums.minimal' });
    expect(await call({ part: 'long', cursor })).toMatchObject({ ok: false, failure: { code: 'run/invalid_cursor' } });
  });
});
