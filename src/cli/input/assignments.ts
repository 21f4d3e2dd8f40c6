/**
 * `key=value` arguments laid over an input: `nodes=5`, `network_assumptions.latency_ms=5`, `nodes[2].capacity=1000`.
 *
 * What a value means is the schema's to say: where it wants a string the text is taken as it stands, elsewhere it is read
 * as JSON if it is JSON. Whether the input makes sense is not decided here; the tool checks it as it checks an agent's.
 */
import { fail, renderReceived } from '../../kernel/failure.ts';
import type { JsonSchema } from '../../registry/json-schema.ts';

type Container = Record<string, unknown> | unknown[];

/** A copy of `input` with every assignment applied in order. */
export function applyAssignments(input: unknown, assignments: readonly string[], schema: JsonSchema): unknown {
  if (assignments.length === 0) return input;
  const root = structuredClone(input) ?? {};
  if (!isContainer(root) || Array.isArray(root)) return failOnRoot(input);
  for (const assignment of assignments) {
    const { path, text } = splitAssignment(assignment);
    const target = path.reduce<JsonSchema | undefined>(memberSchema, schema);
    assign(root, path, readValue(text, target), assignment);
  }
  return root;
}

/** The text as the value that `schema` wants; text that is no such value stays text, for the tool to complain about. */
export function readValue(text: string, schema: JsonSchema | undefined): unknown {
  if (schema?.type === 'string') return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function splitAssignment(assignment: string): { readonly path: readonly string[]; readonly text: string } {
  const [, name, text] = /^([^=]+)=(.*)$/s.exec(assignment) ?? [];
  if (name === undefined || text === undefined) return failOnAssignment(assignment);
  const path = name.replaceAll(/\[(\d*)\]/g, '.$1').split('.');
  return path.includes('') ? failOnAssignment(assignment) : { path, text };
}

function memberSchema(schema: JsonSchema | undefined, key: string): JsonSchema | undefined {
  if (schema?.type === 'array') return schema.items as JsonSchema | undefined;
  const properties = (schema?.properties ?? {}) as Readonly<Record<string, JsonSchema>>;
  if (Object.hasOwn(properties, key)) return properties[key];
  const others = schema?.additionalProperties;
  return typeof others === 'object' ? (others as JsonSchema) : undefined;
}

function assign(root: Container, path: readonly string[], value: unknown, assignment: string): void {
  let container = root;
  for (const [index, key] of path.slice(0, -1).entries()) {
    const existing = ownMember(container, key);
    const next = isContainer(existing) ? existing : isIndex(path[index + 1]) ? [] : {};
    if (next !== existing) setMember(container, key, next, assignment);
    container = next;
  }
  setMember(container, path.at(-1) ?? '', value, assignment);
}

function ownMember(container: Container, key: string): unknown {
  return Object.hasOwn(container, key) ? (container as Record<string, unknown>)[key] : undefined;
}

/** Defines rather than sets, so that a key like `__proto__` stays an ordinary key, which the tool then refuses. */
function setMember(container: Container, key: string, value: unknown, assignment: string): void {
  if (Array.isArray(container) && !(isIndex(key) && Number(key) <= container.length))
    failOnIndex(container, assignment);
  Object.defineProperty(container, key, { value, enumerable: true, configurable: true, writable: true });
}

function isContainer(value: unknown): value is Container {
  return typeof value === 'object' && value !== null;
}

function isIndex(key: string | undefined): boolean {
  return key !== undefined && /^(?:0|[1-9]\d*)$/.test(key);
}

function failOnAssignment(assignment: string): never {
  return fail('input/unparsable', {
    message: 'an argument is not of the form key=value',
    received: renderReceived(assignment),
    expected: 'key=value, for example nodes=5 or network_assumptions.latency_ms=5',
    nextStep: 'Write key=value without spaces around the sign; quote the whole for the shell if the value needs it.',
  });
}

function failOnIndex(list: readonly unknown[], assignment: string): never {
  return fail('input/unparsable', {
    message: `the list has ${list.length} items so far, and items are added in order`,
    received: renderReceived(assignment),
    expected: `an index from 0 to ${list.length}`,
    nextStep: 'Number the items from 0 without gaps, or give the whole list as JSON: key=[...]',
  });
}

function failOnRoot(input: unknown): never {
  return fail('input/invalid', {
    message: 'key=value can only be added to an object',
    received: renderReceived(input),
    expected: 'an object',
    nextStep: 'Give an object with --input, or leave out the key=value arguments.',
  });
}
