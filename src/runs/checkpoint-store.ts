/**
 * Checkpoints of long searches, kept beside the runs: as files that several processes share, or in memory.
 *
 * The id is a hash of the bytes, so a file proves itself: one that does not hash to its name is removed and counts as absent. Each call that goes
 * on writes another checkpoint and the one before may be asked for again, so old ones go by age and by size alone.
 */
import { createHash } from 'node:crypto';
import { readFile, rm } from 'node:fs/promises';
import type { CheckpointStore } from '../kernel/call-services.ts';
import { RUN_AGE_MAX_MS } from './run-store.ts';
import { type FileKind, fileOf, freshSize, orAbsent, reportingStore, storeFile } from './stored-files.ts';

/** One checkpoint: some seventy million states. */
export const CHECKPOINT_BYTES_MAX = 1024 ** 3;
/** All together; the oldest give way. */
export const CHECKPOINTS_BYTES_MAX = 2 * 1024 ** 3;

export interface FileCheckpointStoreOptions {
  readonly directory: string;
  readonly nowMs: () => number;
  readonly ageMaxMs?: number;
  /** Of one. */
  readonly bytesMax?: number;
  /** Of all together. */
  readonly allBytesMax?: number;
}

/** Nothing is touched on disk before the first checkpoint is saved. */
export function createFileCheckpointStore(options: FileCheckpointStoreOptions): CheckpointStore {
  const { directory, nowMs, ageMaxMs = RUN_AGE_MAX_MS, bytesMax = CHECKPOINT_BYTES_MAX } = options;
  const all = { directory, nowMs, ageMaxMs, bytesMax: options.allBytesMax ?? CHECKPOINTS_BYTES_MAX };
  const kind: FileKind = { ...all, ending: '.checkpoint' };
  return {
    bytesMax,
    save: (bytes) =>
      reportingStore(directory, async () => {
        const id = idOf(bytes);
        await storeFile(kind, id, bytes);
        return id;
      }),
    load: (id) => reportingStore(directory, () => loadFile(kind, id)),
  };
}

/** For processes that answer one question, and for tests. */
export function createMemoryCheckpointStore(bytesMax = CHECKPOINT_BYTES_MAX): CheckpointStore {
  const stored = new Map<string, Uint8Array>();
  return {
    bytesMax,
    save: async (bytes) => {
      const id = idOf(bytes);
      stored.delete(id);
      stored.set(id, bytes.slice());
      evictOldest(stored, 2 * bytesMax);
      return id;
    },
    load: async (id) => stored.get(id),
  };
}

async function loadFile(kind: FileKind, id: string): Promise<Uint8Array | undefined> {
  // The id becomes a file name, so nothing but an id gets that far.
  if (!/^[0-9a-f]{32}$/.test(id)) return undefined;
  const file = fileOf(kind, id);
  if ((await freshSize(kind, file)) === undefined) return undefined;
  const bytes = await orAbsent(readFile(file));
  if (bytes === undefined || idOf(bytes) === id) return bytes;
  await rm(file, { force: true });
  return undefined;
}

/** A Map lists what came first, first. */
function evictOldest(stored: Map<string, Uint8Array>, bytesMax: number): void {
  let bytes = [...stored.values()].reduce((sum, each) => sum + each.length, 0);
  for (const [id, each] of stored) {
    if (bytes <= bytesMax) return;
    stored.delete(id);
    bytes -= each.length;
  }
}

function idOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex').slice(0, 32);
}
