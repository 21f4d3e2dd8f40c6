import { describe, expect, it } from 'vitest';
import { allOf, anyOf, majority, node } from './expressions/expression.ts';
import { allMinimalQuorums } from './testdata/brute-force.ts';
import { withDataHolder } from './witness.ts';

describe('quorums with witnesses', () => {
  const three = majority([node(0), node(1), node(2)]);

  it('of two copies and a witness are plain majorities: no majority is without a copy', () => {
    expect(withDataHolder(three, [0, 1])).toBe(three);
  });

  it('of one copy and two witnesses need the copy', () => {
    const quorums = withDataHolder(three, [0]);
    expect(quorums).toEqual(allOf([three, anyOf([node(0)])]));
    expect(allMinimalQuorums(quorums, 3)).toEqual([
      [0, 1],
      [0, 2],
    ]);
  });
});
