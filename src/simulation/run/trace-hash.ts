/**
 * A running hash of everything that happens in a run: two runs with the same hash did the same. Two 32-bit lanes of multiply
 * and rotate (after MurmurHash3, A. Appleby), cheap enough to be on always.
 */
export class TraceHash {
  private low = 0x9747b28c;
  private high = 0x1b873593;

  add(timeUs: number, kind: number, a: number, b: number): void {
    const time = timeUs | 0;
    const what = Math.imul((kind << 24) ^ (a << 12) ^ b, 0xcc9e2d51);
    const low = Math.imul(this.low ^ time, 0x1b873593);
    this.low = (((low << 13) | (low >>> 19)) + what) | 0;
    const high = Math.imul(this.high ^ what, 0x85ebca6b);
    this.high = (((high << 15) | (high >>> 17)) + time) | 0;
  }

  /** 16 hexadecimal digits. */
  digest(): string {
    return [this.low ^ this.high, this.high].map((lane) => (lane >>> 0).toString(16).padStart(8, '0')).join('');
  }
}
