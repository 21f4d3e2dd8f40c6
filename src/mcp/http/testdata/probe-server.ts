/**
 * A tiny MCP server for the tests of the HTTP stack: tools that answer, wait, flood and break, and what they saw.
 */
import { McpServer } from '@modelcontextprotocol/server';
import { pino } from 'pino';
import * as z from 'zod';
import type { HttpOptions } from '../http-service.ts';
import { type HttpService, serveOverHttp } from '../serve-over-http.ts';

export interface Probe {
  readonly service: HttpService;
  /** What was logged, one object per line. */
  readonly log: readonly Record<string, unknown>[];
  readonly waiting: () => number;
  readonly cancelled: () => number;
  /** Lets every waiting call finish. */
  readonly release: () => void;
}

export async function startProbe(options: Partial<HttpOptions> = {}): Promise<Probe> {
  const log: Record<string, unknown>[] = [];
  const logger = pino({ level: 'debug' }, { write: (line: string) => void log.push(JSON.parse(line)) });
  const releases = new Set<() => void>();
  let cancelled = 0;

  function factory(): McpServer {
    const server = new McpServer({ name: 'probe', version: '1.0.0' });
    server.registerTool('echo', { description: 'Says it back', inputSchema: z.object({ text: z.string() }) }, ({ text }) => ({
      content: [{ type: 'text', text }],
    }));
    server.registerTool('wait', { description: 'Waits to be released or cancelled' }, async (context) => {
      await new Promise<void>((resolve) => {
        releases.add(resolve);
        context.mcpReq.signal.addEventListener('abort', () => {
          cancelled += 1;
          releases.delete(resolve);
          resolve();
        });
      });
      return { content: [{ type: 'text', text: 'released' }] };
    });
    server.registerTool('flood', { description: 'Answers at length', inputSchema: z.object({ bytes: z.int() }) }, ({ bytes }) => ({
      content: [{ type: 'text', text: 'x'.repeat(bytes) }],
    }));
    return server;
  }

  const service = await serveOverHttp(factory, { port: 0, logger, ...options });
  return {
    service,
    log,
    waiting: () => releases.size,
    cancelled: () => cancelled,
    release: () => {
      for (const resolve of releases) resolve();
      releases.clear();
    },
  };
}
