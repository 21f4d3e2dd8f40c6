/**
 * Tools' schemas as JSON Schema 2020-12.
 *
 * The list of tools is paid for in every conversation, so it carries outlines: of the input, everything but limits and the
 * descriptions of inner members, whose names say what they are; of the output, names and types of the top level. What
 * breaks a limit is refused with the limit. The whole schemas, against which calls and answers are checked here, are published as the
 * resource `quorate://schemas/{tool}` and in the reference.
 */
import * as z from 'zod';
import type { AnyTool } from './tool-registry.ts';

export interface ObjectSchema {
  readonly type: 'object';
  readonly properties: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly [keyword: string]: unknown;
}

export interface JsonSchema {
  readonly type?: string;
  readonly description?: string;
  readonly [keyword: string]: unknown;
}

export function inputSchemaOf(tool: AnyTool): ObjectSchema {
  return withoutDialect(z.toJSONSchema(tool.input, { io: 'input' }));
}

export function outputSchemaOf(tool: AnyTool): ObjectSchema {
  return withoutDialect(z.toJSONSchema(tool.output, { io: 'output' }));
}

const LIMITS: ReadonlySet<string> = new Set([
  'minimum',
  'maximum',
  'exclusiveMinimum',
  'minLength',
  'maxLength',
  'minItems',
  'maxItems',
  'propertyNames',
]);

/** The input schema without limits, and without descriptions and defaults inside its members. */
export function inputOutlineOf(tool: AnyTool): ObjectSchema {
  return outlineOf(inputSchemaOf(tool), false) as ObjectSchema;
}

function outlineOf(schema: unknown, isInner: boolean): unknown {
  if (Array.isArray(schema)) return schema.map((each) => outlineOf(each, isInner));
  if (typeof schema !== 'object' || schema === null) return schema;
  const kept = Object.entries(schema).filter(
    ([keyword]) => !LIMITS.has(keyword) && !(isInner && (keyword === 'description' || keyword === 'default')),
  );
  return Object.fromEntries(
    kept.map(([keyword, value]) => [
      keyword,
      keyword === 'properties' ? members(value, isInner) : keywordOutline(keyword, value),
    ]),
  );
}

/** The members of the input itself keep what is said of them; theirs do not. */
function members(properties: object, isInner: boolean): object {
  const outlines = Object.entries(properties).map(([name, schema]) => {
    const { description } = schema as JsonSchema;
    const outline = outlineOf(schema, true) as JsonSchema;
    return [name, isInner || description === undefined ? outline : { description, ...outline }];
  });
  return Object.fromEntries(outlines);
}

function keywordOutline(keyword: string, value: unknown): unknown {
  const holdsSchemas = ['items', 'anyOf', 'oneOf', 'additionalProperties', 'prefixItems'].includes(keyword);
  return holdsSchemas ? outlineOf(value, true) : value;
}

/** The top level of the output schema: enough for a host to know the shape, at a tenth of the tokens. */
export function outputOutlineOf(tool: AnyTool): ObjectSchema {
  const { properties, required } = outputSchemaOf(tool);
  const outline = Object.entries(properties).map(([name, { type }]) => [name, { type }]);
  return { type: 'object', properties: Object.fromEntries(outline), ...(required === undefined ? {} : { required }) };
}

/** 2020-12 is the protocol's default dialect, so naming it in every schema would only cost tokens. */
function withoutDialect(schema: object): ObjectSchema {
  const { $schema: _dialect, ...rest } = schema as Record<string, unknown>;
  return rest as unknown as ObjectSchema;
}
