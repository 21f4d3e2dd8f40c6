import { execFile } from 'node:child_process';
import { chmod, mkdtemp, readdir, readFile, rm, stat, truncate, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { fingerprint } from '../kernel/canonical-json.ts';
import type { FailureError } from '../kernel/failure.ts';
import type { RunContent, RunReader, RunWriter } from '../registry/define-tool.ts';
import { createMemoryRunStore } from './memory-run-store.ts';
import { createFileRunStore } from './run-store.ts';

const RUN: RunContent = {
  tool: 'analyze_quorum',
  reproduce: 'quorate call analyze_quorum',
  parts: { 'read_quorums.minimal': Array.from({ length: 25 }, (_, index) => [`n${index}`]), empty: [] },
};

const codeOf = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'no failure',
    (error: FailureError) => error.failure.code,
  );

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'quorate-runs-'));
});
afterEach(async () => {
  await chmod(directory, 0o700);
  await rm(directory, { recursive: true });
});

const numbered = (index: number): RunContent => ({
  tool: 't',
  reproduce: '',
  parts: { items: [`run ${index}`.padEnd(1000)] },
});
const stored = async (): Promise<string[]> => (await readdir(directory)).sort();

describe.each<[string, () => RunWriter & RunReader]>([
  ['files', () => createFileRunStore({ directory, nowMs: () => 1_000_000 })],
  ['memory', createMemoryRunStore],
])('%s', (_, createStore) => {
  test('the id is the fingerprint of the content, so the same run is stored once', async () => {
    const store = createStore();
    const first = await store.save(RUN);
    expect(first).toEqual({ id: fingerprint(RUN), uri: `quorate://runs/${fingerprint(RUN)}` });
    expect(await store.save({ ...RUN })).toEqual(first);
    expect((await store.save(numbered(1))).id).not.toBe(first.id);
  });

  test('a description names the parts and their sizes', async () => {
    const store = createStore();
    const { id, uri } = await store.save(RUN);
    const parts = [
      { name: 'read_quorums.minimal', items: 25 },
      { name: 'empty', items: 0 },
    ];
    const { parts: described, ...rest } = await store.describe(id);
    expect(rest).toEqual({ id, uri, tool: RUN.tool, reproduce: RUN.reproduce });
    // Canonical JSON sorts the names, so files give them in another order.
    expect([...described].sort((a, b) => b.items - a.items)).toEqual(parts);
  });

  test('pages follow one another to the end, whatever their size', async () => {
    const store = createStore();
    const { id } = await store.save(RUN);
    for (const limit of [1, 10, 24, 25, 26]) {
      const items: unknown[] = [];
      let cursor: string | undefined;
      do {
        const page = await store.readPage({ runId: id, part: 'read_quorums.minimal', cursor, limit });
        expect(page.total).toBe(25);
        expect(page.items.length).toBe(Math.min(limit, 25 - items.length));
        items.push(...page.items);
        cursor = page.nextCursor;
      } while (cursor !== undefined);
      expect(items).toEqual(RUN.parts['read_quorums.minimal']);
    }
    expect(await store.readPage({ runId: id, part: 'empty', limit: 5 })).toEqual({ items: [], total: 0 });
  });

  test('what is not there is a failure that names it', async () => {
    const store = createStore();
    const { id } = await store.save(RUN);
    const { id: other } = await store.save(numbered(1));
    const { nextCursor: cursor } = await store.readPage({ runId: id, part: 'read_quorums.minimal', limit: 10 });
    expect(await codeOf(store.describe('0'.repeat(32)))).toBe('run/not_found');
    expect(await codeOf(store.describe('../secret'))).toBe('run/not_found');
    for (const part of ['nothing', '__proto__', 'constructor', 'toString']) {
      expect(await codeOf(store.readPage({ runId: id, part, limit: 1 }))).toBe('run/unknown_part');
    }
    const page = (changes: object): Promise<string> =>
      codeOf(store.readPage({ runId: id, part: 'read_quorums.minimal', cursor, limit: 1, ...changes }));
    expect(await page({})).toBe('no failure');
    expect(await page({ part: 'empty' })).toBe('run/invalid_cursor');
    expect(await page({ runId: other, part: 'items' })).toBe('run/invalid_cursor');
    for (const bad of [
      '',
      '10',
      '-1',
      `${cursor} `,
      `+${cursor}`,
      cursor!.toUpperCase(),
      '\u0000',
      'x'.repeat(10_000),
    ]) {
      expect(await page({ cursor: bad })).toBe('run/invalid_cursor');
    }
  });
});

describe('files', () => {
  test('nothing is created before the first run; then only this user can read it', async () => {
    const inside = join(directory, 'state', 'runs');
    const store = createFileRunStore({ directory: inside, nowMs: Date.now });
    expect(await codeOf(store.describe('0'.repeat(32)))).toBe('run/not_found');
    expect(await stored()).toEqual([]);
    const { id } = await store.save(RUN);
    expect((await stat(inside)).mode & 0o777).toBe(0o700);
    expect((await stat(join(inside, `${id}.json`))).mode & 0o777).toBe(0o600);
  });

  test('a run outlives the process: another store reads it', async () => {
    const { id } = await createFileRunStore({ directory, nowMs: Date.now }).save(RUN);
    expect((await createFileRunStore({ directory, nowMs: Date.now }).describe(id)).tool).toBe(RUN.tool);
  });

  test.each<[string, (file: string) => Promise<void>]>([
    ['torn', (file) => truncate(file, 100)],
    ['empty', (file) => truncate(file, 0)],
    ['changed in one letter', async (file) => writeFile(file, (await readFile(file, 'utf8')).replace('n7', 'n8'))],
    ['foreign', (file) => writeFile(file, '{"parts":{}}')],
    ['binary', (file) => writeFile(file, Uint8Array.of(0xff, 0x00, 0xfe))],
  ])('a file that is %s counts as absent and is removed; saving again mends it', async (_, damage) => {
    const store = createFileRunStore({ directory, nowMs: Date.now });
    const { id } = await store.save(RUN);
    await damage(join(directory, `${id}.json`));
    expect(await codeOf(store.describe(id))).toBe('run/not_found');
    expect(await stored()).toEqual([]);
    await store.save(RUN);
    expect((await store.describe(id)).parts.length).toBe(2);
  });

  test('the next page of a run does not need its file to be read again, only to be there', async () => {
    const store = createFileRunStore({ directory, nowMs: Date.now });
    const { id } = await store.save(RUN);
    const file = join(directory, `${id}.json`);
    const page = { runId: id, part: 'read_quorums.minimal', limit: 10 };
    const first = await store.readPage(page);
    await writeFile(file, 'no run any more');
    expect(await store.readPage(page)).toEqual(first);
    expect((await store.readPage({ ...page, cursor: first.nextCursor })).items[0]).toEqual(['n10']);
    expect(await codeOf(createFileRunStore({ directory, nowMs: Date.now }).readPage(page))).toBe('run/not_found');
    expect(await codeOf(store.readPage(page))).toBe('run/not_found');
    await store.save(RUN);
    expect(await store.readPage(page)).toEqual(first);
  });

  test('a run past its age is gone for readers, and is removed by the next writer', async () => {
    let now = 1_000_000;
    const store = createFileRunStore({ directory, ageMaxMs: 1000, nowMs: () => now });
    const { id } = await store.save(numbered(1));
    const { id: second } = await store.save(numbered(2));
    now += 1000;
    expect(await codeOf(store.describe(id))).toBe('no failure');
    now += 1;
    expect(await codeOf(store.describe(id))).toBe('run/not_found');
    expect(await stored()).toEqual([`${second}.json`]);
    const { id: third } = await store.save(numbered(3));
    expect(await stored()).toEqual([`${third}.json`]);
  });

  test('saving a run again makes it young again', async () => {
    let now = 1_000_000;
    const store = createFileRunStore({ directory, ageMaxMs: 1000, nowMs: () => now });
    const { id } = await store.save(RUN);
    now += 900;
    await store.save(RUN);
    now += 900;
    expect(await codeOf(store.describe(id))).toBe('no failure');
  });

  test('the oldest runs give way when the store is full', async () => {
    let now = 1_000_000;
    const store = createFileRunStore({ directory, bytesMax: 3500, nowMs: () => now });
    const ids: string[] = [];
    for (let index = 0; index < 6; index++) {
      now += 10;
      ids.push((await store.save(numbered(index))).id);
    }
    expect(await stored()).toEqual(
      ids
        .slice(3)
        .map((id) => `${id}.json`)
        .sort(),
    );
  });

  test('a run larger than the whole store is refused and evicts nothing', async () => {
    const store = createFileRunStore({ directory, bytesMax: 1500, nowMs: Date.now });
    await store.save(numbered(1));
    expect(await codeOf(store.save({ ...RUN, reproduce: 'x'.repeat(2000) }))).toBe('run/store_unavailable');
    expect((await stored()).length).toBe(1);
  });

  test('temporary files of processes that died are removed after a while; other files are left alone', async () => {
    const store = createFileRunStore({ directory, nowMs: Date.now });
    const old = new Date(Date.now() - 60 * 60 * 1000);
    for (const name of ['dead.tmp', 'README']) {
      await writeFile(join(directory, name), 'x');
      await utimes(join(directory, name), old, old);
    }
    await writeFile(join(directory, 'alive.tmp'), 'x');
    const { id } = await store.save(RUN);
    expect(await stored()).toEqual([`${id}.json`, 'README', 'alive.tmp'].sort());
  });

  test('a directory that cannot be used is a failure that says what to do', async () => {
    await writeFile(join(directory, 'file'), '');
    const store = createFileRunStore({ directory: join(directory, 'file', 'runs'), nowMs: Date.now });
    expect(await codeOf(store.save(RUN))).toBe('run/store_unavailable');
    expect(await codeOf(store.describe('0'.repeat(32)))).toBe('run/store_unavailable');
  });

  test.runIf(process.platform === 'linux')('so is one where none can be made, such as under /proc', async () => {
    const store = createFileRunStore({ directory: '/proc/quorate/runs', nowMs: Date.now });
    await expect(store.save(RUN)).rejects.toMatchObject({
      failure: {
        code: 'run/store_unavailable',
        received: '/proc/quorate/runs',
        nextStep: expect.stringContaining('QUORATE_STATE_DIR'),
      },
    });
    expect(await codeOf(store.describe('0'.repeat(32)))).toBe('run/not_found');
  });

  test('several processes write, read and evict in one directory, and nothing breaks', {
    timeout: 60_000,
  }, async () => {
    const script = fileURLToPath(new URL('testdata/store-writer.ts', import.meta.url));
    const bytesMax = 20_000;
    // The ranges overlap, so some runs are written by two processes at once.
    const children = [0, 20, 40].map((first) =>
      promisify(execFile)(process.execPath, [
        '--import',
        'tsx',
        script,
        directory,
        `${bytesMax}`,
        `${first}`,
        `${first + 40}`,
      ]),
    );
    const results = (await Promise.all(children)).map(({ stdout }) => JSON.parse(stdout));
    expect(results.flatMap((result) => result.problems)).toEqual([]);
    expect(new Set(results.flatMap((result) => result.ids)).size).toBe(80);

    const left = await stored();
    const sizes = await Promise.all(left.map(async (name) => (await stat(join(directory, name))).size));
    const total = sizes.reduce((sum, size) => sum + size, 0);
    expect(left.every((name) => name.endsWith('.json'))).toBe(true);
    expect(total).toBeLessThanOrEqual(bytesMax);
    // Eviction stops at the limit instead of emptying the store.
    expect(total).toBeGreaterThan(bytesMax / 2);
    const store = createFileRunStore({ directory, nowMs: Date.now });
    for (const name of left) expect((await store.describe(name.slice(0, 32))).tool).toBe('store_writer');
  });
});
