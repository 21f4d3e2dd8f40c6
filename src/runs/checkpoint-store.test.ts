import { mkdtemp, readdir, rm, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, test } from 'vitest';
import type { CheckpointStore } from '../kernel/call-services.ts';
import { createFileCheckpointStore, createMemoryCheckpointStore } from './checkpoint-store.ts';
import { createFileRunStore } from './run-store.ts';

let directory: string;
let now = 1e12;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'quorate-checkpoints-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const filled = (value: number, length = 100): Uint8Array => new Uint8Array(length).fill(value);
const fileStore = (options = {}): CheckpointStore =>
  createFileCheckpointStore({ directory, nowMs: () => now, ...options });

describe.each([
  ['files', () => fileStore({ bytesMax: 150, allBytesMax: 300 })],
  ['memory', () => createMemoryCheckpointStore(150)],
])('a store of checkpoints in %s', (_name, create) => {
  it('gives back what was saved, under an id that the bytes decide', async () => {
    const store = create();
    const id = await store.save(filled(1));
    expect(await store.load(id)).toSatisfy((bytes) => Buffer.from(bytes).equals(filled(1)));
    expect(await store.save(filled(1))).toBe(id);
    expect(await store.save(filled(2))).not.toBe(id);
  });

  it('knows nothing of ids that it never gave', async () => {
    expect(await create().load('0'.repeat(32))).toBeUndefined();
    expect(await create().load('../../secret')).toBeUndefined();
  });

  it('lets the oldest go when there is no room for all', async () => {
    const store = create();
    const ids: string[] = [];
    for (const value of [1, 2, 3, 4]) {
      now += 1000;
      ids.push(await store.save(filled(value)));
    }
    const kept = await Promise.all(ids.map(async (id) => (await store.load(id)) !== undefined));
    expect(kept).toEqual([false, true, true, true]);
  });
});

test('a file that was cut short is removed', async () => {
  const store = fileStore();
  const id = await store.save(filled(7));
  await truncate(join(directory, `${id}.checkpoint`), 50);
  expect(await store.load(id)).toBeUndefined();
  expect(await readdir(directory)).toEqual([]);
});

test('what is too old is not there any more', async () => {
  const store = fileStore({ ageMaxMs: 1000 });
  const id = await store.save(filled(7));
  now += 2000;
  expect(await store.load(id)).toBeUndefined();
});

test('runs and checkpoints in one directory do not push each other out', async () => {
  const runs = createFileRunStore({ directory, bytesMax: 500, nowMs: () => now });
  const { id } = await runs.save({ tool: 'a', reproduce: 'b', parts: { c: [1] } });
  const checkpoints = fileStore({ allBytesMax: 150 });
  for (const value of [1, 2]) {
    now += 1000;
    await checkpoints.save(filled(value));
  }
  expect(await runs.describe(id)).toMatchObject({ id });
  expect((await readdir(directory)).length).toBe(2);
});

test('a directory that cannot be written is said', async () => {
  await expect(
    createFileCheckpointStore({ directory: '/proc/none', nowMs: () => now }).save(filled(1)),
  ).rejects.toMatchObject({ failure: { code: 'run/store_unavailable' } });
});
