import { beforeEach, expect, test } from 'vitest';
import { createCallLine } from './call-line.ts';

let now: number;
beforeEach(() => {
  now = 0;
});
const lineOf = (threads: number) => createCallLine(threads, () => now);

test('on two threads the calls start two by two', () => {
  const line = lineOf(2);
  const places = [1, 2, 3, 4, 5, 6].map(() => line.enter(20));
  expect(places.map((place) => place.startsWithinMs())).toEqual([0, 0, 20, 20, 40, 40]);
});

test('time that has passed counts, and a call that overstays is expected to end now', () => {
  const line = lineOf(1);
  line.enter(20);
  const second = line.enter(5);
  const third = line.enter(20);
  now = 15;
  expect([second, third].map((place) => place.startsWithinMs())).toEqual([5, 10]);
  now = 100;
  expect([second, third].map((place) => place.startsWithinMs())).toEqual([0, 5]);
});

test('a call goes to the thread that is free first', () => {
  const line = lineOf(2);
  line.enter(45);
  for (const limitMs of [10, 10, 10]) line.enter(limitMs);
  expect(line.enter(1).startsWithinMs()).toBe(30);
});

test('those who leave make room, whether they ran or waited', () => {
  const line = lineOf(1);
  const [running, waiting, last] = [20, 30, 40].map((limitMs) => line.enter(limitMs));
  expect(last?.startsWithinMs()).toBe(50);
  waiting?.leave();
  expect(last?.startsWithinMs()).toBe(20);
  now = 10;
  running?.leave();
  expect(last?.startsWithinMs()).toBe(0);
  expect(line.enter(1).startsWithinMs()).toBe(40);
  last?.leave();
  last?.leave();
  expect(line.enter(1).startsWithinMs()).toBe(1);
});

test('the longest wait is that of the call that comes next', () => {
  const line = lineOf(1);
  const running = line.enter(20);
  now = 5;
  expect(line.longestWaitMs()).toBe(0);
  line.enter(20);
  now = 7;
  line.enter(20);
  expect(line.longestWaitMs()).toBe(2);
  running.leave();
  now = 10;
  expect(line.longestWaitMs()).toBe(3);
});
