/**
 * Installs the tools of `e2e/` with `npm ci`, unless what is installed came from the same lock file.
 */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runToSuccess } from './run-program.ts';

const INSTALL_TIMEOUT_MS = 240_000;

/** Returns whether it had to install. */
export async function installJudges(folder: string, env: Readonly<Record<string, string>>): Promise<boolean> {
  const lock = createHash('sha256')
    .update(readFileSync(join(folder, 'package-lock.json')))
    .digest('hex');
  const stamp = join(folder, 'node_modules', '.installed-from');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lock) return false;
  await runToSuccess('npm', ['ci', '--no-audit', '--no-fund'], { cwd: folder, env, timeoutMs: INSTALL_TIMEOUT_MS });
  writeFileSync(stamp, lock);
  return true;
}
