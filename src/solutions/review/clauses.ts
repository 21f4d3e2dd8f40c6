/**
 * Prose cut into sentences and clauses, so that a "not" or an "if" reaches no further than its own clause.
 */
import { HEDGE, MEMBERS, NUMBER, toNumber } from './vocabulary.ts';

export interface Span {
  readonly start: number;
  readonly end: number;
}

export interface Clause {
  readonly text: string;
  /** The hedging words in it. */
  readonly hedges: readonly Span[];
  /** The cluster sizes that it names. */
  readonly sizes: readonly Size[];
  /** All numbers of nodes in it, of whatever. */
  readonly counts: readonly Span[];
  /** The cluster sizes that its whole sentence names. */
  readonly sentenceSizes: readonly Size[];
}

interface Size extends Span {
  readonly nodes: number;
}

/** A question claims nothing. */
const QUESTION = /\?\s*$/;
const SENTENCE_END = /(?<=[.!?])\s+|\n+/;
const CLAUSE_END = /;|,? (?:but|while|whereas|although|though|because) |, (?:so|hence|thus|therefore|and so) /i;
/** What somebody else says. */
const QUOTATION = /"[^"]*"|“[^”]*”/g;

export function clausesOf(text: string): Clause[] {
  return text
    .replaceAll(QUOTATION, ' ')
    .split(SENTENCE_END)
    .filter((sentence) => !QUESTION.test(sentence))
    .flatMap(clausesOfSentence);
}

/** "quorum=3": nothing shorter claims anything. */
const CLAUSE_CHARACTERS_MIN = 8;

function clausesOfSentence(sentence: string): Clause[] {
  const sentenceSizes = sizesIn(sentence);
  return sentence
    .split(CLAUSE_END)
    .filter((text) => text.length >= CLAUSE_CHARACTERS_MIN)
    .map((text) => ({
      text,
      hedges: spansOf(text, HEDGES),
      sizes: sizesIn(text),
      counts: spansOf(text, COUNTS),
      sentenceSizes,
    }));
}

const COUNTS = new RegExp(`(?<![\\w.])${NUMBER}[- ]${MEMBERS}`, 'gi');
const HEDGES = new RegExp(HEDGE, 'gi');

const SUBJECT_VERB =
  '(?:(?:can|may|will|do|does|only|never|cannot|not|just|still) ){0,3}(?:tolerat|surviv|withstand|handle|cope|lose|provide|give|offer)';
const GONE = '(?:are |is )?(?:left|up|down|alive|lost|gone|fail|crash|unreachable|unavailable)';
const SIZES = [
  `(?<![\\w.])${NUMBER}-${MEMBERS}`,
  `\\b(?:cluster|ensemble|group|deployment|system)s? (?:of|with) (?:size )?${NUMBER}\\b`,
  `\\bn ?= ?${NUMBER}\\b`,
  `\\b(?:with|for|using|among|has|have) (?:only |just )?${NUMBER} ${MEMBERS}(?! ${GONE})`,
  `(?<!\\b(?:quorum|majority|majorities|quorums) of )(?<!\\b(?:other|up to|last|these|healthy) )(?<![\\w.])${NUMBER} ${MEMBERS} (?=${SUBJECT_VERB})`,
].map((source) => new RegExp(source, 'gi'));

function sizesIn(text: string): Size[] {
  return SIZES.flatMap((expression) =>
    [...text.matchAll(expression)].map((match) => ({ ...spanOf(match), nodes: toNumber(match[1]) })),
  );
}

function spansOf(text: string, expression: RegExp): Span[] {
  return [...text.matchAll(expression)].map(spanOf);
}

export function spanOf(match: RegExpExecArray): Span {
  return { start: match.index, end: match.index + match[0].length };
}
