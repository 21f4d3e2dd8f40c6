import { mkdir, mkdtemp, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createDirectory } from './create-directory.ts';

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'quorate-directory-'));
});
afterEach(() => rm(home, { recursive: true }));

test('every missing level is made, for this user only; those that exist stay as they are', async () => {
  await mkdir(join(home, 'a'), { mode: 0o755 });
  await createDirectory(join(home, 'a/b/c'));
  const modes = await Promise.all(
    ['a', 'a/b', 'a/b/c'].map(async (path) => (await stat(join(home, path))).mode & 0o777),
  );
  expect(modes.slice(1)).toEqual([0o700, 0o700]);
  expect(modes[0]).toBe((await stat(join(home, 'a'))).mode & 0o777);
  await createDirectory(join(home, 'a/b/c'));
});

test('many at once make the same directory', async () => {
  await Promise.all(Array.from({ length: 20 }, () => createDirectory(join(home, 'a/b/c/d'))));
  expect((await stat(join(home, 'a/b/c/d'))).isDirectory()).toBe(true);
});

test('a file in the way is named', async () => {
  await writeFile(join(home, 'file'), '');
  await expect(createDirectory(join(home, 'file'))).rejects.toThrow(/EEXIST.*file/);
  await expect(createDirectory(join(home, 'file/a/b'))).rejects.toThrow(/ENOTDIR.*file/);
});

test('a link to nowhere is named', async () => {
  await symlink(join(home, 'nowhere'), join(home, 'link'));
  await expect(createDirectory(join(home, 'link/a'))).rejects.toThrow(/EEXIST.*link/);
});

test.runIf(process.platform === 'linux')(
  'a file system that makes no directories is told from a missing parent',
  async () => {
    await expect(createDirectory('/proc/quorate/runs')).rejects.toThrow(
      "ENOENT: no such file or directory, mkdir '/proc/quorate'",
    );
  },
);
