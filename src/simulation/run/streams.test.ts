import { expect, test } from 'vitest';
import { PURPOSES, type Purpose, streamOf } from './streams.ts';

test('every purpose and index has a stream of its own', () => {
  const purposes = Object.keys(PURPOSES) as Purpose[];
  const starts = [0, 1, 2 ** 40].flatMap((seed) =>
    purposes.flatMap((purpose) =>
      Array.from({ length: 100 }, (_, index) => {
        const stream = streamOf(seed, purpose, index);
        return `${stream.nextUint32()}/${stream.nextUint32()}`;
      }),
    ),
  );
  expect(new Set(starts).size).toBe(starts.length);
});

test('the draws of a stream are pinned: a replay token of today means the same tomorrow', () => {
  const stream = streamOf(42, 'link', 7);
  expect([stream.nextUint32(), stream.nextUint32(), stream.nextUint32()]).toMatchInlineSnapshot(`
    [
      1872805699,
      2903938399,
      1115004419,
    ]
  `);
});

test('neighbouring seeds and links draw evenly', () => {
  const draws = Array.from({ length: 4000 }, (_, index) =>
    streamOf(index % 40, 'link', Math.floor(index / 40)).nextFloat(),
  );
  const mean = draws.reduce((sum, draw) => sum + draw, 0) / draws.length;
  // The mean of 4,000 uniform draws has a standard deviation of 0.0046.
  expect(Math.abs(mean - 0.5)).toBeLessThan(0.02);
});
