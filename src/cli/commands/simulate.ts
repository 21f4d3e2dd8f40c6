/**
 * `quorate simulate`: a protocol under faults, answered by the tool `run_simulation`; diagrams of the shown run go to files.
 */
import { writeFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { defined } from '../../kernel/defined.ts';
import { FailureError, fail } from '../../kernel/failure.ts';
import { renderOutcome, type ToolAnswer } from '../../registry/call-tool.ts';
import { inputSchemaOf } from '../../registry/json-schema.ts';
import type { ToolExecutor } from '../../runs/tool-executor.ts';
import type { CommandLine } from '../command-line.ts';
import { type ExitCode, exitCodeOf } from '../exit-code.ts';
import { examples } from '../help.ts';
import { applyAssignments } from '../input/assignments.ts';
import { createProgressBar } from '../progress-bar.ts';
import { renderAnswer } from '../render/answer.ts';
import { pageFor } from '../render/page.ts';

interface SimulateFlags {
  readonly nodes?: string;
  readonly variant?: string;
  readonly set: readonly string[];
  readonly scenario?: string;
  readonly runs?: string;
  readonly seed?: string;
  readonly durationMs?: string;
  readonly replay?: string;
  readonly svg?: string;
  readonly html?: string;
  readonly shiviz?: string;
  readonly json?: true;
}

/** As many items as `read_run` gives at most. */
const PAGE_ITEMS_MAX = 500;

/** Files that a run can be written to, and the member of the answer that holds their text. */
const FILES = { svg: 'space_time_svg', html: 'page_html', shiviz: 'shiviz' } as const;

type FileFlag = keyof typeof FILES;

export function addSimulateCommand(
  program: Command,
  commandLine: CommandLine,
  setExitCode: (code: ExitCode) => void,
): void {
  const collect = (value: string, all: readonly string[]): string[] => [...all, value];
  program
    .command('simulate')
    .summary('run a protocol under faults, and see what breaks')
    .description(
      'Runs a protocol in virtual time under a workload and faults, judges its properties on every step and reduces a ' +
        'breach to the smallest run that shows it. Further members of the input go as key=value, as in `quorate call`.\n\n' +
        'Exit codes: 0 every property held, 1 one was broken, 2 bad input, 3 cut short, 70 an internal error.',
    )
    .argument('[protocol]', 'raft, multi-paxos, pbft, primary-backup, dynamo, two-phase-commit, …')
    .argument('[key=value...]', 'members of the input, e.g. network.loss_probability=0.1 workload.clients=10')
    .option('-n, --nodes <count>', 'number of replicas')
    .option('--variant <name>', 'build in a known mistake; an unknown name lists them')
    .option('--set <name=value>', 'a setting of the protocol, e.g. pre_vote=false; may be repeated', collect, [])
    .option('--scenario <name>', 'swarm (faults drawn from the seed), none, or e.g. minority-partition')
    .option('--runs <count>', 'number of runs')
    .option('--seed <seed>', 'seed of the first run')
    .option('--duration-ms <ms>', 'virtual time with faults')
    .option('--replay <token>', 'replay a counterexample')
    .option('--svg <file>', 'write the space-time diagram of the shown run')
    .option('--html <file>', 'write it as a page to zoom in')
    .option('--shiviz <file>', 'write it as a log for ShiViz')
    .option('--json', 'print the answer as an agent gets it')
    .addHelpText(
      'after',
      examples([
        ['quorate simulate raft --nodes 5 --runs 100', 'a hundred drawn fault schedules'],
        ['quorate simulate raft --nodes 3 --scenario majority-partition --svg run.svg', 'one scenario, drawn'],
        ['quorate simulate primary-backup --set mode=asynchronous --html run.html', 'which writes a failover loses'],
      ]),
    )
    .action(async (protocol: string | undefined, assignments: string[], flags: SimulateFlags) => {
      setExitCode(await simulate(commandLine, protocol, assignments, flags));
    });
}

async function simulate(
  { registry, terminal, createExecutor }: CommandLine,
  protocol: string | undefined,
  assignments: readonly string[],
  flags: SimulateFlags,
): Promise<ExitCode> {
  const tool = registry.find('run_simulation');
  // The first argument may be left out with --replay, and then is an assignment already.
  const named = protocol?.includes('=') === true ? [protocol] : protocol === undefined ? [] : [`protocol=${protocol}`];
  const input = applyAssignments({}, [...named, ...flagAssignments(flags), ...assignments], inputSchemaOf(tool));
  const files = (Object.keys(FILES) as FileFlag[]).flatMap((flag) => {
    const path = flags[flag];
    return path === undefined ? [] : [{ path, member: FILES[flag] }];
  });
  const include = files.map(({ member }) => member);
  const executor = createExecutor();
  const bar = createProgressBar(terminal);
  const call = include.length === 0 ? input : { ...(input as object), include };
  const outcome = await executor.call(tool.name, call, defined({ progress: bar.report }));
  bar.clear();
  if (!outcome.ok) throw new FailureError(outcome.failure);
  for (const { path, member } of files) {
    await write(path, await wholeText(executor, outcome.value, member));
    terminal.err.write(`wrote ${path}\n`);
  }
  await executor.close();
  const shown = withoutMembers(outcome.value, include);
  const page = pageFor(terminal.out, terminal.environment);
  terminal.out.write(
    flags.json === true ? `${renderOutcome({ ok: true, value: shown })}\n` : renderAnswer(shown, page),
  );
  return exitCodeOf(outcome);
}

function flagAssignments(flags: SimulateFlags): string[] {
  const fields: readonly (readonly [string, string | undefined])[] = [
    ['nodes', flags.nodes],
    ['variant', flags.variant],
    ['scenario', flags.scenario],
    ['runs', flags.runs],
    ['seed', flags.seed],
    ['duration_ms', flags.durationMs],
    ['replay', flags.replay],
  ];
  const settings = flags.set.map((setting) => `settings.${setting}`);
  return [...fields.flatMap(([path, text]) => (text === undefined ? [] : [`${path}=${text}`])), ...settings];
}

/** The text of a member, put together again from the stored run where the answer was too long for it. */
async function wholeText(executor: ToolExecutor, answer: ToolAnswer, member: string): Promise<string> {
  const run = answer.run as { readonly id: string } | undefined;
  if (run === undefined) return textOf(answer, member);
  const pieces: string[] = [];
  let cursor: string | undefined;
  let limit = PAGE_ITEMS_MAX;
  do {
    const page = await executor.call('read_run', { run_id: run.id, part: member, limit, ...defined({ cursor }) });
    if (!page.ok) return page.failure.code === 'run/unknown_part' ? textOf(answer, member) : failPage(page.failure);
    const items = page.value.items as string[];
    pieces.push(...items.map((item) => String(JSON.parse(item))));
    // A page that asks for more than fits is read twice.
    limit = Math.max(1, items.length);
    cursor = page.value.next_cursor as string | undefined;
  } while (cursor !== undefined);
  return pieces.join('');
}

function textOf(answer: ToolAnswer, member: string): string {
  const text = answer[member];
  return typeof text === 'string' ? text : '';
}

function failPage(failure: ConstructorParameters<typeof FailureError>[0]): never {
  throw new FailureError(failure);
}

function withoutMembers(answer: ToolAnswer, members: readonly string[]): ToolAnswer {
  return Object.fromEntries(Object.entries(answer).filter(([name]) => !members.includes(name)));
}

async function write(path: string, text: string): Promise<void> {
  try {
    await writeFile(path, text);
  } catch (error) {
    fail('input/invalid', {
      message: `the file cannot be written: ${error instanceof Error ? error.message : String(error)}`,
      received: JSON.stringify(path),
      expected: 'a path in a folder that exists and may be written to',
      nextStep: 'Give another path, e.g. --svg run.svg.',
    });
  }
}
