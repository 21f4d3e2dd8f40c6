import { expect, test } from 'vitest';
import { attempt } from './failure.ts';
import { probability } from './units.ts';

test.each([0, 0.5, 1])('%s is a probability', (value) => {
  expect(probability(value, 'p')).toBe(value);
});

test.each([-1e-9, 1.000001, Number.NaN, Number.POSITIVE_INFINITY])('%s is not a probability', (value) => {
  const result = attempt(() => probability(value, 'nodes[0].availability'));
  expect(result).toMatchObject({
    ok: false,
    failure: { code: 'availability/invalid_probability', path: 'nodes[0].availability', received: String(value) },
  });
});
