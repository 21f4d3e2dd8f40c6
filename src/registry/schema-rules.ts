/**
 * What a tool's JSON Schema must keep to so that every host takes it, and every model can fill it in.
 *
 * The rules come from what hosts do: unions or references at the root make some drop the tool or all of a server's tools; tuples,
 * type lists and empty schemas are not portable; a property without a description is guessed at; an unbounded integer
 * carries ±2^53 as noise.
 */
import type { JsonSchema } from './json-schema.ts';

export interface SchemaFault {
  readonly path: string;
  readonly fault: string;
}

const UNIONS = ['anyOf', 'oneOf', 'allOf', 'not', 'if', 'enum', 'const', '$ref'];
/** Parts of answers that a caller quotes back: an older client may send what a newer server answered, and more. */
const QUOTED_BACK = /(?:^|\.)(?:evidence|references)\[\]$/;
const PROPERTY_NAME = /^[a-zA-Z0-9_.-]{1,64}$/;

/** The faults of a schema as the input of a tool, outermost first. */
export function inputFaults(root: JsonSchema): SchemaFault[] {
  return [...rootFaults(root), ...subschemaFaults(root, '', { input: true })];
}

/** The faults of a schema as the answer of a tool. Definitions may be shared here: hosts do not show it to models. */
export function outputFaults(root: JsonSchema): SchemaFault[] {
  return [...rootFaults(root), ...subschemaFaults(root, '', { input: false })];
}

function rootFaults(root: JsonSchema): SchemaFault[] {
  const faults = root.type === 'object' ? [] : ['the root is no plain object'];
  const unions = UNIONS.filter((keyword) => keyword in root).map((keyword) => `${keyword} at the root`);
  return [...faults, ...unions].map((fault) => ({ path: '', fault }));
}

interface Side {
  readonly input: boolean;
}

function subschemaFaults(schema: unknown, path: string, side: Side): SchemaFault[] {
  if (typeof schema !== 'object' || schema === null) return [{ path, fault: `${String(schema)} as a schema` }];
  const node = schema as Record<string, unknown>;
  const own = nodeFaults(node, path, side).map((fault) => ({ path, fault }));
  return [...own, ...propertyFaults(node, path, side), ...nestedFaults(node, path, side)];
}

function nodeFaults(node: Record<string, unknown>, path: string, { input }: Side): string[] {
  const faults: string[] = [];
  if (Array.isArray(node.type)) faults.push('a list of types');
  if (isUntyped(node)) faults.push('accepts anything');
  if ('prefixItems' in node) faults.push('a tuple');
  if (input && '$ref' in node) faults.push('a reference');
  if (input && node.type === 'array' && !('items' in node)) faults.push('a list of anything');
  const wholeRange = !input || path.split('.').at(-1) === 'seed';
  if (node.type === 'integer' && !isBounded(node, wholeRange)) faults.push('an unbounded integer');
  const open = node.type === 'object' && node.additionalProperties === undefined;
  if (input && open && !QUOTED_BACK.test(path)) faults.push('unknown keys are accepted');
  return faults;
}

function isUntyped(node: Record<string, unknown>): boolean {
  return !['type', 'enum', 'const', 'anyOf', 'oneOf', 'allOf', '$ref'].some((keyword) => keyword in node);
}

/**
 * Both ends given by somebody: where nobody did, zod writes ±(2^53 − 1). Only seeds, and counts in answers, may go up to that.
 */
function isBounded(node: Record<string, unknown>, wholeRange: boolean): boolean {
  const low = node.minimum ?? node.exclusiveMinimum;
  const high = node.maximum ?? node.exclusiveMaximum;
  if (typeof low !== 'number' || typeof high !== 'number') return false;
  return low > Number.MIN_SAFE_INTEGER && (high < Number.MAX_SAFE_INTEGER || wholeRange);
}

function propertyFaults(node: Record<string, unknown>, path: string, side: Side): SchemaFault[] {
  return Object.entries((node.properties ?? {}) as Record<string, unknown>).flatMap(([name, property]) => {
    const at = path === '' ? name : `${path}.${name}`;
    const faults: SchemaFault[] = [];
    if (!PROPERTY_NAME.test(name)) faults.push({ path: at, fault: 'a name that hosts drop' });
    const description = (property as JsonSchema | undefined)?.description;
    if (description === undefined || description.trim() === '') faults.push({ path: at, fault: 'no description' });
    return [...faults, ...subschemaFaults(property, at, side)];
  });
}

function nestedFaults(node: Record<string, unknown>, path: string, side: Side): SchemaFault[] {
  const single = [node.items, node.additionalProperties].filter((value) => value !== undefined && value !== false);
  const listed = ['anyOf', 'oneOf', 'allOf'].flatMap((keyword) => (node[keyword] ?? []) as unknown[]);
  const defined = Object.values((node.$defs ?? {}) as Record<string, unknown>);
  return [
    ...single.flatMap((value) => subschemaFaults(value, `${path}[]`, side)),
    ...listed.flatMap((value) => subschemaFaults(value, path, side)),
    ...defined.flatMap((value) => subschemaFaults(value, path, side)),
  ];
}
