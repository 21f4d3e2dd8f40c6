/**
 * What all requests of one HTTP server share, made from its options. Bad configuration fails here, before any socket opens.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type NodeIncomingMessageLike, toNodeHandler } from '@modelcontextprotocol/node';
import { createMcpHandler, type McpHttpHandler, type McpServerFactory } from '@modelcontextprotocol/server';
import type { Logger } from 'pino';
import { fail, renderReceived } from '../../kernel/failure.ts';
import { accessTokenVerifier, type IssuerOptions } from './access-token.ts';
import { type Authenticate, bearerAuth } from './bearer-auth.ts';
import { type CallsInFlight, callsInFlight } from './calls-in-flight.ts';
import { type Cancellations, cancellations } from './cancellations.ts';
import { type ClientRate, clientRate } from './client-rate.ts';
import { type HostGuard, hostGuard } from './host-guard.ts';
import { HTTP_LIMITS, type HttpLimits } from './http-limits.ts';
import type { BodiesInFlight } from './request-body.ts';
import { type ResourceMetadata, resourceMetadata } from './resource-metadata.ts';

export interface HttpOptions {
  /** Address to listen on; 127.0.0.1 when absent. Off loopback a token or an issuer must be configured. */
  readonly host?: string;
  /** 0 takes any free port. */
  readonly port: number;
  /** The endpoint's URL as clients see it, when a proxy stands in front. */
  readonly publicUrl?: string;
  /** Host names to answer for, besides loopback, the bound address and the public URL's. */
  readonly allowedHosts?: readonly string[];
  /** Host names of web pages that may call, besides the allowed hosts. */
  readonly allowedOrigins?: readonly string[];
  /** At least {@link BEARER_TOKEN_LENGTH_MIN} characters. */
  readonly bearerToken?: string;
  /** Issuer of access tokens; needs `publicUrl`. */
  readonly oauth?: IssuerOptions;
  readonly limits?: Partial<HttpLimits>;
  /** Requests and reached limits are logged; tokens, arguments and results are not. */
  readonly logger: Logger;
}

export interface Service {
  readonly limits: HttpLimits;
  readonly logger: Logger;
  readonly guard: HostGuard;
  readonly authenticate: Authenticate;
  readonly metadata: ResourceMetadata | undefined;
  readonly rate: ClientRate;
  readonly calls: CallsInFlight;
  readonly bodies: BodiesInFlight;
  /** Both protocol generations; a client that goes away cancels its call. */
  readonly serve: (
    request: IncomingMessage,
    response: ServerResponse,
    message: unknown,
    signal: AbortSignal | undefined,
  ) => Promise<void>;
  readonly cancellations: Cancellations;
  /** Ends streams, and calls of the current protocol. */
  readonly closeHandler: () => Promise<void>;
  draining: boolean;
}

const REASON_LENGTH_MAX = 200;

export function openService(factory: McpServerFactory, host: string, options: HttpOptions): Service {
  const { logger, oauth, bearerToken, allowedHosts = [], allowedOrigins = [] } = options;
  const limits: HttpLimits = { ...HTTP_LIMITS, ...options.limits };
  const publicUrl = parsePublicUrl(options);
  const metadata = oauth && resourceMetadata(publicUrl ?? missingPublicUrl(), oauth.issuer);
  const verifyAccessToken = oauth && accessTokenVerifier(oauth, publicUrl ?? missingPublicUrl());
  const handler = createMcpHandler(factory, {
    maxSubscriptions: limits.streamsMax,
    maxRequestBodySize: limits.bodyBytesMax,
    onerror: ({ message }) => logger.debug({ reason: message.slice(0, REASON_LENGTH_MAX) }, 'rejected by the protocol'),
  });
  return {
    limits,
    logger,
    guard: hostGuard(host, publicUrl, allowedHosts, allowedOrigins),
    authenticate: bearerAuth({ host, bearerToken, verifyAccessToken, metadataUrl: metadata?.url }),
    metadata,
    rate: clientRate(limits.burstRequests, limits.requestsPerSecond, limits.clientsTrackedMax),
    calls: callsInFlight(limits),
    bodies: { bytes: 0 },
    serve: nodeHandler(handler, logger),
    cancellations: cancellations(),
    closeHandler: () => handler.close(),
    draining: false,
  };
}

/** The SDK's handler for Node's requests, which `signal` can end before the client does. */
function nodeHandler({ fetch }: McpHttpHandler, logger: Logger): Service['serve'] {
  const onerror = (err: Error): void => logger.error({ err }, 'request failed');
  return (request, response, message, signal) => {
    const fetchCancellable: McpHttpHandler['fetch'] = async (webRequest, options) => {
      const ended = signal === undefined ? webRequest.signal : AbortSignal.any([webRequest.signal, signal]);
      return withoutConnection(await fetch(new Request(webRequest, { signal: ended }), options));
    };
    // The adapter's type omits `undefined` where Node's own has it.
    return toNodeHandler({ fetch: fetchCancellable }, { onerror })(
      request as NodeIncomingMessageLike,
      response,
      message,
    );
  };
}

/** The SDK asks for `keep-alive` on streams; whether a connection goes on is for Node to say, who knows the request and the drain. */
function withoutConnection(response: Response): Response {
  response.headers.delete('connection');
  return response;
}

function parsePublicUrl({ publicUrl }: HttpOptions): URL | undefined {
  if (publicUrl === undefined) return undefined;
  const url = URL.canParse(publicUrl) ? new URL(publicUrl) : undefined;
  if (url !== undefined && /^https?:$/.test(url.protocol) && url.hash === '' && url.search === '') return url;
  return fail('input/invalid', {
    message: 'The public URL is no http(s) URL without query and fragment.',
    path: 'publicUrl',
    received: renderReceived(publicUrl),
    expected: 'the URL of the endpoint as clients see it',
    nextStep: 'Give for instance https://quorate.example.com/mcp.',
  });
}

function missingPublicUrl(): never {
  return fail('input/missing', {
    message: 'Access tokens are issued for a resource, so the server has to know its own public URL.',
    path: 'publicUrl',
    expected: 'the URL of the endpoint as clients see it',
    nextStep: 'Give for instance https://quorate.example.com/mcp.',
  });
}
