/**
 * The worker's side of the pool: one call at a time, with the stores opened in this thread.
 *
 * A cancelled call is told so in two ways, because a thread that computes reads no messages: a shared flag, which the
 * budget looks at together with the clock, and the tool's signal, for tools that wait. The pool ends the thread if
 * neither helps.
 */
import { performance } from 'node:perf_hooks';
import { workerData } from 'node:worker_threads';
import { worker, workerEmit } from 'workerpool';
import { createBudget } from '../kernel/budget.ts';
import { attempt, type Result } from '../kernel/failure.ts';
import { invariant } from '../kernel/invariant.ts';
import { callTool, type ToolAnswer } from '../registry/call-tool.ts';
import type { ToolRegistry } from '../registry/tool-registry.ts';
import { createFileCheckpointStore } from './checkpoint-store.ts';
import { createThreadedParts } from './parts.ts';
import { createFileRunStore } from './run-store.ts';
import { createToolContext } from './tool-context.ts';

/** What the pool hands to a new thread. */
export interface WorkerStart {
  /** URL of the module that the thread runs. */
  readonly script: string;
  readonly runDirectory: string;
}

/** What the pool sends with a call. */
export interface WorkerCall {
  readonly toolName: string;
  /** The arguments as JSON; absent where the call has none. */
  readonly argsText: string | undefined;
  readonly wantsProgress: boolean;
  /** One shared 32-bit integer; not 0 once the call is cancelled. */
  readonly cancelled: Int32Array;
}

/** One part of a call, see `ToolDefinition.part`. */
export interface WorkerPart {
  readonly toolName: string;
  readonly partText: string;
  readonly limitMs: number;
  readonly cancelled: Int32Array;
}

export interface ProgressEvent {
  readonly done: number;
  readonly total: number;
  readonly message: string;
}

/** Turns this thread into a worker that calls the tools of `registry`. For the thread's entry; returns at once. */
export function startToolWorker(registry: ToolRegistry): void {
  const { runDirectory, script } = workerData as WorkerStart;
  const runParts = createThreadedParts({ script, runDirectory });
  const runs = createFileRunStore({ directory: runDirectory, nowMs: Date.now });
  const checkpoints = createFileCheckpointStore({ directory: runDirectory, nowMs: Date.now });

  let abort = new AbortController();
  let listening = false;

  /** The pool's library drops its listeners when it has told them, and only then: so there is at most one at a time. */
  function listenForAbort(this: PooledMethod): void {
    if (listening) return;
    listening = true;
    this.worker.addAbortListener(async () => {
      listening = false;
      abort.abort();
    });
  }

  async function call(this: PooledMethod, request: WorkerCall): Promise<Result<ToolAnswer>> {
    const { toolName, argsText, wantsProgress, cancelled } = request;
    const args: unknown = argsText === undefined ? undefined : JSON.parse(argsText);
    abort = new AbortController();
    listenForAbort.call(this);
    const tool = attempt(() => registry.find(toolName));
    if (!tool.ok) return tool;
    const report = (done: number, total: number, message: string): void => workerEmit({ done, total, message });
    const environment = {
      runs,
      checkpoints,
      nowMs: () => performance.now(),
      progress: wantsProgress ? report : undefined,
      signal: abort.signal,
      isCancelled: () => Atomics.load(cancelled, 0) !== 0,
      runParts,
    };
    return callTool(tool.value, args, (input) => createToolContext(tool.value, input, environment));
  }

  function part({ toolName, partText, limitMs, cancelled }: WorkerPart): unknown {
    const tool = registry.find(toolName);
    invariant(tool.part !== undefined, `${toolName} can be done in parts`);
    const isCancelled = (): boolean => Atomics.load(cancelled, 0) !== 0;
    const nowMs = (): number => (isCancelled() ? Number.POSITIVE_INFINITY : performance.now());
    const deadline = { nowMs, atMs: performance.now() + limitMs, limitMs };
    return tool.part(JSON.parse(partText), { budget: createBudget({ steps: Number.MAX_SAFE_INTEGER, deadline }) });
  }

  worker({ call, part });
}

/** What the library binds to `this` of a registered method. */
interface PooledMethod {
  readonly worker: { addAbortListener(listener: () => Promise<void>): void };
}
