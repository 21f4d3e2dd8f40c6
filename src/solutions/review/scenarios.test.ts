import { expect, test } from 'vitest';
import { proposedSolutionSchema } from '../../schemas/solution.ts';
import { checkScenarios } from './scenarios.ts';

/** Five nodes that crash, two failures to survive: is the behaviour refuted, confirmed, or not read? */
function judge(scenario: string, behavior: string): 'wrong' | 'right' | 'not read' {
  const solution = proposedSolutionSchema.parse({
    protocol: '',
    correctness_proof: '',
    failure_scenarios: [{ scenario, behavior, recovery: '' }],
    performance_characteristics: { latency: '', throughput: '', availability: '' },
  });
  const problem = { problem_type: 'consensus' as const, nodes: 5, failure_tolerance: 2 };
  const [check] = checkScenarios(solution, { problem, nodes: 5, faultModel: 'crash' });
  if (check === undefined) return 'not read';
  return check.refutation === undefined ? 'right' : 'wrong';
}

test.each([
  ['Three nodes fail', 'Continues to accept writes.'],
  ['Loss of 3 nodes', 'The cluster stays available.'],
  ['2 nodes are unavailable', 'The cluster stops accepting writes.'],
  ['2 of 5 nodes down', 'It is no longer available.'],
  ['3 of 5 nodes down', 'Does not stop; writes proceed.'],
  ['3 of 5 nodes crash', 'Writes proceed.'],
  ['f+1 failures', 'Continues.'],
  ['f nodes fail', 'The system halts.'],
  ['All nodes down', 'Keeps serving.'],
  ['One node crashes', 'Writes are refused.'],
  ['Network partition, minority side', 'Continues to accept writes.'],
  ['Partition 2 | 3', 'The minority continues to accept writes.'],
])('%s: %s is wrong', (scenario, behavior) => {
  expect(judge(scenario, behavior)).toBe('wrong');
});

test.each([
  ['3 of 5 nodes down', 'No longer continues; writes are refused.'],
  ['3 of 5 nodes down', 'The service is not available.'],
  ['3 of 5 nodes down', 'Stops accepting writes; stale reads may still be available.'],
  ['3 of 5 nodes down', 'Cannot commit.'],
  ['3 of 5 nodes down', 'Stops; continues when a node is back.'],
  ['2 of 5 nodes down', 'Does not stop; writes proceed.'],
  ['Two nodes fail', 'The remaining three continue.'],
  ['Loss of 2 of 5 nodes', 'Writes continue without blocking.'],
  ['f+1 failures', 'Loses quorum and rejects writes.'],
  ['All nodes down', 'Unavailable.'],
  ['3 of 5 nodes down', 'The remaining nodes serve stale reads; nothing commits.'],
  ['3 of 5 nodes down', 'The cluster accepts no writes.'],
  ['2 of 5 nodes down', 'Still available; a third failure stops the cluster.'],
  ['2 of 5 nodes down', 'Zero downtime.'],
])('%s: %s is right', (scenario, behavior) => {
  expect(judge(scenario, behavior)).toBe('right');
});

test.each([
  ['1 of 5 nodes down', 'The client blocks briefly, then retries.'],
  ['1 node crashes', 'Writes stop until a new leader is elected.'],
  ['One node fails', 'Unavailable during the election.'],
  ['2 nodes down in the minority partition', 'Rejects writes on the minority.'],
  ['3 of 5 nodes down', 'Stale reads continue.'],
  ['3 of 5 nodes down', 'Continues after one node is restarted.'],
  ['3 nodes restart one at a time', 'Continues.'],
  ['3 of 5 nodes down', 'Committed data survives on the other two.'],
  ['3 of 5 nodes down', 'Candidates continue to time out.'],
  ['3 of 5 nodes down', 'Operators continue by restoring a backup.'],
  ['2 of 5 nodes down', 'The leader stops sending to the dead followers.'],
  ['1 of 5 nodes down', 'Leader lost: writes stall; a follower takes over.'],
  ['Leader and 2 followers fail', 'Stops.'],
  ['Minority partition', 'A leader there continues to accept writes into its log, none of which commit.'],
  ['3 disks fail', 'Continues.'],
  ['3 zones down', 'Continues.'],
  ['node 3 fails', 'Continues.'],
  ['More than 1 node down', 'Stops.'],
  ['Partition', 'The majority accepts writes, the minority stops.'],
  ['Network partition, minority side', 'Rejects writes; the majority side continues to accept writes.'],
])('%s: %s is not read', (scenario, behavior) => {
  expect(judge(scenario, behavior)).toBe('not read');
});
