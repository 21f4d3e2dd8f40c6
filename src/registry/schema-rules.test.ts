import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import type { JsonSchema } from './json-schema.ts';
import { inputFaults, outputFaults } from './schema-rules.ts';

const described = z.string().describe('a name');
const schemaOf = (schema: z.ZodType): JsonSchema => z.toJSONSchema(schema, { io: 'input' }) as JsonSchema;
const faultsOf = (schema: z.ZodType): string[] =>
  inputFaults(schemaOf(schema)).map(({ path, fault }) => `${path}: ${fault}`);

test('a plain object of described and bounded properties has no fault', () => {
  const schema = z.strictObject({
    node_count: z.int().min(1).max(1000).describe('nodes'),
    seed: z.int().min(0).max(Number.MAX_SAFE_INTEGER).describe('seeds use the whole range'),
    kind: z.enum(['a', 'b']).optional().describe('kind'),
    nodes: z.array(z.strictObject({ id: described })).describe('nodes'),
    evidence: z.array(z.object({ claim: described })).describe('quoted from an answer, which may have grown'),
    either: z.union([z.string(), z.strictObject({ id: described })]).describe('unions are fine below the root'),
  });
  expect(faultsOf(schema)).toEqual([]);
});

describe('each rule fires', () => {
  test.each<[string, z.ZodType, string[]]>([
    [
      'a union at the root',
      z.union([z.strictObject({}), z.strictObject({ a: described })]),
      [': the root is no plain object', ': anyOf at the root'],
    ],
    ['no description', z.strictObject({ a: z.string() }), ['a: no description']],
    [
      'no description, nested',
      z.strictObject({ a: z.array(z.strictObject({ b: z.string() })).describe('x') }),
      ['a[].b: no description'],
    ],
    ['an open integer', z.strictObject({ a: z.int().describe('x') }), ['a: an unbounded integer']],
    [
      'an integer without an upper end',
      z.strictObject({ a: z.int().min(0).describe('x') }),
      ['a: an unbounded integer'],
    ],
    ['a half-open integer', z.strictObject({ a: z.int().max(5).describe('x') }), ['a: an unbounded integer']],
    ['any', z.strictObject({ a: z.any().describe('x') }), ['a: accepts anything']],
    ['unknown', z.strictObject({ a: z.unknown().describe('x') }), ['a: accepts anything']],
    ['a list of unknown', z.strictObject({ a: z.array(z.unknown()).describe('x') }), ['a[]: accepts anything']],
    ['a tuple', z.strictObject({ a: z.tuple([z.string()]).describe('x') }), ['a: a tuple']],
    ['unknown keys', z.object({ a: described }), [': unknown keys are accepted']],
    ['a strange name', z.strictObject({ 'a b': described }), ['a b: a name that hosts drop']],
  ])('%s', (_, schema, faults) => {
    expect(faultsOf(schema)).toEqual(faults);
  });

  test.each<[string, JsonSchema, string]>([
    [
      'a list of types',
      {
        type: 'object',
        additionalProperties: false,
        properties: { a: { type: ['string', 'null'], description: 'x' } },
      },
      'a list of types',
    ],
    ['a boolean schema', { type: 'object', additionalProperties: false, properties: { a: true } }, 'true as a schema'],
    [
      'a reference',
      { type: 'object', additionalProperties: false, properties: { a: { $ref: '#/$defs/b', description: 'x' } } },
      'a reference',
    ],
  ])('%s', (_, schema, fault) => {
    expect(inputFaults(schema).map((each) => each.fault)).toContain(fault);
  });
});

test('answers may be extended and may share definitions', () => {
  const schema: JsonSchema = {
    type: 'object',
    properties: { a: { $ref: '#/$defs/b', description: 'x' } },
    $defs: { b: { type: 'string' } },
  };
  expect(outputFaults(schema)).toEqual([]);
});
