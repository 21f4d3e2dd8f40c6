/**
 * Lanes: one a node, its name at the left, and bands that show its role over time with the term written where either changes.
 */

import { timeText } from '../../kernel/time-text.ts';
import type { DrawnState } from '../drawn-trace.ts';
import { eventWords, nameOf, oneLine } from '../event-words.ts';
import { tint } from './role-colours.ts';
import { clampToWindow, type Scene } from './scene.ts';
import { element, hoverText, textElement, textWidthPx } from './xml.ts';

interface Band {
  readonly state: DrawnState;
  readonly fromUs: number;
  readonly toUs: number;
}

const LABEL_FONT_PX = 11;
const STRENGTH = 0.35;
const LEADER_STRENGTH = 0.75;
const UNKNOWN_COLOUR = '#999999';

export function drawLanes(scene: Scene, colours: ReadonlyMap<string, string>): string {
  return scene.trace.names.map((_, node) => drawLane(node, scene, colours)).join('');
}

/** When a node did not run: from a `down`, or from the beginning, to the next start. */
export function downSpans(node: number, { trace }: Scene): { readonly fromUs: number; readonly toUs: number }[] {
  const spans: { fromUs: number; toUs: number }[] = [];
  let downUs: number | undefined;
  for (const event of trace.events) {
    if (!('node' in event) || event.node !== node) continue;
    if (event.kind === 'down') downUs ??= event.atUs;
    const starts = event.kind === 'up' || (event.kind === 'state' && event.before === undefined);
    if (!starts || downUs === undefined) continue;
    spans.push({ fromUs: downUs, toUs: event.atUs });
    downUs = undefined;
  }
  if (downUs !== undefined) spans.push({ fromUs: downUs, toUs: Number.POSITIVE_INFINITY });
  return spans;
}

function drawLane(node: number, scene: Scene, colours: ReadonlyMap<string, string>): string {
  const { leftPx, rightPx, trace } = scene;
  const y = scene.yOf(node);
  const name = textElement(oneLine(nameOf(node, trace.names), 22), {
    x: leftPx - 12,
    y: y + 4.5,
    class: 'st-name',
    'text-anchor': 'end',
  });
  const line = element('line', { x1: leftPx, x2: rightPx, y1: y, y2: y, class: 'st-lane' });
  const bands = bandsOf(node, scene).map((band) =>
    drawBand(band, scene, colours.get(band.state.role) ?? UNKNOWN_COLOUR),
  );
  return `${line}${bands.join('')}${name}`;
}

/** Adjoining stretches of one role and term; those that end before the window or begin after it are left out. */
function bandsOf(node: number, scene: Scene): Band[] {
  const bands: Band[] = [];
  let open: { state: DrawnState; fromUs: number } | undefined;
  const close = (toUs: number): void => {
    if (open !== undefined && toUs >= scene.fromUs && open.fromUs < scene.toUs) bands.push({ ...open, toUs });
    open = undefined;
  };
  for (const event of scene.trace.events) {
    if (event.kind === 'down' && event.node === node) close(event.atUs);
    if (event.kind !== 'state' || event.node !== node) continue;
    if (open !== undefined && open.state.role === event.role && open.state.term === event.term) continue;
    close(event.atUs);
    open = { state: event, fromUs: event.atUs };
  }
  close(Number.POSITIVE_INFINITY);
  return bands;
}

function drawBand({ state, fromUs, toUs }: Band, scene: Scene, colour: string): string {
  const x = scene.xOf(clampToWindow(fromUs, scene));
  const width = scene.xOf(clampToWindow(toUs, scene)) - x;
  const y = scene.yOf(state.node) - scene.bandHeightPx / 2;
  const rect = element(
    'rect',
    { x, y, width, height: scene.bandHeightPx, fill: tint(colour, state.leads ? LEADER_STRENGTH : STRENGTH) },
    hoverText(`${timeText(fromUs)}: ${eventWords(state, scene.trace.names)}`),
  );
  const edge = element('rect', { x, y, width: Math.min(2.5, width), height: scene.bandHeightPx, fill: colour });
  const label = fittingLabel(state, width - 8);
  const place = { x: x + 6, y: scene.yOf(state.node) + 4, class: 'st-band-label' };
  return rect + edge + (label === '' ? '' : textElement(label, place));
}

/** Role and term, the term alone, or nothing, as the width allows. */
function fittingLabel({ role, term }: DrawnState, widthPx: number): string {
  const both = oneLine(term === undefined ? role : `${role} ${term}`, 24);
  const candidates = [both, term === undefined ? '' : String(term)];
  return candidates.find((text) => textWidthPx(text, LABEL_FONT_PX) <= widthPx) ?? '';
}
