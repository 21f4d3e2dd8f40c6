import { Script } from 'node:vm';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { VOTE_AMNESIA } from '../simulation/testdata/vote-amnesia-trace.ts';
import { renderSpaceTimePage } from './space-time-page.ts';
import { randomTrace } from './testdata/random-trace.ts';
import { markupFaults } from './testdata/xml-checker.ts';

const PAGE = {
  title: 'Raft & friends',
  trace: VOTE_AMNESIA,
  timeline: [{ atUs: 68_000, text: 'n1 leads' }],
  timelineLeftOut: 7,
  explanation: { summary: 'election safety is violated', steps: [{ atUs: 208_000, text: 'n3 leads' }] },
  reproduce: `quorate call run_simulation '{"seed":42}'`,
};

/** The page without what only HTML allows: its declaration, and the script's text. */
function markupOf(html: string): string {
  return html.replace('<!DOCTYPE html>\n', '').replace(/<script>[\s\S]*<\/script>\n<\/body>/, '</body>');
}

test('the page holds the picture, the explanation, the timeline, the faults and the command', () => {
  const html = renderSpaceTimePage(PAGE);
  for (const part of [
    '<title>Raft &#38; friends</title>',
    '<h2>election safety is violated</h2>',
    '<li><b>208 ms</b> n3 leads</li>',
    '<tr><td>68 ms</td><td>n1 leads</td></tr>',
    '7 lesser moments are left out',
    '<tr><td>122 ms</td><td>170 ms</td><td>n2</td><td>n2 crashes and loses its disk</td></tr>',
    '<code>quorate call run_simulation &#39;{&#34;seed&#34;:42}&#39;</code>',
    'class="st-violation"',
  ]) {
    expect(html.includes(part), part).toBe(true);
  }
  expect(markupFaults(markupOf(html))).toEqual([]);
});

test('it loads nothing and links to nothing', () => {
  const html = renderSpaceTimePage(PAGE).replaceAll('xmlns="http://www.w3.org/2000/svg"', '');
  expect(html).not.toMatch(/https?:|src=|href=|@import|url\((?!#)/);
  expect(html).toContain("default-src 'none'");
});

type Handler = (event: Record<string, unknown>) => void;

/** Runs the page's script in a document that holds no more than it asks for; the picture is 1000 px wide on the screen. */
function openPage(html: string) {
  const script = /<script>([\s\S]*)<\/script>/.exec(html)?.[1] ?? '';
  let viewBox = /viewBox="([^"]*)" class="st-root"/.exec(html)?.[1] ?? '';
  const svg = {
    getAttribute: () => viewBox,
    setAttribute: (_: string, value: string) => {
      viewBox = value;
    },
    removeAttribute: () => undefined,
    getBoundingClientRect: () => ({ left: 0, top: 0, width: 1000, height: 400 }),
  };
  const handlers: Record<string, Handler> = {};
  const figure = {
    querySelector: () => svg,
    classList: { add: () => undefined },
    addEventListener: (kind: string, handler: Handler) => {
      handlers[kind] = handler;
    },
    setPointerCapture: () => undefined,
    hasPointerCapture: () => true,
  };
  const tools = { hidden: true };
  const buttons: Record<string, { onclick?: () => void }> = { 'zoom-in': {}, 'zoom-out': {}, whole: {} };
  const getElementById = (id: string) => (id === 'diagram' ? figure : buttons[id]);
  new Script(script).runInNewContext({ document: { getElementById, querySelector: () => tools } });
  const wheel = (deltaY: number) =>
    handlers.wheel?.({ deltaY, clientX: 500, clientY: 0, preventDefault: () => undefined });
  const drag = (movementX: number) => handlers.pointermove?.({ pointerId: 1, movementX, movementY: 0 });
  return {
    view: () => viewBox.split(' ').map(Number),
    press: (id: string) => buttons[id]?.onclick?.(),
    wheel,
    drag,
    tools,
  };
}

test('its script zooms where the pointer is, moves with it, and never leaves the picture', () => {
  const { view, press, wheel, drag, tools } = openPage(renderSpaceTimePage(PAGE));
  const [, , width = 0, height = 0] = view();
  expect(tools.hidden).toBe(false);
  press('zoom-in');
  expect(view()).toEqual([width / 4, (200 * width) / 1000 / 2, width / 2, height / 2]);
  drag(-100);
  expect(view()[0]).toBeCloseTo(width / 4 + (100 * width) / 2 / 1000, 6);
  drag(-100_000);
  expect(view()[0]).toBeCloseTo(width / 2, 6);
  press('whole');
  expect(view()).toEqual([0, 0, width, height]);
  wheel(-1e9);
  expect(view()[2]).toBeCloseTo(width / 64, 6);
  expect((view()[0] ?? 0) + (view()[2] ?? 0) / 2).toBeCloseTo(width / 2, 6);
  wheel(1e9);
  expect(view()).toEqual([0, 0, width, height]);
});

test('whatever the run says, it stays text', () => {
  fc.assert(
    fc.property(randomTrace(), fc.string({ unit: 'binary' }), (trace, text) => {
      const hostile = `${text}</code></script><script>alert(1)</script>`;
      const rows = [{ atUs: 1, text: hostile }];
      const explanation = { summary: hostile, steps: rows };
      const html = renderSpaceTimePage({ title: hostile, trace, timeline: rows, explanation, reproduce: hostile });
      expect(html.match(/<script/g)).toHaveLength(1);
      expect(markupFaults(markupOf(html))).toEqual([]);
    }),
    { seed: 42, numRuns: 60 },
  );
});
