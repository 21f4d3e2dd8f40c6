/**
 * `quorate doctor`: does this machine have what quorate needs? Each check does the thing itself instead of looking for signs.
 */
import type { Command } from 'commander';
import type { CommandLine } from '../command-line.ts';
import {
  type CheckResult,
  checkNode,
  checkServer,
  checkStateDirectory,
  checkWorkers,
  findProgram,
} from '../doctor/checks.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { examples } from '../help.ts';
import { hanging } from '../render/layout.ts';
import { type Ink, type Page, pageFor } from '../render/page.ts';
import { padEnd, withoutControls } from '../render/wrap.ts';

interface DoctorFlags {
  readonly server?: string;
  readonly json?: true;
}

export function addDoctorCommand(
  program: Command,
  commandLine: CommandLine,
  setExitCode: (code: ExitCode) => void,
): void {
  const { terminal } = commandLine;
  program
    .command('doctor')
    .summary('check what quorate needs on this machine')
    .description(
      'Checks Node, the state directory, the worker threads (with a real call), programs that quorate works with, ' +
        'and with --server a running HTTP server.\n\nExit code 0 if nothing is wrong, else 2.',
    )
    .option('--server <url>', 'also check a running server, e.g. http://127.0.0.1:8765')
    .option('--json', 'print the results as JSON')
    .addHelpText(
      'after',
      examples([
        ['quorate doctor', 'this machine'],
        ['quorate doctor --server http://127.0.0.1:8765', 'and a server that should be running'],
      ]),
    )
    .action(async (flags: DoctorFlags) => {
      const results = await examine(commandLine, flags);
      const page = pageFor(terminal.out, terminal.environment);
      const text = results.map((result) => renderResult(result, page)).join('\n');
      terminal.out.write(flags.json === true ? `${JSON.stringify({ results })}\n` : `${text}\n`);
      setExitCode(results.some(({ status }) => status === 'problem') ? EXIT.refused : EXIT.done);
    });
}

async function examine(commandLine: CommandLine, { server }: DoctorFlags): Promise<CheckResult[]> {
  const { nodeVersion, stateDirectory, registry, createPooledExecutor, terminal } = commandLine;
  return [
    checkNode(nodeVersion),
    await checkStateDirectory(stateDirectory),
    await checkWorkers(registry, createPooledExecutor),
    await findProgram('claude', 'Claude Code, for the plugin', terminal.environment),
    ...(server === undefined ? [] : [await checkServer(server)]),
  ];
}

const INKS: Readonly<Record<CheckResult['status'], Ink>> = { ok: 'good', problem: 'bad', absent: 'faint' };

function renderResult({ status, subject, detail, nextStep }: CheckResult, page: Page): string {
  const head = `${page.paint(INKS[status], padEnd(status, 8))} `;
  const lines = hanging(head, 9, withoutControls(`${subject}: ${detail}`), page);
  const next = nextStep === undefined ? [] : hanging(' '.repeat(9), 9, withoutControls(`Next: ${nextStep}`), page);
  return [...lines, ...next].join('\n');
}
