import { expect, test } from 'vitest';
import { stepBudget } from '../src/kernel/budget.ts';
import { attempt } from '../src/kernel/failure.ts';
import type { DistributedProblem } from '../src/schemas/problem.ts';
import { problemSchema } from '../src/schemas/problem.ts';
import { proposedSolutionSchema, solutionSchema } from '../src/schemas/solution.ts';
import { solveConsensus } from '../src/solutions/consensus.ts';
import { reviewSolution } from '../src/solutions/review.ts';
import { solveProblem } from './solve-problem.ts';

const solve = (problem: DistributedProblem) => solveConsensus(problem, stepBudget(100_000_000));

const golden: DistributedProblem = { problem_type: 'consensus', nodes: 5, failure_tolerance: 2 };

test('five nodes and two failures give Raft with quorums of three', async () => {
  const solution = { ...solve(golden), reproduce: '' };
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
  expect(solve({ ...golden, nodes: 7, network_assumptions })).toMatchObject({
    protocol: 'PBFT',
    configuration: { quorum_size: 5, failure_tolerance: 2 },
  });
  const refused = attempt(() => solve({ ...golden, network_assumptions }));
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
        const solved = attempt(() => solve(problem));
        const enough = nodes >= (byzantine_tolerance ? 3 : 2) * failures + 1;
        expect(solved.ok, JSON.stringify(problem)).toBe(enough);
        if (!solved.ok) continue;
        checkNodeLosses(solved.value);
        const review = reviewSolution(problem, proposedSolutionSchema.parse({ ...solved.value, reproduce: '' }));
        expect(review.violations).toEqual([]);
        expect(review.claimsChecked).toBeGreaterThan(3);
      }
    }
  }
}, 120_000);

/** "k of n nodes down": the system goes on exactly while a quorum is up. Counted here from the settings alone. */
function checkNodeLosses({ failure_scenarios: scenarios, configuration }: ReturnType<typeof solve>): void {
  const losses = scenarios.flatMap(({ scenario, behavior }) => {
    const match = /^(\d+) of (\d+) nodes? down$/.exec(scenario);
    return match === null ? [] : [{ up: Number(match[2]) - Number(match[1]), behavior }];
  });
  for (const { up, behavior } of losses) {
    expect(behavior).toMatch(up >= configuration.quorum_size ? /^Continues/ : /^Stops accepting writes/);
  }
  expect(losses.some(({ behavior }) => behavior.startsWith('Stops'))).toBe(true);
}

test('a diagram of many nodes draws the whole quorum', () => {
  const { diagram } = solve({ problem_type: 'consensus', nodes: 11 });
  expect(diagram).toMatch(/n5 to n11/);
  expect(diagram).toMatch(/7 × AppendEntries/);
  expect(diagram).toMatch(/2 × success/);
  expect(diagram).toMatch(/committed: 6 nodes store it/);
});

test.each(['replication', 'partitioning', 'transaction', 'conflict'] as const)(
  '%s is not solved yet, and says so',
  (type) => {
    const run = solveProblem.run as (problem: DistributedProblem, context: object) => unknown;
    expect(attempt(() => run({ problem_type: type }, { budget: stepBudget(1) }))).toMatchObject({
      ok: false,
      failure: { code: 'solution/not_yet' },
    });
  },
);

test('without a size there is nothing to solve', () => {
  expect(attempt(() => solve({ problem_type: 'consensus' }))).toMatchObject({
    ok: false,
    failure: { code: 'input/missing', path: 'nodes' },
  });
});
