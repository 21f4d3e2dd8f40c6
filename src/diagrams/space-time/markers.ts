/**
 * Small marks on the lanes: state changes, timers, requests that arrive and answers that leave; and the line across all lanes where a
 * property was broken.
 */

import { timeText } from '../../kernel/time-text.ts';
import type { DrawnEvent, DrawnViolation } from '../drawn-trace.ts';
import { eventWords, oneLine } from '../event-words.ts';
import type { Scene } from './scene.ts';
import { element, hoverText, px, textElement, textWidthPx } from './xml.ts';

const MARK_PX = 4;

export interface MarkerDrawing {
  readonly svg: string;
  readonly hasRequests: boolean;
}

export function drawMarkers(scene: Scene): MarkerDrawing {
  return {
    svg: scene.events.map((event) => drawMark(event, scene)).join(''),
    hasRequests: scene.events.some(({ kind }) => kind === 'invoke' || kind === 'complete'),
  };
}

/** A red line across, with the property's name above the lanes and a ring on the node whose step broke it. */
export function drawViolations(violations: readonly DrawnViolation[], scene: Scene): string {
  let freeFromPx = 0;
  return violations
    .map((violation) => {
      const x = scene.xOf(violation.atUs);
      const line = element(
        'line',
        { x1: x, x2: x, y1: scene.topPx - 4, y2: scene.bottomPx, class: 'st-violation' },
        hoverText(`${timeText(violation.atUs)}: ${eventWords(violation, scene.trace.names)}`),
      );
      const ring = violation.node === undefined ? '' : ringAt(x, scene.yOf(violation.node), scene.bandHeightPx * 0.6);
      const name = oneLine(violation.property, 40);
      const width = textWidthPx(name, 11);
      const isAtEnd = x + width > scene.rightPx;
      const left = isAtEnd ? x - width - 5 : x + 5;
      if (left < freeFromPx) return line + ring;
      freeFromPx = left + width + 8;
      const place = { x: isAtEnd ? x - 5 : x + 5, y: scene.topPx + 4, 'text-anchor': isAtEnd ? 'end' : 'start' };
      return line + ring + textElement(name, { ...place, class: 'st-violation-name' });
    })
    .join('');
}

/** A triangle that points into the lane, at the request's arrival. */
export function requestMark(x: number, y: number): string {
  return `M${px(x - MARK_PX)} ${px(y - 7)}L${px(x + MARK_PX)} ${px(y - 7)}L${px(x)} ${px(y)}Z`;
}

/** A triangle that points out of the lane, where an answer leaves. */
export function answerMark(x: number, y: number): string {
  return `M${px(x - MARK_PX)} ${px(y)}L${px(x + MARK_PX)} ${px(y)}L${px(x)} ${px(y - 7)}Z`;
}

function drawMark(event: DrawnEvent, scene: Scene): string {
  const x = scene.xOf(event.atUs);
  const isOnALane =
    event.kind === 'state' || event.kind === 'timer' || event.kind === 'invoke' || event.kind === 'complete';
  if (!isOnALane) return '';
  const hover = hoverText(`${timeText(event.atUs)}: ${eventWords(event, scene.trace.names)}`);
  const top = scene.yOf(event.node) - scene.bandHeightPx / 2;
  const bottom = top + scene.bandHeightPx;
  switch (event.kind) {
    case 'state':
      return event.before === undefined && event.atUs === 0
        ? ''
        : element('circle', { cx: x, cy: bottom, r: 1.7, class: 'st-state' }, hover);
    case 'timer':
      return element('line', { x1: x, x2: x, y1: bottom - 5, y2: bottom + 4, class: 'st-timer' }, hover);
    case 'invoke':
      return element('path', { d: requestMark(x, top - 1), class: 'st-invoke' }, hover);
    case 'complete':
      return element(
        'path',
        { d: answerMark(x, top - 1 - answerLift(scene)), class: `st-answer st-${answerClass(event.response.status)}` },
        hover,
      );
  }
}

/** Answers stand above requests where the lane has room: many come in the same instant. */
function answerLift({ laneHeightPx, bandHeightPx }: Scene): number {
  return (laneHeightPx - bandHeightPx) / 2 >= 17 ? 8 : 0;
}

function answerClass(status: string): 'ok' | 'failed' | 'redirect' {
  return status === 'ok' || status === 'redirect' ? status : 'failed';
}

function ringAt(x: number, y: number, radiusPx: number): string {
  return element('circle', { cx: x, cy: y, r: radiusPx, class: 'st-ring' });
}
