/**
 * The scene of a space-time diagram: which part of the run is shown, how wide and how high, and where a time and a node lie.
 *
 * At most `eventsMax` events are drawn. A longer part of a run is narrowed to the events around its first violation, four fifths of
 * them before it, or to its beginning when there is none; the diagram says so.
 */
import { fail } from '../../kernel/failure.ts';
import type { DrawnEvent, DrawnMessage, DrawnTrace } from '../drawn-trace.ts';
import { textWidthPx } from './xml.ts';

export interface TimeWindow {
  readonly fromUs: number;
  readonly toUs: number;
}

export interface Scene extends TimeWindow {
  readonly trace: DrawnTrace;
  /** Events to draw, in order. */
  readonly events: readonly DrawnEvent[];
  /** Events of the window that are not drawn. */
  readonly leftOut: number;
  /** The area of the lanes. */
  readonly leftPx: number;
  readonly rightPx: number;
  readonly topPx: number;
  readonly bottomPx: number;
  readonly widthPx: number;
  readonly laneHeightPx: number;
  readonly bandHeightPx: number;
  /** The usual delay of a message: how far a lost one is drawn. */
  readonly usualDelayUs: number;
  xOf(us: number): number;
  /** The middle of a node's lane. */
  yOf(node: number): number;
}

export interface SceneOptions {
  readonly window?: TimeWindow;
  readonly eventsMax: number;
  /** Height that titles need above the lanes. */
  readonly headPx: number;
}

const MARGIN_PX = 16;
const WIDTH_MIN_PX = 1200;
const WIDTH_MAX_PX = 8000;
const MESSAGE_WIDTH_PX = 6;
const NAME_WIDTH_MAX_PX = 140;

export function layOut(trace: DrawnTrace, { window, eventsMax, headPx }: SceneOptions): Scene {
  const asked = checked(window ?? { fromUs: 0, toUs: Math.max(1, trace.endUs) });
  const all = trace.events.filter((event) => isWithin(event, asked));
  const events = all.length <= eventsMax ? all : aroundViolation(all, eventsMax);
  const { fromUs, toUs } = events.length === all.length ? asked : spanOf(events, asked);
  const messages = events.filter((event) => event.kind === 'message');
  const widthPx = Math.min(WIDTH_MAX_PX, Math.max(WIDTH_MIN_PX, messages.length * MESSAGE_WIDTH_PX));
  const laneHeightPx = laneHeight(trace.names.length);
  const longest = Math.max(24, ...trace.names.map((name) => textWidthPx(name, 13)));
  const leftPx = MARGIN_PX + Math.min(NAME_WIDTH_MAX_PX, longest) + 12;
  const rightPx = widthPx - MARGIN_PX - 24;
  const scale = (rightPx - leftPx) / (toUs - fromUs);
  return {
    trace,
    events,
    leftOut: all.length - events.length,
    fromUs,
    toUs,
    leftPx,
    rightPx,
    topPx: headPx,
    bottomPx: headPx + laneHeightPx * Math.max(1, trace.names.length),
    widthPx,
    laneHeightPx,
    bandHeightPx: Math.min(20, laneHeightPx / 2),
    usualDelayUs: usualDelay(messages, toUs - fromUs),
    xOf: (us) => leftPx + (us - fromUs) * scale,
    yOf: (node) => headPx + laneHeightPx * (node + 0.5),
  };
}

function laneHeight(nodes: number): number {
  if (nodes <= 3) return 88;
  if (nodes <= 7) return 72;
  return nodes <= 15 ? 54 : 40;
}

/** A time inside the window, for what begins before it or ends after it. */
export function clampToWindow(us: number, { fromUs, toUs }: TimeWindow): number {
  return Math.min(toUs, Math.max(fromUs, us));
}

function checked(window: TimeWindow): TimeWindow {
  const { fromUs, toUs } = window;
  if (Number.isFinite(fromUs) && Number.isFinite(toUs) && fromUs < toUs) return window;
  return fail('input/invalid', {
    message: 'a window of time must begin before it ends',
    path: 'window',
    received: `from ${fromUs} to ${toUs} µs`,
    expected: 'fromUs smaller than toUs',
    nextStep: 'Give a later end, or leave the window out to see the whole run.',
  });
}

/** Faults count from their beginning to their end, messages from leaving to arrival, everything else at its moment. */
function isWithin(event: DrawnEvent, { fromUs, toUs }: TimeWindow): boolean {
  if (event.atUs > toUs) return false;
  if (event.kind === 'fault') return (event.untilUs ?? toUs) >= fromUs;
  if (event.kind === 'message') return (event.deliveredUs ?? event.atUs) >= fromUs;
  return event.atUs >= fromUs;
}

function aroundViolation(events: readonly DrawnEvent[], eventsMax: number): readonly DrawnEvent[] {
  const violation = events.findIndex(({ kind }) => kind === 'violation');
  const wanted = violation === -1 ? 0 : violation - Math.floor(eventsMax * 0.8);
  const first = Math.max(0, Math.min(wanted, events.length - eventsMax));
  return events.slice(first, first + eventsMax);
}

function spanOf(events: readonly DrawnEvent[], asked: TimeWindow): TimeWindow {
  const fromUs = Math.max(asked.fromUs, events[0]?.atUs ?? asked.fromUs);
  const toUs = Math.min(asked.toUs, events.at(-1)?.atUs ?? asked.toUs);
  return { fromUs, toUs: Math.max(fromUs + 1, toUs) };
}

/** The median delay of what arrived. */
function usualDelay(messages: readonly DrawnMessage[], spanUs: number): number {
  const delays = messages.flatMap(({ atUs, deliveredUs }) => (deliveredUs === undefined ? [] : [deliveredUs - atUs]));
  delays.sort((a, b) => a - b);
  return delays[Math.floor(delays.length / 2)] ?? spanUs / 50;
}
