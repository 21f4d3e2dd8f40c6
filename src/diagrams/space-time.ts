/**
 * A space-time diagram of a run (L. Lamport, "Time, Clocks, and the Ordering of Events in a Distributed System", CACM 21(7), 1978, turned
 * so that time runs to the right): a lane per node, bands by role with the term, arrows by real delay, crosses for what was lost, hatches
 * for faults, a red line where a property broke. Everything tells more when the pointer rests on it.
 *
 * One SVG without outside resources, the same bytes for the same trace. At most 10,000 events are drawn; it says what is left out. It
 * decides nothing about the run: what matters in it is said by the timeline and the explanation of a violation.
 */

import { grouped, millisecondsText, timeText } from '../kernel/time-text.ts';
import type { DrawnTrace, DrawnViolation } from './drawn-trace.ts';
import { oneLine } from './event-words.ts';
import { drawArrows } from './space-time/arrows.ts';
import { drawFaults, hatchDefinitions } from './space-time/fault-spans.ts';
import { drawLanes } from './space-time/lanes.ts';
import { drawLegend } from './space-time/legend.ts';
import { drawMarkers, drawViolations } from './space-time/markers.ts';
import { roleColours } from './space-time/role-colours.ts';
import { layOut, type Scene, type TimeWindow } from './space-time/scene.ts';
import { STYLE_SHEET } from './space-time/style-sheet.ts';
import { drawAxis, drawGrid } from './space-time/time-axis.ts';
import { element, hoverText, px, textElement } from './space-time/xml.ts';

export interface SpaceTimeOptions {
  /** `Raft, 3 nodes, seed 42`. */
  readonly title?: string;
  /** The part of the run to show; all of it unless given. */
  readonly window?: TimeWindow;
  readonly eventsMax?: number;
}

export const SPACE_TIME_EVENTS_MAX = 10_000;
const BANNERS_MAX = 3;
const LANES_MAX = 64;

export function renderSpaceTime(trace: DrawnTrace, options: SpaceTimeOptions = {}): string {
  const title = oneLine(options.title ?? 'Space-time diagram');
  const shown = firstLanes(trace);
  const violations = trace.events.filter((event) => event.kind === 'violation');
  const banners = bannersOf(violations);
  const headPx = 58 + banners.length * 18 + (banners.length > 0 ? 18 : 8);
  const eventsMax = Math.min(SPACE_TIME_EVENTS_MAX, Math.max(1, options.eventsMax ?? SPACE_TIME_EVENTS_MAX));
  const window = options.window === undefined ? {} : { window: options.window };
  const scene = layOut(shown, { ...window, eventsMax, headPx });
  const roles = roleColours(shown);
  const faults = drawFaults(scene);
  const arrows = drawArrows(scene);
  const markers = drawMarkers(scene);
  const legend = drawLegend({ ...faults, ...arrows, ...markers, roles }, scene, scene.bottomPx + 26);
  const heightPx = legend.bottomPx + 14;
  const body = [
    element('rect', { x: 0.5, y: 0.5, width: scene.widthPx - 1, height: heightPx - 1, rx: 6, class: 'st-ground' }),
    textElement(title, { x: 16, y: 28, class: 'st-title' }),
    textElement(subtitleOf(scene, trace), { x: 16, y: 47, class: 'st-subtitle' }),
    ...banners.map((text, index) => textElement(text, { x: 16, y: 68 + index * 18, class: 'st-banner' })),
    drawGrid(scene),
    drawLanes(scene, roles),
    element('g', { 'clip-path': 'url(#st-plot)' }, `${faults.svg}${arrows.svg}${markers.svg}`),
    drawViolations(
      scene.events.filter((event) => event.kind === 'violation'),
      scene,
    ),
    drawAxis(scene),
    legend.svg,
  ];
  return `${documentOf(
    scene,
    title,
    heightPx,
    body.filter((part) => part !== ''),
  )}\n`;
}

function documentOf(scene: Scene, title: string, heightPx: number, body: readonly string[]): string {
  const size = { width: scene.widthPx, height: heightPx, viewBox: `0 0 ${px(scene.widthPx)} ${px(heightPx)}` };
  const plot = {
    x: scene.leftPx,
    y: scene.topPx - 4,
    width: scene.rightPx - scene.leftPx,
    height: scene.bottomPx - scene.topPx + 4,
  };
  const head = element(
    'marker',
    { id: 'st-head', viewBox: '0 0 8 8', refX: 7, refY: 4, markerWidth: 7, markerHeight: 7, orient: 'auto' },
    element('path', { d: 'M0 0.5L8 4L0 7.5Z', fill: '#57606a' }),
  );
  const clip = element('clipPath', { id: 'st-plot' }, element('rect', plot));
  const parts = [
    hoverText(title),
    `<style>\n${STYLE_SHEET}\n</style>`,
    element('defs', {}, hatchDefinitions() + head + clip),
    ...body,
  ];
  return element(
    'svg',
    { xmlns: 'http://www.w3.org/2000/svg', ...size, class: 'st-root', role: 'img' },
    `\n${parts.join('\n')}\n`,
  );
}

/** More lanes than a person can follow are left out, with everything that happens on them. */
function firstLanes(trace: DrawnTrace): DrawnTrace {
  const count = trace.names.length;
  if (count <= LANES_MAX) return trace;
  const isShown = (node: number): boolean => node < LANES_MAX;
  const events = trace.events.filter((event) => {
    if (event.kind === 'message') return isShown(event.from) && isShown(event.to);
    return event.kind === 'fault' || event.kind === 'violation' || isShown(event.node);
  });
  return { ...trace, names: trace.names.slice(0, LANES_MAX), events };
}

function bannersOf(violations: readonly DrawnViolation[]): string[] {
  const told = violations
    .slice(0, BANNERS_MAX)
    .map(({ property, text, atUs }) => oneLine(`${timeText(atUs)}: ${property} is violated: ${text}`, 150));
  const more = violations.length - told.length;
  return more > 0 ? [...told, `and ${grouped(more)} more violations`] : told;
}

function subtitleOf({ fromUs, toUs, events, leftOut, trace: shown }: Scene, trace: DrawnTrace): string {
  const lanes = trace.names.length - shown.names.length;
  return [
    `${millisecondsText(fromUs)} to ${timeText(toUs)} of ${timeText(trace.endUs)}`,
    `${grouped(events.length)} events`,
    ...(leftOut > 0 ? [`${grouped(leftOut)} more events are not drawn`] : []),
    ...(lanes > 0 ? [`${grouped(lanes)} more nodes are not drawn`] : []),
    ...(trace.omitted > 0 ? [`${grouped(trace.omitted)} events were not recorded`] : []),
  ].join(', ');
}
