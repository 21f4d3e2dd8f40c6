/**
 * quoracle (https://github.com/mwhittaker/quoracle, MIT), installed from PyPI into a virtual environment outside of the
 * repository and run as a process of its own. Nothing of it is copied here.
 */
import { execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Problem } from '../../quorum-problems.ts';

const run = promisify(execFile);

const REQUIREMENTS = ['quoracle==0.0.4', 'pulp==3.3.2'];
const SCRIPT = fileURLToPath(new URL('run_quoracle.py', import.meta.url));

export interface Quoracle {
  readonly python: string;
  readonly versions: string;
}

export interface PeerAnswer {
  readonly id: string;
  /** Null when quoracle finds no strategy. */
  readonly value: number | null;
  readonly wall_s: readonly number[];
  readonly cpu_s: readonly number[];
}

/** Installs it once; later runs find it. Fails with what was tried when it cannot be installed. */
export async function installQuoracle(note: (line: string) => void): Promise<Quoracle> {
  const cache = process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache');
  const folder = join(cache, 'quorate-bench', REQUIREMENTS.join('-').replaceAll('==', '-'));
  const python = join(folder, 'bin', 'python');
  try {
    if (!existsSync(join(folder, 'installed'))) {
      note(`installing ${REQUIREMENTS.join(' and ')} from PyPI into ${folder}`);
      await mkdir(folder, { recursive: true });
      await run('python3', ['-m', 'venv', '--clear', folder]);
      await run(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...REQUIREMENTS]);
      await mkdir(join(folder, 'installed'));
    }
    const { stdout } = await run(python, [SCRIPT, '--versions']);
    return { python, versions: stdout.trim() };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`quoracle could not be installed, so there is nothing to compare with: ${reason.trim()}`);
  }
}

export function runQuoracle(
  { python }: Quoracle,
  work: { readonly problems: readonly Problem[]; readonly samples: number },
): Promise<ReadonlyMap<string, PeerAnswer>> {
  return new Promise((resolve, reject) => {
    const child = spawn(python, [SCRIPT], { stdio: ['pipe', 'pipe', 'inherit'] });
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      output += chunk;
    });
    child.on('error', reject);
    child.on('close', (code) => {
      if (code !== 0) {
        reject(new Error(`run_quoracle.py ended with exit code ${code}`));
        return;
      }
      const answers = output
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as PeerAnswer);
      resolve(new Map(answers.map((answer) => [answer.id, answer])));
    });
    child.stdin.end(JSON.stringify(work));
  });
}
