/**
 * What differs between two states, member by member: people follow a path by its changes, not by whole states.
 */
import type { StateDescription } from '../../model-checking/transition-system.ts';

const VALUE_LENGTH_MAX = 60;
const CHANGES_MAX = 12;

/** `n2.term: 0 → 1`; lists of named records go by their names. What is on its way between nodes is told by the steps. */
export function stateChanges(before: StateDescription, after: StateDescription): readonly string[] {
  const changes = changesOf('', withoutMessages(before), withoutMessages(after));
  const more = changes.length - CHANGES_MAX;
  return more > 0 ? [...changes.slice(0, CHANGES_MAX), `and ${more} more`] : changes;
}

function withoutMessages({ messages: _messages, ...rest }: StateDescription): StateDescription {
  return rest;
}

function changesOf(path: string, before: unknown, after: unknown): readonly string[] {
  if (JSON.stringify(before) === JSON.stringify(after)) return [];
  if (Array.isArray(before) && Array.isArray(after) && before.length === after.length)
    return after.flatMap((item, index) => changesOf(itemPath(path, item, index), before[index], item));
  if (isRecord(before) && isRecord(after)) {
    const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
    return names.flatMap((name) => changesOf(path === '' ? name : `${path}.${name}`, before[name], after[name]));
  }
  return [`${path}: ${shown(before)} → ${shown(after)}`];
}

function itemPath(path: string, item: unknown, index: number): string {
  const name = isRecord(item) && typeof item.name === 'string' ? item.name : undefined;
  return name ?? `${path}[${index}]`;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function shown(value: unknown): string {
  if (value === undefined) return 'absent';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > VALUE_LENGTH_MAX ? `${text.slice(0, VALUE_LENGTH_MAX)}…` : text;
}
