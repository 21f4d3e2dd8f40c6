/**
 * `tools/list` and `tools/call`.
 *
 * An answer is structured content, and the same as text for hosts that show none. A failure is text alone, marked as an error:
 * hosts then show the text. Only an unknown tool is an error of the protocol.
 */
import { performance } from 'node:perf_hooks';
import {
  type CallToolResult,
  ProtocolError,
  ProtocolErrorCode,
  type Server,
  type ServerContext,
  type Tool,
} from '@modelcontextprotocol/server';
import { attempt, renderFailure } from '../kernel/failure.ts';
import { renderOutcome } from '../registry/call-tool.ts';
import { describeTool } from '../registry/define-tool.ts';
import { inputOutlineOf, outputOutlineOf } from '../registry/json-schema.ts';
import type { AnyTool, ToolRegistry } from '../registry/tool-registry.ts';
import type { CallOptions } from '../runs/tool-executor.ts';
import type { ServerDependencies, ServerLogger } from './server-dependencies.ts';

/** The tools as they are listed, in the order of the registry. */
export function describeTools(registry: ToolRegistry): Tool[] {
  return registry.tools.map((tool: AnyTool) => ({
    name: tool.name,
    title: tool.title,
    description: describeTool(tool),
    inputSchema: { ...inputOutlineOf(tool) } as Tool['inputSchema'],
    outputSchema: { ...outputOutlineOf(tool) },
    annotations: { title: tool.title, ...tool.annotations },
  }));
}

export function serveTools(server: Server, tools: Tool[], { registry, executor, logger }: ServerDependencies): void {
  server.setRequestHandler('tools/list', () => ({ tools }));
  server.setRequestHandler('tools/call', async ({ params }, context): Promise<CallToolResult> => {
    const tool = attempt(() => registry.find(params.name));
    if (!tool.ok) throw new ProtocolError(ProtocolErrorCode.InvalidParams, renderFailure(tool.failure));
    const startMs = performance.now();
    const options = { signal: context.mcpReq.signal, ...progressOf(context, logger) };
    const outcome = await executor.call(params.name, params.arguments ?? {}, options);
    const code = outcome.ok ? 'ok' : outcome.failure.code;
    logger.info({ tool: params.name, outcome: code, ms: Math.round(performance.now() - startMs) }, 'tool call');
    const content: CallToolResult['content'] = [{ type: 'text', text: renderOutcome(outcome) }];
    return outcome.ok ? { content, structuredContent: { ...outcome.value } } : { content, isError: true };
  });
}

/** Notifies the client of progress if it asked for that. The protocol wants each report to be above the one before. */
function progressOf({ mcpReq }: ServerContext, logger: ServerLogger): Pick<CallOptions, 'progress'> {
  const progressToken = mcpReq._meta?.progressToken;
  if (progressToken === undefined) return {};
  let reported = Number.NEGATIVE_INFINITY;
  return {
    progress: (progress, total, message) => {
      if (progress <= reported) return;
      reported = progress;
      mcpReq
        .notify({ method: 'notifications/progress', params: { progressToken, progress, total, message } })
        .catch((error) => logger.debug({ error: String(error) }, 'progress was not delivered'));
    },
  };
}
