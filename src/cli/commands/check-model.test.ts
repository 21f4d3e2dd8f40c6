import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { registry } from '../../../tools/index.ts';
import { createInProcessExecutor } from '../../runs/in-process-executor.ts';
import { createMemoryRunStore } from '../../runs/memory-run-store.ts';
import { runCommandLine } from '../command-line.ts';

/** A clock on which `stepMs` pass whenever it is looked at: calls run out of time, and always at the same place. */
async function quorate(args: readonly string[], stepMs: number, isTerminal = false) {
  const written = { out: [] as string[], err: [] as string[] };
  let now = 0;
  const nowMs = (): number => {
    now += stepMs;
    return now;
  };
  const createExecutor = () => createInProcessExecutor({ registry, runs: createMemoryRunStore(), nowMs });
  const exitCode = await runCommandLine(args, {
    version: '1.2.3',
    nodeVersion: '20.20.2',
    registry,
    terminal: {
      out: { write: (text) => void written.out.push(text), isTerminal: false, columns: 80 },
      err: { write: (text) => void written.err.push(text), isTerminal, columns: 120 },
      stdin: { chunks: nothing(), isTerminal: false },
      environment: {},
      nowMs,
    },
    createExecutor,
    createPooledExecutor: createExecutor,
    stateDirectory: mkdtempSync(join(tmpdir(), 'quorate-check-')),
    serve: async () => undefined,
  });
  return { exitCode, out: written.out.join(''), err: written.err.join('') };
}

async function* nothing(): AsyncGenerator<Uint8Array> {}

const CHECK = ['check-model', '--model', 'two_phase_commit', '--set', 'rms=5', '--json'];

test('a check goes on until it ends, though a call may take 45 seconds only', async () => {
  const { exitCode, out, err } = await quorate(CHECK, 3000);
  expect({ exitCode, err }).toEqual({ exitCode: 0, err: '' });
  expect(JSON.parse(out)).toMatchObject({
    verdict: 'holds',
    states: { unique: 8832, generated: 58_146, depth: 17 },
    reproduce: expect.stringContaining('two_phase_commit'),
  });
});

test('who watches sees how fast it is, and what a stopped check goes on from', async () => {
  const { err } = await quorate(CHECK, 1000, true);
  expect(err).toMatch(/states\/s, depth \d+, \d+ to explore, \d+ MB/);
  expect(err).toMatch(/To go on after Ctrl-C: quorate check-model --continue [0-9a-f]{32}\n/);
});

test('a time limit that is given ends it', async () => {
  const { exitCode, out } = await quorate([...CHECK, '--time-limit-ms', '20000'], 1000);
  expect(exitCode).toBe(3);
  expect(JSON.parse(out)).toMatchObject({ verdict: 'unknown', checkpoint: expect.any(String) });
});

test('a limit of states ends it too', async () => {
  const { exitCode, out } = await quorate([...CHECK, '--max-states', '1000'], 1);
  expect(exitCode).toBe(3);
  expect(JSON.parse(out)).toMatchObject({ stopped_by: 'the limit of 1000 states was reached' });
});
