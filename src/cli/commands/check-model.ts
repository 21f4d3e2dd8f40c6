/**
 * `quorate check-model`: every schedule of a protocol or of a reference model within bounds, answered by the tool `check_model`.
 */
import type { Command } from 'commander';
import type { ToolAnswer } from '../../registry/call-tool.ts';
import { inputSchemaOf } from '../../registry/json-schema.ts';
import { TIME_LIMIT_MS_MAX } from '../../schemas/answer.ts';
import type { CommandLine } from '../command-line.ts';
import type { ExitCode } from '../exit-code.ts';
import { examples } from '../help.ts';
import { applyAssignments } from '../input/assignments.ts';
import { answerCall, type FollowingCall } from './answer-call.ts';

interface CheckModelFlags {
  readonly model?: string;
  readonly nodes?: string;
  readonly variant?: string;
  readonly set: readonly string[];
  readonly property: readonly string[];
  readonly maxTerm?: string;
  readonly messagesPerLink?: string;
  readonly crashes?: string;
  readonly losses?: string;
  readonly partitions?: string;
  readonly search?: string;
  readonly maxStates?: string;
  readonly timeLimitMs?: string;
  readonly exact?: true;
  readonly fullSpace?: true;
  readonly continue?: string;
  readonly json?: true;
}

export function addCheckModelCommand(
  program: Command,
  commandLine: CommandLine,
  setExitCode: (code: ExitCode) => void,
): void {
  const collect = (value: string, all: readonly string[]): string[] => [...all, value];
  program
    .command('check-model')
    .summary('explore every schedule within bounds, and see what can break')
    .description(
      'Explores every schedule of a protocol, by its own code, or of a reference model within bounds, and gives a shortest ' +
        'path to a breach. It goes on until everything within the bounds was explored, or a limit is reached; Ctrl-C stops ' +
        'it. Further members of the input go as key=value, as in `quorate call`.\n\n' +
        'Exit codes: 0 every property holds within the bounds, 1 one is broken, 2 bad input, 3 not explored to the end, ' +
        '70 an internal error.',
    )
    .argument('[protocol]', 'raft, multi-paxos, pbft, primary-backup, two-phase-commit, …')
    .argument('[key=value...]', 'members of the input, e.g. bounds.timeouts=4 network=ordered')
    .option('-m, --model <name>', 'a reference model instead, e.g. two_phase_commit; an unknown name lists them')
    .option('-n, --nodes <count>', 'number of replicas')
    .option('--variant <name>', 'build in a known mistake; an unknown name lists them')
    .option('--set <name=value>', 'a setting of the protocol or model, e.g. rms=5; may be repeated', collect, [])
    .option('-p, --property <text>', 'a property of your own; may be repeated', collect, [])
    .option('--max-term <term>', 'highest term, view, ballot or epoch')
    .option('--messages-per-link <count>', 'most messages on the way from one node to another')
    .option('--crashes <count>', 'how many crashes may happen')
    .option('--losses <count>', 'how many messages may be lost')
    .option('--partitions <count>', 'how often the nodes may be cut in two')
    .option('--search <order>', 'breadth_first, depth_first, iterative_deepening or random_walk')
    .option('--max-states <count>', 'most distinct states')
    .option('--time-limit-ms <ms>', 'how long the search may take; without it, as long as it needs')
    .option('--exact', 'compare whole states instead of fingerprints')
    .option('--full-space', 'go on after a breach and count everything')
    .option('--continue <checkpoint>', 'go on from where an earlier call ran out of time')
    .option('--json', 'print the answer as an agent gets it')
    .addHelpText(
      'after',
      examples([
        ['quorate check-model raft --nodes 3 --max-term 1', 'one election and one write, in every order'],
        ['quorate check-model raft --variant forgets-vote --max-term 1 --crashes 1', 'how two leaders share a term'],
        ['quorate check-model --model two_phase_commit --set rms=5', 'a reference model, counted to the end'],
      ]),
    )
    .action(async (protocol: string | undefined, assignments: string[], flags: CheckModelFlags) => {
      const tool = commandLine.registry.find('check_model');
      // With --model the first argument is an assignment already.
      const named = protocol === undefined ? [] : [protocol.includes('=') ? protocol : `protocol=${protocol}`];
      const given = [...named, ...flagAssignments(flags), ...assignments];
      const input = applyAssignments({}, given, inputSchemaOf(tool)) as object;
      const properties = flags.property.length === 0 ? {} : { properties: flags.property };
      const whole = { ...input, ...properties };
      const json = flags.json === true;
      if ('time_limit_ms' in whole) setExitCode(await answerCall(commandLine, tool, whole, { json }));
      else setExitCode(await answerCall(commandLine, tool, { ...whole, ...LONG_SLICE }, { json, follow: goOn }));
    });
}

/** Every slice ends with a checkpoint, which takes time too. */
const LONG_SLICE = { time_limit_ms: TIME_LIMIT_MS_MAX };

/** Only time makes it stop where it can go on by itself; more states would have to be allowed. */
function goOn({ checkpoint, stopped_by }: ToolAnswer): FollowingCall | undefined {
  if (typeof checkpoint !== 'string' || !String(stopped_by).startsWith('time limit')) return undefined;
  const remark = `To go on after Ctrl-C: quorate check-model --continue ${checkpoint}`;
  return { input: { continue: checkpoint, ...LONG_SLICE }, remark };
}

function flagAssignments(flags: CheckModelFlags): string[] {
  const fields: readonly (readonly [string, string | true | undefined])[] = [
    ['model', flags.model],
    ['nodes', flags.nodes],
    ['variant', flags.variant],
    ['bounds.max_term', flags.maxTerm],
    ['bounds.messages_per_link', flags.messagesPerLink],
    ['faults.crashes', flags.crashes],
    ['faults.losses', flags.losses],
    ['faults.partitions', flags.partitions],
    ['search', flags.search],
    ['max_states', flags.maxStates],
    ['time_limit_ms', flags.timeLimitMs],
    ['exact', flags.exact],
    ['full_space', flags.fullSpace],
    ['continue', flags.continue],
  ];
  const member = flags.model === undefined ? 'settings' : 'config';
  return [
    ...fields.flatMap(([path, value]) => (value === undefined ? [] : [`${path}=${value}`])),
    ...flags.set.map((setting) => `${member}.${setting}`),
  ];
}
