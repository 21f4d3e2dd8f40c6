/**
 * Calls tools in worker threads, so that this thread can report progress, answer pings and cancel while they compute.
 *
 * Threads are started when the first call comes, and kept. A call that is cancelled, or that has not answered within the
 * time that clients wait, is answered at once; its thread gets a moment to stop by itself and is then ended. A thread that
 * crashes takes only its own call with it. The queue is bounded: when it is full, calls fail instead of piling up.
 */
import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { pool as createPool, type Pool, TerminateError } from 'workerpool';
import type { Result } from '../kernel/failure.ts';
import type { ToolAnswer } from '../registry/call-tool.ts';
import { cancelledCall, crashedCall, overdueCall, queueFullCall } from './call-failures.ts';
import { runDirectory } from './state-directory.ts';
import type { CallOptions, ToolExecutor } from './tool-executor.ts';
import type { ProgressEvent, WorkerCall, WorkerStart } from './tool-worker.ts';

/** Under the 60 s that many clients wait. */
export const CALL_TIME_MAX_MS = 50_000;
export const WAITING_CALLS_MAX = 64;
/** How long a cancelled call may take to notice; the thread is ended after at most twice this. */
const STOPPING_TIME_MS = 250;

export interface PooledExecutorOptions {
  /** The module a thread runs; it calls `startToolWorker`. A `.ts` file is run through tsx. */
  readonly workerScript: URL | string;
  /** Where runs are kept: the state directory, see `stateDirectory`. */
  readonly stateDirectory: string;
  readonly workersMax?: number;
  readonly waitingMax?: number;
  readonly callTimeMaxMs?: number;
}

export function createPooledExecutor(options: PooledExecutorOptions): ToolExecutor {
  const { waitingMax = WAITING_CALLS_MAX, callTimeMaxMs = CALL_TIME_MAX_MS } = options;
  let pool: Pool | undefined;
  const callOnce = (toolName: string, args: unknown, callOptions: CallOptions): Promise<Result<ToolAnswer>> => {
    pool ??= startPool(options, waitingMax);
    return runInPool(pool, toolName, args, { ...callOptions, waitingMax, callTimeMaxMs });
  };
  return {
    call: async (toolName, args, callOptions = {}) => {
      try {
        return await callOnce(toolName, args, callOptions);
      } catch (error) {
        if (!isStaleWorker(error)) return crashedCall(toolName, reasonOf(error));
      }
      // The thread had died between two calls and nothing of this one had begun.
      return callOnce(toolName, args, callOptions).catch((error) => crashedCall(toolName, reasonOf(error)));
    },
    close: async () => {
      await pool?.terminate(true);
      pool = undefined;
    },
  };
}

function startPool(options: PooledExecutorOptions, waitingMax: number): Pool {
  const script = String(options.workerScript);
  const path = script.startsWith('file:') ? fileURLToPath(script) : script;
  const start: WorkerStart = { runDirectory: runDirectory(options.stateDirectory) };
  return createPool(path, {
    workerType: 'thread',
    maxWorkers: options.workersMax ?? Math.max(1, availableParallelism() - 1),
    maxQueueSize: waitingMax,
    workerTerminateTimeout: STOPPING_TIME_MS,
    workerThreadOpts: {
      workerData: start,
      // Whatever a thread prints must not reach the standard output, which speaks JSON-RPC.
      stdout: true,
      ...(path.endsWith('.ts') ? { execArgv: ['--import', tsxUrl()] } : {}),
    },
  });
}

/** By URL, since a bare name would be looked up from the working directory. */
function tsxUrl(): string {
  return pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
}

interface PooledCallOptions extends CallOptions {
  readonly waitingMax: number;
  readonly callTimeMaxMs: number;
}

async function runInPool(
  pool: Pool,
  toolName: string,
  args: unknown,
  { signal, progress, waitingMax, callTimeMaxMs }: PooledCallOptions,
): Promise<Result<ToolAnswer>> {
  if (signal?.aborted === true) return cancelledCall(toolName);
  if (pool.stats().pendingTasks >= waitingMax) return queueFullCall(toolName, waitingMax);
  const cancelled = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  const call: WorkerCall = { toolName, args, wantsProgress: progress !== undefined, cancelled };
  const report = ({ done, total, message }: ProgressEvent): void => {
    if (Atomics.load(cancelled, 0) === 0) progress?.(done, total, message);
  };
  const task = pool.exec('call', [call], { on: report });

  let stopped: Result<ToolAnswer> | undefined;
  const stop = (outcome: Result<ToolAnswer>): void => {
    stopped ??= outcome;
    Atomics.store(cancelled, 0, 1);
    task.cancel();
  };
  const onAbort = (): void => stop(cancelledCall(toolName));
  signal?.addEventListener('abort', onAbort, { once: true });
  const timer = setTimeout(() => stop(overdueCall(toolName, callTimeMaxMs)), callTimeMaxMs);
  try {
    const outcome = (await task) as Result<ToolAnswer>;
    return stopped ?? outcome;
  } catch (error) {
    if (stopped !== undefined) return stopped;
    throw error;
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', onAbort);
  }
}

function isStaleWorker(error: unknown): boolean {
  return error instanceof TerminateError && error.message === 'Worker is terminated';
}

function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.trim().replaceAll(/\s+/g, ' ');
}
