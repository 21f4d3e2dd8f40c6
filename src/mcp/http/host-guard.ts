/**
 * Which Host and Origin headers are answered: the guard against DNS rebinding.
 *
 * A web page may resolve its own name to 127.0.0.1 and so reach a server on the visitor's machine; the browser then still sends
 * the page's name as Host and as Origin. So both must be names that were configured. A request without Origin comes from no
 * browser and passes; there is no CORS support, so pages that are let in can send but not read across origins.
 */
import type { IncomingMessage } from 'node:http';
import { isIPv6 } from 'node:net';
import { localhostAllowedHostnames, validateHostHeader, validateOriginHeader } from '@modelcontextprotocol/server';
import { renderReceived } from '../../kernel/failure.ts';
import { refuse } from './refusal.ts';

export interface HostGuard {
  readonly hosts: readonly string[];
  readonly origins: readonly string[];
}

const WILDCARD_ADDRESSES = new Set(['0.0.0.0', '::', '[::]', '']);

export function hostGuard(
  boundHost: string,
  publicUrl: URL | undefined,
  allowedHosts: readonly string[],
  allowedOrigins: readonly string[],
): HostGuard {
  const bound = WILDCARD_ADDRESSES.has(boundHost) ? [] : [urlHostname(boundHost)];
  const named = publicUrl === undefined ? [] : [publicUrl.hostname];
  const hosts = [...localhostAllowedHostnames(), ...bound, ...named, ...allowedHosts.map(urlHostname)];
  return { hosts, origins: [...hosts, ...allowedOrigins.map(urlHostname)] };
}

export function checkHostAndOrigin(guard: HostGuard, request: IncomingMessage): void {
  const host = request.headers.host;
  if (!validateHostHeader(host, [...guard.hosts]).ok) {
    refuse(403, {
      code: 'http/forbidden_host',
      message: 'this server does not answer for the host that the request names',
      received: renderReceived(host ?? null),
      nextStep:
        'Use the address that the server printed when it started, or start it with --allowed-host and this host.',
    });
  }
  const origin = request.headers.origin;
  if (!validateOriginHeader(origin, [...guard.origins]).ok) {
    refuse(403, {
      code: 'http/forbidden_origin',
      message: 'web pages of this origin may not use this server',
      received: renderReceived(origin ?? null),
      nextStep: 'If you trust the page, start the server with --allowed-origin and its host.',
    });
  }
}

/** Whether only processes of this machine can connect to `host`. A name other than `localhost` may resolve to anything. */
export function isLoopback(host: string): boolean {
  const bare = host.replace(/^\[|\]$/g, '').toLowerCase();
  return bare === 'localhost' || bare === '::1' || /^127(?:\.\d{1,3}){3}$/.test(bare);
}

/** A host as it stands in a URL: IPv6 addresses in brackets, names in lower case. */
export function urlHostname(host: string): string {
  return isIPv6(host) ? `[${host}]` : host.toLowerCase();
}
