import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { randomTrace } from '../diagrams/testdata/random-trace.ts';
import { explainViolation, explanationText } from './explanation.ts';
import { VOTE_AMNESIA } from './testdata/vote-amnesia-trace.ts';
import type { Trace, TraceEvent } from './trace.ts';

test('the explanation of a violation is the one in testdata', async () => {
  const explanation = explainViolation(VOTE_AMNESIA);
  if (explanation === undefined) throw new Error('the trace holds a violation');
  await expect(`${explanationText(explanation)}\n`).toMatchFileSnapshot('testdata/vote-amnesia.explanation.txt');
});

test('a trace without a violation has nothing to explain', () => {
  expect(explainViolation({ ...VOTE_AMNESIA, events: VOTE_AMNESIA.events.slice(0, 20) })).toBeUndefined();
});

describe('a violation that was found when the run was over', () => {
  test('is explained by what happened until then', () => {
    const explanation = explainViolation(VOTE_AMNESIA, { property: 'one leader', text: 'n1 leads', atUs: 100_000 });
    expect(explanation?.steps.every(({ atUs }) => atUs <= 100_000)).toBe(true);
    expect(explanation?.steps.map(({ text }) => text)).toContain(
      'n1 leads: leader in term 1 (receives Vote term 1 from n2)',
    );
  });

  test('ends with the answer when that was the last thing its node did', () => {
    const explanation = explainViolation(VOTE_AMNESIA, { property: 'reads', text: '1', atUs: 103_000, node: 0 });
    expect(explanation?.steps.at(-1)?.text).toBe('n1 answers client 1: ok');
  });
});

test('names are taken as whole words: n1 is not n10', () => {
  const names = Array.from({ length: 11 }, (_, node) => `n${node + 1}`);
  const leads = (node: number): TraceEvent[] => [
    { kind: 'state', atUs: 0, node, role: 'follower', leads: false, state: 'a', cause: 'starts' },
    {
      kind: 'state',
      atUs: node + 1,
      node,
      role: 'leader',
      leads: true,
      state: 'b',
      before: 'a',
      cause: 'election timer',
    },
  ];
  const trace: Trace = { names, events: [...leads(0), ...leads(9), ...leads(10)], endUs: 99, omitted: 0 };
  const steps = explainViolation(trace, { property: 'p', text: 'n10, n11 lead', atUs: 50 })?.steps;
  expect(steps?.map(({ node }) => node)).toEqual([9, 10]);
});

describe('in a long run of heartbeats', () => {
  const beat = (index: number): TraceEvent[] => {
    const atUs = index * 1000;
    const text = 'Heartbeat';
    return [
      { kind: 'message', atUs, id: index, from: 0, to: 1, text, deliveredUs: atUs + 400 },
      {
        ...{ kind: 'state', atUs: atUs + 400, node: 1, role: 'follower', leads: false, term: 1 },
        ...{
          state: `term 1, heard ${index}`,
          before: `term 1, heard ${index - 1}`,
          cause: 'receives Heartbeat from n1',
        },
      },
    ];
  };
  const leads: TraceEvent = {
    ...{ kind: 'state', atUs: 100, node: 0, role: 'leader', leads: true, term: 1, state: 'term 1, leads' },
    ...{ before: 'term 0', cause: 'election timer' },
  };
  const starts = [0, 1].map(
    (node): TraceEvent => ({
      kind: 'state',
      atUs: 0,
      node,
      role: 'follower',
      leads: false,
      state: 'term 0',
      cause: 'starts',
    }),
  );
  const beats = Array.from({ length: 200 }, (_, index) => beat(index + 1)).flat();
  const violation: TraceEvent = { kind: 'violation', atUs: 200_400, node: 1, property: 'p', text: 'n2 heard 200' };
  const trace: Trace = {
    names: ['n1', 'n2'],
    events: [...starts, leads, ...beats, violation],
    endUs: 201_000,
    omitted: 0,
  };

  test('who came to lead is told however many beats ago that was', () => {
    const steps = explainViolation(trace)?.steps ?? [];
    expect(steps[0]?.text).toBe('n1 leads: leader in term 1 (election timer)');
    expect(steps.at(-1)?.text).toBe('n2: receives Heartbeat from n1, then heard 200 (was heard 199)');
    expect(steps.length).toBeLessThanOrEqual(10);
  });

  test('wherever it was violated, there are few steps, in order, none after it', () => {
    fc.assert(
      fc.property(fc.nat(201_000), fc.option(fc.nat(1), { nil: undefined }), (atUs, node) => {
        const at = node === undefined ? {} : { node };
        const steps = explainViolation(trace, { property: 'p', text: 'n1 and n2', atUs, ...at })?.steps ?? [];
        expect(steps.length).toBeLessThanOrEqual(10);
        expect(steps.every((step) => step.atUs <= atUs)).toBe(true);
        expect(steps.map((step) => step.atUs)).toEqual(steps.map((step) => step.atUs).sort((a, b) => a - b));
      }),
      { seed: 42, numRuns: 100 },
    );
  });
});

test('whatever the trace, a violation is explained in few steps, all before it, the same twice', () => {
  fc.assert(
    fc.property(randomTrace(), (trace) => {
      const explanation = explainViolation(trace);
      const violation = trace.events.find(({ kind }) => kind === 'violation');
      expect(explanation === undefined).toBe(violation === undefined);
      if (explanation === undefined) return;
      expect(explanation.steps.length).toBeLessThanOrEqual(10);
      expect(explanation.steps.every(({ atUs }) => atUs <= explanation.atUs)).toBe(true);
      expect(explanationText(explanation).split('\n')).toHaveLength(1 + explanation.steps.length);
      expect(explainViolation(trace)).toEqual(explanation);
    }),
    { seed: 42, numRuns: 200 },
  );
});
