import { describe, expect, it } from 'vitest';
import { stepBudget } from '../../kernel/budget.ts';
import { forEachShape, type Shape } from './search-shapes.ts';

const ANY_HEIGHT = { heightMin: 0, heightMax: Number.POSITIVE_INFINITY };

function shapes(classSizes: readonly number[], heights = ANY_HEIGHT): Shape[] {
  const found: Shape[] = [];
  forEachShape(classSizes, heights, stepBudget(1e7), (shape) => {
    found.push(shape);
    return true;
  });
  return found;
}

/** Hands out node numbers class by class and lists which sets of nodes satisfy the shape, as bits. */
function truthTable(shape: Shape, classSizes: readonly number[]): string {
  const next = classSizes.map((_, index) => classSizes.slice(0, index).reduce((sum, size) => sum + size, 0));
  const count = classSizes.reduce((sum, size) => sum + size, 0);
  type Test = (mask: number) => boolean;
  const build = (part: Shape): Test => {
    if (part.kind === 'leaf') {
      const bit = next[part.class]!++;
      return (mask) => ((mask >> bit) & 1) === 1;
    }
    const children = part.children.map(build);
    return (mask) => children.filter((child) => child(mask)).length >= part.needed;
  };
  const test = build(shape);
  return Array.from({ length: 2 ** count }, (_, mask) => (test(mask) ? '1' : '0')).join('');
}

/** All functions of duplicate-free expressions over the bits of `members`, by brute force over set partitions. */
function allFunctions(members: readonly number[], count: number): Set<string> {
  const table = (test: (mask: number) => boolean) =>
    Array.from({ length: 2 ** count }, (_, mask) => (test(mask) ? '1' : '0')).join('');
  if (members.length === 1) return new Set([table((mask) => ((mask >> members[0]!) & 1) === 1)]);
  const found = new Set<string>();
  for (const blocks of partitions(members)) {
    if (blocks.length === 1) continue;
    let combos: string[][] = [[]];
    for (const block of blocks) {
      combos = combos.flatMap((combo) => [...allFunctions(block, count)].map((table) => [...combo, table]));
    }
    for (const combo of combos) {
      for (let needed = 1; needed <= blocks.length; needed++) {
        found.add(table((mask) => combo.filter((column) => column[mask] === '1').length >= needed));
      }
    }
  }
  return found;
}

function partitions(members: readonly number[]): number[][][] {
  const [first, ...rest] = members;
  if (first === undefined) return [[]];
  return partitions(rest).flatMap((blocks) => [
    [[first], ...blocks],
    ...blocks.map((block, at) => [...blocks.slice(0, at), [first, ...block], ...blocks.slice(at + 1)]),
  ]);
}

function permutations(items: readonly number[]): number[][] {
  if (items.length === 0) return [[]];
  return items.flatMap((item) => permutations(items.filter((other) => other !== item)).map((rest) => [item, ...rest]));
}

/** The truth table after node `from` took the place of node `order[from]`. */
function permuted(table: string, order: readonly number[]): string {
  return table
    .split('')
    .map((_, mask) => table[order.reduce((moved, to, from) => moved | (((mask >> from) & 1) << to), 0)])
    .join('');
}

describe('shapes', () => {
  it.each([2, 3, 4])(
    'over %i different nodes are exactly the functions of duplicate-free expressions, each once',
    (count) => {
      const sizes = Array.from({ length: count }, () => 1);
      const tables = shapes(sizes).map((shape) => truthTable(shape, sizes));
      expect(new Set(tables).size).toBe(tables.length);
      expect(new Set(tables)).toEqual(allFunctions([...Array(count).keys()], count));
    },
  );

  it.each([[[4]], [[3, 1]], [[2, 2]], [[2, 1, 1]], [[3]]])(
    'over classes of %j alike nodes are the functions up to swapping alike nodes, each once',
    (sizes) => {
      const count = sizes.reduce((sum, size) => sum + size, 0);
      const classOf = sizes.flatMap((size, index) => Array.from({ length: size }, () => index));
      const swaps = permutations([...Array(count).keys()]).filter((order) =>
        order.every((to, from) => classOf[to] === classOf[from]),
      );
      const canonical = (table: string) => swaps.map((order) => permuted(table, order)).sort()[0]!;
      const orbits = new Set([...allFunctions([...Array(count).keys()], count)].map(canonical));
      const found = shapes(sizes).map((shape) => canonical(truthTable(shape, sizes)));
      expect(new Set(found).size).toBe(found.length);
      expect(new Set(found)).toEqual(orbits);
    },
  );

  it.each([
    [[1, 1, 1, 1], 74],
    [[5], 53],
    [[3, 2], 181],
    [[1, 1, 1, 1, 1], 885],
  ])('over classes of %j nodes number %i', (sizes, expected) => {
    expect(shapes(sizes).length).toBe(expected);
  });

  it('come in passes by height that together are all, without repetition', () => {
    const sizes = [2, 1, 1];
    const passes = [
      shapes(sizes, { heightMin: 0, heightMax: 1 }),
      shapes(sizes, { heightMin: 1, heightMax: 2 }),
      shapes(sizes, { heightMin: 2, heightMax: Number.POSITIVE_INFINITY }),
    ];
    const key = (shape: Shape): string => JSON.stringify(shape);
    expect(passes.flat().map(key).sort()).toEqual(shapes(sizes).map(key).sort());
    expect(passes.map((pass) => pass.length)).toEqual([4, 32, 14]);
  });

  it('stop when the visitor or the budget says so', () => {
    expect(forEachShape([1, 1, 1], ANY_HEIGHT, stepBudget(1e6), () => false)).toBe(false);
    expect(forEachShape([1, 1, 1, 1], ANY_HEIGHT, stepBudget(5), () => true)).toBe(false);
  });
});
