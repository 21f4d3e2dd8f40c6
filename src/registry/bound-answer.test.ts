import { expect, test } from 'vitest';
import * as z from 'zod';
import { createMemoryRunStore } from '../runs/memory-run-store.ts';
import { boundAnswer } from './bound-answer.ts';
import { defineTool, READ_ONLY } from './define-tool.ts';

const tool = defineTool({
  name: 'list_things',
  title: 'List things',
  description: 'Lists.',
  useWhen: 'a test needs it',
  notFor: 'anything else',
  input: z.strictObject({}),
  output: z.object({ summary: z.string().describe('What happened.') }),
  annotations: READ_ONLY,
  examples: [],
  run: () => ({ summary: 'listed' }),
});

const LONG = Array.from({ length: 5_000 }, (_, index) => `item ${index}`);
const bounded = (answer: object): Promise<object> =>
  boundAnswer({ tool, input: {}, reproduce: '' }, { summary: 'listed', ...answer }, createMemoryRunStore());

test('`complete` beside a list that was cut becomes false, and no other does', async () => {
  const answer = {
    complete: true,
    cut: { complete: true, items: LONG },
    whole: { complete: true, items: ['one', 'two'] },
    other: { complete: 'yes', items: LONG },
  };
  expect(await bounded(answer)).toMatchObject({
    complete: true,
    cut: { complete: false },
    whole: { complete: true, items: ['one', 'two'] },
    other: { complete: 'yes' },
  });
  expect(answer.cut.complete).toBe(true);
});

test('so it does when the only item of the list is a list that was cut', async () => {
  expect(await bounded({ cut: { complete: true, items: [LONG] } })).toMatchObject({ cut: { complete: false } });
});

test('an answer that fits keeps its `complete`', async () => {
  const answer = { cut: { complete: true, items: ['one', 'two'] } };
  expect(await bounded(answer)).toEqual({ summary: 'listed', ...answer });
});
