import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { CheckpointStore } from '../src/kernel/call-services.ts';
import type { Failure } from '../src/kernel/failure.ts';
import { createFileCheckpointStore, createMemoryCheckpointStore } from '../src/runs/checkpoint-store.ts';
import { createInProcessExecutor } from '../src/runs/in-process-executor.ts';
import { createMemoryRunStore } from '../src/runs/memory-run-store.ts';
import type { CallOptions } from '../src/runs/tool-executor.ts';
import type { ModelCheckReport } from '../src/schemas/model-checking.ts';
import { registry } from './index.ts';

/** A clock that goes on whenever it is looked at, so that every run ends at the same place. */
function caller(checkpoints: CheckpointStore = createMemoryCheckpointStore()) {
  let now = 0;
  const executor = createInProcessExecutor({ registry, runs: createMemoryRunStore(), checkpoints, nowMs: () => ++now });
  const outcomeOf = (input: object, progress?: CallOptions['progress']) =>
    executor.call('check_model', input, progress === undefined ? {} : { progress });
  return {
    outcomeOf,
    check: async (input: object): Promise<ModelCheckReport> => {
      const outcome = await outcomeOf(input);
      if (!outcome.ok) throw new Error(JSON.stringify(outcome.failure));
      return outcome.value as unknown as ModelCheckReport;
    },
    failureOf: async (input: object): Promise<Failure> => {
      const outcome = await outcomeOf(input);
      if (outcome.ok) throw new Error('the call was accepted');
      return outcome.failure;
    },
  };
}

const TWO_PHASE = { model: 'two_phase_commit', config: { rms: 5 } };
const SHORT = { time_limit_ms: 15 };

describe('a check that runs out of time', () => {
  test('goes on in later calls, from the directory of the runs, to what one call gives', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'quorate-check-'));
    const { check } = caller(createFileCheckpointStore({ directory, nowMs: Date.now }));
    const whole = await check(TWO_PHASE);
    let part = await check({ ...TWO_PHASE, ...SHORT });
    let calls = 1;
    while (part.checkpoint !== undefined) {
      expect(part).toMatchObject({ verdict: 'unknown', exhaustive: false, stopped_by: 'time limit of 15 ms reached' });
      expect(part.next_steps[0]).toContain(`{"continue":"${part.checkpoint}"}`);
      part = await check({ continue: part.checkpoint, ...SHORT });
      calls += 1;
    }
    expect(calls).toBeGreaterThan(2);
    const ofCounts = ({ states, verdict, exhaustive, properties }: ModelCheckReport) => {
      const { bytes: _, ...counts } = states;
      return { counts, verdict, exhaustive, properties };
    };
    expect(ofCounts(part)).toEqual(ofCounts(whole));
    await rm(directory, { recursive: true });
  });

  test('may be given more states than the call that began it', async () => {
    const { check } = caller();
    const { checkpoint, stopped_by } = await check({ ...TWO_PHASE, max_states: 1000 });
    expect(stopped_by).toBe('the limit of 1000 states was reached');
    expect(await check({ continue: checkpoint, max_states: 100_000 })).toMatchObject({
      verdict: 'holds',
      states: { unique: 8832 },
    });
  });

  test('gives the same again when it is asked again', async () => {
    const { check } = caller();
    const { checkpoint } = await check({ ...TWO_PHASE, ...SHORT });
    const [first, second] = [await check({ continue: checkpoint }), await check({ continue: checkpoint })];
    expect(second).toEqual(first);
  });

  test('says why there is no checkpoint', async () => {
    const small = await caller(createMemoryCheckpointStore(1000)).check({ ...TWO_PHASE, ...SHORT });
    expect(small.checkpoint).toBeUndefined();
    expect(small.next_steps[0]).toMatch(/^There is no checkpoint: it would take more than the limit of \d+ MB\.$/);
    const unwritable = createFileCheckpointStore({ directory: '/proc/none', nowMs: Date.now });
    expect((await caller(unwritable).check({ ...TWO_PHASE, ...SHORT })).next_steps[0]).toMatch(
      /^There is no checkpoint: the run store cannot be used: E/,
    );
    const walks = await caller().check({ ...TWO_PHASE, search: 'random_walk', walks: 1_000_000, ...SHORT });
    expect(walks.next_steps[0]).toBe('There is no checkpoint: search random_walk cannot be continued.');
  });

  test('is refused where it cannot go on', async () => {
    const store = createMemoryCheckpointStore();
    const { check, failureOf } = caller(store);
    expect(await failureOf({ continue: '0'.repeat(32) })).toMatchObject({
      code: 'model/unknown_checkpoint',
      path: 'continue',
    });
    const { checkpoint = '' } = await check({ ...TWO_PHASE, ...SHORT });
    expect(await failureOf({ continue: checkpoint, search: 'depth_first' })).toMatchObject({
      code: 'input/conflict',
      path: 'search',
    });
    expect(await failureOf({ continue: checkpoint, model: 'die_hard' })).toMatchObject({ path: 'model' });
    const other = new TextEncoder().encode('another version');
    expect(await failureOf({ continue: await store.save(other) })).toMatchObject({ code: 'model/foreign_checkpoint' });
    const bytes = (await store.load(checkpoint)) as Uint8Array;
    const cut = await store.save(bytes.subarray(0, 2000));
    expect(await failureOf({ continue: cut })).toMatchObject({ code: 'model/foreign_checkpoint' });
  });
});

test('progress tells how fast states are found, how deep they are, and what they take', async () => {
  const messages: string[] = [];
  await caller().outcomeOf(TWO_PHASE, (_done, _total, message) => messages.push(message));
  expect(messages.at(-1)).toMatch(/^\d+ states, \d+ states\/s, depth \d+, \d+ to explore, \d+ MB$/);
});

describe('a sweep', () => {
  test('checks the base and each configuration laid over it', async () => {
    const { check } = caller();
    const report = await check({
      ...TWO_PHASE,
      config: { rms: 3 },
      sweep: [{ config: { rms: 4 } }, { config: { symmetry: 'orbits' } }],
    });
    expect(report).toMatchObject({ verdict: 'holds', states: { unique: 288 } });
    expect(report.summary).toMatch(/Of 2 further configurations: 2 holds\.$/);
    expect(report.sweep).toMatchObject([
      { configuration: '{"config":{"rms":4}}', verdict: 'holds', states: { unique: 1568 }, exhaustive: true },
      { configuration: '{"config":{"symmetry":"orbits"}}', verdict: 'holds', states: { unique: 80 }, violated: [] },
    ]);
  });

  test('lays bounds and faults over those of the base, member by member', async () => {
    const { check } = caller();
    const base = { protocol: 'raft', bounds: { max_term: 1, timeouts: 1 } };
    const { sweep, states } = await check({
      ...base,
      sweep: [{ faults: { crashes: 1 } }, { variant: 'forgets-vote', bounds: { timeouts: 2 }, faults: { crashes: 1 } }],
    });
    expect(sweep?.[0]).toMatchObject({ verdict: 'holds', exhaustive: true });
    expect(sweep?.[0]?.states.unique).toBeGreaterThan(states.unique);
    expect(sweep?.[1]).toMatchObject({ verdict: 'violated' });
    expect(sweep?.[1]?.violated[0]).toMatch(/^election safety: n\d and n\d both lead term 1$/);
  });

  test('shares its time, and says so where that was not enough', async () => {
    const { check } = caller();
    const { sweep, checkpoint, next_steps } = await check({ ...TWO_PHASE, sweep: [{ config: { rms: 6 } }], ...SHORT });
    expect(checkpoint).toBeUndefined();
    expect(next_steps[0]).toMatch(/^A sweep gives no checkpoints/);
    expect(sweep).toMatchObject([{ verdict: 'unknown', exhaustive: false }]);
    expect(sweep?.[0]?.states.unique).toBeGreaterThan(100);
  });

  test('fails at once where a configuration cannot be', async () => {
    const { failureOf } = caller();
    expect(await failureOf({ ...TWO_PHASE, sweep: [{}, { config: { rms: 'many' } }] })).toMatchObject({
      path: expect.stringMatching(/^sweep\[1\]/),
    });
  });
});
