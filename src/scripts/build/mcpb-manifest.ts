/**
 * The manifest of the MCP bundle (`.mcpb`), which Claude Desktop installs. Version 0.3 of the format is what the widest range
 * of hosts takes.
 */
import type { ToolRegistry } from '../../registry/tool-registry.ts';

interface PackageFacts {
  readonly version: string;
  readonly description: string;
  readonly license: string;
  readonly keywords: readonly string[];
  readonly engines: { readonly node: string };
}

export function mcpbManifest(facts: PackageFacts, registry: ToolRegistry): object {
  return {
    manifest_version: '0.3',
    name: 'quorate',
    display_name: 'Quorate',
    version: facts.version,
    description: 'A distributed-systems engineer: quorums, consensus and failure analysis, computed with evidence.',
    long_description: facts.description,
    author: { name: 'quorate contributors' },
    icon: 'icon.png',
    server: {
      type: 'node',
      entry_point: 'server/quorate.mjs',
      // biome-ignore lint/suspicious/noTemplateCurlyInString: the host fills this in
      mcp_config: { command: 'node', args: ['${__dirname}/server/quorate.mjs', 'serve'], env: {} },
    },
    tools: registry.tools.map(({ name, description }) => ({ name, description })),
    // Their texts have parameters, so the server is asked for them.
    prompts_generated: true,
    keywords: facts.keywords,
    license: facts.license,
    compatibility: { platforms: ['darwin', 'win32', 'linux'], runtimes: { node: facts.engines.node } },
  };
}
