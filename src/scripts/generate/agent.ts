/**
 * `agent.md` → `src/mcp/agent.generated.ts`: the agent's text, and the shorter one that the server gives to every client.
 */
import { INSTRUCTIONS_LENGTH_MAX } from '../../mcp/server-dependencies.ts';
import type { ToolRegistry } from '../../registry/tool-registry.ts';
import { parseFrontMatter } from './front-matter.ts';
import type { GeneratedFile, ReadSource } from './generated-file.ts';

export function generateAgent(registry: ToolRegistry, read: ReadSource): GeneratedFile {
  const { body } = parseFrontMatter('agent.md', read('agent.md'));
  const instructions = composeInstructions(registry, body);
  if (instructions.length > INSTRUCTIONS_LENGTH_MAX) {
    throw new Error(`the instructions take ${instructions.length} of ${INSTRUCTIONS_LENGTH_MAX} characters`);
  }
  const content = [
    '// Generated from agent.md and the tools by `npm run generate`. Do not edit.',
    '',
    '/** The whole text of the agent: the resource `quorate://agent`. */',
    `export const AGENT_TEXT: string = ${JSON.stringify(body)};`,
    '',
    '/** What the server tells every client: which tool for which question, then how to work. */',
    `export const SERVER_INSTRUCTIONS: string = ${JSON.stringify(instructions)};`,
    '',
  ].join('\n');
  return { path: 'src/mcp/agent.generated.ts', content };
}

/** Hosts may show only the beginning, so the routing comes first. */
function composeInstructions(registry: ToolRegistry, body: string): string {
  const routing = registry.tools.map((tool) => `- ${tool.name}: when ${tool.useWhen}.`);
  return [
    'Quorums, consensus and replication, computed instead of guessed. Which tool:',
    routing.join('\n'),
    section(body, 'Method'),
  ].join('\n\n');
}

/** The text under the second-level heading `title`, with the heading. */
function section(body: string, title: string): string {
  const found = body.split(/^(?=## )/m).find((part) => part.startsWith(`## ${title}\n`));
  if (found === undefined) throw new Error(`agent.md has no section ${title}`);
  return found.trim();
}
