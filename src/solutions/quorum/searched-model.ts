/**
 * The model of a request that leaves the quorum system to be found.
 */

import type { Budget, Progress } from '../../kernel/budget.ts';
import { defined } from '../../kernel/defined.ts';
import { fail } from '../../kernel/failure.ts';
import { searchQuorumSystems } from '../../quorum/search/search.ts';
import type { StrategyResult } from '../../quorum/strategies/strategy.ts';
import type { QuorumReport, QuorumRequest } from '../../schemas/quorum.ts';
import { rejectContradictions } from './contradictions.ts';
import { goalOf, requireLatencies } from './describe-strategy.ts';
import { nodesOfRequest } from './nodes.ts';
import type { QuorumModel } from './quorum-model.ts';

export interface SearchedModel {
  readonly model: QuorumModel;
  readonly strategy: StrategyResult;
  readonly search: NonNullable<QuorumReport['search']>;
}

export function modelOfSearch(request: QuorumRequest, budget: Budget, progress: Progress): SearchedModel {
  rejectContradictions(request);
  const nodes = nodesOfRequest(request) ?? failOnMissingNodes();
  const goal = goalOf(request);
  requireLatencies(nodes, goal);
  const minimumResilience = Math.max(request.minimum_resilience, request.failure_tolerance ?? 0);
  const { best, exhaustive, candidates, stoppedBy } = searchQuorumSystems({
    nodes,
    zones: request.zones,
    minimumResilience,
    ...goal,
    budget,
    progress,
  });
  if (best === undefined) return failOnNothingFound(exhaustive, candidates, stoppedBy);
  return {
    model: {
      system: best.system,
      formula: `best of ${candidates} duplicate-free systems examined${exhaustive ? ', which is all of them' : ''}; writes are the dual of reads`,
      toleranceWanted: minimumResilience,
      byzantineFaults: 0,
      requiredIntersection: 1,
      toleranceOf: () => Number.POSITIVE_INFINITY,
      membership: undefined,
      assumptions: ['Searched are systems whose reads mention each node at most once, with the dual as writes.'],
      references: ['whittaker2021', 'naor1998'],
    },
    strategy: best.strategy,
    search: defined({ exhaustive, candidates, stopped_by: stoppedBy }),
  };
}

function failOnMissingNodes(): never {
  return fail('input/missing', {
    message: 'a search needs nodes to search over',
    path: 'nodes',
    expected: 'nodes or node_count',
    nextStep: 'A call that works: analyze_quorum {"search":true,"node_count":5,"minimum_resilience":1}',
  });
}

function failOnNothingFound(exhaustive: boolean, candidates: number, stoppedBy: string | undefined): never {
  return exhaustive
    ? fail('quorum/infeasible', {
        message: `none of the ${candidates} quorum systems over these nodes meets the limits and the resilience asked for`,
        expected: 'limits that some system meets',
        nextStep: 'Loosen load_limit, network_limit, latency_limit_ms or minimum_resilience, or add nodes.',
      })
    : fail('time/exceeded', {
        message: `the search ended before any system met the limits: ${stoppedBy ?? 'budget spent'}`,
        expected: 'a longer search or a smaller problem',
        nextStep: 'Raise time_limit_ms (up to 45000), or give fewer nodes.',
      });
}
