/**
 * The SDK's handler of MCP over HTTP behind Node's requests and responses, with three things that its adapter does not do: a call
 * can be ended by a signal besides the client's going away, the head of a stream leaves at once, and Node decides about keep-alive.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type NodeIncomingMessageLike, toNodeHandler } from '@modelcontextprotocol/node';
import { createMcpHandler, type McpHttpHandler, type McpServerFactory } from '@modelcontextprotocol/server';
import type { Logger } from 'pino';
import type { HttpLimits } from './http-limits.ts';

export interface McpHandler {
  /** Answers one message, in the protocol generation that it is of. A client that goes away cancels its call, and so does `signal`. */
  serve(request: IncomingMessage, response: ServerResponse, message: unknown, signal?: AbortSignal): Promise<void>;
  /** Ends streams, and calls of the current protocol. */
  close(): Promise<void>;
}

const REASON_LENGTH_MAX = 200;

export function mcpHandler(factory: McpServerFactory, limits: HttpLimits, logger: Logger): McpHandler {
  const handler = createMcpHandler(factory, {
    maxSubscriptions: limits.streamsMax,
    maxRequestBodySize: limits.bodyBytesMax,
    onerror: ({ message }) => logger.debug({ reason: message.slice(0, REASON_LENGTH_MAX) }, 'rejected by the protocol'),
  });
  const onerror = (err: Error): void => logger.error({ err }, 'request failed');

  async function serve(
    request: IncomingMessage,
    response: ServerResponse,
    message: unknown,
    signal?: AbortSignal,
  ): Promise<void> {
    const fetch: McpHttpHandler['fetch'] = async (webRequest, options) => {
      const ended = signal === undefined ? webRequest.signal : AbortSignal.any([webRequest.signal, signal]);
      const answer = await handler.fetch(new Request(webRequest, { signal: ended }), options);
      // The SDK asks for `keep-alive` on streams. Whether a connection goes on is for Node to say, which knows the request and the drain.
      answer.headers.delete('connection');
      flushHeadSoon(response);
      return answer;
    };
    // The adapter's type omits `undefined` where Node's own has it.
    await toNodeHandler({ fetch }, { onerror })(request as NodeIncomingMessageLike, response, message);
  }

  return { serve, close: () => handler.close() };
}

/** Node holds a head back until the first byte of the body, and a stream may have none for as long as the call takes. */
function flushHeadSoon(response: ServerResponse): void {
  setImmediate(() => {
    if (response.headersSent && !response.writableEnded) response.flushHeaders();
  });
}
