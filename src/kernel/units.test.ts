import { expect, test } from 'vitest';
import { attempt } from './failure.ts';
import { positive, probability } from './units.ts';

test.each([0, 0.5, 1])('%s is a probability', (value) => {
  expect(probability(value, 'p')).toBe(value);
});

test.each([-1e-9, 1.000001, Number.NaN, Number.POSITIVE_INFINITY])('%s is no probability', (value) => {
  const result = attempt(() => probability(value, 'nodes[0].availability'));
  expect(result).toMatchObject({
    ok: false,
    failure: { code: 'availability/invalid_probability', path: 'nodes[0].availability', received: String(value) },
  });
});

test.each([Number.MIN_VALUE, 1, Number.MAX_VALUE])('%s is positive', (value) => {
  expect(positive(value, 'capacity', 'operations per second')).toBe(value);
});

test.each([0, -0, -1, Number.NaN, Number.POSITIVE_INFINITY])('%s is not positive and finite', (value) => {
  const result = attempt(() => positive(value, 'capacity', 'operations per second'));
  expect(result).toMatchObject({ ok: false, failure: { code: 'input/invalid', path: 'capacity' } });
});
