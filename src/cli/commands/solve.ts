/**
 * `quorate solve`: a problem in a few options, answered by the tool `solve_problem`.
 */
import type { Command } from 'commander';
import { inputSchemaOf } from '../../registry/json-schema.ts';
import type { CommandLine } from '../command-line.ts';
import type { ExitCode } from '../exit-code.ts';
import { examples } from '../help.ts';
import { applyAssignments } from '../input/assignments.ts';
import { answerCall } from './answer-call.ts';

interface SolveFlags {
  readonly nodes?: string;
  readonly failures?: string;
  readonly consistency?: string;
  readonly latencyMs?: string;
  readonly partitionProbability?: string;
  readonly byzantine?: true;
  readonly json?: true;
}

export function addSolveCommand(
  program: Command,
  commandLine: CommandLine,
  setExitCode: (code: ExitCode) => void,
): void {
  program
    .command('solve')
    .summary('solve a problem: protocol, settings, failures, evidence')
    .description(
      'Answers a distributed problem with a protocol, its settings, why it is correct, and what failures do to it.\n\n' +
        'Exit codes: 0 solved, 2 bad input or a problem that no protocol can solve, 70 an internal error.',
    )
    .argument('<type>', 'consensus, replication, partitioning, transaction or conflict')
    .option('-n, --nodes <count>', 'number of nodes')
    .option('-f, --failures <count>', 'node failures to survive')
    .option('-c, --consistency <model>', 'strong, linearizable, causal or eventual')
    .option('--latency-ms <ms>', 'one-way latency between nodes')
    .option('--partition-probability <p>', 'probability that a node is cut off, 0 to 1')
    .option('--byzantine', 'nodes may lie, not only crash')
    .option('--json', 'print the answer as an agent gets it')
    .addHelpText(
      'after',
      examples([
        ['quorate solve consensus --nodes 5 --failures 2', 'the classical case'],
        ['quorate solve consensus --nodes 7 --failures 2 --byzantine --latency-ms 20', 'nodes that may lie'],
        ['quorate solve consensus --nodes 5 --failures 2 --json | jq .configuration', 'one part of the answer'],
      ]),
    )
    .action(async (type: string, flags: SolveFlags) => {
      const tool = commandLine.registry.find('solve_problem');
      const problem = applyAssignments({}, problemAssignments(type, flags), inputSchemaOf(tool));
      setExitCode(await answerCall(commandLine, tool, problem, { json: flags.json === true }));
    });
}

/** Only what was said becomes part of the problem: the tool knows what to assume about the rest. */
function problemAssignments(type: string, flags: SolveFlags): string[] {
  const fields: readonly (readonly [string, string | undefined])[] = [
    ['problem_type', type],
    ['nodes', flags.nodes],
    ['failure_tolerance', flags.failures],
    ['consistency_requirement', flags.consistency],
    ['network_assumptions.latency_ms', flags.latencyMs],
    ['network_assumptions.partition_probability', flags.partitionProbability],
    ['network_assumptions.byzantine_tolerance', flags.byzantine === true ? 'true' : undefined],
  ];
  return fields.flatMap(([path, text]) => (text === undefined ? [] : [`${path}=${text}`]));
}
