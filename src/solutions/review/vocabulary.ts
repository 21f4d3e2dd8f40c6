/**
 * The words in which quorum claims are written, as sources of regular expressions. Numbers are the only captures.
 */

const NUMBER_WORDS = ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten'];

export const NUMBER = `(\\d{1,6}|${NUMBER_WORDS.join('|')})`;
export const MEMBERS =
  '(?:nodes?|replicas?|servers?|members?|acceptors?|voters?|machines?|brokers?|followers?|copies)\\b';
export const OF = '(?: ?/ ?| (?:out )?of (?:the |its |all )?)';
/** Failures of other things, and numbers of other things. */
export const OTHERS =
  '(?:disks?|zones?|racks?|regions?|data|links?|messages?|packets?|requests?|attempts?|timeouts?|connections?|health|ms|milliseconds?|seconds?|minutes?|hours?)\\b';

/** Words that turn a statement into something else: a denial, a condition, a thought, a report of an error. */
const HEDGES = [
  "not|cannot|\\w+n['’]t|no|never|neither|nor|none|without|unable|impossible|insufficient|too few|too small",
  '(?<!even )if|unless|would|could|might|suppose|assum(?:e|es|ed|ing)|unlike|instead|rather|contrary|whether',
  'errors?|mistake\\w*|wrong\\w*|false\\w*|incorrect\\w*|myths?|fallacy|misconceptions?|naive\\w*|pitfall',
  'belie\\w+|thinks?|thought|say|says|said|claim|claims|claimed|contradict\\w*|absurd',
  'fewer|less than|more than|remaining|surviving nodes|odd|even n',
  'until|except|stop|stops|stopped|halts?|blocks?|fatal|lost',
  'across|(?:two|three|four|five|\\d+) clusters|per|each|replication factor|retr(?:y|ies|ying)|clients?',
].join('|');

export const HEDGE = `\\b(?:${HEDGES})\\b`;

/** A few words that change nothing. */
export function gap(charactersMax: number): string {
  return `(?:(?!${HEDGE})[^.;\\d]){0,${charactersMax}}?`;
}

export function toNumber(word: string | undefined): number {
  const text = (word ?? '').toLowerCase();
  const named = NUMBER_WORDS.indexOf(text);
  return named >= 0 ? named : Number(text);
}
