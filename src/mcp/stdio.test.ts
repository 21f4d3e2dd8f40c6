/**
 * What a connection over standard input and output survives, and how it ends: raw lines to a real child process.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { bundle } from '../runs/testdata/bundle.ts';
import { LINE_BYTES_MAX } from './line-guard.ts';
import { type ChildServer, startChild } from './testdata/child-server.ts';

type Message = {
  id?: unknown;
  result?: Record<string, unknown>;
  error?: { code: number; message: string };
  method?: string;
};

const state = mkdtempSync(join(tmpdir(), 'quorate-stdio-'));
let script: string;
beforeAll(async () => {
  script = await bundle(new URL('testdata/pool-server.ts', import.meta.url), state);
});
afterAll(() => rmSync(state, { recursive: true }));

let server: ChildServer;
const end = async (): Promise<void> => {
  server.child.kill('SIGKILL');
  await server.exit;
};

/** An open connection, and the answers to its requests by id. */
async function open(env: Record<string, string> = {}) {
  server = startChild([script], { QUORATE_STATE_DIR: state, ...env });
  const waiting = new Map<unknown, (message: Message) => void>();
  const notifications: Message[] = [];
  server.onMessage = (message: Message) => {
    if (message.id === undefined) notifications.push(message);
    else waiting.get(message.id)?.(message);
  };
  const answerTo = (id: unknown): Promise<Message> =>
    new Promise((resolve, reject) => {
      waiting.set(id, resolve);
      void server.exit.then((code) => reject(new Error(`the server ended with ${code}: ${server.stderr()}`)));
    });
  const request = (id: unknown, method: string, params: object = {}): Promise<Message> => {
    const answer = answerTo(id);
    server.send({ jsonrpc: '2.0', id, method, params });
    return answer;
  };
  const clientInfo = { name: 'raw', version: '1' };
  await request(0, 'initialize', { protocolVersion: '2025-11-25', capabilities: {}, clientInfo });
  server.send({ jsonrpc: '2.0', method: 'notifications/initialized' });
  const call = (id: unknown, name: string, args: object = {}): Promise<Message> =>
    request(id, 'tools/call', { name, arguments: args, _meta: { progressToken: id } });
  const until = async (condition: () => boolean): Promise<void> => {
    while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
  };
  return { request, answerTo, call, until, notifications };
}

describe('a bad line does not end the connection', () => {
  let connection: Awaited<ReturnType<typeof open>>;
  let id = 100;
  beforeAll(async () => {
    connection = await open();
  });
  afterAll(end);

  test.each([
    ['not JSON', 'this is not JSON\n'],
    ['half of JSON', '{"jsonrpc":"2.0","id":1,\n'],
    ['JSON that is not JSON-RPC', '{"hello":"world"}\n'],
    ['a list', '[1,2,3]\n'],
    ['a batch', '[{"jsonrpc":"2.0","id":5,"method":"ping"}]\n'],
    ['an empty line', '\n\r\n'],
    ['bytes that are not text', '\xff\xfe\0\n'],
    ['an answer that nobody asked for', '{"jsonrpc":"2.0","id":99,"result":{}}\n'],
    ['a notification that nobody knows', '{"jsonrpc":"2.0","method":"notifications/nothing"}\n'],
    [
      'nesting without end',
      `{"jsonrpc":"2.0","id":"deep","method":"ping","params":${'['.repeat(200_000)}${']'.repeat(200_000)}}\n`,
    ],
  ])('%s', async (_, line) => {
    server.send(line);
    id += 1;
    expect(await connection.request(id, 'ping')).toMatchObject({ id, result: {} });
    expect(server.strayLines).toEqual([]);
  });

  test('one that is too long is answered with its id, wherever that stands', async () => {
    const { request, answerTo } = connection;
    const huge = `"method":"tools/call","params":{"name":"${'x'.repeat(LINE_BYTES_MAX)}"}`;
    const answers = [answerTo(7), answerTo('eight')];
    server.send(`{"jsonrpc":"2.0","id":7,${huge}}\n`);
    server.send(`{${huge},"jsonrpc":"2.0","id":"eight"}\n`);
    server.send(`{"jsonrpc":"2.0",${huge}}\n`);
    for (const answer of await Promise.all(answers)) {
      expect(answer.error).toMatchObject({
        code: -32_600,
        message: expect.stringContaining(`at most ${LINE_BYTES_MAX}`),
      });
    }
    expect(await request(9, 'ping')).toMatchObject({ result: {} });
  });

  test('a request nested without end, with keys that could reach a prototype, is refused', async () => {
    const { request, answerTo } = connection;
    const answers = ['deep', 'proto'].map(answerTo);
    const call = (id: string, args: string): string =>
      `{"jsonrpc":"2.0","id":"${id}","method":"tools/call","params":{"name":"compute_slowly","arguments":${args}}}\n`;
    server.send(call('deep', `{"million_steps":${'['.repeat(100_000)}${']'.repeat(100_000)}}`));
    server.send(call('proto', '{"million_steps":1,"__proto__":{"seed":7}}'));
    const [deep, proto] = await Promise.all(answers);
    expect(deep).toMatchObject({ result: { isError: true } });
    // The SDK leaves such a key out before anybody sees it.
    expect(proto).toMatchObject({ result: { structuredContent: { seed: 0 } } });
    expect(await request(1, 'ping')).toMatchObject({ result: {} });
  });
});

describe('the end', () => {
  afterEach(end);

  test('of standard input ends the process', async () => {
    const { call } = await open();
    await call(1, 'misbehave', { how: 'print' });
    server.child.stdin.end();
    expect(await server.exit).toBe(0);
    expect([server.strayLines, server.stderr()]).toEqual([[], '']);
  });

  test.each(['SIGTERM', 'SIGINT'] as const)('by %s: the call in flight is answered first', async (signal) => {
    const { call, until, notifications } = await open();
    const answer = call(1, 'compute_slowly', { million_steps: 60 });
    await until(() => notifications.length > 0);
    server.child.kill(signal);
    expect(await answer).toMatchObject({ result: { structuredContent: { summary: 'finished' } } });
    expect(await server.exit).toBe(0);
    expect([server.strayLines, server.stderr()]).toEqual([[], '']);
  });

  test('by SIGTERM comes within seconds even if a call does not', { timeout: 20_000 }, async () => {
    const { call, until, notifications } = await open();
    call(1, 'wait_for_abort').catch(() => {});
    await until(() => notifications.length > 0);
    server.child.kill('SIGTERM');
    expect(await server.exit).toBe(0);
  });

  test('by a second signal comes at once', async () => {
    const { call, until, notifications } = await open({ QUORATE_LOG: 'info' });
    call(1, 'wait_for_abort').catch(() => {});
    await until(() => notifications.length > 0);
    server.child.kill('SIGTERM');
    await until(() => server.stderr().includes('finishing the calls in flight'));
    server.child.kill('SIGTERM');
    expect(await server.exit).toBe(143);
  });

  test('a client that no longer reads ends the server quietly', async () => {
    const { until } = await open();
    server.child.stdout.destroy();
    let exited = false;
    void server.exit.then(() => {
      exited = true;
    });
    let id = 1;
    await until(() => {
      server.send({ jsonrpc: '2.0', id: id++, method: 'tools/list', params: {} });
      return exited;
    });
    expect(await server.exit).toBe(0);
    expect(
      server
        .stderr()
        .split('\n')
        .filter((line) => line !== '' && !line.startsWith('{"level":40,')),
    ).toEqual([]);
  });

  test('a log that nobody reads does not end the server', async () => {
    const { request, call } = await open({ QUORATE_LOG: 'debug' });
    server.child.stderr.destroy();
    for (let id = 1; id < 5; id++) await call(id, 'misbehave', { how: 'print' });
    expect(await request(9, 'ping')).toMatchObject({ result: {} });
  });
});

test('the log is JSON lines on standard error, one per call at level info', async () => {
  onTestFinished(end);
  const { call, until } = await open({ QUORATE_LOG: 'info' });
  await call(1, 'misbehave', { how: 'print' });
  await call(2, 'misbehave', { how: 3 });
  await until(() => server.stderr().split('\n').length > 2);
  const lines = server
    .stderr()
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(lines).toMatchObject([
    { level: 30, tool: 'misbehave', outcome: 'ok', ms: expect.any(Number), msg: 'tool call' },
    { level: 30, tool: 'misbehave', outcome: 'input/invalid' },
  ]);
});
