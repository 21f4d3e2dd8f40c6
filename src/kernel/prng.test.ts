import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { InvariantError } from './invariant.ts';
import { createPrng, type Prng, prngFromState, splitMix64 } from './prng.ts';

const draws = (prng: Prng, count: number): number[] => Array.from({ length: count }, () => prng.nextUint32());

describe('published vectors', () => {
  test('xoshiro128** 1.1 from state 1, 2, 3, 4', () => {
    // Made with xoshiro128starstar.c 1.1; printed in the test of rand_xoshiro, src/xoshiro128starstar.rs.
    expect(draws(prngFromState([1, 2, 3, 4]), 10)).toEqual([
      11520, 0, 5927040, 70819200, 2031721883, 1637235492, 1287239034, 3734860849, 3729100597, 4258142804,
    ]);
  });

  test('SplitMix64 from seed 1234567', () => {
    // Rosetta Code, "Pseudo-random numbers/Splitmix64"; made with splitmix64.c.
    expect([1n, 2n, 3n, 4n, 5n].map((index) => splitMix64(1234567n, index))).toEqual([
      6457827717110365317n,
      3203168211198807973n,
      9817491932198370423n,
      4593380528125082431n,
      16408922859458223821n,
    ]);
  });
});

/** The generator once more, slowly: big integers and remainders instead of 32-bit tricks. */
function* slowXoshiro(state: readonly number[]): Generator<number> {
  const WORD = 2n ** 32n;
  const rotate = (word: bigint, count: bigint): bigint => (word * 2n ** count + word / 2n ** (32n - count)) % WORD;
  let [s0, s1, s2, s3] = state.map(BigInt) as [bigint, bigint, bigint, bigint];
  for (;;) {
    yield Number((rotate((s1 * 5n) % WORD, 7n) * 9n) % WORD);
    const shifted = (s1 * 2n ** 9n) % WORD;
    s2 ^= s0;
    s3 ^= s1;
    s1 ^= s2;
    s0 ^= s3;
    s2 ^= shifted;
    s3 = rotate(s3, 11n);
  }
}

test('agrees with a big-integer implementation from any state', () => {
  const word = fc.integer({ min: 0, max: 0xffffffff });
  const states = fc.tuple(word, word, word, word).filter((words) => words.some((each) => each !== 0));
  fc.assert(
    fc.property(states, (state) => {
      const slow = slowXoshiro(state);
      const expected = Array.from({ length: 20 }, () => slow.next().value);
      expect(draws(prngFromState(state), 20)).toEqual(expected);
    }),
    { seed: 42, numRuns: 200 },
  );
});

describe('seeds', () => {
  test('the stream of a seed never changes between versions', () => {
    // Pinned by this implementation: stored runs and printed seeds must replay.
    expect(draws(createPrng(42), 4)).toEqual([1776835114, 4165204688, 17111135, 2317295270]);
    expect(draws(createPrng(42).fork('network'), 4)).toEqual([1259564061, 4218086538, 774894968, 2733180372]);
  });

  test('the state words are the halves of the first two SplitMix64 outputs, low half first', () => {
    const outputs = [splitMix64(7n, 1n), splitMix64(7n, 2n)];
    const words = outputs.flatMap((output) => [output % 2n ** 32n, output / 2n ** 32n]).map(Number);
    expect(draws(createPrng(7), 8)).toEqual(draws(prngFromState(words as [number, number, number, number]), 8));
  });

  test.each([-1, 0.5, Number.NaN, 2 ** 53])('%s is not a seed', (seed) => {
    expect(() => createPrng(seed)).toThrow(InvariantError);
  });

  test('an all-zero state is refused: the generator would never leave it', () => {
    expect(() => prngFromState([0, 0, 0, 0])).toThrow(InvariantError);
  });
});

describe('streams by name', () => {
  test('do not depend on draws made before', () => {
    const fresh = createPrng(1);
    const used = createPrng(1);
    draws(used, 100);
    expect(draws(used.fork('faults'), 5)).toEqual(draws(fresh.fork('faults'), 5));
  });

  test('do not disturb the stream they come from', () => {
    const forked = createPrng(1);
    forked.fork('faults').nextUint32();
    expect(draws(forked, 5)).toEqual(draws(createPrng(1), 5));
  });

  test('differ by name, by seed and by depth, and share no draws', () => {
    const names = ['', 'a', 'b', 'ab', 'ba', 'network', 'faults'];
    const streams = [1, 2].flatMap((seed) => {
      const root = createPrng(seed);
      return [root, ...names.flatMap((name) => [root.fork(name), root.fork('deep').fork(name)])];
    });
    const all = streams.flatMap((stream) => draws(stream, 1_000));
    // 30,000 draws of 32 bits collide about 0.1 times by chance; related streams would collide in thousands.
    expect(all.length - new Set(all).size).toBeLessThan(5);
  });

  test('are uncorrelated bit by bit', () => {
    const a = createPrng(9).fork('a');
    const b = createPrng(9).fork('b');
    let differing = 0;
    for (let draw = 0; draw < 10_000; draw++) differing += bitCount(a.nextUint32() ^ b.nextUint32());
    // Mean 160,000, standard deviation 283: five of them.
    expect(Math.abs(differing - 160_000)).toBeLessThan(1_415);
  });
});

describe('bounded integers', () => {
  test('stay in [0, bound)', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2 ** 32 }), fc.nat(), (bound, seed) => {
        const draw = createPrng(seed).nextInt(bound);
        expect(Number.isInteger(draw) && draw >= 0 && draw < bound).toBe(true);
      }),
      { seed: 42, numRuns: 500 },
    );
  });

  test('are unbiased where a plain remainder is not: bound 3·2^30', () => {
    // A remainder would put one half of all draws into the lowest third.
    const prng = createPrng(3);
    let low = 0;
    for (let draw = 0; draw < 30_000; draw++) low += prng.nextInt(3 * 2 ** 30) < 2 ** 30 ? 1 : 0;
    expect(Math.abs(low - 10_000)).toBeLessThan(409);
  });

  test('spread evenly over small bounds', () => {
    const prng = createPrng(4);
    const counts = new Array<number>(10).fill(0);
    for (let draw = 0; draw < 100_000; draw++) counts[prng.nextInt(10)]! += 1;
    const chiSquare = counts.reduce((sum, count) => sum + (count - 10_000) ** 2 / 10_000, 0);
    // 99.9th percentile with 9 degrees of freedom.
    expect(chiSquare).toBeLessThan(27.88);
  });

  test.each([0, -1, 1.5, 2 ** 32 + 1, Number.NaN])('%s is not a bound', (bound) => {
    expect(() => createPrng(0).nextInt(bound)).toThrow(InvariantError);
  });
});

test('floats lie in [0, 1), use 53 bits and average one half', () => {
  const prng = createPrng(5);
  const floats = Array.from({ length: 10_000 }, () => prng.nextFloat());
  expect(Math.min(...floats)).toBeGreaterThanOrEqual(0);
  expect(Math.max(...floats)).toBeLessThan(1);
  expect(floats.every((float) => Number.isInteger(float * 2 ** 53))).toBe(true);
  expect(floats.some((float) => !Number.isInteger(float * 2 ** 52))).toBe(true);
  const mean = floats.reduce((sum, float) => sum + float, 0) / floats.length;
  expect(Math.abs(mean - 0.5)).toBeLessThan(0.0145);
});

function bitCount(word: number): number {
  let count = 0;
  for (let rest = word >>> 0; rest !== 0; rest = Math.floor(rest / 2)) count += rest % 2;
  return count;
}
