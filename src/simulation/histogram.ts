/**
 * Many measurements in little room: values to three significant digits with their counts, and the exact sum and extremes. Histograms
 * of runs add up to the histogram of all, in any order.
 */

export interface Histogram {
  readonly values: readonly number[];
  readonly counts: readonly number[];
  readonly sum: number;
  readonly min: number;
  readonly max: number;
}

export interface Distribution {
  readonly count: number;
  readonly mean: number;
  readonly min: number;
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly max: number;
}

export function histogramOf(samples: readonly number[]): Histogram {
  const counts = new Map<number, number>();
  for (const sample of samples) count(counts, Number(sample.toPrecision(3)), 1);
  return {
    ...sorted(counts),
    sum: samples.reduce((total, sample) => total + sample, 0),
    min: samples.reduce((least, sample) => Math.min(least, sample), Number.MAX_VALUE),
    max: samples.reduce((most, sample) => Math.max(most, sample), 0),
  };
}

export function addHistograms(histograms: readonly Histogram[]): Histogram {
  const counts = new Map<number, number>();
  for (const { values, counts: each } of histograms) {
    for (const [index, value] of values.entries()) count(counts, value, each[index] ?? 0);
  }
  return {
    ...sorted(counts),
    sum: histograms.reduce((total, { sum }) => total + sum, 0),
    min: histograms.reduce((least, { min }) => Math.min(least, min), Number.MAX_VALUE),
    max: histograms.reduce((most, { max }) => Math.max(most, max), 0),
  };
}

/** Percentiles by the nearest rank; undefined without samples. */
export function distributionOf({ values, counts, sum, min, max }: Histogram): Distribution | undefined {
  const total = counts.reduce((all, each) => all + each, 0);
  if (total === 0) return undefined;
  const rank = (part: number): number => {
    let left = Math.max(1, Math.ceil(part * total));
    const index = counts.findIndex((each) => {
      left -= each;
      return left <= 0;
    });
    return values[index] ?? max;
  };
  return { count: total, mean: sum / total, min, p50: rank(0.5), p90: rank(0.9), p99: rank(0.99), max };
}

function count(counts: Map<number, number>, value: number, by: number): void {
  counts.set(value, (counts.get(value) ?? 0) + by);
}

function sorted(counts: ReadonlyMap<number, number>): Pick<Histogram, 'values' | 'counts'> {
  const entries = [...counts].sort(([a], [b]) => a - b);
  return { values: entries.map(([value]) => value), counts: entries.map(([, each]) => each) };
}
