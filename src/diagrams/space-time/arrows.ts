/**
 * Messages as arrows from the moment they leave to the moment they arrive. A lost one ends in a cross: half way when the network dropped
 * it, near its sender when the link was cut, at the receiver's lane when nobody was there. A second copy is dashed.
 */

import { timeText } from '../../kernel/time-text.ts';
import type { DrawnMessage } from '../drawn-trace.ts';
import { eventWords, oneLine } from '../event-words.ts';
import type { Scene } from './scene.ts';
import { element, hoverText, px, textElement, textWidthPx } from './xml.ts';

interface Arrow {
  readonly message: DrawnMessage;
  readonly isCopy: boolean;
  readonly x1: number;
  readonly y1: number;
  readonly x2: number;
  readonly y2: number;
}

/** How far a lost message is drawn, as a part of the way. */
const LOST_AT = { loss: 0.55, partition: 0.3, down: 1, unfinished: 0.85 } as const;

/** With more arrows than this none is labelled: the hover text tells. */
const LABELLED_MAX = 40;
const LABEL_FONT_PX = 9.5;

export interface ArrowDrawing {
  readonly svg: string;
  readonly hasLost: boolean;
  readonly hasCopies: boolean;
}

export function drawArrows(scene: Scene): ArrowDrawing {
  const seen = new Set<number>();
  const arrows = scene.events.flatMap((event) => {
    if (event.kind !== 'message') return [];
    const isCopy = seen.has(event.id);
    seen.add(event.id);
    return [arrowOf(event, isCopy, scene)];
  });
  const labels = arrows.length <= LABELLED_MAX ? labelsOf(arrows, scene) : [];
  return {
    svg: [...arrows.map((arrow) => drawArrow(arrow, scene)), ...labels].join(''),
    hasLost: arrows.some(({ message }) => isCrossed(message)),
    hasCopies: arrows.some(({ isCopy }) => isCopy),
  };
}

/** Arrows run from edge to edge of the bands, so that what is written in the bands stays readable. */
function arrowOf(message: DrawnMessage, isCopy: boolean, scene: Scene): Arrow {
  const { from, to, atUs, deliveredUs } = message;
  const side = Math.sign(to - from) * (scene.bandHeightPx / 2 + 1);
  const [startY, endY] = [scene.yOf(from) + side, scene.yOf(to) - side];
  const x1 = scene.xOf(atUs);
  const endX = scene.xOf(deliveredUs ?? atUs + scene.usualDelayUs);
  const part = deliveredUs === undefined ? LOST_AT[message.lostBecause ?? 'loss'] : 1;
  return { message, isCopy, x1, y1: startY, x2: x1 + (endX - x1) * part, y2: startY + (endY - startY) * part };
}

function drawArrow({ message, isCopy, x1, y1, x2, y2 }: Arrow, scene: Scene): string {
  const { deliveredUs, atUs } = message;
  const delay = deliveredUs === undefined ? '' : `, arrives ${timeText(deliveredUs - atUs)} later`;
  const hover = hoverText(
    `${timeText(atUs)}: ${eventWords(message, scene.trace.names)}${delay}${isCopy ? ' (copy)' : ''}`,
  );
  const isLost = isCrossed(message);
  const classes = ['st-message', ...(isCopy ? ['st-copy'] : []), ...(isLost ? ['st-lost'] : [])];
  const end = deliveredUs === undefined ? {} : { 'marker-end': 'url(#st-head)' };
  const line = element('line', { x1, y1, x2, y2, class: classes.join(' '), ...end }, hover);
  return isLost ? line + crossAt(x2, y2) : line;
}

/** What is still under way at the end of the run is not lost. */
function isCrossed({ deliveredUs, lostBecause }: DrawnMessage): boolean {
  return deliveredUs === undefined && lostBecause !== 'unfinished';
}

export function crossAt(x: number, y: number, sizePx = 3.6): string {
  const [left, right, top, bottom] = [x - sizePx, x + sizePx, y - sizePx, y + sizePx].map(px);
  return element('path', {
    d: `M${left} ${top}L${right} ${bottom}M${left} ${bottom}L${right} ${top}`,
    class: 'st-cross',
  });
}

/** Labels beside the arrows, where one of a few places is free. What one node sends to several at once is written once. */
function labelsOf(arrows: readonly Arrow[], scene: Scene): string[] {
  const taken: Box[] = arrows.flatMap(({ message, x2, y2 }) => (isCrossed(message) ? [boxAround(x2, y2)] : []));
  const written = new Set<string>();
  return arrows.flatMap((arrow) => {
    const { from, atUs, text } = arrow.message;
    const key = `${from}/${atUs}/${text}`;
    if (written.has(key) || arrow.isCopy) return [];
    const label = oneLine(text, 40);
    const box = boxesBeside(arrow, textWidthPx(label, LABEL_FONT_PX)).find((each) => isFree(each, taken, scene));
    if (box === undefined) return [];
    written.add(key);
    taken.push(box);
    return [textElement(label, { x: box.left + 2, y: box.top + 9, class: 'st-message-label' })];
  });
}

interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

const LABEL_HEIGHT_PX = 12;

function boxAround(x: number, y: number): Box {
  return { left: x - 4, top: y - 4, right: x + 4, bottom: y + 4 };
}

/** To the right of the arrow, then to its left, near the middle first. */
function boxesBeside({ x1, y1, x2, y2 }: Arrow, widthPx: number): Box[] {
  return [0.5, 0.3, 0.7].flatMap((part) => {
    const [x, y] = [x1 + (x2 - x1) * part, y1 + (y2 - y1) * part];
    return [x + 5, x - widthPx - 9].map((left) => ({
      left,
      top: y - LABEL_HEIGHT_PX / 2,
      right: left + widthPx + 4,
      bottom: y + LABEL_HEIGHT_PX / 2,
    }));
  });
}

/** Free of other labels, of the bands, and inside the picture. */
function isFree(box: Box, taken: readonly Box[], scene: Scene): boolean {
  if (box.left < scene.leftPx || box.right > scene.rightPx) return false;
  const meetsBand = scene.trace.names.some((_, node) => {
    const half = scene.bandHeightPx / 2;
    return box.top < scene.yOf(node) + half && box.bottom > scene.yOf(node) - half;
  });
  return !meetsBand && taken.every((other) => !overlaps(box, other));
}

function overlaps(a: Box, b: Box): boolean {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}
