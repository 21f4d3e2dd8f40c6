/**
 * The program as a shell starts it: streams, exit codes, signals. What the commands make of their arguments is tested in `src/cli`.
 * Run from the bundle, which starts ten times as fast as the source; `npm start` runs the source.
 */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { registry } from '../../tools/index.ts';
import { applyAssignments } from '../cli/input/assignments.ts';
import { callCommand } from '../registry/call-command.ts';
import { inputSchemaOf } from '../registry/json-schema.ts';
import { bundleProgram } from '../scripts/build/bundle-program.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'quorate-bin-'));
const program = join(folder, 'quorate.mjs');
const state = join(folder, 'state');

beforeAll(async () => writeFileSync(program, await bundleProgram(ROOT, registry)));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const ENVIRONMENT = { PATH: process.env.PATH, HOME: folder, QUORATE_STATE_DIR: state };

function start(
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): ChildProcessWithoutNullStreams {
  return spawn(process.execPath, [program, ...args], { env: { ...ENVIRONMENT, ...environment } });
}

interface Ended {
  readonly code: number | null;
  readonly signal: string | null;
  readonly out: string;
  readonly err: string;
}

async function end(child: ChildProcessWithoutNullStreams): Promise<Ended> {
  let out = '';
  let err = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    err += text;
  });
  const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
  return { code, signal, out, err };
}

function run(args: readonly string[], input = ''): Promise<Ended> {
  const child = start(args);
  child.stdin.end(input);
  return end(child);
}

describe('commands', () => {
  test('solve prints the answer for people, also into a pipe', async () => {
    const problem = ['consensus', '--nodes', '5', '--failures', '2'];
    const command = ['start', '--silent', '--', 'solve', ...problem];
    const { code, out, err } = await end(spawn('npm', command, { cwd: ROOT, env: ENVIRONMENT }));
    expect({ code, err }).toEqual({ code: 0, err: '' });
    for (const fact of [
      /^protocol +Raft$/m,
      /^ +quorum size +3$/m,
      /^ +1 of 5 nodes down +Continues/m,
      /^ +2 of 5 nodes down +Continues with quorum/m,
      /^ +3 of 5 nodes down +Stops accepting writes/m,
      /^Evidence$/m,
    ]) {
      expect(out).toMatch(fact);
    }
  });

  test('call reads standard input; a violated verdict is exit code 1', async () => {
    const { code, out, err } = await run(
      ['call', 'analyze_quorum', '--input', '-', '--json'],
      '{"reads":"a*b","writes":"c + d"}',
    );
    expect({ code, err }).toEqual({ code: 1, err: '' });
    expect(JSON.parse(out)).toMatchObject({ verdict: 'violated' });
  });

  test('what fails is told on standard error alone, with exit code 2', async () => {
    const { code, out, err } = await run(['call', 'analyze_quorum', 'nodes=[{"id":"alpha"}]', 'reads=betta']);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(/^quorum\/unknown_node: .*\n.*\nNext: /);
  });

  test('one call a line: answers in order, failures in place, the worst exit code', async () => {
    const input = '{"node_count":3}\nnot json\n{"node_count":5}\n';
    const { code, out, err } = await run(['call', 'analyze_quorum', '--jsonl'], input);
    expect({ code, err }).toEqual({ code: 2, err: '' });
    const answers = out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(answers).toMatchObject([
      { quorum_size: 2 },
      { failure: { code: 'input/unparsable', line: 2 } },
      { quorum_size: 3 },
    ]);
  });

  test('a reader that has seen enough ends it quietly', async () => {
    const child = start(['call', 'analyze_quorum', '--jsonl']);
    const ended = end(child);
    child.stdin.on('error', () => {});
    const lines = createInterface({ input: child.stdout });
    lines.once('line', () => child.stdout.destroy());
    child.stdin.end('{"node_count":5}\n'.repeat(300));
    expect(await ended).toMatchObject({ code: 0, signal: null, err: '' });
  });

  test('an interrupt ends a call that computes', async () => {
    const nodes = Array.from({ length: 9 }, (_, index) => ({
      id: `n${index}`,
      capacity: 100 + 7 * index,
      latency_ms: index,
    }));
    const child = start(['call', 'analyze_quorum', '--input', '-']);
    const ended = end(child);
    child.stdin.end(
      JSON.stringify({ nodes, search: true, optimize: 'latency', read_fraction: 0.5, time_limit_ms: 45_000 }),
    );
    // The search of nine different nodes takes all the time it gets, so any moment after the start is in the middle of it.
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    child.kill('SIGINT');
    expect(await ended).toMatchObject({ signal: 'SIGINT', out: '' });
  });
});

describe('servers', () => {
  test('standard input and output: answers JSON, and ends with its client', async () => {
    const child = start(['serve']);
    const lines = createInterface({ input: child.stdout });
    const params = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'test', version: '1' } };
    child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'initialize', params })}\n`);
    const [line] = (await once(lines, 'line')) as [string];
    expect(JSON.parse(line)).toMatchObject({ id: 1, result: { serverInfo: { name: 'quorate' } } });
    child.stdin.end();
    expect(await once(child, 'close')).toEqual([0, null]);
  });

  test('HTTP: is found by the doctor, and finishes on SIGTERM', async () => {
    const child = start(['serve', '--http', '0']);
    const [line] = (await once(createInterface({ input: child.stderr }), 'line')) as [string];
    const { url } = JSON.parse(line) as { url: string };
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/mcp$/);

    const doctor = await run(['doctor', '--server', url, '--json']);
    expect(doctor).toMatchObject({ code: 0, err: '' });
    const { results } = JSON.parse(doctor.out) as { results: { status: string; subject: string }[] };
    expect(results.map(({ status }) => status)).not.toContain('problem');
    const answering = registry.tools.filter(({ examples }) => examples.some(({ fails }) => fails === undefined));
    expect(doctor.out).toContain(`"${answering.length} calls answered"`);
    expect(results.at(-1)).toMatchObject({ status: 'ok', subject: `Server ${url}` });

    const port = new URL(url).port;
    const second = await run(['serve', '--http', port]);
    expect(second).toMatchObject({ code: 2, out: '' });
    expect(second.err).toContain('another program listens there already');

    child.kill('SIGTERM');
    expect(await once(child, 'close')).toEqual([0, null]);
  });

  test('HTTP for others without a token is refused', async () => {
    const { code, out, err } = await run(['serve', '--http', '0.0.0.0:0']);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(/^http\/unprotected: /m);
  });
});

test('a state directory that cannot be used is a problem with a next step', async () => {
  const child = start(['doctor'], { QUORATE_STATE_DIR: join(program, 'below-a-file') });
  const { code, out } = await end(child);
  expect(code).toBe(2);
  expect(out).toMatch(/^problem +State directory .*\n(?: .*\n)* +Next: Set QUORATE_STATE_DIR/m);
});

test.each(
  registry.tools.flatMap(({ name, examples }) => examples.map(({ title, input }) => [name, title, input] as const)),
)('the command that is shown for an example of %s, "%s", gives its input', (name, _title, input) => {
  const command = callCommand(name, input);
  const words = [...command.matchAll(/(?:[^\s']|'[^']*')+/g)].map(([word]) => word.replaceAll(/'([^']*)'/g, '$1'));
  expect(words.slice(0, 3)).toEqual(['quorate', 'call', name]);
  expect(applyAssignments({}, words.slice(3), inputSchemaOf(registry.find(name)))).toEqual(input);
});
