/**
 * Whether the behaviour told for a failure is going on or stopping. Read are clauses that begin with the system or its
 * writes and a verb, such as "Continues", "The cluster no longer accepts writes", "Nothing commits". Not read are a stop
 * for the time of an election, going on after a repair, and reads alone, for they may be served stale.
 */
import { MEMBERS, NUMBER } from './vocabulary.ts';

export type Outcome = 'continues' | 'stops';

const CLAUSE_END = /[.;:\n]+(?=\s|$)|,? (?:but|while|whereas|and|then|so) |, /i;

const REMAINING = `(?:remaining|surviving|other|healthy)(?: ${NUMBER.replace('(', '(?:')})?(?: ${MEMBERS})?`;
const SUBJECT = `(?:the |all |new |client )*(?:system|cluster|service|ensemble|group|protocol|raft|pbft|it|everything|writes?|write requests|operations|consensus|rest|others|majority|quorum|${REMAINING})`;
const AUXILIARY =
  '(?:is|are|be|stays?|remains?|still|can|will|do|does|becomes?|has|fully|immediately|simply|also|entirely)';
const DENIAL = "(?:(?:do|does|is|are|ca|will|wo)n['’]t|cannot|not|no longer|never)";
const LEAD = `^\\W*(?:${SUBJECT} )?(?:${AUXILIARY} ){0,3}(${DENIAL} )?(?:${AUXILIARY} ){0,2}`;
/** What is stopped: all, not the heartbeats to a dead node. */
const WRITES =
  '(?=\\W*$| (?:all |any |new |client |further |the |accepting |serving |committing |making )*(?:writes?|requests?|commits?|operations|updates|commands|entries|progress|accepting|serving|committing|working|because|since|for want|without)\\b)';

const CONTINUES = clause(
  `(?:continues?(?! to (?!accept|commit|serve|operate|work|run|take|process|make))|continued|proceeds?|available|operational|(?:keeps?|goes|going) (?:on|going|serving|accepting|committing|working)|accepts? (?:new |client |all )*(?:writes|requests|entries|commands)|commits?|(?:accepted|committed)(?=\\W*$)|succeeds?|makes? progress|unaffected|survives?(?! on)|works?|(?:has|keeps|retains) (?:a |its )?quorum(?! of))\\b`,
);
const STOPS = clause(
  `(?:(?:stops?|stopped|halts?|halted|blocks?|blocked|stalls?|stalled|rejects?|rejected|refuses?|refused)\\b${WRITES}|(?:unavailable|los(?:es?|t) (?:the |its )?quorum|unable to (?:accept|commit|write|make progress))\\b)`,
);
const NOTHING =
  /^\W*(?:there is )?(?:no (?:quorum|majority|progress|new entry commits|(?:new )?(?:entry|writes?) (?:is|are|can be|commits?|succeeds?))|nothing (?:new )?(?:commits|is|can be) ?(?:accepted|committed|decided)?|(?:accepts|commits|makes|(?:the )?(?:cluster|system|service) (?:accepts|commits|makes)) no (?:new )?(?:writes|progress|entries))\b/i;
const NO_HARM = /^\W*(?:there is )?(?:no|zero) (?:downtime|outage|interruption|loss of (?:quorum|availability))\b/i;

/** What passes, what waits for a repair, and what is no write. */
const PASSING =
  /\b(?:until|brief\w*|moment\w*|temporar\w*|short\w*|transient\w*|pauses?|retr(?:y|ies)|elections?|failover|ms|seconds?|clients?|reads?|read-only|stale|if|unless|only|may|might|part(?:ly|ially)|degraded|minority|again|resum\w+)\b/i;
const AFTER_REPAIR =
  /\b(?:once|after|when|as soon as|by)\b.{0,60}\b(?:recover\w*|restart\w*|return\w*|back|backup|repair\w*|replac\w*|rejoin\w*|restor\w*)\b/i;
/** A leader was lost, and what stops does so until the next one. */
const SUCCESSION = /\b(?:takes? over|(?:new|next) (?:leader|primary)|view change|failover)\b/i;

/** Undefined where the text says neither, or both. */
export function outcomeOf(behavior: string): Outcome | undefined {
  const outcomes = new Set(behavior.split(CLAUSE_END).flatMap((text) => outcomeOfClause(text) ?? []));
  const [outcome] = outcomes;
  return outcomes.size > 1 || (outcome === 'stops' && SUCCESSION.test(behavior)) ? undefined : outcome;
}

function outcomeOfClause(text: string): Outcome | undefined {
  if (PASSING.test(text) || AFTER_REPAIR.test(text)) return undefined;
  if (NOTHING.test(text)) return 'stops';
  if (NO_HARM.test(text)) return 'continues';
  const stops = STOPS.exec(text);
  if (stops !== null) return stops[1] === undefined ? 'stops' : 'continues';
  const continues = CONTINUES.exec(text);
  if (continues === null) return undefined;
  return continues[1] === undefined ? 'continues' : 'stops';
}

function clause(predicate: string): RegExp {
  return new RegExp(LEAD + predicate, 'i');
}
