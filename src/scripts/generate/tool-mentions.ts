/**
 * What hand-written files show of the tools: the table and a figure in `README.md`, and the `tools` of the Claude Code agent.
 */
import { renderFailure } from '../../kernel/failure.ts';
import type { ToolRegistry } from '../../registry/tool-registry.ts';
import type { ToolExecutor } from '../../runs/tool-executor.ts';
import type { GeneratedFile, ReadSource } from './generated-file.ts';
import { code, table } from './markdown.ts';
import { replaceBetweenMarkers } from './markers.ts';

/** The question whose answer's diagram is shown. */
const FIGURE_PROBLEM = { problem_type: 'consensus', nodes: 5, failure_tolerance: 2 };

export async function generateReadme(
  executor: ToolExecutor,
  registry: ToolRegistry,
  read: ReadSource,
): Promise<GeneratedFile> {
  const withTable = replaceBetweenMarkers(read('README.md'), 'tools', toolTable(registry));
  const outcome = await executor.call('solve_problem', FIGURE_PROBLEM);
  if (!outcome.ok) throw new Error(renderFailure(outcome.failure));
  const figure = code('mermaid', String(outcome.value.diagram).trim());
  return { path: 'README.md', content: replaceBetweenMarkers(withTable, 'figure', figure) };
}

function toolTable(registry: ToolRegistry): string {
  const rows = registry.tools.map((tool) => {
    const link = `[\`${tool.name}\`](tools/README.md#${tool.name})`;
    return [link, capitalize(tool.useWhen)];
  });
  return table(['tool', 'use it when'], rows);
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
