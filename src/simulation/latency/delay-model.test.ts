import { expect, test } from 'vitest';
import { streamOf } from '../run/streams.ts';
import {
  constantDelay,
  type DelayModel,
  exponentialDelay,
  lognormalDelay,
  matrixDelay,
  normalDelay,
  uniformDelay,
} from './delay-model.ts';

const SAMPLES = 40_000;

function samplesMs(model: DelayModel): number[] {
  const draw = streamOf(7, 'link');
  return Array.from({ length: SAMPLES }, () => model.sampleUs(0, 1, draw) / 1000).sort((a, b) => a - b);
}

const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
const deviation = (values: readonly number[]): number => {
  const centre = mean(values);
  return Math.sqrt(mean(values.map((value) => (value - centre) ** 2)));
};

test.each([
  // Name, model, mean, standard deviation, median; from the textbook formulas.
  ['constant', constantDelay(5), 5, 0, 5],
  ['uniform', uniformDelay(1, 3), 2, 2 / Math.sqrt(12), 2],
  ['exponential', exponentialDelay(1, 2), 3, 2, 1 + 2 * Math.log(2)],
  ['normal', normalDelay(10, 1), 10, 1, 10],
  [
    'lognormal',
    lognormalDelay(10, 0.5),
    10 * Math.exp(0.125),
    10 * Math.exp(0.125) * Math.sqrt(Math.exp(0.25) - 1),
    10,
  ],
] as const)(
  '%s delays have the moments of their distribution',
  (_name, model, expectedMean, expectedDeviation, median) => {
    const samples = samplesMs(model);
    // Four standard errors, and the rounding to a microsecond.
    expect(Math.abs(mean(samples) - expectedMean)).toBeLessThan((4 * expectedDeviation) / Math.sqrt(SAMPLES) + 0.001);
    expect(Math.abs(deviation(samples) - expectedDeviation)).toBeLessThan(0.05 * expectedDeviation + 0.001);
    expect(Math.abs((samples[SAMPLES / 2] ?? 0) - median)).toBeLessThan(0.03 * median + 0.001);
    expect(samples.every((ms) => Number.isInteger(Math.round(ms * 1e6) / 1000) && ms >= 0)).toBe(true);
  },
);

test('a normal delay keeps its floor, and a matrix gives each pair its own', () => {
  expect(samplesMs(normalDelay(1, 5, 0.5))[0]).toBe(0.5);
  const draw = streamOf(1, 'link');
  const model = matrixDelay([
    [0, 12.3456],
    [7, 0],
  ]);
  expect([model.sampleUs(0, 1, draw), model.sampleUs(1, 0, draw)]).toEqual([12_346, 7000]);
});
