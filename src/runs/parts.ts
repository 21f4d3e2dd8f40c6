/**
 * Does the parts of one call: here, one after the other, or in threads of their own. The parts and their answers are JSON and come back in
 * order, so the number of threads changes nothing but the time.
 */
import { availableParallelism } from 'node:os';
import type { Budget } from '../kernel/budget.ts';
import { invariant } from '../kernel/invariant.ts';
import type { AnyTool } from '../registry/tool-registry.ts';
import { startThreads } from './threads.ts';
import type { WorkerPart, WorkerStart } from './tool-worker.ts';

export interface PartsRequest {
  readonly tool: AnyTool;
  readonly parts: readonly unknown[];
  /** Told how many parts are finished. */
  readonly onDone: (done: number) => void;
  /** For parts that are done here. */
  readonly budget: Budget;
  /** For those in threads, which have clocks of their own. */
  readonly limitMs: number;
  readonly signal: AbortSignal;
}

export type PartRunner = (request: PartsRequest) => Promise<readonly unknown[]>;

/** A thread needs a moment to start; fewer parts are done sooner here. */
const PARTS_MIN = 2;
const PART_HEAP_MAX_MB = 1_024;

export const runPartsHere: PartRunner = async ({ tool, parts, onDone, budget }) =>
  parts.map((part, index) => {
    invariant(tool.part !== undefined, `${tool.name} can be done in parts`);
    const answer = tool.part(part, { budget });
    onDone(index + 1);
    return answer;
  });

export function createThreadedParts(start: WorkerStart, threads = availableParallelism()): PartRunner {
  return async (request) => {
    const { tool, parts, onDone, limitMs, signal } = request;
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
    let done = 0;
    try {
      const answers = parts.map(async (part) => {
        const work: WorkerPart = { toolName: tool.name, partText: JSON.stringify(part), limitMs, cancelled };
        const answer: unknown = await pool.exec('part', [work]);
        done += 1;
        onDone(done);
        return answer;
      });
      return await Promise.all(answers);
    } finally {
      signal.removeEventListener('abort', cancel);
      await pool.terminate(true);
    }
  };
}
