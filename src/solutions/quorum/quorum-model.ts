/**
 * From a request to the quorum system it means: by sizes, by expressions, by a named construction, or for a membership
 * change. What was not said and had to be assumed is written down.
 */
import { fail, renderReceived } from '../../kernel/failure.ts';
import { construct } from '../../quorum/constructions.ts';
import { majority, type NodeSet, node, weighted } from '../../quorum/expression.ts';
import { type QuorumSizes, quorumSizes } from '../../quorum/fault-model.ts';
import { analyzeMembershipChange, type MembershipChange } from '../../quorum/membership-change.ts';
import { parseExpression } from '../../quorum/parse-expression.ts';
import { createQuorumSystem, type QuorumSystem } from '../../quorum/quorum-system.ts';
import type { QuorumRequest } from '../../schemas/quorum.ts';

export interface QuorumModel {
  readonly system: QuorumSystem;
  /** How sizes or quorums follow, in one line. */
  readonly formula: string;
  /** Failures that were asked for, or that the sizes promise. */
  readonly toleranceWanted: number | undefined;
  readonly byzantineFaults: number;
  readonly membership: MembershipChange | undefined;
  readonly assumptions: readonly string[];
  readonly references: readonly string[];
}

const SOURCES = ['search', 'reads', 'construction', 'membership_change'] as const;

export function modelOf(request: QuorumRequest): QuorumModel {
  rejectContradictions(request);
  if (request.membership_change !== undefined) return modelOfMembershipChange(request, request.membership_change);
  if (request.reads !== undefined || request.writes !== undefined) return modelOfExpressions(request);
  if (request.construction !== undefined) return modelOfConstruction(request, request.construction);
  return modelOfSizes(request);
}

function rejectContradictions(request: QuorumRequest): void {
  const { nodes, node_count: nodeCount } = request;
  if (nodes !== undefined && nodeCount !== undefined && nodes.length !== nodeCount) {
    fail('input/conflict', {
      message: `node_count is ${nodeCount}, but ${nodes.length} nodes are listed`,
      path: 'node_count',
      received: renderReceived(nodeCount),
      expected: String(nodes.length),
      nextStep: 'Give nodes or node_count, not both.',
    });
  }
  const given = SOURCES.filter((source) =>
    source === 'search'
      ? request.search
      : request[source] !== undefined || (source === 'reads' && request.writes !== undefined),
  );
  if (given.length > 1) {
    fail('input/conflict', {
      message: `${given.join(' and ')} each define the quorums`,
      path: given[1] ?? '',
      expected: `only one of ${SOURCES.join(', ')}`,
      nextStep: `Remove ${given.slice(1).join(', ')}.`,
    });
  }
}
