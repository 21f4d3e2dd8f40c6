import fc from 'fast-check';
import { expect, test } from 'vitest';
import { murmurHash3, murmurHash3Lanes } from './fingerprint.ts';

test("passes SMHasher's verification of MurmurHash3_x86_128", () => {
  // SMHasher, KeysetTest.cpp, VerificationTest: hash the keys {}, {0}, {0, 1}, … with seeds 256, 255, …, then hash the
  // concatenated results. main.cpp lists 0xB3ECE62A for this hash.
  const key = Uint8Array.from({ length: 256 }, (_, index) => index);
  const hashes = new DataView(new ArrayBuffer(16 * 256));
  for (let length = 0; length < 256; length++) {
    const lanes = murmurHash3Lanes(key.subarray(0, length), 256 - length);
    lanes.forEach((lane, index) => {
      hashes.setUint32(16 * length + 4 * index, lane, true);
    });
  }
  expect(murmurHash3Lanes(new Uint8Array(hashes.buffer), 0)[0]).toBe(0xb3ece62a);
});

test('is written as the four lanes in order, 32 hexadecimal digits with leading zeros', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), fc.nat(), (bytes, seed) => {
      const text = murmurHash3(bytes, seed);
      expect(text).toMatch(/^[0-9a-f]{32}$/);
      const lanes = [0, 8, 16, 24].map((start) => Number.parseInt(text.slice(start, start + 8), 16));
      expect(lanes).toEqual([...murmurHash3Lanes(bytes, seed)]);
    }),
    { seed: 42, numRuns: 200 },
  );
});

test('hashes a view into a larger buffer like a copy of it', () => {
  const whole = Uint8Array.from({ length: 64 }, (_, index) => index * 7);
  expect(murmurHash3(whole.subarray(5, 42))).toBe(murmurHash3(whole.slice(5, 42)));
});

test('the empty input hashes to zeros, and one changed bit changes about half of the bits', () => {
  expect(murmurHash3(new Uint8Array())).toBe('0'.repeat(32));
  const bytes = new TextEncoder().encode('a quorum is a set of nodes');
  const before = murmurHash3Lanes(bytes);
  for (let index = 0; index < bytes.length; index++) {
    const changed = bytes.slice();
    changed[index]! ^= 1;
    const after = murmurHash3Lanes(changed);
    const flipped = before.reduce(
      (sum, lane, at) => sum + ((lane ^ after[at]!) >>> 0).toString(2).replaceAll('0', '').length,
      0,
    );
    expect(flipped).toBeGreaterThan(32);
    expect(flipped).toBeLessThan(96);
  }
});
