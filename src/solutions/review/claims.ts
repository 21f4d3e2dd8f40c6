/**
 * Finds the checkable claims about quorum arithmetic in prose: "4 nodes tolerate 2 failures", "a quorum of 3 out of 5",
 * "with n = 5, f = 3". English only, numbers up to ten in words, by a table of patterns (`patterns.ts`).
 *
 * A clause that denies, supposes or reports ("not", "would", "a common error that") makes no claim, except that "N nodes
 * do not tolerate F failures" claims just that. What is not recognised is not a claim, and is not called true.
 */
import { type Clause, clausesOf, type Span, spanOf } from './clauses.ts';
import { PATTERNS, type Pattern } from './patterns.ts';
import { toNumber } from './vocabulary.ts';

export type Claim = ToleranceClaim | OutageClaim | QuorumClaim | ReadWriteClaim | HalfClaim | FormulaClaim;

interface Place {
  readonly path: string;
  /** The clause, or the words that were recognised in a long one. */
  readonly text: string;
  /** The cluster size that the sentence names, if it names one. */
  readonly nodes?: number;
  /** The kind of faults that the sentence names, if it names one. */
  readonly faultModel?: FaultModel;
}

type FaultModel = 'crash' | 'byzantine';

/** So many nodes survive so many failures. */
export interface ToleranceClaim extends Place {
  readonly kind: 'tolerance';
  readonly failures: number;
  /** "4 nodes do not tolerate 2 failures". */
  readonly negated?: true;
}

/** The system goes on while so many nodes are down. */
export interface OutageClaim extends Place {
  readonly kind: 'outage';
  readonly failures: number;
}

export interface QuorumClaim extends Place {
  readonly kind: 'quorum';
  readonly quorum: number;
}

export interface ReadWriteClaim extends Place {
  readonly kind: 'read_write';
  readonly read: number;
  readonly write: number;
}

/** A quorum is half of the nodes, rounded one way or the other. */
export interface HalfClaim extends Place {
  readonly kind: 'half';
}

/** f failures take `perFailure` * f + `extra` nodes. */
export interface FormulaClaim extends Place {
  readonly kind: 'formula';
  readonly perFailure: number;
  readonly extra: number;
}

const CLAIMS_PER_TEXT_MAX = 100;

/** The claims in `text`, in order of appearance; `path` says where the text stands. */
export function findClaims(text: string, path: string): Claim[] {
  const claims: Claim[] = [];
  for (const clause of clausesOf(text)) {
    if (claims.length >= CLAIMS_PER_TEXT_MAX) break;
    claims.push(...claimsOf(clause, path));
  }
  return claims.slice(0, CLAIMS_PER_TEXT_MAX);
}

function claimsOf(clause: Clause, path: string): Claim[] {
  const found: (Span & { readonly claim: Claim | undefined })[] = [];
  for (const candidate of PATTERNS) {
    for (const match of clause.text.matchAll(candidate.expression)) {
      const span = spanOf(match);
      if (found.length >= CLAIMS_PER_TEXT_MAX || found.some((other) => overlap(span, other))) continue;
      found.push({ ...span, claim: toClaim(candidate, match, clause, path) });
    }
  }
  return found.sort((a, b) => a.start - b.start).flatMap(({ claim }) => claim ?? []);
}

function overlap(a: Span, b: Span): boolean {
  return a.start < b.end && b.start < a.end;
}

/** Undefined where the clause hedges, or leaves open which cluster or which faults it is about. */
function toClaim({ kind, numbers }: Pattern, match: RegExpExecArray, clause: Clause, path: string): Claim | undefined {
  const span = spanOf(match);
  const faultModel = faultModelOf(match[0]) ?? faultModelOf(clause.text);
  const nodes = namedSize(clause, span);
  const negated = kind === 'tolerance' && NEGATION.test(match[0]);
  const hedged = clause.hedges.some((hedge) => !overlap(hedge, span)) || OTHER_SUBJECT[kind]?.test(clause.text);
  if (hedged || (negated && !isUnqualified(clause.text.slice(span.end)))) return undefined;
  if (faultModel === 'both' || (nodes === 'several' && !numbers.includes('nodes'))) return undefined;
  return {
    kind,
    path,
    text: quoted(clause.text, match[0]),
    ...(faultModel === undefined ? {} : { faultModel }),
    ...(typeof nodes === 'number' ? { nodes } : {}),
    ...(negated ? { negated } : {}),
    ...Object.fromEntries(numbers.map((name, index) => [name, toNumber(match[index + 1] ?? '0')])),
    // The patterns of each kind capture what claims of that kind hold.
  } as Claim;
}

const QUOTED_CHARACTERS_MAX = 200;

function quoted(clause: string, recognised: string): string {
  return (clause.length <= QUOTED_CHARACTERS_MAX ? clause : recognised).trim();
}

const OTHER_THINGS =
  /\b(?:data|logs?|entry|entries|safety|durab\w+|state|disks?|storage|array|layer|learners?|observers?|leader|reads?|stale|fleet|network|recovery|replay|erasure|integrity|consistency|year|operators?|forc\w+|manual\w*)\b/i;
/**
 * What the arithmetic of one cluster does not decide: copies of data outlive more, one phase may use less. And a quorum
 * called unsafe is not proposed.
 */
const OTHER_SUBJECT: Partial<Record<Claim['kind'], RegExp>> = {
  tolerance: OTHER_THINGS,
  outage: OTHER_THINGS,
  quorum: /\b(?:reads?|phases?|witness\w*|flexible|disjoint|split[- ]brain|unsafe|misses)\b/i,
};

const NEGATION = /\b(?:not|cannot|never)\b|n['’]t\b/i;

/** "5 nodes do not tolerate 2 failures during a reconfiguration" says nothing about other times. */
function isUnqualified(rest: string): boolean {
  return /^\s*(?:$|[.,!])/.test(rest);
}

/** The one cluster size named beside the claim: in its clause, or else in its sentence. */
function namedSize({ sizes, counts, sentenceSizes }: Clause, claim: Span): number | 'several' | undefined {
  const beside = sizes.filter((size) => !overlap(size, claim));
  // A number of nodes that is not understood may be the size of the cluster.
  if (beside.length === 0 && counts.some((count) => !overlap(count, claim))) return 'several';
  const named = new Set((beside.length > 0 ? beside : sentenceSizes).map(({ nodes }) => nodes));
  return named.size > 1 ? 'several' : [...named][0];
}

const CRASH = /\b(?:crash(?:es|ed)?|raft|paxos|zab)\b/i;
const BYZANTINE = /\b(?:byzantine|malicious|pbft|bft|hotstuff|tendermint)\b/i;

function faultModelOf(text: string): FaultModel | 'both' | undefined {
  const crash = CRASH.test(text);
  const byzantine = BYZANTINE.test(text);
  if (crash && byzantine) return 'both';
  if (crash) return 'crash';
  return byzantine ? 'byzantine' : undefined;
}
