/**
 * DNS rebinding: which Host and Origin are answered. Hosts are sent by bare sockets, since fetch sets its own.
 */
import { afterEach, describe, expect, test } from 'vitest';
import { isLoopback } from './host-guard.ts';
import type { HttpOptions } from './http-service.ts';
import { type Probe, startProbe } from './testdata/probe-server.ts';
import { post, rawClient, toolCall } from './testdata/test-clients.ts';

const open: Probe[] = [];

async function start(options: Partial<HttpOptions> = {}): Promise<Probe> {
  const probe = await startProbe(options);
  open.push(probe);
  return probe;
}

async function statusFor(url: string, host: string): Promise<string | undefined> {
  const body = toolCall('echo', { text: 'x' });
  const lines = [
    'POST /mcp HTTP/1.1',
    `host: ${host}`,
    'content-type: application/json',
    'accept: application/json, text/event-stream',
    `content-length: ${body.length}`,
    'connection: close',
  ];
  const client = await rawClient(url);
  client.send(`${lines.join('\r\n')}\r\n\r\n${body}`);
  const received = await client.received;
  return received.includes('http/forbidden_host') ? 'http/forbidden_host' : /^HTTP\/1.1 (\d+)/.exec(received)?.[1];
}

afterEach(async () => {
  await Promise.all(open.splice(0).map(({ service }) => service.close()));
});

describe('the Host header', () => {
  test.each(['localhost', 'LOCALHOST', 'localhost:9999', '127.0.0.1', '[::1]:80'])('%s is answered', async (host) => {
    const { service } = await start();
    expect(await statusFor(service.url, host)).toBe('200');
  });

  test.each([
    'evil.example',
    '127.0.0.1.evil.example',
    'localhost.evil.example',
    '10.0.0.1',
    '0.0.0.0',
    '[',
    '',
    'a@127.0.0.1.evil',
  ])('%j is not', async (host) => {
    const { service } = await start();
    expect(await statusFor(service.url, host)).toBe('http/forbidden_host');
  });

  test('of an allowed host or of the public URL is answered', async () => {
    const { service } = await start({
      allowedHosts: ['Quorate.Internal'],
      publicUrl: 'https://quorate.example.com/mcp',
    });
    expect(await statusFor(service.url, 'quorate.internal:8443')).toBe('200');
    expect(await statusFor(service.url, 'quorate.example.com')).toBe('200');
    expect(await statusFor(service.url, 'other.example.com')).toBe('http/forbidden_host');
  });
});

describe('the Origin header', () => {
  test.each(['http://localhost:6274', 'http://127.0.0.1', 'https://app.example.com'])('%s may call', async (origin) => {
    const { service } = await start({ allowedOrigins: ['app.example.com'] });
    expect((await post(service.url, undefined, { origin })).status).toBe(200);
  });

  test.each([
    'http://evil.example',
    'https://app.example.com.evil.example',
    'null',
    'file://',
    'http://localhost.evil.example',
  ])('%s may not', async (origin) => {
    const { service } = await start({ allowedOrigins: ['app.example.com'] });
    const answer = await post(service.url, undefined, { origin });
    expect([answer.status, answer.data.code]).toEqual([403, 'http/forbidden_origin']);
  });

  test('of no page gets leave to read answers', async () => {
    const { service } = await start();
    const answer = await post(service.url, undefined, { origin: 'http://localhost:6274' });
    expect(answer.headers.get('access-control-allow-origin')).toBeNull();
  });
});

test('loopback is what only this machine can reach', () => {
  expect(
    ['localhost', '127.0.0.1', '127.8.9.10', '::1', '[::1]', 'LocalHost'].filter((host) => !isLoopback(host)),
  ).toEqual([]);
  expect(
    ['0.0.0.0', '::', '10.0.0.1', '127.0.0.1.example.com', 'localhost.example.com', '1127.0.0.1', ''].filter(
      isLoopback,
    ),
  ).toEqual([]);
});
