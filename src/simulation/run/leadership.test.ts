import { expect, test } from 'vitest';
import { Leadership } from './leadership.ts';

test('time counts as leaderless from the start, between leaders and to the end', () => {
  const leadership = new Leadership(3);
  leadership.set(100, 0, true);
  leadership.set(250, 0, false);
  leadership.set(300, 1, true);
  leadership.set(700, 1, false);
  leadership.end(1000);
  expect([leadership.leaderlessUs, leadership.elections]).toEqual([100 + 50 + 300, 2]);
});

test('two leaders at once are no time without one, and a leader that says so again is not elected again', () => {
  const leadership = new Leadership(3);
  leadership.set(0, 0, true);
  leadership.set(10, 1, true);
  leadership.set(20, 1, true);
  leadership.set(30, 0, false);
  leadership.end(100);
  expect([leadership.leaderlessUs, leadership.elections]).toEqual([0, 2]);
});

test('the leader is who began last, or whoever of the others still leads', () => {
  const leadership = new Leadership(3);
  expect(leadership.leader).toBeUndefined();
  leadership.set(0, 2, true);
  leadership.set(10, 0, true);
  expect(leadership.leader).toBe(0);
  leadership.set(20, 0, false);
  expect(leadership.leader).toBe(2);
  leadership.set(30, 2, false);
  expect(leadership.leader).toBeUndefined();
});

test('a failover lasts from the loss of the leader until another leads, though the old one may not know yet', () => {
  const leadership = new Leadership(3);
  leadership.set(0, 0, true);
  leadership.lost(100, 0);
  leadership.set(340, 1, true);
  leadership.set(500, 0, false);
  expect(leadership.failovers).toEqual([{ lostUs: 100, tookUs: 240 }]);
});

test('the loss of a node that does not lead is none, and one that nobody follows has no end', () => {
  const leadership = new Leadership(3);
  leadership.set(0, 0, true);
  leadership.lost(50, 1);
  leadership.lost(100, 0);
  leadership.set(100, 0, false);
  leadership.end(900);
  expect(leadership.failovers).toEqual([{ lostUs: 100, tookUs: undefined }]);
  expect(leadership.leaderlessUs).toBe(800);
});
