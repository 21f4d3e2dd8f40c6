/**
 * What every input and every answer has in common.
 */
import * as z from 'zod';

export const TIME_LIMIT_MS_MAX = 45_000;
export const TIME_LIMIT_MS_DEFAULT = 20_000;

export const seedField = z
  .int()
  .min(0)
  .max(Number.MAX_SAFE_INTEGER)
  .default(0)
  .describe('Seed of everything random; the same seed gives the same answer. Default 0, e.g. 42.');

export const timeLimitField = z
  .int()
  .min(1)
  .max(TIME_LIMIT_MS_MAX)
  .default(TIME_LIMIT_MS_DEFAULT)
  .describe('Milliseconds a search may take, 1 to 45000, default 20000; when they run out the answer says so.');

export const responseFormatField = z
  .enum(['concise', 'detailed'])
  .default('concise')
  .describe('concise (default) or detailed: how much of the working is shown.');

export const evidenceSchema = z.object({
  kind: z
    .enum(['computation', 'certificate', 'exploration', 'simulation', 'history', 'log', 'reference'])
    .describe('What backs the claim.'),
  claim: z.string().describe('The claim.'),
  method: z.string().describe('How it was established.'),
  result: z.string().describe('What came out.'),
  run: z.string().optional().describe('Id of the stored run with the details.'),
});

export const referenceSchema = z.object({
  id: z.string().describe('Key in the bibliography, e.g. "ongaro2014".'),
  title: z.string().describe('Title.'),
  authors: z.string().describe('Authors.'),
  year: z.int().min(1900).max(2100).describe('Year of publication.'),
  venue: z.string().describe('Where it appeared.'),
  doi: z.string().optional().describe('DOI.'),
  url: z.string().optional().describe('Address.'),
});

export const runReferenceSchema = z.object({
  id: z.string().describe('Run id, for read_run.'),
  uri: z.string().describe('Resource address, quorate://runs/{id}.'),
});

export const verdictSchema = z.enum(['holds', 'violated', 'unknown']);

/** Begins every answer. */
export const summaryField = z.string().describe('The answer in one to three sentences.');

/** Repeats the call; the registry fills it in. */
export const reproduceField = z.string().describe('Command that gives the same answer.');

/** What ends every answer that computes something. Spread into an output schema, after its own fields. */
export const closingFields = {
  evidence: z.array(evidenceSchema).describe('What backs each claim.'),
  assumptions: z.array(z.string()).describe('What was assumed; the answer holds only under it.'),
  references: z.array(referenceSchema).describe('Literature the answer rests on.'),
  next_steps: z.array(z.string()).describe('What to do or ask next.'),
  reproduce: reproduceField,
  run: runReferenceSchema.optional().describe('Where everything is stored that was too long.'),
};

export type Evidence = z.output<typeof evidenceSchema>;
export type Reference = z.output<typeof referenceSchema>;
