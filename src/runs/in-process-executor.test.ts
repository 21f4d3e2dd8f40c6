import { expect, test } from 'vitest';
import type { Result } from '../kernel/failure.ts';
import { createInProcessExecutor } from './in-process-executor.ts';
import { createMemoryRunStore } from './memory-run-store.ts';
import { poolTools } from './testdata/pool-tools.ts';

const codeOf = (outcome: Result<unknown>): string => (outcome.ok ? 'ok' : outcome.failure.code);

/** Its clock goes on by a millisecond at each look. */
function executorWithClock() {
  let now = 0;
  return createInProcessExecutor({ registry: poolTools, runs: createMemoryRunStore(), nowMs: () => now++ });
}

test('a call that is cancelled before it starts does not start', async () => {
  const signal = AbortSignal.abort();
  const progress = (): never => expect.unreachable();
  const outcome = await executorWithClock().call('compute_slowly', { million_steps: 1 }, { signal, progress });
  expect(codeOf(outcome)).toBe('call/cancelled');
});

test('a tool that waits is cancelled by its signal', async () => {
  const controller = new AbortController();
  const progress = (): void => controller.abort();
  const call = executorWithClock().call('wait_for_abort', {}, { signal: controller.signal, progress });
  expect(codeOf(await call)).toBe('call/cancelled');
});

test('a tool that computes is cancelled by its own report of progress, through its budget', async () => {
  const controller = new AbortController();
  const progress = (): void => controller.abort();
  const options = { signal: controller.signal, progress };
  const outcome = await executorWithClock().call('compute_slowly', { million_steps: 1_000_000 }, options);
  expect(codeOf(outcome)).toBe('call/cancelled');
});

test('the time limit is measured by the clock that was given', async () => {
  const outcome = await executorWithClock().call('compute_slowly', { million_steps: 1000, time_limit_ms: 20 });
  expect(outcome).toMatchObject({ ok: true, value: { summary: 'stopped: time limit of 20 ms reached' } });
});

test('a tool that does not exist is a failure', async () => {
  expect(codeOf(await executorWithClock().call('no_such_tool', {}))).toBe('input/unknown_tool');
});
