/**
 * What `analyze_quorum` takes and answers.
 */
import * as z from 'zod';
import { closingFields, responseFormatField, summaryField, timeLimitField, verdictSchema } from './answer.ts';

export const NODES_MAX = 1_000;
export const EXPRESSION_LENGTH_MAX = 100_000;
const ID_LENGTH_MAX = 64;
const AMOUNT_MAX = 1e15;

const nodeId = z.string().min(1).max(ID_LENGTH_MAX);
const amount = z.number().positive().max(AMOUNT_MAX);
const probability = z.number().min(0).max(1);
const expression = z.string().min(1).max(EXPRESSION_LENGTH_MAX);

const nodeSchema = z.strictObject({
  id: nodeId.describe('Name of the node, e.g. "a".'),
  votes: z.int().min(0).max(1_000).optional().describe('Votes, 0 to 1000, default 1; 0 is a learner, e.g. 2.'),
  capacity: amount.optional().describe('Operations per second, reads and writes alike, default 1, e.g. 1000.'),
  read_capacity: amount.optional().describe('Reads per second, e.g. 4000.'),
  write_capacity: amount.optional().describe('Writes per second, e.g. 2000.'),
  latency_ms: z.number().min(0).max(1e9).optional().describe('Time to answer, milliseconds, e.g. 12.5.'),
  zone: nodeId.optional().describe('Failure domain the node is in: host, rack, zone or region, e.g. "eu-1a".'),
  availability: probability.optional().describe('Probability that the node itself is up, e.g. 0.999.'),
  witness: z.boolean().optional().describe('True for an arbiter that votes but holds no data.'),
});

const zoneSchema = z.strictObject({
  id: nodeId.describe('Name of the failure domain, e.g. "eu-1a".'),
  availability: probability.optional().describe('Probability that the domain itself is up, default 1, e.g. 0.9995.'),
  within: nodeId.optional().describe('The domain that contains this one, e.g. "eu-1".'),
});

const workloadSchema = z.strictObject({
  read_fraction: probability.describe('Share of operations that are reads, e.g. 0.75.'),
  weight: amount.describe('How often, in any unit; weights are normalised, e.g. 2.'),
});

export const CONSTRUCTIONS = [
  'majority',
  'read_one_write_all',
  'weighted_voting',
  'flexible_paxos',
  'grid',
  'maekawa_grid',
  'tree',
  'hierarchical',
  'crumbling_wall',
  'wheel',
  'projective_plane',
] as const;

const membershipChange = z.strictObject({
  from: z.array(nodeId).min(1).max(NODES_MAX).describe('Voting members before, e.g. ["a","b","c"].'),
  to: z.array(nodeId).min(1).max(NODES_MAX).describe('Voting members after, e.g. ["c","d","e"].'),
});

const durabilityInput = z.strictObject({
  copies: z.int().min(1).max(100).describe('Fragments or replicas stored, e.g. 3.'),
  copies_needed: z.int().min(1).max(100).describe('How many of them are enough to read the data, e.g. 1.'),
  mean_time_to_failure_hours: amount.describe('Mean time to failure of one copy, hours, e.g. 100000.'),
  mean_time_to_repair_hours: amount.describe('Mean time to rebuild one copy, hours, e.g. 24.'),
  repair: z
    .enum(['parallel', 'serial'])
    .default('parallel')
    .describe('Whether lost copies are rebuilt all at once (default) or one after another.'),
});

export const quorumRequestSchema = z.strictObject({
  node_count: z.int().min(1).max(NODES_MAX).optional().describe('Number of nodes, 1 to 1000, e.g. 5.'),
  nodes: z.array(nodeSchema).min(1).max(NODES_MAX).optional().describe('The nodes, where they differ.'),
  failure_tolerance: z.int().min(0).max(NODES_MAX).optional().describe('Node failures to survive, e.g. 2.'),
  fault_model: z
    .enum(['crash', 'byzantine', 'hybrid'])
    .default('crash')
    .describe('What a failed node may do: stop (crash, default), anything (byzantine), or a mix (hybrid).'),
  byzantine_failures: z
    .int()
    .min(0)
    .max(NODES_MAX)
    .optional()
    .describe('For hybrid: how many of the failures may be Byzantine, e.g. 1.'),
  byzantine_quorums: z
    .enum(['dissemination', 'masking', 'opaque'])
    .default('dissemination')
    .describe('Byzantine quorum system: dissemination (signed data, default), masking or opaque.'),
  reads: expression
    .optional()
    .describe(
      'Read quorums: "a*b + c*d", choose(2, a, b, c), majority(a, b, c), nested. Given alone, writes are its dual.',
    ),
  writes: expression.optional().describe('Write quorums, in the same language, e.g. "a*c + b*d".'),
  construction: z.enum(CONSTRUCTIONS).optional().describe('A quorum system by name, instead of expressions.'),
  shape: z
    .array(z.int().min(1).max(NODES_MAX))
    .min(1)
    .max(64)
    .optional()
    .describe(
      'Sizes of the construction: grid and maekawa_grid [rows, columns]; crumbling_wall [row sizes]; hierarchical ' +
        '[children per level]; projective_plane [order]; flexible_paxos [phase-1 size, phase-2 size]; ' +
        'weighted_voting [read votes, write votes].',
    ),
  membership_change: membershipChange.optional().describe('Analyse a change of voting members (joint consensus).'),
  read_fraction: probability.optional().describe('Share of operations that are reads, default 0.5, e.g. 0.9.'),
  workload: z
    .array(workloadSchema)
    .min(1)
    .max(64)
    .optional()
    .describe('A distribution of read fractions, instead of one.'),
  optimize: z
    .enum(['load', 'network', 'latency'])
    .default('load')
    .describe('What the strategy minimises: load (default, so capacity is largest), network messages, or latency.'),
  load_limit: amount.optional().describe('Upper limit of the load, seconds per operation, e.g. 0.0005.'),
  network_limit: amount.optional().describe('Upper limit of nodes contacted per operation, e.g. 2.5.'),
  latency_limit_ms: amount.optional().describe('Upper limit of the mean latency, milliseconds, e.g. 4.'),
  resilient_to: z
    .int()
    .min(0)
    .max(20)
    .default(0)
    .describe('Contact sets that remain quorums after this many of their nodes fail, default 0, e.g. 1.'),
  search: z.boolean().default(false).describe('Search for the best quorum system over the nodes. Default false.'),
  minimum_resilience: z
    .int()
    .min(0)
    .max(20)
    .default(0)
    .describe('For search: failures that the system must survive, default 0, e.g. 1.'),
  zones: z.array(zoneSchema).min(1).max(NODES_MAX).optional().describe('Failure domains; they may nest.'),
  node_availability: probability.optional().describe('Availability of every node that states none, e.g. 0.99.'),
  durability: durabilityInput.optional().describe('Also compute durability of replicated or erasure-coded data.'),
  list_limit: z
    .int()
    .min(1)
    .max(10_000)
    .default(20)
    .describe('How many minimal quorums to list on each side, 1 to 10000, default 20.'),
  time_limit_ms: timeLimitField,
  response_format: responseFormatField,
});

const sets = z.array(z.string());

const quorumsSchema = z.object({
  expression: z.string().describe('The quorums as an expression.'),
  count: z.number().min(0).optional().describe('Number of minimal quorums; absent when it was not reached.'),
  count_exact: z.string().optional().describe('The same as decimal digits, when it exceeds 2^53.'),
  smallest: z.int().min(0).max(NODES_MAX).describe('Nodes in the smallest quorum.'),
  minimal: z.array(sets).describe('Minimal quorums, smallest first.'),
  complete: z.boolean().describe('Whether all minimal quorums are listed.'),
});

const intersectionSchema = z.object({
  holds: z.boolean().optional().describe('Whether every pair intersects enough; absent when it was not decided.'),
  required: z.int().min(0).max(NODES_MAX).describe('Nodes that two quorums must share.'),
  smallest: z.int().min(0).max(NODES_MAX).optional().describe('Fewest nodes that two of them share.'),
  counterexample: z
    .object({
      left: sets.describe('A quorum.'),
      right: sets.describe('Another.'),
      common: sets.describe('What they share.'),
    })
    .optional()
    .describe('Two quorums that share too few nodes.'),
});

const weighted = z.array(
  z.object({
    quorum: sets.describe('Nodes to contact.'),
    probability: z.number().min(0).max(1).describe('How often.'),
  }),
);

const strategySchema = z.object({
  objective: z.enum(['load', 'network', 'latency']).describe('What was minimised.'),
  value: z.number().describe('Its optimum: load in seconds per operation, network in nodes, latency in milliseconds.'),
  exact: z.string().optional().describe('The optimum as a fraction.'),
  load: z.number().describe('Mean load of the busiest node, seconds per operation.'),
  capacity: z.number().describe('Operations per second; over a workload the mean of 1/load.'),
  capacity_at_mean_load: z.number().describe('1 / mean load; equals capacity for a single read fraction.'),
  network_load: z.number().describe('Nodes contacted per operation.'),
  latency_ms: z.number().optional().describe('Mean latency, when nodes state theirs.'),
  reads: weighted.describe('Read strategy.'),
  writes: weighted.describe('Write strategy.'),
  node_load: z
    .array(z.object({ node: z.string().describe('Node.'), load: z.number().describe('Its mean load.') }))
    .describe('Load by node.'),
});

const certificateSchema = z.object({
  method: z.string().describe('What proves the optimum.'),
  bound: z.number().describe('Lower bound that the certificate proves.'),
  gap: z.number().describe('Relative difference between value and bound.'),
  verified: z.boolean().describe('Whether the bound was recomputed from the prices alone and meets the value.'),
  node_prices: z
    .array(z.object({ node: z.string().describe('Node.'), price: z.number().describe('Its dual price.') }))
    .describe('Dual prices: the nodes that limit the system.'),
});

const sideAvailability = z.object({
  read: z.number().min(0).max(1).describe('Probability that a read quorum is up.'),
  write: z.number().min(0).max(1).describe('Probability that a write quorum is up.'),
  both: z.number().min(0).max(1).describe('Probability that both are.'),
});

const availabilitySchema = sideAvailability.extend({
  exact: z.boolean().describe('False if only bounds were reached; then the values are lower bounds.'),
  unavailability: sideAvailability.describe('One minus each, computed without cancellation.'),
  upper: sideAvailability.optional().describe('Upper bounds, when not exact.'),
  downtime_seconds_per_year: z
    .object({
      read: z.number().describe('Seconds per 365 days without a read quorum.'),
      write: z.number().describe('Seconds per 365 days without a write quorum.'),
      both: z.number().describe('Seconds per 365 days without one of the two.'),
    })
    .describe('The same as expected downtime.'),
});

const durabilitySchema = z.object({
  mean_time_to_data_loss_hours: z.number().describe('Mean time until fewer copies are left than are needed, hours.'),
  annual_loss_probability: z.number().describe('Probability of that within 8760 hours.'),
  nines: z.number().describe('Durability per year as a number of nines, -log10 of the loss probability.'),
});

const resilienceSchema = z.object({
  read: z.int().min(0).max(NODES_MAX).optional().describe('Node failures that always leave a read quorum.'),
  write: z.int().min(0).max(NODES_MAX).optional().describe('Node failures that always leave a write quorum.'),
  overall: z.int().min(0).max(NODES_MAX).optional().describe('The smaller of the two; absent when not decided.'),
  fatal: sets.describe('A smallest set of nodes whose loss stops reads or writes.'),
  zones: z.int().min(0).max(NODES_MAX).optional().describe('Whole zones that may be lost.'),
  fatal_zones: sets.optional().describe('A smallest set of zones whose loss stops reads or writes.'),
});

const membershipSchema = z.object({
  one_step_is_safe: z.boolean().describe('Whether every old majority meets every new one.'),
  disjoint_majorities: z
    .object({
      old: sets.describe('A majority of the old members.'),
      new: sets.describe('A majority of the new members.'),
    })
    .optional()
    .describe('Two majorities that do not meet.'),
  joint_quorum: z.string().describe('Quorum to use during the change.'),
  rule: z.string().describe('The rule that makes the change safe.'),
});

export const quorumReportSchema = z.object({
  summary: summaryField,
  verdict: verdictSchema.describe(
    'Whether quorums intersect as they must, the failures asked for are survived, and a strategy proven optimal is within the limits.',
  ),
  feasible: z
    .boolean()
    .optional()
    .describe('Whether a strategy within all limits exists; absent when the system was too large to decide.'),
  no_strategy_because: z
    .string()
    .optional()
    .describe('Why there is no strategy: the limit that cannot be met and what could, or what was too large.'),
  node_count: z.int().min(1).max(NODES_MAX).describe('Nodes in the system.'),
  failure_tolerance: z
    .int()
    .min(0)
    .max(NODES_MAX)
    .optional()
    .describe('Failures survived by reads and writes; absent when not decided.'),
  quorum_size: z.int().min(0).max(NODES_MAX).describe('Nodes in the smallest write quorum.'),
  formula: z.string().describe('How the sizes follow.'),
  read_quorums: quorumsSchema.describe('Read quorums.'),
  write_quorums: quorumsSchema.describe('Write quorums.'),
  intersection: z
    .object({
      read_write: intersectionSchema.describe('Reads see the latest write.'),
      write_write: intersectionSchema.describe('Two writes are ordered; needed for versioned registers and leaders.'),
      byzantine: intersectionSchema.describe('Enough correct nodes in common when some lie.'),
    })
    .describe('Which quorums meet, with a counterexample where they do not.'),
  resilience: resilienceSchema.describe('Failures survived.'),
  membership: membershipSchema.optional().describe('The membership change.'),
  strategy: strategySchema.optional().describe('The optimal strategy.'),
  certificate: certificateSchema.optional().describe('Proof of the optimum.'),
  search: z
    .object({
      exhaustive: z.boolean().describe('Whether the whole space was searched.'),
      candidates: z.int().min(0).max(Number.MAX_SAFE_INTEGER).describe('Quorum systems examined.'),
      stopped_by: z.string().optional().describe('The limit that ended the search.'),
    })
    .optional()
    .describe('How the search went.'),
  availability: availabilitySchema.optional().describe('Availability, when probabilities are given.'),
  durability: durabilitySchema.optional().describe('Durability, when asked for.'),
  ...closingFields,
});

export type QuorumRequest = z.output<typeof quorumRequestSchema>;
export type QuorumReport = z.input<typeof quorumReportSchema>;
