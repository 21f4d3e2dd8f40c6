/**
 * A page around a space-time diagram that somebody opens from a file: the picture with pan and zoom, why a property was violated, the
 * timeline and the faults as tables, and the command that repeats the run. One file, nothing from outside; its policy forbids to load
 * anything, and the only script is the one written here. Everything is there without the script too.
 */

import { grouped, timeText } from '../kernel/time-text.ts';
import type { DrawnFault, DrawnTrace } from './drawn-trace.ts';
import { faultWords, nameOf } from './event-words.ts';
import { PAGE_SCRIPT } from './space-time/page-script.ts';
import { PAGE_STYLE } from './space-time/page-style.ts';
import type { TimeWindow } from './space-time/scene.ts';
import { escapeXml } from './space-time/xml.ts';
import { renderSpaceTime } from './space-time.ts';

export interface SpaceTimePage {
  readonly title: string;
  readonly trace: DrawnTrace;
  /** The decisive moments, in order. */
  readonly timeline: readonly PageRow[];
  /** Decisive moments that are not in the timeline. */
  readonly timelineLeftOut?: number;
  /** Why a property was violated. */
  readonly explanation?: { readonly summary: string; readonly steps: readonly PageRow[] };
  /** The command that repeats the run. */
  readonly reproduce: string;
  readonly window?: TimeWindow;
}

export interface PageRow {
  readonly atUs: number;
  readonly text: string;
}

const FAULTS_MAX = 200;

export function renderSpaceTimePage(page: SpaceTimePage): string {
  const { title, trace, timeline, timelineLeftOut = 0, explanation, reproduce, window } = page;
  const diagram = renderSpaceTime(trace, { title, ...(window === undefined ? {} : { window }) });
  const left = timelineLeftOut > 0 ? `<p>${grouped(timelineLeftOut)} lesser moments are left out.</p>` : '';
  const body = [
    `<h1>${escapeXml(title)}</h1>`,
    explanation === undefined ? '' : explanationSection(explanation),
    '<div class="tools" hidden=""><button type="button" id="zoom-in">Zoom in</button> ' +
      '<button type="button" id="zoom-out">Zoom out</button> <button type="button" id="whole">Whole run</button> ' +
      '<span>Drag to move, turn the wheel to zoom; rest on anything to read about it.</span></div>',
    `<figure id="diagram">${diagram.trimEnd()}</figure>`,
    section('Timeline', timeline.length === 0 ? '<p>Nothing decisive happened.</p>' : table(timeline) + left),
    section('Faults', faultTable(trace)),
    section('Repeat this run', `<pre><code>${escapeXml(reproduce)}</code></pre>`),
  ];
  return [
    '<!DOCTYPE html>',
    '<html lang="en">',
    '<head>',
    '<meta charset="utf-8"/>',
    '<meta name="viewport" content="width=device-width, initial-scale=1"/>',
    `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'"/>`,
    `<title>${escapeXml(title)}</title>`,
    `<style>\n${PAGE_STYLE}\n</style>`,
    '</head>',
    '<body>',
    ...body.filter((part) => part !== ''),
    `<script>\n${PAGE_SCRIPT}\n</script>`,
    '</body>',
    '</html>',
    '',
  ].join('\n');
}

function explanationSection({ summary, steps }: NonNullable<SpaceTimePage['explanation']>): string {
  const items = steps.map(({ atUs, text }) => `<li><b>${escapeXml(timeText(atUs))}</b> ${escapeXml(text)}</li>`);
  return `<section class="violation"><h2>${escapeXml(summary)}</h2>\n<ol>\n${items.join('\n')}\n</ol></section>`;
}

function section(heading: string, content: string): string {
  return `<section><h2>${escapeXml(heading)}</h2>\n${content}</section>`;
}

function table(rows: readonly PageRow[]): string {
  const lines = rows.map(({ atUs, text }) => row([timeText(atUs), text], 'td'));
  return `<table>\n${[row(['Time', 'What happened'], 'th'), ...lines].join('\n')}\n</table>`;
}

function faultTable({ events, names, endUs }: DrawnTrace): string {
  const faults = events.filter((event): event is DrawnFault => event.kind === 'fault');
  if (faults.length === 0) return '<p>None.</p>';
  const lines = faults.slice(0, FAULTS_MAX).map((fault) => {
    const { atUs, untilUs, nodes } = fault;
    const until = untilUs === undefined || untilUs > endUs ? '' : timeText(untilUs);
    const where = nodes.length === 0 ? 'the network' : nodes.map((node) => nameOf(node, names)).join(', ');
    return row([timeText(atUs), until, where, faultWords(fault, names)], 'td');
  });
  const more =
    faults.length > FAULTS_MAX ? `<p>${grouped(faults.length - FAULTS_MAX)} more faults are left out.</p>` : '';
  return `<table>\n${[row(['From', 'Until', 'Where', 'Fault'], 'th'), ...lines].join('\n')}\n</table>${more}`;
}

function row(cells: readonly string[], tag: 'td' | 'th'): string {
  return `<tr>${cells.map((cell) => `<${tag}>${escapeXml(cell)}</${tag}>`).join('')}</tr>`;
}
