/**
 * Wires the command line to this process.
 */
import { performance } from 'node:perf_hooks';
import { isatty } from 'node:tty';
import packageJson from '../../package.json' with { type: 'json' };
import type { CommandLine } from '../cli/command-line.ts';
import { EXIT, type ExitCode } from '../cli/exit-code.ts';
import type { Output, Terminal } from '../cli/terminal.ts';
import type { ToolRegistry } from '../registry/tool-registry.ts';
import { createFileCheckpointStore } from '../runs/checkpoint-store.ts';
import { createInProcessExecutor } from '../runs/in-process-executor.ts';
import { createThreadedParts } from '../runs/parts.ts';
import { createFileRunStore } from '../runs/run-store.ts';
import { runDirectory, stateDirectory } from '../runs/state-directory.ts';
import { createPooledExecutor } from '../runs/worker-pool.ts';

/** Runs the command of this process's arguments; `program` is the file that threads are started from. */
export async function runInMainThread(registry: ToolRegistry, program: string): Promise<void> {
  endQuietlyWithReader();
  try {
    process.exitCode = await run(process.argv.slice(2), commandLineOfProcess(registry, program));
  } catch (error) {
    process.stderr.write(`internal/invariant: ${error instanceof Error ? error.stack : String(error)}\n`);
    process.stderr.write('Next: this is a bug in quorate, not in your input; please report it with the command.\n');
    process.exitCode = EXIT.internal;
  }
}

/** What only some commands need is loaded only by them; hosts start `quorate serve` for every session, and wait for it. */
async function run(args: readonly string[], commandLine: CommandLine): Promise<ExitCode> {
  if (args.length === 1 && args[0] === 'serve') {
    await commandLine.serve({});
    return EXIT.done;
  }
  const { runCommandLine } = await import('../cli/command-line.ts');
  return runCommandLine(args, commandLine);
}

function commandLineOfProcess(registry: ToolRegistry, program: string): CommandLine {
  const state = stateDirectory(process.env);
  const nowMs = (): number => performance.now();
  const runs = createFileRunStore({ directory: runDirectory(state), nowMs: Date.now });
  const checkpoints = createFileCheckpointStore({ directory: runDirectory(state), nowMs: Date.now });
  const runParts = createThreadedParts({ script: program, runDirectory: runDirectory(state) });
  const createPooled = () => createPooledExecutor({ workerScript: program, stateDirectory: state });
  return {
    version: packageJson.version,
    nodeVersion: process.versions.node,
    registry,
    terminal: terminalOfProcess(nowMs),
    stateDirectory: state,
    createExecutor: () => createInProcessExecutor({ registry, runs, checkpoints, nowMs, runParts }),
    createPooledExecutor: createPooled,
    serve: async (options) => {
      const { serveInProcess } = await import('./serve.ts');
      await serveInProcess(options, { registry, runs, executor: createPooled(), version: packageJson.version });
    },
  };
}

function terminalOfProcess(nowMs: () => number): Terminal {
  return {
    out: outputOf(process.stdout),
    err: outputOf(process.stderr),
    // The stream is only opened by who reads it.
    stdin: { chunks: { [Symbol.asyncIterator]: () => process.stdin[Symbol.asyncIterator]() }, isTerminal: isatty(0) },
    environment: process.env,
    nowMs,
  };
}

function outputOf(stream: NodeJS.WriteStream): Output {
  return {
    write: (text) => void stream.write(text),
    isTerminal: stream.isTTY === true,
    columns: stream.isTTY ? stream.columns : undefined,
  };
}

/** `quorate … | head` has read enough: that is no failure. */
function endQuietlyWithReader(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(EXIT.done);
    throw error;
  });
}
