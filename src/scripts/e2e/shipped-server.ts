/**
 * `dist/quorate.mjs serve --http`, as a user would start it.
 */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Surroundings } from './check.ts';

export interface ShippedServer {
  readonly url: string;
  /** Sends SIGTERM; resolves to the exit code. */
  readonly stop: () => Promise<number | null>;
}

const START_TIMEOUT_MS = 15_000;

export async function startShippedServer({ root, scratch, env, productNode }: Surroundings): Promise<ShippedServer> {
  const child = spawn(productNode, [`${root}/dist/quorate.mjs`, 'serve', '--http', '0'], {
    cwd: scratch,
    env: { ...env, QUORATE_LOG: 'info' },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  const stop = (): Promise<number | null> => {
    child.kill('SIGTERM');
    return ended;
  };
  const url = new Promise<string>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('the server did not say that it listens')), START_TIMEOUT_MS);
    createInterface({ input: child.stderr }).on('line', (line) => {
      const listening = /"url":"([^"]+)".*"msg":"listening"/.exec(line)?.[1];
      if (listening === undefined) return;
      clearTimeout(timer);
      resolve(listening);
    });
    void ended.then((exitCode) => reject(new Error(`the server ended with ${exitCode} before it listened`)));
  });
  try {
    return { url: await url, stop };
  } catch (error) {
    child.kill('SIGKILL');
    throw error;
  }
}
