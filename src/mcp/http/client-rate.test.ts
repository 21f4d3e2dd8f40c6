/**
 * Token buckets against a simulation that moves in small steps.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { clientRate } from './client-rate.ts';

test('after the burst one request passes each interval', () => {
  const rate = clientRate(2, 10, 100);
  expect([0, 0, 0, 50, 100, 100].map((nowMs) => rate.take('a', nowMs))).toEqual([0, 0, 100, 50, 0, 100]);
});

test('addresses do not share', () => {
  const rate = clientRate(1, 1, 100);
  expect([rate.take('a', 0), rate.take('b', 0), rate.take('a', 0)]).toEqual([0, 0, 1000]);
});

test('the longest unseen address is forgotten, and full buckets first', () => {
  const rate = clientRate(1, 0.001, 2);
  rate.take('a', 0);
  rate.take('b', 1);
  expect(rate.take('a', 2)).toBeGreaterThan(0);
  rate.take('c', 3);
  expect(rate.take('a', 4)).toBeGreaterThan(0);
  expect(rate.take('b', 5)).toBe(0);
});

test('decides as the simple simulation does', () => {
  const BURST = 4;
  const STEP_MS = 125;
  fc.assert(
    fc.property(fc.array(fc.nat(6), { maxLength: 60 }), (pauses) => {
      // 8 a second: exactly one token each step.
      const rate = clientRate(BURST, 8, 10);
      let tokens = BURST;
      let nowMs = 0;
      for (const pause of pauses) {
        for (let step = 0; step < pause; step++) tokens = Math.min(BURST, tokens + 1);
        nowMs += pause * STEP_MS;
        const expected = tokens > 0;
        if (expected) tokens -= 1;
        expect(rate.take('a', nowMs) === 0).toBe(expected);
      }
    }),
    { seed: 42, numRuns: 300 },
  );
});
