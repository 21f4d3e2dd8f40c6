/**
 * Calls tools in worker threads, so that this thread can report progress, answer pings and cancel while they compute.
 *
 * Threads are started when the first call comes, and kept. A call that is cancelled, or that has not answered within the
 * time that clients wait, is answered at once; its thread gets a moment to stop by itself and is then ended. A thread that
 * crashes takes only its own call with it. The queue is bounded: when it is full, calls fail instead of piling up.
 */
import { availableParallelism } from 'node:os';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { pool as createPool, type Pool, TerminateError } from 'workerpool';
import { attempt, fail, type Result } from '../kernel/failure.ts';
import type { ToolAnswer } from '../registry/call-tool.ts';
import { INPUT_DEPTH_MAX } from '../registry/check-input.ts';
import { cancelledCall, crashedCall, overdueCall, queueFullCall } from './call-failures.ts';
import { runDirectory } from './state-directory.ts';
import type { CallOptions, ToolExecutor } from './tool-executor.ts';
import type { ProgressEvent, WorkerCall, WorkerStart } from './tool-worker.ts';

/** Under the 60 s that many clients wait. */
export const CALL_TIME_MAX_MS = 50_000;
export const WAITING_CALLS_MAX = 64;
/** A thread that needs more is ended with its call, and the others keep the memory. */
export const THREAD_HEAP_MAX_MB = 2_048;
/** How long a cancelled call may take to notice; the thread is ended after at most twice this. */
const STOPPING_TIME_MS = 250;
const CLOSING_TIME_MAX_MS = 2_000;

export interface PooledExecutorOptions {
  /** The module a thread runs; it calls `startToolWorker`. A `.ts` file is run through tsx. */
  readonly workerScript: URL | string;
  /** Where runs are kept: the state directory, see `stateDirectory`. */
  readonly stateDirectory: string;
  readonly workersMax?: number;
  readonly waitingMax?: number;
  readonly callTimeMaxMs?: number;
  readonly threadHeapMaxMb?: number;
}

export function createPooledExecutor(options: PooledExecutorOptions): ToolExecutor {
  const { waitingMax = WAITING_CALLS_MAX, callTimeMaxMs = CALL_TIME_MAX_MS } = options;
  let pool: Pool | undefined;
  let closed = false;

  const call: ToolExecutor['call'] = async (toolName, args, callOptions = {}) => {
    if (closed) return cancelledCall(toolName);
    pool ??= startPool(options, waitingMax);
    try {
      return await runInPool(pool, toolName, args, { ...callOptions, waitingMax, callTimeMaxMs });
    } catch (error) {
      if (closed) return cancelledCall(toolName);
      // The thread had died between two calls and nothing of this one had begun.
      if (error instanceof TerminateError && error.message === 'Worker is terminated') {
        return call(toolName, args, callOptions);
      }
      wakeQueue(pool);
      return crashedCall(toolName, reasonOf(error));
    }
  };
  const close = async (): Promise<void> => {
    closed = true;
    // Its threads end with this process at the latest, so one that does not answer is not waited for.
    await pool?.terminate(true, CLOSING_TIME_MAX_MS).catch(() => {});
  };
  return { call, close };
}

/** workerpool 10.0.3 forgets the calls that wait when a thread ends by itself; whatever is added makes it look again. */
function wakeQueue(pool: Pool): void {
  if (pool.stats().pendingTasks > 0) pool.exec('methods').catch(() => {});
}

function startPool(options: PooledExecutorOptions, waitingMax: number): Pool {
  const script = toFileUrl(options.workerScript);
  const start: WorkerStart = { script: script.href, runDirectory: runDirectory(options.stateDirectory) };
  const entry = script.pathname.endsWith('.ts') ? new URL('./typescript-worker.mjs', import.meta.url) : script;
  return createPool(fileURLToPath(entry), {
    workerType: 'thread',
    maxWorkers: options.workersMax ?? Math.max(1, availableParallelism() - 1),
    maxQueueSize: waitingMax,
    workerTerminateTimeout: STOPPING_TIME_MS,
    workerThreadOpts: {
      workerData: start,
      // Whatever a thread prints must not reach the standard output, which speaks JSON-RPC.
      stdout: true,
      resourceLimits: { maxOldGenerationSizeMb: options.threadHeapMaxMb ?? THREAD_HEAP_MAX_MB },
    },
  });
}

function toFileUrl(script: URL | string): URL {
  return script instanceof URL || script.startsWith('file:') ? new URL(script) : pathToFileURL(script);
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
  const argsText = attempt(() => toText(args));
  if (!argsText.ok) return argsText;
  const cancelled = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  const call: WorkerCall = { toolName, argsText: argsText.value, wantsProgress: progress !== undefined, cancelled };
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

/** As text, since a message that cannot be cloned, such as a very deep one, would block its thread forever. */
function toText(args: unknown): string | undefined {
  try {
    return JSON.stringify(args);
  } catch (error) {
    return fail('input/too_large', {
      message: `the arguments cannot be written as JSON: ${reasonOf(error)}`,
      expected: `at most ${INPUT_DEPTH_MAX} levels of nesting`,
      nextStep: 'Send the arguments as the input schema describes them: none is nested that deep.',
    });
  }
}

function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.trim().replaceAll(/\s+/g, ' ');
}
