/**
 * A result shortened for print: long strings and lists are cut, and say what was cut.
 */

const STRING_LENGTH_MAX = 240;
const LIST_ITEMS_MAX = 2;
/** Lists of plain values stay whole while they are as short as this in print. */
const PLAIN_LIST_LENGTH_MAX = 60;

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
  if (list.length <= LIST_ITEMS_MAX || isShortPlainList(list)) return list.map(abridge);
  return [...list.slice(0, LIST_ITEMS_MAX).map(abridge), `… ${list.length - LIST_ITEMS_MAX} more`];
}

function isShortPlainList(list: readonly unknown[]): boolean {
  return list.every((item) => typeof item !== 'object') && JSON.stringify(list).length <= PLAIN_LIST_LENGTH_MAX;
}
