/**
 * What all requests of one HTTP server share, made from its options. Bad configuration fails here, before any socket opens.
 */
import type { McpServerFactory } from '@modelcontextprotocol/server';
import type { Logger } from 'pino';
import { fail, renderReceived } from '../../kernel/failure.ts';
import { accessTokenVerifier, type IssuerOptions } from './access-token.ts';
import { type Authenticate, bearerAuth } from './bearer-auth.ts';
import { type CallsInFlight, callsInFlight } from './calls-in-flight.ts';
import { type Cancellations, cancellations } from './cancellations.ts';
import { type ClientRate, clientRate } from './client-rate.ts';
import { type HostGuard, hostGuard } from './host-guard.ts';
import { HTTP_LIMITS, type HttpLimits } from './http-limits.ts';
import { type McpHandler, mcpHandler } from './mcp-handler.ts';
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
  readonly cancellations: Cancellations;
  readonly handler: McpHandler;
  draining: boolean;
}

export function openService(factory: McpServerFactory, host: string, options: HttpOptions): Service {
  const { logger, oauth, bearerToken, allowedHosts = [], allowedOrigins = [] } = options;
  const limits: HttpLimits = { ...HTTP_LIMITS, ...options.limits };
  const publicUrl = parsePublicUrl(options);
  const metadata = oauth && resourceMetadata(publicUrl ?? missingPublicUrl(), oauth.issuer);
  const verifyAccessToken = oauth && accessTokenVerifier(oauth, publicUrl ?? missingPublicUrl());
  return {
    limits,
    logger,
    guard: hostGuard(host, publicUrl, allowedHosts, allowedOrigins),
    authenticate: bearerAuth({ host, bearerToken, verifyAccessToken, metadataUrl: metadata?.url }),
    metadata,
    rate: clientRate(limits.burstRequests, limits.requestsPerSecond, limits.clientsTrackedMax),
    calls: callsInFlight(limits),
    bodies: { bytes: 0 },
    cancellations: cancellations(),
    handler: mcpHandler(factory, limits, logger),
    draining: false,
  };
}

function parsePublicUrl({ publicUrl }: HttpOptions): URL | undefined {
  if (publicUrl === undefined) return undefined;
  const url = URL.canParse(publicUrl) ? new URL(publicUrl) : undefined;
  if (url !== undefined && /^https?:$/.test(url.protocol) && url.hash === '' && url.search === '') return url;
  return fail('input/invalid', {
    message: 'the public URL is not an http(s) URL without query and fragment',
    path: '--public-url',
    received: renderReceived(publicUrl),
    expected: 'the URL of the endpoint as clients see it',
    nextStep: 'For example: --public-url https://quorate.example.com/mcp',
  });
}

function missingPublicUrl(): never {
  return fail('input/missing', {
    message: 'access tokens are issued for a resource, so the server has to know its own public URL',
    path: '--public-url',
    expected: 'the URL of the endpoint as clients see it',
    nextStep: 'For example: --public-url https://quorate.example.com/mcp',
  });
}
