/**
 * What `src/knowledge/*.yaml` must look like. Strict: an unknown key, an unknown reference or a missing scenario fails
 * the generation.
 */
import * as z from 'zod';

const text = z.string().min(3);
const id = z.string().regex(/^[a-z][a-z0-9-]*$/, 'a lower-case id');
const texts = z.array(text).min(1);
const references = z.array(id);

export const bibliographySchema = z.array(
  z.strictObject({
    id,
    title: text,
    authors: text,
    year: z.int().min(1970).max(2100),
    venue: text,
    doi: z
      .string()
      .regex(/^10\.\d{4,}\/\S+$/, 'a DOI')
      .optional(),
    url: z.url({ protocol: /^https$/ }).optional(),
  }),
);

const citations = z.array(z.strictObject({ reference: id, section: text })).min(1);
const behavior = z.strictObject({ behavior: text, recovery: text });

const behaviors = z.strictObject({
  none_down: behavior,
  one_down: behavior,
  f_down: behavior,
  more_than_f_down: behavior,
  minority_partition: behavior,
  majority_partition: behavior,
  clock_skew: behavior,
  message_reordering_and_duplication: behavior,
  slow_leader: behavior,
  crash_during_recovery: behavior,
});

const performance = z.strictObject({ messageFormula: text, latency: text, throughput: text, availability: text });

const card = z.strictObject({
  id,
  name: text,
  problem: z.enum(['replication', 'transaction']),
  faultModel: z.enum(['crash', 'byzantine']),
  summary: text,
  nodesNeeded: text,
  quorum: z.strictObject({ formula: text, intersection: text }),
  safetyProperties: z.array(z.strictObject({ name: text, statement: text })).min(1),
  proof: z.strictObject({ theorem: text, lemma: text, argument: texts, restriction: text, sources: citations }),
  liveness: texts,
  behaviors: behaviors.partial(),
  performance,
  implementations: texts,
  notFor: text,
  references,
});

const consensusCard = card.extend({
  problem: z.literal('consensus'),
  behaviors,
  timeouts: z.strictObject({
    electionTimeoutMinMs: z.int().min(1).max(60_000),
    electionTimeoutMaxMs: z.int().min(1).max(60_000),
    heartbeatIntervalMs: z.int().min(1).max(60_000).optional(),
    sources: citations,
    note: text,
  }),
  performance: performance.extend({
    messageTerms: z.strictObject({ quadratic: z.int(), linear: z.int(), constant: z.int() }),
    roundTripsPerCommit: z.number().positive(),
    clientRoundTrips: z.number().positive(),
  }),
});

export const protocolCardsSchema = z.array(z.discriminatedUnion('problem', [card, consensusCard]));

export const failureModesSchema = z.array(
  z.strictObject({
    id,
    name: text,
    symptoms: texts,
    causes: texts,
    resolutions: texts,
    recovery: texts,
    references: references.min(1),
  }),
);

export const glossarySchema = z.array(
  z.strictObject({ term: text, definition: text, references: references.min(1).optional() }),
);
