import fc from 'fast-check';
import { expect, test } from 'vitest';
import { addHistograms, distributionOf, histogramOf } from './histogram.ts';

/** Sorts and indexes. */
function naivePercentile(samples: readonly number[], part: number): number | undefined {
  const rounded = samples.map((each) => Number(each.toPrecision(3))).sort((a, b) => a - b);
  return rounded[Math.max(1, Math.ceil(part * rounded.length)) - 1];
}

const samples = fc.array(
  fc.integer({ min: 0, max: 5_000_000 }).map((us) => us / 1000),
  { maxLength: 200 },
);

test('percentiles are those of the sorted samples, to three digits; mean and extremes are exact', () => {
  fc.assert(
    fc.property(samples, (values) => {
      const distribution = distributionOf(histogramOf(values));
      if (values.length === 0) {
        expect(distribution).toBeUndefined();
        return;
      }
      expect(distribution).toMatchObject({ count: values.length, min: Math.min(...values), max: Math.max(...values) });
      expect(distribution?.p50).toBe(naivePercentile(values, 0.5));
      expect(distribution?.p99).toBe(naivePercentile(values, 0.99));
      expect(distribution?.mean).toBeCloseTo(values.reduce((a, b) => a + b, 0) / values.length, 6);
    }),
    { seed: 42, numRuns: 100 },
  );
});

test('histograms of parts add up to the histogram of the whole', () => {
  fc.assert(
    fc.property(fc.array(samples, { maxLength: 5 }), (parts) => {
      const added = distributionOf(addHistograms(parts.map(histogramOf)));
      const whole = distributionOf(histogramOf(parts.flat()));
      expect({ ...added, mean: 0 }).toEqual({ ...whole, mean: 0 });
    }),
    { seed: 42, numRuns: 100 },
  );
});
