/**
 * What every tool must keep to, whatever it computes: the rules that hosts and models impose, executed on the real registry.
 */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { countTokens } from 'gpt-tokenizer/encoding/o200k_base';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import type { Failure, Result } from '../src/kernel/failure.ts';
import { describeTools } from '../src/mcp/tool-requests.ts';
import { ANSWER_BYTES_MAX } from '../src/registry/bound-answer.ts';
import { renderOutcome, type ToolAnswer } from '../src/registry/call-tool.ts';
import { describeTool } from '../src/registry/define-tool.ts';
import { inputSchemaOf, outputOutlineOf, outputSchemaOf } from '../src/registry/json-schema.ts';
import { inputFaults, outputFaults } from '../src/registry/schema-rules.ts';
import type { AnyTool } from '../src/registry/tool-registry.ts';
import { createInProcessExecutor } from '../src/runs/in-process-executor.ts';
import { createMemoryRunStore } from '../src/runs/memory-run-store.ts';
import { responseFormatField, seedField, TIME_LIMIT_MS_MAX, timeLimitField } from '../src/schemas/answer.ts';
import { registry } from './index.ts';

const FOLDER = fileURLToPath(new URL('.', import.meta.url));

/** Claude Code shows a tool as `mcp__plugin_<plugin>_<server>__<tool>`; 64 characters is what hosts take. */
const PLUGIN_PREFIX = 'mcp__plugin_quorate_quorate__';
const QUALIFIED_NAME_LENGTH_MAX = 64;
const SERVER_AND_TOOL_LENGTH_MAX = 60;

/** Hosts take 4,096 characters; a model reads the list in every conversation. */
const DESCRIPTION_LENGTH_MAX = 800;
const TOOL_COUNT_MAX = 20;
const LIST_TOKENS_MAX = 10_000;

/** Long enough to answer something, short enough for a test. */
const BOUNDARY_TIME_LIMIT_MS = 1_000;

/** The reference clients wait 60 s for an answer; 50 s leave room for the way there and back. */
const CLIENT_PATIENCE_MS = 50_000;

const tools = registry.tools.map((tool) => [tool.name, tool] as const);

/** A clock that stands still: what an answer says must not depend on how fast it was computed. */
const call = (tool: AnyTool, args: unknown): Promise<Result<ToolAnswer>> =>
  createInProcessExecutor({ registry, runs: createMemoryRunStore(), nowMs: () => 0 }).call(tool.name, args);

describe.each(tools)('%s', (name, tool) => {
  const file = `${name.replaceAll('_', '-')}.ts`;

  test('is called like its file, which has a test beside it', () => {
    expect(name).toMatch(/^[a-z][a-z0-9_]*$/);
    expect(existsSync(FOLDER + file), `tools/${file}`).toBe(true);
    expect(existsSync(FOLDER + file.replace(/\.ts$/, '.test.ts')), `tools/${file} has a test`).toBe(true);
    expect(readFileSync(FOLDER + file, 'utf8')).toContain(`name: '${name}'`);
  });

  test('has a name that hosts do not cut', () => {
    expect(`${PLUGIN_PREFIX}${name}`.length).toBeLessThanOrEqual(QUALIFIED_NAME_LENGTH_MAX);
    expect(`quorate${name}`.length).toBeLessThanOrEqual(SERVER_AND_TOOL_LENGTH_MAX);
  });

  test('says what it does, when to use it and when not, briefly', () => {
    expect(tool.title).toMatch(/^[A-Z].{4,59}$/);
    expect(tool.description).toMatch(/^[A-Z].*\.$/s);
    for (const clause of [tool.useWhen, tool.notFor]) expect(clause).toMatch(/^[^A-Z].*[^.\s]$/s);
    expect(describeTool(tool).length).toBeLessThanOrEqual(DESCRIPTION_LENGTH_MAX);
  });

  test('states all four annotations: it reads only, repeats without effect and reaches nothing', () => {
    expect(tool.annotations).toEqual({
      readOnlyHint: true,
      destructiveHint: false,
      idempotentHint: true,
      openWorldHint: false,
    });
  });

  test('takes a plain object that every host and model understands', () => {
    expect(inputFaults(inputSchemaOf(tool))).toEqual([]);
  });

  test('means by seed, time_limit_ms and response_format what every other tool means', () => {
    const { properties } = inputSchemaOf(tool);
    const shared = { seed: seedField, time_limit_ms: timeLimitField, response_format: responseFormatField };
    for (const [field, schema] of Object.entries(shared)) {
      if (!(field in properties)) continue;
      const { $schema: _, ...expected } = z.toJSONSchema(schema, { io: 'input' });
      expect(properties[field]).toEqual(expected);
    }
    expect(TIME_LIMIT_MS_MAX).toBeLessThan(CLIENT_PATIENCE_MS);
  });

  test('gives a plain object in which every field is described', () => {
    expect(outputFaults(outputSchemaOf(tool))).toEqual([]);
    expect(outputSchemaOf(tool).required).toEqual(expect.arrayContaining(['summary', 'reproduce']));
  });

  test('has schemas that a JSON Schema validator compiles', () => {
    for (const schema of [inputSchemaOf(tool), outputSchemaOf(tool), outputOutlineOf(tool)]) {
      expect(new Ajv2020({ strict: true, allowUnionTypes: true }).compile(schema)).toBeTypeOf('function');
    }
  });

  describe.each(tool.examples.map((example) => [example.title, example] as const))('example: %s', (_, example) => {
    test('has arguments that its own input schema takes, by both validators', () => {
      const validate = new Ajv2020().compile(inputSchemaOf(tool));
      expect(validate(example.input), JSON.stringify(validate.errors)).toBe(true);
      expect(tool.input.safeParse(example.input).success).toBe(true);
    });

    test('gives what it says: an answer within the schema and the size limit, or that failure', async () => {
      const outcome = await call(tool, example.input);
      if (example.fails !== undefined) {
        expect(outcome).toMatchObject({ ok: false, failure: { code: example.fails } });
        return;
      }
      if (!outcome.ok) throw new Error(renderOutcome(outcome));
      expectValid(tool, outcome.value);
      expect(Buffer.byteLength(renderOutcome(outcome))).toBeLessThanOrEqual(ANSWER_BYTES_MAX);
    });

    test('gives the same bytes twice', async () => {
      expect(renderOutcome(await call(tool, example.input))).toBe(renderOutcome(await call(tool, example.input)));
    });
  });

  test('shows a call that works in its first example, or at least one that is well-formed', async () => {
    expect(tool.examples.length).toBeGreaterThan(0);
    const [first] = tool.examples;
    const outcome = await call(tool, first?.input);
    if (!outcome.ok) expect(outcome.failure.code).toBe(first?.fails);
  });

  test.each(boundaryInputs(tool))('an integer at an end of its range breaks nothing: %s', async (_, args) => {
    const runs = createMemoryRunStore();
    const outcome = await createInProcessExecutor({ registry, runs, nowMs: () => performance.now() }).call(name, args);
    if (!outcome.ok) expect(renderOutcome(outcome)).not.toMatch(/^internal\//);
  });

  describe('bad arguments are refused with where, what and a call that works', () => {
    const example = tool.examples[0]?.input as Record<string, unknown>;

    test.each(damagedInputs(example).filter(([, args]) => !tool.input.safeParse(args).success))(
      '%s',
      async (_, args, path) => {
        const failure = await failureOf(tool, args);
        expect(failure.code).toMatch(/^input\//);
        if (path !== '') expect(failure.path?.startsWith(path), `${failure.path} lies in ${path}`).toBe(true);
        expect(failure.expected).toBeTruthy();
        if (failure.code !== 'input/missing') expect(failure.received ?? failure.path).toBeTruthy();
        expect(failure.nextStep).toContain(`${name} ${JSON.stringify(example)}`);
      },
    );

    test.each(hostileInputs(example))('%s', async (_, args) => {
      const failure = await failureOf(tool, args);
      expect(failure.code).toMatch(/^input\//);
      expect(failure.nextStep).toContain(name);
      expect(JSON.stringify(failure).length).toBeLessThan(3_000 + JSON.stringify(example).length);
      expect(({} as Record<string, unknown>).polluted).toBeUndefined();
    });
  });
});

describe('the list of tools', () => {
  const list = JSON.stringify({ tools: describeTools(registry) });

  test('is short', () => {
    expect(registry.tools.length).toBeLessThanOrEqual(TOOL_COUNT_MAX);
  });

  test('costs a conversation less than 10,000 tokens', ({ annotate }) => {
    const tokens = countTokens(list);
    process.stdout.write(`tools/list: ${tokens} of ${LIST_TOKENS_MAX} tokens for ${registry.tools.length} tools\n`);
    expect(tokens).toBeLessThan(LIST_TOKENS_MAX);
    return annotate(`${tokens} tokens`);
  });
});

function expectValid(tool: AnyTool, answer: ToolAnswer): void {
  const validate = new Ajv2020().compile(outputSchemaOf(tool));
  expect(validate(answer), JSON.stringify(validate.errors)).toBe(true);
  const outline = new Ajv2020().compile(outputOutlineOf(tool));
  expect(outline(answer), JSON.stringify(outline.errors)).toBe(true);
  expect(tool.output.safeParse(answer).success).toBe(true);
}

async function failureOf(tool: AnyTool, args: unknown): Promise<Failure> {
  const outcome = await call(tool, args);
  if (outcome.ok) throw new Error(`accepted: ${renderOutcome(outcome).slice(0, 200)}`);
  return outcome.failure;
}

/** Each leaf and each branch of `example` as weak clients send it: what is wrong, the arguments, the path of the fault. */
function damagedInputs(example: Record<string, unknown>): [string, unknown, string][] {
  const damaged: [string, unknown, string][] = [];
  for (const [path, value] of leavesAndBranches(example)) {
    const at = (replacement: unknown): unknown => replaceAt(example, path, replacement);
    const where = renderPath(path);
    const add = (what: string, replacement: unknown): void => {
      damaged.push([`${what} at ${where}`, at(replacement), where]);
    };
    if (typeof value === 'number') {
      add('a number as a string', String(value));
      for (const odd of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -1e300, 1e300])
        add(`${odd}`, odd);
    }
    if (typeof value === 'boolean') add('a boolean as a string', String(value));
    if (typeof value === 'string') {
      add('an empty string', '');
      add('a megabyte', 'x'.repeat(1_000_000));
    }
    if (typeof value === 'object' && value !== null) add('JSON text', JSON.stringify(value));
    add('null', null);
    add('a list in a list', [[value]]);
    add('an object', { surprise: value });
  }
  damaged.push(['an unknown argument', { ...example, suprise: 1 }, '']);
  damaged.push(
    ['nothing', undefined, ''],
    ['null', null, ''],
    ['a list', [example], ''],
    ['JSON text', JSON.stringify(example), ''],
  );
  return damaged;
}

/** Every integer of the top level at both ends of its range: alone, and in the first example. */
function boundaryInputs(tool: AnyTool): [string, unknown][] {
  const example = tool.examples[0]?.input as Record<string, unknown>;
  const hurried = 'time_limit_ms' in tool.input.shape ? { time_limit_ms: BOUNDARY_TIME_LIMIT_MS } : {};
  return Object.entries(inputSchemaOf(tool).properties).flatMap(([field, { type, minimum, maximum }]) => {
    if (type !== 'integer') return [];
    return [minimum, maximum].flatMap((end): [string, unknown][] => [
      [`${field} ${String(end)} alone`, { ...hurried, [field]: end }],
      [`${field} ${String(end)} in the example`, { ...example, ...hurried, [field]: end }],
    ]);
  });
}

/** What nobody sends by mistake. */
function hostileInputs(example: Record<string, unknown>): [string, unknown][] {
  const deep = JSON.parse(`${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`);
  const [first] = Object.keys(example);
  return [
    ['__proto__ as a key', JSON.parse(`{"__proto__":{"polluted":1},${JSON.stringify(example).slice(1)}`)],
    ['constructor as a key', { ...example, constructor: { prototype: { polluted: 1 } } }],
    ['ten thousand levels at the root', deep],
    ['ten thousand levels in an argument', { ...example, [first ?? 'a']: deep }],
    ['a million values', { ...example, [first ?? 'a']: new Array(1_000_000).fill(0) }],
    ['a key of a megabyte', { ...example, ['k'.repeat(1_000_000)]: 1 }],
    ['a string of a megabyte for everything', 'x'.repeat(1_000_000)],
  ];
}

type Path = readonly (string | number)[];

function leavesAndBranches(value: unknown, path: Path = []): [Path, unknown][] {
  const own: [Path, unknown][] = path.length === 0 ? [] : [[path, value]];
  if (Array.isArray(value))
    return [...own, ...value.slice(0, 2).flatMap((item, index) => leavesAndBranches(item, [...path, index]))];
  if (typeof value !== 'object' || value === null) return own;
  return [...own, ...Object.entries(value).flatMap(([key, member]) => leavesAndBranches(member, [...path, key]))];
}

function replaceAt(root: unknown, path: Path, replacement: unknown): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return replacement;
  if (Array.isArray(root))
    return root.map((item, index) => (index === key ? replaceAt(item, rest, replacement) : item));
  const object = root as Record<string, unknown>;
  return { ...object, [key]: replaceAt(object[key], rest, replacement) };
}

function renderPath(path: Path): string {
  return path.reduce<string>(
    (text, key) => (typeof key === 'number' ? `${text}[${key}]` : text === '' ? key : `${text}.${key}`),
    '',
  );
}
