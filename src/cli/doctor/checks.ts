/**
 * The checks of `quorate doctor`. Each returns what it found and, where something is wrong, what to do about it.
 */
import { randomUUID } from 'node:crypto';
import { access, constants, readFile, rm, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import type { ToolRegistry } from '../../registry/tool-registry.ts';
import { createDirectory } from '../../runs/create-directory.ts';
import type { ToolExecutor } from '../../runs/tool-executor.ts';

export interface CheckResult {
  /** `absent`: something optional is not there, which is no problem. */
  readonly status: 'ok' | 'problem' | 'absent';
  readonly subject: string;
  readonly detail: string;
  readonly nextStep?: string;
}

/** As in package.json, `engines`. */
export const NODE_VERSION_MIN = [20, 19] as const;
const SERVER_TIMEOUT_MS = 5_000;

export function checkNode(version: string): CheckResult {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [majorMin, minorMin] = NODE_VERSION_MIN;
  const subject = `Node ${version}`;
  if (major > majorMin || (major === majorMin && minor >= minorMin)) {
    return { status: 'ok', subject, detail: `at least ${majorMin}.${minorMin}` };
  }
  const nextStep = 'Install a current version from https://nodejs.org.';
  return { status: 'problem', subject, detail: `older than ${majorMin}.${minorMin}`, nextStep };
}

/** Writes, reads back and removes a file where runs are kept. */
export async function checkStateDirectory(directory: string): Promise<CheckResult> {
  const subject = `State directory ${directory}`;
  const file = join(directory, `doctor-${randomUUID()}.tmp`);
  try {
    await createDirectory(directory);
    await writeFile(file, file, { mode: 0o600 });
    if ((await readFile(file, 'utf8')) !== file) throw new Error('what was written does not read back');
    return { status: 'ok', subject, detail: 'can be written and read' };
  } catch (error) {
    const nextStep = 'Set QUORATE_STATE_DIR to a directory that you may write to.';
    return { status: 'problem', subject, detail: reasonOf(error), nextStep };
  } finally {
    await rm(file, { force: true }).catch(() => {});
  }
}

/** Has the first example of every tool that answers computed in a worker thread. */
export async function checkWorkers(registry: ToolRegistry, createExecutor: () => ToolExecutor): Promise<CheckResult> {
  const subject = 'Tools in worker threads';
  const executor = createExecutor();
  try {
    const calls = registry.tools.flatMap(({ name, examples }) => {
      const example = examples.find(({ fails }) => fails === undefined);
      return example === undefined ? [] : [{ name, input: example.input }];
    });
    for (const { name, input } of calls) {
      const outcome = await executor.call(name, input);
      if (!outcome.ok) {
        const detail = `${name} does not answer its own example: ${outcome.failure.code}: ${outcome.failure.message}`;
        return { status: 'problem', subject, detail, nextStep: outcome.failure.nextStep };
      }
    }
    return { status: 'ok', subject, detail: `${calls.length} calls answered` };
  } finally {
    await executor.close();
  }
}

/** Looks for an optional program on the PATH. */
export async function findProgram(
  name: string,
  purpose: string,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<CheckResult> {
  const subject = `${name} (${purpose})`;
  for (const folder of (environment.PATH ?? '').split(delimiter).filter((each) => each !== '')) {
    const path = join(folder, name);
    if (await isExecutable(path)) return { status: 'ok', subject, detail: path };
  }
  return { status: 'absent', subject, detail: 'not on the PATH; optional' };
}

/** Asks a running server for its health. */
export async function checkServer(url: string): Promise<CheckResult> {
  const subject = `Server ${url}`;
  const nextStep = 'Start it with `quorate serve --http PORT`, and give the address that it prints.';
  try {
    const health = new URL('/healthz', url);
    const response = await fetch(health, { signal: AbortSignal.timeout(SERVER_TIMEOUT_MS) });
    await response.body?.cancel();
    if (response.ok) return { status: 'ok', subject, detail: `answers ${response.status} at ${health.pathname}` };
    return { status: 'problem', subject, detail: `answers ${response.status} at ${health.pathname}`, nextStep };
  } catch (error) {
    return { status: 'problem', subject, detail: reasonOf(error), nextStep };
  }
}

async function isExecutable(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** `fetch` hides the reason in the cause. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message} (${error.cause.message})` : error.message;
}
