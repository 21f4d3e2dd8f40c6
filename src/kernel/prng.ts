/**
 * The random number generator: xoshiro128** 1.1, seeded through SplitMix64.
 *
 * D. Blackman, S. Vigna, "Scrambled Linear Pseudorandom Number Generators", ACM TOMS 47(4), 2021, 10.1145/3460772;
 * G. Steele, D. Lea, C. Flood, "Fast Splittable Pseudorandom Number Generators", OOPSLA 2014, 10.1145/2660193.2660195.
 *
 * One seed decides everything. A stream per purpose is derived by name with {@link Prng.fork}, so that one more draw for
 * one purpose does not shift the draws of another. Not for cryptography.
 */
import { invariant } from './invariant.ts';
import type { Seed } from './units.ts';

export interface Prng {
  /** The next 32 bits, as an unsigned integer. */
  nextUint32(): number;
  /** Uniform in [0, 1) with 53 random bits. */
  nextFloat(): number;
  /** Uniform integer in [0, bound); `bound` is in [1, 2^32]. Unbiased, by rejection. */
  nextInt(bound: number): number;
  /** An independent stream for one purpose. It depends on this stream's seed and the name, not on draws made so far. */
  fork(name: string): Prng;
}

/** Creates the stream of `seed`, a safe non-negative integer. */
export function createPrng(seed: Seed): Prng {
  invariant(Number.isSafeInteger(seed) && seed >= 0, 'a seed is a safe non-negative integer');
  return prngFromSeed64(BigInt(seed));
}

/** Creates a stream from the four raw state words: for test vectors. */
export function prngFromState(words: readonly [number, number, number, number]): Prng {
  invariant(
    words.some((word) => word !== 0),
    'the state of xoshiro128** is not all zero',
  );
  return new Xoshiro128StarStar(words, 0n);
}

const MASK_64 = (1n << 64n) - 1n;

function prngFromSeed64(seed64: bigint): Prng {
  const first = splitMix64(seed64, 1n);
  const second = splitMix64(seed64, 2n);
  const words = [first, first >> 32n, second, second >> 32n].map((word) => Number(word & 0xffffffffn));
  return new Xoshiro128StarStar(words as [number, number, number, number], seed64);
}

/** The `index`-th output (from 1) of SplitMix64 started at `seed64`. */
export function splitMix64(seed64: bigint, index: bigint): bigint {
  let z = (seed64 + index * 0x9e3779b97f4a7c15n) & MASK_64;
  z = ((z ^ (z >> 30n)) * 0xbf58476d1ce4e5b9n) & MASK_64;
  z = ((z ^ (z >> 27n)) * 0x94d049bb133111ebn) & MASK_64;
  return z ^ (z >> 31n);
}

/** FNV-1a over UTF-16 code units: only names of ours go in, so its weakness against chosen input does not matter. */
function hashName(name: string): bigint {
  let hash = 0xcbf29ce484222325n;
  for (let index = 0; index < name.length; index++) {
    hash = ((hash ^ BigInt(name.charCodeAt(index))) * 0x100000001b3n) & MASK_64;
  }
  return hash;
}

class Xoshiro128StarStar implements Prng {
  private s0: number;
  private s1: number;
  private s2: number;
  private s3: number;
  private readonly seed64: bigint;

  constructor(words: readonly [number, number, number, number], seed64: bigint) {
    this.s0 = words[0] | 0;
    this.s1 = words[1] | 0;
    this.s2 = words[2] | 0;
    this.s3 = words[3] | 0;
    this.seed64 = seed64;
  }

  nextUint32(): number {
    const scaled = Math.imul(this.s1, 5);
    const result = Math.imul((scaled << 7) | (scaled >>> 25), 9);
    const shifted = this.s1 << 9;
    this.s2 ^= this.s0;
    this.s3 ^= this.s1;
    this.s1 ^= this.s2;
    this.s0 ^= this.s3;
    this.s2 ^= shifted;
    this.s3 = (this.s3 << 11) | (this.s3 >>> 21);
    return result >>> 0;
  }

  nextFloat(): number {
    const high = this.nextUint32() >>> 5;
    const low = this.nextUint32() >>> 6;
    return (high * 0x4000000 + low) / 0x20000000000000;
  }

  nextInt(bound: number): number {
    invariant(Number.isInteger(bound) && bound >= 1 && bound <= 0x100000000, 'a bound is in [1, 2^32]');
    const limit = 0x100000000 - (0x100000000 % bound);
    let draw = this.nextUint32();
    while (draw >= limit) draw = this.nextUint32();
    return draw % bound;
  }

  fork(name: string): Prng {
    return prngFromSeed64(splitMix64(this.seed64 ^ hashName(name), 1n));
  }
}
