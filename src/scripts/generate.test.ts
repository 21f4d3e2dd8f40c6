import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { defineTool, READ_ONLY } from '../registry/define-tool.ts';
import type { ObjectSchema } from '../registry/json-schema.ts';
import { schemaRows } from '../registry/schema-rows.ts';
import { createRegistry } from '../registry/tool-registry.ts';
import { createInProcessExecutor } from '../runs/in-process-executor.ts';
import { createMemoryRunStore } from '../runs/memory-run-store.ts';
import { abridge } from './generate/abridge.ts';
import { generateAgent } from './generate/agent.ts';
import { failureCodesIn } from './generate/failure-codes.ts';
import { parseFrontMatter } from './generate/front-matter.ts';
import type { ReadSource } from './generate/generated-file.ts';
import { generateKnowledge } from './generate/knowledge.ts';
import { layoutJson } from './generate/layout-json.ts';
import { code, table } from './generate/markdown.ts';
import { replaceBetweenMarkers } from './generate/markers.ts';
import { generatePrompts } from './generate/prompts.ts';
import { generateAgentTools, generateReadme } from './generate/tool-mentions.ts';
import { generateToolReference } from './generate/tool-reference.ts';

const filesOf =
  (files: Readonly<Record<string, string>>): ReadSource =>
  (path) => {
    const text = files[path];
    if (text === undefined) throw new Error(`no file ${path}`);
    return text;
  };

const countTool = defineTool({
  name: 'count_letters',
  title: 'Count letters',
  description: 'Counts.',
  useWhen: 'you have a word',
  notFor: 'numbers',
  input: z.strictObject({ word: z.string().min(1).max(9).describe('A word, e.g. "a".') }),
  output: z.object({ letters: z.array(z.string()).describe('The letters.') }),
  annotations: READ_ONLY,
  examples: [
    { title: 'A word', input: { word: 'quorum' } },
    { title: 'No word', input: { word: '' }, fails: 'input/invalid' },
  ],
  run: ({ word }) => ({ letters: Array.from(word) }),
});
const registry = createRegistry([countTool]);
const executor = createInProcessExecutor({ registry, runs: createMemoryRunStore(), nowMs: () => 0 });

describe('generated parts of hand-written files', () => {
  test('stand between markers, and only they change', () => {
    const text = 'before\n<!-- generated:x -->\n\nold\n\n<!-- /generated:x -->\nafter\n';
    expect(replaceBetweenMarkers(text, 'x', '\nnew\n')).toBe(text.replace('old', 'new'));
    expect(() => replaceBetweenMarkers(text, 'y', '')).toThrow('there is no <!-- generated:y -->');
  });

  test('the table of tools and a figure in the README', async () => {
    const read = filesOf({
      'README.md':
        '<!-- generated:tools -->\n<!-- /generated:tools -->\n<!-- generated:figure -->\n<!-- /generated:figure -->',
    });
    const answer = { ok: true, value: { diagram: 'sequenceDiagram\n' } } as const;
    const drawing = { call: async () => answer, close: async () => {} };
    const { content } = await generateReadme(drawing, registry, read);
    expect(content).toContain('| [`count_letters`](tools/README.md#count_letters) | You have a word |');
    expect(content).toContain('```mermaid\nsequenceDiagram\n```');
  });

  test('the tools of the agent', () => {
    const read = filesOf({ 'agent.md': '---\nname: a\ntools: Old\n---\nBody\n' });
    expect(generateAgentTools(registry, read).content).toBe(
      '---\nname: a\ntools: Read, Grep, Glob, mcp__plugin_quorate_quorate__count_letters\n---\nBody\n',
    );
  });
});

describe('the agent as a module', () => {
  const agent = (method: string): ReadSource =>
    filesOf({ 'agent.md': `---\nname: a\n---\nYou.\n\n## Method\n\n${method}\n\n## Rest\n\nr\n` });

  test('has the whole text, and instructions that begin with which tool to use', () => {
    const { content } = generateAgent(registry, agent('Compute.'));
    expect(content).toContain('AGENT_TEXT: string = "You.\\n\\n## Method\\n\\nCompute.\\n\\n## Rest\\n\\nr"');
    expect(content).toMatch(
      /SERVER_INSTRUCTIONS: string = ".*- count_letters: when you have a word\.\\n\\n## Method\\n\\nCompute\."/,
    );
  });

  test('refuses instructions that a host would cut', () => {
    expect(() => generateAgent(registry, agent('x'.repeat(4_096)))).toThrow(/take 4\d{3} of 4096 characters/);
  });
});

describe('prompts', () => {
  const prompt = (body: string): string =>
    `---\nname: ask_it\ntitle: Ask it\ndescription: Asks a question.\narguments:\n  - { name: topic, description: What about it., required: true }\n---\n${body}\n`;

  test('become a module', () => {
    const { content } = generatePrompts(
      ['prompts/ask-it.md'],
      filesOf({ 'prompts/ask-it.md': prompt('On {{topic}}.') }),
    );
    expect(content).toContain('"template": "On {{topic}}."');
  });

  test.each([
    ['prompts/ask-it.md', prompt('On {{subject}}.'), 'declares topic but uses subject'],
    ['prompts/ask-it.md', prompt('On nothing.'), 'declares topic but uses '],
    ['prompts/other.md', prompt('On {{topic}}.'), 'holds prompt ask_it'],
    ['prompts/ask-it.md', prompt('{{topic}}').replace('title:', 'titel:'), 'Unrecognized key: "titel"'],
    ['prompts/ask-it.md', 'no head', 'does not begin with front matter'],
  ])('%s is refused: %#', (path, text, message) => {
    expect(() => generatePrompts([path], filesOf({ [path]: text }))).toThrow(message);
  });

  test('front matter is YAML between lines of dashes', () => {
    expect(parseFrontMatter('a.md', '---\na: [1]\n---\n\nBody\n---\nmore\n')).toEqual({
      head: { a: [1] },
      body: 'Body\n---\nmore',
    });
  });
});

describe('the reference', () => {
  const sources = filesOf({
    'tools/count-letters.ts': `import { a } from '../src/a.ts';\nimport type { B } from './b.ts';`,
    'src/a.ts': `fail('quorum/syntax', {})`,
    'src/registry/call-tool.ts': '',
    'src/runs/call-failures.ts': `code: 'call/cancelled'`,
  });

  test('describes parameters, answer, failures, and what the examples really give', async () => {
    const { content } = await generateToolReference(executor, registry, sources);
    expect(content).toContain('| `word` | string, 1 to 9 characters | yes | A word, e.g. "a". |');
    expect(content).toContain('| `letters` | list of string | yes | The letters. |');
    expect(content).toContain('It may fail with `quorum/syntax`.');
    expect(content).toContain('Any tool may fail with `call/cancelled`.');
    expect(content).toContain('{ "letters": ["q", "u", "o", "r", "u", "m"] }');
    expect(content).toContain(
      'input/invalid: an argument is not valid (at word)\ngot ""; expected at least 1 characters',
    );
  });

  test('is the same every time', async () => {
    const [first, second] = [
      await generateToolReference(executor, registry, sources),
      await generateToolReference(executor, registry, sources),
    ];
    expect(first).toEqual(second);
  });

  test('failure codes are followed through imports that survive compilation', () => {
    expect(failureCodesIn(['tools/count-letters.ts'], sources)).toEqual(['quorum/syntax']);
  });
});

test('long strings and lists are abridged, and say so', () => {
  expect(
    abridge({
      a: 'x'.repeat(300),
      b: [{}, {}, {}],
      c: ['p', 'q', 'r'],
      g: ['y'.repeat(60), 'q', 'r'],
      d: [{ e: ['p', 'q'] }],
      f: null,
    }),
  ).toEqual({
    a: `${'x'.repeat(240)}…`,
    b: [{}, {}, '… 1 more'],
    c: ['p', 'q', 'r'],
    g: ['y'.repeat(60), 'q', '… 1 more'],
    d: [{ e: ['p', 'q'] }],
    f: null,
  });
});

test('printed JSON breaks only what is too long for a line', () => {
  const long = 'x'.repeat(60);
  const value = { short: { a: [1, 2], b: {} }, long: [long, { [long]: null }] };
  expect(layoutJson(value)).toBe(
    `{\n  "short": { "a": [1, 2], "b": {} },\n  "long": [\n    "${long}",\n    { "${long}": null }\n  ]\n}`,
  );
  expect(JSON.parse(layoutJson(value))).toEqual(value);
});

test('schemas become rows with types, ranges and defaults', () => {
  const schema = z.toJSONSchema(
    z.strictObject({
      count: z.int().min(1).max(5).default(3).describe('Count.'),
      rate: z.number().positive().max(9).optional().describe('Rate.'),
      size: z.number().min(2).optional().describe('Size.'),
      kind: z.enum(['a', 'b']).describe('Kind.'),
      many: z
        .array(z.strictObject({ id: z.string().max(4).describe('Id.') }))
        .min(1)
        .max(7)
        .describe('Many.'),
      either: z.union([z.literal('x'), z.boolean()]).describe('Either.'),
    }),
    { io: 'input' },
  ) as ObjectSchema;
  expect(schemaRows(schema).map(({ path, type, required }) => `${path}: ${type}${required ? '!' : ''}`)).toEqual([
    'count: integer, 1 to 5, default 3',
    'rate: number, above 0 to 9',
    'size: number, at least 2',
    'kind: "a" or "b"!',
    'many: list of object, 1 to 7 items!',
    'many[].id: string, at most 4 characters!',
    'either: "x" or boolean!',
  ]);
});

test('Markdown cells are escaped', () => {
  expect(table(['a', 'b'], [['x|y', 'p\nq']])).toBe('| a | b |\n|---|---|\n| x\\|y | p q |');
  expect(code('sh', 'ls')).toBe('```sh\nls\n```');
});

describe('knowledge', () => {
  const reference = '- { id: a2020, title: Title, authors: Author, year: 2020, venue: Venue }';
  const knowledge = (changes: Readonly<Record<string, string>>): ReadSource =>
    filesOf({
      'src/knowledge/bibliography.yaml': reference,
      'src/knowledge/protocol-cards.yaml': '[]',
      'src/knowledge/failure-modes.yaml': '[]',
      'src/knowledge/glossary.yaml': '- { term: quorum, definition: Enough nodes., references: [a2020] }',
      ...changes,
    });

  test('becomes a module with the ids as types', () => {
    expect(generateKnowledge(knowledge({})).content).toContain('export type ReferenceId = \n  | "a2020";');
  });

  test.each([
    [
      'an unknown reference',
      { 'src/knowledge/glossary.yaml': '- { term: quorum, definition: Enough nodes., references: [b2021] }' },
      'there is no reference "b2021"',
    ],
    ['an id twice', { 'src/knowledge/bibliography.yaml': `${reference}\n${reference}` }, 'the id "a2020" occurs twice'],
    [
      'a term twice',
      { 'src/knowledge/glossary.yaml': '- { term: dot, definition: One. }\n- { term: dot, definition: Two. }' },
      'the term "dot" occurs twice',
    ],
    [
      'an unknown key',
      { 'src/knowledge/bibliography.yaml': reference.replace('venue', 'avenue') },
      'bibliography.yaml is not valid',
    ],
    [
      'a year as text',
      { 'src/knowledge/bibliography.yaml': reference.replace('year: 2020', 'year: "2020"') },
      '0.year',
    ],
  ])('%s is refused', (_, changes, message) => {
    expect(() => generateKnowledge(knowledge(changes))).toThrow(message);
  });
});
