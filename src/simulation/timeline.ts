/**
 * The decisive moments of a run, in words and few enough to read: who came to lead and who ceased to, when faults began and ended,
 * how long no client was answered, what was lost, and what was violated.
 *
 * What repeats is folded: changes to one role between two decisive moments are told once with their number. Where more is
 * left than the limit, violations go before leaders and faults, those before restarts, gaps and roles, and these before totals; among equals the
 * nearest to the first violation stay, or the earliest. One pass, then a sort. It does not say why: see the explanation.
 */
import { invariant } from '../kernel/invariant.ts';
import { timeText } from '../kernel/time-text.ts';
import type { NodeIndex } from '../kernel/units.ts';
import {
  counted,
  type FaultEvent,
  faultWords,
  listed,
  nodeName,
  roleWords,
  type StateEvent,
  shortened,
} from './event-words.ts';
import { lossEntries, progressEntries } from './timeline-totals.ts';
import type { Trace, TraceEvent } from './trace.ts';

export interface TimelineEntry {
  readonly atUs: number;
  /** For what lasts or repeats. */
  readonly untilUs?: number;
  readonly kind: 'violation' | 'leader' | 'fault' | 'fault-end' | 'restart' | 'gap' | 'role' | 'progress' | 'loss';
  readonly node?: NodeIndex;
  readonly text: string;
}

export interface Timeline {
  /** In order of time. */
  readonly entries: readonly TimelineEntry[];
  /** Entries above the limit. */
  readonly leftOut: number;
  /** Events that the trace itself does not hold. */
  readonly notRecorded: number;
}

const ENTRIES_MAX = 40;
/** Up to so many changes to one role between two moments are told node by node. */
const APART_MAX = 3;

/** Smaller matters more. */
const RANKS: Readonly<Record<TimelineEntry['kind'], number>> = {
  violation: 0,
  leader: 1,
  fault: 1,
  restart: 2,
  gap: 2,
  'fault-end': 3,
  role: 3,
  progress: 4,
  loss: 4,
};

export function timelineOf(trace: Trace, entriesMax = ENTRIES_MAX): Timeline {
  const all = [...momentsOf(trace), ...progressEntries(trace), ...lossEntries(trace)];
  const violationUs = all.find(({ kind }) => kind === 'violation')?.atUs ?? 0;
  const byWeight = all
    .map((entry, index) => ({ entry, index }))
    .sort(
      (a, b) =>
        RANKS[a.entry.kind] - RANKS[b.entry.kind] ||
        Math.abs(a.entry.atUs - violationUs) - Math.abs(b.entry.atUs - violationUs) ||
        a.index - b.index,
    );
  const kept = byWeight.slice(0, entriesMax).sort((a, b) => a.entry.atUs - b.entry.atUs || a.index - b.index);
  return {
    entries: kept.map(({ entry }) => entry),
    leftOut: all.length - kept.length,
    notRecorded: trace.omitted,
  };
}

/** One line an entry, the time in front. */
export function timelineText({ entries, leftOut, notRecorded }: Timeline): string {
  const times = entries.map(({ atUs }) => timeText(atUs));
  const width = Math.max(0, ...times.map((time) => time.length));
  const lines = entries.map(({ text }, index) => `${(times[index] ?? '').padStart(width)}  ${text}`);
  return [
    ...lines,
    ...(leftOut > 0 ? [`${counted(leftOut, 'lesser moment')} left out`] : []),
    ...(notRecorded > 0 ? [`${counted(notRecorded, 'event')} not recorded`] : []),
  ].join('\n');
}

/** Everything but totals, in order; changes of role are folded between the others. */
function momentsOf(trace: Trace): TimelineEntry[] {
  const entries: TimelineEntry[] = [];
  const states = new Map<NodeIndex, StateEvent>();
  let changes: StateEvent[] = [];
  const closeFolds = (): void => {
    entries.push(...foldedRoles(changes).map((alike) => roleEntry(alike, trace.names)));
    changes = [];
  };
  const crashes = new Set(trace.events.flatMap((event) => (event.kind === 'fault' ? crashKeys(event) : [])));
  for (const event of withFaultEnds(trace)) {
    const known = 'node' in event && event.node !== undefined ? states.get(event.node) : undefined;
    // The fault told it already, but not that it was the leader whom it met.
    if (event.kind === 'down' && crashes.has(`${event.atUs}/${event.node}`) && known?.leads !== true) continue;
    const moment = momentOf(event, known, trace.names);
    if (moment !== undefined) {
      closeFolds();
      entries.push(moment);
    } else if (event.kind === 'state' && known !== undefined && known.role !== event.role) {
      changes.push(event);
    }
    if (event.kind === 'state') states.set(event.node, event);
  }
  closeFolds();
  return entries;
}

function crashKeys({ fault, atUs, nodes }: FaultEvent): string[] {
  return fault === 'crash' ? nodes.map((node) => `${atUs}/${node}`) : [];
}

type FaultEnd = { readonly kind: 'fault-end'; readonly atUs: number; readonly text: string };

/** The events with the ends of faults among them; a crash ends with the restart, which is an event itself. */
function withFaultEnds({ events, names, endUs }: Trace): (TraceEvent | FaultEnd)[] {
  const ends = events.flatMap((event): FaultEnd[] => {
    if (event.kind !== 'fault' || event.fault === 'crash' || event.untilUs === undefined) return [];
    return event.untilUs > endUs
      ? []
      : [{ kind: 'fault-end', atUs: event.untilUs, text: `over: ${faultWords(event, names)}` }];
  });
  return ends.length === 0 ? [...events] : [...ends, ...events].sort((a, b) => a.atUs - b.atUs);
}

function momentOf(
  event: TraceEvent | FaultEnd,
  known: StateEvent | undefined,
  names: readonly string[],
): TimelineEntry | undefined {
  const { atUs } = event;
  switch (event.kind) {
    case 'violation': {
      const at = event.node === undefined ? {} : { node: event.node };
      return { atUs, kind: 'violation', ...at, text: shortened(`${event.property} is violated: ${event.text}`) };
    }
    case 'fault':
      return { atUs, kind: 'fault', text: faultWords(event, names) };
    case 'fault-end':
      return { atUs, kind: 'fault-end', text: event.text };
    case 'down': {
      const role = known?.leads === true ? `, ${roleWords(known)},` : '';
      return { atUs, kind: 'fault', node: event.node, text: `${nodeName(event.node, names)}${role} goes down` };
    }
    case 'state':
      return stateMoment(event, known, names);
    default:
      return undefined;
  }
}

function stateMoment(
  event: StateEvent,
  known: StateEvent | undefined,
  names: readonly string[],
): TimelineEntry | undefined {
  const { atUs, node } = event;
  const name = nodeName(node, names);
  if (event.before === undefined && known !== undefined) {
    return { atUs, kind: 'restart', node, text: `${name} starts again as ${roleWords(event)}` };
  }
  if (event.leads === (known?.leads ?? false)) return undefined;
  const cause = shortened(event.cause, 80);
  const text = event.leads
    ? `${name} leads: ${roleWords(event)} (${cause})`
    : `${name} no longer leads: ${roleWords(event)} (${cause})`;
  return { atUs, kind: 'leader', node, text };
}

/** Changes to one role together: by node while there are few, of all nodes at once where nodes keep changing. */
function foldedRoles(changes: readonly StateEvent[]): (readonly StateEvent[])[] {
  const byRole = groupedBy(changes, ({ role }) => role);
  return byRole.flatMap((alike) => (alike.length > APART_MAX ? [alike] : groupedBy(alike, ({ node }) => String(node))));
}

function groupedBy(changes: readonly StateEvent[], keyOf: (change: StateEvent) => string): (readonly StateEvent[])[] {
  const groups = new Map<string, StateEvent[]>();
  for (const change of changes) {
    const known = groups.get(keyOf(change));
    if (known === undefined) groups.set(keyOf(change), [change]);
    else known.push(change);
  }
  return [...groups.values()];
}

function roleEntry(changes: readonly StateEvent[], names: readonly string[]): TimelineEntry {
  const [first, last] = [changes[0], changes.at(-1)];
  invariant(first !== undefined && last !== undefined, 'a group holds a change');
  const nodes = [...new Set(changes.map(({ node }) => node))].sort((a, b) => a - b);
  const become = nodes.length === 1 ? 'becomes' : 'become';
  const who = `${listed(nodes.map((node) => nodeName(node, names)))} ${become}`;
  const at = { atUs: first.atUs, kind: 'role' as const, ...(nodes.length === 1 ? { node: first.node } : {}) };
  if (changes.length === 1) return { ...at, text: `${who} ${roleWords(first)} (${shortened(first.cause, 80)})` };
  const terms = first.term === undefined || first.term === last.term ? '' : `, terms ${first.term} to ${last.term}`;
  const times = counted(changes.length, 'time');
  return {
    ...at,
    untilUs: last.atUs,
    text: `${who} ${shortened(first.role)} ${times}${terms}, until ${timeText(last.atUs)}`,
  };
}
