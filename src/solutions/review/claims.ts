/**
 * Finds the checkable claims about quorum arithmetic in prose: "4 nodes tolerate 2 failures", "a quorum of 3 out of 5",
 * "with n = 5, f = 3". What is not recognised is not a claim, and is not called true.
 */

export type Claim = ToleranceClaim | OutageClaim | QuorumClaim | HalfClaim;

interface Place {
  readonly path: string;
  /** The words that were recognised. */
  readonly text: string;
}

/** So many nodes survive so many failures; `nodes` is absent where the sentence names none. */
export interface ToleranceClaim extends Place {
  readonly kind: 'tolerance';
  readonly nodes?: number;
  readonly failures: number;
  /** "4 nodes do not tolerate 2 failures". */
  readonly negated: boolean;
}

/** The system goes on while `failures` of `nodes` are down. */
export interface OutageClaim extends Place {
  readonly kind: 'outage';
  readonly nodes: number;
  readonly failures: number;
}

export interface QuorumClaim extends Place {
  readonly kind: 'quorum';
  readonly nodes?: number;
  readonly quorum: number;
}

/** A quorum is half of the nodes, rounded one way or the other. */
export interface HalfClaim extends Place {
  readonly kind: 'half';
}

const CLAIMS_PER_TEXT_MAX = 100;

const NUMBER_WORDS = ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten'];
const NUMBER = `(\\d{1,6}|${NUMBER_WORDS.join('|')})`;
const MEMBERS = '(?:nodes?|replicas?|servers?|members?|acceptors?|voters?|machines?|brokers?|copies)';
/** Failures of other things, and numbers of other things. */
const OTHERS =
  '(?:disks?|zones?|racks?|regions?|data|links?|messages?|packets?|requests?|attempts?|timeouts?|ms|milliseconds?|seconds?|minutes?|hours?)';
const FAILED = `(?:(?!${OTHERS}\\b)\\w+ ){0,2}(?:failures?|faults?|crashes|failed|losses|outages?|down)\\b(?! of (?:an? |the )?${OTHERS}\\b)`;
const TOLERATE =
  '(?:tolerat\\w*|surviv\\w*|withstand\\w*|handles?|cop(?:e|es|ing) with|(?:can|may) (?:lose|fail)|loses?)';
const UP_TO = '(?:(?:up to|at most|only|just|any|exactly|the (?:loss|failure|crash) of(?: any)?|losing|f ?=)\\s+){0,2}';
const OF = '(?: ?/ ?| (?:out )?of (?:the |its )?)';
const IS = '(?: is| are| means| needs| =|=|:| of) ?';
const NEEDS = '(?:needs?|requires?|takes?)(?: at least| only)?';
const FORM = '(?:are|is|form|forms|make|makes|constitute|constitutes)(?: up)? (?:an? )?(?:quorum|majority)';

interface Pattern {
  readonly kind: Claim['kind'];
  readonly expression: RegExp;
  /** What the numbers mean, in the order in which they are captured. */
  readonly numbers: readonly ('nodes' | 'failures' | 'quorum')[];
}

/** The first pattern that matches a stretch of text takes it; so the more specific ones come first. */
const PATTERNS: readonly Pattern[] = [
  pattern(
    'outage',
    `(?:available|continues?|operational|keeps? \\w+|stays? up|works?)[^.;\\d]{0,20}? (?:any )?${NUMBER}${OF}${NUMBER} ${MEMBERS} (?:are |have |being )?(?:down|failed|crashed|lost|unreachable)`,
    'failures',
    'nodes',
  ),
  pattern(
    'tolerance',
    `${TOLERATE} ${UP_TO}${NUMBER} (?:${FAILED}|${MEMBERS})[^.;\\d]{0,25}?${NEEDS} ${NUMBER} ${MEMBERS}`,
    'failures',
    'nodes',
  ),
  pattern(
    'tolerance',
    `${NEEDS} ${NUMBER} ${MEMBERS} (?:for|to tolerate|to survive) (?:f ?= ?)?${NUMBER}\\b`,
    'nodes',
    'failures',
  ),
  pattern(
    'tolerance',
    `[23]f ?\\+ ?1(?: ${MEMBERS})? ?= ?${NUMBER}\\b[^.;\\d]{0,20}f ?= ?${NUMBER}\\b`,
    'nodes',
    'failures',
  ),
  pattern('tolerance', `n ?= ?${NUMBER}\\b[^.;\\d]{1,20}f ?= ?${NUMBER}\\b`, 'nodes', 'failures'),
  pattern('tolerance', `f ?= ?${NUMBER}\\b[^.;\\d]{1,20}n ?= ?${NUMBER}\\b`, 'failures', 'nodes'),
  pattern(
    'tolerance',
    `${NUMBER}[- ]${MEMBERS}[^.;\\d]{0,40}?${TOLERATE} ${UP_TO}${NUMBER}\\b(?! ${OTHERS}\\b)`,
    'nodes',
    'failures',
  ),
  pattern(
    'tolerance',
    `(?:cluster|ensemble|group)s? of ${NUMBER}\\b[^.;\\d]{0,30}?${TOLERATE} ${UP_TO}${NUMBER}\\b(?! ${OTHERS}\\b)`,
    'nodes',
    'failures',
  ),
  pattern('tolerance', `tolerance of ${NUMBER} ${MEMBERS}${IS}${NUMBER}\\b`, 'nodes', 'failures'),
  pattern('tolerance', `${TOLERATE} ${UP_TO}${NUMBER}${OF}${NUMBER} ${MEMBERS}`, 'failures', 'nodes'),
  pattern(
    'tolerance',
    `${TOLERATE} ${UP_TO}${NUMBER} ${FAILED}[^.;\\d]{0,30}?(?:with|of|among|out of|using|on) (?:only )?${NUMBER} ${MEMBERS}`,
    'failures',
    'nodes',
  ),
  pattern('tolerance', `${TOLERATE} ${UP_TO}${NUMBER} (?:${FAILED}|${MEMBERS})`, 'failures'),
  pattern('quorum', `majority of ${NUMBER}(?: ${MEMBERS})?,?${IS}${NUMBER}\\b`, 'nodes', 'quorum'),
  pattern(
    'quorum',
    `n ?= ?${NUMBER}\\b[^.;\\d]{0,25}?(?:majority|quorum)(?: size)?${IS}${NUMBER}\\b`,
    'nodes',
    'quorum',
  ),
  pattern(
    'quorum',
    `(?:quorum|majority)(?: sizes?)?(?: of| is| =|:| \\()? ?${NUMBER}(?:${OF}| from | among )(?:the )?${NUMBER}\\b`,
    'quorum',
    'nodes',
  ),
  pattern(
    'quorum',
    `${NUMBER}${OF}${NUMBER}(?: ${MEMBERS}| votes| acks| acknowledgements)? ${FORM}`,
    'quorum',
    'nodes',
  ),
  pattern(
    'quorum',
    `${NUMBER} ${MEMBERS}[^.;\\d]{0,25}? (?:majority|quorum)(?: size)?${IS}${NUMBER}\\b`,
    'nodes',
    'quorum',
  ),
  pattern('quorum', `quorum(?: size)?(?: of| is| =|=|:)? ?${NUMBER}\\b(?! ${OTHERS}\\b)(?! ?%)`, 'quorum'),
  pattern('half', '(?:ceil ?\\(|⌈) ?n ?/ ?2 ?(?:\\)|⌉)'),
  pattern('half', `(?:quorum|majority)(?: size)?${IS}(?:floor ?\\(|⌊)? ?n ?/ ?2\\b(?![ )⌋]*\\+ ?1)`),
  pattern('half', `(?:floor ?\\(|⌊) ?n ?/ ?2 ?(?:\\)|⌋) (?:${MEMBERS} )?${FORM}`),
];

/** The claims in `text`, in order of appearance; `path` says where the text stands. */
export function findClaims(text: string, path: string): Claim[] {
  const found: { readonly start: number; readonly end: number; readonly claim: Claim }[] = [];
  for (const candidate of PATTERNS) {
    for (const match of text.matchAll(candidate.expression)) {
      const start = match.index;
      const end = start + match[0].length;
      const taken = found.some((other) => start < other.end && other.start < end);
      if (taken || found.length >= CLAIMS_PER_TEXT_MAX) continue;
      found.push({ start, end, claim: toClaim(candidate, match, path) });
    }
  }
  return found.sort((a, b) => a.start - b.start).map(({ claim }) => claim);
}

function pattern(kind: Claim['kind'], source: string, ...numbers: Pattern['numbers']): Pattern {
  return { kind, expression: new RegExp(`(?<![\\w.])${source}`, 'gi'), numbers };
}

function toClaim({ kind, numbers }: Pattern, match: RegExpExecArray, path: string): Claim {
  const meant = numbers.map((name, index) => [name, toNumber(match[index + 1])] as const);
  const negated = kind === 'tolerance' ? { negated: isNegated(match) } : {};
  // The patterns of each kind capture what claims of that kind hold.
  return { kind, path, text: match[0].trim(), ...negated, ...Object.fromEntries(meant) } as Claim;
}

const NEGATION = /\b(?:not|cannot|never|unable|no longer|neither)\b|n['’]t\b/i;
const WORDS_BEFORE = /(?:[\w'’]+ ){0,2}$/;

/** Whether a "not" stands in the claim or right before it. */
function isNegated(match: RegExpExecArray): boolean {
  const before = WORDS_BEFORE.exec(match.input.slice(Math.max(0, match.index - 30), match.index))?.[0] ?? '';
  return NEGATION.test(before + match[0]);
}

function toNumber(word: string | undefined): number {
  const text = (word ?? '').toLowerCase();
  const named = NUMBER_WORDS.indexOf(text);
  return named >= 0 ? named : Number(text);
}
