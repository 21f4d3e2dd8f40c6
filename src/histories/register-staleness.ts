/**
 * Finds the reads of one register that are stale: they return a value that had certainly been replaced before they were invoked.
 * A write certainly replaced the value when it was invoked after every write of that value had completed, and was over (it had
 * completed, or, if its value is written once, somebody had read it) before the read was invoked. O(n log n).
 *
 * A violation of linearizability need not be a stale read: two reads may also disagree about the order of two writes.
 */
import type { RegisterOperation, StaleRead } from './register-linearizability.ts';

export function findStaleReads(operations: readonly RegisterOperation[]): StaleRead[] {
  const reads = operations.filter(({ kind, outcome }) => kind === 'read' && outcome === 'ok');
  const writes = operations.filter(({ kind, outcome }) => kind !== 'read' && outcome !== 'failed');
  const lastUs = lastCompletions(writes);
  const overs = inOrderOfEffect(writes, reads);
  return reads.flatMap((read) => {
    const replacedBy = newestBefore(overs, read.invokedUs);
    if (replacedBy === undefined) return [];
    const writtenUs = read.result == null ? -Infinity : lastUs.get(read.result);
    return writtenUs !== undefined && writtenUs < replacedBy.invokedUs ? [{ read, replacedBy }] : [];
  });
}

/** By value, when the last of its writes completed. */
function lastCompletions(writes: readonly RegisterOperation[]): Map<number, number> {
  const lastUs = new Map<number, number>();
  for (const { value = 0, completedUs = Infinity } of writes) {
    lastUs.set(value, Math.max(completedUs, lastUs.get(value) ?? -Infinity));
  }
  return lastUs;
}

interface Over {
  readonly atUs: number;
  /** Of the writes over by then, the one invoked last. */
  readonly newest: RegisterOperation;
}

function inOrderOfEffect(writes: readonly RegisterOperation[], reads: readonly RegisterOperation[]): Over[] {
  const timesWritten = new Map<number, number>();
  for (const { value = 0 } of writes) timesWritten.set(value, (timesWritten.get(value) ?? 0) + 1);
  const seenUs = new Map<number, number>();
  for (const { result, completedUs = Infinity } of reads) {
    if (result == null || timesWritten.get(result) !== 1) continue;
    seenUs.set(result, Math.min(completedUs, seenUs.get(result) ?? Infinity));
  }
  const overs = writes
    .map((write) => ({
      write,
      atUs: Math.min(write.completedUs ?? Infinity, seenUs.get(write.value ?? 0) ?? Infinity),
    }))
    .sort((a, b) => a.atUs - b.atUs);
  let newest: RegisterOperation | undefined;
  return overs.map(({ write, atUs }) => {
    newest = newest !== undefined && newest.invokedUs >= write.invokedUs ? newest : write;
    return { atUs, newest };
  });
}

function newestBefore(overs: readonly Over[], timeUs: number): RegisterOperation | undefined {
  let [low, high] = [0, overs.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((overs[middle]?.atUs ?? Infinity) < timeUs) low = middle + 1;
    else high = middle;
  }
  return overs[low - 1]?.newest;
}
