/**
 * The MCP server: one factory from which both transports make one instance per connection (or, over HTTP, per request), and which
 * serves both generations of the protocol, 2026-07-28 and the handshake before it.
 *
 * It is built on the SDK's low-level server. The high-level one would check arguments and answers itself and word the
 * complaints; here the registry does that, so that every caller gets the same ones.
 */
import { type McpServerFactory, Server } from '@modelcontextprotocol/server';
import { invariant } from '../kernel/invariant.ts';
import { serveCompletions } from './completions.ts';
import { servePrompts } from './prompt-requests.ts';
import { createResourceCatalogue } from './resource-catalogue.ts';
import { serveResources } from './resource-requests.ts';
import { INSTRUCTIONS_LENGTH_MAX, type ServerDependencies } from './server-dependencies.ts';
import { describeTools, serveTools } from './tool-requests.ts';

/** Lists change only with the version, and are the same for everybody. */
const LIST_CACHE = { ttlMs: 5 * 60 * 1000, cacheScope: 'public' } as const;

export function createServerFactory(dependencies: ServerDependencies): McpServerFactory {
  const { registry, instructions, version, logger } = dependencies;
  invariant(instructions.length <= INSTRUCTIONS_LENGTH_MAX, 'instructions are short enough to be shown in full');
  // Made once: over HTTP an instance lives for one request only.
  const listedTools = describeTools(registry);
  const catalogue = createResourceCatalogue(dependencies);

  return () => {
    const server = new Server(
      { name: 'quorate', title: 'quorate', version },
      {
        instructions,
        capabilities: { tools: {}, prompts: {}, resources: {}, completions: {} },
        cacheHints: {
          'tools/list': LIST_CACHE,
          'prompts/list': LIST_CACHE,
          'resources/list': LIST_CACHE,
          'resources/templates/list': LIST_CACHE,
          'server/discover': LIST_CACHE,
        },
      },
    );
    server.onerror = (error) => logger.warn({ error: error.message.slice(0, 500) }, 'protocol error');
    serveTools(server, listedTools, dependencies);
    servePrompts(server, dependencies.prompts);
    serveResources(server, catalogue);
    serveCompletions(server, dependencies.prompts, catalogue);
    return server;
  };
}
