/**
 * Who may call, and where the server refuses to start; over real sockets where a request is involved.
 */
import { afterEach, describe, expect, test } from 'vitest';
import { FailureError } from '../../kernel/failure.ts';
import type { HttpOptions } from './http-service.ts';
import { type Probe, startProbe } from './testdata/probe-server.ts';
import { post } from './testdata/test-clients.ts';

const TOKEN = 'a-token-of-at-least-22-characters';
const open: Probe[] = [];

async function start(options: Partial<HttpOptions> = {}): Promise<Probe> {
  const probe = await startProbe(options);
  open.push(probe);
  return probe;
}

const failureOf = (options: Partial<HttpOptions>): Promise<unknown> =>
  start(options).then(
    () => 'it started',
    (error: unknown) => (error instanceof FailureError ? error.failure : error),
  );

afterEach(async () => {
  await Promise.all(open.splice(0).map(({ service }) => service.close()));
});

describe('on loopback', () => {
  test('no token is needed when none is configured', async () => {
    const { service } = await start();
    expect((await post(service.url)).status).toBe(200);
  });

  test.each([
    ['no header', undefined, undefined],
    ['an empty header', '', 'invalid_request'],
    ['another scheme', `Basic ${btoa(`user:${TOKEN}`)}`, 'invalid_request'],
    ['no token', 'Bearer', 'invalid_request'],
    ['two tokens', `Bearer ${TOKEN} ${TOKEN}`, 'invalid_request'],
    ['another token', `Bearer ${TOKEN}x`, 'invalid_token'],
    ['a prefix of the token', `Bearer ${TOKEN.slice(0, -1)}`, 'invalid_token'],
    ['the token in other case', `Bearer ${TOKEN.toUpperCase()}`, 'invalid_token'],
  ])('a configured token is required: %s', async (_, authorization, error) => {
    const { service } = await start({ bearerToken: TOKEN });
    const answer = await post(service.url, undefined, authorization === undefined ? {} : { authorization });
    expect([answer.status, answer.data.code]).toEqual([401, 'http/unauthorized']);
    expect(answer.headers.get('www-authenticate')).toBe(
      error === undefined ? 'Bearer realm="quorate"' : `Bearer error="${error}", realm="quorate"`,
    );
    expect(answer.text).not.toContain(TOKEN.slice(2, -2));
  });

  test.each(['Bearer', 'bearer', 'BEARER'])('the scheme %s is as good as any other case', async (scheme) => {
    const { service } = await start({ bearerToken: TOKEN });
    expect((await post(service.url, undefined, { authorization: `${scheme} ${TOKEN}` })).status).toBe(200);
  });
});

describe('off loopback', () => {
  test.each(['0.0.0.0', '::', '192.0.2.1', 'example.com', '', '127.evil.example'])(
    'it refuses to start on %j without a token',
    async (host) => {
      expect(await failureOf({ host })).toMatchObject({ code: 'http/unprotected', path: '--http' });
    },
  );

  test('it starts with a token, and asks for it', async () => {
    const probe = await start({ host: '0.0.0.0', bearerToken: TOKEN });
    const url = probe.service.url.replace('0.0.0.0', '127.0.0.1');
    expect((await post(url)).status).toBe(401);
    expect((await post(url, undefined, { authorization: `Bearer ${TOKEN}` })).status).toBe(200);
    expect(probe.log).toContainEqual(expect.objectContaining({ level: 40, msg: expect.stringContaining('TLS') }));
  });
});

describe('a token that protects nothing', () => {
  test.each([
    ['', 'empty'],
    ['short', 'guessed'],
    ['with blanks that no header can carry', 'characters'],
    ['a\nnew-line-and-more-than-22', 'characters'],
  ])('%j', async (bearerToken, word) => {
    expect(await failureOf({ bearerToken })).toMatchObject({
      code: 'input/invalid',
      path: 'QUORATE_TOKEN',
      message: expect.stringContaining(word),
    });
  });
});

test('a port that is taken is an error of the start', async () => {
  const { service } = await start();
  const port = Number(new URL(service.url).port);
  expect(await failureOf({ port })).toMatchObject({ code: 'EADDRINUSE' });
});
