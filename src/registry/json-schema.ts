/**
 * Tools' schemas as JSON Schema 2020-12.
 *
 * The list of tools is paid for in every conversation, so it carries the whole input schema but only the outline of the
 * output: names and types of the top level, which every answer satisfies. The whole output schema, against which answers
 * are checked here, is published as the resource `quorate://schemas/{tool}` and in the reference.
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
