import { expect, test } from 'vitest';
import { throttleProgress } from './throttle-progress.ts';

test('one report per interval passes, and the last', () => {
  let now = 0;
  const passed: number[] = [];
  const progress = throttleProgress(
    (done) => passed.push(done),
    () => now,
    100,
  );
  for (let done = 1; done <= 1000; done++) {
    progress(done, 1000, '');
    now += 1;
  }
  expect(passed).toEqual([1, 101, 201, 301, 401, 501, 601, 701, 801, 901, 1000]);
});
