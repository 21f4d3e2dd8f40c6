/**
 * Where state that outlives a process is kept: the XDG base directory specification, with an override of our own.
 * The environment is an input.
 */
import { homedir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';

export type Environment = Readonly<Record<string, string | undefined>>;

/** `QUORATE_STATE_DIR`, else `XDG_STATE_HOME/quorate`, else `~/.local/state/quorate`. Always absolute. */
export function stateDirectory(environment: Environment): string {
  const own = environment.QUORATE_STATE_DIR ?? '';
  if (own !== '') return resolve(own);
  const xdg = environment.XDG_STATE_HOME ?? '';
  // The specification, under "Environment variables": relative paths are invalid and are to be ignored.
  if (isAbsolute(xdg)) return join(xdg, 'quorate');
  return join(resolve(environment.HOME || homedir()), '.local', 'state', 'quorate');
}

/** The directory of the run store inside a state directory. */
export function runDirectory(state: string): string {
  return join(state, 'runs');
}
