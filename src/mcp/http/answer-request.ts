/**
 * One HTTP request, from its first check to its line in the log.
 *
 * Cheapest check first: rate of the address, Host and Origin, path, token, method, body, a free place. Only then does the SDK see
 * the request. `/healthz` and the resource metadata tell nothing that needs protection, and health checks come with any Host.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { performance } from 'node:perf_hooks';
import { finished } from 'node:stream/promises';
import { newSession, SESSION_HEADER } from './cancellations.ts';
import { checkHostAndOrigin } from './host-guard.ts';
import type { Service } from './http-service.ts';
import { RefusalError, refuse, sendRefusal } from './refusal.ts';
import { readJsonBody } from './request-body.ts';
import { METADATA_PATH } from './resource-metadata.ts';

export const ENDPOINT_PATH = '/mcp';
const HEALTH_PATH = '/healthz';

/** How long the rest of a refused body is thrown away, so that the client gets to read the refusal before the socket closes. */
const LINGER_MS = 1_000;

/** What is known about a request for the log. */
interface Notes {
  readonly client: string | undefined;
  readonly method: string | undefined;
  rpcMethod?: string | undefined;
  code?: string;
  reason?: string;
}

export async function answerRequest(
  service: Service,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const startedMs = performance.now();
  const notes: Notes = { client: request.socket.remoteAddress, method: request.method };
  let lost = false;
  response.once('close', () => {
    lost = !response.writableFinished;
  });
  try {
    await route(service, request, response, notes);
  } catch (error) {
    answerError(service, request, response, notes, error);
  }
  // Handed over to the operating system, or lost with the connection.
  await finished(response).catch(() => undefined);
  const durationMs = Math.round(performance.now() - startedMs);
  if (lost) service.logger.info({ ...notes, durationMs }, 'connection lost');
  else service.logger.info({ ...notes, status: response.statusCode, durationMs }, 'answered');
}

async function route(
  service: Service,
  request: IncomingMessage,
  response: ServerResponse,
  notes: Notes,
): Promise<void> {
  const [path = ''] = (request.url ?? '').split('?');
  if (service.draining) response.setHeader('connection', 'close');
  if (path === HEALTH_PATH) return answerHealth(service, request, response);
  checkRate(service, request);
  checkHostAndOrigin(service.guard, request);
  if (path === METADATA_PATH || path.startsWith(`${METADATA_PATH}/`)) return answerMetadata(service, request, response);
  if (path !== ENDPOINT_PATH) refuseUnknownPath();
  await service.authenticate(request.headers.authorization);
  requireMethod(request, ['POST']);
  await answerCall(service, request, response, notes);
}

async function answerCall(
  service: Service,
  request: IncomingMessage,
  response: ServerResponse,
  notes: Notes,
): Promise<void> {
  const body = await readJsonBody(request, service.limits, service.bodies);
  try {
    // Looked at now, since a body may still have been on its way when the drain began.
    if (service.draining) refuseWhileDraining();
    notes.rpcMethod = methodOf(body.json);
    const leave = service.calls.enter(notes.rpcMethod === 'subscriptions/listen' ? 'stream' : 'call');
    try {
      await serveMessage(service, request, response, body.json);
    } finally {
      leave();
    }
  } finally {
    body.release();
  }
}

/** Resolves when the answer has left, or its connection is lost. */
async function serveMessage(
  { handler, cancellations }: Service,
  request: IncomingMessage,
  response: ServerResponse,
  message: unknown,
): Promise<void> {
  const session = request.headers[SESSION_HEADER];
  const cancellable = cancellations.begin(typeof session === 'string' ? session : undefined, message);
  if (methodOf(message) === 'initialize') response.setHeader(SESSION_HEADER, newSession());
  try {
    await handler.serve(request, response, message, cancellable.signal);
    await finished(response).catch(() => undefined);
  } finally {
    cancellable.end();
  }
}

/** The JSON-RPC method for the log: the sender chose it, so only what looks like one is repeated. */
function methodOf(message: unknown): string | undefined {
  if (Array.isArray(message)) return 'batch';
  if (typeof message !== 'object' || message === null || !('method' in message)) return undefined;
  const { method } = message;
  return typeof method === 'string' && /^[\w/]{1,64}$/.test(method) ? method : undefined;
}

function answerHealth({ draining }: Service, request: IncomingMessage, response: ServerResponse): void {
  requireMethod(request, ['GET', 'HEAD']);
  sendJson(response, draining ? 503 : 200, JSON.stringify({ status: draining ? 'draining' : 'ok' }));
}

function answerMetadata({ metadata }: Service, request: IncomingMessage, response: ServerResponse): void {
  if (metadata === undefined) refuseUnknownPath();
  requireMethod(request, ['GET', 'HEAD']);
  sendJson(response, 200, metadata.document);
}

function sendJson(response: ServerResponse, status: number, body: string): void {
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' });
  response.end(body);
}

function checkRate({ rate, limits }: Service, request: IncomingMessage): void {
  const waitMs = rate.take(request.socket.remoteAddress ?? '', performance.now());
  if (waitMs === 0) return;
  const { burstRequests, requestsPerSecond } = limits;
  refuse(
    429,
    {
      code: 'http/rate_limited',
      message: `more than ${burstRequests} requests at once, or ${requestsPerSecond} a second, from this address`,
      nextStep: `Send the request again after ${waitMs} ms.`,
    },
    { 'retry-after': String(Math.ceil(waitMs / 1000)) },
  );
}

function requireMethod({ method = '' }: IncomingMessage, allowed: readonly string[]): void {
  if (allowed.includes(method)) return;
  refuse(
    405,
    {
      code: 'http/method_not_allowed',
      message: 'the path is not served for this HTTP method',
      received: method,
      expected: allowed.join(' or '),
      nextStep: 'The server keeps no sessions and pushes nothing: send each JSON-RPC message as a POST of its own.',
    },
    { allow: allowed.join(', ') },
  );
}

function refuseUnknownPath(): never {
  refuse(404, {
    code: 'http/not_found',
    message: 'nothing is served at this path',
    expected: `POST ${ENDPOINT_PATH} or GET ${HEALTH_PATH}`,
    nextStep: `Use ${ENDPOINT_PATH} as the path of the MCP endpoint.`,
  });
}

function refuseWhileDraining(): never {
  refuse(
    503,
    {
      code: 'http/draining',
      message: 'the server is shutting down and takes no new calls',
      nextStep: 'Connect again in a few seconds, once it has been replaced.',
    },
    { 'retry-after': '5' },
  );
}

function answerError(
  { logger }: Service,
  request: IncomingMessage,
  response: ServerResponse,
  notes: Notes,
  error: unknown,
): void {
  if (request.destroyed && !request.complete) return;
  if (response.headersSent) {
    logger.error({ err: error }, 'request failed while it was answered');
    response.destroy();
    return;
  }
  if (error instanceof RefusalError) {
    notes.code = error.refusal.failure.code;
    notes.reason = error.refusal.failure.message;
    sendRefusal(response, error.refusal);
  } else {
    logger.error({ err: error }, 'request failed');
    sendRefusal(response, { status: 500, failure: INTERNAL });
  }
  if (!request.complete) lingerThenClose(request);
}

/** Node throws away the rest of the body meanwhile; a connection whose request has ended by then goes on. */
function lingerThenClose(request: IncomingMessage): void {
  const close = (): void => {
    if (!request.complete) request.socket.destroy();
  };
  setTimeout(close, LINGER_MS).unref();
}

const INTERNAL = {
  code: 'internal/invariant',
  message: 'the server failed; its log has the details',
  nextStep: 'Send the request again; if it fails again, report it with the line of the log.',
} as const;
