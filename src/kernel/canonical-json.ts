/**
 * Canonical JSON (RFC 8785: keys sorted by UTF-16 code units, ECMAScript numbers, no white space) and its fingerprint.
 * Two values with the same canonical text are the same value: run ids, caches and state fingerprints rest on it.
 */
import { murmurHash3 } from './fingerprint.ts';
import { invariant } from './invariant.ts';

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** The canonical text of a JSON value. Object members that are `undefined` are left out, as JSON.stringify does. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value === 'object' && value !== null) return canonicalObject(value as Record<string, unknown>);
  if (typeof value === 'number') invariant(Number.isFinite(value), 'canonical JSON holds finite numbers only');
  const text = JSON.stringify(value);
  invariant(text !== undefined, 'canonical JSON holds JSON values only');
  return text;
}

function canonicalObject(object: Record<string, unknown>): string {
  const keys = Object.keys(object).filter((key) => object[key] !== undefined);
  const members = keys.sort().map((key) => `${JSON.stringify(key)}:${canonicalJson(object[key])}`);
  return `{${members.join(',')}}`;
}

/** 128-bit fingerprint of a JSON value, as 32 hexadecimal digits. */
export function fingerprint(value: unknown): string {
  return murmurHash3(new TextEncoder().encode(canonicalJson(value)));
}
