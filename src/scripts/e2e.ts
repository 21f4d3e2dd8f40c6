/**
 * `npm run e2e`: what others' programs say about the built product. Prints a line for each check; ends with 1 if one failed.
 *
 * The judges need Node 22, so they and it are installed in `e2e/`, which is skipped when they are there already. They write only
 * to a scratch folder, and reach nothing but loopback.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runChecks, type Surroundings } from './e2e/check.ts';
import { claudeCodeChecks } from './e2e/claude-code.ts';
import { conformanceChecks } from './e2e/conformance.ts';
import { inspectorChecks } from './e2e/inspector.ts';
import { installJudges } from './e2e/install-judges.ts';
import { packageChecks } from './e2e/packages.ts';
import { runToSuccess } from './e2e/run-program.ts';
import { shutdownChecks } from './e2e/shutdown.ts';

const root = fileURLToPath(new URL('../../', import.meta.url)).replace(/\/$/, '');
const print = (line: string): void => void process.stdout.write(`${line}\n`);

const scratch = mkdtempSync(join(tmpdir(), 'quorate-e2e-'));
process.exitCode = await main(scratch).finally(() => rmSync(scratch, { recursive: true, force: true }));

async function main(scratch: string): Promise<number> {
  const startedMs = performance.now();
  const ownEnv = Object.fromEntries(
    Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
  const installed = await installJudges(join(root, 'e2e'), ownEnv);
  print(installed ? 'installed the tools of e2e/' : 'the tools of e2e/ are installed');
  await runToSuccess('npm', ['run', '--silent', 'build'], { cwd: root, env: ownEnv });

  const surroundings: Surroundings = { root, scratch, env: toolEnvironment(scratch), productNode: process.execPath };
  const checks = [
    ...conformanceChecks(surroundings),
    ...shutdownChecks(surroundings),
    ...inspectorChecks(surroundings),
    ...claudeCodeChecks(surroundings),
    ...packageChecks(surroundings),
  ];
  const failed = await runChecks(checks, print);
  const seconds = Math.round((performance.now() - startedMs) / 1000);
  print(`e2e: ${checks.length - failed} of ${checks.length} checks pass, ${seconds} s`);
  return failed === 0 ? 0 : 1;
}

/** Nothing of the caller's environment reaches the tools: no keys, no configuration. */
function toolEnvironment(scratch: string): Record<string, string> {
  const home = join(scratch, 'home');
  mkdirSync(home);
  const node22 = join(root, 'e2e/node_modules/node/bin');
  return {
    HOME: home,
    TMPDIR: scratch,
    XDG_STATE_HOME: join(home, 'state'),
    PATH: [node22, dirname(process.execPath), '/usr/bin', '/bin'].join(delimiter),
    DISABLE_TELEMETRY: '1',
    DISABLE_ERROR_REPORTING: '1',
    DISABLE_AUTOUPDATER: '1',
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
    DO_NOT_TRACK: '1',
    NO_COLOR: '1',
  };
}
