import fc from 'fast-check';
import { expect, test } from 'vitest';
import { EventQueue } from './event-queue.ts';

/** A list that is searched for its earliest element. */
function naiveOrder(times: readonly number[]): number[] {
  return times
    .map((timeUs, index) => ({ timeUs, index }))
    .sort((a, b) => a.timeUs - b.timeUs || a.index - b.index)
    .map(({ index }) => index);
}

function drain(queue: EventQueue): number[] {
  const order: number[] = [];
  while (queue.pop()) order.push(queue.a);
  return order;
}

test('events leave by time, and those of one time in the order they came', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(20), { maxLength: 600 }), (times) => {
      const queue = new EventQueue();
      for (const [index, timeUs] of times.entries()) queue.push(timeUs, 1, index, 0, undefined);
      expect(drain(queue)).toEqual(naiveOrder(times));
    }),
    { seed: 42, numRuns: 60 },
  );
});

test('pushing and popping in turn gives what a sorted list gives', () => {
  fc.assert(
    fc.property(fc.array(fc.option(fc.nat(50)), { maxLength: 400 }), (steps) => {
      const queue = new EventQueue();
      const list: { timeUs: number; id: number }[] = [];
      for (const [id, step] of steps.entries()) {
        if (step !== null) {
          queue.push(step, 2, id, 0, { id });
          list.push({ timeUs: step, id });
          continue;
        }
        list.sort((a, b) => a.timeUs - b.timeUs || a.id - b.id);
        const first = list.shift();
        expect(queue.nextTimeUs()).toBe(first?.timeUs ?? Number.POSITIVE_INFINITY);
        expect(queue.pop()).toBe(first !== undefined);
        if (first !== undefined) expect([queue.timeUs, queue.payload]).toEqual([first.timeUs, { id: first.id }]);
      }
      expect(queue.length).toBe(list.length);
    }),
    { seed: 42, numRuns: 100 },
  );
});

test('an event that comes late to a reserved place leaves as if it had been there all along', () => {
  fc.assert(
    fc.property(fc.array(fc.record({ timeUs: fc.nat(20), isLate: fc.boolean() }), { maxLength: 200 }), (events) => {
      const queue = new EventQueue();
      const late: (() => void)[] = [];
      for (const [id, { timeUs, isLate }] of events.entries()) {
        const order = isLate ? queue.reserve() : -1;
        if (isLate) late.unshift(() => queue.pushAt(order, timeUs, 1, id, 0, undefined));
        else queue.push(timeUs, 1, id, 0, undefined);
      }
      for (const push of late) push();
      expect(drain(queue)).toEqual(naiveOrder(events.map(({ timeUs }) => timeUs)));
    }),
    { seed: 42, numRuns: 60 },
  );
});
