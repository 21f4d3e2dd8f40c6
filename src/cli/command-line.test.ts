/**
 * Whole commands on a terminal of the test's own. The transcripts in `testdata/` show what a person sees: the command, standard
 * output, standard error marked with `!`, and the exit code.
 */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { fail } from '../kernel/failure.ts';
import { invariant } from '../kernel/invariant.ts';
import { defineTool, READ_ONLY } from '../registry/define-tool.ts';
import { createRegistry } from '../registry/tool-registry.ts';
import { createInProcessExecutor } from '../runs/in-process-executor.ts';
import { createMemoryRunStore } from '../runs/memory-run-store.ts';
import { closingFields, summaryField, verdictSchema } from '../schemas/answer.ts';
import { problemFields } from '../schemas/problem.ts';
import { runCommandLine } from './command-line.ts';
import type { ServeOptions } from './commands/serve.ts';
import type { ExitCode } from './exit-code.ts';
import { INPUT_BYTES_MAX } from './input/read-input.ts';

const common = {
  evidence: [],
  assumptions: [],
  references: [],
  next_steps: [],
};

/** Echoes what it understood, so that a test sees what the command line made of its arguments. */
const solveProblem = defineTool({
  name: 'solve_problem',
  title: 'Solve a problem',
  description: 'Repeats the problem.',
  useWhen: 'the command line is tested',
  notFor: 'anything else',
  input: z.strictObject(problemFields),
  output: z.object({ summary: summaryField, understood: z.string().describe('The input as JSON.') }),
  annotations: READ_ONLY,
  examples: [{ title: 'One', input: { problem_type: 'consensus' as const } }],
  run: (problem) => ({ summary: 'Understood.', understood: JSON.stringify(problem) }),
});

const showVotes = defineTool({
  name: 'show_votes',
  title: 'Show votes',
  description: 'Answers with one field of every shape that answers have.',
  useWhen: 'the layout of answers is tested',
  notFor: 'counting votes',
  input: z.strictObject({
    node_count: z.int().min(1).max(99).describe('Number of nodes, e.g. 5.'),
    verdict: verdictSchema.default('holds').describe('What to answer, default holds.'),
    note: z.string().max(100).default('none').describe('A text that comes back, e.g. "hello".'),
    zones: z
      .array(z.strictObject({ id: z.string().max(9).describe('Name, e.g. "z1".') }))
      .max(9)
      .optional()
      .describe('Zones.'),
    time_limit_ms: z.int().min(1).max(45_000).default(20_000).describe('Milliseconds, default 20000, e.g. 100.'),
  }),
  output: z.object({
    summary: summaryField,
    verdict: verdictSchema.describe('The verdict.'),
    quorum_size: z.int().describe('Nodes in a quorum.'),
    availability: z.number().describe('Availability.'),
    feasible: z.boolean().describe('Whether.'),
    note: z.string().describe('The note.'),
    time_limit_ms: z.int().describe('The limit.'),
    minimal: z.array(z.array(z.string())).describe('Minimal quorums.'),
    nothing: z.array(z.string()).describe('An empty list.'),
    proof: z.string().describe('A long text of several paragraphs.'),
    intersection: z.record(z.string(), z.object({ holds: z.boolean(), smallest: z.int() })).describe('By pair.'),
    strategy: z
      .object({
        value: z.number().describe('Optimum.'),
        exact: z.string().describe('As a fraction.'),
        downtime: z.object({ read: z.number(), write: z.number() }).describe('Seconds a year.'),
        node_load: z.array(z.object({ node: z.string(), load: z.number() })).describe('Load.'),
      })
      .describe('A nested object.'),
    failure_scenarios: z
      .array(z.object({ scenario: z.string(), behavior: z.string(), recovery: z.string() }))
      .describe('Sentences in a table.'),
    diagram: z.string().describe('Text to copy.'),
    ...closingFields,
  }),
  annotations: READ_ONLY,
  examples: [
    { title: 'Five nodes', input: { node_count: 5 } },
    { title: 'Zones and an apostrophe', input: { node_count: 3, note: "it's", zones: [{ id: 'z1' }] } },
    { title: 'Thirteen', input: { node_count: 13 }, fails: 'quorum/infeasible' },
  ],
  run: ({ node_count: nodes, verdict, note, time_limit_ms }, { progress }) => {
    invariant(nodes !== 66, 'no bug at 66');
    if (nodes === 13) fail('quorum/infeasible', { message: 'not with 13 nodes', nextStep: 'Take 5.' });
    if (nodes === 14) fail('time/exceeded', { message: 'not in time', nextStep: 'Take 5.' });
    progress(1, 2, 'halfway');
    return {
      ...common,
      summary: `A majority of ${nodes} nodes is ${Math.floor(nodes / 2) + 1}; any two majorities share a node, so a read sees the latest write.`,
      verdict,
      quorum_size: Math.floor(nodes / 2) + 1,
      availability: 0.99999850001234,
      feasible: true,
      note,
      time_limit_ms,
      minimal: [
        ['a', 'b', 'c'],
        ['a', 'b', 'd'],
        ['a', 'b', 'e'],
        ['a', 'c', 'd'],
        ['a', 'c', 'e'],
        ['a', 'd', 'e'],
        ['b', 'c', 'd'],
      ],
      nothing: [],
      proof:
        'Theorem. At most one leader is elected in a term.\n\nArgument. A leader needs votes of a majority; two majorities of the same nodes share a node; a node votes once in a term.\n  Indented: Q1 ∩ Q2 ≠ ∅',
      intersection: { read_write: { holds: true, smallest: 1 }, write_write: { holds: false, smallest: 0 } },
      strategy: {
        value: 1 / 3,
        exact: '1/3',
        downtime: { read: 47.3, write: 47.3 },
        node_load: [
          { node: 'alpha', load: 0.25 },
          { node: 'b', load: 12.5 },
        ],
      },
      failure_scenarios: [
        {
          scenario: '1 of 5 nodes down',
          behavior: 'Continues with a quorum of the four others.',
          recovery: 'None needed.',
        },
        {
          scenario: '3 of 5 nodes down',
          behavior: 'Stops accepting writes, since no majority is left; what was committed stays.',
          recovery: 'Restart one of the nodes; it catches up from the leader.',
        },
      ],
      diagram:
        'sequenceDiagram\n  Client->>Leader: a command whose line is much longer than the page is wide, and is not wrapped\n  Leader->>Client: done',
      evidence: [
        {
          kind: 'computation' as const,
          claim: 'Any two majorities share a node.',
          method: 'Counting: 3 + 3 > 5.',
          result: 'smallest intersection 1 of 5 nodes',
        },
      ],
      assumptions: ['Nodes crash and do not lie.'],
      references: [
        {
          id: 'gifford1979',
          title: 'Weighted Voting for Replicated Data',
          authors: 'D. K. Gifford',
          year: 1979,
          venue: 'SOSP',
          doi: '10.1145/800215.806583',
        },
      ],
      next_steps: ['Compute the load with analyze_quorum.'],
    };
  },
});

const registry = createRegistry([solveProblem, showVotes]);

interface Run {
  readonly exitCode: ExitCode;
  readonly out: string;
  readonly err: string;
  readonly served: readonly ServeOptions[];
}

interface Surroundings {
  readonly stdin?: string;
  readonly columns?: number;
  readonly outIsTerminal?: boolean;
  readonly errIsTerminal?: boolean;
  readonly environment?: Readonly<Record<string, string>>;
}

async function quorate(args: readonly string[], surroundings: Surroundings = {}): Promise<Run> {
  const { stdin = '', columns = 80, outIsTerminal = false, errIsTerminal = false, environment = {} } = surroundings;
  const written = { out: [] as string[], err: [] as string[] };
  const served: ServeOptions[] = [];
  let timeMs = 0;
  const nowMs = (): number => {
    timeMs += 1000;
    return timeMs;
  };
  const createExecutor = () => createInProcessExecutor({ registry, runs: createMemoryRunStore(), nowMs });
  const exitCode = await runCommandLine(args, {
    version: '1.2.3',
    nodeVersion: '20.20.2',
    registry,
    terminal: {
      out: { write: (text) => void written.out.push(text), isTerminal: outIsTerminal, columns },
      err: { write: (text) => void written.err.push(text), isTerminal: errIsTerminal, columns },
      stdin: { chunks: chunksOf(stdin), isTerminal: false },
      environment,
      nowMs,
    },
    createExecutor,
    createPooledExecutor: createExecutor,
    stateDirectory: mkdtempSync(join(tmpdir(), 'quorate-cli-')),
    serve: async (options) => void served.push(options),
  });
  return { exitCode, out: written.out.join(''), err: written.err.join(''), served };
}

/** Single bytes, so that lines and characters are cut everywhere. */
async function* chunksOf(text: string): AsyncGenerator<Uint8Array> {
  for (const byte of new TextEncoder().encode(text)) yield Uint8Array.of(byte);
}

async function transcript(...commands: string[][]): Promise<string> {
  const parts: string[] = [];
  for (const args of commands) {
    const { exitCode, out, err } = await quorate(args);
    const marked = err.replaceAll(/^(?=.)/gm, '! ');
    parts.push(`$ quorate ${args.join(' ')}\n${out}${marked}(exit ${exitCode})\n`);
  }
  return parts.join('\n');
}

function fileWith(text: string): string {
  const path = join(mkdtempSync(join(tmpdir(), 'quorate-cli-')), 'input.json');
  writeFileSync(path, text);
  return path;
}

describe('what a person sees', () => {
  test.each<[string, string[][]]>([
    ['answer', [['call', 'show_votes', 'node_count=5']]],
    [
      'help',
      [['--help'], ['help', 'call'], ['solve', '--help'], ['serve', '--help'], ['doctor', '--help'], ['tools', '-h']],
    ],
    ['tools', [['tools'], ['tools', 'show_votes']]],
    [
      'mistakes',
      [
        ['slove', 'consensus'],
        ['solve', 'consensus', '--nods', '5'],
        ['solve', 'consensus', '--nodes', 'five'],
        ['solve', 'consent'],
        ['solve'],
        ['call', 'show_vote'],
        ['call', 'show_votes'],
        ['call', 'show_votes', 'node_count'],
        ['call', 'show_votes', 'node_count=13'],
        ['call', 'show_votes', 'node_count=66'],
        ['call', 'show_votes', '--input', 'no-such-file.json'],
        ['serve', '--http', '70000'],
        ['serve', '--http', '8765', '--token-env', 'NOT_SET'],
        ['serve', '--issuer', 'https://login.example.com'],
        ['serve', '--http', '8765', '--audience', 'quorate'],
      ],
    ],
  ])('%s', async (name, commands) => {
    await expect(await transcript(...commands)).toMatchFileSnapshot(`testdata/${name}.txt`);
  });

  test('a narrow page: tables that do not fit become lists', async () => {
    const { out } = await quorate(['call', 'show_votes', 'node_count=5'], { columns: 44 });
    await expect(out).toMatchFileSnapshot('testdata/answer-narrow.txt');
  });

  test('lines keep to the width of the page, except for what is meant to be copied', async () => {
    const { out } = await quorate(['call', 'show_votes', 'node_count=5', `note=${'word '.repeat(12)}`], {
      columns: 50,
    });
    const long = out.split('\n').filter((line) => line.length > 50);
    expect(long.map((line) => line.trim().slice(0, 20))).toEqual(['Client->>Leader: a c', 'quorate call show_vo']);
  });

  test('colours only on a terminal that wants them', async () => {
    const call = ['call', 'show_votes', 'node_count=5'];
    const sequence = '\u001b[';
    expect((await quorate(call)).out).not.toContain(sequence);
    expect((await quorate(call, { outIsTerminal: true })).out).toContain(`${sequence}32mholds`);
    expect((await quorate(call, { outIsTerminal: true, environment: { NO_COLOR: '1' } })).out).not.toContain(sequence);
    expect((await quorate(call, { environment: { FORCE_COLOR: '1' } })).out).toContain(sequence);
  });

  test('text of strangers cannot steer the terminal', async () => {
    const { out } = await quorate(['call', 'show_votes', 'node_count=5', 'note=a\u001b[2Jb\u009bc\u202ed']);
    expect(out).toContain('a\ufffd[2Jb\ufffdc\ufffdd');
  });

  test('a bar for long work on a terminal, and it is gone at the end', async () => {
    const call = ['call', 'show_votes', 'node_count=5'];
    expect((await quorate(call)).err).toBe('');
    const { err } = await quorate(call, { errIsTerminal: true });
    expect(err).toMatch(/^\r█{12}░{12} {2}50 % {2}halfway *\r/);
    expect(err.endsWith('\r\u001b[2K')).toBe(true);
  });
});

describe('what a program sees', () => {
  test('--json prints the bytes that an agent gets', async () => {
    const { out, exitCode } = await quorate(['call', 'solve_problem', 'problem_type=consensus', '--json']);
    expect(out).toBe('{"summary":"Understood.","understood":"{\\"problem_type\\":\\"consensus\\"}"}\n');
    expect(exitCode).toBe(0);
  });

  test.each([
    ['holds', 0],
    ['violated', 1],
    ['unknown', 3],
  ])('the verdict %s is exit code %i', async (verdict, exitCode) => {
    expect(await quorate(['call', 'show_votes', 'node_count=5', `verdict=${verdict}`])).toMatchObject({
      exitCode,
      err: '',
    });
  });

  test.each<[string, string[], number]>([
    ['a failure of the tool', ['call', 'show_votes', 'node_count=13'], 2],
    ['an internal error', ['call', 'show_votes', 'node_count=66'], 70],
    ['a time limit that ended a call', ['call', 'show_votes', 'node_count=14'], 3],
    ['an unknown option', ['call', 'show_votes', '--jsno'], 2],
    ['an unknown tool', ['call', 'nothing', '--json'], 2],
    ['an unknown command', ['cal'], 2],
    ['no command', [], 2],
  ])('%s is told on standard error only', async (_, args, expected) => {
    const { exitCode, out, err } = await quorate(args);
    expect({ exitCode, out }).toEqual({ exitCode: expected, out: '' });
    expect(err).not.toBe('');
  });

  test('the version', async () => {
    expect(await quorate(['--version'])).toMatchObject({ out: '1.2.3\n', err: '', exitCode: 0 });
  });
});

describe('inputs', () => {
  const understood = async (args: string[], stdin = ''): Promise<unknown> => {
    const { out, err } = await quorate([...args, '--json'], { stdin });
    expect(err).toBe('');
    return JSON.parse((JSON.parse(out) as { understood: string }).understood);
  };

  test('solve takes only what was said', async () => {
    expect(await understood(['solve', 'consensus'])).toEqual({ problem_type: 'consensus' });
    const all = [
      '--nodes',
      '7',
      '-f',
      '2',
      '-c',
      'linearizable',
      '--latency-ms',
      '20',
      '--partition-probability',
      '0.5',
    ];
    expect(await understood(['solve', 'consensus', ...all, '--byzantine'])).toEqual({
      problem_type: 'consensus',
      nodes: 7,
      failure_tolerance: 2,
      consistency_requirement: 'linearizable',
      network_assumptions: { latency_ms: 20, partition_probability: 0.5, byzantine_tolerance: true },
    });
  });

  test('key=value over standard input or a file', async () => {
    const call = ['call', 'solve_problem', 'nodes=5', 'network_assumptions.latency_ms=5', '--input'];
    const text = '{"problem_type":"consensus","nodes":3}';
    const expected = { problem_type: 'consensus', nodes: 5, network_assumptions: { latency_ms: 5 } };
    expect(await understood([...call, '-'], text)).toEqual(expected);
    expect(await understood([...call, fileWith(text)])).toEqual(expected);
  });

  test('a byte order mark and characters cut by chunks are read', async () => {
    const { out } = await quorate(['call', 'show_votes', '--input', '-'], {
      stdin: '\ufeff{"node_count":5,"note":"Zürich ∩ 🗳"}',
    });
    expect(out).toContain('Zürich ∩ 🗳');
  });

  test.each([
    ['{"problem_type": consensus}', 'line 1, column 18', 'got {"problem_type":  ⟶ consensus}; expected a value'],
    ['{\n  "nodes": 5,\n}', 'line 3, column 1', 'expected a property name in double quotes'],
    ['', 'line 1, column 1', 'got the end of the text; expected a value'],
    ['[1, 2', 'line 1, column 6', 'got the end of the text'],
  ])('%j is refused with its place', async (stdin, place, detail) => {
    const { err, out, exitCode } = await quorate(['call', 'solve_problem', '--input', '-'], { stdin });
    expect(err).toContain(`input/unparsable: standard input is not JSON: ${place}`);
    expect(err).toContain(detail);
    expect({ out, exitCode }).toEqual({ out: '', exitCode: 2 });
  });

  test('a directory, bytes that are no text, and too much of it are refused', async () => {
    const call = ['call', 'solve_problem', '--input'];
    expect((await quorate([...call, tmpdir()])).err).toContain('the input file is a directory');
    const broken = fileWith('');
    writeFileSync(broken, Uint8Array.of(0x22, 0xff, 0x22));
    expect((await quorate([...call, broken])).err).toMatch(/^input\/unparsable: .*input\.json is not UTF-8 text/);
    const large = fileWith(' '.repeat(INPUT_BYTES_MAX + 1));
    expect((await quorate([...call, large])).err).toMatch(/^input\/too_large: .*input\.json is too large/);
    expect((await quorate([...call, large, '--jsonl'])).err).toMatch(
      /^input\/too_large: a line of .*input\.json is too large/,
    );
  });
});

describe('one call a line', () => {
  const lines = (...texts: string[]): string => texts.join('\n');
  const call = async (
    stdin: string,
    ...more: string[]
  ): Promise<{ answers: Record<string, unknown>[]; exitCode: number }> => {
    const { out, err, exitCode } = await quorate(['call', 'show_votes', '--jsonl', ...more], { stdin });
    expect(err).toBe('');
    return {
      answers: out
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line) as Record<string, unknown>),
      exitCode,
    };
  };

  test('answers come in order; blank lines and a missing last newline do not matter', async () => {
    const { answers, exitCode } = await call('{"node_count":1}\r\n\n{"node_count":5}\n   \n{"node_count":9}');
    expect(answers.map(({ quorum_size }) => quorum_size)).toEqual([1, 3, 5]);
    expect(exitCode).toBe(0);
  });

  test('a bad line is answered with its failure and the others go on', async () => {
    const { answers, exitCode } = await call(
      lines('{"node_count":1}', '{"node_count":', '{"node_count":"x"}', '{"node_count":3}'),
    );
    expect(answers).toMatchObject([
      { quorum_size: 1 },
      {
        failure: {
          code: 'input/unparsable',
          message: 'standard input is not JSON: line 2, column 15',
          line: 2,
        },
      },
      { failure: { code: 'input/invalid', path: 'node_count', line: 3 } },
      { quorum_size: 2 },
    ]);
    expect(exitCode).toBe(2);
  });

  test.each([
    [['holds', 'unknown'], 3],
    [['unknown', 'violated', 'holds'], 1],
    [['holds'], 0],
  ])('verdicts %j: the worst is the exit code', async (verdicts, expected) => {
    const { exitCode } = await call(verdicts.map((verdict) => `{"node_count":5,"verdict":"${verdict}"}`).join('\n'));
    expect(exitCode).toBe(expected);
  });

  test('a bug is worse than all else, and key=value goes on every line', async () => {
    const { answers, exitCode } = await call('{"node_count":66}\n{"node_count":13}\n{"node_count":1}', 'note=x');
    expect(exitCode).toBe(70);
    expect(answers).toMatchObject([
      { failure: { code: 'internal/invariant' } },
      { failure: { code: 'quorum/infeasible' } },
      { note: 'x' },
    ]);
  });
});

describe('serve', () => {
  const served = async (args: string[], environment = {}): Promise<ServeOptions | undefined> =>
    (await quorate(['serve', ...args], { environment })).served[0];

  test('over standard input and output without options', async () => {
    expect(await served([])).toEqual({});
  });

  test.each([
    ['8765', '127.0.0.1', 8765],
    ['0', '127.0.0.1', 0],
    ['0.0.0.0:80', '0.0.0.0', 80],
    ['localhost:80', 'localhost', 80],
    ['[::1]:80', '::1', 80],
  ])('--http %s', async (address, host, port) => {
    expect(await served(['--http', address])).toEqual({ http: { host, port, allowedHosts: [], allowedOrigins: [] } });
  });

  test.each(['', 'x', '::1:80', '1:2:3', '-1', '65536', 'a b:80', 'localhost:'])(
    '--http %j is refused',
    async (address) => {
      expect(await quorate(['serve', '--http', address])).toMatchObject({ exitCode: 2, served: [] });
    },
  );

  test('the token comes from the environment, never from the arguments', async () => {
    const token = { QUORATE_TOKEN: 'secret', OTHER: 'other' };
    expect(await served(['--http', '1'], token)).toMatchObject({ http: { bearerToken: 'secret' } });
    expect(await served(['--http', '1', '--token-env', 'OTHER'], token)).toMatchObject({
      http: { bearerToken: 'other' },
    });
  });

  test.each([
    '--token-env',
    '--public-url',
    '--issuer',
    '--jwks-url',
    '--audience',
    '--allowed-host',
    '--allowed-origin',
  ])('%s means nothing over standard input and output', async (option) => {
    const { exitCode, err, served: started } = await quorate(['serve', option, 'x']);
    expect({ exitCode, started }).toEqual({ exitCode: 2, started: [] });
    expect(err).toContain(`input/conflict: ${option} means nothing without --http (at ${option})`);
  });

  test.each(['--jwks-url', '--audience'])('%s means nothing without an issuer', async (option) => {
    const { exitCode, err } = await quorate(['serve', '--http', '1', option, 'x']);
    expect(exitCode).toBe(2);
    expect(err).toContain(`input/conflict: ${option} means nothing without --issuer (at ${option})`);
  });

  test('hosts, origins and an issuer', async () => {
    const hosts = ['--allowed-host', 'a', '--allowed-host', 'b', '--allowed-origin', 'c'];
    const issuer = ['--issuer', 'https://i', '--audience', 'me', '--public-url', 'https://q/mcp'];
    expect(await served(['--http', '1', ...hosts, ...issuer])).toEqual({
      http: {
        host: '127.0.0.1',
        port: 1,
        allowedHosts: ['a', 'b'],
        allowedOrigins: ['c'],
        publicUrl: 'https://q/mcp',
        oauth: { issuer: 'https://i', audience: 'me' },
      },
    });
  });
});
