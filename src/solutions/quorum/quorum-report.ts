/**
 * The answer of `analyze_quorum`: from a request to everything that is computed about the quorum system it means.
 */

import { type Budget, type Progress, shareOf, stepBudget } from '../../kernel/budget.ts';
import { defined } from '../../kernel/defined.ts';
import { reference } from '../../knowledge/bibliography.ts';
import type { QuorumReport, QuorumRequest } from '../../schemas/quorum.ts';
import { availabilityOf, describeAvailability, describeDurability } from './describe-availability.ts';
import { describeStrategy, goalAssumptions, rarerQuorums, strategyOf } from './describe-strategy.ts';
import { describeStructure } from './describe-structure.ts';
import type { QuorumFindings } from './findings.ts';
import { gatherQuorumEvidence } from './quorum-evidence.ts';
import { modelOf } from './quorum-model.ts';
import { modelOfSearch } from './searched-model.ts';
import { summarize } from './summary.ts';
import { verdictOf } from './verdict.ts';

const AVAILABILITY_STEPS = 25_000_000;
const STEPS_AFTER_SEARCH = 2_000_000;

export function reportOnQuorums(
  request: QuorumRequest,
  budget: Budget,
  progress: Progress,
): Omit<QuorumReport, 'reproduce'> {
  const searched = request.search ? modelOfSearch(request, budget, searchPart(progress)) : undefined;
  const model = searched?.model ?? modelOf(request);
  // A search may spend all of the budget; what it found is small enough to be analysed all the same.
  const rest = searched === undefined ? budget : stepBudget(STEPS_AFTER_SEARCH);
  progress(60, 100, 'quorums');
  const structure = describeStructure(model, request.list_limit, rest);
  progress(70, 100, 'strategy');
  const strategy = searched?.strategy ?? strategyOf(model.system, request, rest);
  progress(90, 100, 'availability');
  const findings: QuorumFindings = {
    model,
    structure,
    strategy,
    availability: availabilityOf(model.system, shareOf(rest, AVAILABILITY_STEPS)),
    durability: request.durability === undefined ? undefined : describeDurability(request.durability),
    search: searched?.search,
  };
  return assemble(request, findings);
}

/** A search is the longest part where there is one. */
function searchPart(progress: Progress): Progress {
  return (done, total, message) => progress(Math.floor((60 * done) / total), 100, message);
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
    ...defined({ membership, search, durability }),
    ...defined({ availability: availability && describeAvailability(availability) }),
    evidence: gatherQuorumEvidence(findings),
    assumptions: assumptionsOf(request, findings),
    references: [...new Set(model.references)].map((id) => reference(id)),
    next_steps: nextSteps(request, findings),
  };
}

function assumptionsOf(request: QuorumRequest, { model, availability }: QuorumFindings): string[] {
  const { system } = model;
  const assumptions = [...model.assumptions, ...goalAssumptions(request)];
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
    steps.push('Loosen the limit named in no_strategy_because, or add nodes or capacity.');
  if (strategy.feasible === true) steps.push(...rarerQuorums(request, strategy));
  if (strategy.feasible === true && !strategy.certificate.verified) {
    steps.push('The optimum was not proven in time: raise time_limit_ms (up to 45000), or give fewer nodes.');
  }
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
