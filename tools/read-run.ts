import * as z from 'zod';
import { defined } from '../src/kernel/defined.ts';
import {
  defineTool,
  READ_ONLY,
  type RunPage,
  type RunPageRequest,
  type RunReader,
} from '../src/registry/define-tool.ts';
import { reproduceField, summaryField } from '../src/schemas/answer.ts';

const LIMIT_DEFAULT = 50;
const LIMIT_MAX = 500;
/** Leaves room for the rest of the answer. */
const PAGE_BYTES_MAX = 24_000;

const input = z.strictObject({
  run_id: z
    .string()
    .regex(/^[0-9a-f]{32}$/, 'a run id: 32 hexadecimal digits')
    .describe('Id of the run, as an earlier answer gave it in run.id: 32 hexadecimal digits.'),
  part: z
    .string()
    .min(1)
    .max(200)
    .optional()
    .describe('Which list or text of the run, e.g. "read_quorums.minimal". Without it the answer lists the parts.'),
  cursor: z.string().max(200).optional().describe('Where to go on: next_cursor of the page before.'),
  limit: z.int().min(1).max(LIMIT_MAX).default(LIMIT_DEFAULT).describe('Most items to return, 1 to 500, default 50.'),
});

const output = z.object({
  summary: summaryField,
  items: z.array(z.string()).describe('The items of this page in order, each as JSON text.'),
  total: z.int().min(0).max(Number.MAX_SAFE_INTEGER).describe('Items in the whole part.'),
  next_cursor: z.string().optional().describe('Cursor of the next page; absent on the last.'),
  parts: z
    .array(
      z.object({
        name: z.string().describe('Name of the part.'),
        items: z.int().min(0).max(Number.MAX_SAFE_INTEGER).describe('Items in it.'),
      }),
    )
    .describe('All parts of the run.'),
  origin: z.string().describe('Command that produced the run.'),
  reproduce: reproduceField,
});

export const readRun = defineTool({
  name: 'read_run',
  title: 'Read a stored result',
  description: 'Returns one page of a list or text that was too long for an answer.',
  useWhen: 'an answer has a `run` and you need more of a list or text that it shortened',
  notFor: 'anything that an answer already showed',
  input,
  output,
  annotations: READ_ONLY,
  examples: [
    {
      title: 'A run that is not stored (any more)',
      input: { run_id: '0123456789abcdef0123456789abcdef', part: 'read_quorums.minimal', limit: 2 },
      fails: 'run/not_found',
    },
  ],
  run: async ({ run_id, part, cursor, limit }, { runs }) => {
    const run = await runs.describe(run_id);
    const page = part === undefined ? undefined : await readFittingPage(runs, { runId: run_id, part, cursor, limit });
    const shown =
      page === undefined
        ? `The run has ${run.parts.length} parts`
        : `${page.items.length} of ${page.total} items of ${part}`;
    return {
      summary: `${shown}; the run was made by ${run.tool}.`,
      items: page?.texts ?? [],
      total: page?.total ?? 0,
      ...defined({ next_cursor: page?.nextCursor }),
      parts: [...run.parts],
      origin: run.reproduce,
    };
  },
});

/** Reads again as many items as fit an answer, so that a page is never cut by the general size limit. */
async function readFittingPage(runs: RunReader, request: RunPageRequest): Promise<RunPage & { texts: string[] }> {
  const page = await runs.readPage(request);
  const texts = page.items.map((item) => JSON.stringify(item));
  const fitting = Math.max(1, countFitting(texts));
  return fitting >= texts.length ? { ...page, texts } : readFittingPage(runs, { ...request, limit: fitting });
}

function countFitting(texts: readonly string[]): number {
  const encoder = new TextEncoder();
  let left = PAGE_BYTES_MAX;
  const first = texts.findIndex((text) => {
    left -= encoder.encode(JSON.stringify(text)).length + 1;
    return left < 0;
  });
  return first === -1 ? texts.length : first;
}
