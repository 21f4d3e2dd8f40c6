/**
 * Files of one kind in a directory that several processes share without locks: written whole or not at all, and evicted by age and by size.
 *
 * Writes go to a temporary name and are renamed, so readers see a whole file or none. Every write evicts what is too old, then the oldest until
 * the kind is within its size: the last writer sees all files, so the limit holds once the writers rest.
 */
import { randomUUID } from 'node:crypto';
import { readdir, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FailureError, fail } from '../kernel/failure.ts';
import { createDirectory } from './create-directory.ts';

/** A temporary file this old was left by a process that died. */
const TEMPORARY_AGE_MAX_MS = 10 * 60 * 1000;

export interface FileKind {
  readonly directory: string;
  /** What the names end with, e.g. `.json`: only such files are counted and evicted. */
  readonly ending: string;
  /** All together; the oldest give way. */
  readonly bytesMax: number;
  readonly ageMaxMs: number;
  readonly nowMs: () => number;
}

/** Names are without the ending. */
export async function storeFile(kind: FileKind, name: string, bytes: Uint8Array): Promise<void> {
  await createDirectory(kind.directory);
  await writeAtomically(kind, fileOf(kind, name), bytes);
  await evict(kind, `${name}${kind.ending}`);
}

export function fileOf({ directory, ending }: FileKind, name: string): string {
  return join(directory, `${name}${ending}`);
}

/** The file's size; undefined when there is none, or when it had to be removed for its age or its size. */
export async function freshSize({ nowMs, ageMaxMs, bytesMax }: FileKind, file: string): Promise<number | undefined> {
  const found = await orAbsent(stat(file));
  if (found === undefined) return undefined;
  if (nowMs() - found.mtimeMs <= ageMaxMs && found.size <= bytesMax) return found.size;
  await rm(file, { force: true });
  return undefined;
}

/** Undefined for what is not there, or was evicted by another process just now. */
export async function orAbsent<T>(action: Promise<T>): Promise<T | undefined> {
  try {
    return await action;
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw error;
  }
}

/** Turns what the file system throws into `run/store_unavailable`; failures and our own bugs pass through. */
export async function reportingStore<T>(directory: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : undefined;
    if (error instanceof FailureError || code === undefined) throw error;
    return fail('run/store_unavailable', {
      message: `the run store cannot be used: ${code}`,
      received: directory,
      expected: 'a directory that this process may create, read and write',
      nextStep: 'Set QUORATE_STATE_DIR to a writable directory, or ask for less so that nothing has to be stored.',
    });
  }
}

async function writeAtomically({ directory, nowMs }: FileKind, file: string, bytes: Uint8Array): Promise<void> {
  const temporary = join(directory, `${randomUUID()}.tmp`);
  try {
    await writeFile(temporary, bytes, { mode: 0o600 });
    const now = new Date(nowMs());
    await utimes(temporary, now, now);
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

interface StoredFile {
  readonly name: string;
  readonly ageMs: number;
  readonly bytes: number;
}

/** Removes what is too old, then the oldest until the rest fits; `kept` has just been written and stays. */
async function evict(kind: FileKind, kept: string): Promise<void> {
  const files = await listFiles(kind);
  const remove = (file: StoredFile): Promise<void> => rm(join(kind.directory, file.name), { force: true });
  const expired = (file: StoredFile): boolean =>
    file.ageMs > (file.name.endsWith('.tmp') ? TEMPORARY_AGE_MAX_MS : kind.ageMaxMs);
  await Promise.all(files.filter((file) => expired(file) && file.name !== kept).map(remove));

  const stored = files.filter((file) => file.name.endsWith(kind.ending) && !(expired(file) && file.name !== kept));
  let bytes = stored.reduce((sum, file) => sum + file.bytes, 0);
  for (const file of stored.sort(byAgeThenName)) {
    if (bytes <= kind.bytesMax) return;
    if (file.name === kept) continue;
    await remove(file);
    bytes -= file.bytes;
  }
}

async function listFiles({ directory, ending, nowMs }: FileKind): Promise<StoredFile[]> {
  const names = (await readdir(directory)).filter((name) => name.endsWith(ending) || name.endsWith('.tmp'));
  const now = nowMs();
  const files = await Promise.all(
    names.map(async (name) => {
      const found = await orAbsent(stat(join(directory, name)));
      return found === undefined ? [] : [{ name, ageMs: now - found.mtimeMs, bytes: found.size }];
    }),
  );
  return files.flat();
}

/** Oldest first; the name decides between files of one instant, so that all processes evict in one order. */
function byAgeThenName(a: StoredFile, b: StoredFile): number {
  return b.ageMs - a.ageMs || (a.name < b.name ? -1 : 1);
}

function isAbsent(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
