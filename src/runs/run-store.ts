/**
 * Runs kept as files, one per run, in a directory that several server processes share without locks (`stored-files.ts`).
 *
 * The id is the fingerprint of the canonical JSON, and the file holds exactly that text. So a file proves itself: whatever
 * does not hash to its own name (torn by a power cut, edited, of an older format) is removed and counts as absent; two processes that write
 * the same run write the same bytes, and it does not matter who wins.
 *
 * Whoever reads one page of a run will read the next: the run that was read last is kept, and while its file stands is not read again. What
 * has once hashed to the id cannot have become another.
 */
import { readFile, rm } from 'node:fs/promises';
import { canonicalJson } from '../kernel/canonical-json.ts';
import { fail } from '../kernel/failure.ts';
import { murmurHash3 } from '../kernel/fingerprint.ts';
import type { RunContent, RunReader, RunWriter } from '../registry/define-tool.ts';
import { describeRun, failOnMissingRun, pageOf, runReference } from './run-pages.ts';
import { type FileKind, fileOf, freshSize, orAbsent, reportingStore, storeFile } from './stored-files.ts';

export const STORE_BYTES_MAX = 256 * 1024 * 1024;
export const RUN_AGE_MAX_MS = 7 * 24 * 60 * 60 * 1000;
/** A larger run is read anew for every page rather than kept. */
const KEPT_BYTES_MAX = 32 * 1024 * 1024;

export interface FileRunStoreOptions {
  readonly directory: string;
  /** All runs together; the oldest give way. A single run above it is refused. */
  readonly bytesMax?: number;
  readonly ageMaxMs?: number;
  readonly nowMs: () => number;
}

/** The run that was read last. */
interface Kept {
  run?: { readonly id: string; readonly content: RunContent };
}

/** Nothing is touched on disk before the first run is saved. */
export function createFileRunStore(options: FileRunStoreOptions): RunWriter & RunReader {
  const kind: FileKind = { ending: '.json', bytesMax: STORE_BYTES_MAX, ageMaxMs: RUN_AGE_MAX_MS, ...options };
  const { directory } = kind;
  const kept: Kept = {};
  return {
    save: (run) => reportingStore(directory, () => saveRun(kind, run)),
    describe: (runId) => reportingStore(directory, async () => describeRun(runId, await loadRun(kind, kept, runId))),
    readPage: (request) =>
      reportingStore(directory, async () => pageOf(await loadRun(kind, kept, request.runId), request)),
  };
}

async function saveRun(kind: FileKind, run: RunContent): Promise<{ id: string; uri: string }> {
  const bytes = new TextEncoder().encode(canonicalJson(run));
  const id = murmurHash3(bytes);
  if (bytes.length > kind.bytesMax) return failOnSize(kind, bytes.length);
  await storeFile(kind, id, bytes);
  return runReference(id);
}

async function loadRun(kind: FileKind, kept: Kept, runId: string): Promise<RunContent> {
  // The id becomes a file name, so nothing but an id gets that far.
  if (!/^[0-9a-f]{32}$/.test(runId)) return failOnMissingRun(runId);
  const file = fileOf(kind, runId);
  const size = await freshSize(kind, file);
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

function failOnSize({ bytesMax }: FileKind, bytes: number): never {
  return fail('run/store_unavailable', {
    message: 'the result is larger than the whole run store',
    received: `${bytes} bytes`,
    expected: `at most ${bytesMax} bytes`,
    nextStep: 'Ask for less, for example with "response_format":"concise".',
  });
}
