/**
 * Who may call: a request carries a bearer token (RFC 6750) that is the configured one, or an access token of the configured issuer.
 *
 * The configured token is compared in constant time, over hashes, so that neither its bytes nor its length show in the time taken.
 * Off loopback one of the two must be configured; the server refuses to start otherwise. Nobody is told which check a token failed
 * beyond what RFC 6750 asks for, and tokens appear in no message and no log line.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import { fail } from '../../kernel/failure.ts';
import type { AccessTokenVerifier } from './access-token.ts';
import { isLoopback } from './host-guard.ts';
import { refuse } from './refusal.ts';

/** Resolves when the `Authorization` header is good; refuses otherwise. */
export type Authenticate = (authorization: string | undefined) => Promise<void>;

export interface BearerAuthOptions {
  readonly host: string;
  readonly bearerToken?: string | undefined;
  readonly verifyAccessToken?: AccessTokenVerifier | undefined;
  /** Where the resource metadata is (RFC 9728), when an issuer is configured. */
  readonly metadataUrl?: string | undefined;
}

/** 128 bits in hexadecimal are 32 characters, in base64 22; what is shorter is guessed or was made up by hand. */
export const BEARER_TOKEN_LENGTH_MIN = 22;

/** Where the command line looks for the token, unless --token-env names another variable. */
const TOKEN_VARIABLE = 'QUORATE_TOKEN';
const MAKE_TOKEN = `Make one: export ${TOKEN_VARIABLE}=$(openssl rand -hex 32)`;

export function bearerAuth({ host, bearerToken, verifyAccessToken, metadataUrl }: BearerAuthOptions): Authenticate {
  checkProtection(host, bearerToken, verifyAccessToken !== undefined);
  if (bearerToken === undefined && verifyAccessToken === undefined) return () => Promise.resolve();
  const expected = bearerToken === undefined ? undefined : digest(bearerToken);
  return async (authorization) => {
    const token = /^Bearer +([\w.~+/=-]+)$/i.exec(authorization ?? '')?.[1];
    if (token === undefined)
      return refuseToken(metadataUrl, authorization === undefined ? undefined : 'invalid_request');
    if (expected !== undefined && timingSafeEqual(digest(token), expected)) return;
    if ((await verifyAccessToken?.(token)) !== true) refuseToken(metadataUrl, 'invalid_token');
  };
}

function checkProtection(host: string, bearerToken: string | undefined, hasIssuer: boolean): void {
  if (bearerToken === undefined && !hasIssuer && !isLoopback(host)) {
    fail('http/unprotected', {
      message: 'other machines could call this server without a token',
      path: '--http',
      received: JSON.stringify(host),
      expected: `127.0.0.1, ::1 or localhost, or a bearer token in ${TOKEN_VARIABLE}, or an issuer of access tokens (--issuer)`,
      nextStep: `Bind to 127.0.0.1, or require a token. ${MAKE_TOKEN}`,
    });
  }
  if (bearerToken !== undefined && !/^[\w.~+/=-]+$/.test(bearerToken)) {
    fail('input/invalid', {
      message: 'the bearer token is empty or has characters that no Authorization header can carry',
      path: TOKEN_VARIABLE,
      expected: 'letters, digits and - . _ ~ + / =',
      nextStep: MAKE_TOKEN,
    });
  }
  if (bearerToken !== undefined && bearerToken.length < BEARER_TOKEN_LENGTH_MIN) {
    fail('input/invalid', {
      message: 'the bearer token is so short that it can be guessed',
      path: TOKEN_VARIABLE,
      received: `${bearerToken.length} characters`,
      expected: `at least ${BEARER_TOKEN_LENGTH_MIN} characters`,
      nextStep: MAKE_TOKEN,
    });
  }
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

/** RFC 6750 section 3: the error code is left out when the request carried no credentials at all. */
function refuseToken(metadataUrl: string | undefined, error: 'invalid_request' | 'invalid_token' | undefined): never {
  const challenge = [
    ...(error === undefined ? [] : [`error="${error}"`]),
    ...(metadataUrl === undefined ? ['realm="quorate"'] : [`resource_metadata="${metadataUrl}"`]),
  ];
  refuse(
    401,
    {
      code: 'http/unauthorized',
      message: error === undefined ? 'a bearer token is required' : 'the bearer token is not valid here',
      expected: 'Authorization: Bearer TOKEN',
      nextStep:
        metadataUrl === undefined
          ? 'Send the token that the server was started with.'
          : `Ask the authorization server that ${metadataUrl} names for an access token of this resource.`,
    },
    { 'www-authenticate': `Bearer ${challenge.join(', ')}` },
  );
}
