/**
 * The whole server over real sockets: both protocol generations, cancellation, health, drain, and what is logged.
 */
import { afterEach, describe, expect, test } from 'vitest';
import type { HttpOptions } from './http-service.ts';
import { type Probe, startProbe } from './testdata/probe-server.ts';
import {
  answerOf,
  currentClient,
  earlierClient,
  HEADERS,
  head,
  openStream,
  post,
  rawClient,
  toolCall,
  until,
} from './testdata/test-clients.ts';

const open: Probe[] = [];

async function start(options: Partial<HttpOptions> = {}): Promise<Probe> {
  const probe = await startProbe(options);
  open.push(probe);
  return probe;
}

afterEach(async () => {
  await Promise.all(open.splice(0).map(({ service }) => service.close()));
});

describe.each([
  ['the 2026-07-28 protocol', currentClient],
  ['the 2025 protocols', earlierClient],
])('a client of %s', (_, connect) => {
  test('calls a tool', async () => {
    const { service } = await start();
    const client = await connect(service.url);
    expect(await client.callTool('echo', { text: 'hello' })).toMatchObject({
      content: [{ type: 'text', text: 'hello' }],
    });
    await client.close();
  });

  test('cancels its call by cancelling the request', async () => {
    const probe = await start();
    const client = await connect(probe.service.url);
    const abort = new AbortController();
    const outcome = client.callTool('wait', {}, { signal: abort.signal }).catch((error: unknown) => error);
    await until(() => probe.waiting() === 1);
    abort.abort();
    expect(await outcome).toBeInstanceOf(Error);
    await until(() => probe.cancelled() === 1);
    await client.close();
  });

  test('cancels its call by going away', async () => {
    const probe = await start();
    const client = await connect(probe.service.url);
    const outcome = client.callTool('wait', {}).catch((error: unknown) => error);
    await until(() => probe.waiting() === 1);
    await client.close();
    expect(await outcome).toBeInstanceOf(Error);
    await until(() => probe.cancelled() === 1);
    expect(await client.callTool('echo', {}).catch((error: unknown) => error)).toBeInstanceOf(Error);
    expect((await post(probe.service.url)).status).toBe(200);
  });

  test('carries the bearer token', async () => {
    const bearerToken = 'a-token-of-at-least-22-characters';
    const { service } = await start({ bearerToken });
    await expect(connect(service.url)).rejects.toThrow();
    const client = await connect(service.url, { authorization: `Bearer ${bearerToken}` });
    expect(await client.callTool('echo', { text: 'hello' })).toMatchObject({ content: [{ text: 'hello' }] });
    await client.close();
  });
});

test('one client of the 2025 protocols cannot cancel the calls of another', async () => {
  const probe = await start();
  const victim = await earlierClient(probe.service.url);
  const running = victim.callTool('wait', {});
  await until(() => probe.waiting() === 1);
  const cancel = (requestId: unknown): string =>
    JSON.stringify({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId } });
  for (const requestId of [0, 1, 2, '1', null, {}]) {
    for (const headers of [{}, { 'mcp-session-id': 'made-up' }]) {
      expect((await post(probe.service.url, cancel(requestId), headers)).status).toBe(202);
    }
  }
  expect(probe.cancelled()).toBe(0);
  probe.release();
  expect(await running).toMatchObject({ content: [{ text: 'released' }] });
  await victim.close();
});

test('a connection ends with its answer when the client says so, streamed or not', async () => {
  const { service } = await start({ limits: { keepAliveTimeoutMs: 60_000 } });
  const client = await rawClient(service.url);
  const body = toolCall('echo', { text: 'hello' });
  client.send(head(service.url, { ...HEADERS, connection: 'close', 'content-length': String(body.length) }) + body);
  expect(await client.received).toContain('hello');
});

test('the head of a streamed answer comes before the answer', async () => {
  const probe = await start();
  const response = await fetch(probe.service.url, { method: 'POST', headers: HEADERS, body: toolCall('wait') });
  expect([response.status, response.headers.get('content-type')]).toEqual([200, 'text/event-stream']);
  probe.release();
  expect(await response.text()).toContain('released');
});

test('a connection goes on after a request was refused', async () => {
  const { service } = await start();
  const client = await rawClient(service.url);
  const refused = `${head(service.url, { ...HEADERS, 'content-length': '2' }, 'POST', '/elsewhere')}{}`;
  const health = (more = '') => `GET /healthz HTTP/1.1\r\nhost: x\r\n${more}\r\n`;
  client.send(refused);
  // Longer than the rest of a refused body is waited for, shorter than idle connections are kept.
  await new Promise((resolve) => setTimeout(resolve, 1_200));
  client.send(health() + health('connection: close\r\n'));
  expect((await client.received).match(/HTTP\/1.1 \d+/g)).toEqual(['HTTP/1.1 404', 'HTTP/1.1 200', 'HTTP/1.1 200']);
});

describe('paths and methods', () => {
  test('/healthz answers for any host, without a token', async () => {
    const { service } = await start({ bearerToken: 'a-token-of-at-least-22-characters' });
    const client = await rawClient(service.url);
    client.send('GET /healthz HTTP/1.1\r\nhost: 10.0.0.7:8080\r\nconnection: close\r\n\r\n');
    const received = await client.received;
    expect(received).toMatch(/^HTTP\/1.1 200 /s);
    expect(received).toContain('{"status":"ok"}');
  });

  test.each(['GET', 'DELETE', 'PUT', 'OPTIONS'])('%s /mcp is not served', async (method) => {
    const { service } = await start();
    const answer = await answerOf(await fetch(service.url, { method }));
    expect([answer.status, answer.data.code]).toEqual([405, 'http/method_not_allowed']);
    expect(answer.headers.get('allow')).toBe('POST');
  });

  test.each(['/', '/sse', '/mcp/', '/.well-known/oauth-protected-resource', '/healthz/x'])(
    '%s is not there',
    async (path) => {
      const { service } = await start();
      const answer = await answerOf(await fetch(new URL(path, service.url)));
      expect([answer.status, answer.data.code]).toEqual([404, 'http/not_found']);
      expect(answer.data.next_step).toContain('/mcp');
    },
  );
});

describe('a drain', () => {
  test('lets running calls finish, refuses new ones and then stops', async () => {
    const probe = await start();
    const { url } = probe.service;
    const idle = await rawClient(url);
    const busy = await rawClient(url);
    const running = post(url, toolCall('wait'));
    await until(() => probe.waiting() === 1);
    // A request that began before the drain and ends after it.
    const late = toolCall('echo', { text: 'late' });
    busy.send(head(url, { 'content-type': 'application/json', 'content-length': String(late.length + 1) }));

    const drained = probe.service.drain();
    expect(probe.service.drain()).toBe(drained);
    await expect(fetch(url, { method: 'POST' })).rejects.toThrow();
    busy.send(`${late} `);

    probe.release();
    const answer = await running;
    expect([answer.status, answer.text]).toEqual([200, expect.stringContaining('released')]);
    expect(await drained).toEqual({ abandoned: 0 });
    expect(await busy.received).toMatch(/^HTTP\/1.1 503 .*http\/draining/s);
    expect(await idle.received).toBe('');
  });

  test('ends open streams with their last message', async () => {
    const probe = await start();
    const stream = await openStream(probe.service.url);
    expect(await probe.service.drain()).toEqual({ abandoned: 0 });
    expect(await stream.text()).toMatch(/subscriptions\/acknowledged.*"result"/s);
  });

  test('cuts off what takes too long', async () => {
    const probe = await start({ limits: { drainTimeoutMs: 50 } });
    const running = [1, 2].map(() => post(probe.service.url, toolCall('wait')).catch((error: unknown) => error));
    await until(() => probe.waiting() === 2);
    expect(await probe.service.drain()).toEqual({ abandoned: 2 });
    expect(await Promise.all(running)).toEqual([expect.any(Error), expect.any(Error)]);
    await until(() => probe.cancelled() === 2);
  });

  test('is seen by health checks and by connections that are still open', async () => {
    const probe = await start();
    const { url } = probe.service;
    const running = post(url, toolCall('wait'));
    await until(() => probe.waiting() === 1);
    const health = await rawClient(url);
    const caller = await rawClient(url);
    const drained = probe.service.drain();
    // A connection on which nothing was asked yet is not idle for Node.
    health.send('GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n');
    caller.send(`${head(url, { 'content-type': 'application/json', 'content-length': '2' })}{}`);
    expect(await health.received).toMatch(/^HTTP\/1.1 503 .*\{"status":"draining"\}/s);
    expect(await caller.received).toMatch(/^HTTP\/1.1 503 .*retry-after: 5.*http\/draining/s);
    probe.release();
    await running;
    await drained;
  });
});

describe('the log', () => {
  test('has a line for each request, and neither token nor payload', async () => {
    const bearerToken = 'a-token-of-at-least-22-characters';
    const probe = await start({ bearerToken });
    const authorization = `Bearer ${bearerToken}`;
    await post(probe.service.url, toolCall('echo', { text: 'a secret argument' }), { authorization });
    await post(probe.service.url, toolCall('echo', { text: 'a secret argument' }), {
      authorization: 'Bearer wrong-token',
    });
    await post(probe.service.url, '{"method":"x\\n{}","a secret argument"', { authorization });
    await until(() => probe.log.filter(({ status }) => status !== undefined).length === 3);
    expect(probe.log).toContainEqual(
      expect.objectContaining({ msg: 'answered', rpcMethod: 'tools/call', status: 200, client: '127.0.0.1' }),
    );
    expect(probe.log).toContainEqual(expect.objectContaining({ status: 401, code: 'http/unauthorized' }));
    const text = JSON.stringify(probe.log);
    for (const secret of [bearerToken, 'wrong-token', 'a secret argument']) expect(text).not.toContain(secret);
  });
});
