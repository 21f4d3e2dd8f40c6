/**
 * A result shortened for print: long strings and lists are cut, and say what was cut.
 */

const STRING_LENGTH_MAX = 160;
const LIST_ITEMS_MAX = 2;

export function abridge(value: unknown): unknown {
  if (typeof value === 'string') return abridgeString(value);
  if (Array.isArray(value)) return abridgeList(value);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, abridge(member)]));
}

function abridgeString(text: string): string {
  return text.length <= STRING_LENGTH_MAX ? text : `${text.slice(0, STRING_LENGTH_MAX)}…`;
}

function abridgeList(list: readonly unknown[]): unknown[] {
  if (list.length <= LIST_ITEMS_MAX || list.every((item) => typeof item === 'number')) return list.map(abridge);
  return [...list.slice(0, LIST_ITEMS_MAX).map(abridge), `… ${list.length - LIST_ITEMS_MAX} more`];
}
