/**
 * Verifies access tokens of an OAuth 2 issuer: JWTs (RFC 9068) that it signed for this resource and that have not expired.
 *
 * Checked by `jose`: the signature with a key of the issuer's key set, an asymmetric algorithm, `iss`, `aud`, and `exp`, which must
 * be there. The key set is fetched when the first token comes, kept for ten minutes, and fetched anew for an unknown key at most every
 * thirty seconds. Its address is configured or found in the issuer's metadata (RFC 8414, else OpenID Connect Discovery). Scopes are
 * not looked at: whoever may call may call every tool. Opaque tokens (RFC 7662) are not supported.
 */
import { createRemoteJWKSet, errors, jwtVerify, type RemoteJWKSet } from 'jose';
import { fail } from '../../kernel/failure.ts';
import { isLoopback } from './host-guard.ts';
import { refuse } from './refusal.ts';

export interface IssuerOptions {
  /** Exactly as in the tokens' `iss`. HTTPS, except on loopback. */
  readonly issuer: string;
  /** Where the issuer's keys are; found through its metadata when absent. */
  readonly jwksUrl?: string;
  /** What the tokens' `aud` must be or contain; the server's public URL when absent. */
  readonly audience?: string;
}

/** Whether the token is valid here; refuses when that cannot be found out. */
export type AccessTokenVerifier = (token: string) => Promise<boolean>;

/** No symmetric ones: their key would have to be known here. */
const ALGORITHMS = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
];
const CLOCK_TOLERANCE_S = 5;
const FETCH_TIMEOUT_MS = 5_000;
const METADATA_BYTES_MAX = 65_536;

export function accessTokenVerifier({ issuer, jwksUrl, audience }: IssuerOptions, publicUrl: URL): AccessTokenVerifier {
  const issuerUrl = trustedUrl(issuer, '--issuer');
  const configured = jwksUrl === undefined ? undefined : trustedUrl(jwksUrl, '--jwks-url');
  let keys: RemoteJWKSet | undefined;
  return async (token) => {
    if (!/^[\w-]+\.[\w-]+\.[\w-]+$/.test(token)) return false;
    try {
      keys ??= createRemoteJWKSet(configured ?? (await discoverKeys(issuer, issuerUrl)), {
        timeoutDuration: FETCH_TIMEOUT_MS,
      });
      await jwtVerify(token, keys, {
        issuer,
        audience: audience ?? publicUrl.href,
        algorithms: ALGORITHMS,
        requiredClaims: ['exp'],
        clockTolerance: CLOCK_TOLERANCE_S,
      });
      return true;
    } catch (error) {
      return judge(error);
    }
  };
}

/** A token that fails a check is invalid; when the keys cannot be had, nobody can tell. */
function judge(error: unknown): boolean {
  const unreachable = error instanceof errors.JWKSTimeout || error instanceof errors.JWKSInvalid;
  if (error instanceof errors.JOSEError && !unreachable && error.code !== 'ERR_JOSE_GENERIC') return false;
  return refuse(
    503,
    {
      code: 'http/issuer_unreachable',
      message: 'the keys of the token issuer cannot be fetched, so the access token cannot be judged',
      nextStep: 'Send the request again in a few seconds; if it stays so, check --issuer and --jwks-url of the server.',
    },
    { 'retry-after': '5' },
  );
}

function trustedUrl(text: string, path: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback(url.hostname))) return url;
  return fail('input/invalid', {
    message: 'keys and tokens are only taken over HTTPS',
    path,
    received: JSON.stringify(text),
    expected: 'an https: URL, or http: on loopback',
    nextStep:
      'Give --issuer as its tokens carry it in "iss", e.g. https://login.example.com; --jwks-url is where its keys are.',
  });
}

/** RFC 8414 section 3.1 puts the well-known path before the issuer's own; OpenID Connect Discovery puts it behind. */
async function discoverKeys(issuer: string, issuerUrl: URL): Promise<URL> {
  const path = issuerUrl.pathname.replace(/\/$/, '');
  const places = [`/.well-known/oauth-authorization-server${path}`, `${path}/.well-known/openid-configuration`];
  for (const place of places) {
    const metadata = await fetchMetadata(new URL(place, issuerUrl));
    // RFC 8414 section 3.3: metadata that names another issuer must not be used.
    if (metadata?.issuer === issuer && typeof metadata.jwks_uri === 'string')
      return trustedUrl(metadata.jwks_uri, 'jwks_uri');
  }
  throw new Error('no metadata of the issuer names its keys');
}

interface IssuerMetadata {
  readonly issuer?: unknown;
  readonly jwks_uri?: unknown;
}

async function fetchMetadata(url: URL): Promise<IssuerMetadata | undefined> {
  const response = await fetch(url, { redirect: 'error', signal: AbortSignal.timeout(FETCH_TIMEOUT_MS) });
  if (!response.ok) {
    await response.body?.cancel();
    return undefined;
  }
  const text = await response.text();
  if (text.length > METADATA_BYTES_MAX) return undefined;
  const parsed: unknown = JSON.parse(text);
  return typeof parsed === 'object' && parsed !== null ? parsed : undefined;
}
