import { describe, expect, it } from 'vitest';
import { dual } from '../expressions/dual.ts';
import { allOf, anyOf, choose, type Expression, majority, node } from '../expressions/expression.ts';
import { createQuorumSystem } from '../quorum-system.ts';
import { groupsOf, treesOf } from './strategy-symmetry.ts';

function groups(capacities: readonly number[], reads: Expression, writes = dual(reads), withSymmetry = true) {
  const nodes = capacities.map((capacity, index) => ({ id: `n${index}`, capacity }));
  const system = createQuorumSystem({ nodes, reads, writes });
  const sides = [
    { side: 'reads', expression: reads },
    { side: 'writes', expression: writes },
  ] as const;
  const trees = treesOf(sides, system, withSymmetry);
  return trees && groupsOf(trees);
}

const all = (count: number): Expression[] => Array.from({ length: count }, (_, index) => node(index));
const row = (first: number): Expression => allOf(all(6).slice(first, first + 3));

describe('alike nodes', () => {
  it('of a majority are those of equal capacity', () => {
    expect(groups([5, 7, 5, 7, 5], majority(all(5)))).toEqual([
      [0, 2, 4],
      [1, 3],
    ]);
  });

  it('of a grid of equal nodes are all of them', () => {
    expect(groups([1, 1, 1, 1, 1, 1], anyOf([row(0), row(3)]))).toEqual([[0, 1, 2, 3, 4, 5]]);
  });

  it('of a grid with one stronger node are its row mates, and the other row', () => {
    expect(groups([2, 1, 1, 1, 1, 1], anyOf([row(0), row(3)]))).toEqual([[0], [1, 2], [3, 4, 5]]);
  });

  it('are found whatever the order of children on the two sides', () => {
    const backwards = choose(2, [...all(4)].reverse());
    expect(groups([1, 1, 1, 1], choose(3, all(4)), backwards)).toEqual([[0, 1, 2, 3]]);
  });

  it('are none where the sides differ in shape', () => {
    const writes = allOf([node(0), anyOf([node(1), node(2)])]);
    expect(groups([1, 1, 1], allOf(all(3)), writes)).toEqual([[0], [1], [2]]);
  });

  it('are none when symmetry is not wanted, and there are no trees with repeated nodes', () => {
    expect(groups([1, 1, 1], majority(all(3)), undefined, false)).toEqual([[0], [1], [2]]);
    expect(groups([1, 1, 1], anyOf([allOf([node(0), node(1)]), allOf([node(1), node(2)])]))).toBeUndefined();
  });
});
