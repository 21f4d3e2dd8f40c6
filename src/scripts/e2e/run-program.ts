/**
 * Runs a program to its end, with nothing of this process's environment but what is given.
 */
import { spawn } from 'node:child_process';

export interface ProgramOptions {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly timeoutMs?: number;
}

export interface ProgramResult {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const TIMEOUT_MS = 120_000;
const OUTPUT_SHOWN_MAX = 4_000;

export function runProgram(
  program: string,
  args: readonly string[],
  { cwd, env, timeoutMs = TIMEOUT_MS }: ProgramOptions,
): Promise<ProgramResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'], timeout: timeoutMs });
    const output = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr'] as const) {
      child[name].setEncoding('utf8').on('data', (text: string) => {
        output[name] += text;
      });
    }
    child.on('error', reject);
    child.on('close', (exitCode) => resolve({ exitCode, ...output }));
  });
}

/** The result, if the exit code is `expected`; otherwise an error with the end of the output. */
export async function runToSuccess(
  program: string,
  args: readonly string[],
  options: ProgramOptions,
  expected = 0,
): Promise<ProgramResult> {
  const result = await runProgram(program, args, options);
  if (result.exitCode === expected) return result;
  const output = `${result.stdout}\n${result.stderr}`.trim().slice(-OUTPUT_SHOWN_MAX);
  throw new Error(`${program} ${args.join(' ')}\nended with ${result.exitCode}, not ${expected}:\n${output}`);
}
