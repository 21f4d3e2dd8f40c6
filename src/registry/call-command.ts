/**
 * A call as a person would type it in any POSIX shell: `quorate call analyze_quorum node_count=5 reads='a*b'`. Printed in every
 * answer as what repeats it, and in the reference. The inverse of what the command line makes of `key=value`.
 */
import { canonicalJson, fingerprint } from '../kernel/canonical-json.ts';

/** A longer command is no longer read, and would crowd the answer that it repeats. */
const COMMAND_LENGTH_MAX = 2_048;

/** What cannot be part of a path, or of an argument of a process. */
const PLAIN_KEY = /^[A-Za-z_][\w-]*$/;
const UNPRINTABLE = /\0|\p{Surrogate}/u;

/**
 * The command that repeats a call with this input. The same input in another order gives the same command. An input that is too long
 * for a command is read from a file, which whoever made the call has to write; the fingerprint says whether it is the same input.
 */
export function reproduceCommand(toolName: string, input: unknown): string {
  const text = canonicalJson(input);
  const command = callCommand(toolName, JSON.parse(text));
  if (command.length <= COMMAND_LENGTH_MAX && !UNPRINTABLE.test(command)) return command;
  return `quorate call ${toolName} --input input.json # input.json: the arguments of this call, fingerprint ${fingerprint(input)}`;
}

/** The command that calls `toolName` with `input`, its members in their order. */
export function callCommand(toolName: string, input: unknown): string {
  const members = isPlainObject(input) ? Object.entries(input) : [];
  return ['quorate', 'call', toolName, ...members.flatMap(([key, value]) => assignments(key, value))].join(' ');
}

/** An object is taken apart into its members, unless it has none or a key that is no part of a path. */
function assignments(path: string, value: unknown): string[] {
  if (isPlainObject(value)) {
    const members = Object.entries(value);
    if (members.length > 0 && members.every(([key]) => PLAIN_KEY.test(key)))
      return members.flatMap(([key, member]) => assignments(`${path}.${key}`, member));
  }
  return [`${path}=${quoted(typeof value === 'string' ? value : JSON.stringify(value))}`];
}

function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** In single quotes where a shell would read more into it than text. */
function quoted(text: string): string {
  return /^[\w@%+:,./=-]*$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
