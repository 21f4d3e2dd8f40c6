/**
 * Whether the behaviour told for a failure is going on or stopping, clause by clause. A stop for the time of an election
 * and going on after a repair are neither; so are reads alone, for they may be served stale.
 */

export type Outcome = 'continues' | 'stops';

const CLAUSE_END = /[.;:\n]+(?=\s|$)|,? (?:but|while|whereas|and|then) |, /i;

const STOP =
  '(?:stop(?:s|ped|ping)?|halt(?:s|ed|ing)?|unavailable|block(?:s|ed|ing)?|stall(?:s|ed)?|reject(?:s|ed|ing)?|refus(?:es?|ed|ing)|los(?:es?|t|ing) (?:the |its )?quorum|quorum (?:is )?lost|no quorum|no (?:majority|leader can be elected)|downtime|(?:unable|fails?) to (?:accept|commit|write|serve|make progress|elect))';
const GO_ON =
  '(?:continu(?:es?|ed|ing)|proceed(?:s|ing)?|available|operational|(?:keeps?|goes|going) (?:on|going|serving|accepting|committing|working|running)|(?:accepts?|accepted|commits?|committed|succeeds?)|progress|unaffected|survives?|works?|(?:has|keeps?|retains?) (?:a |its |the )?quorum)';
const DENIAL = "(?:\\b(?:no longer|not|cannot|never|without|no)|n['’]t)\\b(?: (?!only)\\w+){0,2} ";
/** What passes, what waits for a repair, and what is no write. */
const PASSING =
  /\b(?:until|brief\w*|moment\w*|temporar\w*|short\w*|transient\w*|pauses?|retr(?:y|ies)|elections?|elects?|elected|failover|ms|seconds?|clients?|reads?|read-only|stale|old leader|if|unless|only|may|might|partly|partially|minority)\b/i;
const AFTER_REPAIR =
  /\b(?:once|after|when|as soon as|until)\b.{0,60}\b(?:recover\w*|restart\w*|returns?|back|repair\w*|replac\w*|rejoins?|restored|again)\b|\bagain\b|\bresum\w+/i;

const STOPS = new RegExp(`(${DENIAL})?\\b${STOP}\\b(?: \\w+){0,2}`, 'gi');
const CONTINUES = new RegExp(`(${DENIAL})?\\b${GO_ON}\\b`, 'gi');

/** Undefined where the text says neither, or both. */
export function outcomeOf(behavior: string): Outcome | undefined {
  const outcomes = new Set(behavior.split(CLAUSE_END).flatMap((clause) => outcomesOf(clause)));
  return outcomes.size === 1 ? [...outcomes][0] : undefined;
}

function outcomesOf(clause: string): Outcome[] {
  if (PASSING.test(clause) || AFTER_REPAIR.test(clause)) return [];
  const stops = [...clause.matchAll(STOPS)].map(([, denial]) => told('stops', denial));
  // "Stops accepting writes" accepts none.
  const rest = clause.replaceAll(STOPS, ' ');
  const continues = [...rest.matchAll(CONTINUES)].map(([, denial]) => told('continues', denial));
  return [...stops, ...continues];
}

function told(outcome: Outcome, denial: string | undefined): Outcome {
  if (denial === undefined) return outcome;
  return outcome === 'stops' ? 'continues' : 'stops';
}
