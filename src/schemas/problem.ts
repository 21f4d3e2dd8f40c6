/**
 * `distributed_problem`: the question a user asks. The names of its fields are fixed.
 */
import * as z from 'zod';

export const PROBLEM_NODES_MAX = 1_000;
export const LATENCY_MS_MAX = 600_000;

const networkAssumptions = z
  .strictObject({
    latency_ms: z
      .int()
      .min(0)
      .max(LATENCY_MS_MAX)
      .optional()
      .describe('One-way network latency between nodes, milliseconds, e.g. 5.'),
    partition_probability: z
      .number()
      .min(0)
      .max(1)
      .optional()
      .describe('Probability that a node is cut off at any given time, 0 to 1, e.g. 0.01.'),
    byzantine_tolerance: z
      .boolean()
      .optional()
      .describe('True if nodes may lie or equivocate, not only crash. Default false.'),
  })
  .describe('What is known about the network.');

export const problemFields = {
  problem_type: z
    .enum(['consensus', 'replication', 'partitioning', 'transaction', 'conflict'])
    .describe('Kind of problem, e.g. "consensus".'),
  nodes: z.int().min(1).max(PROBLEM_NODES_MAX).optional().describe('Number of nodes, e.g. 5.'),
  failure_tolerance: z
    .int()
    .min(0)
    .max(PROBLEM_NODES_MAX)
    .optional()
    .describe('Number of node failures to survive, e.g. 2.'),
  consistency_requirement: z
    .enum(['strong', 'eventual', 'causal', 'linearizable'])
    .optional()
    .describe('Consistency that clients need, e.g. "linearizable".'),
  network_assumptions: networkAssumptions.optional(),
};

export const problemSchema = z.strictObject(problemFields);
export type DistributedProblem = z.output<typeof problemSchema>;
