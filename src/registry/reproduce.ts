/**
 * The command that repeats a call, as printed in every answer.
 */
import { canonicalJson } from '../kernel/canonical-json.ts';

/** A shell command that calls `toolName` with `input`. */
export function reproduceCommand(toolName: string, input: unknown): string {
  return `quorate call ${toolName} --input - <<< '${canonicalJson(input).replaceAll("'", "'\\''")}'`;
}
