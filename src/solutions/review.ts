/**
 * Recomputes the claims of a proposed solution: quorum arithmetic in its settings and in its prose, what each failure
 * scenario is said to do, the protocol against the fault model, timeouts against each other and the round trip.
 *
 * It decides whether recognised claims are false. It does not decide whether a proof is a proof, and what it does not
 * recognise it does not vouch for: the answer counts the claims that were checked.
 */
import { reference } from '../knowledge/bibliography.ts';
import { quorumSizes } from '../quorum/fault-model.ts';
import type { Reference } from '../schemas/answer.ts';
import type { DistributedProblem } from '../schemas/problem.ts';
import type { ProposedSolution } from '../schemas/solution.ts';
import { type Claim, findClaims } from './claims.ts';

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

/** What the problem and the settings fix; claims that name no number of nodes are about these. */
interface Setting {
  readonly nodes: number | undefined;
  readonly byzantine: boolean;
  readonly requestedTolerance: number | undefined;
}

interface Check {
  readonly path: string;
  readonly claim: string;
  /** What is true instead; undefined when the claim holds. */
  readonly refutation: { readonly computed: string; readonly evidence: string } | undefined;
}

export function reviewSolution(problem: DistributedProblem, solution: ProposedSolution): Review {
  const setting: Setting = {
    nodes: solution.configuration?.nodes ?? problem.nodes,
    byzantine: problem.network_assumptions?.byzantine_tolerance === true,
    requestedTolerance: problem.failure_tolerance,
  };
  const checks = [
    ...checkFeasibility(problem, setting),
    ...checkProtocol(solution, setting),
    ...checkConfiguration(problem, solution, setting),
    ...checkTimeouts(problem, solution),
    ...checkScenarios(solution, setting),
    ...textsOf(solution).flatMap(({ path, text }) =>
      findClaims(text, path)
        .map((claim) => checkClaim(claim, setting))
        .filter((check) => check !== undefined),
    ),
  ];
  const references = (setting.byzantine ? (['castro1999', 'malkhi1998'] as const) : (['ongaro2014'] as const)).map(
    reference,
  );
  return { violations: checks.flatMap(toViolation), claimsChecked: checks.length, references };
}

function toViolation({ path, claim, refutation }: Check): Violation[] {
  return refutation === undefined ? [] : [{ path, claim, ...refutation }];
}

/** A solution to a problem that has none is wrong whatever it says. */
function checkFeasibility(problem: DistributedProblem, { byzantine }: Setting): Check[] {
  const { problem_type: type, nodes, failure_tolerance: failures } = problem;
  if (type !== 'consensus' || nodes === undefined || failures === undefined) return [];
  const claim = `consensus among ${nodes} nodes that survives ${failures} failures`;
  return [{ path: 'protocol', claim, refutation: refuteTolerance(nodes, failures, byzantine) }];
}

const CRASH_ONLY = /\b(raft|(?:multi-?|fast |flexible )?paxos|zab|zookeeper|viewstamped|primary[- ]backup)\b/i;
const BYZANTINE_READY = /\b(pbft|bft|byzantine|hotstuff|tendermint|hot-stuff)\b/i;

function checkProtocol({ protocol }: ProposedSolution, { byzantine }: Setting): Check[] {
  if (!byzantine) return [];
  const crashOnly = CRASH_ONLY.test(protocol) && !BYZANTINE_READY.test(protocol);
  const refutation = {
    computed: 'this protocol tolerates crashes only; a lying node can break agreement',
    evidence: 'Byzantine agreement needs quorums that share f+1 nodes, n >= 3f+1 (Castro and Liskov 1999)',
  };
  return [{ path: 'protocol', claim: protocol, refutation: crashOnly ? refutation : undefined }];
}

function checkConfiguration(problem: DistributedProblem, solution: ProposedSolution, setting: Setting): Check[] {
  const { configuration } = solution;
  if (configuration === undefined) return [];
  const checks: Check[] = [];
  if (configuration.nodes !== undefined && problem.nodes !== undefined) {
    const differs = configuration.nodes !== problem.nodes;
    checks.push({
      path: 'configuration.nodes',
      claim: `${configuration.nodes} nodes`,
      refutation: differs
        ? { computed: `the problem has ${problem.nodes} nodes`, evidence: 'problem.nodes' }
        : undefined,
    });
  }
  if (configuration.failure_tolerance !== undefined && setting.nodes !== undefined) {
    const claim = `${setting.nodes} nodes tolerate ${configuration.failure_tolerance} failures`;
    const refutation = refuteTolerance(setting.nodes, configuration.failure_tolerance, setting.byzantine);
    checks.push({ path: 'configuration.failure_tolerance', claim, refutation });
  }
  if (configuration.quorum_size !== undefined && setting.nodes !== undefined) {
    const claim = `quorum of ${configuration.quorum_size} out of ${setting.nodes}`;
    const refutation = refuteQuorum(setting.nodes, configuration.quorum_size, setting);
    checks.push({ path: 'configuration.quorum_size', claim, refutation });
  }
  return checks;
}

/** An election timeout must exceed the heartbeat interval and the round trip, or healthy leaders are deposed. */
function checkTimeouts(problem: DistributedProblem, solution: ProposedSolution): Check[] {
  const {
    election_timeout_min_ms: min,
    election_timeout_max_ms: max,
    heartbeat_interval_ms: heartbeat,
  } = solution.configuration ?? {};
  const oneWayMs = problem.network_assumptions?.latency_ms;
  const path = 'configuration.election_timeout_min_ms';
  const checks: Check[] = [];
  const add = (claim: string, holds: boolean, computed: string, evidence: string): void => {
    checks.push({ path, claim, refutation: holds ? undefined : { computed, evidence } });
  };
  if (min !== undefined && max !== undefined) {
    add(
      `election timeout drawn from ${min} to ${max} ms`,
      min < max,
      'the range is empty, so candidates time out together and split the vote',
      'randomised election timeouts (Ongaro and Ousterhout 2014, section 5.2)',
    );
  }
  if (min !== undefined && heartbeat !== undefined) {
    add(
      `heartbeat every ${heartbeat} ms under an election timeout of ${min} ms`,
      heartbeat < min,
      'followers time out before the next heartbeat arrives',
      'heartbeat interval must be below the election timeout (Ongaro and Ousterhout 2014, section 5.2)',
    );
  }
  if (min !== undefined && oneWayMs !== undefined) {
    add(
      `election timeout from ${min} ms at ${oneWayMs} ms one-way latency`,
      min > 2 * oneWayMs,
      `one round trip takes ${2 * oneWayMs} ms, so no election can end before the next one starts`,
      'broadcastTime << electionTimeout (Ongaro and Ousterhout 2014, section 5.6)',
    );
  }
  return checks;
}

const DOWN =
  /(\d{1,6})(?: (?:of|out of) (\d{1,6}))?(?: (?:nodes?|replicas?|servers?|members?))? (?:are |is )?(?:down|fail(?:s|ed|ures?)?|crash(?:es|ed)?|lost|unreachable)/i;
const CONTINUES =
  /\b(continues?|keeps? (?:on )?(?:going|serving|accepting|committing)|available|accepts? writes|still commits?)\b/i;
const STOPS = /\b(stops?|halts?|unavailable|blocks?|rejects?|refuses?|no quorum|loses? quorum|read-only)\b/i;

/** "k of n down": the system continues exactly while a quorum is left. */
function checkScenarios(solution: ProposedSolution, setting: Setting): Check[] {
  return solution.failure_scenarios.flatMap(({ scenario, behavior }, index) => {
    const match = DOWN.exec(scenario);
    const nodes = match?.[2] === undefined ? setting.nodes : Number(match[2]);
    if (match === null || nodes === undefined || nodes < 1) return [];
    const down = Number(match[1]);
    const tolerance = toleranceOf(nodes, setting.byzantine);
    const continues = CONTINUES.test(behavior) && !STOPS.test(behavior);
    const stops = STOPS.test(behavior) && !CONTINUES.test(behavior);
    if (!continues && !stops) return [];
    const truth = down <= tolerance ? 'continues' : 'stops accepting writes';
    const wrong = continues === down > tolerance;
    return [
      {
        path: `failure_scenarios[${index}].behavior`,
        claim: `${scenario}: ${behavior}`,
        refutation: wrong
          ? {
              computed: `with ${down} of ${nodes} nodes down the system ${truth}`,
              evidence: explainSizes(nodes, setting.byzantine),
            }
          : undefined,
      },
    ];
  });
}

function checkClaim(claim: Claim, setting: Setting): Check | undefined {
  const { path, text } = claim;
  if (claim.kind === 'half_rounded_up') {
    return {
      path,
      claim: text,
      refutation: {
        computed: 'the majority of n is floor(n/2)+1; for n = 4 half rounded up is 2, and two disjoint pairs both pass',
        evidence: 'quorums must intersect: 2q > n',
      },
    };
  }
  const nodes = claim.nodes ?? setting.nodes;
  if (nodes === undefined || nodes < 1) return undefined;
  const refutation =
    claim.kind === 'tolerance'
      ? refuteTolerance(nodes, claim.failures, setting.byzantine)
      : refuteQuorum(nodes, claim.quorum, setting);
  return { path, claim: text, refutation };
}

function refuteTolerance(nodes: number, failures: number, byzantine: boolean): Check['refutation'] {
  const tolerance = toleranceOf(nodes, byzantine);
  if (failures <= tolerance) return undefined;
  const { nodeCount } = quorumSizes({ faultModel: faultModelOf(byzantine), failureTolerance: failures });
  return {
    computed: `${nodes} nodes tolerate ${tolerance}; ${failures} failures need ${nodeCount} nodes`,
    evidence: explainSizes(nodes, byzantine),
  };
}

/** A quorum size is wrong if two quorums can miss each other, or if the failures to survive leave too few nodes. */
function refuteQuorum(nodes: number, quorum: number, setting: Setting): Check['refutation'] {
  const { byzantine, requestedTolerance } = setting;
  const tolerance = toleranceOf(nodes, byzantine);
  const shared = 2 * quorum - nodes;
  const needed = byzantine ? tolerance + 1 : 1;
  const evidence = explainSizes(nodes, byzantine);
  if (quorum > nodes) return { computed: `there are only ${nodes} nodes`, evidence };
  if (shared < needed) {
    return {
      computed: `two quorums of ${quorum} out of ${nodes} share ${Math.max(shared, 0)} nodes, ${needed} are needed`,
      evidence,
    };
  }
  const survivable = nodes - quorum;
  const wanted = nodes === setting.nodes ? Math.min(requestedTolerance ?? 0, tolerance) : 0;
  if (survivable < wanted) {
    return {
      computed: `a quorum of ${quorum} out of ${nodes} survives ${survivable} failures, not ${wanted}`,
      evidence,
    };
  }
  return undefined;
}

function toleranceOf(nodes: number, byzantine: boolean): number {
  return quorumSizes({ faultModel: faultModelOf(byzantine), nodeCount: nodes }).failureTolerance;
}

function faultModelOf(byzantine: boolean): 'byzantine' | 'crash' {
  return byzantine ? 'byzantine' : 'crash';
}

function explainSizes(nodes: number, byzantine: boolean): string {
  const { quorumSize, failureTolerance } = quorumSizes({ faultModel: faultModelOf(byzantine), nodeCount: nodes });
  return byzantine
    ? `n = ${nodes}: f = floor((n-1)/3) = ${failureTolerance}, quorum ceil((n+f+1)/2) = ${quorumSize}`
    : `n = ${nodes}: quorum floor(n/2)+1 = ${quorumSize}, f = n - quorum = ${failureTolerance}`;
}

/** Every text of the solution in which claims are looked for, with its path. */
function textsOf(solution: ProposedSolution): { path: string; text: string }[] {
  const { performance_characteristics: performance } = solution;
  return [
    { path: 'summary', text: solution.summary ?? '' },
    { path: 'protocol', text: solution.protocol },
    { path: 'correctness_proof', text: solution.correctness_proof },
    ...solution.failure_scenarios.flatMap(({ scenario, behavior, recovery }, index) => [
      { path: `failure_scenarios[${index}].scenario`, text: scenario },
      { path: `failure_scenarios[${index}].behavior`, text: behavior },
      { path: `failure_scenarios[${index}].recovery`, text: recovery },
    ]),
    ...Object.entries(performance).map(([key, text]) => ({ path: `performance_characteristics.${key}`, text })),
    ...(solution.assumptions ?? []).map((text, index) => ({ path: `assumptions[${index}]`, text })),
  ];
}
