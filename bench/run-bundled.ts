/**
 * Runs a file of this folder in a process of its own, bundled with the options of the program that ships, and answers what it writes.
 */
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { BUNDLING } from '../src/scripts/build/bundle-program.ts';

export async function runBundled(file: string, parameters: readonly string[] = []): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'quorate-bench-'));
  try {
    const outfile = join(folder, 'bundle.mjs');
    await build({
      ...BUNDLING,
      entryPoints: [fileURLToPath(new URL(`./${file}`, import.meta.url))],
      outfile,
    });
    const child = spawn(process.execPath, [outfile, ...parameters], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [written, code] = await Promise.all([
      text(child.stdout),
      new Promise<number | null>((resolve, reject) => child.once('error', reject).once('close', resolve)),
    ]);
    if (code !== 0) throw new Error(`${file} ended with exit code ${code ?? 'none'}`);
    return written;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
