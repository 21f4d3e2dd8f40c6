import { expect, test } from 'vitest';
import { attempt } from '../src/kernel/failure.ts';
import type { DistributedProblem } from '../src/schemas/problem.ts';
import { problemSchema } from '../src/schemas/problem.ts';
import { proposedSolutionSchema, solutionSchema } from '../src/schemas/solution.ts';
import { solveConsensus } from '../src/solutions/consensus.ts';
import { reviewSolution } from '../src/solutions/review.ts';
import { solveProblem } from './solve-problem.ts';

const golden: DistributedProblem = { problem_type: 'consensus', nodes: 5, failure_tolerance: 2 };

test('five nodes and two failures give Raft with quorums of three', async () => {
  const solution = { ...solveConsensus(golden), reproduce: '' };
  expect(solutionSchema.safeParse(solution).success).toBe(true);
  expect(solution.protocol).toBe('Raft');
  expect(solution.configuration).toMatchObject({
    quorum_size: 3,
    election_timeout_min_ms: 150,
    election_timeout_max_ms: 300,
    heartbeat_interval_ms: 50,
  });
  const behaviorOf = (scenario: string): string =>
    solution.failure_scenarios.find((entry) => entry.scenario === scenario)?.behavior ?? '';
  expect(behaviorOf('1 of 5 nodes down')).toMatch(/^Continues: 4 up/);
  expect(behaviorOf('2 of 5 nodes down')).toMatch(/^Continues with quorum: 3 up/);
  expect(behaviorOf('3 of 5 nodes down')).toMatch(/^Stops accepting writes: 2 up/);
  expect(solution.implementations).toEqual(expect.arrayContaining(['etcd', 'Consul']));
  await expect(`${JSON.stringify(solution, null, 2)}\n`).toMatchFileSnapshot('./testdata/solve-consensus-5-nodes.json');
});

test('lying nodes need PBFT and 3f + 1 nodes', () => {
  const network_assumptions = { byzantine_tolerance: true };
  expect(solveConsensus({ ...golden, nodes: 7, network_assumptions })).toMatchObject({
    protocol: 'PBFT',
    configuration: { quorum_size: 5, failure_tolerance: 2 },
  });
  const refused = attempt(() => solveConsensus({ ...golden, network_assumptions }));
  expect(refused).toMatchObject({
    ok: false,
    failure: { code: 'solution/infeasible', expected: expect.stringMatching(/7/) },
  });
});

test('every size and tolerance that is answered passes its own review; every other is refused', () => {
  for (let nodes = 1; nodes <= 12; nodes++) {
    for (let failures = 0; failures <= 6; failures++) {
      for (const byzantine_tolerance of [false, true]) {
        const problem = problemSchema.parse({
          problem_type: 'consensus',
          nodes,
          failure_tolerance: failures,
          network_assumptions: { byzantine_tolerance, latency_ms: 5 },
        });
        const solved = attempt(() => solveConsensus(problem));
        const enough = nodes >= (byzantine_tolerance ? 3 : 2) * failures + 1;
        expect(solved.ok, JSON.stringify(problem)).toBe(enough);
        if (!solved.ok) continue;
        const review = reviewSolution(problem, proposedSolutionSchema.parse({ ...solved.value, reproduce: '' }));
        expect(review.violations).toEqual([]);
        expect(review.claimsChecked).toBeGreaterThan(3);
      }
    }
  }
});

test.each(['replication', 'partitioning', 'transaction', 'conflict'] as const)(
  '%s is not solved yet, and says so',
  (type) => {
    const run = solveProblem.run as (problem: DistributedProblem) => unknown;
    expect(attempt(() => run({ problem_type: type }))).toMatchObject({
      ok: false,
      failure: { code: 'solution/not_yet' },
    });
  },
);

test('without a size there is nothing to solve', () => {
  expect(attempt(() => solveConsensus({ problem_type: 'consensus' }))).toMatchObject({
    ok: false,
    failure: { code: 'input/missing', path: 'nodes' },
  });
});
