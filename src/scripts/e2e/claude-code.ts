/**
 * A real Claude Code: it validates the plugin, connects to the server, and calls a tool through the plugin, with a stub in the
 * place of the model. No account and no network: the only address it is given is loopback.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Check, expectThat, type Surroundings } from './check.ts';
import { startModelStub } from './model-stub.ts';
import { type ProgramResult, runToSuccess } from './run-program.ts';

const TOOL = 'mcp__plugin_quorate_quorate__analyze_quorum';

export function claudeCodeChecks(surroundings: Surroundings): readonly Check[] {
  const { root, productNode } = surroundings;
  const plugin = join(root, 'dist/plugin');
  const claude = claudeIn(surroundings);
  return [
    {
      name: 'claude code: the plugin and the marketplace are valid',
      run: async () => {
        await claude(['plugin', 'validate', '--strict', plugin]);
        await claude(['plugin', 'validate', '--strict', root]);
        return 'no error, no warning';
      },
    },
    {
      name: 'claude code: the server connects',
      run: async () => {
        await claude([
          'mcp',
          'add',
          '--scope',
          'user',
          'quorate',
          '--',
          productNode,
          join(root, 'dist/quorate.mjs'),
          'serve',
        ]);
        const { stdout } = await claude(['mcp', 'list']);
        await claude(['mcp', 'remove', '--scope', 'user', 'quorate']);
        expectThat(/quorate: .*✔ Connected/.test(stdout), stdout);
        return 'connected';
      },
    },
    { name: 'claude code: a tool is called through the plugin', run: () => callThroughPlugin(claude, plugin) },
  ];
}

type Claude = (args: readonly string[], env?: Readonly<Record<string, string>>) => Promise<ProgramResult>;

function claudeIn({ root, scratch, env }: Surroundings): Claude {
  const program = join(root, 'e2e/node_modules/.bin/claude');
  // No project of its own around the current folder.
  const cwd = join(scratch, 'project');
  mkdirSync(cwd, { recursive: true });
  return (args, more = {}) => runToSuccess(program, args, { cwd, env: { ...env, ...more } });
}

async function callThroughPlugin(claude: Claude, plugin: string): Promise<string> {
  const stub = await startModelStub(TOOL, { node_count: 5 });
  try {
    const output = ['--output-format', 'stream-json', '--verbose', '--no-session-persistence'];
    const { stdout } = await claude(['-p', 'go', '--plugin-dir', plugin, '--allowedTools', TOOL, ...output], {
      ANTHROPIC_BASE_URL: stub.url,
      ANTHROPIC_API_KEY: 'no-key-the-model-is-a-stub',
    });
    const results = stub.toolResults();
    expectThat(results.length === 1, `the model saw ${results.length} tool results:\n${stdout.slice(0, 2_000)}`);
    expectThat(results[0]?.includes('\\"quorum_size\\":3') === true, `the tool answered ${results[0]}`);
    expectThat(stdout.includes('quorate:distributed-systems-engineer'), 'the agent of the plugin is not offered');
    expectThat(stdout.includes('quorate:distributed-systems"'), 'the skill of the plugin is not offered');
    return 'the model gets quorum_size 3; agent and skill are offered';
  } finally {
    stub.close();
  }
}
