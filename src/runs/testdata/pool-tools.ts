/**
 * Tools that misbehave on purpose, for the tests of the pool and of the server. They are registered nowhere else.
 */
import { threadId } from 'node:worker_threads';
import * as z from 'zod';
import { defineTool, READ_ONLY } from '../../registry/define-tool.ts';
import { createRegistry } from '../../registry/tool-registry.ts';

const common = {
  useWhen: 'a test needs it',
  notFor: 'anything else',
  annotations: READ_ONLY,
};

/** Computes without a pause until its budget ends, or for `steps` million steps, and reports each million. */
export const computeSlowly = defineTool({
  ...common,
  name: 'compute_slowly',
  title: 'Compute slowly',
  description: 'Spends steps of its budget.',
  input: z.strictObject({
    million_steps: z.int().min(1).max(1_000_000).describe('Steps to spend, in millions.'),
    seed: z.int().min(0).max(1000).optional().describe('Seed, 0 to 1000.'),
    time_limit_ms: z.int().min(1).max(45_000).optional().describe('Time limit in milliseconds.'),
  }),
  output: z.object({
    summary: z.string().describe('What happened.'),
    seed: z.int().min(0).max(1000).describe('The seed.'),
  }),
  examples: [{ title: 'A million steps', input: { million_steps: 1 } }],
  run: ({ million_steps }, { budget, progress, seed }) => {
    for (let done = 0; done < million_steps; done++) {
      for (let step = 0; step < 1_000_000; step++) {
        if (!budget.spend()) return { summary: `stopped: ${budget.exhausted}`, seed };
      }
      progress(done + 1, million_steps, `${done + 1} million steps`);
    }
    return { summary: 'finished', seed };
  },
});

/** Computes for `duration_ms` and looks at nothing meanwhile. */
export const ignoreEverything = defineTool({
  ...common,
  name: 'ignore_everything',
  title: 'Ignore everything',
  description: 'Neither budget nor signal stops it.',
  input: z.strictObject({ duration_ms: z.int().min(1).max(60_000).describe('Duration in milliseconds.') }),
  output: z.object({ summary: z.string().describe('What happened.') }),
  examples: [{ title: 'A moment', input: { duration_ms: 1 } }],
  run: ({ duration_ms }) => {
    const end = performance.now() + duration_ms;
    while (performance.now() < end);
    return { summary: 'finished' };
  },
});

/** Waits for its signal. */
export const waitForAbort = defineTool({
  ...common,
  name: 'wait_for_abort',
  title: 'Wait for abort',
  description: 'Ends when it is told to.',
  input: z.strictObject({}),
  output: z.object({ summary: z.string().describe('What happened.') }),
  examples: [],
  run: (_input, { signal, progress }) =>
    new Promise((resolve) => {
      signal.addEventListener('abort', () => resolve({ summary: 'told to stop' }), { once: true });
      progress(0, 1, 'waiting');
    }),
});

/** Takes its thread down, throws, prints, fills the memory, or answers with something huge. */
export const misbehave = defineTool({
  ...common,
  name: 'misbehave',
  title: 'Misbehave',
  description: 'Does what a tool must not do.',
  input: z.strictObject({
    how: z.enum(['exit', 'throw', 'throw_later', 'print', 'overflow', 'exit_later', 'hoard']).describe('What to do.'),
  }),
  output: z.object({
    summary: z.string().describe('What happened.'),
    thread: z.int().min(0).max(1_000_000).describe('Id of the thread.'),
    list: z.array(z.string()).describe('A list.'),
    next_steps: z.array(z.string()).optional().describe('What to do next.'),
    run: z.object({ id: z.string(), uri: z.string() }).optional().describe('Where the whole list is.'),
  }),
  examples: [],
  run: async ({ how }) => {
    const { threadId } = await import('node:worker_threads');
    if (how === 'exit') process.exit(3);
    if (how === 'exit_later') setTimeout(() => process.exit(3), 50);
    if (how === 'throw') throw new Error('thrown on purpose');
    if (how === 'throw_later') {
      setTimeout(() => {
        throw new Error('thrown later on purpose');
      });
      await new Promise(() => {});
    }
    const hoard: number[][] = [];
    while (how === 'hoard') hoard.push(Array.from({ length: 10_000 }, Math.random));
    if (how === 'print') process.stdout.write('printed by a tool\n');
    const list = how === 'overflow' ? Array.from({ length: 10_000 }, (_, index) => `item ${index}`) : [];
    return { summary: how, thread: threadId, list };
  },
});

/** Sums numbers in parts, and says how many threads did them. */
export const sumInParts = defineTool({
  ...common,
  name: 'sum_in_parts',
  title: 'Sum in parts',
  description: 'Sums the numbers from 1 on, each part in any thread.',
  input: z.strictObject({
    parts: z.int().min(1).max(100).describe('How many parts.'),
    million_steps: z.int().min(0).max(1_000_000).default(0).describe('Steps that each part spends, in millions.'),
    time_limit_ms: z.int().min(1).max(45_000).optional().describe('Time limit in milliseconds.'),
  }),
  output: z.object({
    summary: z.string().describe('The sums.'),
    threads: z.int().min(1).max(100).describe('Threads that took part.'),
  }),
  examples: [],
  part: (part, { budget }) => {
    const { upTo, millionSteps } = part as { upTo: number; millionSteps: number };
    let steps = 0;
    while (steps < millionSteps * 1_000_000 && budget.spend()) steps += 1;
    const numbers = Array.from({ length: upTo }, (_, index) => index + 1);
    return { sum: numbers.reduce((a, b) => a + b, 0), threadId, exhausted: budget.exhausted };
  },
  run: async ({ parts, million_steps }, { inParts, progress }) => {
    const work = Array.from({ length: parts }, (_, index) => ({ upTo: index + 1, millionSteps: million_steps }));
    const answers = (await inParts(work, (done) => progress(done, parts, 'summed'))) as { sum: number; threadId: number; exhausted?: string }[];
    const stopped = answers.find(({ exhausted }) => exhausted !== undefined)?.exhausted;
    return {
      summary: `${answers.map(({ sum }) => sum).join(' ')}${stopped === undefined ? '' : `; ${stopped}`}`,
      threads: new Set(answers.map(({ threadId: thread }) => thread)).size,
    };
  },
});

/** Keeps a text as a checkpoint, and gives back what was kept under the id that the text may be. */
export const keepText = defineTool({
  ...common,
  name: 'keep_text',
  title: 'Keep text',
  description: 'Keeps a text, or gives one back.',
  input: z.strictObject({ text: z.string().max(100).describe('A text to keep or the id of one, e.g. "a".') }),
  output: z.object({
    summary: z.string().describe('What is kept under the id that was given.'),
    id: z.string().describe('The id of what was given.'),
  }),
  examples: [{ title: 'One text', input: { text: 'a' } }],
  run: async ({ text }, { checkpoints }) => {
    const kept = await checkpoints.load(text);
    const id = await checkpoints.save(new TextEncoder().encode(text));
    return { summary: kept === undefined ? 'nothing' : new TextDecoder().decode(kept), id };
  },
});

export const poolTools = createRegistry([computeSlowly, ignoreEverything, waitForAbort, misbehave, sumInParts, keepText]);
