import { describe, expect, it } from 'vitest';
import { stepBudget } from '../../kernel/budget.ts';
import { attempt } from '../../kernel/failure.ts';
import type { Expression, NodeSet } from '../expressions/expression.ts';
import { nodesOf } from '../expressions/expression.ts';
import { intersections } from '../intersections/intersection.ts';
import { createQuorumSystem } from '../quorum-system.ts';
import { countMinimalQuorums, minimalQuorums } from '../quorums/minimal-quorums.ts';
import { resilience } from '../resilience.ts';
import { allMinimalQuorums, range } from '../testdata/brute-force.ts';
import { type ConstructionName, construct, type NamedConstructionRequest } from './constructions.ts';
import { FIELD_ORDERS, finiteField } from './finite-field.ts';

const PLENTY = 20_000_000;

interface Figures {
  readonly nodeCount: number;
  /** Minimal quorums, their smallest and largest size, and resilience, of reads and of writes. */
  readonly reads: readonly [count: number, smallest: number, largest: number, resilience: number];
  readonly writes: readonly [count: number, smallest: number, largest: number, resilience: number];
}

const same = (nodeCount: number, ...figures: Figures['reads']): Figures => ({
  nodeCount,
  reads: figures,
  writes: figures,
});

describe('figures of the literature', () => {
  it.each<[NamedConstructionRequest, Figures]>([
    [{ construction: 'majority', nodeCount: 5 }, same(5, 10, 3, 3, 2)],
    [{ construction: 'majority', nodeCount: 1 }, same(1, 1, 1, 1, 0)],
    [
      { construction: 'read_one_write_all', nodeCount: 3 },
      { nodeCount: 3, reads: [3, 1, 1, 2], writes: [1, 3, 3, 0] },
    ],
    // Gifford 1979, examples 1 and 2.
    [{ construction: 'weighted_voting', votes: [1, 0, 0], shape: [1, 1] }, same(3, 1, 1, 1, 0)],
    [
      { construction: 'weighted_voting', votes: [2, 1, 1], shape: [2, 3] },
      { nodeCount: 3, reads: [2, 1, 2, 1], writes: [2, 2, 2, 0] },
    ],
    [
      { construction: 'weighted_voting', votes: [1, 1, 1], shape: [1, 3] },
      { nodeCount: 3, reads: [3, 1, 1, 2], writes: [1, 3, 3, 0] },
    ],
    // Howard et al. 2016: with an even number of nodes, half of them are enough to replicate.
    [
      { construction: 'flexible_paxos', nodeCount: 4 },
      { nodeCount: 4, reads: [4, 3, 3, 1], writes: [6, 2, 2, 2] },
    ],
    [
      { construction: 'flexible_paxos', nodeCount: 10, shape: [8, 3] },
      { nodeCount: 10, reads: [45, 8, 8, 2], writes: [120, 3, 3, 7] },
    ],
    [
      { construction: 'grid', shape: [3, 3] },
      { nodeCount: 9, reads: [27, 3, 3, 2], writes: [27, 5, 5, 2] },
    ],
    [
      { construction: 'grid', nodeCount: 6 },
      { nodeCount: 6, reads: [9, 2, 2, 2], writes: [6, 4, 4, 1] },
    ],
    // Maekawa 1985: 2 sqrt(n) - 1.
    [{ construction: 'maekawa_grid', shape: [3, 3] }, same(9, 9, 5, 5, 2)],
    [{ construction: 'maekawa_grid', nodeCount: 16 }, same(16, 16, 7, 7, 3)],
    // Agrawal, El Abbadi 1991.
    [{ construction: 'tree', nodeCount: 3 }, same(3, 3, 2, 2, 1)],
    [{ construction: 'tree', nodeCount: 7 }, same(7, 15, 3, 4, 2)],
    // Kumar 1991.
    [{ construction: 'hierarchical', shape: [3, 3] }, same(9, 27, 4, 4, 3)],
    [{ construction: 'hierarchical', nodeCount: 9 }, same(9, 27, 4, 4, 3)],
    // Peleg, Wool 1997.
    [{ construction: 'crumbling_wall', shape: [1, 2, 3] }, same(6, 10, 3, 3, 2)],
    [{ construction: 'crumbling_wall', nodeCount: 6 }, same(6, 10, 3, 3, 2)],
    [{ construction: 'wheel', nodeCount: 6 }, same(6, 6, 2, 5, 1)],
    [{ construction: 'crumbling_wall', shape: [1, 5] }, same(6, 6, 2, 5, 1)],
    // Maekawa 1985; the plane of order 2 is Fano's.
    [{ construction: 'projective_plane', nodeCount: 7 }, same(7, 7, 3, 3, 2)],
    [{ construction: 'projective_plane', shape: [3] }, same(13, 13, 4, 4, 3)],
  ])('%o', (request, figures) => {
    const { nodeCount, reads, writes } = construct(request);
    expect({ nodeCount, reads: figuresOf(reads), writes: figuresOf(writes) }).toEqual(figures);
  });

  it('grids: a read takes one of every row, a write one full row and one of every other', () => {
    const { reads, writes } = construct({ construction: 'grid', shape: [2, 2] });
    expect(allMinimalQuorums(reads, 4)).toEqual([
      [0, 2],
      [0, 3],
      [1, 2],
      [1, 3],
    ]);
    expect(allMinimalQuorums(writes, 4)).toEqual([
      [0, 1, 2],
      [0, 1, 3],
      [0, 2, 3],
      [1, 2, 3],
    ]);
  });

  it('walls: one full row and one of every row below it', () => {
    const { reads } = construct({ construction: 'crumbling_wall', shape: [1, 2, 2] });
    const expected = [
      [1, 2, 3],
      [1, 2, 4],
      [0, 1, 3],
      [0, 1, 4],
      [0, 2, 3],
      [0, 2, 4],
      [3, 4],
    ];
    expect(new Set(allMinimalQuorums(reads, 5).map(String))).toEqual(new Set(expected.map(String)));
  });
});

describe('every construction', () => {
  const requests: NamedConstructionRequest[] = [
    ...range(12).flatMap((index) =>
      (
        [
          'majority',
          'read_one_write_all',
          'weighted_voting',
          'flexible_paxos',
          'hierarchical',
          'crumbling_wall',
        ] as const
      ).map((construction) => ({ construction, nodeCount: index + 1 })),
    ),
    ...[3, 4, 7, 12].map((nodeCount) => ({ construction: 'wheel' as const, nodeCount })),
    ...[1, 3, 7, 15].map((nodeCount) => ({ construction: 'tree' as const, nodeCount })),
    ...[2, 4, 6, 9, 12, 16].flatMap((nodeCount) =>
      (['grid', 'maekawa_grid'] as const).map((construction) => ({ construction, nodeCount })),
    ),
    ...[2, 3, 4, 5, 7, 8, 9].map((order) => ({ construction: 'projective_plane' as const, shape: [order] })),
  ];

  it.each(requests)('has reads that meet writes, and states its sizes: %o', (request) => {
    const { nodeCount, reads, writes, formula } = construct(request);
    const nodes = range(nodeCount).map((index) => ({ id: `n${index}` }));
    const found = intersections(createQuorumSystem({ nodes, reads, writes }), {
      byzantineFaults: 0,
      budget: stepBudget(PLENTY),
    });
    expect(found.readWrite.holds).toBe(true);
    if (request.construction !== 'flexible_paxos') expect(found.writeWrite.holds).toBe(true);
    expect(nodesOf(reads).every((index) => index < nodeCount)).toBe(true);
    expect(nodesOf(writes)).toEqual(range(nodeCount));
    expect(formula).not.toBe('');
  });

  it.each([16, 25, 27, 31])('planes of order %i have lines that pairwise share exactly one point', (order) => {
    const { nodeCount, reads } = construct({ construction: 'projective_plane', shape: [order] });
    const lines = minimalQuorums(reads, { limit: 2_000, budget: stepBudget(PLENTY) }).quorums.map(
      (line) => new Set(line),
    );
    expect(lines).toHaveLength(nodeCount);
    const sharesOne = (left: ReadonlySet<number>, right: ReadonlySet<number>): boolean =>
      [...left].filter((point) => right.has(point)).length === 1;
    const strays = lines
      .slice(0, 20)
      .flatMap((left) => lines.filter((right) => left !== right && !sharesOne(left, right)));
    expect(strays).toEqual([]);
  });
});

describe('finite fields', () => {
  it.each(FIELD_ORDERS)('of order %i have an inverse for every element but 0', (order) => {
    const field = finiteField(order);
    for (let element = 1; element < order; element++) {
      const products = range(order).map((other) => field?.multiply(element, other));
      expect(new Set(products).size).toBe(order);
      expect(products).toContain(1);
    }
  });
});

describe('sizes that do not fit are refused with sizes that do', () => {
  it.each<[NamedConstructionRequest, string]>([
    [{ construction: 'weighted_voting', votes: [2, 1, 1], shape: [1, 3] }, '[2,3]'],
    [{ construction: 'weighted_voting', votes: [2, 1, 1], shape: [3, 2] }, '[2,3]'],
    [{ construction: 'weighted_voting', votes: [0, 0] }, 'nodes with at least one vote'],
    [{ construction: 'weighted_voting', votes: [1, 1], shape: [3, 2] }, 'numbers from 1 to 2'],
    [{ construction: 'flexible_paxos', nodeCount: 10, shape: [7, 3] }, '[8,3]'],
    [{ construction: 'flexible_paxos', nodeCount: 3, shape: [4, 1] }, 'sizes from 1 to 3'],
    [{ construction: 'grid', nodeCount: 7 }, '6 nodes (2 x 3) or 8 nodes (2 x 4)'],
    [{ construction: 'grid', nodeCount: 8, shape: [3, 3] }, '9'],
    [{ construction: 'maekawa_grid', shape: [100, 100] }, 'at most 1000 nodes'],
    [{ construction: 'tree', nodeCount: 9 }, '7 or 15 nodes'],
    [{ construction: 'hierarchical', nodeCount: 8, shape: [3, 3] }, '9'],
    [{ construction: 'crumbling_wall', nodeCount: 7, shape: [1, 2, 3] }, '6'],
    [{ construction: 'wheel', nodeCount: 2 }, '3 nodes or more'],
    [{ construction: 'projective_plane', shape: [6] }, `an order of ${FIELD_ORDERS.join(', ')}`],
    [
      { construction: 'projective_plane', nodeCount: 8 },
      `one of ${FIELD_ORDERS.map((q) => q * q + q + 1).join(', ')} nodes`,
    ],
  ])('%o: %s', (request, expected) => {
    expect(attempt(() => construct(request))).toMatchObject({
      ok: false,
      failure: { code: 'quorum/infeasible', expected },
    });
  });

  it.each<ConstructionName>(['majority', 'grid', 'tree', 'hierarchical', 'crumbling_wall', 'wheel', 'flexible_paxos'])(
    '%s asks for the number of nodes',
    (construction) => {
      expect(attempt(() => construct({ construction }))).toMatchObject({
        ok: false,
        failure: { code: 'input/missing' },
      });
    },
  );

  it('asks for as many numbers as the shape has', () => {
    const result = attempt(() => construct({ construction: 'grid', nodeCount: 9, shape: [3] }));
    expect(result).toMatchObject({ ok: false, failure: { code: 'input/invalid', path: 'shape' } });
  });
});

function figuresOf(side: Expression): Figures['reads'] {
  const { quorums, complete } = minimalQuorums(side, { limit: 10_000, budget: stepBudget(PLENTY) });
  expect(complete).toBe(true);
  expect(countMinimalQuorums(side)).toBe(BigInt(quorums.length));
  const sizes = quorums.map((quorum: NodeSet) => quorum.length);
  const { failures } = resilience(side, { budget: stepBudget(PLENTY) });
  return [quorums.length, Math.min(...sizes), Math.max(...sizes), failures ?? Number.NaN];
}
