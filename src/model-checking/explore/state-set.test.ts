import { describe, expect, it, vi } from 'vitest';
import { createPrng } from '../../kernel/prng.ts';
import { hashWords } from './hash-words.ts';
import { ExactSet, FingerprintSet } from './state-set.ts';

const forced = vi.hoisted((): { lanes: readonly [number, number] | undefined } => ({ lanes: undefined }));

vi.mock('./hash-words.ts', async (original) => {
  const actual = await original<typeof import('./hash-words.ts')>();
  return {
    hashWords: (words: Int32Array, at: number, width: number, lanes: Int32Array): void => {
      if (forced.lanes === undefined) actual.hashWords(words, at, width, lanes);
      else lanes.set(forced.lanes);
    },
  };
});

const WIDTH = 3;

/** Rows drawn from few values, so that many come again. */
function drawnRows(count: number): Int32Array {
  const draw = createPrng(42);
  return Int32Array.from({ length: count * WIDTH }, () => draw.nextInt(40) - 20);
}

describe.each([
  ['fingerprints', () => new FingerprintSet(WIDTH, true)],
  ['whole states', () => new ExactSet(WIDTH)],
] as const)('a set of %s', (_, make) => {
  it('numbers states in the order in which they come, through many growths, and finds them again', () => {
    const set = make();
    const rows = drawnRows(60_000);
    const numbers = new Map<string, number>();
    const inserted: number[] = [];
    const expected: number[] = [];
    for (let at = 0; at < rows.length; at += WIDTH) {
      const key = rows.subarray(at, at + WIDTH).join();
      expected.push(numbers.has(key) ? -1 : numbers.size);
      inserted.push(set.insert(rows, at));
      if (!numbers.has(key)) numbers.set(key, numbers.size);
    }
    let strangers = 0;
    for (let at = 0; at < rows.length; at += WIDTH)
      if (set.find(rows, at) !== numbers.get(rows.subarray(at, at + WIDTH).join())) strangers += 1;
    expect(strangers).toBe(0);
    expect(inserted.findIndex((number, at) => number !== expected[at])).toBe(-1);
    expect(set.count).toBe(numbers.size);
    expect(set.count).toBeGreaterThan(30_000);
  });

  it('says what memory it takes', () => {
    const set = make();
    const before = set.bytes;
    const rows = drawnRows(20_000);
    for (let at = 0; at < rows.length; at += WIDTH) set.insert(rows, at);
    expect(set.bytes).toBeGreaterThan(before);
  });
});

describe('a fingerprint of zeros, which would mark a free slot', () => {
  it('is kept as any other', () => {
    const set = new FingerprintSet(1, true);
    forced.lanes = [0, 0];
    expect(set.insert(new Int32Array([1]), 0)).toBe(0);
    expect(set.insert(new Int32Array([2]), 0)).toBe(-1);
    expect(set.find(new Int32Array([2]), 0)).toBe(0);
    forced.lanes = undefined;
    for (let word = 0; word < 10_000; word++) set.insert(new Int32Array([word]), 0);
    expect(set.count).toBe(10_001);
    forced.lanes = [0, 0];
    expect(set.insert(new Int32Array([3]), 0)).toBe(-1);
    forced.lanes = undefined;
  });

  it('makes no two states one where words are compared', () => {
    const set = new ExactSet(1);
    forced.lanes = [0, 0];
    expect([1, 2, 1, 3].map((word) => set.insert(new Int32Array([word]), 0))).toEqual([0, 1, -1, 2]);
    expect(set.find(new Int32Array([4]), 0)).toBe(-1);
    forced.lanes = undefined;
  });
});

describe('the hash', () => {
  const ROWS = 200;

  it('changes each bit of both lanes with about every second bit that is flipped (avalanche)', () => {
    const draw = createPrng(42);
    const width = 4;
    const flips = new Float64Array(64);
    let trials = 0;
    for (let row = 0; row < ROWS; row++) {
      const words = Int32Array.from({ length: width }, () => draw.nextInt(2 ** 31));
      const before = lanesOf(words);
      for (let bit = 0; bit < 32 * width; bit++) {
        const flipped = words.slice();
        flipped[bit >> 5] = flipped[bit >> 5]! ^ (1 << (bit & 31));
        const after = lanesOf(flipped);
        for (let out = 0; out < 64; out++) {
          const differs = before[out >> 5]! ^ after[out >> 5]!;
          flips[out] = flips[out]! + ((differs >>> (out & 31)) & 1);
        }
        trials += 1;
      }
    }
    for (const count of flips) {
      expect(count / trials).toBeGreaterThan(0.4);
      expect(count / trials).toBeLessThan(0.6);
    }
  });

  it('tells small rows apart that differ in one word, as states do, lane by lane', () => {
    const seen = [new Set<number>(), new Set<number>()];
    const rows = 100_000;
    for (let row = 0; row < rows; row++) {
      const lanes = lanesOf(Int32Array.from([row % 64, (row >> 6) % 64, row >> 12, 0]));
      for (const [lane, values] of seen.entries()) values.add(lanes[lane]!);
    }
    // Of 100,000 numbers of 32 bits drawn at random about one pair is equal.
    for (const values of seen) expect(rows - values.size).toBeLessThan(10);
  });

  it('depends on the order of words and on how many there are', () => {
    const of = (...words: number[]): string => lanesOf(Int32Array.from(words)).join();
    expect(new Set([of(1, 2), of(2, 1), of(1, 2, 0), of(0, 1, 2), of(0), of(0, 0)]).size).toBe(6);
  });
});

function lanesOf(words: Int32Array): Int32Array {
  const lanes = new Int32Array(2);
  hashWords(words, 0, words.length, lanes);
  return lanes;
}
