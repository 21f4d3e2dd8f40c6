/**
 * Knows whether calls are in progress, so that a server that is told to stop can finish them first.
 */
import type { ToolExecutor } from '../runs/tool-executor.ts';

export interface CallsInProgress {
  /** The executor to serve from: its calls are counted. */
  readonly executor: ToolExecutor;
  /** Resolves when no call is in progress, or after `waitMs`. */
  settled(waitMs: number): Promise<void>;
}

export function countCalls(executor: ToolExecutor): CallsInProgress {
  const calls = new Set<Promise<unknown>>();
  return {
    executor: {
      call: (toolName, args, options) => {
        const call = executor.call(toolName, args, options);
        calls.add(call);
        const forget = (): void => void calls.delete(call);
        call.then(forget, forget);
        return call;
      },
      close: () => executor.close(),
    },
    settled: async (waitMs) => {
      let timer: NodeJS.Timeout | undefined;
      const timeout = new Promise((resolve) => {
        timer = setTimeout(resolve, waitMs);
      });
      await Promise.race([Promise.allSettled(calls), timeout]);
      clearTimeout(timer);
    },
  };
}
