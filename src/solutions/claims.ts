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
  readonly expression: RegExp;
  readonly toClaim: (numbers: readonly number[], at: { path: string; text: string }) => Claim;
}

/** The first pattern that matches a stretch of text takes it; so the more specific ones come first. */
const PATTERNS: readonly Pattern[] = [
  pattern(`${NUMBER} ${MEMBERS}[^.;\\d]{0,40}?${TOLERATE} ${UP_TO}${NUMBER}\\b`, ([nodes = 0, failures = 0], at) => ({
    kind: 'tolerance',
    ...at,
    nodes,
    failures,
  })),
  pattern(
    `${TOLERATE} ${UP_TO}${NUMBER} ${FAILED}[^.;\\d]{0,30}?(?:with|of|among|out of|using|on) (?:only )?${NUMBER} ${MEMBERS}`,
    ([failures = 0, nodes = 0], at) => ({ kind: 'tolerance', ...at, nodes, failures }),
  ),
  pattern(`${TOLERATE} ${UP_TO}${NUMBER} (?:${FAILED}|${MEMBERS})`, ([failures = 0], at) => ({
    kind: 'tolerance',
    ...at,
    failures,
  })),
  pattern(`majority of ${NUMBER}(?: ${MEMBERS})?,? (?:is|=|means|needs) ${NUMBER}`, ([nodes = 0, quorum = 0], at) => ({
    kind: 'quorum',
    ...at,
    nodes,
    quorum,
  })),
  pattern(
    `(?:quorum|majority)(?: sizes?)?(?: of| is| =|:)? ${NUMBER} (?:out of|of|from|among)(?: the)? ${NUMBER}\\b`,
    ([quorum = 0, nodes = 0], at) => ({ kind: 'quorum', ...at, nodes, quorum }),
  ),
  pattern(
    `${NUMBER} (?:out of|of) ${NUMBER}(?: ${MEMBERS})? (?:are|is|form|forms|make|makes)(?: up)? an? (?:quorum|majority)`,
    ([quorum = 0, nodes = 0], at) => ({ kind: 'quorum', ...at, nodes, quorum }),
  ),
  pattern(`quorum(?: size)?(?: of| is| =|=|:)? ?${NUMBER}\\b`, ([quorum = 0], at) => ({
    kind: 'quorum',
    ...at,
    quorum,
  })),
  pattern('(?:ceil|⌈) ?\\(? ?n ?/ ?2 ?\\)?(?:⌉)?', (_numbers, at) => ({ kind: 'half_rounded_up', ...at })),
];

/** The claims in `text`, in order of appearance; `path` says where the text stands. */
export function findClaims(text: string, path: string): Claim[] {
  const found: { readonly start: number; readonly end: number; readonly claim: Claim }[] = [];
  for (const { expression, toClaim } of PATTERNS) {
    for (const match of text.matchAll(expression)) {
      const start = match.index;
      const end = start + match[0].length;
      const taken = found.some((other) => start < other.end && other.start < end);
      if (taken || found.length >= CLAIMS_PER_TEXT_MAX) continue;
      found.push({ start, end, claim: toClaim(match.slice(1).map(toNumber), { path, text: match[0].trim() }) });
    }
  }
  return found.sort((a, b) => a.start - b.start).map(({ claim }) => claim);
}

function pattern(source: string, toClaim: Pattern['toClaim']): Pattern {
  return { expression: new RegExp(`(?<![\\w.])${source}`, 'gi'), toClaim };
}

function toNumber(word: string | undefined): number {
  const text = (word ?? '').toLowerCase();
  const named = NUMBER_WORDS.indexOf(text);
  return named >= 0 ? named : Number(text);
}
