import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Result } from '../kernel/failure.ts';
import type { ToolAnswer } from '../registry/call-tool.ts';
import { createInProcessExecutor } from './in-process-executor.ts';
import { createFileRunStore } from './run-store.ts';
import { bundle } from './testdata/bundle.ts';
import { poolTools } from './testdata/pool-tools.ts';
import type { ToolExecutor } from './tool-executor.ts';
import { createPooledExecutor, type PooledExecutorOptions } from './worker-pool.ts';

const TYPESCRIPT_WORKER = new URL('testdata/pool-worker.ts', import.meta.url);

let directory: string;
let workerScript: string;
let executor: ToolExecutor | undefined;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'quorate-pool-'));
  workerScript = await bundle(TYPESCRIPT_WORKER, directory);
});
afterEach(async () => {
  await executor?.close();
  executor = undefined;
});
afterAll(() => rm(directory, { recursive: true }));

function startPool(options: Partial<PooledExecutorOptions> = {}): ToolExecutor {
  executor = createPooledExecutor({ workerScript, stateDirectory: directory, workersMax: 1, ...options });
  return executor;
}

const codeOf = (outcome: Result<ToolAnswer>): string => (outcome.ok ? 'ok' : outcome.failure.code);
const summaryOf = (outcome: Result<ToolAnswer>): unknown => (outcome.ok ? outcome.value.summary : outcome.failure);
const threadOf = async (pool: ToolExecutor): Promise<unknown> => {
  const outcome = await pool.call('misbehave', { how: 'print' });
  return outcome.ok ? outcome.value.thread : outcome.failure;
};

test('a call in a worker gives what a call in this thread gives', async () => {
  const pool = startPool();
  const runs = createFileRunStore({ directory: join(directory, 'runs'), nowMs: Date.now });
  const here = createInProcessExecutor({ registry: poolTools, runs, nowMs: Date.now });
  for (const [name, args] of [
    ['compute_slowly', { million_steps: 1, seed: 7 }],
    ['compute_slowly', { million_steps: 1 }],
    ['compute_slowly', { million_steps: '1' }],
    ['compute_slowly', {}],
    ['compute_slowly', 'text'],
    ['no_such_tool', {}],
    ['misbehave', { how: 'throw' }],
  ] as const) {
    expect(await pool.call(name, args)).toEqual(await here.call(name, args));
  }
});

test('what one process keeps as a checkpoint, another gives back', async () => {
  const kept = await startPool().call('keep_text', { text: 'half done' });
  const id = kept.ok ? kept.value.id : undefined;
  const other = createPooledExecutor({ workerScript, stateDirectory: directory, workersMax: 1 });
  expect(summaryOf(await other.call('keep_text', { text: id }))).toBe('half done');
  await other.close();
});

test('the worker may be TypeScript, as it is during development', async () => {
  const pool = startPool({ workerScript: TYPESCRIPT_WORKER });
  expect(codeOf(await pool.call('misbehave', { how: 'print' }))).toBe('ok');
});

test.each([100, 100_000])('arguments nested %i deep are refused, and the next call works', async (depth) => {
  let nested: unknown = 1;
  for (let level = 0; level < depth; level++) nested = [nested];
  const pool = startPool();
  expect(codeOf(await pool.call('compute_slowly', { million_steps: nested }))).toBe('input/too_large');
  expect(codeOf(await pool.call('compute_slowly', { million_steps: 1 }))).toBe('ok');
});

test('a run that a worker stored is read in this thread', async () => {
  const outcome = await startPool().call('misbehave', { how: 'overflow' });
  const { id } = (outcome.ok ? outcome.value.run : {}) as { id: string };
  const runs = createFileRunStore({ directory: join(directory, 'runs'), nowMs: Date.now });
  const { items, total } = await runs.readPage({ runId: id, part: 'list', limit: 2 });
  expect([items, total]).toEqual([['item 0', 'item 1'], 10_000]);
});

test('progress arrives in order while the tool computes, to the end', async () => {
  const reports: number[] = [];
  const progress = (done: number): void => void reports.push(done);
  const outcome = await startPool().call('compute_slowly', { million_steps: 60 }, { progress });
  expect(summaryOf(outcome)).toBe('finished');
  expect(reports.length).toBeGreaterThan(1);
  expect(reports).toEqual([...reports].sort((a, b) => a - b));
  expect(reports.at(-1)).toBe(60);
});

test('the time limit of the input ends a search, and the tool answers', async () => {
  const outcome = await startPool().call('compute_slowly', { million_steps: 1_000_000, time_limit_ms: 50 });
  expect(summaryOf(outcome)).toBe('stopped: time limit of 50 ms reached');
});

describe('a cancelled call fails at once', () => {
  test.each([
    [
      'and a tool that computes stops by its budget: the thread lives on',
      'compute_slowly',
      { million_steps: 1_000_000 },
      true,
    ],
    ['and a tool that waits stops by its signal: the thread lives on', 'wait_for_abort', {}, true],
    ['and a tool that ignores everything loses its thread', 'ignore_everything', { duration_ms: 20_000 }, false],
  ])('%s', async (_, name, args, survives) => {
    const pool = startPool();
    const thread = await threadOf(pool);
    for (let round = 0; round < (survives ? 3 : 1); round++) {
      const controller = new AbortController();
      const call = pool.call(name, args, { signal: controller.signal });
      const behind = pool.call('misbehave', { how: 'print' });
      await new Promise((resolve) => setTimeout(resolve, 60));
      controller.abort();
      expect(codeOf(await call)).toBe('call/cancelled');
      expect(codeOf(await behind)).toBe('ok');
    }
    expect((await threadOf(pool)) === thread).toBe(survives);
  });

  test('before it starts, when it is still waiting, and when it was never sent', async () => {
    const pool = startPool();
    const [running, waiting] = [new AbortController(), new AbortController()];
    const first = pool.call('wait_for_abort', {}, { signal: running.signal });
    const second = pool.call('wait_for_abort', {}, { signal: waiting.signal });
    const third = pool.call('misbehave', { how: 'print' });
    waiting.abort();
    expect(codeOf(await second)).toBe('call/cancelled');
    expect(codeOf(await pool.call('wait_for_abort', {}, { signal: waiting.signal }))).toBe('call/cancelled');
    running.abort();
    expect(codeOf(await first)).toBe('call/cancelled');
    expect(codeOf(await third)).toBe('ok');
  });
});

test('a call that takes too long is ended, the time in the queue included', async () => {
  const pool = startPool({ callTimeMaxMs: 300 });
  const calls = [pool.call('ignore_everything', { duration_ms: 20_000 }), pool.call('wait_for_abort', {})];
  expect((await Promise.all(calls)).map(codeOf)).toEqual(['call/overdue', 'call/overdue']);
});

describe('a crash', () => {
  test.each(['exit', 'throw_later', 'hoard'])(
    'by %s fails its own call; the calls that wait and those after it go on',
    async (how) => {
      const pool = startPool({ threadHeapMaxMb: 32 });
      const crashing = pool.call('misbehave', { how });
      const waiting = pool.call('misbehave', { how: 'print' });
      const outcome = await crashing;
      expect(outcome).toMatchObject({
        ok: false,
        failure: { code: 'internal/invariant', message: expect.stringContaining('misbehave crashed') },
      });
      expect(codeOf(await waiting)).toBe('ok');
      expect(codeOf(await pool.call('misbehave', { how: 'print' }))).toBe('ok');
    },
  );

  test('between two calls is not noticed', async () => {
    const pool = startPool();
    expect(codeOf(await pool.call('misbehave', { how: 'exit_later' }))).toBe('ok');
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(codeOf(await pool.call('misbehave', { how: 'print' }))).toBe('ok');
  });

  test('of every thread at its start is a failure, not a hang', async () => {
    const outcome = await startPool({ workerScript: '/nonexistent/worker.mjs' }).call('misbehave', { how: 'print' });
    expect(codeOf(outcome)).toBe('internal/invariant');
  });
});

test('a full queue refuses calls, and takes them again when it has emptied', async () => {
  const pool = startPool({ waitingMax: 2 });
  const controller = new AbortController();
  const running = pool.call('wait_for_abort', {}, { signal: controller.signal });
  const waiting = [1, 2].map(() => pool.call('misbehave', { how: 'print' }));
  expect(codeOf(await pool.call('misbehave', { how: 'print' }))).toBe('call/queue_full');
  controller.abort();
  expect(codeOf(await running)).toBe('call/cancelled');
  expect((await Promise.all(waiting)).map(codeOf)).toEqual(['ok', 'ok']);
  expect(codeOf(await pool.call('misbehave', { how: 'print' }))).toBe('ok');
});

test('calls that those ahead may keep from being answered in time are refused soon, and further ones at once', async () => {
  const pool = startPool({ callTimeMaxMs: 5_500, patienceMs: 200 });
  const settled: string[] = [];
  const search = async (name: string, timeLimitMs: number): Promise<Result<ToolAnswer>> => {
    const outcome = await pool.call('compute_slowly', { million_steps: 1_000_000, time_limit_ms: timeLimitMs });
    settled.push(`${name}: ${codeOf(outcome)}`);
    return outcome;
  };
  const admitted = [search('runs', 2_000), search('second', 2_000)];
  expect(await search('third', 2_000)).toMatchObject({
    failure: {
      code: 'call/queue_full',
      message: expect.stringMatching(/^compute_slowly was not started: .* all threads for another [34] s$/),
      nextStep: expect.stringMatching(/^Send this call again in [34] s,/),
    },
  });
  await search('fourth', 2_000);
  await Promise.all([...admitted, search('short', 100)]);
  expect(settled).toEqual(['third: call/queue_full', 'fourth: call/queue_full', 'runs: ok', 'second: ok', 'short: ok']);
});

test('a queue that moves refuses nobody, whatever the calls may take', async () => {
  const pool = startPool({ callTimeMaxMs: 20_000, patienceMs: 10_000 });
  const calls = Array.from({ length: 60 }, () => pool.call('compute_slowly', { million_steps: 1 }));
  expect(new Set((await Promise.all(calls)).map(codeOf))).toEqual(new Set(['ok']));
});

test('a short call does not wait for one long call, however few cores there are', async () => {
  const pool = createPooledExecutor({ workerScript, stateDirectory: directory });
  executor = pool;
  const controller = new AbortController();
  const long = pool.call('wait_for_abort', {}, { signal: controller.signal });
  expect(codeOf(await pool.call('misbehave', { how: 'print' }))).toBe('ok');
  controller.abort();
  expect(codeOf(await long)).toBe('call/cancelled');
});

test('closing cancels what runs, what waits and what comes later', async () => {
  const pool = startPool();
  const calls = [1, 2].map(() => pool.call('wait_for_abort', {}));
  await new Promise((resolve) => setTimeout(resolve, 60));
  await pool.close();
  calls.push(pool.call('wait_for_abort', {}));
  expect((await Promise.all(calls)).map(codeOf)).toEqual(Array(3).fill('call/cancelled'));
});
