/**
 * How many nodes may lie in a system whose quorums are given, and how much two quorums must then share.
 * D. Malkhi, M. Reiter, "Byzantine Quorum Systems", Distributed Computing 11(4), 1998, 10.1007/s004460050050.
 */
import { fail } from '../../kernel/failure.ts';
import type { QuorumRequest } from '../../schemas/quorum.ts';

export interface GivenFaults {
  readonly byzantineFaults: number;
  /** Nodes that two quorums must share. */
  readonly requiredIntersection: number;
  readonly assumptions: readonly string[];
}

const CRASH: GivenFaults = { byzantineFaults: 0, requiredIntersection: 1, assumptions: [] };

export function faultsOf(request: QuorumRequest): GivenFaults {
  const { fault_model: model, byzantine_quorums: kind } = request;
  if (model === 'crash') return CRASH;
  if (kind === 'opaque') return failOnOpaque();
  const argument = model === 'byzantine' ? 'failure_tolerance' : 'byzantine_failures';
  const given = request[argument];
  const lying = given ?? 1;
  return {
    byzantineFaults: lying,
    requiredIntersection: kind === 'masking' ? 2 * lying + 1 : lying + 1,
    assumptions: given === undefined ? [`${argument} was not given; one lying node is assumed.`] : [],
  };
}

function failOnOpaque(): never {
  return fail('input/conflict', {
    message: 'opaque quorum systems are sized from their nodes, not judged when they are given',
    path: 'byzantine_quorums',
    received: '"opaque"',
    expected: '"dissemination" or "masking"',
    nextStep:
      'A call that works: analyze_quorum {"node_count":6,"fault_model":"byzantine","byzantine_quorums":"opaque"}',
  });
}
