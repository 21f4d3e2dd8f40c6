import { describe, expect, test } from 'vitest';
import { createBudget, shareOf, stepBudget } from './budget.ts';

test('a budget allows exactly its steps, and stays exhausted', () => {
  const budget = stepBudget(3);
  expect([budget.spend(), budget.spend(2), budget.spend(), budget.spend(0)]).toEqual([true, true, false, false]);
  expect(budget.exhausted).toBe('step limit of 3 reached');
});

test('a budget says nothing about exhaustion while there is some left', () => {
  const budget = stepBudget(2);
  budget.spend(2);
  expect(budget.exhausted).toBeUndefined();
  expect(budget.stepsSpent).toBe(2);
});

describe('the deadline', () => {
  const clock =
    (readings: number[]): (() => number) =>
    () =>
      readings.shift() ?? Number.NaN;

  test('ends spending when the injected clock reaches it', () => {
    const budget = createBudget({ steps: 1e9, deadline: { nowMs: clock([5, 10]), atMs: 10, limitMs: 10 } });
    expect(budget.spend(2048)).toBe(true);
    expect(budget.spend(2048)).toBe(false);
    expect(budget.exhausted).toBe('time limit of 10 ms reached');
  });

  test('is looked at every 2048 steps only, so that spending stays cheap', () => {
    let looks = 0;
    const nowMs = (): number => {
      looks += 1;
      return 0;
    };
    const budget = createBudget({ steps: 1e9, deadline: { nowMs, atMs: 1, limitMs: 1 } });
    for (let step = 0; step < 10 * 2048; step++) budget.spend();
    expect(looks).toBe(10);
  });
});

describe('a share', () => {
  test('runs out on its own and leaves the rest to others', () => {
    const parent = stepBudget(100);
    const share = shareOf(parent, 10);
    expect([share.spend(10), share.spend()]).toEqual([true, false]);
    expect(share.exhausted).toBe('step limit of 10 reached');
    expect(parent.exhausted).toBeUndefined();
    expect(parent.spend(90)).toBe(true);
  });

  test('ends with its parent', () => {
    const share = shareOf(stepBudget(5), 10);
    expect(share.spend(6)).toBe(false);
    expect(share.exhausted).toBe('step limit of 5 reached');
  });
});
