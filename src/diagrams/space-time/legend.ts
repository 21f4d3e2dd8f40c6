/**
 * The legend under the axis: only what is drawn, wrapped to the width.
 */
import { oneLine } from '../event-words.ts';
import { crossAt } from './arrows.ts';
import { answerMark, requestMark } from './markers.ts';
import type { Scene } from './scene.ts';
import { element, textElement, textWidthPx } from './xml.ts';

export interface LegendItem {
  readonly label: string;
  /** Draws the sign with its left middle at a point; it is 18 px wide. */
  readonly sign: (x: number, y: number) => string;
}

const SIGN_PX = 18;
const ROW_PX = 20;
const GAP_PX = 20;

export interface LegendContent {
  readonly roles: ReadonlyMap<string, string>;
  readonly hatches: readonly { readonly fill: string; readonly label: string }[];
  readonly hasLost: boolean;
  readonly hasCopies: boolean;
  readonly hasRequests: boolean;
}

/** The legend from `topPx` on, and where it ends. */
export function drawLegend(content: LegendContent, scene: Scene, topPx: number): { svg: string; bottomPx: number } {
  let [x, y] = [scene.leftPx, topPx + ROW_PX / 2];
  const parts: string[] = [];
  for (const { label, sign } of itemsOf(content)) {
    const width = SIGN_PX + 6 + textWidthPx(label, 11);
    if (x > scene.leftPx && x + width > scene.rightPx) [x, y] = [scene.leftPx, y + ROW_PX];
    parts.push(sign(x, y), textElement(label, { x: x + SIGN_PX + 6, y: y + 4, class: 'st-legend' }));
    x += width + GAP_PX;
  }
  return { svg: parts.join(''), bottomPx: parts.length === 0 ? topPx : y + ROW_PX / 2 };
}

function itemsOf({ roles, hatches, hasLost, hasCopies, hasRequests }: LegendContent): LegendItem[] {
  return [
    ...[...roles].map(([role, colour]) => ({ label: oneLine(role, 24), sign: swatch(colour, 'st-swatch') })),
    ...hatches.map(({ fill, label }) => ({ label, sign: swatch(fill, 'st-hatched') })),
    ...(hasLost ? [{ label: 'lost message', sign: lostSign }] : []),
    ...(hasCopies ? [{ label: 'duplicate', sign: lineSign('st-message st-copy') }] : []),
    ...(hasRequests
      ? [
          { label: 'request', sign: pathSign(requestMark, 'st-invoke') },
          { label: 'answer', sign: pathSign(answerMark, 'st-answer st-ok') },
        ]
      : []),
  ];
}

function swatch(fill: string, className: string): LegendItem['sign'] {
  return (x, y) => element('rect', { x, y: y - 6, width: SIGN_PX, height: 12, fill, class: className });
}

function lineSign(className: string): LegendItem['sign'] {
  return (x, y) => element('line', { x1: x, x2: x + SIGN_PX, y1: y, y2: y, class: className });
}

function lostSign(x: number, y: number): string {
  return lineSign('st-message st-lost')(x, y) + crossAt(x + SIGN_PX - 3, y);
}

function pathSign(path: (x: number, y: number) => string, className: string): LegendItem['sign'] {
  return (x, y) => element('path', { d: path(x + SIGN_PX / 2, y + 3.5), class: className });
}
