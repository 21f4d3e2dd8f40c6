import { expect, test } from 'vitest';
import { holdsClock, joinClocks, NO_CLOCK, withEntry } from './vector-clock.ts';

test('joined clocks take the larger entry of each, and stay the same object where nothing is new', () => {
  expect(joinClocks([1, 5], [2, 0, 4])).toEqual([2, 5, 4]);
  const clock = [2, 5];
  expect(joinClocks(clock, [1, 5, 0])).toBe(clock);
});

test('a clock holds another when no entry of it is larger; absent entries are zero', () => {
  expect(holdsClock([1], [1, 0])).toBe(true);
  expect(holdsClock([1], [0, 1])).toBe(false);
  expect(withEntry(NO_CLOCK, 2, 7)).toEqual([0, 0, 7]);
});
