import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { randomTrace } from '../diagrams/testdata/random-trace.ts';
import { VOTE_AMNESIA } from './testdata/vote-amnesia-trace.ts';
import { timelineOf, timelineText } from './timeline.ts';
import type { Trace, TraceEvent } from './trace.ts';

function traceOf(events: readonly TraceEvent[], endUs: number): Trace {
  return { names: ['n1', 'n2', 'n3'], events, endUs, omitted: 0 };
}

function state(atUs: number, node: number, role: string, term: number, before = 'x'): TraceEvent {
  return {
    kind: 'state',
    atUs,
    node,
    role,
    term,
    leads: role === 'leader',
    state: 'y',
    before,
    cause: 'election timer',
  };
}

function answer(atUs: number): TraceEvent {
  return { kind: 'complete', atUs, client: 1, number: 1, node: 0, response: { status: 'ok' } };
}

function texts(trace: Trace, entriesMax?: number): string[] {
  return timelineOf(trace, entriesMax).entries.map(({ text }) => text);
}

test('the timeline of a run is the one in testdata', async () => {
  await expect(`${timelineText(timelineOf(VOTE_AMNESIA))}\n`).toMatchFileSnapshot('testdata/vote-amnesia.timeline.txt');
});

test('elections in vain are told once, with their number and terms', () => {
  const vain = Array.from({ length: 5 }, (_, index) => [
    state(10_000 * index + 1000, 1, 'candidate', index + 2),
    state(10_000 * index + 5000, 1, 'follower', index + 2),
  ]).flat();
  expect(texts(traceOf([state(0, 1, 'follower', 0), ...vain], 99_000))).toEqual([
    'n2 becomes candidate 5 times, terms 2 to 6, until 41 ms',
    'n2 becomes follower 5 times, terms 2 to 6, until 45 ms',
  ]);
});

test('where many nodes change their role again and again, they are told together', () => {
  const starts = [0, 1, 2].map((node) => state(0, node, 'idle', 0));
  const changes = [1, 2, 3, 4, 5].map((at) => state(at * 10_000, at % 3, at > 3 ? 'idle' : 'prepared', 0));
  const more = [6, 7].map((at) => state(at * 10_000, at % 3, 'prepared', 0));
  expect(texts(traceOf([...starts, ...changes, ...more], 99_000))).toEqual([
    'n1, n2 and n3 become prepared 4 times, until 70 ms',
    'n2 becomes idle in term 0 (election timer)',
    'n3 becomes idle in term 0 (election timer)',
  ]);
});

test('a leader that gives way is told, and what happens between is folded no further than that', () => {
  const events = [
    state(0, 0, 'follower', 0),
    state(1000, 0, 'leader', 1),
    state(2000, 1, 'candidate', 2),
    state(3000, 0, 'follower', 2),
    state(4000, 1, 'candidate', 3),
  ];
  expect(texts(traceOf([state(0, 1, 'follower', 0), ...events], 9000))).toEqual([
    'n1 leads: leader in term 1 (election timer)',
    'n2 becomes candidate in term 2 (election timer)',
    'n1 no longer leads: follower in term 2 (election timer)',
  ]);
});

test('a time without answers is told when it is long for this run', () => {
  const steady = [1, 2, 3, 4, 5, 6].map((at) => answer(at * 10_000));
  expect(texts(traceOf([...steady, answer(400_000), answer(410_000)], 420_000))).toEqual([
    'the first request succeeds',
    'no request succeeds for 340 ms, until 400 ms',
    'the last of 8 requests that succeed',
  ]);
  const slow = [1, 2, 3, 4, 5].map((at) => answer(at * 300_000));
  expect(texts(traceOf(slow, 1_600_000))).toHaveLength(2);
});

describe('above the limit', () => {
  const faults = Array.from(
    { length: 30 },
    (_, index): TraceEvent => ({
      kind: 'fault',
      atUs: index * 1000,
      fault: 'pause',
      nodes: [0],
      text: `pause ${index}`,
    }),
  );
  const violation: TraceEvent = { kind: 'violation', atUs: 20_000, property: 'agreement', text: '1 and 2' };
  const trace = traceOf([...faults.slice(0, 21), violation, ...faults.slice(21)], 30_000);

  test('violations stay, then what is nearest to them, and the rest is counted', () => {
    const { entries, leftOut } = timelineOf(trace, 4);
    expect(entries.map(({ text }) => text)).toEqual([
      'pause 19',
      'pause 20',
      'agreement is violated: 1 and 2',
      'pause 21',
    ]);
    expect(leftOut).toBe(27);
    expect(timelineText(timelineOf(trace, 4)).endsWith('\n27 lesser moments left out')).toBe(true);
  });

  test('whatever the limit, entries are in order and none is told twice', () => {
    fc.assert(
      fc.property(fc.nat(40), (limit) => {
        const { entries, leftOut } = timelineOf(trace, limit);
        expect(entries.length).toBe(Math.min(limit, 31));
        expect(entries.length + leftOut).toBe(31);
        expect(entries.map(({ atUs }) => atUs)).toEqual(entries.map(({ atUs }) => atUs).sort((a, b) => a - b));
        expect(new Set(entries.map(({ text }) => text)).size).toBe(entries.length);
      }),
      { seed: 42, numRuns: 40 },
    );
  });
});

test('whatever the trace, the timeline is bounded, in order, and says what there is', () => {
  fc.assert(
    fc.property(randomTrace(), (trace) => {
      const timeline = timelineOf(trace, 10);
      expect(timeline.entries.length).toBeLessThanOrEqual(10);
      expect(timeline.entries.map(({ atUs }) => atUs)).toEqual(
        timeline.entries.map(({ atUs }) => atUs).sort((a, b) => a - b),
      );
      const violations = trace.events.filter(({ kind }) => kind === 'violation').length;
      expect(timeline.entries.filter(({ kind }) => kind === 'violation')).toHaveLength(Math.min(10, violations));
      expect(timelineText(timeline).split('\n').length).toBeLessThanOrEqual(12);
      expect(timelineText(timeline)).not.toMatch(/NaN|Infinity|undefined/);
    }),
    { seed: 42, numRuns: 200 },
  );
});
