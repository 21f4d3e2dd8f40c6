/**
 * The time axis: from eight to sixteen ticks at 1, 2 or 5 times a power of ten, whatever the span.
 */
import { grouped } from '../../kernel/time-text.ts';
import type { Scene } from './scene.ts';
import { element, textElement } from './xml.ts';

const TICK_GAP_PX = 110;

interface Unit {
  readonly name: string;
  readonly us: number;
}

/** Grid lines behind everything. */
export function drawGrid(scene: Scene): string {
  const lines = ticksOf(scene).map(({ x }) =>
    element('line', { x1: x, x2: x, y1: scene.topPx, y2: scene.bottomPx, class: 'st-grid' }),
  );
  return lines.join('');
}

export function drawAxis(scene: Scene): string {
  const ticks = ticksOf(scene).map(({ x, label }) =>
    textElement(label, { x, y: scene.bottomPx + 16, class: 'st-tick', 'text-anchor': 'middle' }),
  );
  const line = { x1: scene.leftPx, x2: scene.rightPx, y1: scene.bottomPx, y2: scene.bottomPx, class: 'st-axis' };
  return element('line', line) + ticks.join('');
}

function ticksOf(scene: Scene): { readonly x: number; readonly label: string }[] {
  const { fromUs, toUs, leftPx, rightPx } = scene;
  const stepUs = tickStep(toUs - fromUs, Math.max(2, Math.floor((rightPx - leftPx) / TICK_GAP_PX)));
  const unit = unitOf(stepUs, toUs);
  const first = Math.ceil(fromUs / stepUs);
  const last = Math.floor(toUs / stepUs);
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => {
    const us = (first + index) * stepUs;
    return { x: scene.xOf(us), label: `${grouped(Math.round((us / unit.us) * 1000) / 1000)} ${unit.name}` };
  });
}

/** The smallest of 1, 2, 5 times a power of ten microseconds that needs at most `ticksMax` steps for the span. */
export function tickStep(spanUs: number, ticksMax: number): number {
  const roughly = Math.max(1, spanUs / ticksMax);
  const power = 10 ** Math.floor(Math.log10(roughly));
  return [1, 2, 5].map((factor) => factor * power).find((step) => step >= roughly) ?? 10 * power;
}

function unitOf(stepUs: number, toUs: number): Unit {
  if (stepUs >= 500_000) return { name: 's', us: 1_000_000 };
  return stepUs < 100 && toUs < 10_000 ? { name: 'µs', us: 1 } : { name: 'ms', us: 1000 };
}
