/**
 * What follows from the state of a real Raft cluster: who can be elected, which entries are safe, how logs are repaired.
 *
 * Votes follow sections 5.2 and 5.4.1. An entry is lost if somebody without it can lead: elected by any majority of the members, now or
 * after leaders that still hold a term have written over logs, each node's log being what it is or what such a leader would make it.
 * Nodes choose independently of each other, so that for a candidate the least up-to-date log that each voter may come to hold decides.
 * If nobody without the entry can win, then by induction nobody ever will, for a new leader's first entry goes wherever its log goes.
 * A majority that holds an entry of an earlier term is therefore not enough (section 5.4.2, Figure 8), and the words say so.
 *
 * Nodes that cannot be reached may come back; no message is in flight; one message brings a follower all that it lacks.
 * O(entries n^2) for distinct sets of holders.
 */
import type { NodeIndex } from '../../kernel/units.ts';
import { describeRepair } from './given-repair.ts';
import type { GivenNode } from './given-state.ts';
import { isWitness, type RaftConfig } from './raft-state.ts';

export interface GivenFindings {
  readonly electable: readonly string[];
  readonly entries: readonly string[];
  readonly repair: readonly string[];
}

/** Of states that `givenRaftSteps` accepts. */
export function analyseGivenStates(config: RaftConfig, given: readonly GivenNode[]): GivenFindings {
  const cluster: Given = { config, given, needed: (config.members >> 1) + 1 };
  const elections = given.map((_, node) => nextElection(cluster, node));
  const first = firstToRun(cluster, elections);
  return {
    electable: given.map((_, node) => describeElection(cluster, node, elections[node])),
    entries: describeEntries(cluster),
    repair: describeRepair(config, given, first),
  };
}

interface Given {
  readonly config: RaftConfig;
  readonly given: readonly GivenNode[];
  readonly needed: number;
}

interface Election {
  readonly term: number;
  readonly votes: readonly NodeIndex[];
}

/** The first term that the node can win with the nodes that can be reached. */
function nextElection(cluster: Given, candidate: NodeIndex): Election | undefined {
  const { given, needed } = cluster;
  const own = given[candidate];
  if (own === undefined || !own.reachable || !mayLead(cluster, candidate)) return undefined;
  const first = own.role === 'candidate' ? own.term : own.term + 1;
  const terms = [first, ...given.flatMap(({ term, reachable }) => (reachable ? [term, term + 1] : []))];
  for (const term of [...new Set(terms)].sort((a, b) => a - b)) {
    const votes = term < first ? [] : votesFor(cluster, candidate, term);
    if (votes.length >= needed) return { term, votes };
  }
  return undefined;
}

function mayLead({ config }: Given, node: NodeIndex): boolean {
  return node < config.members && !isWitness(config, node);
}

function votesFor({ given, config }: Given, candidate: NodeIndex, term: number): readonly NodeIndex[] {
  const log = given[candidate]?.log ?? [];
  return members(config).filter((node) => {
    const voter = given[node];
    if (voter === undefined || !voter.reachable) return false;
    if (node === candidate) return true;
    return isFreeIn(voter, term, candidate) && isUpToDate(log, voter.log);
  });
}

function members(config: RaftConfig): NodeIndex[] {
  return Array.from({ length: config.members }, (_, node) => node);
}

/** Whether the voter has its vote of the term, or gave it to the candidate. A leader or candidate gave it to itself. */
function isFreeIn({ term: own, votedFor, role }: GivenNode, term: number, candidate: NodeIndex): boolean {
  if (own !== term) return own < term;
  return role === 'follower' && (votedFor === null || votedFor === candidate);
}

/** Section 5.4.1. */
function isUpToDate(log: readonly number[], voters: readonly number[]): boolean {
  const [last, other] = [log.at(-1) ?? 0, voters.at(-1) ?? 0];
  return last > other || (last === other && log.length >= voters.length);
}

/** Who runs for election when nobody leads: who already does, then who needs the fewest terms. */
function firstToRun({ given }: Given, elections: readonly (Election | undefined)[]): NodeIndex | undefined {
  const able = given.flatMap((_, node) => (elections[node] === undefined ? [] : [node]));
  const runs = able.find((node) => given[node]?.role === 'candidate');
  return runs ?? able.sort((a, b) => (elections[a]?.term ?? 0) - (elections[b]?.term ?? 0))[0];
}

function describeElection(cluster: Given, node: NodeIndex, election: Election | undefined): string {
  const { given, needed, config } = cluster;
  const own = given[node];
  const leads = own?.role === 'leader' ? `, which leads term ${own.term},` : '';
  if (election !== undefined)
    return `${name(node)}${leads} can be elected in term ${election.term} by ${names(election.votes)}; ${needed} of ${config.members} votes are needed.`;
  const cannot = `${name(node)}${leads} cannot be elected`;
  if (own?.reachable !== true) return `${cannot}: it cannot be reached.`;
  if (!mayLead(cluster, node))
    return `${cannot}: it is a ${node < config.members ? 'witness' : 'node without a vote'}.`;
  const votes = votesFor(cluster, node, Number.POSITIVE_INFINITY);
  const newer = members(config).filter((other) => given[other]?.reachable === true && !votes.includes(other));
  const away = members(config).filter((other) => given[other]?.reachable !== true);
  const reasons = [
    ...(newer.length === 0 ? [] : [`the logs of ${names(newer)} are more up to date`]),
    ...(away.length === 0 ? [] : [`${names(away)} cannot be reached`]),
  ];
  return `${cannot}: only ${names(votes)} would vote for it, ${needed} of ${config.members} votes are needed; ${reasons.join(', ')}.`;
}

interface Described {
  readonly index: number;
  readonly term: number;
  readonly text: string;
}

/** Entries that follow each other and of which the same is true are one line. */
function describeEntries(cluster: Given): readonly string[] {
  const lines: { first: Described; last: Described }[] = [];
  const byHolders = new Map<string, Fate>();
  for (const entry of distinctEntries(cluster)) {
    const key = entry.holders.join();
    const fate = byHolders.get(key) ?? fateOf(cluster, entry.holders);
    byHolders.set(key, fate);
    const described = { ...entry, text: describeFate(cluster, entry, fate) };
    const line = lines.find(({ last }) => last.index + 1 === entry.index && last.text === described.text);
    if (line === undefined) lines.push({ first: described, last: described });
    else line.last = described;
  }
  return lines.map(({ first, last }) => `${rangeText(first, last)}: ${first.text}`);
}

function rangeText(first: Described, last: Described): string {
  const from = `${first.index}:${first.term}`;
  return first === last ? from : `${from} to ${last.index}:${last.term}`;
}

interface HeldEntry {
  readonly index: number;
  readonly term: number;
  readonly holders: readonly NodeIndex[];
}

/** By index, then term. */
function distinctEntries({ given }: Given): readonly HeldEntry[] {
  const longest = Math.max(...given.map(({ log }) => log.length));
  return Array.from({ length: longest }, (_, at) => {
    const terms = [...new Set(given.flatMap(({ log }) => log[at] ?? []))].sort((a, b) => a - b);
    return terms.map((term): HeldEntry => {
      const holders = given.flatMap(({ log }, node) => (log[at] === term ? [node] : []));
      return { index: at + 1, term, holders };
    });
  }).flat();
}

interface Leadership {
  readonly leader: NodeIndex;
  /** Whose votes or obedience make it so. */
  readonly by: readonly NodeIndex[];
  readonly isElected: boolean;
}

interface Fate {
  /** A leader to come that has the entry, and one that has not. */
  readonly kept: Leadership | undefined;
  readonly lost: Leadership | undefined;
}

function fateOf(cluster: Given, holders: readonly NodeIndex[]): Fate {
  const { given, config } = cluster;
  const able = members(config).filter((node) => mayLead(cluster, node));
  const lacking = able.filter((node) => !holders.includes(node));
  const direct = lacking.flatMap((node) => [
    ...ruling(cluster, node),
    ...elected(cluster, node, given[node]?.log ?? []),
  ]);
  const byLeaders = able.flatMap((node) => {
    const logs = logsOf(cluster, node).filter(({ from }) => !holders.includes(from));
    return logs.flatMap(({ from, log }) => elected(cluster, node, grown(cluster, from, log)));
  });
  const within = able.filter((node) => holders.includes(node));
  const having = within.flatMap((node) => [
    ...ruling(cluster, node),
    ...elected(cluster, node, given[node]?.log ?? []),
  ]);
  return { kept: nearest(cluster, having), lost: nearest(cluster, [...direct, ...byLeaders]) };
}

interface PossibleLog {
  readonly from: NodeIndex;
  readonly log: readonly number[];
}

/** What the node may hold when it votes or runs: its log, or that of a leader which it would still obey. */
function logsOf({ given }: Given, node: NodeIndex): readonly PossibleLog[] {
  const term = given[node]?.term ?? 0;
  return given.flatMap((each, from) =>
    from === node || (each.role === 'leader' && each.term >= term) ? [{ from, log: each.log }] : [],
  );
}

/** A leader may still add an entry of its term, which makes its log more up to date. */
function grown({ given }: Given, from: NodeIndex, log: readonly number[]): readonly number[] {
  const leader = given[from];
  return leader?.role === 'leader' ? [...log, leader.term] : log;
}

/** The election that the node wins with that log in a term above all others, if a majority may vote for it. */
function elected(cluster: Given, leader: NodeIndex, log: readonly number[]): readonly Leadership[] {
  const by = members(cluster.config).filter(
    (voter) => voter === leader || logsOf(cluster, voter).some((held) => isUpToDate(log, held.log)),
  );
  return by.length >= cluster.needed ? [{ leader, by, isElected: true }] : [];
}

/** A leader whose term a majority has not left yet. */
function ruling({ given, needed, config }: Given, leader: NodeIndex): readonly Leadership[] {
  const own = given[leader];
  if (own?.role !== 'leader') return [];
  const by = members(config).filter((node) => (given[node]?.term ?? 0) <= own.term);
  return by.length >= needed ? [{ leader, by, isElected: false }] : [];
}

/** One that needs nobody who is away, if there is one. */
function nearest(cluster: Given, leaderships: readonly Leadership[]): Leadership | undefined {
  return leaderships.find((each) => awayFor(cluster, each).length === 0) ?? leaderships[0];
}

/** Who has to come back first: a leader that is away, and voters where the others are too few. */
function awayFor({ given, needed }: Given, { leader, by }: Leadership): readonly NodeIndex[] {
  const isAway = (node: NodeIndex): boolean => given[node]?.reachable !== true;
  const away = by.filter((node) => isAway(node));
  const isEnough = by.length - away.length >= needed;
  return isEnough && !isAway(leader) ? [] : away.filter((node) => node === leader || !isEnough);
}

function describeFate(cluster: Given, { index, term, holders }: HeldEntry, { kept, lost }: Fate): string {
  const { given, needed } = cluster;
  const on = `on ${names(holders)}`;
  const knowing = holders.filter((node) => (given[node]?.commitIndex ?? 0) >= index);
  const known = knowing.length === 0 ? '' : `, as ${knowing.length === 1 ? 'is' : 'are'} known to ${names(knowing)}`;
  if (lost === undefined) {
    const why =
      known === '' ? ', though no commit index says so yet' : `${known.replace(/^, as (is|are) known/, ', known')}`;
    return `committed for certain${why}: ${on}, and nobody without it can be elected.`;
  }
  const danger = describeLeadership(cluster, lost, `without it`);
  if (knowing.length > 0)
    return `marked as committed by ${names(knowing)}, yet ${on} only, and ${danger}: correct Raft does not lead to these states.`;
  const members_ = holders.filter((node) => node < cluster.config.members);
  const isOld = given.every((each) => each.role !== 'leader' || each.term !== term);
  const trap =
    members_.length >= needed && isOld
      ? ' A majority has it, but it is of an earlier term and not safe before an entry of a current term follows on a majority (section 5.4.2).'
      : '';
  if (kept === undefined) return `can only be lost: ${on}, and nobody who has it can lead; ${danger}.${trap}`;
  return `can still commit: ${on}, and ${describeLeadership(cluster, kept, 'with it')}; can be lost: ${danger}.${trap}`;
}

function describeLeadership(cluster: Given, leadership: Leadership, how: string): string {
  const { leader, by, isElected } = leadership;
  const away = awayFor(cluster, leadership);
  const once = away.length === 0 ? '' : `, once ${names(away)} can be reached`;
  return isElected
    ? `${name(leader)} can be elected ${how} by ${names(by)}${once}`
    : `${name(leader)} leads term ${cluster.given[leader]?.term ?? 0} ${how}, and ${names(by)} are in no later term${once}`;
}

function name(node: NodeIndex): string {
  return `n${node + 1}`;
}

function names(nodes: readonly NodeIndex[]): string {
  return nodes.map(name).join(', ');
}
