/**
 * JSON for print: what fits on a line stays on one, everything else is broken and indented by two.
 */

const LINE_LENGTH_MAX = 110;

export function layoutJson(value: unknown, indent = ''): string {
  const inline = inlineJson(value);
  if (indent.length + inline.length <= LINE_LENGTH_MAX || typeof value !== 'object' || value === null) return inline;
  const inner = `${indent}  `;
  const lines = Array.isArray(value)
    ? value.map((item) => `${inner}${layoutJson(item, inner)}`)
    : Object.entries(value).map(([key, member]) => `${inner}${JSON.stringify(key)}: ${layoutJson(member, inner)}`);
  const [open, close] = Array.isArray(value) ? '[]' : '{}';
  return `${open}\n${lines.join(',\n')}\n${indent}${close}`;
}

/** On one line, with a space after commas and colons. */
function inlineJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(inlineJson).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value).map(([key, member]) => `${JSON.stringify(key)}: ${inlineJson(member)}`);
  return members.length === 0 ? '{}' : `{ ${members.join(', ')} }`;
}
