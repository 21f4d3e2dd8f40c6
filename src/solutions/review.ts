/**
 * Recomputes the claims of a proposed solution: quorum arithmetic in its settings and in its prose, what each failure
 * scenario is said to do, the protocol against the fault model, timeouts against each other and the round trip.
 *
 * It decides whether recognised claims are false. It does not decide whether a proof is a proof, and what it does not
 * recognise it does not vouch for: the answer counts the claims that were checked.
 */
import { reference } from '../knowledge/bibliography.ts';
import type { Reference } from '../schemas/answer.ts';
import type { DistributedProblem } from '../schemas/problem.ts';
import type { ProposedSolution } from '../schemas/solution.ts';
import type { Check, ReviewSetting } from './review/check.ts';
import { checkConfiguration } from './review/configuration.ts';
import { checkProse } from './review/prose.ts';
import { checkFeasibility, checkProtocol } from './review/protocol.ts';
import { checkScenarios } from './review/scenarios.ts';
import { checkTimeouts } from './review/timeouts.ts';

export interface Violation {
  /** Path into the solution, e.g. `failure_scenarios[2].behavior`. */
  readonly path: string;
  readonly claim: string;
  readonly computed: string;
  readonly evidence: string;
}

export interface Review {
  readonly violations: readonly Violation[];
  readonly claimsChecked: number;
  readonly references: readonly Reference[];
}

const LITERATURE = { crash: ['ongaro2014'], byzantine: ['castro1999', 'malkhi1998'] } as const;

export function reviewSolution(problem: DistributedProblem, solution: ProposedSolution): Review {
  const setting: ReviewSetting = {
    problem,
    nodes: solution.configuration?.nodes ?? problem.nodes,
    faultModel: problem.network_assumptions?.byzantine_tolerance === true ? 'byzantine' : 'crash',
  };
  const checks = [
    ...checkFeasibility(setting),
    ...checkProtocol(solution, setting),
    ...checkConfiguration(solution, setting),
    ...checkTimeouts(solution, setting),
    ...checkScenarios(solution, setting),
    ...checkProse(solution, setting),
  ];
  return {
    violations: checks.flatMap(toViolation),
    claimsChecked: checks.length,
    references: LITERATURE[setting.faultModel].map((id) => reference(id)),
  };
}

/** Enough of a claim to find it again. */
const CLAIM_CHARACTERS_MAX = 300;

function toViolation({ path, claim, refutation }: Check): Violation[] {
  if (refutation === undefined) return [];
  const quoted = claim.length <= CLAIM_CHARACTERS_MAX ? claim : `${claim.slice(0, CLAIM_CHARACTERS_MAX)}…`;
  return [{ path, claim: quoted, ...refutation }];
}
