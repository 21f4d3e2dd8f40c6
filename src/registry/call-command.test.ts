import { execFileSync } from 'node:child_process';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import * as z from 'zod';
import { applyAssignments } from '../cli/input/assignments.ts';
import { callCommand, reproduceCommand } from './call-command.ts';
import type { JsonSchema } from './json-schema.ts';

const schema = z.toJSONSchema(
  z.strictObject({
    node_count: z.int().optional(),
    reads: z.string().optional(),
    search: z.boolean().optional(),
    ids: z.array(z.string()).optional(),
    network: z.strictObject({ 'latency-ms': z.number().optional(), label: z.string().optional() }).optional(),
    labels: z.record(z.string(), z.string()).optional(),
  }),
) as JsonSchema;

const text = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 20 }),
  fc.constantFrom(
    "it's",
    '$(rm -rf /)',
    '~',
    '"',
    '\\',
    '\n',
    '-',
    '--json',
    '=',
    '5',
    'null',
    '{a,b}',
    '*',
    'a\tb',
    '',
  ),
);

const inputs = fc.record(
  {
    node_count: fc.integer(),
    reads: text,
    search: fc.boolean(),
    ids: fc.array(text, { maxLength: 4 }),
    network: fc.record(
      { 'latency-ms': fc.double({ noNaN: true, noDefaultInfinity: true }), label: text },
      { requiredKeys: [] },
    ),
    labels: fc.dictionary(fc.oneof(text, fc.constantFrom('a.b', 'a=b', 'a[0]', '0', 'a')), text, { maxKeys: 3 }),
  },
  { requiredKeys: [] },
);

/** The arguments that a shell gives to `quorate`, for each of the commands. */
function argumentsInShell(commands: readonly string[]): string[][] {
  const script = `quorate() { printf '%s\\001' "$@"; printf '\\002'; }\n${commands.join('\n')}\n`;
  const printed = execFileSync('sh', [], { input: script, encoding: 'utf8' });
  return printed
    .split('\u0002')
    .slice(0, -1)
    .map((words) => words.split('\u0001').slice(0, -1));
}

test('the command line makes of a command, after a shell has read it, the input that it was made from', () => {
  const given = fc
    .sample(inputs, { seed: 42, numRuns: 300 })
    .map((input) => JSON.parse(JSON.stringify(input)) as Record<string, unknown>)
    .filter((input) => !/\\u000[012]|__proto__/.test(JSON.stringify(input)));
  const words = argumentsInShell(given.map((input) => callCommand('analyze_quorum', input)));
  expect(words.length).toBe(given.length);
  for (const [index, [command, tool, ...assignments]] of words.entries()) {
    expect([command, tool]).toEqual(['call', 'analyze_quorum']);
    expect(applyAssignments({}, assignments, schema)).toEqual(given[index]);
  }
});

test.each<[unknown, string]>([
  [{}, ''],
  [undefined, ''],
  [{ node_count: 5, reads: 'a*b' }, " node_count=5 reads='a*b'"],
  [{ network: {} }, " network='{}'"],
  [{ network: { label: "it's" } }, " network.label='it'\\''s'"],
  [{ labels: { 'a.b': 'x' } }, ` labels='{"a.b":"x"}'`],
  [{ ids: [] }, " ids='[]'"],
])('%j', (input, expected) => {
  expect(callCommand('t', input)).toBe(`quorate call t${expected}`);
});

test('what repeats a call does not depend on the order of its arguments', () => {
  expect(reproduceCommand('t', { b: "it's", a: 1 })).toBe("quorate call t a=1 b='it'\\''s'");
});

test('a long input is read from a file, and its fingerprint tells it from others', () => {
  const long = (letter: string): string => reproduceCommand('t', { reads: letter.repeat(3_000) });
  expect(long('a')).toMatch(/^quorate call t --input input\.json # .* fingerprint [0-9a-f]{32}$/);
  expect(long('a')).toBe(long('a'));
  expect(long('a')).not.toBe(long('b'));
});

test('what no process can be given as an argument is read from a file', () => {
  for (const reads of ['\0', '\ud800']) expect(reproduceCommand('t', { reads })).toContain('--input input.json');
  expect(reproduceCommand('t', { reads: '🗳' })).toContain("reads='🗳'");
});
