import * as z from 'zod';
import { fail } from '../src/kernel/failure.ts';
import { defineTool, READ_ONLY } from '../src/registry/define-tool.ts';
import { problemFields } from '../src/schemas/problem.ts';
import { solutionSchema } from '../src/schemas/solution.ts';
import { solveConsensus } from '../src/solutions/consensus.ts';

const input = z.strictObject(problemFields);

export const solveProblem = defineTool({
  name: 'solve_problem',
  title: 'Solve a distributed problem',
  description:
    'Answers a distributed_problem with a distributed_solution: protocol, configuration, proof argument, failure ' +
    'scenarios, performance, alternatives, each with its evidence. Today it solves consensus; other types fail with ' +
    'solution/not_yet. Requirements that no protocol can meet are refused with the theorem and what would do.',
  useWhen: 'you need a protocol and its settings for given nodes, failures and network',
  notFor: 'questions about one quorum system (analyze_quorum) or checking an answer you have (review_solution)',
  input,
  output: solutionSchema,
  annotations: READ_ONLY,
  examples: [
    {
      title: 'Consensus among 5 nodes that survives 2 failures',
      input: { problem_type: 'consensus', nodes: 5, failure_tolerance: 2 },
    },
    {
      title: 'Seven nodes of which two may lie, 20 ms apart',
      input: {
        problem_type: 'consensus',
        nodes: 7,
        failure_tolerance: 2,
        network_assumptions: { latency_ms: 20, byzantine_tolerance: true },
      },
    },
    {
      title: 'Five nodes cannot survive two Byzantine failures',
      input: {
        problem_type: 'consensus',
        nodes: 5,
        failure_tolerance: 2,
        network_assumptions: { byzantine_tolerance: true },
      },
      fails: 'solution/infeasible',
    },
  ],
  run: (problem, { budget }) =>
    problem.problem_type === 'consensus' ? solveConsensus(problem, budget) : failNotYet(problem.problem_type),
});

function failNotYet(problemType: string): never {
  return fail('solution/not_yet', {
    message: `problems of type ${problemType} are not solved yet`,
    path: 'problem_type',
    received: JSON.stringify(problemType),
    expected: '"consensus"',
    nextStep:
      'Ask a consensus question, e.g. solve_problem {"problem_type":"consensus","nodes":5,"failure_tolerance":2}, ' +
      'or use analyze_quorum for the quorums of a replicated store.',
  });
}
