import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stepBudget } from '../../kernel/budget.ts';
import { type ConstructionName, construct } from '../constructions/constructions.ts';
import { allOf, anyOf, node } from '../expressions/expression.ts';
import { createQuorumSystem, type QuorumNodeSpec, type QuorumSystem } from '../quorum-system.ts';
import { minimalQuorums } from '../quorums/minimal-quorums.ts';
import { solveLinearProgram } from './simplex.ts';
import { optimizeStrategy, type StrategyProblem } from './strategy.ts';

function systemOf(construction: ConstructionName, shape: readonly number[], spec: Partial<QuorumNodeSpec> = {}) {
  const { nodeCount, reads, writes } = construct({ construction, shape });
  const nodes = Array.from({ length: nodeCount }, (_, index) => ({ id: `n${index}`, ...spec }));
  return createQuorumSystem({ nodes, reads, writes });
}

function optimum(system: QuorumSystem, readFractions: readonly number[] = [0.5], goal: Partial<StrategyProblem> = {}) {
  const workload = readFractions.map((readFraction) => ({ readFraction, weight: 1 }));
  const budget = stepBudget(40_000_000);
  const result = optimizeStrategy({ system, workload, optimize: 'load', resilientTo: 0, budget, ...goal });
  if (result.feasible !== true) throw new Error('no strategy');
  return result;
}

/** Least load from the linear program over all minimal quorums, written down by hand. */
function loadByListing({ nodes, reads, writes }: QuorumSystem, readFraction: number): number {
  const sides = [reads, writes].map(
    (side) => minimalQuorums(side, { limit: 10_000, budget: stepBudget(1_000_000) }).quorums,
  );
  const columns = sides.flatMap((quorums, side) =>
    quorums.map((quorum) => ({
      cost: 0,
      entries: [
        { row: side, value: 1 },
        ...quorum.map((x) => ({ row: 2 + x, value: side === 0 ? readFraction : 1 - readFraction })),
      ],
    })),
  );
  const load = { cost: 1, entries: nodes.map((_, x) => ({ row: 2 + x, value: -1 })) };
  const rows = [
    { sense: '=' as const, bound: 1 },
    { sense: '=' as const, bound: 1 },
    ...nodes.map(() => ({ sense: '<=' as const, bound: 0 })),
  ];
  const { values } = solveLinearProgram({ rows, columns: [load, ...columns] }, stepBudget(10_000_000));
  return values[0] ?? Number.NaN;
}

describe('systems in which all nodes can be used equally', () => {
  // Grid k x k at half reads: (k + (2k - 1)) / 2k^2. Projective plane: (q + 1) / (q^2 + q + 1), Naor, Wool 1998.
  it.each([
    ['grid', [5, 5], '7/25'],
    ['grid', [8, 8], '23/128'],
    ['grid', [15, 15], '22/225'],
    ['grid', [4, 6], '13/48'],
    ['maekawa_grid', [8, 8], '15/64'],
    ['maekawa_grid', [20, 20], '39/400'],
    ['projective_plane', [13], '14/183'],
    ['projective_plane', [31], '32/993'],
  ] as const)('%s %j has load %s, proved', (construction, shape, exact) => {
    const result = optimum(systemOf(construction, shape));
    expect(result.exact).toBe(exact);
    expect(result.certificate.verified).toBe(true);
    expect(result.load).toBeCloseTo(result.value, 12);
    for (const load of result.nodeLoad) expect(load).toBeCloseTo(result.value, 12);
  });

  it('have the load of the linear program over all their quorums', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 4 }),
        fc.integer({ min: 2, max: 4 }),
        fc.constantFrom('grid' as const, 'maekawa_grid' as const),
        fc.integer({ min: 1, max: 9 }),
        (rows, columns, construction, tenths) => {
          const system = systemOf(construction, [rows, columns]);
          const result = optimum(system, [tenths / 10]);
          expect(result.value).toBeCloseTo(loadByListing(system, tenths / 10), 9);
          expect(result.certificate.verified).toBe(true);
        },
      ),
      { seed: 42, numRuns: 40 },
    );
  });

  it('count capacities and several read fractions in', () => {
    const system = systemOf('grid', [4, 4], { readCapacity: 200, writeCapacity: 50 });
    // Reads have 4 of 16 nodes, writes 7: mean of fr 4/16/200 + (1 - fr) 7/16/50 over fr = 1 and 1/2.
    const result = optimum(system, [1, 0.5]);
    expect(result.exact).toBe('1/320');
    expect(result.certificate.verified).toBe(true);
  });

  it('use only quorums', () => {
    const system = systemOf('grid', [3, 5]);
    const result = optimum(system);
    for (const side of ['reads', 'writes'] as const) {
      const known = minimalQuorums(system[side], { limit: 1_000, budget: stepBudget(1_000_000) });
      expect(known.complete).toBe(true);
      expect(known.quorums).toEqual(expect.arrayContaining(result[side].map(({ quorum }) => quorum)));
      expect(result[side].reduce((sum, { probability }) => sum + probability, 0)).toBeCloseTo(1, 12);
    }
  });
});

describe('systems in which they cannot', () => {
  it('are solved by their linear program: the hub of a wheel is contacted more often', () => {
    // Hub and a spoke with probability p, else the rim: the hub has load p, the rim 1 - p + p/4.
    const { nodeCount, reads } = construct({ construction: 'wheel', nodeCount: 5 });
    const nodes = Array.from({ length: nodeCount }, (_, index) => ({ id: `n${index}` }));
    const result = optimum(createQuorumSystem({ nodes, reads, writes: reads }));
    expect(result.exact).toBe('4/7');
    expect(result.certificate.verified).toBe(true);
  });

  it('include a node that few of the smallest quorums have', () => {
    // a*b + a*c: a is in both.
    const reads = anyOf([allOf([node(0), node(1)]), allOf([node(0), node(2)])]);
    const system = createQuorumSystem({ nodes: ['a', 'b', 'c'].map((id) => ({ id })), reads, writes: reads });
    expect(optimum(system).exact).toBe('1');
  });

  it('include those with one faster node', () => {
    const { reads, writes } = construct({ construction: 'grid', shape: [2, 2] });
    const nodes = [0, 1, 2, 3].map((index) => ({ id: `n${index}`, capacity: index === 0 ? 2 : 1 }));
    const result = optimum(createQuorumSystem({ nodes, reads, writes }));
    expect(result.certificate.verified).toBe(true);
    expect(result.value).toBeLessThan(5 / 8);
  });
});

describe('a system of one node', () => {
  it('is solved at a read fraction that is no short decimal', () => {
    const system = createQuorumSystem({ nodes: [{ id: 'b' }], reads: node(0) });
    const result = optimum(system, [0.4950722507160109]);
    expect(result.value).toBeCloseTo(1, 12);
    expect(result.certificate.verified).toBe(true);
  });
});
