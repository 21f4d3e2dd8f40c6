/**
 * What every transport must do alike, for both generations of client. A transport's test calls `describeContract` with real
 * tools, and `describeLongCalls` with tools that are slow or misbehave (`src/runs/testdata/pool-tools.ts`).
 */
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { outputOutlineOf, outputSchemaOf } from '../registry/json-schema.ts';
import type { AnyTool, ToolRegistry } from '../registry/tool-registry.ts';
import { type ContractClient, GENERATIONS, type Generation, type ToolResult } from './contract-client.ts';
import type { PromptDefinition } from './prompt.ts';
import { INSTRUCTIONS_LENGTH_MAX } from './server-dependencies.ts';
import { describeTools } from './tool-requests.ts';

export interface ContractServer {
  /** A new connection to a server with the tools and prompts under test. */
  connect(generation: Generation): Promise<ContractClient>;
  /** What went wrong below the clients, e.g. lines on standard output that are not JSON-RPC; looked at last. */
  problems(): readonly string[];
}

export interface ContractSubject {
  readonly registry: ToolRegistry;
  readonly prompts: readonly PromptDefinition[];
  readonly referenceIds: readonly string[];
}

type GetClient = () => ContractClient;

export function describeContract(name: string, subject: ContractSubject, server: ContractServer): void {
  describeGenerations(name, server, (client, generation) => {
    checkOpening(client, generation);
    describe('tools', () => checkTools(client, subject.registry));
    describe('bad input', () => checkBadInput(client, subject.registry));
    describe('prompts', () => checkPrompts(client, subject.prompts));
    describe('resources', () => checkResources(client, subject));
    describe('completions', () => checkCompletions(client, subject));
  });
}

/** For a server whose tools are those of `src/runs/testdata/pool-tools.ts`. */
export function describeLongCalls(name: string, server: ContractServer): void {
  describeGenerations(name, server, (client) => {
    checkProgress(client);
    checkCancellation(client);
    checkMisbehaviour(client);
  });
}

function describeGenerations(
  name: string,
  server: ContractServer,
  check: (client: GetClient, generation: Generation) => void,
): void {
  describe.each(GENERATIONS)(`${name}, protocol %s`, (generation) => {
    let client: ContractClient | undefined;
    beforeAll(async () => {
      client = await server.connect(generation);
    }, 60_000);
    afterAll(async () => {
      await client?.close();
      expect(server.problems()).toEqual([]);
    });
    check(() => {
      if (client === undefined) throw new Error('the client is not connected');
      return client;
    }, generation);
  });
}

function checkOpening(client: GetClient, generation: Generation): void {
  test('the generation is agreed, the server says who it is and what it is for', () => {
    expect(client().protocolVersion).toBe(generation);
    expect(client().serverName).toBe('quorate');
    expect(client().instructions?.length).toBeGreaterThan(100);
    expect(client().instructions?.length).toBeLessThanOrEqual(INSTRUCTIONS_LENGTH_MAX);
  });
}

function checkTools(client: GetClient, registry: ToolRegistry): void {
  test('are listed as the registry has them, in its order', async () => {
    const expected = JSON.parse(JSON.stringify(describeTools(registry)));
    expect(await client().listTools()).toEqual(expected);
  });

  test.each(registry.tools.flatMap((tool: AnyTool) => tool.examples.map((example) => ({ tool, example }))))(
    '$tool.name: $example.title',
    async ({ tool, example }) => {
      const result = await client().callTool(tool.name, example.input);
      if (example.fails !== undefined) {
        expectFailure(result, example.fails);
        return;
      }
      const answer = expectAnswer(result);
      const ajv = new Ajv2020({ strict: false, validateFormats: false });
      for (const schema of [outputOutlineOf(tool), outputSchemaOf(tool)]) {
        ajv.validate(schema, answer);
        expect(ajv.errors ?? []).toEqual([]);
      }
    },
  );
}

function checkBadInput(client: GetClient, registry: ToolRegistry): void {
  const example = (tool: AnyTool): Record<string, unknown> => tool.examples[0]?.input ?? {};
  const cases: [string, (tool: AnyTool) => Record<string, unknown>, RegExp][] = [
    ['an unknown key', (tool) => ({ ...example(tool), no_such_key: 1 }), /^input\/invalid.*\n.*known are/],
    [
      'a key that could reach a prototype',
      (tool) => ({ ...example(tool), constructor: [] }),
      /^input\/invalid.*constructor/,
    ],
    ['deep nesting', (tool) => ({ ...example(tool), deep: nested(40) }), /^input\/too_large.*\n.*32 levels/],
    ['very deep nesting', (tool) => ({ ...example(tool), deep: nested(3_000) }), /^input\/too_large/],
    ['a huge string', (tool) => ({ ...example(tool), huge: 'x'.repeat(1_000_000) }), /^input\/invalid/],
    [
      'many values',
      (tool) => ({ ...example(tool), many: Array(250_000).fill(0) }),
      /^input\/too_large.*\n.*200000 values/,
    ],
  ];
  describe.each(cases)('%s', (_, argumentsOf, text) => {
    test.each(registry.tools.map((tool: AnyTool) => tool.name))(
      '%s says so, and shows a call that works',
      async (name) => {
        const tool = registry.find(name);
        const result = await client().callTool(name, argumentsOf(tool));
        const failure = expectFailure(result, 'input/');
        expect(failure).toMatch(text);
        expect(failure).toContain(`${name} {`);
        expect(failure.length).toBeLessThan(3_000);
      },
    );
  });

  test.each(numberArguments(registry))(
    '%s: %s as a string is refused, with what was got and expected',
    async (name, key) => {
      const result = await client().callTool(name, { ...example(registry.find(name)), [key]: '3' });
      const failure = expectFailure(result, 'input/invalid');
      expect(failure).toContain(`(at ${key})`);
      expect(failure).toContain('got "3"; expected ');
    },
  );

  test.each(['no_such_tool', '', 'constructor', '__proto__', 'x'.repeat(5_000)])(
    'tool %j does not exist',
    async (name) => {
      const error = await rejectionOf(client().callTool(name, {}));
      expect(error).toMatch(/-32602/);
      expect(error).toContain('input/unknown_tool');
      expect(error.length).toBeLessThan(2_000);
    },
  );

  test('and the server lives on', async () => {
    expect((await client().listTools()).length).toBe(registry.tools.length);
    await client().roundTrip();
  });
}

function checkPrompts(client: GetClient, prompts: readonly PromptDefinition[]): void {
  test('are listed in order, with their arguments', async () => {
    const listed = await client().listPrompts();
    expect(listed.map(({ name, title }) => ({ name, title }))).toEqual(
      prompts.map(({ name, title }) => ({ name, title })),
    );
    expect(listed.map((prompt) => prompt.arguments?.map(({ name, required }) => [name, required]))).toEqual(
      prompts.map((prompt) => prompt.arguments.map(({ name, required }) => [name, required])),
    );
  });

  test.each(prompts.map((prompt) => [prompt.name, prompt] as const))('%s is filled in', async (name, prompt) => {
    const given = prompt.arguments.map((argument) => [argument.name, `$& {{${argument.name}}} <${argument.name}>`]);
    const { messages } = await client().getPrompt(name, Object.fromEntries(given));
    const text = textOf(messages[0]?.content);
    for (const [, value] of given) expect(text).toContain(value);
    const required = given.filter((_, index) => prompt.arguments[index]?.required);
    expect(textOf((await client().getPrompt(name, Object.fromEntries(required))).messages[0]?.content)).not.toMatch(
      new RegExp(
        prompt.arguments
          .filter((argument) => !argument.required)
          .map(({ name }) => `<${name}>`)
          .join('|') || '^$',
      ),
    );
  });

  test('what is wrong is said: the prompt, a missing argument, an argument too many', async () => {
    expect(await rejectionOf(client().getPrompt('no_such_prompt', {}))).toMatch(/-32602.*there is no prompt/);
    const demanding = prompts.find((prompt) => prompt.arguments.some((argument) => argument.required));
    if (demanding === undefined) throw new Error('no prompt demands an argument');
    expect(await rejectionOf(client().getPrompt(demanding.name, {}))).toMatch(/-32602.*needs the argument/);
    const values = Object.fromEntries(demanding.arguments.map(({ name }) => [name, 'x']));
    const tooMany = client().getPrompt(demanding.name, { ...values, toString: 'x' });
    expect(await rejectionOf(tooMany)).toMatch(/-32602.*has no argument "toString"/);
  });
}

function checkResources(client: GetClient, { registry, referenceIds }: ContractSubject): void {
  test('are listed in order, and each can be read', async () => {
    const listed = await client().listResources();
    expect(listed.map((resource) => resource.uri)).toEqual([
      'quorate://agent',
      'quorate://glossary',
      'quorate://references',
      ...registry.tools.map((tool: AnyTool) => `quorate://schemas/${tool.name}`),
    ]);
    for (const { uri, mimeType } of listed) {
      const { contents } = await client().readResource(uri);
      expect(contents.map((content) => [content.uri, content.mimeType])).toEqual([[uri, mimeType]]);
      expect(textOf(contents[0]).length).toBeGreaterThan(100);
    }
  });

  test('templates lead to references, schemas and runs', async () => {
    const templates = (await client().listResourceTemplates()).map((template) => template.uriTemplate);
    expect(templates).toEqual(['quorate://references/{id}', 'quorate://schemas/{tool}', 'quorate://runs/{id}']);
    for (const id of referenceIds) {
      const { contents } = await client().readResource(`quorate://references/${id}`);
      expect(JSON.parse(textOf(contents[0]))).toMatchObject({ id });
    }
  });

  test.each([
    'quorate://nothing',
    'quorate://references/nobody1900',
    'quorate://schemas/no_such_tool',
    `quorate://runs/${'0'.repeat(32)}`,
    'quorate://runs/..%2Fsecret',
    'quorate://runs/../../etc/passwd',
    'file:///etc/passwd',
    'not a uri',
  ])('%s is not found', async (uri) => {
    expect(await rejectionOf(client().readResource(uri))).toMatch(/-32602|-32002/);
  });
}

function checkCompletions(client: GetClient, { registry, prompts, referenceIds }: ContractSubject): void {
  const enumerable = prompts.flatMap((prompt) =>
    prompt.arguments.map((argument) => [prompt.name, argument.name, argument.values ?? []] as const),
  );
  test.each(enumerable)('prompt %s, argument %s', async (name, argument, values) => {
    const complete = (value: string): Promise<readonly string[]> =>
      client().complete({ type: 'ref/prompt', name }, { name: argument, value });
    expect(await complete('')).toEqual(values);
    for (const value of values) expect(await complete(value.slice(0, 3).toUpperCase())).toContain(value);
    expect(await complete('no such value')).toEqual([]);
  });

  test('ids in resource templates', async () => {
    const complete = (uri: string, name: string, value: string): Promise<readonly string[]> =>
      client().complete({ type: 'ref/resource', uri }, { name, value });
    const tools = registry.tools.map((tool: AnyTool) => tool.name);
    expect(await complete('quorate://schemas/{tool}', 'tool', '')).toEqual(tools);
    expect(await complete('quorate://references/{id}', 'id', '')).toEqual(referenceIds.slice(0, 100));
    expect(await complete('quorate://runs/{id}', 'id', '')).toEqual([]);
  });

  test('what does not exist cannot be completed', async () => {
    const argument = { name: 'x', value: '' };
    expect(await rejectionOf(client().complete({ type: 'ref/prompt', name: 'nothing' }, argument))).toMatch(/-32602/);
    expect(await rejectionOf(client().complete({ type: 'ref/resource', uri: 'x://{y}' }, argument))).toMatch(/-32602/);
  });
}

function checkProgress(client: GetClient): void {
  test('progress arrives while a tool computes, and other requests are answered meanwhile', async () => {
    const reports: number[] = [];
    let finished = false;
    const onprogress = ({ progress }: { progress: number }): void => void reports.push(progress);
    const call = client().callTool('compute_slowly', { million_steps: 100 }, { onprogress });
    const done = call.finally(() => {
      finished = true;
    });
    await until(() => reports.length > 0);
    await client().roundTrip();
    expect(finished).toBe(false);
    expect(expectAnswer(await done)).toMatchObject({ summary: 'finished' });
    expect(reports.length).toBeGreaterThan(1);
    expect(reports).toEqual([...new Set(reports)].sort((a, b) => a - b));
  });
}

function checkCancellation(client: GetClient): void {
  test.each([
    ['compute_slowly', { million_steps: 1_000_000, time_limit_ms: 45_000 }],
    ['wait_for_abort', {}],
  ])('%s is cancelled, and the next call does not wait for it', async (name, args) => {
    let reported = false;
    const controller = new AbortController();
    const onprogress = (): void => {
      reported = true;
    };
    const call = rejectionOf(client().callTool(name, args, { signal: controller.signal, onprogress }));
    await until(() => reported);
    controller.abort();
    expect(await call).toMatch(/abort/i);
    // The pool has one thread: an answer means that the cancelled call has left it.
    expectAnswer(await client().callTool('misbehave', { how: 'print' }));
  });
}

function checkMisbehaviour(client: GetClient): void {
  test.each(['throw', 'throw_later', 'exit'])(
    'a tool that does %s is reported, and the next call works',
    async (how) => {
      expectFailure(await client().callTool('misbehave', { how }), 'internal/invariant');
      expectAnswer(await client().callTool('misbehave', { how: 'print' }));
    },
  );

  test('an answer that is too large is shortened, and the whole is a resource', async () => {
    const answer = expectAnswer(await client().callTool('misbehave', { how: 'overflow' }));
    const { uri } = answer.run as { uri: string };
    const { contents } = await client().readResource(uri);
    expect(JSON.parse(textOf(contents[0]))).toMatchObject({
      uri,
      tool: 'misbehave',
      parts: [{ name: 'list', items: 10_000 }],
      how_to_page: expect.stringContaining('read_run {'),
    });
  });
}

/** Tools and their arguments of a numeric type. */
function numberArguments(registry: ToolRegistry): [string, string][] {
  return describeTools(registry).flatMap(({ name, inputSchema }) =>
    Object.entries(inputSchema.properties ?? {})
      .filter(([, property]) => ['integer', 'number'].includes(String((property as { type?: unknown }).type)))
      .map(([key]): [string, string] => [name, key]),
  );
}

function expectAnswer(result: ToolResult): Record<string, unknown> {
  expect(result).not.toHaveProperty('isError', true);
  expect(result.content).toEqual([{ type: 'text', text: JSON.stringify(result.structuredContent) }]);
  return result.structuredContent as Record<string, unknown>;
}

/** The text of a failure whose code begins with `code`. */
function expectFailure(result: ToolResult, code: string): string {
  expect(result.isError).toBe(true);
  expect(result).not.toHaveProperty('structuredContent');
  expect(result.content.length).toBe(1);
  const text = textOf(result.content[0]);
  expect(text.startsWith(code), text).toBe(true);
  expect(text).toContain('\nNext: ');
  return text;
}

function textOf(content: unknown): string {
  return String((content as { text?: unknown } | undefined)?.text);
}

async function rejectionOf(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => 'no error',
    (error) => `${String(error.code)} ${String(error)}`,
  );
}

function nested(depth: number): unknown {
  return JSON.parse('['.repeat(depth) + ']'.repeat(depth));
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
}
