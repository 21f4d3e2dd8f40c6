/**
 * The list of tools in hand-written files: the table in `README.md`, and the `tools` of the Claude Code agent.
 */
import type { ToolRegistry } from '../../registry/tool-registry.ts';
import type { GeneratedFile, ReadSource } from './generated-file.ts';
import { table } from './markdown.ts';
import { replaceBetweenMarkers } from './markers.ts';

export function generateReadmeTable(registry: ToolRegistry, read: ReadSource): GeneratedFile {
  const rows = registry.tools.map((tool) => {
    const link = `[\`${tool.name}\`](tools/README.md#${tool.name})`;
    return [link, capitalize(tool.useWhen)];
  });
  return {
    path: 'README.md',
    content: replaceBetweenMarkers(read('README.md'), 'tools', table(['tool', 'use it when'], rows)),
  };
}

/** How Claude Code names a tool of a server inside a plugin. */
const PLUGIN_PREFIX = 'mcp__plugin_quorate_quorate__';

/** Besides its own tools the agent may read what the user points at. */
const HOST_TOOLS = ['Read', 'Grep', 'Glob'];

const TOOLS_LINE = /^tools: .*$/m;

export function generateAgentTools(registry: ToolRegistry, read: ReadSource): GeneratedFile {
  const text = read('agent.md');
  if (!TOOLS_LINE.test(text)) throw new Error('agent.md has no line `tools: …` in its front matter');
  const names = [...HOST_TOOLS, ...registry.tools.map((tool) => `${PLUGIN_PREFIX}${tool.name}`)];
  return { path: 'agent.md', content: text.replace(TOOLS_LINE, `tools: ${names.join(', ')}`) };
}

function capitalize(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}
