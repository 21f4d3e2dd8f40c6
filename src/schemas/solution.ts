/**
 * `distributed_solution`: the answer to a problem. The first four fields and their shapes are fixed.
 */
import * as z from 'zod';
import { closingFields, evidenceSchema, referenceSchema, summaryField } from './answer.ts';

const failureScenario = z.object({
  scenario: z.string().describe('What fails, e.g. "2 of 5 nodes down".'),
  behavior: z.string().describe('What the system does then.'),
  recovery: z.string().describe('What brings it back, and who does it.'),
});

const performanceCharacteristics = z.object({
  latency: z.string().describe('Latency of a committed operation, with its unit and assumptions.'),
  throughput: z.string().describe('Throughput, with its unit and assumptions.'),
  availability: z.string().describe('Availability, with its assumptions.'),
});

const fixedFields = {
  protocol: z.string().describe('Protocol, e.g. "Raft".'),
  correctness_proof: z
    .string()
    .describe('Theorem, argument in formal notation, paper, and what was machine-checked; no more than that.'),
  failure_scenarios: z.array(failureScenario).describe('What each failure does and how it is recovered.'),
  performance_characteristics: performanceCharacteristics.describe('What to expect of it.'),
};

const configurationSchema = z.object({
  nodes: z.int().min(1).describe('Number of nodes.'),
  failure_tolerance: z.int().min(0).describe('Failures survived.'),
  quorum_size: z.int().min(1).describe('Nodes in a quorum.'),
  election_timeout_min_ms: z.int().min(1).describe('Shortest election (view-change) timeout, milliseconds.'),
  election_timeout_max_ms: z.int().min(1).describe('Longest election (view-change) timeout, milliseconds.'),
  heartbeat_interval_ms: z.int().min(1).optional().describe('Heartbeat interval of the leader, milliseconds.'),
});

/** What `solve_problem` answers. */
export const solutionSchema = z.object({
  summary: summaryField,
  ...fixedFields,
  configuration: configurationSchema.describe('Settings that follow.'),
  alternatives: z
    .array(
      z.object({
        protocol: z.string().describe('The other protocol.'),
        why_not: z.string().describe('Why it was not chosen here.'),
      }),
    )
    .describe('What else could serve, and why not here.'),
  checklist: z
    .array(
      z.object({
        item: z.string().describe('What should be known before production.'),
        status: z
          .enum(['simulated', 'computed', 'argued', 'open'])
          .describe('simulated or computed here, argued from the papers, or open: yours to do.'),
        answer: z.string().describe('What is known of it.'),
      }),
    )
    .describe('The debug checklist.'),
  implementations: z.array(z.string()).describe('Proven implementations.'),
  diagram: z.string().describe('Mermaid diagram of one committed operation.'),
  ...closingFields,
});

/** What `review_solution` accepts: the fixed fields; the others are read where they are given. */
export const proposedSolutionSchema = z.strictObject({
  summary: z.string().max(20_000).optional().describe('Summary, if there is one.'),
  protocol: z.string().max(20_000).describe('Protocol, e.g. "Raft".'),
  correctness_proof: z.string().max(100_000).describe('The proof or argument offered.'),
  failure_scenarios: z
    .array(
      z.strictObject({
        scenario: z.string().max(20_000).describe('What fails, e.g. "2 of 5 nodes down".'),
        behavior: z.string().max(20_000).describe('What the system is said to do.'),
        recovery: z.string().max(20_000).describe('What is said to bring it back.'),
      }),
    )
    .max(200)
    .describe('Failure scenarios claimed.'),
  performance_characteristics: z
    .strictObject({
      latency: z.string().max(20_000).describe('Claimed latency.'),
      throughput: z.string().max(20_000).describe('Claimed throughput.'),
      availability: z.string().max(20_000).describe('Claimed availability.'),
    })
    .describe('Performance claimed.'),
  configuration: z
    .strictObject({
      nodes: z.int().min(0).max(1_000_000).optional().describe('Claimed number of nodes.'),
      failure_tolerance: z.int().min(0).max(1_000_000).optional().describe('Claimed failures survived.'),
      quorum_size: z.int().min(0).max(1_000_000).optional().describe('Claimed quorum size.'),
      election_timeout_min_ms: z.int().min(0).max(1e9).optional().describe('Claimed shortest election timeout, ms.'),
      election_timeout_max_ms: z.int().min(0).max(1e9).optional().describe('Claimed longest election timeout, ms.'),
      heartbeat_interval_ms: z.int().min(0).max(1e9).optional().describe('Claimed heartbeat interval, ms.'),
    })
    .optional()
    .describe('Settings claimed.'),
  alternatives: z
    .array(
      z.strictObject({
        protocol: z.string().max(2_000).describe('The other protocol.'),
        why_not: z.string().max(20_000).describe('Why it was not chosen.'),
      }),
    )
    .max(100)
    .optional()
    .describe('Alternatives named.'),
  checklist: z
    .array(
      z.strictObject({
        item: z.string().max(2_000).describe('What should be known.'),
        status: z.string().max(200).describe('How far it is known.'),
        answer: z.string().max(20_000).describe('What is known of it.'),
      }),
    )
    .max(100)
    .optional()
    .describe('Checklist offered; not reviewed.'),
  implementations: z.array(z.string().max(2_000)).max(100).optional().describe('Implementations named.'),
  diagram: z.string().max(100_000).optional().describe('Diagram offered; not reviewed.'),
  evidence: z.array(evidenceSchema).max(200).optional().describe('Evidence offered; not reviewed.'),
  assumptions: z.array(z.string().max(20_000)).max(200).optional().describe('Assumptions stated.'),
  references: z.array(referenceSchema).max(200).optional().describe('References offered; not reviewed.'),
  next_steps: z.array(z.string().max(20_000)).max(200).optional().describe('Next steps offered.'),
  reproduce: z.string().max(100_000).optional().describe('Command offered; not reviewed.'),
});

export type DistributedSolution = z.input<typeof solutionSchema>;
export type ProposedSolution = z.output<typeof proposedSolutionSchema>;
