/**
 * The sentences that are recognised, as a table. What is not in it is not a claim.
 */
import { gap, MEMBERS, NUMBER, OF, OTHERS } from './vocabulary.ts';

export interface Pattern {
  readonly kind: 'tolerance' | 'outage' | 'quorum' | 'read_write' | 'half' | 'formula';
  readonly expression: RegExp;
  /** What the numbers mean, in the order in which they are captured. */
  readonly numbers: readonly Meaning[];
}

type Meaning = 'nodes' | 'failures' | 'quorum' | 'read' | 'write' | 'perFailure' | 'extra';

const DENIED = "(?:(?:can|do|does|will|did)?(?: ?not|n['’]t) |never )?";
const TOLERATE =
  '(?<!\\bto )(?:tolerates?|survives?|withstands?|handles?|copes? with|(?:can|may) (?:lose|handle|tolerate|survive))';
const TOLERATING = '(?:tolerat(?:e|es|ing)|surviv(?:e|es|ing)|withstand(?:s|ing)?|handl(?:e|es|ing)|mask(?:ing)?)';
const UP_TO =
  '(?:(?:up to|at most|only|just|any|exactly|(?:the )?(?:simultaneous )?(?:loss|failure|crash) of(?: any)?|losing|f ?=)\\s+){0,2}(?:f ?= ?)?';
const KINDS = `(?:(?!${OTHERS})[\\w-]+ ){0,2}`;
const FAILURES = `(?:${KINDS}(?:failures?|faults?|crashes|losses|outages?)|(?:faulty|failed|crashed|dead|byzantine|malicious) ${MEMBERS}|${MEMBERS} (?:failures|failing|crashing|down))\\b(?! of (?:an? |the )?${OTHERS})`;
/** "survive the loss of 2", "tolerates f = 3", "can lose two". */
const END = '(?=\\s*(?:[,.)]|$))';
const LOST = `(?:(?:are |is |being |have |going )?(?:down|failed|fail|crash|crashed|lost|unreachable|unavailable|offline))\\b`;
const IS = '(?: is| are| means| equals| =|=|:| \\()? ?(?:just |only |exactly |= ?)?';
const IS_STATED = '(?: is| are| means| equals| ?=|:) ?(?:just |only |exactly |= ?)?';
const WHEN = '(?: even)? (?:if|when|with|after|despite)(?: any| up to| just)?';
const NEEDS = '(?:needs?|requires?|takes?)(?: at least| only| just)?';
const FORM = '(?:are|is|forms?|makes?|constitutes?)(?: up)? (?:an? )?(?:quorum|majority)';
const GOES_ON =
  '(?:available|continues?|operational|keeps? (?:on|going|working|running|accepting|committing|serving)|stays? up|works?|makes? progress)';
const ACCEPTED = '(?:acknowledge|ack|accept|confirm|vote|persist)';
/** A quorum of one phase or of one operation may be small if the other is large. */
const OF_EVERYTHING =
  '(?<!\\b(?:read|write|fast|slow|weak|election|leader|replication|recovery|phase|commit|1|2|local|zone|reply) )';
const VOTES = '(?:votes|acks|acknowledge?ments)';
const TO_WIN = '(?= to (?:win|commit|decide|be elected)|\\s*(?:[,.)]|$))';
const PROTOCOL = '(?:pbft|hotstuff|tendermint|raft|(?:multi-?)?paxos|zab|byzantine (?:agreement|consensus))';
const HALF_UP = '(?:ceil ?\\(|⌈) ?n ?/ ?2 ?(?:\\)|⌉)(?! ?\\+)';
const HALF_DOWN = '(?:floor ?\\(|⌊) ?n ?/ ?2 ?(?:\\)|⌋)(?! ?\\+)';

/** The first pattern that matches a stretch of text takes it; so the more specific ones come first. */
export const PATTERNS: readonly Pattern[] = [
  // The system goes on while nodes are down.
  pattern('outage', `${GOES_ON}${gap(25)}${WHEN} ${NUMBER}${OF}${NUMBER} ${MEMBERS} ${LOST}`, 'failures', 'nodes'),
  pattern('outage', `${GOES_ON}${gap(25)}${WHEN} ${NUMBER} ${MEMBERS} ${LOST}`, 'failures'),
  pattern('outage', `${GOES_ON}${gap(15)}${WHEN} ${NUMBER} ${FAILURES}`, 'failures'),
  pattern('outage', `(?:up to|any) ${NUMBER} ${MEMBERS} (?:may|can) (?:crash|fail|be down|be lost)${END}`, 'failures'),
  pattern(
    'outage',
    `(?:up to|any) ${NUMBER}${OF}${NUMBER} ${MEMBERS} (?:may|can) (?:crash|fail|be down|be lost)${END}`,
    'failures',
    'nodes',
  ),
  pattern('outage', `with ${NUMBER} ${MEMBERS} ${LOST},?${gap(20)} (?:quorum|majority) remains`, 'failures'),
  pattern(
    'outage',
    `${NUMBER}${OF}${NUMBER} ${MEMBERS} (?:may|can) (?:crash|fail|be down|be lost)(?: without (?:losing|loss)| while)`,
    'failures',
    'nodes',
  ),
  pattern(
    'outage',
    `(?:losing|loss of|failure of|crash of) ${NUMBER}${OF}${NUMBER} ${MEMBERS} ${harmless()}`,
    'failures',
    'nodes',
  ),
  pattern('outage', `(?:losing|loss of|failure of|crash of) (?:any )?${NUMBER} ${MEMBERS} ${harmless()}`, 'failures'),

  // What so many failures take.
  pattern(
    'tolerance',
    `${TOLERATING} ${UP_TO}${NUMBER}(?: ${FAILURES}| ${MEMBERS})?,?${gap(25)} ${NEEDS} ${NUMBER} ${MEMBERS}`,
    'failures',
    'nodes',
  ),
  pattern('tolerance', `${NUMBER} ${FAILURES} ${NEEDS} ${NUMBER} ${MEMBERS}`, 'failures', 'nodes'),
  pattern(
    'tolerance',
    `${NEEDS} ${NUMBER} ${MEMBERS} (?:for|to tolerate|to survive) (?:f ?= ?)?${NUMBER}\\b(?! ${OTHERS}| ${MEMBERS})`,
    'nodes',
    'failures',
  ),
  pattern(
    'tolerance',
    `[23]f ?\\+ ?1(?: ${MEMBERS})? ?= ?${NUMBER}\\b${gap(20)}f ?= ?${NUMBER}\\b`,
    'nodes',
    'failures',
  ),

  pattern(
    'tolerance',
    `${NUMBER} ${MEMBERS} (?:suffice|are enough|are sufficient) (?:for|to tolerate|to survive) ${NUMBER} ${FAILURES}`,
    'nodes',
    'failures',
  ),

  // What so many nodes tolerate.
  pattern(
    'tolerance',
    `(?<!\\bf ?= ?\\d{1,6}[^;]{1,20})n ?= ?${NUMBER}\\b${gap(20)}\\bf ?= ?${NUMBER}\\b`,
    'nodes',
    'failures',
  ),
  pattern('tolerance', `f ?= ?${NUMBER}\\b${gap(20)}\\bn ?= ?${NUMBER}\\b`, 'failures', 'nodes'),
  pattern('tolerance', `tolerance of ${NUMBER} ${MEMBERS}${IS_STATED}${NUMBER}\\b`, 'nodes', 'failures'),
  pattern(
    'tolerance',
    `(?:fault|failure)[- ]tolerance(?: of|${IS_STATED}) ?${NUMBER}\\b(?! ${MEMBERS}| ${OTHERS})`,
    'failures',
  ),
  pattern('tolerance', `${DENIED}${TOLERATE} ${UP_TO}${NUMBER}${OF}${NUMBER} ${MEMBERS}`, 'failures', 'nodes'),
  pattern(
    'tolerance',
    `${DENIED}${TOLERATE} ${UP_TO}${NUMBER} ${FAILURES} (?:with|among|using|on) (?:only |just )?${NUMBER} ${MEMBERS}`,
    'failures',
    'nodes',
  ),
  pattern('tolerance', `${DENIED}${TOLERATE} ${UP_TO}${NUMBER}(?: ${FAILURES}|${END})`, 'failures'),
  pattern(
    'tolerance',
    `(?:survives?|tolerates?|withstands?) (?:the )?(?:loss|failure|crash) of (?:any )?${NUMBER} ${MEMBERS}`,
    'failures',
  ),
  pattern('tolerance', `(?:can|may) lose ${UP_TO}${NUMBER} ${MEMBERS}`, 'failures'),
  pattern(
    'tolerance',
    `${NUMBER} ${FAILURES} (?:can |are |will |may )${DENIED}(?:be )?(?:tolerated|survived|withstood)`,
    'failures',
  ),
  pattern(
    'tolerance',
    `${NUMBER} ${FAILURES} (?:are|is) (?:ok|okay|fine|harmless|survivable|no problem)\\b`,
    'failures',
  ),
  pattern(
    'tolerance',
    `max(?:imum|imal)?(?: number of)?(?: tolerated| tolerable)? (?:failures|faults|crashes)${IS_STATED}${NUMBER}\\b`,
    'failures',
  ),

  // Quorums.
  pattern(
    'read_write',
    `write quorum${IS}(?: of )?${NUMBER}\\b${gap(20)}read quorum${IS}(?: of )?${NUMBER}\\b`,
    'write',
    'read',
  ),
  pattern(
    'read_write',
    `read quorum${IS}(?: of )?${NUMBER}\\b${gap(20)}write quorum${IS}(?: of )?${NUMBER}\\b`,
    'read',
    'write',
  ),
  pattern('quorum', `majority of (?:the )?${NUMBER}(?: ${MEMBERS})?,?${IS_STATED}${NUMBER}\\b`, 'nodes', 'quorum'),
  pattern(
    'quorum',
    `${OF_EVERYTHING}(?:quorum|majority)(?: sizes?)?(?: of|${IS}) ?${NUMBER}(?:${OF}| from | among )(?:the )?${NUMBER}\\b(?! ?[+=])`,
    'quorum',
    'nodes',
  ),
  pattern(
    'quorum',
    `${NUMBER}${OF}${NUMBER}(?: ${MEMBERS}| votes| acks| acknowledgements)? ${FORM}`,
    'quorum',
    'nodes',
  ),
  pattern('quorum', `${NUMBER} ${MEMBERS} ${FORM} of (?:the )?${NUMBER}\\b`, 'quorum', 'nodes'),
  pattern(
    'quorum',
    `(?:writes?|commits?|committed|leader)\\b${gap(25)}(?:acknowledge?ments?|acks?|votes?) (?:from|by|of) ${NUMBER}${OF}${NUMBER} ${MEMBERS}`,
    'quorum',
    'nodes',
  ),
  pattern(
    'quorum',
    `(?:commits?|committed)\\b${gap(15)}(?:once|when|after|as soon as) ${NUMBER}${OF}${NUMBER} ${MEMBERS} (?:have )?${ACCEPTED}`,
    'quorum',
    'nodes',
  ),
  pattern('quorum', `${NEEDS} ${NUMBER}${OF}${NUMBER} ${VOTES}${TO_WIN}`, 'quorum', 'nodes'),
  pattern('quorum', `${NEEDS} ${NUMBER} ${VOTES}${OF}${NUMBER}${TO_WIN}`, 'quorum', 'nodes'),
  pattern('quorum', `${OF_EVERYTHING}quorum(?: size)?(?: of|${IS}) ?${NUMBER}\\b(?! ${OTHERS})(?! ?[%/+*])`, 'quorum'),
  pattern('quorum', `majority(?: size)?${IS_STATED}${NUMBER}\\b(?! ${OTHERS})(?! ?[%/+*])`, 'quorum'),

  // Formulas.
  pattern('half', `(?:quorum|majority)(?: size)?(?: of|${IS}) ?(?:${HALF_UP}|${HALF_DOWN})`),
  pattern('half', `(?:quorum|majority)(?: size)?${IS_STATED}n ?/ ?2\\b(?! ?\\)?,? ?(?:\\+|plus|rounded))`),
  pattern('half', `(?:quorum|majority)(?: size)?${IS_STATED}half of (?:the |all )?${MEMBERS}(?![^;]*(?:\\+|plus))`),
  pattern('half', `(?:${HALF_UP}|${HALF_DOWN}) (?:${MEMBERS} |votes |acks )?(?:${FORM}|suffice)`),
  pattern(
    'formula',
    `${PROTOCOL} ${NEEDS} ([2345])f(?: ?\\+ ?([1-9]))? ${MEMBERS}(?! to (?!tolerate|survive|mask|withstand))`,
    'perFailure',
    'extra',
  ),
];

function harmless(): string {
  const untouched = "(?:does not|doesn['’]t) (?:stop|affect|interrupt|block)";
  return `(?:is (?:fine|ok|okay|harmless|tolerated|survivable|no problem)\\b|${untouched})`;
}

function pattern(kind: Pattern['kind'], source: string, ...numbers: Pattern['numbers']): Pattern {
  return { kind, expression: new RegExp(`(?<![\\w.])${source}`, 'gi'), numbers };
}
