import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { VOTE_AMNESIA } from '../simulation/testdata/vote-amnesia-trace.ts';
import type { Trace } from '../simulation/trace.ts';
import type { DrawnEvent, DrawnTrace } from './drawn-trace.ts';
import { tint } from './space-time/role-colours.ts';
import { tickStep } from './space-time/time-axis.ts';
import { px } from './space-time/xml.ts';
import { renderSpaceTime, SPACE_TIME_EVENTS_MAX } from './space-time.ts';
import { randomTrace } from './testdata/random-trace.ts';
import { markupFaults } from './testdata/xml-checker.ts';

const RUN: DrawnTrace = VOTE_AMNESIA satisfies Trace;

test('the diagram of a run is the one in testdata', async () => {
  const svg = renderSpaceTime(RUN, { title: 'Raft without a durable vote, 3 nodes' });
  await expect(svg).toMatchFileSnapshot('testdata/vote-amnesia.svg');
});

describe('the checker of markup', () => {
  test.each([
    ['<a b="c"><d/></a>', []],
    ['<a><b></a></b>', ['</a> closes <b>']],
    ['<a b=c/>', ['not markup at 0: <a b=c/>']],
    ['<a>x & y</a>', ['a bare & at 5']],
    ['<a/><b/>', ['2 roots']],
    ['<a>', ['<a> is never closed']],
    ['<a b="1" b="2"/>', ['b twice in <a>']],
  ])('%s', (markup, faults) => {
    expect(markupFaults(markup)).toEqual(faults);
  });
});

test('leaders are orange, a lost message ends in a cross, and the broken step is marked', () => {
  const svg = renderSpaceTime(RUN);
  expect(svg).toContain(`fill="${tint('#e69f00', 0.75)}"`);
  expect(svg.match(/class="st-cross"/g)).toHaveLength(6 + 1);
  expect(svg.match(/class="st-violation"/g)).toHaveLength(1);
  expect(svg.match(/class="st-ring"/g)).toHaveLength(1);
  expect(svg).toContain('208 ms: election safety is violated: n1 and n3 both lead term 1');
});

test('a node is hatched for as long as it was really down', () => {
  const hover = /n2 is down, from ([\d.,]+) ms to ([\d.,]+) ms/.exec(renderSpaceTime(RUN));
  expect(hover?.slice(1)).toEqual(['122', '170']);
});

test('a fault of the whole network is hatched in every lane and named once', () => {
  const link: DrawnEvent = { kind: 'fault', atUs: 10, untilUs: 90, fault: 'link', nodes: [], text: 'a fifth is lost' };
  const svg = renderSpaceTime({ names: ['a', 'b', 'c'], events: [link], endUs: 100, omitted: 0 });
  expect(svg.match(/class="st-fault"/g)).toHaveLength(3);
  expect(svg.match(/class="st-fault-label"/g)).toHaveLength(1);
});

test('a window shows its part alone, with what reaches into it', () => {
  const svg = renderSpaceTime(RUN, { window: { fromUs: 180_000, toUs: 215_000 } });
  expect(svg).toContain('180 to 215 ms of 262 ms');
  expect(svg).toContain('178 ms: n1 → n2: AppendEntries term 1, empty');
  expect(svg).not.toContain('n3 is cut off');
  expect(svg).toContain('leader 1');
});

test.each([[{ fromUs: 5, toUs: 5 }], [{ fromUs: 0, toUs: Number.NaN }]])(
  'a window without length is refused: %o',
  (window) => {
    expect(() => renderSpaceTime(RUN, { window })).toThrow('a window of time must begin before it ends');
  },
);

test('long runs are narrowed to what led to the violation, and say so', () => {
  const heartbeats = Array.from(
    { length: 30_000 },
    (_, index): DrawnEvent => ({
      kind: 'message',
      atUs: index * 100,
      id: index,
      from: 0,
      to: 1 + (index % 2),
      text: 'Heartbeat',
      deliveredUs: index * 100 + 700,
    }),
  );
  const violation: DrawnEvent = { kind: 'violation', atUs: 2_500_050, property: 'validity', text: 'no' };
  const events = [...heartbeats.slice(0, 25_001), violation, ...heartbeats.slice(25_001)];
  const svg = renderSpaceTime({ names: ['a', 'b', 'c'], events, endUs: 3_000_000, omitted: 12 });
  expect(/class="st-subtitle">([^<]*)/.exec(svg)?.[1]).toBe(
    '1,700.1 to 2,699.9 ms of 3,000 ms, 10,000 events, 20,001 more events are not drawn, 12 events were not recorded',
  );
  expect(svg.match(/<line [^>]*class="st-message"/g)).toHaveLength(SPACE_TIME_EVENTS_MAX - 1);
  expect(svg.length).toBeLessThan(3_000_000);
});

test('ticks stand at 1, 2 or 5 times a power of ten', () => {
  expect([7, 95, 1000, 1001, 12_345, 500_000].map((span) => tickStep(span, 10))).toEqual([
    1, 10, 100, 200, 2000, 50_000,
  ]);
});

test('coordinates have at most one decimal and no negative zero', () => {
  expect([-0.04, 1 / 3, 12].map(px)).toEqual(['0', '0.3', '12']);
});

describe('whatever the trace', () => {
  test('the diagram is well-formed markup, the same twice, without a number that is none', () => {
    fc.assert(
      fc.property(randomTrace(), (trace) => {
        const svg = renderSpaceTime(trace, { title: trace.names.join('<') });
        expect(markupFaults(svg)).toEqual([]);
        expect(svg.replaceAll(/>[^<]*</g, '><')).not.toMatch(/NaN|Infinity|undefined/);
        expect(renderSpaceTime(trace, { title: trace.names.join('<') })).toBe(svg);
      }),
      { seed: 42, numRuns: 80 },
    );
  });

  test('coordinates of everything unclipped lie inside the picture', () => {
    fc.assert(
      fc.property(randomTrace(), (trace) => {
        const svg = renderSpaceTime(trace);
        const [, width, height] = /viewBox="0 0 (\S+) (\S+)"/.exec(svg)!.map(Number);
        for (const [, x, y] of svg.matchAll(/<text x="([^"]+)" y="([^"]+)"/g)) {
          expect(Number(x)).toBeGreaterThanOrEqual(0);
          expect(Number(x)).toBeLessThanOrEqual(width!);
          expect(Number(y)).toBeLessThanOrEqual(height!);
        }
      }),
      { seed: 43, numRuns: 50 },
    );
  });
});
