/**
 * Finds the checkable claims about quorum arithmetic in prose: "4 nodes tolerate 2 failures", "a quorum of 3 out of 5",
 * "needs 3f+1 nodes". What is not recognised is not a claim, and is not called true.
 */

export type Claim =
  /** `nodes` is absent where the sentence names none and the problem's number is meant. */
  | {
      readonly kind: 'tolerance';
      readonly path: string;
      readonly text: string;
      readonly failures: number;
      readonly nodes?: number;
    }
  | {
      readonly kind: 'quorum';
      readonly path: string;
      readonly text: string;
      readonly quorum: number;
      readonly nodes?: number;
    }
  | { readonly kind: 'half_rounded_up'; readonly path: string; readonly text: string };

const CLAIMS_PER_TEXT_MAX = 100;

const NUMBER_WORDS = ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten'];
const NUMBER = `(\\d{1,6}|${NUMBER_WORDS.join('|')})`;
const MEMBERS = '(?:nodes?|replicas?|servers?|members?|acceptors?|voters?|machines?|brokers?|copies)';
const FAILED = `(?:\\w+ ){0,2}(?:failures?|faults?|crashes|failed|losses|outages?|down)`;
const TOLERATE =
  '(?:tolerat\\w*|surviv\\w*|withstand\\w*|handles?|cop(?:e|es|ing) with|(?:can|may) (?:lose|fail)|loses?)';
const UP_TO = '(?:(?:up to|at most|any|exactly|the (?:loss|failure|crash) of|f ?=)\\s+){0,2}';

interface Pattern {
  readonly kind: Claim['kind'];
  readonly expression: RegExp;
  /** What the numbers mean, in the order in which they are captured. */
  readonly numbers: readonly ('nodes' | 'failures' | 'quorum')[];
}

/** The first pattern that matches a stretch of text takes it; so the more specific ones come first. */
const PATTERNS: readonly Pattern[] = [
  pattern('tolerance', `${NUMBER} ${MEMBERS}[^.;\\d]{0,40}?${TOLERATE} ${UP_TO}${NUMBER}\\b`, 'nodes', 'failures'),
  pattern(
    'tolerance',
    `${TOLERATE} ${UP_TO}${NUMBER} ${FAILED}[^.;\\d]{0,30}?(?:with|of|among|out of|using|on) (?:only )?${NUMBER} ${MEMBERS}`,
    'failures',
    'nodes',
  ),
  pattern('tolerance', `${TOLERATE} ${UP_TO}${NUMBER} (?:${FAILED}|${MEMBERS})`, 'failures'),
  pattern('quorum', `majority of ${NUMBER}(?: ${MEMBERS})?,? (?:is|=|means|needs) ${NUMBER}`, 'nodes', 'quorum'),
  pattern(
    'quorum',
    `(?:quorum|majority)(?: sizes?)?(?: of| is| =|:)? ${NUMBER} (?:out of|of|from|among)(?: the)? ${NUMBER}\\b`,
    'quorum',
    'nodes',
  ),
  pattern(
    'quorum',
    `${NUMBER} (?:out of|of) ${NUMBER}(?: ${MEMBERS})? (?:are|is|form|forms|make|makes)(?: up)? an? (?:quorum|majority)`,
    'quorum',
    'nodes',
  ),
  pattern('quorum', `quorum(?: size)?(?: of| is| =|=|:)? ?${NUMBER}\\b`, 'quorum'),
  pattern('half_rounded_up', '(?:ceil|⌈) ?\\(? ?n ?/ ?2 ?\\)?(?:⌉)?'),
];

/** The claims in `text`, in order of appearance; `path` says where the text stands. */
export function findClaims(text: string, path: string): Claim[] {
  const found: { readonly start: number; readonly end: number; readonly claim: Claim }[] = [];
  for (const pattern of PATTERNS) {
    for (const match of text.matchAll(pattern.expression)) {
      const start = match.index;
      const end = start + match[0].length;
      const taken = found.some((other) => start < other.end && other.start < end);
      if (taken || found.length >= CLAIMS_PER_TEXT_MAX) continue;
      found.push({ start, end, claim: toClaim(pattern, match, path) });
    }
  }
  return found.sort((a, b) => a.start - b.start).map(({ claim }) => claim);
}

function pattern(kind: Claim['kind'], source: string, ...numbers: Pattern['numbers']): Pattern {
  return { kind, expression: new RegExp(`(?<![\\w.])${source}`, 'gi'), numbers };
}

function toClaim({ kind, numbers }: Pattern, match: RegExpExecArray, path: string): Claim {
  const meant = numbers.map((name, index) => [name, toNumber(match[index + 1])] as const);
  // The patterns of each kind capture what claims of that kind hold.
  return { kind, path, text: match[0].trim(), ...Object.fromEntries(meant) } as Claim;
}

function toNumber(word: string | undefined): number {
  const text = (word ?? '').toLowerCase();
  const named = NUMBER_WORDS.indexOf(text);
  return named >= 0 ? named : Number(text);
}
