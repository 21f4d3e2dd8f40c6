import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { VOTE_AMNESIA } from '../simulation/testdata/vote-amnesia-trace.ts';
import type { DrawnEvent, DrawnTrace } from './drawn-trace.ts';
import { renderRunSequence } from './run-sequence.ts';
import { randomTrace } from './testdata/random-trace.ts';

const ARROW = /^ {2}p\d+(?:->>|-x)p\d+: \S/;
const LINE =
  /^(?:sequenceDiagram| {2}participant p\d+ as \S.*| {2}Note over p\d+(?:,p\d+)?: \S.*| {2}p\d+(?:->>|-x)p\d+: \S.*)$/;

function arrows(source: string): string[] {
  return source.split('\n').filter((line) => ARROW.test(line));
}

test('the sequence of a run is the one in testdata', async () => {
  await expect(`${renderRunSequence(VOTE_AMNESIA)}\n`).toMatchFileSnapshot('testdata/vote-amnesia.mermaid.txt');
});

test('a violation is noted where it happened, and lost messages end in a cross', () => {
  const lines = renderRunSequence(VOTE_AMNESIA).split('\n');
  const vote = lines.findLastIndex((line) => line.includes('p2->>p3: Vote term 1'));
  expect(lines.slice(vote, vote + 3)).toEqual([
    '  p2->>p3: Vote term 1',
    '  Note over p3: 208 ms: leader, term 1 (receives Vote term 1 from n2)',
    '  Note over p3: 208 ms: VIOLATION: election safety: n1 and n3 both lead term 1',
  ]);
  expect(lines).toContain('  p1-xp2: AppendEntries term 1, empty (lost: the receiver is down)');
});

describe('in a long run', () => {
  const heartbeat = (index: number): DrawnEvent => ({
    kind: 'message',
    atUs: index * 1000,
    id: index,
    from: 0,
    to: 1,
    text: 'Heartbeat 7',
    deliveredUs: index * 1000 + 300,
  });
  const vote: DrawnEvent = {
    kind: 'message',
    atUs: 2_000_100,
    id: -1,
    from: 1,
    to: 2,
    text: 'Vote',
    deliveredUs: 2_000_200,
  };
  const leads: DrawnEvent = {
    ...{ kind: 'state', atUs: 2_000_200, node: 2, role: 'leader', leads: true, state: 'b', before: 'a' },
    cause: 'receives Vote from n2',
  };
  const beats = Array.from({ length: 4000 }, (_, index) => heartbeat(index));
  const events = [...beats.slice(0, 2001), vote, leads, ...beats.slice(2001)];
  const trace: DrawnTrace = { names: ['n1', 'n2', 'n3'], events, endUs: 4_000_000, omitted: 0 };

  test('sixty messages are drawn around the first leader and the rest is counted', () => {
    const source = renderRunSequence(trace);
    expect(arrows(source)).toHaveLength(60);
    expect(source).toContain('p2->>p3: Vote\n  Note over p3: 2,000.2 ms: leader (receives Vote from n2)');
    expect(source).toMatch(/before this 1,9\d\d messages: Heartbeat ×1,9\d\d/);
    expect(source).toMatch(/after this 1,9\d\d messages: Heartbeat ×1,9\d\d$/);
  });

  test('every message is drawn or counted', () => {
    const source = renderRunSequence(trace);
    const counted = [...source.matchAll(/(?:before this|meanwhile|after this) ([\d,]+) message/g)];
    const total = counted.reduce((sum, [, count = '']) => sum + Number(count.replaceAll(',', '')), 0);
    expect(total + arrows(source).length).toBe(4001);
  });

  test('what changed its receiver is preferred to what is near', () => {
    const later: DrawnEvent = { kind: 'violation', atUs: 3_999_000, property: 'p', text: 't' };
    const source = renderRunSequence({ ...trace, events: [...events, later] });
    expect(source).toContain('p2->>p3: Vote');
  });
});

test('whatever the trace, the source is bounded, each line is of a known form, and every lane that is used is declared', () => {
  fc.assert(
    fc.property(randomTrace(), (trace) => {
      const source = renderRunSequence(trace);
      expect(source.length).toBeLessThan(50_000);
      const lines = source.split('\n');
      expect(lines.filter((line) => !LINE.test(line))).toEqual([]);
      const declared = new Set([...source.matchAll(/^ {2}participant (p\d+)/gm)].map(([, lane]) => lane));
      const lanes = [...source.matchAll(/^ {2}(?:Note over )?(p\d+)(?:(?:->>|-x|,)(p\d+))?:/gm)];
      expect(lanes.flatMap(([, a, b]) => [a, b]).filter((lane) => lane !== undefined && !declared.has(lane))).toEqual(
        [],
      );
      expect(arrows(source).length).toBeLessThanOrEqual(60);
      expect(renderRunSequence(trace)).toBe(source);
    }),
    { seed: 42, numRuns: 120 },
  );
});

test('a source that Mermaid would refuse is drawn smaller', () => {
  const text = '#;'.repeat(200);
  const events = Array.from({ length: 300 }, (_, index): DrawnEvent[] => [
    { kind: 'message', atUs: index, id: index, from: 0, to: 1, text, deliveredUs: index },
    { kind: 'violation', atUs: index, property: text, text },
  ]).flat();
  const source = renderRunSequence({ names: ['n1', text], events, endUs: 300, omitted: 0 });
  expect(source.length).toBeLessThan(50_000);
  expect(arrows(source).length).toBeGreaterThan(20);
});
