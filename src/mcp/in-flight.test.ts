import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { inFlight } from './in-flight.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('leaving twice counts once', () => {
  const calls = inFlight();
  const leave = [calls.enter(), calls.enter()];
  leave[0]?.();
  leave[0]?.();
  expect(calls.count()).toBe(1);
});

test('idle is at once when nothing is in flight', async () => {
  expect(await inFlight().idle(60_000)).toBe(0);
});

test('idle comes with the last one to leave, also one that entered meanwhile', async () => {
  const calls = inFlight();
  const first = calls.enter();
  const seen: number[] = [];
  const waiting = [calls.idle(60_000), calls.idle(60_000)].map((idle) => idle.then((left) => seen.push(left)));
  const second = calls.enter();
  first();
  await vi.advanceTimersByTimeAsync(1_000);
  expect(seen).toEqual([]);
  second();
  await Promise.all(waiting);
  expect(seen).toEqual([0, 0]);
  expect(vi.getTimerCount()).toBe(0);
});

test('idle ends after its limit, and says how many are left', async () => {
  const calls = inFlight();
  const leave = calls.enter();
  calls.enter();
  const idle = calls.idle(1_000);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(await idle).toBe(2);
  leave();
  expect(calls.count()).toBe(1);
});
