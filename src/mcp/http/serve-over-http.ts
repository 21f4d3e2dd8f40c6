/**
 * The MCP server over Streamable HTTP: `POST /mcp`, `GET /healthz`, and the resource metadata when an issuer is configured.
 *
 * The SDK's handler serves both protocol generations statelessly, one server from the factory for each request. A client that goes
 * away cancels its call: the handler ties the request's abort signal to it. TLS, and limits over several processes, are a proxy's job.
 *
 * `drain` is the graceful end: nothing new is accepted, calls in flight get their time, then streams and sockets are closed. On which
 * signal it happens is decided in the composition root.
 */
import { createServer, type Server } from 'node:http';
import type { Socket } from 'node:net';
import type { McpServerFactory } from '@modelcontextprotocol/server';
import { answerRequest, ENDPOINT_PATH } from './answer-request.ts';
import { isLoopback, urlHostname } from './host-guard.ts';
import { type HttpOptions, openService, type Service } from './http-service.ts';
import { answerOnSocket, unreadableRequest } from './unreadable-request.ts';

export interface HttpService {
  /** The endpoint, e.g. `http://127.0.0.1:3000/mcp`. */
  readonly url: string;
  /** Ends gracefully; resolves to how many calls had to be cut off. Called again it returns the same promise. */
  drain(): Promise<Drained>;
  /** Ends at once and cancels what runs. */
  close(): Promise<void>;
}

export interface Drained {
  readonly abandoned: number;
}

const LOOPBACK = '127.0.0.1';
/** How often Node looks for requests that are over their time. */
const TIMEOUT_CHECK_MS = 500;
/** For the last messages of streams to leave. */
const FLUSH_MS = 50;

export async function serveOverHttp(factory: McpServerFactory, options: HttpOptions): Promise<HttpService> {
  const host = options.host ?? LOOPBACK;
  const service = openService(factory, host, options);
  const server = createHttpServer(service);
  const url = await listen(server, host, options.port);
  service.logger.info({ url, limits: service.limits }, 'listening');
  if (!isLoopback(host)) service.logger.warn('connections are not encrypted: put a TLS proxy in front');
  let drained: Promise<Drained> | undefined;
  const drain = (): Promise<Drained> => {
    drained ??= drainServer(server, service);
    return drained;
  };
  return { url, drain, close: () => closeServer(server, service) };
}

function createHttpServer(service: Service): Server {
  const { limits, logger } = service;
  const server = createServer(
    {
      headersTimeout: limits.headersTimeoutMs,
      requestTimeout: limits.requestTimeoutMs,
      keepAliveTimeout: limits.keepAliveTimeoutMs,
      connectionsCheckingInterval: Math.min(TIMEOUT_CHECK_MS, limits.headersTimeoutMs),
    },
    (request, response) => void answerRequest(service, request, response),
  );
  server.maxConnections = limits.connectionsMax;
  server.timeout = limits.idleTimeoutMs;
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) => {
    const refusal = unreadableRequest(error.code, limits);
    const { code, message } = refusal.failure;
    logger.info({ client: socket.remoteAddress, status: refusal.status, code, reason: message }, 'unreadable request');
    answerOnSocket(socket, refusal);
  });
  server.on('drop', (connection) => {
    logger.warn({ client: connection?.remoteAddress, connectionsMax: limits.connectionsMax }, 'connection dropped');
  });
  return server;
}

function listen(server: Server, host: string, port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      const address = server.address();
      const boundPort = typeof address === 'object' && address !== null ? address.port : port;
      resolve(`http://${urlHostname(host)}:${boundPort}${ENDPOINT_PATH}`);
    });
  });
}

async function drainServer(server: Server, service: Service): Promise<Drained> {
  const { calls, limits, logger } = service;
  logger.info({ calls: calls.count(), drainTimeoutMs: limits.drainTimeoutMs }, 'draining');
  service.draining = true;
  const closed = stopListening(server);
  const abandoned = await calls.idle(limits.drainTimeoutMs);
  if (abandoned > 0) logger.warn({ abandoned, drainTimeoutMs: limits.drainTimeoutMs }, 'calls cut off');
  await service.handler.close();
  await new Promise((resolve) => setTimeout(resolve, FLUSH_MS));
  server.closeAllConnections();
  await closed;
  logger.info({ abandoned }, 'drained');
  return { abandoned };
}

async function closeServer(server: Server, service: Service): Promise<void> {
  service.draining = true;
  const closed = stopListening(server);
  await service.handler.close();
  server.closeAllConnections();
  await closed;
}

/** Idle connections are closed by it too. Resolves when the last connection is gone, also when it was called before. */
function stopListening(server: Server): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()));
}
