import { describe, expect, test } from 'vitest';
import { proposedSolutionSchema } from '../../schemas/solution.ts';
import { checkProse } from './prose.ts';

/** What is refuted in a proof that consists of one sentence. */
function refuted(sentence: string, nodes: number, faultModel: 'crash' | 'byzantine'): string[] {
  const solution = proposedSolutionSchema.parse({
    protocol: '',
    correctness_proof: sentence,
    failure_scenarios: [],
    performance_characteristics: { latency: '', throughput: '', availability: '' },
  });
  const setting = { problem: { problem_type: 'consensus' as const, failure_tolerance: 2 }, nodes, faultModel };
  return checkProse(solution, setting).flatMap(({ claim, refutation }) => (refutation === undefined ? [] : [claim]));
}

describe('five nodes that crash: wrong', () => {
  test.each([
    'A 4-node ensemble tolerates 2 failures',
    'Four replicas survive the loss of 2',
    'With 4 nodes you can lose two',
    'n = 4, f = 2',
    'With N=4 we tolerate F=2',
    'Tolerates f = 3',
    'Up to 3 failures are tolerated',
    'Three failures can be tolerated',
    'To tolerate 2 failures you need 4 nodes',
    '2 failures require only 4 nodes',
    'It needs 2f+1 = 4 nodes for f = 2',
    'Fault tolerance of 4 nodes: 2',
    'fault tolerance of 3',
    '5 nodes cannot tolerate 2 failures',
    'It stays small: a 4-node cluster, and it survives 2 failures',
    'It keeps working even if 3 of 5 nodes fail',
    'The service stays up with three nodes down',
    'Two of the three replicas may crash without losing availability',
    'Losing three nodes is fine',
    'The loss of 2 of 4 nodes does not stop writes',
    'Even with three nodes down, a quorum remains',
    'The system remains operational with up to 3 failures',
    '3 failures are OK',
    'Up to three of the five nodes may fail',
    'It stays available if any 3 nodes fail',
    'Maximum tolerated failures: 3',
    'Four nodes suffice to tolerate two failures',
    'A leader needs 2 of 5 votes',
    'We need 2 votes out of 5',
    'Any 2 nodes form a majority of 5',
    'In a 4-node cluster a quorum of 2 suffices',
    'majority = 2',
    'A majority (2 of 5) must acknowledge',
    'Commits once 2 of the 5 replicas acknowledge',
    'A write needs acknowledgements from 2 of 5 replicas',
    'With a write quorum of 3 and a read quorum of 2, reads see the last write',
    'A majority is n/2',
    'The quorum is half of the nodes',
    'quorum = ceil(n/2)',
    'floor(n/2) nodes form a quorum',
    'Raft requires 2f nodes to tolerate f',
  ])('%s', (sentence) => {
    expect(refuted(sentence, 5, 'crash')).toHaveLength(1);
  });
});

describe('seven nodes that may lie: wrong', () => {
  test.each([
    'PBFT needs 2f+1 replicas',
    'A Byzantine quorum of 4 out of 7',
    'Seven nodes tolerate three Byzantine faults',
    'PBFT with 6 nodes tolerates 2 faulty nodes',
  ])('%s', (sentence) => {
    expect(refuted(sentence, 7, 'byzantine')).toHaveLength(1);
  });
});

describe('five nodes that crash: right', () => {
  test.each([
    '5 nodes tolerate 2 failures, with a quorum of 3',
    '4 nodes cannot tolerate 2 failures',
    'It does not tolerate 3 failures',
    'With 5 nodes, 3 failures cannot be tolerated',
    'A quorum of 2 would not be enough',
    'No quorum: 2 of 5 is not a majority',
    'The remaining 2 nodes cannot form a quorum of 3',
    '3 of 5 nodes form a majority, 2 of 5 do not',
    'It is a common error that 4 nodes tolerate 2',
    '"4 nodes tolerate 2 failures" comes from an even cluster',
    'Do 4 nodes tolerate 2 failures?',
    'To tolerate 3 failures one needs 7 nodes',
    'Surviving 3 failures requires 7 servers',
    'Unlike 7 nodes, which tolerate 3 failures, 5 tolerate 2',
    '7 nodes, as in the other region, tolerate 3 failures',
    'Each of the 5 nodes handles 10 connections',
    'The system handles 5 nodes per rack',
    'A client tolerates 5 timeouts',
    '5 nodes in 3 zones tolerate 1 zone failure',
    'A leader that fails 3 health checks steps down',
    '5 nodes tolerate fewer than 3 failures',
    '5 nodes do not tolerate 2 failures during a reconfiguration',
    'After 2 failures, 3 nodes survive',
    'With 3 nodes down the quorum of 3 is lost',
    'With a write quorum of 4 and a read quorum of 2, reads and writes intersect',
    'The election quorum of 4 meets every replication quorum of 2',
    'A quorum of 4 survives one failure only',
    'A 3-node cluster is cheap; a quorum of 2 suffices there',
    'In phase 2 a quorum of 2 is enough when phase 1 uses 4',
    'A quorum of 2 allows split brain',
    'Choosing quorum = 2 is unsafe',
    'Operators may continue after 3 nodes fail by forcing a new configuration',
    'Growing from 5 to 7 nodes means it tolerates 3 failures',
    'A quorum of 1 is enough for reads',
    'The log survives 5 crashes',
    'An entry on 4 nodes survives the loss of 3 nodes',
    'The disk array tolerates 3 failures',
    'Three clusters of 5 nodes tolerate 6 failures',
    'It continues until 3 of 5 nodes are down',
    'Stops working when 3 of 5 nodes are down',
    'Reads continue with 3 of 5 nodes down',
    'Safety holds even if 3 of 5 nodes fail',
    'f = 1 for n = 3, f = 2 for n = 5, f = 3 for n = 7',
    '3 nodes tolerate 1, 5 nodes tolerate 2, 7 nodes tolerate 3 failures',
    'quorum=5/2+1=3',
    'For odd n, ceil(n/2) = floor(n/2)+1',
    'ceil(n/2) is wrong for even n',
    'quorum = ceil((n+1)/2) = 3',
    'The quorum is lost once ceil(n/2) nodes fail',
    'The quorum is half of the nodes plus one',
    'Raft requires 2f+1 nodes to tolerate f failures',
  ])('%s', (sentence) => {
    expect(refuted(sentence, 5, 'crash')).toEqual([]);
  });
});

describe('seven nodes that may lie: right', () => {
  test.each([
    '7 nodes tolerate 3 crash failures but only 2 Byzantine ones',
    'Under crash faults, 5 nodes tolerate 2 failures',
    'PBFT waits for 2f+1 = 5 matching messages',
    'A commit needs 2f+1 replicas',
    'PBFT with 7 nodes tolerates 2 Byzantine failures, with quorums of 5',
  ])('%s', (sentence) => {
    expect(refuted(sentence, 7, 'byzantine')).toEqual([]);
  });
});
