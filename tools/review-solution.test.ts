import { expect, test } from 'vitest';
import type { DistributedProblem } from '../src/schemas/problem.ts';
import { type ProposedSolution, proposedSolutionSchema } from '../src/schemas/solution.ts';
import { reviewSolution } from '../src/solutions/review.ts';

const problem: DistributedProblem = { problem_type: 'consensus', nodes: 5, failure_tolerance: 2 };

function propose(changes: Partial<ProposedSolution>): ProposedSolution {
  return proposedSolutionSchema.parse({
    protocol: 'Raft',
    correctness_proof: 'Any two majorities intersect.',
    failure_scenarios: [],
    performance_characteristics: { latency: 'one round trip', throughput: 'bounded by the leader', availability: '' },
    ...changes,
  });
}

const scenario = (text: string, behavior: string) => ({ scenario: text, behavior, recovery: 'Restart the node.' });

test.each<[string, Partial<ProposedSolution>, string, RegExp]>([
  ['a tolerance in prose', { correctness_proof: '4 nodes tolerate 2 failures.' }, 'correctness_proof', /tolerate 1/],
  ['a tolerance that names no nodes', { summary: 'It survives any 3 failures.' }, 'summary', /5 nodes tolerate 2/],
  ['a quorum too small', { summary: 'Writes go to a quorum of 2.' }, 'summary', /share 0|share -?\d/],
  ['half rounded up', { correctness_proof: 'A quorum is ceil(n/2).' }, 'correctness_proof', /floor/],
  ['a quorum in the settings', { configuration: { quorum_size: 2 } }, 'configuration.quorum_size', /share/],
  ['other nodes than asked', { configuration: { nodes: 4 } }, 'configuration.nodes', /5 nodes/],
  [
    'going on without a quorum',
    { failure_scenarios: [scenario('3 of 5 nodes down', 'Continues to accept writes.')] },
    'failure_scenarios[0].behavior',
    /stops/,
  ],
  [
    'stopping with a quorum left',
    { failure_scenarios: [scenario('2 of 5 nodes down', 'Stops accepting writes.')] },
    'failure_scenarios[0].behavior',
    /continues/,
  ],
  [
    'heartbeats slower than the election timeout',
    { configuration: { election_timeout_min_ms: 100, heartbeat_interval_ms: 200 } },
    'configuration.election_timeout_min_ms',
    /time out/,
  ],
  [
    'an empty timeout range',
    { configuration: { election_timeout_min_ms: 150, election_timeout_max_ms: 150 } },
    'configuration.election_timeout_min_ms',
    /range is empty/,
  ],
])('finds %s', (_, changes, path, computed) => {
  const { violations } = reviewSolution(problem, propose(changes));
  expect(violations.map((violation) => violation.path)).toEqual([path]);
  expect(violations[0]?.computed).toMatch(computed);
});

test('an election timeout below the round trip is refuted with the latency of the problem', () => {
  const far: DistributedProblem = { ...problem, network_assumptions: { latency_ms: 100 } };
  const { violations } = reviewSolution(far, propose({ configuration: { election_timeout_min_ms: 150 } }));
  expect(violations[0]?.computed).toMatch(/200 ms/);
});

test('a crash-tolerant protocol does not answer a Byzantine problem', () => {
  const byzantine: DistributedProblem = { ...problem, nodes: 7, network_assumptions: { byzantine_tolerance: true } };
  expect(reviewSolution(byzantine, propose({})).violations).toMatchObject([{ path: 'protocol' }]);
  expect(reviewSolution(byzantine, propose({ protocol: 'PBFT' })).violations).toEqual([]);
});

test('no solution is right for a problem that has none', () => {
  const impossible: DistributedProblem = { problem_type: 'consensus', nodes: 4, failure_tolerance: 2 };
  expect(reviewSolution(impossible, propose({})).violations).toMatchObject([
    { path: 'protocol', computed: '4 nodes tolerate 1; 2 failures need 5 nodes' },
  ]);
});

test('a right solution has no violations, and the claims that were checked are counted', () => {
  const right = propose({
    correctness_proof: 'A majority of 5 is 3, so 5 nodes tolerate 2 failures.',
    failure_scenarios: [
      scenario('2 of 5 nodes down', 'Continues with quorum.'),
      scenario('3 of 5 nodes down', 'Stops.'),
    ],
    configuration: { nodes: 5, failure_tolerance: 2, quorum_size: 3 },
  });
  expect(reviewSolution(problem, right)).toMatchObject({ violations: [], claimsChecked: 8 });
});
