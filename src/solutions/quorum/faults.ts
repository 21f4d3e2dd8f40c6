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
  /** Most failures that quorums with so many nodes in common allow for. */
  readonly toleranceOf: (sharedNodes: number) => number;
  readonly assumptions: readonly string[];
}

const UNLIMITED = (): number => Number.POSITIVE_INFINITY;

const CRASH: GivenFaults = { byzantineFaults: 0, requiredIntersection: 1, toleranceOf: UNLIMITED, assumptions: [] };

export function faultsOf(request: QuorumRequest): GivenFaults {
  const { fault_model: model, byzantine_quorums: kind } = request;
  if (model === 'crash') return CRASH;
  if (kind === 'opaque') return failOnOpaque();
  const argument = model === 'byzantine' ? 'failure_tolerance' : 'byzantine_failures';
  const given = request[argument];
  const lying = given ?? 1;
  const sharedPerLiar = kind === 'masking' ? 2 : 1;
  return {
    byzantineFaults: lying,
    requiredIntersection: sharedPerLiar * lying + 1,
    // In the hybrid model only some of the failed lie, so the overlap limits those and not the failures.
    toleranceOf: model === 'hybrid' ? UNLIMITED : (shared) => Math.max(0, Math.floor((shared - 1) / sharedPerLiar)),
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
