/**
 * The answer of `analyze_quorum`: from a request to everything that is computed about the quorum system it means.
 */
import type { AvailabilityReport } from '../../availability/availability.ts';
import { type Budget, shareOf } from '../../kernel/budget.ts';
import { reference } from '../../knowledge/bibliography.ts';
import type { StrategyResult } from '../../quorum/strategy.ts';
import type { QuorumReport, QuorumRequest } from '../../schemas/quorum.ts';
import { availabilityOf, describeAvailability, describeDurability } from './describe-availability.ts';
import { describeStrategy, strategyOf } from './describe-strategy.ts';
import { describeStructure, type QuorumStructure } from './describe-structure.ts';
import { gatherQuorumEvidence } from './quorum-evidence.ts';
import { modelOf, type QuorumModel } from './quorum-model.ts';
import { modelOfSearch, type SearchedModel } from './searched-model.ts';
import { summarize } from './summary.ts';
import { verdictOf } from './verdict.ts';

const AVAILABILITY_STEPS = 20_000_000;

export type ReportProgress = (done: number, total: number, message: string) => void;

/** All that one request computes, before it is put into words. */
export interface QuorumFindings {
  readonly model: QuorumModel;
  readonly structure: QuorumStructure;
  readonly strategy: StrategyResult;
  readonly availability: AvailabilityReport | undefined;
  readonly durability: QuorumReport['durability'];
  readonly search: SearchedModel['search'] | undefined;
}

export function reportOnQuorums(
  request: QuorumRequest,
  budget: Budget,
  progress: ReportProgress,
): Omit<QuorumReport, 'reproduce'> {
  const searched = request.search ? modelOfSearch(request, budget, progress) : undefined;
  const model = searched?.model ?? modelOf(request);
  progress(1, 4, 'quorums');
  const structure = describeStructure(model, request.list_limit, budget);
  progress(2, 4, 'strategy');
  const strategy = searched?.strategy ?? strategyOf(model.system, request, budget);
  progress(3, 4, 'availability');
  const findings: QuorumFindings = {
    model,
    structure,
    strategy,
    availability: availabilityOf(model.system, shareOf(budget, AVAILABILITY_STEPS)),
    durability: request.durability === undefined ? undefined : describeDurability(request.durability),
    search: searched?.search,
  };
  return assemble(request, findings);
}

function assemble(request: QuorumRequest, findings: QuorumFindings): Omit<QuorumReport, 'reproduce'> {
  const { model, structure, strategy, availability, durability, search } = findings;
  const { membership } = model;
  return {
    summary: summarize(findings),
    verdict: verdictOf(findings),
    ...describeStrategy(model.system, strategy, request),
    node_count: model.system.nodes.length,
    formula: model.formula,
    ...structure,
    ...(membership === undefined ? {} : { membership }),
    ...(search === undefined ? {} : { search }),
    ...(availability === undefined ? {} : { availability: describeAvailability(availability) }),
    ...(durability === undefined ? {} : { durability }),
    evidence: gatherQuorumEvidence(findings),
    assumptions: assumptionsOf(findings),
    references: [...new Set(model.references)].map((id) => reference(id)),
    next_steps: nextSteps(request, findings),
  };
}

function assumptionsOf({ model, availability }: QuorumFindings): string[] {
  const { system } = model;
  const assumptions = [...model.assumptions];
  if (availability !== undefined) {
    assumptions.push(
      'Nodes and zones fail independently of each other, except that a zone takes everything in it down.',
    );
    const silent = system.nodes.filter((node) => node.availability === undefined).length;
    if (silent > 0) assumptions.push(`${silent} nodes state no availability and are taken to be always up.`);
  }
  return assumptions;
}

function nextSteps(request: QuorumRequest, { structure, availability, strategy }: QuorumFindings): string[] {
  const steps: string[] = [];
  const { read_quorums: reads, write_quorums: writes } = structure;
  if (!reads.complete || !writes.complete) {
    steps.push('Not all minimal quorums are listed: raise list_limit (up to 10000) to see more of them.');
  }
  if (structure.intersection.write_write.holds === false && structure.intersection.read_write.holds !== false) {
    steps.push(
      'Two write quorums can miss each other: enough for the second phase of Flexible Paxos, where one leader writes, but ' +
        'not for versioned registers with several writers, which need 2w > V.',
    );
  }
  if (strategy.feasible === false)
    steps.push('Loosen the limit named in infeasible_because, or add nodes or capacity.');
  if (availability === undefined) {
    steps.push('Give "node_availability" (e.g. 0.99) and zones to learn availability and downtime per year.');
  } else if (!availability.exact) {
    steps.push('Availability is bounded, not exact: raise time_limit_ms, or give fewer nodes.');
  }
  if (!request.search && (request.nodes?.length ?? 99) <= 7) {
    steps.push('Add "search":true to look for a better quorum system over the same nodes.');
  }
  return steps;
}
