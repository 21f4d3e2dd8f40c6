import fc from 'fast-check';
import { expect, test } from 'vitest';
import { VOTE_AMNESIA } from '../simulation/testdata/vote-amnesia-trace.ts';
import type { DrawnTrace } from './drawn-trace.ts';
import { renderShiviz, SHIVIZ_PARSER } from './shiviz.ts';
import { randomTrace } from './testdata/random-trace.ts';

interface Parsed {
  readonly event: string;
  readonly host: string;
  readonly clock: Readonly<Record<string, number>>;
}

/** Reads a log as ShiViz does: by the expression, over the whole text. */
function parsed(log: string): Parsed[] {
  return [...log.matchAll(new RegExp(SHIVIZ_PARSER, 'gm'))].map(({ groups }) => ({
    event: groups?.event ?? '',
    host: groups?.host ?? '',
    clock: JSON.parse(groups?.clock ?? '{}'),
  }));
}

/** What ShiViz refuses: an own component that does not count 1, 2, 3 …, or one of another host that has not happened before. */
function clockFaults(events: readonly Parsed[]): string[] {
  const happened = new Map<string, number>();
  const last = new Map<string, Parsed['clock']>();
  return events.flatMap(({ host, clock }, index) => {
    const own = (happened.get(host) ?? 0) + 1;
    happened.set(host, own);
    const before = Object.entries(last.get(host) ?? {});
    last.set(host, clock);
    return [
      ...(clock[host] === own ? [] : [`event ${index}: ${host} counts ${clock[host]} instead of ${own}`]),
      ...Object.entries(clock)
        .filter(([other, count]) => count > (happened.get(other) ?? 0))
        .map(([other]) => `event ${index} knows ${other} before it happened`),
      ...before
        .filter(([other, count]) => (clock[other] ?? 0) < count)
        .map(([other]) => `event ${index} forgets ${other}`),
    ];
  });
}

test('the log of a run is the one in testdata', async () => {
  await expect(renderShiviz(VOTE_AMNESIA).log).toMatchFileSnapshot('testdata/vote-amnesia.shiviz.txt');
});

test('a vote is received after it was cast, and concurrent leaders know nothing of each other', () => {
  const events = parsed(renderShiviz(VOTE_AMNESIA).log);
  const sent = events.find(({ event }) => event.startsWith('57 ms n2 → n1: Vote'));
  const received = events.find(({ event }) => event.startsWith('68 ms receives Vote'));
  const leads = events.find(({ event }) => event.includes('n3 leader'));
  expect(received?.clock.n2).toBe(sent?.clock.n2);
  expect(leads?.clock.n1).toBe(events.findLast(({ event }) => event.startsWith('84 ms n1 → n2'))?.clock.n1);
});

test('of answers that arrive at once, a state change knows only the one that it names', () => {
  const ack = { kind: 'message', id: 1, to: 0, atUs: 5, deliveredUs: 9, text: 'Ack' } as const;
  const commits = { kind: 'state', atUs: 9, node: 0, role: 'leader', leads: true, state: 'b', before: 'a' } as const;
  const trace: DrawnTrace = {
    names: ['n1', 'n2', 'n3'],
    events: [
      { ...ack, from: 1 },
      { ...ack, from: 2 },
      { ...commits, cause: 'receives Ack from n2' },
    ],
    endUs: 10,
    omitted: 0,
  };
  const events = parsed(renderShiviz(trace).log);
  expect(events.map(({ host }) => host)).toEqual(['n2', 'n3', 'n1', 'n1', 'n1']);
  expect(events[3]?.clock).toEqual({ n1: 2, n2: 1 });
});

test('a log longer than its limit is cut, and says so', () => {
  const whole = renderShiviz(VOTE_AMNESIA);
  const cut = renderShiviz(VOTE_AMNESIA, 10);
  expect(whole.log.startsWith(cut.log)).toBe(true);
  expect([cut.events, cut.leftOut]).toEqual([10, whole.events - 10]);
});

test('whatever the trace, ShiViz reads every event and finds the clocks consistent', () => {
  fc.assert(
    fc.property(randomTrace(), (trace) => {
      const { log, events } = renderShiviz(trace);
      const read = parsed(log);
      expect(read).toHaveLength(events);
      expect(log.split('\n')).toHaveLength(2 * events + 1);
      expect(clockFaults(read)).toEqual([]);
    }),
    { seed: 42, numRuns: 120 },
  );
});
