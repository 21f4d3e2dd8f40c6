/**
 * A call as a person would type it: `quorate call analyze_quorum node_count=5 reads='a*b'`. The inverse of `assignments.ts`.
 */

/** The shell command that calls `toolName` with `input`. */
export function exampleCommand(toolName: string, input: unknown): string {
  return ['quorate', 'call', toolName, ...membersOf(input, '').map(quoted)].join(' ');
}

function membersOf(value: unknown, path: string): string[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return [`${path}=${typeof value === 'string' ? value : JSON.stringify(value)}`];
  }
  return Object.entries(value).flatMap(([key, member]) => membersOf(member, path === '' ? key : `${path}.${key}`));
}

/** The value in single quotes where a shell would read more into it than text. */
function quoted(assignment: string): string {
  if (/^[\w@%+:,./=-]*$/.test(assignment)) return assignment;
  const at = assignment.indexOf('=') + 1;
  return `${assignment.slice(0, at)}'${assignment.slice(at).replaceAll("'", "'\\''")}'`;
}
