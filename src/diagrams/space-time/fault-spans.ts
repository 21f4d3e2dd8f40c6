/**
 * Faults as hatched spans over the lanes of the nodes that they meet, or over all lanes for faults of the whole network. A node that is
 * down is shown for as long as it really was, whatever the fault's plan said.
 */

import { millisecondsText } from '../../kernel/time-text.ts';
import type { DrawnFault } from '../drawn-trace.ts';
import { faultWords, nameOf } from '../event-words.ts';
import { downSpans } from './lanes.ts';
import { clampToWindow, type Scene } from './scene.ts';
import { element, hoverText, textElement, textWidthPx } from './xml.ts';

/** How a kind of fault is hatched: the slant in degrees, the gap between lines, the colour. Unknown kinds are hatched like `other`. */
const HATCHES = {
  crash: { slant: 45, gapPx: 5, colour: '#57606a', label: 'down' },
  partition: { slant: -45, gapPx: 7, colour: '#8250df', label: 'cut off' },
  pause: { slant: 0, gapPx: 5, colour: '#0a6c74', label: 'paused' },
  slow: { slant: 20, gapPx: 8, colour: '#9a6700', label: 'slow' },
  'slow-disk': { slant: 90, gapPx: 6, colour: '#9a6700', label: 'slow disk' },
  clock: { slant: 70, gapPx: 7, colour: '#0550ae', label: 'clock' },
  link: { slant: -20, gapPx: 10, colour: '#8c959f', label: 'bad links' },
  other: { slant: -70, gapPx: 8, colour: '#8c959f', label: 'fault' },
} as const;

type Hatch = keyof typeof HATCHES;

interface Span {
  readonly hatch: Hatch;
  readonly node: number;
  readonly fromUs: number;
  readonly toUs: number;
  /** Empty in the lower lanes of a fault of the whole network. */
  readonly label: string;
  readonly text: string;
}

const LABEL_FONT_PX = 10;

export interface FaultDrawing {
  readonly svg: string;
  /** The kinds that are drawn, for the legend. */
  readonly hatches: readonly { readonly fill: string; readonly label: string }[];
}

export function drawFaults(scene: Scene): FaultDrawing {
  const spans = scene.trace.names.flatMap((_, node) => spansOf(node, scene));
  const used = (Object.keys(HATCHES) as Hatch[]).filter((hatch) => spans.some((span) => span.hatch === hatch));
  return {
    svg: [...spans.map((span) => drawSpan(span, scene)), ...drawLabels(spans, scene)].join(''),
    hatches: used.map((hatch) => ({ fill: fillOf(hatch), label: HATCHES[hatch].label })),
  };
}

/** Pattern definitions of all kinds. */
export function hatchDefinitions(): string {
  return (Object.keys(HATCHES) as Hatch[])
    .map((hatch) => {
      const { slant, gapPx, colour } = HATCHES[hatch];
      const line = element('line', { x1: 0, x2: 0, y1: 0, y2: gapPx, stroke: colour, 'stroke-width': 1.6 });
      const turned = { patternUnits: 'userSpaceOnUse', patternTransform: `rotate(${slant})` };
      return element('pattern', { id: `st-hatch-${hatch}`, width: gapPx, height: gapPx, ...turned }, line);
    })
    .join('');
}

function spansOf(node: number, scene: Scene): Span[] {
  const { trace } = scene;
  const down = downSpans(node, scene);
  const planned = trace.events.flatMap((event): Span[] => {
    if (event.kind !== 'fault' || !meets(event, node)) return [];
    if (event.fault === 'crash' && down.some(({ fromUs }) => fromUs === event.atUs)) return [];
    const hatch = hatchOf(event.fault);
    const isRepeated = event.nodes.length === 0 && node > 0;
    const name = hatch === 'other' ? event.fault.slice(0, 20) : HATCHES[hatch].label;
    const toUs = event.untilUs ?? (event.fault === 'command' ? event.atUs : trace.endUs);
    return [
      { hatch, node, fromUs: event.atUs, toUs, label: isRepeated ? '' : name, text: faultWords(event, trace.names) },
    ];
  });
  const real = down.map(({ fromUs, toUs }): Span => {
    const text = `${nameOf(node, trace.names)} is down`;
    return { hatch: 'crash', node, fromUs, toUs: Math.min(toUs, trace.endUs), label: 'down', text };
  });
  return [...planned, ...real].filter(({ fromUs, toUs }) => toUs > scene.fromUs && fromUs < scene.toUs);
}

function meets({ nodes }: DrawnFault, node: number): boolean {
  return nodes.length === 0 || nodes.includes(node);
}

function hatchOf(fault: string): Hatch {
  return fault !== 'other' && Object.hasOwn(HATCHES, fault) ? (fault as Hatch) : 'other';
}

function fillOf(hatch: Hatch): string {
  return `url(#st-hatch-${hatch})`;
}

function drawSpan({ hatch, node, fromUs, toUs, text }: Span, scene: Scene): string {
  const x = scene.xOf(clampToWindow(fromUs, scene));
  const width = Math.max(2, scene.xOf(clampToWindow(toUs, scene)) - x);
  const y = scene.yOf(node) - scene.laneHeightPx / 2 + 2;
  const box = { x, y, width, height: scene.laneHeightPx - 4 };
  const until = toUs >= scene.trace.endUs ? 'the end' : `${millisecondsText(toUs)} ms`;
  const hover = hoverText(`${text}, from ${millisecondsText(fromUs)} ms to ${until}`);
  return element('rect', { ...box, fill: fillOf(hatch), stroke: HATCHES[hatch].colour, class: 'st-fault' }, hover);
}

/** Where the labels of one lane would overlap, the later one is left to the hover text. */
function drawLabels(spans: readonly Span[], scene: Scene): string[] {
  const freeFrom = new Map<number, number>();
  const ordered = [...spans].sort((a, b) => a.fromUs - b.fromUs);
  return ordered.flatMap(({ node, fromUs, label, hatch }) => {
    if (label === '') return [];
    const x = scene.xOf(clampToWindow(fromUs, scene)) + 4;
    const width = textWidthPx(label, LABEL_FONT_PX);
    if (x < (freeFrom.get(node) ?? 0) || x + width > scene.rightPx) return [];
    freeFrom.set(node, x + width + 6);
    const y = scene.yOf(node) - scene.laneHeightPx / 2 + 13;
    return [textElement(label, { x, y, class: 'st-fault-label', fill: HATCHES[hatch].colour })];
  });
}
