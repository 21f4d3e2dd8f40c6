/**
 * The Claude Code plugin: the manifest, the agent, the skill, and how to start the server that lies beside them.
 */
import type { ToolRegistry } from '../../registry/tool-registry.ts';

interface TextFile {
  readonly path: string;
  readonly content: string;
}

type ReadSource = (path: string) => string;

/** The files by path inside the plugin, without the server itself. */
export function pluginFiles(registry: ToolRegistry, read: ReadSource): TextFile[] {
  // In the plugin's folder agent and server stand where Claude Code looks for them; only in the package must they be named.
  const {
    agents: _agents,
    mcpServers: _servers,
    ...manifest
  } = JSON.parse(read('.claude-plugin/plugin.json')) as Record<string, unknown>;
  // biome-ignore lint/suspicious/noTemplateCurlyInString: Claude Code fills this in
  const server = { command: 'node', args: ['${CLAUDE_PLUGIN_ROOT}/server/quorate.mjs', 'serve'] };
  return [
    { path: '.claude-plugin/plugin.json', content: json(manifest) },
    { path: '.mcp.json', content: json({ mcpServers: { quorate: server } }) },
    { path: 'agents/distributed-systems-engineer.md', content: read('agent.md') },
    { path: 'skills/distributed-systems/SKILL.md', content: read('skills/distributed-systems/SKILL.md') },
    { path: 'README.md', content: readme(registry, String(manifest.description)) },
  ];
}

function readme(registry: ToolRegistry, description: string): string {
  const tools = registry.tools.map((tool) => `| \`${tool.name}\` | ${tool.title} | ${tool.useWhen} |`);
  return [
    '# quorate',
    description,
    'The plugin brings an agent (`distributed-systems-engineer`), a skill (`distributed-systems`) and an MCP server with these tools:',
    ['| tool | what it is | use it when |', '|---|---|---|', ...tools].join('\n'),
    'The server runs on Node 20.19 or newer, reads no files and reaches nothing over the network. Results that are too long for ' +
      'an answer are kept for a week under `~/.local/state/quorate`, or where `QUORATE_STATE_DIR` points.',
    'Ask, for example: *We run Raft on four nodes and our design says that two may fail. Is that right?*\n',
  ].join('\n\n');
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
