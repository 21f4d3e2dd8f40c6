import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { registry } from '../../../tools/index.ts';
import { stepBudget } from '../../kernel/budget.ts';
import { ANSWER_BYTES_MAX } from '../../registry/bound-answer.ts';
import { createInProcessExecutor } from '../../runs/in-process-executor.ts';
import { createMemoryRunStore } from '../../runs/memory-run-store.ts';
import { simulationRequestSchema } from '../../schemas/simulation.ts';
import { reportOnSimulation } from '../../solutions/simulation/report.ts';
import { runCommandLine } from '../command-line.ts';

const folder = mkdtempSync(join(tmpdir(), 'quorate-simulate-'));

async function quorate(
  ...args: string[]
): Promise<{ readonly exitCode: number; readonly out: string; readonly err: string }> {
  const written = { out: [] as string[], err: [] as string[] };
  const createExecutor = () => createInProcessExecutor({ registry, runs: createMemoryRunStore(), nowMs: () => 0 });
  const exitCode = await runCommandLine(args, {
    version: '1.2.3',
    nodeVersion: '20.20.2',
    registry,
    terminal: {
      out: { write: (text) => void written.out.push(text), isTerminal: false, columns: 80 },
      err: { write: (text) => void written.err.push(text), isTerminal: false, columns: 80 },
      stdin: { chunks: nothing(), isTerminal: false },
      environment: {},
      nowMs: () => 0,
    },
    createExecutor,
    createPooledExecutor: createExecutor,
    stateDirectory: folder,
    serve: async () => undefined,
  });
  return { exitCode, out: written.out.join(''), err: written.err.join('') };
}

async function* nothing(): AsyncGenerator<Uint8Array> {}

describe('files', () => {
  const paths = { svg: join(folder, 'run.svg'), html: join(folder, 'run.html'), shiviz: join(folder, 'run.log') };

  test('hold the whole diagram, page and log, though the answer is longer than an agent may get', async () => {
    const { exitCode, out, err } = await quorate(
      ...['simulate', 'abd-register', '--nodes', '3', '--runs', '2', '--seed', '7', '--duration-ms', '3000'],
      ...['--svg', paths.svg, '--html', paths.html, '--shiviz', paths.shiviz],
    );
    expect(exitCode).toBe(0);
    const whole = await reportOnSimulation(
      simulationRequestSchema.parse({
        protocol: 'abd-register',
        nodes: 3,
        runs: 2,
        seed: 7,
        duration_ms: 3000,
        include: ['space_time_svg', 'page_html', 'shiviz'],
      }),
      { budget: stepBudget(1e9), progress: () => undefined, inParts: async () => [] },
    );
    const files = [paths.svg, paths.html, paths.shiviz].map((path) => readFileSync(path, 'utf8'));
    expect(files).toEqual([whole.space_time_svg, whole.page_html, whole.shiviz]);
    expect(files.join('').length).toBeGreaterThan(3 * ANSWER_BYTES_MAX);
    expect(files[0]).toMatch(/^<svg(?:.|\n)*<\/svg>\s*$/);
    expect(files[1]).toMatch(/<\/html>\s*$/);
    expect(err).toContain(`wrote ${paths.shiviz}`);
    // The terminal shows the answer, not the files over again.
    expect(out).toContain('ABD atomic register');
    expect(out).not.toContain('<svg');
  });

  test('hold short texts as well', async () => {
    const path = join(folder, 'short.log');
    await quorate(
      'simulate',
      'abd-register',
      'scenario=none',
      'workload.clients=0',
      '--runs',
      '1',
      '--duration-ms',
      '5',
      '--shiviz',
      path,
    );
    expect(readFileSync(path, 'utf8')).toContain('"n1":1');
  });

  test('that cannot be written are refused', async () => {
    const path = join(folder, 'no', 'such', 'folder.svg');
    const { exitCode, err } = await quorate(
      'simulate',
      'abd-register',
      '--runs',
      '1',
      '--duration-ms',
      '100',
      '--svg',
      path,
    );
    expect(exitCode).toBe(2);
    expect(err).toContain('the file cannot be written');
  });
});

describe('what goes in', () => {
  const short = ['--runs', '1', '--duration-ms', '200'];

  test('settings, scenarios and members of the input reach the tool', async () => {
    const { exitCode, out } = await quorate(
      ...[
        'simulate',
        'abd-register',
        ...short,
        '--set',
        'gateways=3',
        '--scenario',
        'none',
        'workload.clients=1',
        '--json',
      ],
    );
    const answer = JSON.parse(out) as { nodes: string[]; faults: string[]; assumptions: string[] };
    expect([exitCode, answer.nodes, answer.faults]).toEqual([0, ['n1', 'n2', 'n3', 'g1', 'g2', 'g3'], []]);
    expect(answer.assumptions.join(' ')).toContain('1 client with');
  });

  test('a counterexample is replayed from its token alone', async () => {
    const found = await quorate(
      'simulate',
      'abd-register',
      '--variant',
      'quorums-do-not-meet',
      '--nodes',
      '2',
      ...short,
      '--json',
    );
    expect(found.exitCode).toBe(1);
    const { counterexample } = JSON.parse(found.out) as { counterexample: { replay: string; values: string } };
    const replayed = await quorate('simulate', '--replay', counterexample.replay);
    expect(replayed.exitCode).toBe(1);
    expect(replayed.out.replaceAll(/\s+/g, ' ')).toContain(counterexample.values);
  });

  test.each([
    [['simulate', 'no-such-protocol'], 'no protocol has that name'],
    [['simulate', 'abd-register', '--set', 'speed=9'], 'no setting of that name'],
    [['simulate', 'abd-register', '--scenario', 'flood'], 'no scenario has that name'],
    [['simulate', '--replay', 'q1.0.x'], 'the replay token is damaged'],
    [['simulate'], 'neither a protocol nor a replay token'],
  ])('%j is refused', async (args, message) => {
    const { exitCode, err } = await quorate(...args);
    expect(exitCode).toBe(2);
    expect(err.replaceAll(/\s+/g, ' ')).toContain(message);
  });
});
