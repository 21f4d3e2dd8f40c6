/**
 * Every limit, reached by real clients; after each the server still answers.
 */
import { afterEach, describe, expect, test } from 'vitest';
import { HTTP_LIMITS, type HttpLimits } from './http-limits.ts';
import { type Probe, startProbe } from './testdata/probe-server.ts';
import {
  type Answer,
  answerOf,
  currentClient,
  HEADERS,
  head,
  openStream,
  post,
  rawClient,
  toolCall,
  until,
} from './testdata/test-clients.ts';

const open: Probe[] = [];

async function start(limits: Partial<HttpLimits>): Promise<Probe> {
  const probe = await startProbe({ limits });
  open.push(probe);
  return probe;
}

async function expectAlive({ service }: Probe): Promise<void> {
  expect((await post(service.url)).status).toBe(200);
}

afterEach(async () => {
  await Promise.all(open.splice(0).map(({ service }) => service.close()));
});

describe('the body', () => {
  test('may be as large as bodyBytesMax, and not a byte larger', async () => {
    const probe = await start({ bodyBytesMax: 1000 });
    const call = toolCall('echo', { text: 'hello' });
    expect((await post(probe.service.url, call.padEnd(1000))).status).toBe(200);
    const answer = await post(probe.service.url, call.padEnd(1001));
    expect([answer.status, answer.data.code]).toEqual([413, 'http/body_too_large']);
    expect(answer.text).toContain('exceeds 1000 bytes');
    await expectAlive(probe);
  });

  test('is refused while it is being sent when its length was not declared', async () => {
    const probe = await start({ bodyBytesMax: 1000 });
    const client = await rawClient(probe.service.url);
    client.send(head(probe.service.url, { 'content-type': 'application/json', 'transfer-encoding': 'chunked' }));
    for (let chunk = 0; chunk < 20; chunk++) client.send(`64\r\n${'x'.repeat(100)}\r\n`);
    // The sender never ends its body; the server answers, and closes after a moment.
    expect(await client.received).toMatch(/^HTTP\/1.1 413 .*http\/body_too_large/s);
    await expectAlive(probe);
  });

  test('of many requests together may take bodiesInFlightBytesMax', async () => {
    const probe = await start({ bodiesInFlightBytesMax: 1000 });
    const { url } = probe.service;
    const first = await rawClient(url);
    first.send(head(url, { 'content-type': 'application/json', 'content-length': '900' }) + ' '.repeat(800));
    const refused = async (): Promise<Answer> => post(url, toolCall('echo', { text: 'x'.repeat(300) }));
    await until(async () => (await refused()).status === 503);
    const answer = await refused();
    expect([answer.data.code, answer.headers.get('retry-after')]).toEqual(['http/busy', '2']);
    first.socket.destroy();
    await until(() => probe.log.some(({ msg }) => msg === 'connection lost'));
    // What the lost request held is free again.
    expect((await post(url, toolCall('echo', { text: 'x'.repeat(800) }))).status).toBe(200);
  });

  test.each([
    ['is not JSON', '{"jsonrpc":', 'not valid JSON'],
    ['is empty', '', 'not valid JSON'],
    ['nests too deeply', `${'['.repeat(1_000_000)}${']'.repeat(1_000_000)}`, 'deeper than 3500 levels'],
    ['never ends a string', `"${'\\"'.repeat(1_000_000)}`, 'not valid JSON'],
  ])('%s', async (_, body, message) => {
    const probe = await start({});
    const answer = await post(probe.service.url, body);
    expect([answer.status, answer.data.code]).toEqual([400, 'input/unparsable']);
    expect(answer.text).toContain(message);
    expect(JSON.parse(answer.text).error.code).toBe(-32_700);
    await expectAlive(probe);
  });

  test('may have bodyDepthMax levels, and brackets in strings are none', async () => {
    const probe = await start({ bodyDepthMax: 4 });
    expect((await post(probe.service.url, toolCall('echo', { text: '[[[[[[\\"[[[{{{' }))).status).toBe(200);
    expect((await post(probe.service.url, toolCall('echo', { text: [['deep']] }))).status).toBe(400);
  });

  test('with as many levels as are allowed is answered', async () => {
    const probe = await start({});
    const levels = HTTP_LIMITS.bodyDepthMax - 3;
    const call = toolCall('echo', { text: 'TEXT' }).replace('"TEXT"', '['.repeat(levels) + ']'.repeat(levels));
    expect((await post(probe.service.url, call)).text).toContain('expected string');
  });

  test.each([
    [{ 'content-type': 'text/plain' }],
    [{ 'content-type': 'application/x-www-form-urlencoded' }],
    [{ 'content-encoding': 'gzip' }],
  ])('is not taken with %j', async (headers: Record<string, string>) => {
    const probe = await start({});
    const answer = await post(probe.service.url, toolCall('echo'), headers);
    expect([answer.status, answer.data.code]).toEqual([415, 'http/unsupported_media_type']);
  });
});

describe('calls and streams', () => {
  test('callsMax calls run at once; the next is told when to come back', async () => {
    const probe = await start({ callsMax: 2 });
    const running = [1, 2].map(() => post(probe.service.url, toolCall('wait')));
    await until(() => probe.waiting() === 2);
    const answer = await post(probe.service.url);
    expect([answer.status, answer.data.code, answer.headers.get('retry-after')]).toEqual([503, 'http/busy', '1']);
    expect(answer.text).toContain('answering 2 calls already');
    expect(probe.log).toContainEqual(expect.objectContaining({ code: 'http/busy', status: 503 }));
    probe.release();
    expect((await Promise.all(running)).map(({ status }) => status)).toEqual([200, 200]);
    await expectAlive(probe);
  });

  test('a client that reads nothing loses its connection, and its call gives its place back', async () => {
    const probe = await start({ callsMax: 1, idleTimeoutMs: 300 });
    const { url } = probe.service;
    const client = await rawClient(url);
    client.socket.pause();
    const body = toolCall('flood', { bytes: 30_000_000 });
    client.send(head(url, { ...HEADERS, 'content-length': String(body.length) }) + body);
    await until(() => probe.log.some(({ msg }) => msg === 'connection lost'));
    await expectAlive(probe);
    client.socket.destroy();
  });

  test('streams are limited apart from calls', async () => {
    const probe = await start({ callsMax: 1, streamsMax: 1 });
    const { url } = probe.service;
    const abort = new AbortController();
    const stream = await openStream(url, abort.signal);
    await expectAlive(probe);
    const second = await answerOf(await openStream(url));
    expect([second.status, second.data.code]).toEqual([503, 'http/busy']);
    abort.abort();
    await expect(stream.text()).rejects.toThrow();
    await until(async () => (await openStream(url)).status === 200);
  });
});

describe('the rate of one address', () => {
  test('beyond the burst a request is told when to come back, and then passes', async () => {
    const probe = await start({ burstRequests: 3, requestsPerSecond: 0.5 });
    const answers = [];
    for (let request = 0; request < 4; request++) answers.push(await post(probe.service.url));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 429]);
    expect(answers[3]!.data.code).toBe('http/rate_limited');
    expect(answers[3]!.headers.get('retry-after')).toBe('2');
    expect(answers[3]!.text).toContain('more than 3 requests at once, or 0.5 a second, from this address');
    await until(async () => (await post(probe.service.url)).status === 200);
  });

  test('health checks are not counted', async () => {
    const probe = await start({ burstRequests: 1, requestsPerSecond: 1 });
    const health = new URL('/healthz', probe.service.url);
    for (let request = 0; request < 5; request++) expect((await fetch(health)).status).toBe(200);
  });
});

describe('slow and broken clients', () => {
  test('headers that trickle in are cut off after headersTimeoutMs', async () => {
    const probe = await start({ headersTimeoutMs: 200, requestTimeoutMs: 400 });
    const client = await rawClient(probe.service.url);
    client.send('POST /mcp HTTP/1.1\r\n');
    const trickle = setInterval(() => client.send('x-slow: 1\r\n'), 50);
    const received = await client.received;
    clearInterval(trickle);
    expect(received).toMatch(/^HTTP\/1.1 408 .*200 ms for the headers/s);
    expect(probe.log).toContainEqual(expect.objectContaining({ code: 'http/too_slow', status: 408 }));
    await expectAlive(probe);
  });

  test('half a body is cut off after requestTimeoutMs', async () => {
    const probe = await start({ headersTimeoutMs: 200, requestTimeoutMs: 400 });
    const { url } = probe.service;
    const client = await rawClient(url);
    client.send(`${head(url, { 'content-type': 'application/json', 'content-length': '100' })}{"half":`);
    expect(await client.received).toMatch(/^HTTP\/1.1 408 .*400 ms for all of it/s);
    await expectAlive(probe);
  });

  test('clients that never say anything are cut off too', async () => {
    const probe = await start({ headersTimeoutMs: 200, requestTimeoutMs: 400 });
    const client = await rawClient(probe.service.url);
    expect(await client.received).toMatch(/^HTTP\/1.1 408 /s);
  });

  test('half a body and then nobody', async () => {
    const probe = await start({});
    const { url } = probe.service;
    const client = await rawClient(url);
    const begun = new Promise((resolve) => client.socket.once('data', resolve));
    client.send(head(url, { 'content-type': 'application/json', 'content-length': '100', expect: '100-continue' }));
    await begun;
    client.send('{"half":');
    client.socket.destroy();
    await until(() => probe.log.some(({ msg }) => msg === 'connection lost'));
    await expectAlive(probe);
  });

  test.each([
    ['bytes that are not HTTP', '\u0016\u0003\u0001 hello\r\n\r\n', 400],
    ['two lengths', 'POST /mcp HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n', 400],
    [
      'length and chunks (request smuggling)',
      'POST /mcp HTTP/1.1\r\nhost: x\r\ncontent-length: 4\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n',
      400,
    ],
    ['headers without end', `GET /mcp HTTP/1.1\r\nx: ${'y'.repeat(20_000)}\r\n\r\n`, 431],
    ['no Host header', 'POST /mcp HTTP/1.1\r\nconnection: close\r\n\r\n', 400],
  ])('%s', async (_, bytes, status) => {
    const probe = await start({});
    const client = await rawClient(probe.service.url);
    client.send(bytes);
    expect(await client.received).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    await expectAlive(probe);
  });

  test('connectionsMax connections are kept, more are dropped', async () => {
    const probe = await start({ connectionsMax: 2 });
    const { url } = probe.service;
    const kept = [await rawClient(url), await rawClient(url)];
    const dropped = await rawClient(url);
    expect(await dropped.received).toBe('');
    expect(probe.log).toContainEqual(expect.objectContaining({ msg: 'connection dropped', connectionsMax: 2 }));
    for (const { socket } of kept) socket.destroy();
    await until(async () => (await post(url).catch(() => undefined))?.status === 200);
  });
});

test('a client that was refused goes on when there is room again', async () => {
  const probe = await start({ callsMax: 1 });
  const client = await currentClient(probe.service.url);
  const running = client.callTool('wait', {});
  await until(() => probe.waiting() === 1);
  await expect(client.callTool('echo', { text: 'x' })).rejects.toThrow(/answering 1 calls already|503/);
  probe.release();
  await running;
  expect(await client.callTool('echo', { text: 'x' })).toMatchObject({ content: [{ text: 'x' }] });
  await client.close();
});
