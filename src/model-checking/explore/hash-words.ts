/**
 * Two 32-bit lanes over a row of words: multiply-xorshift steps with different odd constants (each step of a lane is a bijection, so rows that
 * differ in one word never meet in a lane before the end), then the finaliser of MurmurHash3 (A. Appleby, public domain) crossed between the lanes.
 */
export function hashWords(words: Int32Array, at: number, width: number, lanes: Int32Array): void {
  let a = 0x2545f491 ^ width;
  let b = 0x6c8e9cf5 ^ width;
  for (let index = at; index < at + width; index++) {
    const word = words[index] as number;
    a = Math.imul(a ^ word, 0x9e3779b1);
    a ^= a >>> 15;
    b = Math.imul((b + word) | 0, 0x85ebca77);
    b = (b << 13) | (b >>> 19);
  }
  a ^= b >>> 16;
  a = Math.imul(a, 0x85ebca6b);
  b ^= a >>> 13;
  b = Math.imul(b, 0xc2b2ae35);
  a ^= b >>> 16;
  a = Math.imul(a, 0x27d4eb2f);
  lanes[0] = a ^ (a >>> 15);
  lanes[1] = b ^ (a >>> 14) ^ (b >>> 16);
}
