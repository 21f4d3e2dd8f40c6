import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Siblings, Version } from './versions.ts';
import { areSameVersions, clockOf, knowledgeOf, mergeSiblings, NO_SIBLINGS } from './versions.ts';

const version = (
  client: number,
  number: number,
  context: readonly number[] = [],
  value: number | null = number,
): Version => ({
  client,
  number,
  value,
  context,
  stampMs: number,
  node: client,
});

const merge = (...versions: readonly Version[]): Siblings =>
  versions.reduce<Siblings>((merged, each) => mergeSiblings('vector_clock', merged, [each]), NO_SIBLINGS);

const values = (siblings: Siblings): (number | null)[] => siblings.map(({ value }) => value);

/**
 * Versions as they come about: writers, one after the other, each knowing what some earlier writers knew and wrote. Now and then the
 * request before is carried out a second time, under another context.
 */
const histories = fc
  .array(fc.tuple(fc.nat(2), fc.array(fc.nat(20), { maxLength: 3 }), fc.boolean()), { minLength: 1, maxLength: 12 })
  .map((steps) => {
    const written: Version[] = [];
    const numbers = [0, 0, 0];
    for (const [client, known, isRepeated] of steps) {
      const seen = known
        .flatMap((index) => written[index] ?? [])
        .filter((each) => each.client !== client || !isRepeated);
      const number = isRepeated && numbers[client] !== 0 ? numbers[client]! : numbers[client]! + 1;
      if (number === numbers[client] && written.at(-1)?.client !== client) continue;
      numbers[client] = number;
      const context = knowledgeOf(seen.filter((each) => each.client !== client || each.number < number));
      if ((context[client] ?? 0) < number) written.push(version(client, number, context));
    }
    return written;
  });

describe('under vector clocks', () => {
  test('a version replaces what its writer knew (section 4.4)', () => {
    const first = version(0, 1);
    expect(values(merge(first, version(1, 5, clockOf(0, 1))))).toEqual([5]);
  });

  test('two writers who did not know of each other leave siblings, which one who knew both replaces (Figure 3)', () => {
    const [d2, d3, d4] = [version(0, 2), version(1, 3, clockOf(0, 2)), version(2, 4, clockOf(0, 2))];
    const siblings = merge(d2, d3, d4);
    expect(values(siblings)).toEqual([3, 4]);
    expect(values(merge(...siblings, version(0, 5, knowledgeOf(siblings))))).toEqual([5]);
  });

  test('two clients of one coordinator do not hide each other', () => {
    expect(values(merge(version(0, 1), version(1, 1)))).toEqual([1, 1]);
  });

  test('what was replaced does not come back when its successor is replaced by one who knew less', () => {
    const old = version(1, 3);
    const replaced = merge(old, version(0, 1, clockOf(1, 3), null), version(2, 4, clockOf(0, 1)));
    expect(values(merge(...replaced, old))).toEqual([4]);
  });

  test('merging is commutative, associative and idempotent, also when requests were carried out twice', () => {
    fc.assert(
      fc.property(histories, fc.infiniteStream(fc.nat()), (written, order) => {
        const shuffled = written.map((each) => ({ each, rank: order.next().value! })).sort((a, b) => a.rank - b.rank);
        const half = Math.floor(written.length / 2);
        const halves = mergeSiblings('vector_clock', merge(...written.slice(half)), merge(...written.slice(0, half)));
        const whole = merge(...written);
        const other = merge(...shuffled.map(({ each }) => each));
        expect(areSameVersions(other, whole)).toBe(true);
        expect(areSameVersions(halves, whole)).toBe(true);
        expect(mergeSiblings('vector_clock', whole, whole)).toBe(whole);
        for (const each of whole) expect(mergeSiblings('vector_clock', whole, [each])).toBe(whole);
      }),
      { seed: 42, numRuns: 300 },
    );
  });

  test('no version is lost: it stays, or is known to one that stays', () => {
    fc.assert(
      fc.property(histories, (written) => {
        const known = knowledgeOf(merge(...written));
        for (const { client, number } of written) expect(known[client]).toBeGreaterThanOrEqual(number);
      }),
      { seed: 42, numRuns: 300 },
    );
  });
});

describe('under last-writer-wins', () => {
  test('the largest stamp stays, in any order', () => {
    const [early, late] = [version(0, 1), version(1, 2)];
    expect(mergeSiblings('last_writer_wins', [early], [late])).toEqual([late]);
    const held: Siblings = [late];
    expect(mergeSiblings('last_writer_wins', held, [early])).toBe(held);
  });

  test('equal stamps are decided by the coordinator', () => {
    const [one, other] = [
      { ...version(0, 1), stampMs: 7 },
      { ...version(1, 1), stampMs: 7 },
    ];
    expect(mergeSiblings('last_writer_wins', [one], [other])).toEqual([other]);
    expect(mergeSiblings('last_writer_wins', [other], [one])).toEqual([other]);
  });
});
