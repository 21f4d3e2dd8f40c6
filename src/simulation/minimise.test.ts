import fc from 'fast-check';
import { expect, test } from 'vitest';
import { stepBudget } from '../kernel/budget.ts';
import { checkFaults } from './faults/check-faults.ts';
import type { Fault } from './faults/fault.ts';
import { minimise, roundFaultTimes } from './minimise.ts';

const budget = () => stepBudget(1e9);
const items = Array.from({ length: 40 }, (_, index) => index);

test('what is left still fails, and without any one of its items it passes', () => {
  // Fails when all of one of two sets of culprits are there.
  const culprits = fc.uniqueArray(fc.nat(39), { minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(culprits, culprits, (first, second) => {
      const fails = (kept: readonly number[]): boolean =>
        [first, second].some((set) => set.every((each) => kept.includes(each)));
      const { items: left, isComplete } = minimise(items, fails, budget());
      expect([fails(left), isComplete]).toEqual([true, true]);
      for (const each of left) expect(fails(left.filter((other) => other !== each))).toBe(false);
    }),
    { seed: 42, numRuns: 200 },
  );
});

test('nothing is left where nothing is needed, and one trial finds that out', () => {
  let trials = 0;
  const always = (): boolean => {
    trials += 1;
    return true;
  };
  expect(minimise(items, always, budget())).toEqual({ items: [], isComplete: true });
  expect(trials).toBe(1);
});

test('one culprit of a thousand is found in a few dozen trials', () => {
  let trials = 0;
  const many = Array.from({ length: 1000 }, (_, index) => index);
  const found = minimise(
    many,
    (kept) => {
      trials += 1;
      return kept.includes(777);
    },
    budget(),
  );
  expect(found.items).toEqual([777]);
  expect(trials).toBeLessThan(40);
});

test('a spent budget leaves what there is and says so', () => {
  const spent = stepBudget(10);
  let trials = 0;
  const fails = (kept: readonly number[]): boolean => {
    spent.spend(4);
    trials += 1;
    return [3, 17, 30].every((each) => kept.includes(each));
  };
  const { items: left, isComplete } = minimise(items, fails, spent);
  expect([fails(left), isComplete, trials < 8]).toEqual([true, false, true]);
});

test('times of faults are rounded as far as the run still fails', () => {
  const fault: Fault = { kind: 'pause', nodes: [0], atMs: 1234.5, untilMs: 2345.6 };
  const fails = ([only]: readonly Fault[]): boolean => only !== undefined && only.atMs >= 1200 && only.atMs <= 1300;
  expect(roundFaultTimes([fault], fails, budget())).toEqual([{ ...fault, atMs: 1200, untilMs: 2300 }]);
});

test('rounding never moves a fault out of the run, nor its end before its beginning', () => {
  const time = fc.double({ min: 0, max: 4713, maxExcluded: true, noNaN: true });
  fc.assert(
    fc.property(time, fc.double({ min: 0.1, max: 3000, noNaN: true }), (atMs, lengthMs) => {
      const fault: Fault = { kind: 'pause', nodes: [0], atMs, untilMs: atMs + lengthMs };
      const passes = (faults: readonly Fault[]): boolean => {
        checkFaults(faults, 1, 4713);
        return false;
      };
      expect(roundFaultTimes([fault], passes, budget())).toEqual([fault]);
    }),
    { seed: 42, numRuns: 200 },
  );
});
