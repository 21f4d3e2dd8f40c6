/**
 * The claims in the texts of a solution.
 */
import type { ProposedSolution } from '../../schemas/solution.ts';
import type { Check, Refutation, ReviewSetting } from './check.ts';
import { type Claim, type FormulaClaim, findClaims, type HalfClaim } from './claims.ts';
import {
  refuteFormula,
  refuteIntersection,
  refuteIntolerance,
  refuteOutcome,
  refuteReadWrite,
  refuteTolerance,
} from './sizes.ts';

export function checkProse(solution: ProposedSolution, setting: ReviewSetting): Check[] {
  return textsOf(solution)
    .flatMap(({ path, text }) => findClaims(text, path))
    .flatMap((claim) => checkClaim(claim, setting));
}

const NO_MAJORITY: Refutation = {
  computed: 'the majority of n is floor(n/2)+1; for n = 4 half is 2, and two disjoint pairs both pass',
  evidence: 'quorums must intersect: 2q > n',
};

/** A claim about nodes that nobody counted cannot be checked. */
function checkClaim(claim: Claim, setting: ReviewSetting): Check[] {
  const { path, text, faultModel = setting.faultModel } = claim;
  if (claim.kind === 'half') return [{ path, claim: text, refutation: NO_MAJORITY }];
  if (claim.kind === 'formula') return [{ path, claim: text, refutation: refuteFormula(claim, faultModel) }];
  const nodes = claim.nodes ?? setting.nodes;
  if (nodes === undefined || nodes < 1) return [];
  return [{ path, claim: text, refutation: refute(claim, nodes, faultModel) }];
}

function refute(
  claim: Exclude<Claim, HalfClaim | FormulaClaim>,
  nodes: number,
  faultModel: ReviewSetting['faultModel'],
): Refutation | undefined {
  switch (claim.kind) {
    case 'quorum':
      return refuteIntersection(nodes, claim.quorum, faultModel);
    case 'read_write':
      return refuteReadWrite(nodes, claim, faultModel);
    case 'outage':
      return refuteOutcome({ nodes, down: claim.failures }, true, faultModel);
    case 'tolerance':
      return claim.negated
        ? refuteIntolerance(nodes, claim.failures, faultModel)
        : refuteTolerance(nodes, claim.failures, faultModel);
  }
}

/** Every text of the solution in which claims are looked for, with its path. */
function textsOf(solution: ProposedSolution): { path: string; text: string }[] {
  const { failure_scenarios: scenarios, performance_characteristics: performance, assumptions = [] } = solution;
  return [
    { path: 'summary', text: solution.summary ?? '' },
    { path: 'protocol', text: solution.protocol },
    { path: 'correctness_proof', text: solution.correctness_proof },
    ...scenarios.flatMap((scenario, index) => textsIn(`failure_scenarios[${index}]`, scenario)),
    ...textsIn('performance_characteristics', performance),
    ...assumptions.map((text, index) => ({ path: `assumptions[${index}]`, text })),
  ];
}

function textsIn(path: string, texts: Readonly<Record<string, string>>): { path: string; text: string }[] {
  return Object.entries(texts).map(([key, text]) => ({ path: `${path}.${key}`, text }));
}
