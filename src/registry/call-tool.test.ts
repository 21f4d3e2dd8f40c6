import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { type Failure, fail, type Result } from '../kernel/failure.ts';
import { invariant } from '../kernel/invariant.ts';
import { createMemoryCheckpointStore } from '../runs/checkpoint-store.ts';
import { createMemoryRunStore } from '../runs/memory-run-store.ts';
import { createToolContext } from '../runs/tool-context.ts';
import { ANSWER_BYTES_MAX } from './bound-answer.ts';
import { callTool, renderOutcome, type ToolAnswer } from './call-tool.ts';
import { INPUT_DEPTH_MAX, INPUT_VALUES_MAX } from './check-input.ts';
import { defineTool, describeTool, READ_ONLY } from './define-tool.ts';
import { inputSchemaOf, outputOutlineOf, outputSchemaOf } from './json-schema.ts';
import { type AnyTool, createRegistry } from './tool-registry.ts';

const sumTool = defineTool({
  name: 'add_numbers',
  title: 'Add numbers',
  description: 'Adds.',
  useWhen: 'you have numbers',
  notFor: 'words',
  input: z.strictObject({
    numbers: z.array(z.number().min(-1e9).max(1e9)).min(1).max(50_000).describe('What to add.'),
    rounding: z
      .strictObject({ digits: z.int().min(0).max(10).describe('Digits.') })
      .optional()
      .describe('Rounding.'),
    weights: z
      .array(z.strictObject({ value: z.number().describe('Weight.') }))
      .optional()
      .describe('Weights.'),
    given: z
      .array(
        z.union([
          z.strictObject({ sum: z.number().describe('Sum.'), count: z.number().describe('Of how many.') }),
          z.strictObject({ mean: z.number().describe('Mean.'), deviation: z.number().optional().describe('Spread.') }),
        ]),
      )
      .optional()
      .describe('What is known.'),
    mode: z.enum(['plain', 'listed', 'nested', 'wide', 'bug', 'wrong', 'huge', 'refuse']).describe('What to do.'),
    note: z.string().max(10).optional().describe('A note.'),
    seed: z.int().min(0).max(Number.MAX_SAFE_INTEGER).default(0).describe('Seed.'),
  }),
  output: z.object({
    sum: z.number().describe('The sum.'),
    partial: z.object({ sums: z.array(z.number()).describe('Partial sums.') }).describe('On the way.'),
    rows: z.array(z.array(z.number())).describe('A list in a list.'),
    wide: z.record(z.string(), z.number()).describe('Many members.'),
    text: z.string().describe('Text.'),
    next_steps: z.array(z.string()).describe('What next.'),
    run: z.object({ id: z.string(), uri: z.string() }).optional().describe('Stored.'),
  }),
  annotations: READ_ONLY,
  examples: [{ title: 'One and two', input: { numbers: [1, 2], mode: 'plain' } }],
  run: ({ numbers, mode }) => {
    invariant(mode !== 'bug', 'sums are sums');
    if (mode === 'refuse') fail('quorum/infeasible', { message: 'no', nextStep: 'Stop.' });
    const sums = mode === 'listed' ? numbers.map((_, index) => index + 0.123456789) : [];
    const sum = mode === 'wrong' ? ('three' as unknown as number) : numbers.reduce((a, b) => a + b, 0);
    const rows = mode === 'nested' ? [numbers] : [];
    const members = Array.from({ length: mode === 'wide' ? 4_000 : 0 }, (_, index) => [`m${1000 + index}`, 1] as const);
    const wide = Object.fromEntries(members);
    return {
      sum,
      partial: { sums },
      rows,
      wide,
      text: mode === 'huge' ? '🗳'.repeat(20_000) : '',
      next_steps: ['Rest.'],
    };
  },
});

const call = (args: unknown, tool: AnyTool = sumTool, runs = createMemoryRunStore()): Promise<Result<ToolAnswer>> => {
  const { signal } = new AbortController();
  const checkpoints = createMemoryCheckpointStore();
  const environment = { runs, checkpoints, nowMs: () => 0, progress: undefined, signal, isCancelled: () => false };
  return callTool(tool, args, (input) => createToolContext(tool, input, environment));
};

async function failureOf(args: unknown): Promise<Failure> {
  const outcome = await call(args);
  invariant(!outcome.ok, 'this call fails');
  return outcome.failure;
}

describe('arguments', () => {
  const EXAMPLE = 'add_numbers {"numbers":[1,2],"mode":"plain"}';

  test.each<[string, unknown, Partial<Failure>]>([
    ['nothing at all', undefined, { code: 'input/missing', expected: 'an object' }],
    ['null', null, { code: 'input/invalid', received: 'null', expected: 'an object' }],
    [
      'JSON text',
      '{"numbers":[1]}',
      { code: 'input/invalid', expected: 'an object, written without quotes around it' },
    ],
    ['a missing argument', { mode: 'plain' }, { code: 'input/missing', path: 'numbers', expected: 'a list' }],
    ['a missing choice', { numbers: [1] }, { code: 'input/missing', path: 'mode' }],
    [
      'a number as a string',
      { numbers: [1, '5'], mode: 'plain' },
      { path: 'numbers[1]', received: '"5"', expected: 'a finite number, written without quotes around it' },
    ],
    [
      'a word for a number',
      { numbers: ['five'], mode: 'plain' },
      { path: 'numbers[0]', received: '"five"', expected: 'a finite number' },
    ],
    [
      'a list as a string',
      { numbers: '[1,2]', mode: 'plain' },
      { path: 'numbers', expected: 'a list, written without quotes around it' },
    ],
    [
      'NaN',
      { numbers: [Number.NaN], mode: 'plain' },
      { path: 'numbers[0]', received: 'NaN', expected: 'a finite number' },
    ],
    [
      'Infinity',
      { numbers: [Number.POSITIVE_INFINITY], mode: 'plain' },
      { path: 'numbers[0]', received: 'Infinity', expected: 'a finite number' },
    ],
    [
      'null for a number',
      { numbers: [null], mode: 'plain' },
      { path: 'numbers[0]', received: 'null', expected: 'a finite number' },
    ],
    [
      'a fraction for an integer',
      { numbers: [1], mode: 'plain', rounding: { digits: 1.5 } },
      { path: 'rounding.digits', received: '1.5', expected: 'an integer' },
    ],
    [
      'too small',
      { numbers: [1], mode: 'plain', rounding: { digits: -1 } },
      { path: 'rounding.digits', received: '-1', expected: 'at least 0' },
    ],
    [
      'too big',
      { numbers: [2e9], mode: 'plain' },
      { path: 'numbers[0]', received: '2000000000', expected: 'at most 1000000000' },
    ],
    ['too few', { numbers: [], mode: 'plain' }, { path: 'numbers', received: '[]', expected: 'at least 1 items' }],
    [
      'too long',
      { numbers: [1], mode: 'plain', note: 'x'.repeat(1e6) },
      { path: 'note', expected: 'at most 10 characters' },
    ],
    [
      'another choice',
      { numbers: [1], mode: 'fancy' },
      {
        path: 'mode',
        received: '"fancy"',
        expected: 'one of "plain", "listed", "nested", "wide", "bug", "wrong", "huge", "refuse"',
      },
    ],
    [
      'an unknown key',
      { numbers: [1], mode: 'plain', nubmers: [2] },
      {
        expected:
          'no key "nubmers", but perhaps "numbers"; known are numbers, rounding, weights, given, mode, note, seed',
      },
    ],
    [
      'an unknown key that resembles none',
      { numbers: [1], mode: 'plain', precision: 2 },
      { expected: 'no key "precision"; known are numbers, rounding, weights, given, mode, note, seed' },
    ],
    [
      'an unknown key inside an argument',
      { numbers: [1], mode: 'plain', rounding: { digits: 1, digit: 2 } },
      { path: 'rounding', expected: 'no key "digit", but perhaps "digits"; known are digits' },
    ],
    [
      'an unknown key inside a list',
      { numbers: [1], mode: 'plain', weights: [{ vale: 1 }] },
      {
        path: 'weights[0].value',
        expected: 'a finite number; also at weights[0] no key "vale", but perhaps "value"',
        code: 'input/missing',
        message: 'a required argument is missing (and 1 more)',
      },
    ],
    [
      'one of two forms, with a member of the wrong type',
      { numbers: [1], mode: 'plain', given: [{ sum: 1, count: 2 }, { mean: '3' }] },
      { path: 'given[1].mean', received: '"3"', expected: 'a finite number, written without quotes around it' },
    ],
    [
      'one of two forms, with a member misspelt',
      { numbers: [1], mode: 'plain', given: [{ sum: 1, count: 2, cuont: 3 }] },
      { path: 'given[0]', expected: 'no key "cuont", but perhaps "count"; known are sum, count, mean, deviation' },
    ],
    [
      'one of two forms, with a member missing',
      { numbers: [1], mode: 'plain', given: [{ sum: 1 }] },
      { path: 'given[0].count', expected: 'a finite number', code: 'input/missing' },
    ],
    [
      'neither of two forms',
      { numbers: [1], mode: 'plain', given: [7] },
      { path: 'given[0]', received: '7', expected: 'an object' },
    ],
  ])('%s', async (_, args, expected) => {
    const failure = await failureOf(args);
    expect(failure).toMatchObject({ code: 'input/invalid', ...expected });
    expect(failure.nextStep).toBe(`A call that works: ${EXAMPLE}`);
  });

  test('several faults: the first is shown, the others are named', async () => {
    expect(await failureOf({ numbers: ['1', 2], mode: 'fancy', note: 5 })).toMatchObject({
      message: 'an argument is not valid (and 2 more)',
      path: 'numbers[0]',
      expected: expect.stringMatching(
        /^a finite number, written without quotes around it; also at mode one of .*; at note a string$/,
      ),
    });
  });

  test('very many faults: a few are named, the others counted', async () => {
    const { message, expected } = await failureOf({ numbers: new Array<string>(1_000).fill('x'), mode: 'plain' });
    expect(message).toBe('an argument is not valid (and 999 more)');
    expect(expected).toMatch(/; at numbers\[8\] a finite number; and 991 more$/);
  });

  test.each(['__proto__', 'constructor', 'prototype'])('the key %s is refused wherever it stands', async (key) => {
    const args = JSON.parse(`{"numbers":[1],"mode":"plain","rounding":{"${key}":{"polluted":1}}}`);
    expect(await failureOf(args)).toMatchObject({ code: 'input/invalid', path: `rounding.${key}` });
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });

  test('nesting of ten thousand levels is refused before anything walks it', async () => {
    const deep = JSON.parse(`${'['.repeat(10_000)}${']'.repeat(10_000)}`);
    const failure = await failureOf({ numbers: deep, mode: 'plain' });
    expect(failure).toMatchObject({
      code: 'input/too_large',
      expected: `at most ${INPUT_DEPTH_MAX} levels of nesting`,
    });
    expect(failure.path!.length).toBeLessThanOrEqual(200);
  });

  test('too many values are refused', async () => {
    const failure = await failureOf({ numbers: new Array<number>(INPUT_VALUES_MAX).fill(1), mode: 'plain' });
    expect(failure).toMatchObject({ code: 'input/too_large', expected: `at most ${INPUT_VALUES_MAX} values in all` });
  });

  test('a key of a megabyte is shown in part', async () => {
    const failure = await failureOf({ numbers: [1], mode: 'plain', ['k'.repeat(1e6)]: 1 });
    expect(failure.code).toBe('input/invalid');
    expect(JSON.stringify(failure).length).toBeLessThan(2_000);
  });
});

describe('a call', () => {
  test('answers', async () => {
    const outcome = await call({ numbers: [1, 2], mode: 'plain' });
    expect(outcome).toMatchObject({ ok: true, value: { sum: 3 } });
    expect(JSON.parse(renderOutcome(outcome))).toMatchObject({ sum: 3 });
  });

  test("gives the tool's failures as values", async () => {
    const outcome = await call({ numbers: [1], mode: 'refuse' });
    expect(outcome).toMatchObject({ ok: false, failure: { code: 'quorum/infeasible' } });
    expect(renderOutcome(outcome)).toBe('quorum/infeasible: no\nNext: Stop.');
  });

  test('reports a broken invariant with seed and input, and goes on living', async () => {
    const failure = await failureOf({ numbers: [1], mode: 'bug', seed: 42 });
    expect(failure.code).toBe('internal/invariant');
    expect(failure.message).toContain('sums are sums');
    expect(failure.received).toMatch(/^input [0-9a-f]{32}, seed 42$/);
    expect(await call({ numbers: [1], mode: 'plain' })).toMatchObject({ ok: true });
  });

  test('an answer that breaks its own schema is a bug of ours', async () => {
    expect(await failureOf({ numbers: [1], mode: 'wrong' })).toMatchObject({ code: 'internal/invariant' });
  });
});

describe('the size of an answer', () => {
  const many = { numbers: new Array<number>(20_000).fill(1), mode: 'listed' };

  test('stays under the limit: long lists are cut and stored whole', async () => {
    const runs = createMemoryRunStore();
    const outcome = await call(many, sumTool, runs);
    invariant(outcome.ok, 'a long answer is an answer');
    expect(Buffer.byteLength(JSON.stringify(outcome.value))).toBeLessThanOrEqual(ANSWER_BYTES_MAX);
    const { id } = outcome.value.run as { id: string };
    const shown = (outcome.value.partial as { sums: number[] }).sums;
    expect(shown.length).toBeGreaterThan(100);
    expect(await runs.describe(id)).toMatchObject({
      tool: 'add_numbers',
      parts: [{ name: 'partial.sums', items: 20_000 }],
    });
    const page = await runs.readPage({ runId: id, part: 'partial.sums', limit: shown.length });
    expect(page.items).toEqual(shown);
  });

  test('a cut answer says how to read the rest, and still satisfies its schema', async () => {
    const outcome = await call(many);
    invariant(outcome.ok, 'a long answer is an answer');
    const steps = outcome.value.next_steps as string[];
    expect(steps[0]).toContain('read_run {"run_id":"');
    expect(steps[1]).toBe('Rest.');
    expect(sumTool.output.safeParse(outcome.value).success).toBe(true);
  });

  test('the same long answer is cut in the same place', async () => {
    expect(renderOutcome(await call(many))).toBe(renderOutcome(await call(many)));
  });

  test('a long text ends early and is stored whole, in pieces', async () => {
    const runs = createMemoryRunStore();
    const outcome = await call({ numbers: [1], mode: 'huge' }, sumTool, runs);
    invariant(outcome.ok, 'a long text is an answer');
    expect(outcome.value.text).toBe(`${'🗳'.repeat(2_000)}… (40000 characters)`);
    const { id } = outcome.value.run as { id: string };
    const { items } = await runs.readPage({ runId: id, part: 'text', limit: 100 });
    expect(items.length).toBe(5);
    expect(items.join('')).toBe('🗳'.repeat(20_000));
  });

  test('a list in a list of one is cut and stored whole too', async () => {
    const runs = createMemoryRunStore();
    const outcome = await call({ ...many, mode: 'nested' }, sumTool, runs);
    invariant(outcome.ok, 'a long row is an answer');
    const { id } = outcome.value.run as { id: string };
    expect((await runs.describe(id)).parts).toEqual([{ name: 'rows[0]', items: 20_000 }]);
  });

  test('what cannot be cut fails, saying by how much and where', async () => {
    const failure = await failureOf({ numbers: [1], mode: 'wide' });
    expect(failure).toMatchObject({
      code: 'answer/too_large',
      message: expect.stringMatching(/takes 40\d{3} bytes .* most of them are in wide$/),
      nextStep: 'Ask a smaller question, so that wide is shorter.',
    });
  });

  test('to be concise is advised where that is a choice that was not taken', async () => {
    const input = sumTool.input.extend({ response_format: z.enum(['concise', 'detailed']).describe('How much.') });
    const wordy = { ...sumTool, input } as AnyTool;
    const args = { numbers: [1], mode: 'wide' };
    const nextStep = async (response_format: string): Promise<string | undefined> => {
      const outcome = await call({ ...args, response_format }, wordy);
      return outcome.ok ? undefined : outcome.failure.nextStep;
    };
    expect(await nextStep('detailed')).toBe('Set "response_format":"concise".');
    expect(await nextStep('concise')).toMatch(/^Ask a smaller question/);
  });
});

describe('schemas', () => {
  test('the input schema is that of what is sent, the output schema that of what comes back', () => {
    expect(inputSchemaOf(sumTool).required).toEqual(['numbers', 'mode']);
    expect(outputSchemaOf(sumTool).required).toEqual(['sum', 'partial', 'rows', 'wide', 'text', 'next_steps']);
    expect(inputSchemaOf(sumTool)).not.toHaveProperty('$schema');
  });

  test('the outline has the top level only', () => {
    expect(outputOutlineOf(sumTool)).toEqual({
      type: 'object',
      properties: {
        sum: { type: 'number' },
        partial: { type: 'object' },
        rows: { type: 'array' },
        wide: { type: 'object' },
        text: { type: 'string' },
        next_steps: { type: 'array' },
        run: { type: 'object' },
      },
      required: ['sum', 'partial', 'rows', 'wide', 'text', 'next_steps'],
    });
  });

  test('the description that a model reads says when and when not', () => {
    expect(describeTool(sumTool)).toBe('Adds. Use when you have numbers. Not for words.');
  });
});

describe('the registry', () => {
  test('finds by name, and says what there is when it does not', () => {
    const registry = createRegistry([sumTool]);
    expect(registry.find('add_numbers')).toBe(sumTool);
    expect(() => registry.find('toString')).toThrow('input/unknown_tool: there is no tool "toString"');
  });

  test('refuses two tools of one name', () => {
    expect(() => createRegistry([sumTool, sumTool])).toThrow('tool names are unique');
  });
});
