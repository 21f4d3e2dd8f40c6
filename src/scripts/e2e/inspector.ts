/**
 * The MCP Inspector's command line against the shipped server on standard input and output, in both protocol generations.
 */
import { join } from 'node:path';
import { z } from 'zod';
import { type Check, expectThat, type Surroundings } from './check.ts';
import { runToSuccess } from './run-program.ts';

const ERAS = ['legacy', 'modern'] as const;
/** The Inspector's exit code for a tool that answers with an error. */
const TOOL_ERROR = 5;

const named = z.array(z.object({ name: z.string() })).min(1);
const answer = z.object({
  result: z.object({
    tools: named.optional(),
    prompts: named.optional(),
    resources: named.optional(),
    structuredContent: z.looseObject({ quorum_size: z.int() }).optional(),
  }),
});
type Result = z.infer<typeof answer>['result'];

export function inspectorChecks(surroundings: Surroundings): readonly Check[] {
  return ERAS.map((era) => ({
    name: `inspector: ${era} protocol over standard input and output`,
    run: async () => {
      // --strict fails on schemas that some host cannot take.
      const { tools } = await inspect(surroundings, era, ['tools/list', '--strict']);
      const { prompts } = await inspect(surroundings, era, ['prompts/list']);
      const { resources } = await inspect(surroundings, era, ['resources/list']);
      const call = ['tools/call', '--tool-name', 'analyze_quorum', '--tool-args-json'];
      const { structuredContent } = await inspect(surroundings, era, [...call, '{"node_count":5}']);
      expectThat(structuredContent?.quorum_size === 3, 'five nodes need quorums of 3');
      await inspect(surroundings, era, [...call, '{"node_count":-1}'], TOOL_ERROR);
      return `${tools?.length} portable tools, ${prompts?.length} prompts, ${resources?.length} resources, one answer, one refusal`;
    },
  }));
}

async function inspect(
  { root, scratch, env, productNode }: Surroundings,
  era: string,
  [method = '', ...rest]: readonly string[],
  exitCode = 0,
): Promise<Result> {
  const launcher = join(root, 'e2e/node_modules/@modelcontextprotocol/inspector/clients/launcher/build/index.js');
  const server = [productNode, join(root, 'dist/quorate.mjs'), 'serve'];
  const args = [
    launcher,
    '--cli',
    ...server,
    '--protocol-era',
    era,
    '--method',
    method,
    ...rest,
    '--format',
    'json',
    '-q',
  ];
  const { stdout } = await runToSuccess('node', args, { cwd: scratch, env }, exitCode);
  return exitCode === 0 ? answer.parse(JSON.parse(stdout)).result : {};
}
