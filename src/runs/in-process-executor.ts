/**
 * Calls tools in this thread: for the command line and for tests. A tool that computes is not interrupted here; it is told
 * to stop by its budget and its signal.
 */

import type { CheckpointStore } from '../kernel/call-services.ts';
import { attempt } from '../kernel/failure.ts';
import { callTool } from '../registry/call-tool.ts';
import type { RunReader, RunWriter } from '../registry/define-tool.ts';
import type { ToolRegistry } from '../registry/tool-registry.ts';
import { cancelledCall } from './call-failures.ts';
import { createMemoryCheckpointStore } from './checkpoint-store.ts';
import type { PartRunner } from './parts.ts';
import { createToolContext } from './tool-context.ts';
import type { ToolExecutor } from './tool-executor.ts';

export interface InProcessExecutorOptions {
  readonly registry: ToolRegistry;
  readonly runs: RunWriter & RunReader;
  /** In memory unless given. */
  readonly checkpoints?: CheckpointStore;
  readonly nowMs: () => number;
  /** Threads for calls that can be split; without it they run here too. */
  readonly runParts?: PartRunner;
}

export function createInProcessExecutor(options: InProcessExecutorOptions): ToolExecutor {
  const { registry, runs, nowMs, runParts, checkpoints = createMemoryCheckpointStore() } = options;
  return {
    call: async (toolName, args, { signal = new AbortController().signal, progress } = {}) => {
      const tool = attempt(() => registry.find(toolName));
      if (!tool.ok) return tool;
      if (signal.aborted) return cancelledCall(toolName);
      const isCancelled = (): boolean => signal.aborted;
      const environment = { runs, checkpoints, nowMs, progress, signal, isCancelled, runParts };
      const outcome = await callTool(tool.value, args, (input) => createToolContext(tool.value, input, environment));
      return isCancelled() ? cancelledCall(toolName) : outcome;
    },
    close: async () => {},
  };
}
