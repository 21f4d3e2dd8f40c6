/**
 * Stateright (https://github.com/stateright/stateright, MIT) from crates.io, with the models that its package ships as examples: nothing of
 * it is copied here. A small driver (src/main.rs) checks one of them to the end with one thread, in a process of its own, and tells CPU
 * time and peak memory of that process.
 */
import { execFile } from 'node:child_process';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { SearchTaken } from '../../model-checking-cases.ts';

const run = promisify(execFile);

const MANIFEST = fileURLToPath(new URL('Cargo.toml', import.meta.url));
const OUTPUT_BYTES_MAX = 64 * 1024 ** 2;

export type StaterightOrder = 'breadth_first' | 'depth_first';

export interface Stateright {
  readonly program: string;
  readonly version: string;
}

/** Builds it once; later runs find it. Fails with what was tried when it cannot be built. */
export async function buildStateright(note: (line: string) => void): Promise<Stateright> {
  const cache = process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache');
  const target = join(cache, 'quorate-bench', 'stateright');
  const manifest = ['--manifest-path', MANIFEST, '--locked'];
  try {
    const { stdout } = await run('cargo', ['metadata', '--format-version', '1', ...manifest], {
      maxBuffer: OUTPUT_BYTES_MAX,
    });
    const { packages } = JSON.parse(stdout) as { packages: readonly CargoPackage[] };
    const found = packages.find(({ name }) => name === 'stateright');
    if (found === undefined) throw new Error('cargo metadata does not name stateright');
    note(`building Stateright ${found.version} in ${target}; the first time takes a minute or two`);
    await run('cargo', ['build', '--release', '--target-dir', target, ...manifest], {
      env: { ...process.env, STATERIGHT_EXAMPLES: join(dirname(found.manifest_path), 'examples') },
      maxBuffer: OUTPUT_BYTES_MAX,
    });
    const { stdout: rustc } = await run('rustc', ['--version']);
    return {
      program: join(target, 'release', 'stateright-peer'),
      version: `stateright ${found.version}, ${rustc.trim()}`,
    };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`Stateright could not be built: ${reason.trim()}`);
  }
}

interface CargoPackage {
  readonly name: string;
  readonly version: string;
  readonly manifest_path: string;
}

export async function searchWithStateright(
  { program }: Stateright,
  model: 'two_phase_commit' | 'paxos',
  size: number,
  order: StaterightOrder,
): Promise<SearchTaken> {
  const { stdout } = await run(program, [model, String(size), order]);
  const { unique, generated, cpu_s, peak_bytes } = JSON.parse(stdout) as Record<string, number>;
  return {
    unique: unique ?? Number.NaN,
    generated: generated ?? Number.NaN,
    cpuMs: (cpu_s ?? Number.NaN) * 1000,
    peakBytes: peak_bytes ?? Number.NaN,
  };
}
