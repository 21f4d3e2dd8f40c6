/**
 * Runs kept as files, one per run, in a directory that several server processes share without locks.
 *
 * The id is the fingerprint of the canonical JSON, and the file holds exactly that text. So a file proves itself: whatever
 * does not hash to its own name (torn by a power cut, edited, of an older format) is removed and counts as absent. Writes go
 * to a temporary name and are renamed, so readers see a whole file or none; two processes that write the same run write the
 * same bytes, and it does not matter who wins. Every write evicts what is too old, then the oldest until the store is
 * within its size: the last writer sees all files, so the limit holds once the writers rest.
 *
 * Whoever reads one page of a run will read the next: the run that was read last is kept, and while its file stands is not read again. What
 * has once hashed to the id cannot have become another.
 */
import { randomUUID } from 'node:crypto';
import { readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { canonicalJson } from '../kernel/canonical-json.ts';
import { FailureError, fail } from '../kernel/failure.ts';
import { murmurHash3 } from '../kernel/fingerprint.ts';
import type { RunContent, RunReader, RunWriter } from '../registry/define-tool.ts';
import { createDirectory } from './create-directory.ts';
import { describeRun, failOnMissingRun, pageOf, runReference } from './run-pages.ts';

export const STORE_BYTES_MAX = 256 * 1024 * 1024;
export const RUN_AGE_MAX_MS = 7 * 24 * 60 * 60 * 1000;
/** A temporary file this old was left by a process that died. */
const TEMPORARY_AGE_MAX_MS = 10 * 60 * 1000;
/** A larger run is read anew for every page rather than kept. */
const KEPT_BYTES_MAX = 32 * 1024 * 1024;

export interface FileRunStoreOptions {
  readonly directory: string;
  /** All runs together; the oldest give way. A single run above it is refused. */
  readonly bytesMax?: number;
  readonly ageMaxMs?: number;
  readonly nowMs: () => number;
}

type Settings = Required<FileRunStoreOptions>;

/** The run that was read last. */
interface Kept {
  run?: { readonly id: string; readonly content: RunContent };
}

/** Nothing is touched on disk before the first run is saved. */
export function createFileRunStore(options: FileRunStoreOptions): RunWriter & RunReader {
  const settings: Settings = { bytesMax: STORE_BYTES_MAX, ageMaxMs: RUN_AGE_MAX_MS, ...options };
  const kept: Kept = {};
  return {
    save: (run) => reportingStore(settings, () => saveRun(settings, run)),
    describe: (runId) => reportingStore(settings, async () => describeRun(runId, await loadRun(settings, kept, runId))),
    readPage: (request) =>
      reportingStore(settings, async () => pageOf(await loadRun(settings, kept, request.runId), request)),
  };
}

async function saveRun(settings: Settings, run: RunContent): Promise<{ id: string; uri: string }> {
  const bytes = new TextEncoder().encode(canonicalJson(run));
  const id = murmurHash3(bytes);
  if (bytes.length > settings.bytesMax) return failOnSize(settings, bytes.length);
  await createDirectory(settings.directory);
  await writeAtomically(settings, fileOf(settings, id), bytes);
  await evict(settings, `${id}.json`);
  return runReference(id);
}

async function writeAtomically({ directory, nowMs }: Settings, file: string, bytes: Uint8Array): Promise<void> {
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

async function loadRun(settings: Settings, kept: Kept, runId: string): Promise<RunContent> {
  // The id becomes a file name, so nothing but an id gets that far.
  if (!/^[0-9a-f]{32}$/.test(runId)) return failOnMissingRun(runId);
  const file = fileOf(settings, runId);
  const size = await freshSize(settings, file);
  if (size === undefined) return failOnMissingRun(runId);
  if (kept.run?.id === runId) return kept.run.content;
  const content = await readRun(file, runId);
  if (size <= KEPT_BYTES_MAX) kept.run = { id: runId, content };
  return content;
}

async function readRun(file: string, runId: string): Promise<RunContent> {
  const bytes = await orAbsent(readFile(file));
  if (bytes === undefined) return failOnMissingRun(runId);
  if (murmurHash3(bytes) === runId) return JSON.parse(new TextDecoder().decode(bytes)) as RunContent;
  await rm(file, { force: true });
  return failOnMissingRun(runId);
}

/** The file's size; undefined when there is none, or when it had to be removed for its age or its size. */
async function freshSize({ nowMs, ageMaxMs, bytesMax }: Settings, file: string): Promise<number | undefined> {
  const found = await orAbsent(stat(file));
  if (found === undefined) return undefined;
  if (nowMs() - found.mtimeMs <= ageMaxMs && found.size <= bytesMax) return found.size;
  await rm(file, { force: true });
  return undefined;
}

interface StoredFile {
  readonly name: string;
  readonly ageMs: number;
  readonly bytes: number;
}

/** Removes what is too old, then the oldest until the rest fits; `kept` has just been written and stays. */
async function evict(settings: Settings, kept: string): Promise<void> {
  const files = await listFiles(settings);
  const remove = (file: StoredFile): Promise<void> => rm(join(settings.directory, file.name), { force: true });
  const expired = (file: StoredFile): boolean =>
    file.ageMs > (file.name.endsWith('.tmp') ? TEMPORARY_AGE_MAX_MS : settings.ageMaxMs);
  await Promise.all(files.filter((file) => expired(file) && file.name !== kept).map(remove));

  const runs = files.filter((file) => file.name.endsWith('.json') && !(expired(file) && file.name !== kept));
  let bytes = runs.reduce((sum, file) => sum + file.bytes, 0);
  for (const file of runs.sort(byAgeThenName)) {
    if (bytes <= settings.bytesMax) return;
    if (file.name === kept) continue;
    await remove(file);
    bytes -= file.bytes;
  }
}

async function listFiles({ directory, nowMs }: Settings): Promise<StoredFile[]> {
  const names = (await readdir(directory)).filter((name) => name.endsWith('.json') || name.endsWith('.tmp'));
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

function fileOf({ directory }: Settings, runId: string): string {
  return join(directory, `${runId}.json`);
}

/** Turns what the file system throws into `run/store_unavailable`; failures and our own bugs pass through. */
async function reportingStore<T>({ directory }: Settings, action: () => Promise<T>): Promise<T> {
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

function failOnSize({ bytesMax }: Settings, bytes: number): never {
  return fail('run/store_unavailable', {
    message: 'the result is larger than the whole run store',
    received: `${bytes} bytes`,
    expected: `at most ${bytesMax} bytes`,
    nextStep: 'Ask for less, for example with "response_format":"concise".',
  });
}

/** Undefined for what is not there, or was evicted by another process just now. */
async function orAbsent<T>(action: Promise<T>): Promise<T | undefined> {
  try {
    return await action;
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw error;
  }
}

function isAbsent(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
