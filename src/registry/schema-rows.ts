/**
 * A JSON Schema as rows of a table: one row a property, nested ones by path (`nodes[].capacity`).
 */
import type { JsonSchema, ObjectSchema } from './json-schema.ts';

export interface SchemaRow {
  readonly path: string;
  /** Type and range in words, e.g. `integer, 1 to 1000`. */
  readonly type: string;
  readonly required: boolean;
  readonly description: string;
}

/** Rows in the order of the schema, parents before their members. */
export function schemaRows(schema: ObjectSchema, prefix = ''): SchemaRow[] {
  const required = new Set(schema.required ?? []);
  return Object.entries(schema.properties).flatMap(([name, property]) => {
    const path = `${prefix}${name}`;
    const row = {
      path,
      type: describeType(property),
      required: required.has(name),
      description: property.description ?? '',
    };
    return [row, ...nestedRows(path, property)];
  });
}

function nestedRows(path: string, schema: JsonSchema): SchemaRow[] {
  if (isObjectSchema(schema)) return schemaRows(schema, `${path}.`);
  if (Array.isArray(schema.anyOf)) return (schema.anyOf as JsonSchema[]).flatMap((form) => nestedRows(path, form));
  const items = schema.items as JsonSchema | undefined;
  return items === undefined ? [] : nestedRows(`${path}[]`, items);
}

function isObjectSchema(schema: JsonSchema): schema is ObjectSchema {
  return schema.type === 'object' && typeof schema.properties === 'object';
}

function describeType(schema: JsonSchema): string {
  const { type, enum: values, anyOf, items } = schema as JsonSchema & Record<string, unknown>;
  if (Array.isArray(values)) return values.map((value) => JSON.stringify(value)).join(' or ');
  if (Array.isArray(anyOf)) return [...new Set((anyOf as JsonSchema[]).map(describeType))].join(' or ');
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  const range = [describeRange(schema), describeDefault(schema)].filter((part) => part !== '');
  const name = type === 'array' ? `list of ${describeType((items ?? {}) as JsonSchema)}` : (type ?? 'any');
  return [name, ...range].join(', ');
}

function describeRange(schema: JsonSchema): string {
  const limit = (...names: string[]): number | undefined => {
    const found = names.map((name) => schema[name]).find((value) => typeof value === 'number');
    return typeof found === 'number' && Math.abs(found) < Number.MAX_SAFE_INTEGER ? found : undefined;
  };
  const unit = schema.type === 'string' ? ' characters' : schema.type === 'array' ? ' items' : '';
  const above = limit('exclusiveMinimum');
  const least = limit('minimum', 'minLength', 'minItems');
  const most = limit('maximum', 'maxLength', 'maxItems');
  const low = above === undefined ? least : above;
  if (low === undefined) return most === undefined ? '' : `at most ${most}${unit}`;
  const from = above === undefined ? `${low}` : `above ${low}`;
  return most === undefined ? `${above === undefined ? 'at least ' : ''}${from}${unit}` : `${from} to ${most}${unit}`;
}

function describeDefault(schema: JsonSchema): string {
  return schema.default === undefined ? '' : `default ${JSON.stringify(schema.default)}`;
}
