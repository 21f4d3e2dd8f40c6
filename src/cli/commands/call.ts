/**
 * `quorate call`: any tool, with an input from a file, a pipe or the command line itself; or one call a line.
 */
import type { Command } from 'commander';
import { attempt, type Failure, type Result } from '../../kernel/failure.ts';
import { renderOutcome } from '../../registry/call-tool.ts';
import { inputSchemaOf, type ObjectSchema } from '../../registry/json-schema.ts';
import type { AnyTool } from '../../registry/tool-registry.ts';
import type { CommandLine } from '../command-line.ts';
import { EXIT, type ExitCode, exitCodeOf, worstOf } from '../exit-code.ts';
import { examples } from '../help.ts';
import { applyAssignments } from '../input/assignments.ts';
import { parseJson } from '../input/parse-json.ts';
import { nameOf, readLines, readText, STANDARD_INPUT } from '../input/read-input.ts';
import { answerCall } from './answer-call.ts';

interface CallFlags {
  readonly input?: string;
  readonly json?: true;
  readonly jsonl?: true;
}

export function addCallCommand(
  program: Command,
  commandLine: CommandLine,
  setExitCode: (code: ExitCode) => void,
): void {
  program
    .command('call')
    .summary('call a tool')
    .description(
      'Calls a tool. Its input is the JSON of --input with every key=value laid over it. ' +
        'A value is read as JSON unless the tool expects a string; a key may be a path.\n\n' +
        'Exit codes: 0 holds or done, 1 violated, 2 bad input, 3 unknown, 70 an internal error.',
    )
    .argument('<tool>', 'name of the tool; `quorate tools` lists them')
    .argument('[key=value...]', 'members of the input, e.g. nodes=5 network_assumptions.latency_ms=5')
    .option('-i, --input <file>', 'read the input from a file, or from standard input with -')
    .option('--json', 'print the answer as an agent gets it')
    .option('--jsonl', 'one input a line in, one answer a line out; a line that fails gives {"failure":…}')
    .addHelpText(
      'after',
      examples([
        ['quorate call analyze_quorum node_count=5 node_availability=0.99', 'members of the input as arguments'],
        ["quorate call analyze_quorum reads='a*b + c*d' nodes[0].id=a nodes[0].capacity=2000", 'paths and lists'],
        ['quorate call solve_problem --input problem.json --json', 'input from a file, answer as JSON'],
        [
          "quorate call analyze_quorum --jsonl --input systems.jsonl | jq '.quorum_size // .failure.code'",
          'many calls',
        ],
      ]),
    )
    .action(async (name: string, assignments: string[], flags: CallFlags) => {
      const tool = commandLine.registry.find(name);
      const outcome = flags.jsonl === true ? callEachLine : callOnce;
      setExitCode(await outcome(commandLine, tool, assignments, flags));
    });
}

async function callOnce(
  commandLine: CommandLine,
  tool: AnyTool,
  assignments: readonly string[],
  flags: CallFlags,
): Promise<ExitCode> {
  const { stdin, err } = commandLine.terminal;
  let input: unknown = {};
  if (flags.input !== undefined) {
    if (flags.input === STANDARD_INPUT && stdin.isTerminal) err.write('Type the JSON input, then Ctrl-D.\n');
    input = parseJson(await readText(flags.input, stdin.chunks), nameOf(flags.input));
  }
  const changed = applyAssignments(input, assignments, inputSchemaOf(tool));
  return answerCall(commandLine, tool, changed, { json: flags.json === true });
}

async function callEachLine(
  { terminal, createExecutor }: CommandLine,
  tool: AnyTool,
  assignments: readonly string[],
  { input: source = STANDARD_INPUT }: CallFlags,
): Promise<ExitCode> {
  const executor = createExecutor();
  const schema = inputSchemaOf(tool);
  let worst: ExitCode = EXIT.done;
  let number = 0;
  for await (const line of readLines(source, terminal.stdin.chunks)) {
    number += 1;
    if (line.trim() === '') continue;
    const input = readInputLine(line, nameOf(source), number, assignments, schema);
    const outcome = input.ok ? await executor.call(tool.name, input.value) : input;
    terminal.out.write(`${outcome.ok ? renderOutcome(outcome) : renderLineFailure(outcome.failure, number)}\n`);
    worst = worstOf(worst, exitCodeOf(outcome));
  }
  await executor.close();
  return worst;
}

function readInputLine(
  line: string,
  source: string,
  number: number,
  assignments: readonly string[],
  schema: ObjectSchema,
): Result<unknown> {
  return attempt(() => applyAssignments(parseJson(line, source, number), assignments, schema));
}

function renderLineFailure(failure: Failure, line: number): string {
  return JSON.stringify({ failure: { ...failure, line } });
}
