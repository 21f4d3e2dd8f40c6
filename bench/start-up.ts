/**
 * What a host waits for: from starting the process to the first answer to tools/list, over standard input and output,
 * of the same bundle as dist/quorate.mjs, against a bare server on the same SDK, bundled with the same esbuild options. Starts alternate, so that a change in the
 * machine's load meets both.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { bundleProgram } from '../src/scripts/build/bundle-program.ts';
import { registry } from '../tools/index.ts';
import { median, type Topic } from './topic.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const PAIRS = 25;
const WARM_UP_PAIRS = 3;
const RATIO_MAX = 1.5;
const ANSWER_MS_MAX = 30_000;

export const startUp: Topic = {
  name: 'start-up',
  compares: 'spawn to first tools/list answer with a bare server on the same SDK, wall time, ratio = times slower',
  async run(note) {
    const folder = await mkdtemp(join(tmpdir(), 'quorate-bench-'));
    try {
      note('bundling both');
      const program = join(folder, 'quorate.mjs');
      const bare = join(folder, 'bare-server.mjs');
      await writeFile(program, await bundleProgram(ROOT, registry));
      await bundleBareServer(bare);
      const environment = { ...process.env, QUORATE_STATE_DIR: join(folder, 'state') };
      note(`starting each ${WARM_UP_PAIRS + PAIRS} times`);
      const oursMs: number[] = [];
      const bareMs: number[] = [];
      for (let pair = -WARM_UP_PAIRS; pair < PAIRS; pair++) {
        const first = await startUpMs([program, 'serve'], environment);
        const second = await startUpMs([bare], environment);
        if (pair < 0) continue;
        oursMs.push(first);
        bareMs.push(second);
      }
      const ratio = median(oursMs) / median(bareMs);
      return {
        rows: [{ name: 'first tools/list', oursMs: median(oursMs), peerMs: median(bareMs), ratio }],
        context: { starts: `${PAIRS} of each, alternating, after ${WARM_UP_PAIRS} of each; medians` },
        checks: [
          {
            claim: `at most ${RATIO_MAX} times as long as the bare server`,
            measured: ratio.toFixed(2),
            holds: ratio <= RATIO_MAX,
          },
        ],
      };
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
};

/** As src/scripts/build/bundle-program.ts, without the plugins that are about quorate's own files. */
async function bundleBareServer(outfile: string): Promise<void> {
  await build({
    entryPoints: [fileURLToPath(new URL('./peers/bare-server/bare-server.ts', import.meta.url))],
    bundle: true,
    minify: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    banner: { js: "import{createRequire as makeRequire}from'node:module';const require=makeRequire(import.meta.url);" },
    legalComments: 'none',
    outfile,
    logLevel: 'warning',
  });
}

async function startUpMs(parameters: readonly string[], environment: NodeJS.ProcessEnv): Promise<number> {
  const startMs = performance.now();
  const server = spawn(process.execPath, parameters, { stdio: ['pipe', 'pipe', 'ignore'], env: environment });
  const ended = new Promise((resolve) => server.once('close', resolve));
  try {
    await firstToolList(server);
    return performance.now() - startMs;
  } finally {
    server.kill('SIGKILL');
    await ended;
  }
}

/** The handshake that every host speaks, one message after the other, as hosts do. */
function firstToolList(server: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    const { stdin, stdout } = server;
    if (stdin === null || stdout === null) throw new Error('the server has pipes');
    const late = setTimeout(() => reject(new Error('no answer to tools/list')), ANSWER_MS_MAX);
    const send = (message: object): void => {
      stdin.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
    };
    createInterface({ input: stdout }).on('line', (line) => {
      const { id, result } = JSON.parse(line) as { id?: number; result?: { tools?: readonly unknown[] } };
      if (id === 1) {
        send({ method: 'notifications/initialized' });
        send({ id: 2, method: 'tools/list' });
      } else if (id === 2) {
        clearTimeout(late);
        if ((result?.tools?.length ?? 0) > 0) resolve();
        else reject(new Error(`tools/list answered ${line.slice(0, 200)}`));
      }
    });
    server.once('error', reject);
    server.once('exit', (code) => {
      clearTimeout(late);
      reject(new Error(`the server ended with exit code ${code}`));
    });
    send({
      id: 1,
      method: 'initialize',
      params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'bench', version: '1.0.0' } },
    });
  });
}
