import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Budget, stepBudget } from '../kernel/budget.ts';
import { createInProcessExecutor } from './in-process-executor.ts';
import { createMemoryRunStore } from './memory-run-store.ts';
import { createThreadedParts, type PartRunner, runPartsHere } from './parts.ts';
import { bundle } from './testdata/bundle.ts';
import { poolTools } from './testdata/pool-tools.ts';
import type { ToolExecutor } from './tool-executor.ts';
import { createPooledExecutor } from './worker-pool.ts';

let directory: string;
let script: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'quorate-parts-'));
  script = await bundle(new URL('testdata/pool-worker.ts', import.meta.url), directory);
});
afterAll(() => rm(directory, { recursive: true }));

const SUMS = '1 3 6 10 15 21 28';

function executorWith(runParts?: PartRunner): ToolExecutor {
  const options = { registry: poolTools, runs: createMemoryRunStore(), nowMs: () => performance.now() };
  return createInProcessExecutor(runParts === undefined ? options : { ...options, runParts });
}

const threaded = (threads: number): PartRunner =>
  createThreadedParts({ script: new URL(`file:${script}`).href, runDirectory: directory }, threads);

test('parts give the same in one thread and in several, and in order', async () => {
  const here = await executorWith().call('sum_in_parts', { parts: 7 });
  expect(here).toMatchObject({ ok: true, value: { summary: SUMS, threads: 1 } });
  for (const threads of [1, 2, 3]) {
    const there = await executorWith(threaded(threads)).call('sum_in_parts', { parts: 7, million_steps: 3 });
    expect(there).toMatchObject({ ok: true, value: { summary: SUMS } });
  }
});

test('a call in the pool spreads its parts over threads of its own', async () => {
  const pool = createPooledExecutor({ workerScript: script, stateDirectory: directory, workersMax: 1 });
  const done: number[] = [];
  const outcome = await pool.call(
    'sum_in_parts',
    { parts: 7, million_steps: 1 },
    { progress: (count) => done.push(count) },
  );
  await pool.close();
  expect(outcome).toMatchObject({ ok: true, value: { summary: SUMS } });
  expect(done.at(-1)).toBe(7);
});

test('parts keep the time limit of their call', async () => {
  const args = { parts: 2, million_steps: 1_000_000, time_limit_ms: 300 };
  const outcome = await executorWith(threaded(2)).call('sum_in_parts', args);
  expect(outcome).toMatchObject({
    ok: true,
    value: { summary: expect.stringMatching(/^1 3; time limit of \d+ ms reached$/) },
  });
});

test('where time is shared evenly, a part leaves those after it their share', async () => {
  let left = 900;
  const limits: number[] = [];
  const taken = [100, 400, 200];
  const tool = { ...poolTools.find('sum_in_parts'), part: (ms: unknown) => (left -= ms as number) };
  const budget = stepBudget(1);
  const budgetOf = (limitMs: number): Budget => {
    limits.push(limitMs);
    return budget;
  };
  const { signal } = new AbortController();
  const request = { tool, parts: taken, onDone: () => {}, budget, budgetOf, leftMs: () => left, signal };
  await runPartsHere({ ...request, sharing: 'evenly' });
  expect(limits).toEqual([300, 400, 400]);
});

test('parts are cancelled with their call', async () => {
  const controller = new AbortController();
  const call = executorWith(threaded(2)).call(
    'sum_in_parts',
    { parts: 2, million_steps: 1_000_000 },
    { signal: controller.signal },
  );
  setTimeout(() => controller.abort(), 300);
  expect(await call).toMatchObject({ ok: false, failure: { code: 'call/cancelled' } });
});
