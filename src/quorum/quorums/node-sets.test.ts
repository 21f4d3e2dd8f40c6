import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  commonNodes,
  compareSets,
  firstNode,
  isSubset,
  joinDisjoint,
  maskNodes,
  maskOf,
  maskSize,
  maskWords,
  sharedNodes,
  sortedNodes,
  unionMask,
} from './node-sets.ts';
import { createPriorityQueue } from './priority-queue.ts';

const NODES = 130;
const WORDS = maskWords(NODES);
const sets = fc.uniqueArray(fc.nat({ max: NODES - 1 }), { maxLength: 40 }).map((nodes) => sortedNodes(nodes));

describe('masks', () => {
  it('answer like sets, over several words', () => {
    fc.assert(
      fc.property(sets, sets, (left, right) => {
        const [a, b] = [maskOf(left, WORDS), maskOf(right, WORDS)];
        const union = sortedNodes(new Set([...left, ...right]));
        expect(maskNodes(a)).toEqual(left);
        expect(maskSize(a)).toBe(left.length);
        expect(firstNode(a)).toBe(left[0] ?? -1);
        expect(maskNodes(unionMask(a, b))).toEqual(union);
        expect(isSubset(a, b)).toBe(left.every((node) => right.includes(node)));
        expect(isSubset(a, unionMask(a, b))).toBe(true);
        expect(sharedNodes(a, b)).toBe(commonNodes(left, right).length);
      }),
      { seed: 42, numRuns: 300 },
    );
  });
});

describe('the order of sets', () => {
  it('survives the union with a disjoint set, which lazy enumeration relies on', () => {
    fc.assert(
      fc.property(sets, sets, sets, (left, right, other) => {
        const apart = other.filter((node) => !left.includes(node) && !right.includes(node));
        const before = Math.sign(compareSets(left, right));
        expect(Math.sign(compareSets(joinDisjoint(left, apart), joinDisjoint(right, apart)))).toBe(before);
      }),
      { seed: 42, numRuns: 500 },
    );
  });
});

describe('the priority queue', () => {
  it('sorts, also while entries come and go', () => {
    fc.assert(
      fc.property(fc.array(fc.option(fc.nat({ max: 20 }), { nil: undefined })), (steps) => {
        const queue = createPriorityQueue<number>((a, b) => a - b);
        let model: number[] = [];
        for (const step of steps) {
          if (step === undefined) {
            expect(queue.pop()).toBe(model[0]);
            model = model.slice(1);
          } else {
            queue.push(step);
            model = [...model, step].sort((a, b) => a - b);
          }
        }
        expect(model.map(() => queue.pop())).toEqual(model);
        expect(queue.pop()).toBeUndefined();
      }),
      { seed: 42, numRuns: 300 },
    );
  });
});
