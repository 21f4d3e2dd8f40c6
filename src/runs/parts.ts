/**
 * Does the parts of one call: here, one after the other, or in threads of their own. The parts and their answers are JSON and come back in
 * order, so the number of threads changes nothing but the time.
 */
import { availableParallelism } from 'node:os';
import type { Budget } from '../kernel/budget.ts';
import type { TimeSharing } from '../kernel/call-services.ts';
import { invariant } from '../kernel/invariant.ts';
import type { AnyTool } from '../registry/tool-registry.ts';
import { startThreads } from './threads.ts';
import type { WorkerPart, WorkerStart } from './tool-worker.ts';

export interface PartsRequest {
  readonly tool: AnyTool;
  readonly parts: readonly unknown[];
  /** Told how many parts are finished. */
  readonly onDone: (done: number) => void;
  readonly sharing: TimeSharing;
  /** For parts that are done here; those in threads have clocks of their own. */
  readonly budget: Budget;
  readonly budgetOf: (limitMs: number) => Budget;
  /** What is left of the time of the call. */
  readonly leftMs: () => number;
  readonly signal: AbortSignal;
}

export type PartRunner = (request: PartsRequest) => Promise<readonly unknown[]>;

/** A thread needs a moment to start; fewer parts are done sooner here. */
const PARTS_MIN = 2;
const PART_HEAP_MAX_MB = 1_024;

/** What a part may take that is followed by others: `rounds` counts its own. */
function shareMs(leftMs: number, sharing: TimeSharing, rounds: number): number {
  return sharing === 'freely' ? leftMs : Math.max(1, Math.round(leftMs / rounds));
}

export const runPartsHere: PartRunner = async ({ tool, parts, onDone, budget, budgetOf, leftMs, sharing }) =>
  parts.map((part, index) => {
    invariant(tool.part !== undefined, `${tool.name} can be done in parts`);
    const own = sharing === 'freely' ? budget : budgetOf(shareMs(leftMs(), sharing, parts.length - index));
    const answer = tool.part(part, { budget: own });
    onDone(index + 1);
    return answer;
  });

export function createThreadedParts(start: WorkerStart, threads = availableParallelism()): PartRunner {
  return async (request) => {
    const { tool, parts, onDone, sharing, leftMs, signal } = request;
    if (parts.length < PARTS_MIN || threads < 2) return runPartsHere(request);
    const pool = startThreads({
      ...start,
      threads: Math.min(threads, parts.length),
      waitingMax: parts.length,
      heapMaxMb: PART_HEAP_MAX_MB,
    });
    const cancelled = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
    const cancel = (): void => void Atomics.store(cancelled, 0, 1);
    signal.addEventListener('abort', cancel, { once: true });
    const answers = new Array<unknown>(parts.length);
    let begun = 0;
    let done = 0;
    /** One at a time, so that a part is told when it begins how long it may take. */
    const work = async (): Promise<void> => {
      for (let index = begun++; index < parts.length; index = begun++) {
        const rounds = Math.ceil((parts.length - index) / threads);
        const limitMs = shareMs(leftMs(), sharing, rounds);
        const part: WorkerPart = { toolName: tool.name, partText: JSON.stringify(parts[index]), limitMs, cancelled };
        answers[index] = await pool.exec('part', [part]);
        done += 1;
        onDone(done);
      }
    };
    try {
      await Promise.all(Array.from({ length: Math.min(threads, parts.length) }, work));
      return answers;
    } finally {
      signal.removeEventListener('abort', cancel);
      await pool.terminate(true);
    }
  };
}
