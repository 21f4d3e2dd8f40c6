/**
 * The command line: which commands there are, and where what goes wrong ends up.
 *
 * Answers go to standard output and nothing else does; failures go to standard error in the three lines an agent gets, and
 * end with an exit code. Anything that is not a failure of the input is an internal error and crashes with its stack.
 */
import { Command, CommanderError } from 'commander';
import { FailureError, renderFailure } from '../kernel/failure.ts';
import type { ToolRegistry } from '../registry/tool-registry.ts';
import type { ToolExecutor } from '../runs/tool-executor.ts';
import { addCallCommand } from './commands/call.ts';
import { addCheckModelCommand } from './commands/check-model.ts';
import { addDoctorCommand } from './commands/doctor.ts';
import { addServeCommand, type ServeOptions } from './commands/serve.ts';
import { addSimulateCommand } from './commands/simulate.ts';
import { addSolveCommand } from './commands/solve.ts';
import { addToolsCommand } from './commands/tools.ts';
import { EXIT, type ExitCode, exitCodeOfFailure } from './exit-code.ts';
import { examples } from './help.ts';
import { pageFor } from './render/page.ts';
import { withoutControls } from './render/wrap.ts';
import type { Terminal } from './terminal.ts';

/** What a command needs; tests give it a terminal of their own. */
export interface CommandLine {
  readonly version: string;
  readonly registry: ToolRegistry;
  readonly terminal: Terminal;
  /** Calls tools in this thread: an interrupt ends the process, and the call with it. */
  readonly createExecutor: () => ToolExecutor;
  /** Calls tools as the server does, in threads. */
  readonly createPooledExecutor: () => ToolExecutor;
  readonly stateDirectory: string;
  readonly nodeVersion: string;
  /** Serves MCP until the client leaves or the process is told to end. */
  readonly serve: (options: ServeOptions) => Promise<void>;
}

/** Runs the command that `args` name, and returns the exit code. Rejects only on an internal error. */
export async function runCommandLine(args: readonly string[], commandLine: CommandLine): Promise<ExitCode> {
  const { terminal } = commandLine;
  let exitCode: ExitCode = EXIT.done;
  const program = createProgram(commandLine, (code) => {
    exitCode = code;
  });
  try {
    await program.parseAsync(args, { from: 'user' });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.refused;
    if (!(error instanceof FailureError)) throw error;
    terminal.err.write(`${withoutControls(renderFailure(error.failure))}\n`);
    return exitCodeOfFailure(error.failure);
  }
}

function createProgram(commandLine: CommandLine, setExitCode: (code: ExitCode) => void): Command {
  const { terminal, version } = commandLine;
  const program = new Command('quorate')
    .description('A distributed-systems engineer: quorums, protocols and designs, computed with evidence.')
    .version(version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand('help [command]', 'print the help of a command')
    .configureHelp({ showGlobalOptions: false })
    .showSuggestionAfterError()
    .exitOverride()
    .configureOutput({
      writeOut: terminal.out.write,
      writeErr: terminal.err.write,
      getOutHelpWidth: () => pageFor(terminal.out, terminal.environment).columns,
      getErrHelpWidth: () => pageFor(terminal.err, terminal.environment).columns,
      outputError: (text, write) => write(`${withoutControls(text)}Next: quorate --help lists commands and options.\n`),
    });
  addServeCommand(program, commandLine);
  addToolsCommand(program, commandLine);
  addCallCommand(program, commandLine, setExitCode);
  addSolveCommand(program, commandLine, setExitCode);
  addSimulateCommand(program, commandLine, setExitCode);
  addCheckModelCommand(program, commandLine, setExitCode);
  addDoctorCommand(program, commandLine, setExitCode);
  return program.addHelpText(
    'after',
    examples([
      ['quorate solve consensus --nodes 5 --failures 2', 'a protocol, its settings and what failures do'],
      ['quorate call analyze_quorum node_count=5 node_availability=0.99', 'one quorum system'],
      ['quorate simulate raft --nodes 5 --runs 100', 'a protocol under faults drawn from seeds'],
      ['quorate check-model raft --nodes 3 --max-term 1', 'a protocol under every schedule within bounds'],
      ['quorate tools analyze_quorum', 'what a tool takes and gives'],
      ['quorate serve', 'the MCP server, over standard input and output'],
    ]),
  );
}
