/**
 * What `check_model` takes and gives.
 */
import * as z from 'zod';
import {
  closingFields,
  responseFormatField,
  seedField,
  summaryField,
  timeLimitField,
  verdictSchema,
} from './answer.ts';

export const CHECKED_STATES_MAX = 100_000_000;
const NAME_LENGTH_MAX = 100;
const NODES_MAX = 12;
const CLIENTS_MAX = 6;
const OPERATIONS_MAX = 6;
const PROPERTIES_MAX = 20;
const EXPRESSION_LENGTH_MAX = 4000;
const WALKS_MAX = 1_000_000;
const SWEEP_MAX = 32;

const text = z.string().max(NAME_LENGTH_MAX);
const settingValue = z.union([text, z.number(), z.boolean()]);
const budgetOf = (what: string) => z.int().min(0).max(10).optional().describe(`${what}, in all; default 0.`);

const commandSchema = z.strictObject({
  kind: text.describe('What is asked, e.g. "write" or "read".'),
  key: z.int().min(0).max(1000).optional().describe('Which key, e.g. 0.'),
  value: z.int().min(0).max(1_000_000).optional().describe('The value, e.g. 1.'),
  expected: z.int().min(0).max(1_000_000).nullable().optional().describe('For cas: the value that must be there.'),
  nodes: z.array(text).max(NODES_MAX).optional().describe('Node names, for administrative commands.'),
});

const boundsSchema = z.strictObject({
  max_term: z.int().min(0).max(20).optional().describe('Highest term, view, ballot or epoch, default 2.'),
  messages_per_link: z
    .int()
    .min(1)
    .max(20)
    .optional()
    .describe('Most messages on the way from one node to another; more are lost. Default 1.'),
  timeouts: z.int().min(0).max(100).optional().describe('Most timers that fire, in all; default no bound.'),
  attempts: z.int().min(1).max(5).optional().describe('How often a client sends a request, default 1: no retry.'),
  max_depth: z.int().min(1).max(10_000).optional().describe('Longest path, in states; default no bound.'),
});

const faultsSchema = z.strictObject({
  crashes: budgetOf('Crashes with restart'),
  disk_losses: budgetOf('Crashes that lose the disk too'),
  losses: budgetOf('Lost messages'),
  partitions: budgetOf('Times that the nodes are cut in two'),
});

const variation = {
  nodes: z.int().min(1).max(NODES_MAX).optional().describe('Replicas, e.g. 3; default 3 or the least possible.'),
  variant: text.optional().describe('A known mistake built in, e.g. "forgets-vote"; an unknown one lists them.'),
  settings: z
    .record(text, settingValue)
    .optional()
    .describe('Settings of the protocol, e.g. {"pre_vote":false}; an unknown one lists them.'),
  config: z
    .record(text, settingValue)
    .optional()
    .describe('Settings of the model, e.g. {"rms":5,"symmetry":"orbits"}; an unknown one lists them.'),
  bounds: boundsSchema.optional().describe('How far to look at a protocol. Members left out take their defaults.'),
  faults: faultsSchema.optional().describe('How often each fault may happen.'),
};

export const modelCheckFields = {
  protocol: text.optional().describe('A protocol, run by its own code, e.g. "raft". Give this or model.'),
  model: text.optional().describe('A reference model, e.g. "two_phase_commit"; an unknown one lists them.'),
  ...variation,
  network: z
    .enum(['unordered_non_duplicating', 'unordered_duplicating', 'ordered'])
    .default('unordered_non_duplicating')
    .describe('How messages of a protocol travel, default unordered_non_duplicating.'),
  operations: z
    .array(z.array(commandSchema).max(OPERATIONS_MAX))
    .max(CLIENTS_MAX)
    .optional()
    .describe('By client, what it asks in turn; default: one client, one write (what the protocol’s workload has).'),
  properties: z
    .array(z.string().max(EXPRESSION_LENGTH_MAX))
    .max(PROPERTIES_MAX)
    .default([])
    .describe(
      'Your own, over the state, e.g. "all a, b in nodes: a.role = b.role implies a.term = b.term"; also sometimes …, eventually …, … leads to ….',
    ),
  only: z.array(text).max(PROPERTIES_MAX).optional().describe('Names of built-in properties to judge; default all.'),
  fairness: z
    .enum(['none', 'weak', 'strong'])
    .default('weak')
    .describe('What eventually and leads to may rely on: enabled steps are taken. Default weak.'),
  search: z
    .enum(['breadth_first', 'depth_first', 'iterative_deepening', 'random_walk'])
    .default('breadth_first')
    .describe('breadth_first (default) gives shortest counterexamples; random_walk proves nothing.'),
  max_states: z.int().min(1).max(CHECKED_STATES_MAX).optional().describe('Most distinct states, default 20000000.'),
  exact: z.boolean().default(false).describe('Compare whole states instead of fingerprints, default false.'),
  symmetry: z
    .boolean()
    .default(true)
    .describe('Explore one state of each orbit where symmetry is known, default true.'),
  skip_idle_deliveries: z
    .boolean()
    .default(true)
    .describe('A delivery that changes and sends nothing is no step, default true.'),
  sleep_sets: z.boolean().default(false).describe('Depth-first: skip reorderings of independent steps, default false.'),
  full_space: z.boolean().default(false).describe('Go on after a breach and count everything, default false.'),
  walks: z.int().min(1).max(WALKS_MAX).default(1000).describe('Random walks, default 1000.'),
  seed: seedField,
  sweep: z
    .array(z.strictObject(variation))
    .max(SWEEP_MAX)
    .optional()
    .describe('Further configurations, each over the base call, in parallel.'),
  continue: z
    .string()
    .max(NAME_LENGTH_MAX)
    .optional()
    .describe('Checkpoint of an earlier answer that ran out of time: goes on from there.'),
  time_limit_ms: timeLimitField,
  response_format: responseFormatField,
};

export const modelCheckRequestSchema = z.strictObject(modelCheckFields);

const count = z.int().min(0).max(Number.MAX_SAFE_INTEGER);

export const statesSchema = z.object({
  unique: count.describe('Distinct states; orbits under symmetry.'),
  generated: count.describe('Initial states and all successors, as TLC counts.'),
  depth: count.describe('States on the longest of the shortest paths (depth-first and walks: of the longest taken).'),
  frontier: count.describe('Reached and not explored.'),
  bytes: count.describe('Memory of the search.'),
});

const stepSchema = z.object({
  text: z.string().describe('What happens.'),
  changes: z.array(z.string()).describe('What it changes in the state: path: before → after.'),
});

export const modelCheckReportSchema = z.object({
  summary: summaryField,
  verdict: verdictSchema.describe('holds means: in every schedule within these bounds, and no more.'),
  subject: z.string().describe('What was explored.'),
  states: statesSchema.describe('How much was explored.'),
  exhaustive: z.boolean().describe('Whether every state within the bounds was explored.'),
  stopped_by: z.string().optional().describe('Which limit ended the search.'),
  bounds: z.array(z.string()).describe('The bounds, in words.'),
  reductions: z.array(z.string()).describe('What made the space smaller, and what it may hide.'),
  expected_collisions: z.number().describe('Expected states lost to equal fingerprints; 0 in exact mode.'),
  properties: z
    .array(
      z.object({
        name: z.string().describe('Property, by its paper’s name or as written.'),
        kind: z.string().describe('always, always_step, sometimes, eventually, leads_to or deadlock_free.'),
        statement: z.string().describe('What it demands.'),
        status: z
          .enum(['holds', 'violated', 'reached', 'never_reached', 'unknown', 'not_judged'])
          .describe('Of sometimes: reached or never_reached.'),
        text: z.string().optional().describe('The values that broke it, or why it was not judged.'),
        steps: count.optional().describe('Steps to the breach.'),
      }),
    )
    .describe('Every property.'),
  counterexample: z
    .object({
      property: z.string().describe('The property that is broken.'),
      values: z.string().describe('The values that broke it.'),
      shortest: z.boolean().describe('Whether no shorter path breaks it.'),
      length: count.describe('Steps.'),
      steps: z.array(stepSchema).describe('All steps, with what each changes.'),
      decisive: z.array(z.string()).describe('The few steps that matter most.'),
      loop: z
        .array(z.string())
        .optional()
        .describe('For what never comes true: the steps repeated for ever after these.'),
      state: z.string().optional().describe('The state of a model that breaks it, as JSON.'),
      diagram: z.string().describe('Mermaid sequence diagram.'),
      replay: z.string().optional().describe('Token that run_simulation replays: run_simulation {"replay": …}.'),
    })
    .optional()
    .describe('A path to the first breach.'),
  sweep: z
    .array(
      z.object({
        configuration: z.string().describe('What was varied.'),
        verdict: verdictSchema.describe('Its verdict.'),
        states: statesSchema.describe('How much was explored.'),
        exhaustive: z.boolean().describe('Whether every state was explored.'),
        violated: z.array(z.string()).describe('Broken properties, with the values.'),
      }),
    )
    .optional()
    .describe('The further configurations.'),
  checkpoint: z.string().optional().describe('Goes on from here: check_model {"continue": …}.'),
  ...closingFields,
});

export type ModelCheckToolRequest = z.output<typeof modelCheckRequestSchema>;
export type ModelCheckReport = Omit<z.input<typeof modelCheckReportSchema>, 'reproduce'>;
