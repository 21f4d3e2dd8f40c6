/**
 * A run as a Mermaid sequence diagram, which people paste into issues: at most 60 messages around the first violation, or around the
 * first leader when all went well, with notes for role changes, faults, answers and violations.
 *
 * Messages that changed their receiver come first, then lost ones, then the nearest of the rest; what is left out is counted in notes.
 * Mermaid refuses sources above 50,000 characters: the diagram is drawn smaller until it fits.
 */

import { grouped, timeText } from '../kernel/time-text.ts';
import type { DrawnMessage, DrawnState, DrawnTrace } from './drawn-trace.ts';
import { distinctNames, eventWords, LOSS_WORDS, messageKind, oneLine } from './event-words.ts';
import { renderSequenceDiagram, type SequenceStep } from './sequence-diagram.ts';

const MESSAGES_MAX = 60;
const MERMAID_LENGTH_MAX = 49_000;
/** Up to this many nodes all have a lane; of more, only those that take part. */
const LANES_MAX = 9;
/** Fewer messages than this between two that are shown are not worth a note. */
const GAP_MIN = 4;
const LABEL_LENGTH_MAX = 80;
const NOTE_LENGTH_MAX = 120;
const KINDS_MAX = 4;

/** The Mermaid source; `messagesMax` at most 60. */
export function renderRunSequence(trace: DrawnTrace, messagesMax = MESSAGES_MAX): string {
  for (let limit = Math.min(messagesMax, MESSAGES_MAX); ; limit = Math.floor(limit / 2)) {
    const source = draw(trace, limit);
    if (source.length <= MERMAID_LENGTH_MAX || limit === 0) return source;
  }
}

/** A message where it is drawn: at its arrival, or where it left when it never arrived. */
interface Placed {
  readonly message: DrawnMessage;
  readonly atUs: number;
  readonly index: number;
  readonly hasEffect: boolean;
}

interface Note {
  readonly text: string;
  readonly atUs: number;
  readonly untilUs?: number | undefined;
  readonly index: number;
  readonly node: number | undefined;
  /** Smaller matters more. */
  readonly rank: number;
}

function draw(trace: DrawnTrace, limit: number): string {
  const anchor = anchorOf(trace);
  const messages = placedMessages(trace);
  const shown = inOrder(choose(messages, anchor, limit));
  const span = spanOf(shown, messages, trace);
  const notes = chooseNotes(notesOf(trace), span, anchor, limit);
  const names = distinctNames(trace.names);
  const lanes = lanesOf(trace, shown);
  const over = (node: number | undefined): string[] => {
    const nodes = node === undefined || !lanes.includes(node) ? [lanes[0], lanes.at(-1)] : [node];
    return [...new Set(nodes)].flatMap((each) => (each === undefined ? [] : [names[each] ?? '']));
  };
  const note = (text: string, node?: number): SequenceStep => ({ kind: 'note', over: over(node), text });
  const nameOf = (node: number): string => names[node] ?? '';
  const steps = inOrder<Placed | Note>([...shown, ...notes]).flatMap((item): SequenceStep[] => {
    if ('text' in item) return [note(`${timeText(item.atUs)}: ${oneLine(item.text, NOTE_LENGTH_MAX)}`, item.node)];
    const gap = gapBefore(item, shown, messages);
    const told = gap.length < GAP_MIN ? [] : [note(summaryOf(gap, shown[0] === item ? 'before this' : 'meanwhile'))];
    return [...told, messageStep(item.message, nameOf)];
  });
  const last = shown.at(-1);
  const after = last === undefined ? messages : messages.filter((each) => isAfter(each, last));
  const closing = after.length === 0 ? [] : [note(summaryOf(after, 'after this'))];
  return renderSequenceDiagram({ participants: lanes.map(nameOf), steps: [...steps, ...closing] });
}

/** From the first message that is shown to the last, and beyond them where no message is left out. */
function spanOf(shown: readonly Placed[], messages: readonly Placed[], { endUs }: DrawnTrace): Span {
  const [first, last] = [shown[0], shown.at(-1)];
  return {
    fromUs: first === messages[0] ? 0 : (first?.atUs ?? 0),
    toUs: last === messages.at(-1) ? endUs : (last?.atUs ?? endUs),
  };
}

interface Span {
  readonly fromUs: number;
  readonly toUs: number;
}

/** What the diagram is about. */
interface Anchor {
  readonly atUs: number;
  /** How much more a message after it must matter than one before it. */
  readonly afterWeight: number;
}

function anchorOf({ events }: DrawnTrace): Anchor {
  const violation = events.find(({ kind }) => kind === 'violation');
  if (violation !== undefined) return { atUs: violation.atUs, afterWeight: 4 };
  const decisive =
    events.find((event) => event.kind === 'state' && event.leads && event.atUs > 0) ??
    events.find(({ kind }) => kind === 'fault') ??
    events[0];
  return { atUs: decisive?.atUs ?? 0, afterWeight: 1 };
}

function placedMessages({ events }: DrawnTrace): Placed[] {
  const causes = new Map<string, string[]>();
  for (const event of events) {
    if (event.kind !== 'state') continue;
    const key = `${event.node}/${event.atUs}`;
    causes.set(key, [...(causes.get(key) ?? []), event.cause]);
  }
  const placed = events.flatMap((message, index): Placed[] => {
    if (message.kind !== 'message') return [];
    const { deliveredUs, to, text } = message;
    const caused = deliveredUs === undefined ? [] : (causes.get(`${to}/${deliveredUs}`) ?? []);
    return [
      { message, index, atUs: deliveredUs ?? message.atUs, hasEffect: caused.some((each) => each.includes(text)) },
    ];
  });
  return inOrder(placed);
}

function choose(messages: readonly Placed[], anchor: Anchor, limit: number): Placed[] {
  const nearest = [...messages].sort((a, b) => distance(a, anchor) - distance(b, anchor) || a.index - b.index);
  const chosen = new Set<Placed>();
  const take = (isWanted: (each: Placed) => boolean, most: number): void => {
    for (const each of nearest) {
      if (chosen.size >= most) break;
      if (isWanted(each)) chosen.add(each);
    }
  };
  take(({ hasEffect }) => hasEffect, Math.ceil(limit * 0.7));
  take(({ message }) => message.deliveredUs === undefined, Math.ceil(limit * 0.9));
  take(() => true, limit);
  return [...chosen];
}

function distance({ atUs }: { readonly atUs: number }, anchor: Anchor): number {
  return atUs <= anchor.atUs ? anchor.atUs - atUs : (atUs - anchor.atUs) * anchor.afterWeight;
}

/** Everything that may be told in a note. */
function notesOf({ events, names }: DrawnTrace): Note[] {
  const last = new Map<number, DrawnState>();
  const crashes = events.flatMap((event) => (event.kind === 'fault' && event.fault === 'crash' ? [event] : []));
  return events.flatMap((event, index): Note[] => {
    const at = { atUs: event.atUs, index };
    switch (event.kind) {
      case 'violation':
        return [{ ...at, node: event.node, rank: 0, text: `VIOLATION: ${event.property}: ${event.text}` }];
      case 'fault': {
        const node = event.nodes.length === 1 ? event.nodes[0] : undefined;
        return [{ ...at, untilUs: event.untilUs, node, rank: 1, text: eventWords(event, names) }];
      }
      case 'down': {
        const isTold = crashes.some(({ atUs, nodes }) => atUs === event.atUs && nodes.includes(event.node));
        return isTold ? [] : [{ ...at, node: event.node, rank: 1, text: `${names[event.node]} goes down` }];
      }
      case 'state': {
        const text = roleChange(event, last.get(event.node));
        last.set(event.node, event);
        return text === undefined ? [] : [{ ...at, node: event.node, rank: event.leads ? 1 : 2, text }];
      }
      case 'complete':
        return event.response.status === 'redirect'
          ? []
          : [{ ...at, node: event.node, rank: 3, text: eventWords(event, names) }];
      default:
        return [];
    }
  });
}

function roleChange({ role, term, before, cause }: DrawnState, last: DrawnState | undefined): string | undefined {
  if (last !== undefined && last.role === role && before !== undefined) return undefined;
  if (last === undefined && before === undefined) return undefined;
  const now = `${role}${term === undefined ? '' : `, term ${term}`}`;
  return before === undefined ? `starts again as ${now}` : `${now} (${cause})`;
}

/** Violations always; of the others those within the span and faults that reach into it; as many as messages, by rank and nearness. */
function chooseNotes(notes: readonly Note[], { fromUs, toUs }: Span, anchor: Anchor, limit: number): Note[] {
  const within = notes.filter(({ atUs, untilUs, rank }) => rank === 0 || ((untilUs ?? atUs) >= fromUs && atUs <= toUs));
  within.sort((a, b) => a.rank - b.rank || distance(a, anchor) - distance(b, anchor) || a.index - b.index);
  return within.slice(0, limit);
}

function lanesOf({ names }: DrawnTrace, shown: readonly Placed[]): number[] {
  const all = names.map((_, node) => node);
  if (names.length <= LANES_MAX) return all;
  const involved = new Set(shown.flatMap(({ message }) => [message.from, message.to]));
  return involved.size === 0 ? all.slice(0, LANES_MAX) : all.filter((node) => involved.has(node));
}

/** Messages between the one that is shown before `item` and `item`. */
function gapBefore(item: Placed, shown: readonly Placed[], messages: readonly Placed[]): Placed[] {
  const previous = shown[shown.indexOf(item) - 1];
  const from = previous === undefined ? 0 : messages.indexOf(previous) + 1;
  return messages.slice(from, messages.indexOf(item));
}

function messageStep(message: DrawnMessage, nameOf: (node: number) => string): SequenceStep {
  const { from, to, text, deliveredUs, lostBecause } = message;
  const label = oneLine(text, LABEL_LENGTH_MAX) || 'message';
  const why = deliveredUs === undefined ? ` (${LOSS_WORDS[lostBecause ?? 'loss']})` : '';
  const isLost = deliveredUs === undefined ? { lost: true } : {};
  return { kind: 'message', from: nameOf(from), to: nameOf(to), label: `${label}${why}`, ...isLost };
}

/** `meanwhile 12 messages: AppendEntries ×8, Appended ×4`. */
function summaryOf(messages: readonly Placed[], when: string): string {
  const counts = new Map<string, number>();
  for (const { message } of messages) {
    const kind = messageKind(message);
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  const kinds = [...counts].sort(([a, some], [b, more]) => more - some || (a < b ? -1 : 1));
  const told = kinds.slice(0, KINDS_MAX).map(([kind, count]) => `${kind} ×${grouped(count)}`);
  const others = kinds.length > KINDS_MAX ? [`${kinds.length - KINDS_MAX} other kinds`] : [];
  const unit = messages.length === 1 ? 'message' : 'messages';
  return `${when} ${grouped(messages.length)} ${unit}: ${[...told, ...others].join(', ')}`;
}

function isAfter(each: Placed, other: Placed): boolean {
  return each.atUs > other.atUs || (each.atUs === other.atUs && each.index > other.index);
}

/** By time; at the same time arrivals before what they caused, else as recorded. */
function inOrder<Item extends { readonly atUs: number; readonly index: number }>(items: readonly Item[]): Item[] {
  return [...items].sort((a, b) => a.atUs - b.atUs || a.index - b.index);
}
