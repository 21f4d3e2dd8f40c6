import { describe, expect, test } from 'vitest';
import { stepBudget } from '../kernel/budget.ts';
import { KNOWN_BUGS } from '../simulation/known-bugs.ts';
import { Check } from './check.ts';
import type { CheckRequest } from './check-request.ts';
import { pathOf } from './explore/path.ts';
import { CHECKED_BUGS, NOT_CHECKED } from './known-bugs.ts';

/** Successors; none of the rows comes near. */
const GENERATED_MAX = 10_000_000;

const lines: string[] = [];

function checked(request: CheckRequest): Check {
  const check = new Check(request);
  expect(check.run(stepBudget(GENERATED_MAX))).toBe(true);
  return check;
}

describe.each(CHECKED_BUGS)('$bug', ({ bug, request, fixed, breaks, steps, published, isLarge = false }) => {
  test(`breaks ${breaks} in ${steps} steps and no fewer, by steps that can be taken`, () => {
    const check = checked(request);
    const { finding, measures, subject } = check;
    expect(finding).toMatchObject({ property: breaks, isShortest: true });
    expect(finding?.actions).toHaveLength(steps + 1);
    const path = pathOf(subject.system, finding?.actions ?? [], false);
    const last = path.slice(1).map(({ action }, at) => subject.system.describeAction(path[at]!.words, 0, action).text);
    lines.push(
      `${bug}: ${breaks}: ${finding?.complaint}`,
      `  ${steps} steps, ${measures.unique} states when found${published === undefined ? '' : '; so long in the published search too'}`,
      `  the last: ${last.at(-1)}`,
      ...(isLarge ? ['  right form: large, left to the benchmark', ''] : []),
    );
  });

  // The large ones are explored by the benchmark.
  if (isLarge) return;

  test('is not in the right form, which is explored to the end of the bounds', () => {
    const check = checked(fixed);
    expect(check.properties.filter(({ status }) => status === 'violated')).toEqual([]);
    expect(check.isExhaustive).toBe(true);
    expect(check.properties.find(({ name }) => name === breaks)?.status).toBe('holds');
    lines.push(`  right form: ${check.measures.unique} states, exhaustive, nothing broken`, '');
  });
});

test('what was found, as a table', async () => {
  const header = [
    '# Every known mistake that the checker finds: the property broken and the values, the length of a shortest path, the states until',
    '# then (orbits, where nodes are alike), the last step; and the states of the right form within the same bounds.',
    '',
  ];
  const open = NOT_CHECKED.map(({ bug, reason }) => `${bug}: ${reason}`);
  const text = [...header, ...lines, '# Not checked:', ...open, ''].join('\n');
  await expect(text).toMatchFileSnapshot('testdata/known-bugs.txt');
});

test('each mistake stands in one list', () => {
  const named = [...CHECKED_BUGS, ...NOT_CHECKED].map(({ bug }) => bug);
  expect(new Set(named).size).toBe(named.length);
});

test('every mistake that the simulator finds is found here too, or there is a reason', () => {
  const here = [...CHECKED_BUGS, ...NOT_CHECKED].map(({ bug }) => bug.replace(/-[23]$/, ''));
  expect(KNOWN_BUGS.map(({ bug }) => bug).filter((bug) => !here.includes(bug))).toEqual([]);
});
