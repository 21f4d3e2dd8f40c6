/**
 * Access tokens against an issuer that runs beside the test on loopback: its metadata, its keys, and what it may not do.
 */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { FailureError } from '../../kernel/failure.ts';
import type { HttpOptions } from './http-service.ts';
import { type Probe, startProbe } from './testdata/probe-server.ts';
import { type Answer, answerOf, post } from './testdata/test-clients.ts';

const AUDIENCE = 'https://quorate.example.com/mcp';
const METADATA_URL = 'https://quorate.example.com/.well-known/oauth-protected-resource/mcp';

const signer = await generateKeyPair('ES256', { extractable: true });
const stranger = await generateKeyPair('ES256', { extractable: true });

/** Documents by path; what is missing is 404. */
const documents = new Map<string, unknown>();
let requests: string[] = [];
let issuerServer: Server;
let issuer: string;
const open: Probe[] = [];

beforeAll(async () => {
  issuerServer = createServer((request, response) => {
    requests.push(request.url ?? '');
    const document = documents.get(request.url ?? '');
    response.writeHead(document === undefined ? 404 : 200, { 'content-type': 'application/json' });
    response.end(typeof document === 'string' ? document : JSON.stringify(document ?? {}));
  });
  await new Promise<void>((resolve) => issuerServer.listen(0, '127.0.0.1', resolve));
  issuer = `http://127.0.0.1:${(issuerServer.address() as AddressInfo).port}`;
});

beforeEach(async () => {
  requests = [];
  documents.clear();
  documents.set('/keys', { keys: [{ ...(await exportJWK(signer.publicKey)), kid: 'one', alg: 'ES256', use: 'sig' }] });
  documents.set('/.well-known/oauth-authorization-server', { issuer, jwks_uri: `${issuer}/keys` });
});

afterEach(async () => {
  await Promise.all(open.splice(0).map(({ service }) => service.close()));
});

afterAll(() => {
  issuerServer.closeAllConnections();
  issuerServer.close();
});

async function start(oauth: Partial<HttpOptions['oauth']> = {}): Promise<Probe> {
  const probe = await startProbe({ publicUrl: AUDIENCE, oauth: { issuer, ...oauth } });
  open.push(probe);
  return probe;
}

interface TokenChanges {
  readonly claims?: JWTPayload;
  readonly without?: string;
  readonly key?: typeof signer.privateKey;
  readonly kid?: string;
}

async function token({
  claims = {},
  without,
  key = signer.privateKey,
  kid = 'one',
}: TokenChanges = {}): Promise<string> {
  const nowS = Math.floor(Date.now() / 1000);
  const payload: JWTPayload = { iss: issuer, aud: AUDIENCE, sub: 'agent', iat: nowS, exp: nowS + 60, ...claims };
  const kept = Object.fromEntries(Object.entries(payload).filter(([name]) => name !== without));
  return new SignJWT(kept).setProtectedHeader({ alg: 'ES256', kid }).sign(key);
}

const call = ({ service }: Probe, bearer: string): Promise<Answer> =>
  post(service.url, undefined, { authorization: `Bearer ${bearer}` });

test('a token of the issuer is accepted; its keys are found through its metadata and fetched once', async () => {
  const probe = await start();
  for (const claims of [{}, { aud: ['other', AUDIENCE] }]) {
    expect((await call(probe, await token({ claims }))).status).toBe(200);
  }
  expect(requests).toEqual(['/.well-known/oauth-authorization-server', '/keys']);
});

const PAST_S = 1_700_000_000;

test.each<[string, () => Promise<string> | string]>([
  ['expired', () => token({ claims: { exp: PAST_S } })],
  ['without expiry', () => token({ without: 'exp' })],
  ['not valid yet', () => token({ claims: { nbf: PAST_S * 2 } })],
  ['of another issuer', () => token({ claims: { iss: 'https://evil.example' } })],
  ['without issuer', () => token({ without: 'iss' })],
  ['for another audience', () => token({ claims: { aud: 'https://other.example.com/mcp' } })],
  ['for an audience that begins like this one', () => token({ claims: { aud: `${AUDIENCE}/more` } })],
  ['without audience', () => token({ without: 'aud' })],
  ['signed by a stranger', () => token({ key: stranger.privateKey })],
  ['of an unknown key', () => token({ kid: 'two' })],
  [
    'with a changed payload',
    async () => {
      const [header, , signature] = (await token()).split('.');
      return [
        header,
        btoa(JSON.stringify({ iss: issuer, aud: AUDIENCE, exp: PAST_S * 2 })).replace(/=/g, ''),
        signature,
      ].join('.');
    },
  ],
  [
    'without signature (alg none)',
    () => `${btoa('{"alg":"none"}').replace(/=/g, '')}.${btoa('{}').replace(/=/g, '')}.`,
  ],
  [
    'signed with the public key as a shared secret',
    async () => {
      const secret = new TextEncoder().encode(JSON.stringify(await exportJWK(signer.publicKey)));
      return new SignJWT({ iss: issuer, aud: AUDIENCE, exp: PAST_S * 2 })
        .setProtectedHeader({ alg: 'HS256' })
        .sign(secret);
    },
  ],
  ['that is not a JWT', () => 'opaque-token-of-some-length'],
])('a token %s is refused', async (_, make) => {
  const answer = await call(await start(), await make());
  expect([answer.status, answer.data.code]).toEqual([401, 'http/unauthorized']);
  expect(answer.headers.get('www-authenticate')).toBe(
    `Bearer error="invalid_token", resource_metadata="${METADATA_URL}"`,
  );
});

test('without a token the answer says where to find the issuer', async () => {
  const { service } = await start();
  const answer = await post(service.url);
  expect(answer.headers.get('www-authenticate')).toBe(`Bearer resource_metadata="${METADATA_URL}"`);
  for (const path of ['/.well-known/oauth-protected-resource', '/.well-known/oauth-protected-resource/mcp']) {
    const metadata = await answerOf(await fetch(new URL(path, service.url)));
    expect(JSON.parse(metadata.text)).toEqual({
      resource: AUDIENCE,
      authorization_servers: [issuer],
      bearer_methods_supported: ['header'],
      resource_name: 'quorate',
    });
  }
});

describe('the keys', () => {
  test('may be configured', async () => {
    documents.delete('/.well-known/oauth-authorization-server');
    expect((await call(await start({ jwksUrl: `${issuer}/keys` }), await token())).status).toBe(200);
    expect(requests).toEqual(['/keys']);
  });

  test('are found through OpenID Connect Discovery', async () => {
    documents.delete('/.well-known/oauth-authorization-server');
    documents.set('/.well-known/openid-configuration', { issuer, jwks_uri: `${issuer}/keys` });
    expect((await call(await start(), await token())).status).toBe(200);
  });

  test.each<[string, () => void]>([
    [
      'that the metadata of another issuer names',
      () =>
        documents.set('/.well-known/oauth-authorization-server', {
          issuer: 'https://evil.example',
          jwks_uri: `${issuer}/keys`,
        }),
    ],
    [
      'over plain HTTP from elsewhere',
      () => documents.set('/.well-known/oauth-authorization-server', { issuer, jwks_uri: 'http://192.0.2.1/keys' }),
    ],
    ['that are not there', () => documents.delete('/keys')],
    ['that are not a key set', () => documents.set('/keys', '<html>')],
  ])('%s are not used, and the token counts as unjudged', async (_, spoil) => {
    spoil();
    const probe = await start();
    const answer = await call(probe, await token());
    expect([answer.status, answer.data.code, answer.headers.get('retry-after')]).toEqual([
      503,
      'http/issuer_unreachable',
      '5',
    ]);
    // And once they can be had, it works without a restart.
    documents.set('/.well-known/oauth-authorization-server', { issuer, jwks_uri: `${issuer}/keys` });
    documents.set('/keys', { keys: [{ ...(await exportJWK(signer.publicKey)), kid: 'one', alg: 'ES256' }] });
    expect((await call(probe, await token())).status).toBe(200);
  });
});

test('a configured audience and a configured token work beside the issuer', async () => {
  const bearerToken = 'a-token-of-at-least-22-characters';
  const probe = await startProbe({ publicUrl: AUDIENCE, bearerToken, oauth: { issuer, audience: 'quorate' } });
  open.push(probe);
  expect((await call(probe, bearerToken)).status).toBe(200);
  expect((await call(probe, await token({ claims: { aud: 'quorate' } }))).status).toBe(200);
  expect((await call(probe, await token())).status).toBe(401);
});

test.each<[Partial<HttpOptions>, string, string]>([
  [{ oauth: { issuer: 'https://login.example.com' } }, 'input/missing', '--public-url'],
  [{ oauth: { issuer: 'http://login.example.com' }, publicUrl: AUDIENCE }, 'input/invalid', '--issuer'],
  [{ oauth: { issuer: 'login.example.com' }, publicUrl: AUDIENCE }, 'input/invalid', '--issuer'],
  [{ publicUrl: 'quorate.example.com' }, 'input/invalid', '--public-url'],
  [{ publicUrl: 'ftp://quorate.example.com/' }, 'input/invalid', '--public-url'],
])('%j is not a configuration to start with', async (options, code, path) => {
  const failure = await startProbe(options).then(
    () => 'it started',
    (error: unknown) => (error instanceof FailureError ? error.failure : error),
  );
  expect(failure).toMatchObject({ code, path });
});
