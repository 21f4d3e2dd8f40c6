/**
 * Starts the threads of a pool: each runs the program's own file, which makes itself a worker.
 */
import { fileURLToPath } from 'node:url';
import { pool as createPool, type Pool } from 'workerpool';
import type { WorkerStart } from './tool-worker.ts';

/** How long a cancelled call may take to notice; the thread is ended after at most twice this. */
const STOPPING_TIME_MS = 250;

export interface ThreadOptions extends WorkerStart {
  readonly threads: number;
  readonly waitingMax: number;
  readonly heapMaxMb: number;
}

export function startThreads({ script, runDirectory, threads, waitingMax, heapMaxMb }: ThreadOptions): Pool {
  const start: WorkerStart = { script, runDirectory };
  const url = new URL(script);
  const entry = url.pathname.endsWith('.ts') ? new URL('./typescript-worker.mjs', import.meta.url) : url;
  return createPool(fileURLToPath(entry), {
    workerType: 'thread',
    maxWorkers: threads,
    maxQueueSize: waitingMax,
    workerTerminateTimeout: STOPPING_TIME_MS,
    workerThreadOpts: {
      workerData: start,
      // Whatever a thread prints must not reach the standard output, which speaks JSON-RPC.
      stdout: true,
      resourceLimits: { maxOldGenerationSizeMb: heapMaxMb },
    },
  });
}
