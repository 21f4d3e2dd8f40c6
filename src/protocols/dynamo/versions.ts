/**
 * Versions of a value and what replaces what (DeCandia et al., SOSP 2007, section 4.4).
 *
 * Under vector clocks a version names its request (client and number) and carries a context: for each client, the number of the last of its
 * requests that the writer knew of. A version is replaced by one whose context holds it, and by a later one of the same client; any
 * two others are siblings and are both kept. The entries count requests of clients, as in Parker et al. (1983): counters
 * of coordinators, the paper's choice, let a write hide another that passed the same coordinator unseen (Preguiça et al. 2012),
 * and would not know a repeated request again. Under last-writer-wins the largest stamp stays, whatever it knew.
 *
 * Merging is commutative, associative and idempotent. What a version replaces leaves its context behind in it, so that nothing comes
 * back when a request was carried out twice, under different contexts. The cost is quadratic in the siblings, which are few.
 */
import type { Milliseconds, NodeIndex } from '../../kernel/units.ts';
import type { Clock } from '../vector-clock.ts';
import { holdsClock, joinClocks, NO_CLOCK, withEntry } from '../vector-clock.ts';

export type Versioning = 'vector_clock' | 'last_writer_wins';

export interface Version {
  readonly client: number;
  readonly number: number;
  /** Null is a tombstone: the key was deleted. */
  readonly value: number | null;
  /** By client: the number of its last request that the writer knew of. */
  readonly context: Clock;
  /** The coordinator's clock, which decides under last-writer-wins; then the coordinator, the client, the number. */
  readonly stampMs: Milliseconds;
  readonly node: NodeIndex;
}

/** Versions of one key, none replaced by another, in order of client and number. */
export type Siblings = readonly Version[];

export const NO_SIBLINGS: Siblings = [];

/** All of both that nothing replaces; `mine` itself when it holds all of `theirs`. */
export function mergeSiblings(versioning: Versioning, mine: Siblings, theirs: Siblings): Siblings {
  if (mine === theirs || theirs.length === 0) return mine;
  let merged = mine;
  for (const version of theirs) {
    if (versioning === 'vector_clock') merged = withVersion(merged, version);
    else if (merged[0] === undefined || compareStamps(version, merged[0]) > 0) merged = [version];
  }
  return merged;
}

function withVersion(siblings: Siblings, version: Version): Siblings {
  if (siblings.includes(version)) return siblings;
  let twin: Version | undefined;
  for (const each of siblings) {
    const isTwinOfIt = isTwin(each, version);
    if ((isTwinOfIt || replaces(each, version)) && holdsClock(each.context, version.context)) return siblings;
    if (isTwinOfIt) twin = each;
  }
  const joined = twin === undefined ? version : withContext(twin, version.context);
  return withoutReplaced([...siblings.filter((each) => each !== twin), joined]);
}

/** Until no version replaces another: a context that grew may hold more than before. */
function withoutReplaced(siblings: Siblings): Siblings {
  for (const loser of siblings) {
    if (!siblings.some((each) => replaces(each, loser))) continue;
    const rest = siblings.filter((each) => each !== loser);
    return withoutReplaced(rest.map((each) => (replaces(each, loser) ? withContext(each, loser.context) : each)));
  }
  return siblings.toSorted((one, other) => one.client - other.client || one.number - other.number);
}

function isTwin(one: Version, other: Version): boolean {
  return one.client === other.client && one.number === other.number;
}

/** Whether `later` was written in knowledge of `earlier`; a client knows its own writes. */
function replaces(later: Version, earlier: Version): boolean {
  if (later.client === earlier.client) return later.number > earlier.number;
  return (later.context[earlier.client] ?? 0) >= earlier.number;
}

function withContext(version: Version, more: Clock): Version {
  const context = joinClocks(version.context, more);
  return context === version.context ? version : { ...version, context };
}

/** Orders by stamp, then by coordinator, client and number: total over all versions. */
export function compareStamps(one: Version, other: Version): number {
  return one.stampMs - other.stampMs || one.node - other.node || one.client - other.client || one.number - other.number;
}

/** The clock of one request. */
export function clockOf(client: number, number: number): Clock {
  return withEntry(NO_CLOCK, client, number);
}

/** All that the siblings and those before them knew: the context of whoever read them. */
export function knowledgeOf(siblings: Siblings): Clock {
  const known: number[] = [];
  for (const { client, number, context } of siblings) {
    while (known.length < Math.max(client + 1, context.length)) known.push(0);
    for (let index = 0; index < context.length; index++)
      known[index] = Math.max(known[index] ?? 0, context[index] ?? 0);
    known[client] = Math.max(known[client] ?? 0, number);
  }
  return known;
}

/** Whether both are the same versions, whatever their contexts. */
export function areSameVersions(one: Siblings, other: Siblings): boolean {
  if (one === other) return true;
  if (one.length !== other.length) return false;
  return one.every((version, index) => {
    const twin = other[index];
    return twin !== undefined && isTwin(version, twin);
  });
}

/** `3 (2/1), deleted (4/7)`: values with their requests. */
export function describeSiblings(siblings: Siblings): string {
  if (siblings.length === 0) return 'nothing';
  return siblings.map(({ client, number, value }) => `${value ?? 'deleted'} (${client}/${number})`).join(', ');
}
