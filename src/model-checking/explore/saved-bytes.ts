/**
 * What an exploration has found, as bytes that go on from there: numbers of seven bits a byte, least first, and lanes of fingerprints as they
 * are. What is written is read back in the same order.
 */
import { fail } from '../../kernel/failure.ts';

const FIRST_BYTES = 1 << 16;
const NUMBER_BYTES_MAX = 8;
const GROUP = 128;

export class ByteWriter {
  /** Set once there was more than may be written; what comes then is dropped. */
  isFull = false;
  private bytes = new Uint8Array(FIRST_BYTES);
  private length = 0;
  private readonly bytesMax: number;

  constructor(bytesMax: number) {
    this.bytesMax = bytesMax;
  }

  /** All that was written; valid until more is. */
  get written(): Uint8Array {
    return this.bytes.subarray(0, this.length);
  }

  /** A whole number from 0. */
  number(value: number): void {
    if (!this.hasRoom(NUMBER_BYTES_MAX)) return;
    let rest = value;
    // Bits are for 32-bit numbers only.
    for (; rest >= GROUP; rest = Math.floor(rest / GROUP)) this.bytes[this.length++] = (rest % GROUP) + GROUP;
    this.bytes[this.length++] = rest;
  }

  /** A word: small ones of either sign are short. */
  word(value: number): void {
    this.number(((value << 1) ^ (value >> 31)) >>> 0);
  }

  /** 32 bits as they are. */
  lane(value: number): void {
    if (!this.hasRoom(4)) return;
    const { bytes, length } = this;
    bytes[length] = value;
    bytes[length + 1] = value >>> 8;
    bytes[length + 2] = value >>> 16;
    bytes[length + 3] = value >>> 24;
    this.length += 4;
  }

  /** Plain data. */
  json(value: unknown): void {
    const text = new TextEncoder().encode(JSON.stringify(value));
    this.number(text.length);
    if (!this.hasRoom(text.length)) return;
    this.bytes.set(text, this.length);
    this.length += text.length;
  }

  private hasRoom(more: number): boolean {
    if (this.isFull || this.length + more > this.bytesMax) {
      this.isFull = true;
      return false;
    }
    if (this.length + more <= this.bytes.length) return true;
    const bytes = new Uint8Array(Math.min(this.bytesMax, Math.max(this.bytes.length * 2, this.length + more)));
    bytes.set(this.written);
    this.bytes = bytes;
    return true;
  }
}

export class ByteReader {
  private readonly bytes: Uint8Array;
  private at = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  number(): number {
    let value = 0;
    let place = 1;
    for (;;) {
      const byte = this.next();
      value += (byte % GROUP) * place;
      if (byte < GROUP) return value;
      place *= GROUP;
    }
  }

  word(): number {
    const folded = this.number();
    return (folded >>> 1) ^ -(folded & 1);
  }

  lane(): number {
    return this.next() | (this.next() << 8) | (this.next() << 16) | (this.next() << 24);
  }

  json(): unknown {
    const length = this.number();
    const text = this.bytes.subarray(this.at, this.at + length);
    this.at += length;
    try {
      return JSON.parse(new TextDecoder().decode(text));
    } catch {
      return failForeign();
    }
  }

  private next(): number {
    return this.bytes[this.at++] ?? failForeign();
  }
}

/** What was saved does not fit what would be explored now. */
export function failForeign(): never {
  return fail('model/foreign_checkpoint', {
    message: 'the checkpoint was made by another version, which explored otherwise',
    path: 'continue',
    nextStep: 'Begin again: repeat the call that gave the checkpoint.',
  });
}
