/**
 * Calls tools in worker threads, so that this thread can report progress, answer pings and cancel while they compute.
 *
 * Threads are started when the first call comes, and kept. A call that is cancelled, or that has not answered within the
 * time that clients wait, is answered at once; its thread gets a moment to stop by itself and is then ended. A thread that
 * crashes takes only its own call with it. At least two threads, so that one long call does not hold up the short ones.
 *
 * The queue is bounded: when it is full, calls fail instead of piling up. Nor is a call kept that may not be answered in time:
 * calls that wait for two seconds wait for long ones, and then those whose wait and time limit together, at worst, exceed what a
 * call may take are refused, as are further ones when they come. A queue that moves refuses nobody.
 */
import { availableParallelism } from 'node:os';
import { performance } from 'node:perf_hooks';
import { pathToFileURL } from 'node:url';
import { type Pool, TerminateError } from 'workerpool';
import { attempt, fail, type Result } from '../kernel/failure.ts';
import type { ToolAnswer } from '../registry/call-tool.ts';
import { INPUT_DEPTH_MAX } from '../registry/check-input.ts';
import { cancelledCall, crashedCall, longWaitCall, overdueCall, queueFullCall } from './call-failures.ts';
import { type CallLine, createCallLine } from './call-line.ts';
import { runDirectory } from './state-directory.ts';
import { startThreads } from './threads.ts';
import { TIME_LIMIT_MS_DEFAULT } from './tool-context.ts';
import type { CallOptions, ToolExecutor } from './tool-executor.ts';
import type { ProgressEvent, WorkerCall } from './tool-worker.ts';

/** Under the 60 s that many clients wait. */
export const CALL_TIME_MAX_MS = 50_000;
export const WAITING_CALLS_MAX = 64;
/** Also on one core: the system shares it between a long call and a short one. */
const WORKERS_MIN = 2;
/** A call that waits longer waits for long calls. Most take milliseconds, so time limits say nothing before. */
const PATIENCE_MS = 2_000;
/** A thread that needs more is ended with its call, and the others keep the memory. */
export const THREAD_HEAP_MAX_MB = 2_048;
const CLOSING_TIME_MAX_MS = 2_000;

export interface PooledExecutorOptions {
  /** The module a thread runs; it calls `startToolWorker`. A `.ts` file is run through tsx. */
  readonly workerScript: URL | string;
  /** Where runs are kept: the state directory, see `stateDirectory`. */
  readonly stateDirectory: string;
  readonly workersMax?: number;
  readonly waitingMax?: number;
  readonly callTimeMaxMs?: number;
  /** How long the queue may stand still before those in it are judged by the time limits of those ahead. */
  readonly patienceMs?: number;
  readonly threadHeapMaxMb?: number;
}

export function createPooledExecutor(options: PooledExecutorOptions): ToolExecutor {
  const { waitingMax = WAITING_CALLS_MAX, callTimeMaxMs = CALL_TIME_MAX_MS, patienceMs = PATIENCE_MS } = options;
  const workersMax = options.workersMax ?? Math.max(WORKERS_MIN, availableParallelism() - 1);
  const line = createCallLine(workersMax, () => performance.now());
  let pool: Pool | undefined;
  let closed = false;

  const call: ToolExecutor['call'] = async (toolName, args, callOptions = {}) => {
    if (closed) return cancelledCall(toolName);
    pool ??= startPool({ ...options, waitingMax, workersMax });
    try {
      return await runInPool({ pool, line, waitingMax, callTimeMaxMs, patienceMs }, toolName, args, callOptions);
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

function startPool(options: PooledExecutorOptions & { waitingMax: number; workersMax: number }): Pool {
  return startThreads({
    script: toFileUrl(options.workerScript).href,
    runDirectory: runDirectory(options.stateDirectory),
    threads: options.workersMax,
    waitingMax: options.waitingMax,
    heapMaxMb: options.threadHeapMaxMb ?? THREAD_HEAP_MAX_MB,
  });
}

function toFileUrl(script: URL | string): URL {
  return script instanceof URL || script.startsWith('file:') ? new URL(script) : pathToFileURL(script);
}

interface Queue {
  readonly pool: Pool;
  readonly line: CallLine;
  readonly waitingMax: number;
  readonly callTimeMaxMs: number;
  readonly patienceMs: number;
}

async function runInPool(
  queue: Queue,
  toolName: string,
  args: unknown,
  { signal, progress }: CallOptions,
): Promise<Result<ToolAnswer>> {
  const { pool, line, waitingMax, callTimeMaxMs, patienceMs } = queue;
  if (signal?.aborted === true) return cancelledCall(toolName);
  if (pool.stats().pendingTasks >= waitingMax) return queueFullCall(toolName, waitingMax);
  const argsText = attempt(() => toText(args));
  if (!argsText.ok) return argsText;
  const { refusal, leave } = enterLine(line, toolName, timeLimitOf(args, callTimeMaxMs), callTimeMaxMs);
  const patienceLeftMs = Math.max(0, patienceMs - line.longestWaitMs());
  const refused = patienceLeftMs === 0 ? refusal() : undefined;
  if (refused !== undefined) {
    leave();
    return refused;
  }
  const cancelled = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  const call: WorkerCall = { toolName, argsText: argsText.value, wantsProgress: progress !== undefined, cancelled };
  const report = ({ done, total, message }: ProgressEvent): void => {
    if (Atomics.load(cancelled, 0) === 0) progress?.(done, total, message);
  };
  const task = pool.exec('call', [call], { on: report });

  let stopped: Result<ToolAnswer> | undefined;
  const stop = (outcome: Result<ToolAnswer> | undefined): void => {
    if (outcome === undefined) return;
    stopped ??= outcome;
    Atomics.store(cancelled, 0, 1);
    task.cancel();
  };
  const onAbort = (): void => stop(cancelledCall(toolName));
  signal?.addEventListener('abort', onAbort, { once: true });
  const timers = [
    setTimeout(() => stop(overdueCall(toolName, callTimeMaxMs)), callTimeMaxMs),
    setTimeout(() => stop(refusal()), patienceLeftMs),
  ];
  try {
    const outcome = (await task) as Result<ToolAnswer>;
    return stopped ?? outcome;
  } catch (error) {
    if (stopped !== undefined) return stopped;
    throw error;
  } finally {
    leave();
    for (const timer of timers) clearTimeout(timer);
    signal?.removeEventListener('abort', onAbort);
  }
}

interface Waiting {
  /** The failure of this call if those ahead may keep it from being answered in time. */
  readonly refusal: () => Result<ToolAnswer> | undefined;
  readonly leave: () => void;
}

function enterLine(line: CallLine, toolName: string, limitMs: number, callTimeMaxMs: number): Waiting {
  const enteredMs = performance.now();
  const { startsWithinMs, leave } = line.enter(limitMs);
  const refusal: Waiting['refusal'] = () => {
    const waitMs = startsWithinMs();
    const endMs = performance.now() - enteredMs + waitMs + limitMs;
    return waitMs > 0 && endMs > callTimeMaxMs ? longWaitCall(toolName, waitMs, callTimeMaxMs) : undefined;
  };
  return { refusal, leave };
}

/** What the call may take once it has started; its arguments are not checked yet. */
function timeLimitOf(args: unknown, callTimeMaxMs: number): number {
  const own = typeof args === 'object' && args !== null && 'time_limit_ms' in args ? args.time_limit_ms : undefined;
  const limitMs = typeof own === 'number' && own > 0 ? own : TIME_LIMIT_MS_DEFAULT;
  return Math.min(limitMs, callTimeMaxMs);
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
