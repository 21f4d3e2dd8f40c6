import { describe, expect, it } from 'vitest';
import { createPrng } from '../../kernel/prng.ts';
import { Frontier } from './frontier.ts';
import { GrowingWords } from './growing-words.ts';

const WIDTH = 2;

describe('the frontier', () => {
  it.each(['first', 'last'] as const)('gives what came %s, as an array does, over many chunks', (end) => {
    const frontier = new Frontier(WIDTH);
    const rows: number[] = [];
    let strangers = 0;
    const draw = createPrng(42);
    let next = 1;
    let most = 0;
    for (let phase = 0; phase < 30; phase++) {
      const pushes = draw.nextInt(6000);
      for (let push = 0; push < pushes; push++) {
        frontier.push(new Int32Array([0, next, -next]), 1);
        rows.push(next++);
      }
      most = Math.max(most, rows.length);
      for (let takes = draw.nextInt(Math.min(4500, rows.length + 1)); takes > 0; takes--) {
        const row = (end === 'first' ? rows.shift() : rows.pop()) as number;
        if (end === 'first') frontier.takeFirst();
        else frontier.takeLast();
        const isExpected = frontier.words[frontier.at] === row && frontier.words[frontier.at + 1] === -row;
        if (!isExpected || frontier.count !== rows.length) strangers += 1;
      }
    }
    expect(strangers).toBe(0);
    expect(most).toBeGreaterThan(3 * 4096);
  });

  it('keeps the row taken last while others are pushed in its place', () => {
    const frontier = new Frontier(1);
    frontier.push(new Int32Array([1]), 0);
    frontier.takeLast();
    frontier.push(new Int32Array([2]), 0);
    expect(frontier.words[frontier.at]).toBe(1);
  });

  it('lets chunks go that were read', () => {
    const frontier = new Frontier(1);
    for (let row = 0; row < 100_000; row++) frontier.push(new Int32Array([row]), 0);
    const full = frontier.bytes;
    for (let row = 0; row < 95_000; row++) frontier.takeFirst();
    expect(frontier.bytes).toBeLessThan(full / 8);
  });
});

describe('growing words', () => {
  it('hold what was pushed, over many chunks', () => {
    const words = new GrowingWords();
    const count = 200_000;
    for (let word = 0; word < count; word++) words.push(word * 3 - 7);
    expect(words.length).toBe(count);
    for (const index of [0, 1, 65_535, 65_536, 131_071, 131_072, count - 1])
      expect(words.at(index)).toBe(index * 3 - 7);
    expect(words.bytes).toBe(4 * 65_536 * 4);
  });
});
