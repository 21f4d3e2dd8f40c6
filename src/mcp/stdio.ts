/**
 * Serves over standard input and output, until the client closes its end.
 *
 * SIGTERM and SIGINT end it gently: nothing more is read, calls in flight are answered, then the connection closes. A second
 * signal ends the process at once. A client that is gone (a broken pipe) ends it quietly, and a line that is too long or
 * is not JSON is dropped without ending it.
 */
import { StdioServerTransport, serveStdio } from '@modelcontextprotocol/server/stdio';
import type { ToolExecutor } from '../runs/tool-executor.ts';
import { type InFlight, inFlight } from './in-flight.ts';
import { createLineGuard, type DroppedLine, LINE_BYTES_MAX } from './line-guard.ts';
import { createServerFactory } from './server.ts';
import type { ServerDependencies } from './server-dependencies.ts';

/** Hosts kill a server that takes longer than a few seconds. */
const DRAIN_MS = 5_000;
const INVALID_REQUEST = -32_600;
/** What asks a server to end, by number: a shell reports an end by a signal as 128 + its number. */
export const SIGNALS = { SIGTERM: 15, SIGINT: 2 } as const;

/** The process, or what stands for it in a test. */
export type StdioHost = Pick<NodeJS.Process, 'stdin' | 'stdout' | 'on' | 'off' | 'exit'>;

/** Resolves when the connection is over and the executor is closed. */
export async function serveOverStdio(dependencies: ServerDependencies, host: StdioHost): Promise<void> {
  const { logger } = dependencies;
  const calls = inFlight();
  const guard = createLineGuard(LINE_BYTES_MAX, (line) => {
    logger.warn({ bytes: line.bytes }, 'dropped a line that is too long');
    if (line.requestId !== undefined) host.stdout.write(refusalOf(line));
  });
  // Room for a whole line and the start of the next: the guard is what limits.
  const transport = new StdioServerTransport(guard, host.stdout, { maxBufferSize: 2 * LINE_BYTES_MAX });
  const factory = createServerFactory({ ...dependencies, executor: counted(dependencies.executor, calls) });
  const connection = serveStdio(factory, {
    transport,
    onerror: (error) => logger.warn({ error: error.message.slice(0, 500) }, 'connection error'),
  });
  const over = whenClosed(transport);
  host.stdin.pipe(guard);

  let stopping = false;
  const stop = (signal: keyof typeof SIGNALS): void => {
    if (stopping) host.exit(128 + SIGNALS[signal]);
    stopping = true;
    logger.info({ signal }, 'finishing the calls in flight');
    host.stdin.unpipe(guard);
    void calls
      .idle(DRAIN_MS)
      .then(() => new Promise((resolve) => setImmediate(resolve)))
      .then(() => connection.close());
  };
  for (const signal of Object.keys(SIGNALS)) host.on(signal, stop);

  await over;
  host.stdin.unpipe(guard);
  // A stream that is not read does not keep the process alive.
  host.stdin.pause();
  await dependencies.executor.close();
  for (const signal of Object.keys(SIGNALS)) host.off(signal, stop);
}

function counted(executor: ToolExecutor, calls: InFlight): ToolExecutor {
  return {
    call: (toolName, args, options) => executor.call(toolName, args, options).finally(calls.enter()),
    close: () => executor.close(),
  };
}

/** The SDK has attached itself to `onclose`; what was there stays. */
function whenClosed(transport: StdioServerTransport): Promise<void> {
  return new Promise((resolve) => {
    const closed = transport.onclose;
    transport.onclose = () => {
      closed?.();
      resolve();
    };
  });
}

function refusalOf({ bytes, requestId }: DroppedLine): string {
  const message = `the request takes ${bytes} bytes; at most ${LINE_BYTES_MAX} are taken`;
  return `${JSON.stringify({ jsonrpc: '2.0', id: requestId, error: { code: INVALID_REQUEST, message } })}\n`;
}
