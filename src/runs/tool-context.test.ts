import { expect, test } from 'vitest';
import * as schemas from '../schemas/answer.ts';
import { createMemoryCheckpointStore } from './checkpoint-store.ts';
import { createMemoryRunStore } from './memory-run-store.ts';
import { poolTools } from './testdata/pool-tools.ts';
import { createToolContext, TIME_LIMIT_MS_DEFAULT } from './tool-context.ts';
import { CALL_TIME_MAX_MS } from './worker-pool.ts';

test('a call that sets no time limit gets the one that the schemas promise', () => {
  expect(TIME_LIMIT_MS_DEFAULT).toBe(schemas.TIME_LIMIT_MS_DEFAULT);
  let now = 0;
  const { budget } = createToolContext(
    poolTools.find('wait_for_abort'),
    {},
    {
      runs: createMemoryRunStore(),
      checkpoints: createMemoryCheckpointStore(),
      nowMs: () => now,
      progress: undefined,
      signal: new AbortController().signal,
      isCancelled: () => false,
    },
  );
  now = schemas.TIME_LIMIT_MS_DEFAULT - 1;
  expect(budget.spend(1_000_000)).toBe(true);
  now += 1;
  expect(budget.spend(1_000_000)).toBe(false);
  expect(budget.exhausted).toBe('time limit of 20000 ms reached');
});

test('the longest time limit ends a search before the pool ends its call', () => {
  expect(schemas.TIME_LIMIT_MS_MAX).toBeLessThan(CALL_TIME_MAX_MS);
});
