import { expect, test } from 'vitest';
import { grouped, millisecondsText, timeText } from './time-text.ts';

test.each([
  [0, '0 ms'],
  [35, '0.035 ms'],
  [999, '0.999 ms'],
  [4254, '4.25 ms'],
  [99_994, '99.99 ms'],
  [812_449, '812.4 ms'],
  [12_400_000, '12,400 ms'],
  [1_234_567_890, '1,234,567.9 ms'],
])('%i µs is %s', (us, text) => {
  expect(timeText(us)).toBe(text);
  expect(`${millisecondsText(us)} ms`).toBe(text);
});

test('thousands are apart, decimals are not', () => {
  expect([0, 999, 1000, -1234567, 1234.5678].map(grouped)).toEqual(['0', '999', '1,000', '-1,234,567', '1,234.5678']);
});
