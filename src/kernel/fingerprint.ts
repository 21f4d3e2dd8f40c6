/**
 * MurmurHash3, the 128-bit variant for 32-bit machines (A. Appleby, SMHasher, public domain): fast in JavaScript, and
 * wide enough that accidental collisions do not happen. It is no defence against somebody who looks for collisions.
 */

/** Hash of `bytes` as 32 hexadecimal digits: the four 32-bit lanes in order. */
export function murmurHash3(bytes: Uint8Array, seed = 0): string {
  return Array.from(murmurHash3Lanes(bytes, seed), (lane) => lane.toString(16).padStart(8, '0')).join('');
}

const C1 = 0x239b961b;
const C2 = 0xab0e9789;
const C3 = 0x38b34ae5;
const C4 = 0xa1e38b93;

/** The four 32-bit lanes of the hash. */
export function murmurHash3Lanes(bytes: Uint8Array, seed = 0): Uint32Array {
  let h1 = seed | 0;
  let h2 = seed | 0;
  let h3 = seed | 0;
  let h4 = seed | 0;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const blockEnd = bytes.length - (bytes.length % 16);

  for (let offset = 0; offset < blockEnd; offset += 16) {
    h1 ^= scramble(view.getInt32(offset, true), C1, 15, C2);
    h1 = Math.imul(rotateLeft(h1, 19) + h2, 5) + 0x561ccd1b;
    h2 ^= scramble(view.getInt32(offset + 4, true), C2, 16, C3);
    h2 = Math.imul(rotateLeft(h2, 17) + h3, 5) + 0x0bcaa747;
    h3 ^= scramble(view.getInt32(offset + 8, true), C3, 17, C4);
    h3 = Math.imul(rotateLeft(h3, 15) + h4, 5) + 0x96cd1c35;
    h4 ^= scramble(view.getInt32(offset + 12, true), C4, 18, C1);
    h4 = Math.imul(rotateLeft(h4, 13) + h1, 5) + 0x32ac3b17;
  }

  const tail = new DataView(new ArrayBuffer(16));
  for (let index = blockEnd; index < bytes.length; index++) tail.setUint8(index - blockEnd, bytes[index] ?? 0);
  h1 ^= scramble(tail.getInt32(0, true), C1, 15, C2);
  h2 ^= scramble(tail.getInt32(4, true), C2, 16, C3);
  h3 ^= scramble(tail.getInt32(8, true), C3, 17, C4);
  h4 ^= scramble(tail.getInt32(12, true), C4, 18, C1);

  return finalize([h1, h2, h3, h4], bytes.length);
}

function scramble(lane: number, before: number, rotation: number, after: number): number {
  return Math.imul(rotateLeft(Math.imul(lane, before), rotation), after);
}

function rotateLeft(word: number, count: number): number {
  return (word << count) | (word >>> (32 - count));
}

function finalize(lanes: readonly number[], length: number): Uint32Array {
  let [h1, h2, h3, h4] = lanes.map((lane) => lane ^ length) as [number, number, number, number];
  h1 = (h1 + h2 + h3 + h4) | 0;
  h2 = (h2 + h1) | 0;
  h3 = (h3 + h1) | 0;
  h4 = (h4 + h1) | 0;
  h1 = avalanche(h1);
  h2 = avalanche(h2);
  h3 = avalanche(h3);
  h4 = avalanche(h4);
  h1 = (h1 + h2 + h3 + h4) | 0;
  return Uint32Array.of(h1, h2 + h1, h3 + h1, h4 + h1);
}

function avalanche(word: number): number {
  let mixed = word ^ (word >>> 16);
  mixed = Math.imul(mixed, 0x85ebca6b);
  mixed = mixed ^ (mixed >>> 13);
  mixed = Math.imul(mixed, 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}
