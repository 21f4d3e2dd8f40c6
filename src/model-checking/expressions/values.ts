/**
 * Values of expressions: plain JSON. What kind they are, whether two are equal, and how they are shown.
 */
export type ValueKind = 'null' | 'boolean' | 'number' | 'string' | 'list' | 'record';

export function kindOf(value: unknown): ValueKind {
  if (value === null || value === undefined) return 'null';
  if (Array.isArray(value)) return 'list';
  switch (typeof value) {
    case 'boolean':
    case 'number':
    case 'string':
      return typeof value as 'boolean' | 'number' | 'string';
    default:
      return 'record';
  }
}

export function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value);
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The member of that name; undefined where there is none. What objects inherit is no member. */
export function memberOf(record: Readonly<Record<string, unknown>>, name: string): unknown {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}

/** The same for one name, faster: most names are inherited from nobody, and JSON inherits from nothing else. */
export function memberReader(name: string): (record: Readonly<Record<string, unknown>>) => unknown {
  if (name in Object.prototype) return (record) => memberOf(record, name);
  return (record) => record[name];
}

/** Names of the members that are there. */
export function memberNames(record: Readonly<Record<string, unknown>>): string[] {
  return Object.keys(record).filter((name) => record[name] !== undefined);
}

/** Equality of JSON; the order of members means nothing. `spend` is told of each pair that is compared. */
export function isEqual(a: unknown, b: unknown, spend: () => void): boolean {
  spend();
  if (a === b) return true;
  if (isList(a)) return isList(b) && a.length === b.length && a.every((item, index) => isEqual(item, b[index], spend));
  if (!isRecord(a) || !isRecord(b)) return false;
  const names = memberNames(a);
  return (
    names.length === memberNames(b).length &&
    names.every((name) => memberOf(b, name) !== undefined && isEqual(a[name], b[name], spend))
  );
}

const SHOWN_CHARACTERS_MAX = 100;

/** JSON, cut where it becomes long, so that showing a value never costs more than reading it does. */
export function renderValue(value: unknown): string {
  const text = rendered(value, SHOWN_CHARACTERS_MAX);
  return text.length <= SHOWN_CHARACTERS_MAX ? text : `${text.slice(0, SHOWN_CHARACTERS_MAX)}…`;
}

/** At least `room` characters, or all. */
function rendered(value: unknown, room: number): string {
  if (typeof value === 'string') return JSON.stringify(value.slice(0, room + 1));
  if (isList(value)) return enclosed('[', value, (item, left) => rendered(item, left), ']', room);
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (!isRecord(value)) return 'null';
  const member = (name: string, left: number): string => `${name}: ${rendered(value[name], left)}`;
  return enclosed('{', memberNames(value), member, '}', room);
}

function enclosed<T>(
  open: string,
  parts: readonly T[],
  show: (part: T, room: number) => string,
  close: string,
  room: number,
): string {
  let text = open;
  for (const [index, part] of parts.entries()) {
    if (text.length > room) return text;
    text += `${index === 0 ? '' : ', '}${show(part, room - text.length)}`;
  }
  return `${text}${close}`;
}

/** Members by which a record may say who it is, in order of preference. */
const IDENTITIES = ['name', 'self', 'id'];

/** `n2` for the record of node n2; undefined for what does not say who it is. */
export function identityOf(value: unknown): string | undefined {
  if (!isRecord(value)) return undefined;
  const found = IDENTITIES.map((name) => memberOf(value, name)).find((each) => typeof each === 'string');
  return typeof found === 'string' ? found : undefined;
}

/** How a person would name it: by its identity, else by its value. */
export function labelOf(value: unknown): string {
  return identityOf(value) ?? renderValue(value);
}
