import { describe, expect, test } from 'vitest';
import { stepBudget } from '../kernel/budget.ts';
import { prepare } from './prepare.ts';
import { type SimulationRequest, STANDARD_REQUEST, STANDARD_WORKLOAD } from './request.ts';
import { simulate, simulateRequest } from './simulate.ts';

const REQUEST: SimulationRequest = {
  ...STANDARD_REQUEST,
  protocol: 'abd-register',
  nodes: 3,
  seed: 100,
  runs: 6,
  durationMs: 1500,
  settleMs: 1000,
};

const whole = simulateRequest(REQUEST, stepBudget(1e8));

test('any split into parts comes to the same summaries', () => {
  for (const cuts of [
    [1, 1, 1, 1, 1, 1],
    [2, 4],
    [5, 1],
  ]) {
    let first = 0;
    const parts = cuts.flatMap((count) => {
      const part = simulateRequest(REQUEST, stepBudget(1e8), { first, count });
      first += count;
      return part;
    });
    expect(parts).toEqual(whole);
  }
});

test('a run is repeated alone by its own seed', () => {
  expect(simulateRequest({ ...REQUEST, seed: 103, runs: 1 }, stepBudget(1e8))).toEqual([whole[3]]);
  expect(new Set(whole.map(({ hash }) => hash)).size).toBe(6);
});

test('a summary survives JSON, the way between threads', () => {
  const undefinedLeftOut = (value: unknown): unknown => JSON.parse(JSON.stringify(value));
  expect(whole.map(undefinedLeftOut)).toEqual(whole.map((each) => ({ ...each })).map(undefinedLeftOut));
  for (const each of whole) {
    // Undefined members come back as absent ones; everything else is the same, no NaN or infinity among it.
    expect(undefinedLeftOut(each)).toEqual(
      Object.fromEntries(Object.entries(each).filter(([, value]) => value !== undefined)),
    );
  }
});

test('progress is told after every run, with its outcome', () => {
  const told: string[] = [];
  simulate(prepare(REQUEST), stepBudget(1e8), {
    count: 2,
    progress: (...args) => told.push(args.slice(0, 2).join('/')),
  });
  expect(told).toEqual(['1/2', '2/2']);
});

test('within a long run it is told as virtual time passes, and the run is the same', () => {
  const request = { ...REQUEST, runs: 2, durationMs: 100_000, settleMs: 1000 };
  const told: { readonly done: number; readonly message: string }[] = [];
  const runs = simulate(prepare(request), stepBudget(1e8), {
    progress: (done, total, message) => {
      expect(total).toBe(2);
      told.push({ done, message });
    },
  });
  expect(told.length).toBeGreaterThan(20);
  expect(told.filter(({ done }) => done === 1 || done === 2)).toHaveLength(2);
  expect(told.map(({ done }) => done)).toEqual(told.map(({ done }) => done).sort((a, b) => a - b));
  expect(told.find(({ done }) => done > 0.5)?.message).toMatch(/^seed 100: 5\d{4} of 101000 ms$/);
  expect(told.find(({ done }) => done > 1.5)?.message).toMatch(/^seed 101: 5\d{4} of 101000 ms$/);
  expect(runs).toEqual(simulate(prepare(request), stepBudget(1e8)));
});

describe('when the budget ends', () => {
  test('the finished runs are kept, and the one that was cut says so', () => {
    const events = whole.slice(0, 2).reduce((sum, each) => sum + each.events, 0);
    const cut = simulateRequest(REQUEST, stepBudget(events + (whole[2]?.events ?? 0) / 2));
    const last = cut.at(-1);
    expect(cut.length).toBeGreaterThan(1);
    expect(cut.length).toBeLessThan(6);
    expect(cut.slice(0, -1)).toEqual(whole.slice(0, cut.length - 1));
    expect(last?.exhausted).toContain('step limit');
  });

  test('nothing is demanded of what was cut', () => {
    const request = { ...REQUEST, runs: 1, scenario: 'none', durationMs: 1e9 };
    const [only] = simulateRequest(request, stepBudget(20_000));
    expect(only?.broken).toEqual([]);
    expect(only?.operations.ok).toBeGreaterThan(100);
    expect(only?.durationMs).toBeLessThan(1e6);
  });
});

test('without clients there is nothing to be stuck', () => {
  const request = { ...REQUEST, runs: 1, workload: { ...STANDARD_WORKLOAD, clients: 0 } };
  expect(simulateRequest(request, stepBudget(1e8))[0]?.broken).toEqual([]);
});
