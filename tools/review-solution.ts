import * as z from 'zod';
import { type AnswerBody, defineTool, READ_ONLY } from '../src/registry/define-tool.ts';
import { closingFields, summaryField, verdictSchema } from '../src/schemas/answer.ts';
import { problemSchema } from '../src/schemas/problem.ts';
import { proposedSolutionSchema } from '../src/schemas/solution.ts';
import { type Review, reviewSolution } from '../src/solutions/review.ts';

const input = z.strictObject({
  problem: problemSchema.describe('The distributed_problem that was asked.'),
  solution: proposedSolutionSchema.describe('The distributed_solution proposed for it.'),
});

const output = z.object({
  summary: summaryField,
  verdict: verdictSchema.describe(
    'holds: every recognised claim is true; violated: one is false; unknown: none found.',
  ),
  valid: z.boolean().describe('Whether the solution has the right shape and no recognised claim is false.'),
  violations: z
    .array(
      z.object({
        path: z.string().describe('Where the claim stands in the solution.'),
        claim: z.string().describe('The claim.'),
        computed: z.string().describe('What is true instead.'),
        evidence: z.string().describe('Why.'),
      }),
    )
    .describe('Claims that are false.'),
  claims_checked: z.int().min(0).max(1_000_000).describe('Claims that were recognised and recomputed.'),
  ...closingFields,
});

const WRONG_SOLUTION = {
  protocol: 'Raft',
  correctness_proof: 'Any two majorities of the 4 nodes intersect, so 4 nodes tolerate 2 failures.',
  failure_scenarios: [{ scenario: '2 of 4 nodes down', behavior: 'Continues with quorum.', recovery: 'None needed.' }],
  performance_characteristics: { latency: 'one round trip', throughput: 'leader-bound', availability: 'high' },
};

export const reviewSolutionTool = defineTool({
  name: 'review_solution',
  title: 'Review a proposed solution',
  description:
    'Recomputes the claims of a distributed_solution: quorum arithmetic in settings and prose, what each failure ' +
    'scenario is said to do, protocol against fault model, timeouts against each other and the round trip. Reports ' +
    'each false claim with path, computed value and evidence. It does not judge whether a proof is a proof.',
  useWhen: 'you are about to give or accept an answer about a replicated system',
  notFor: 'producing an answer (solve_problem)',
  input,
  output,
  annotations: READ_ONLY,
  examples: [
    {
      title: 'A wrong tolerance: 4 nodes tolerate 1 failure, not 2',
      input: { problem: { problem_type: 'consensus', nodes: 4, failure_tolerance: 2 }, solution: WRONG_SOLUTION },
    },
  ],
  run: ({ problem, solution }) => describeReview(reviewSolution(problem, solution)),
});

function describeReview({ violations, claimsChecked, references }: Review): AnswerBody<typeof output> {
  const valid = violations.length === 0;
  const first = violations[0];
  return {
    summary:
      first === undefined
        ? `No false claim among the ${claimsChecked} that were recognised and recomputed.`
        : `${violations.length} of ${claimsChecked} recognised claims are false; the first, at ${first.path}: ${first.computed}.`,
    verdict: valid ? (claimsChecked === 0 ? 'unknown' : 'holds') : 'violated',
    valid,
    violations: [...violations],
    claims_checked: claimsChecked,
    evidence: violations.map(({ claim, computed, evidence }) => ({
      kind: 'computation',
      claim: `not so: ${claim}`,
      method: evidence,
      result: computed,
    })),
    assumptions: ['Claims that name no number of nodes are about the nodes of the configuration, else of the problem.'],
    references: [...references],
    next_steps: valid
      ? ['What was not recognised was not checked: compare the rest with solve_problem on the same problem.']
      : ['Correct the claims listed and call review_solution again, or ask solve_problem for a solution.'],
  };
}
