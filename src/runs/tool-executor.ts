/**
 * How adapters have a tool called, wherever it runs: in this thread or in a pool of workers.
 */
import type { Result } from '../kernel/failure.ts';
import type { ToolAnswer } from '../registry/call-tool.ts';

export interface CallOptions {
  /** Ends the call with `call/cancelled`. */
  readonly signal?: AbortSignal;
  /** Told how far the work is: `done` of `total` units. */
  readonly progress?: (done: number, total: number, message: string) => void;
}

export interface ToolExecutor {
  /** Calls the tool with unchecked arguments. Whatever goes wrong comes back as a failure; it does not reject. */
  call(toolName: string, args: unknown, options?: CallOptions): Promise<Result<ToolAnswer>>;
  close(): Promise<void>;
}
