import { describe, expect, it } from 'vitest';
import { stepBudget } from '../../kernel/budget.ts';
import { allOf, choose, node } from '../expressions/expression.ts';
import { createQuorumSystem, type QuorumSystem } from '../quorum-system.ts';
import { range } from '../testdata/brute-force.ts';
import { optimizeStrategy, type StrategyResult } from './strategy.ts';

function thresholds(capacities: readonly number[], reads: number, writes: number): QuorumSystem {
  const nodes = capacities.map((capacity, index) => ({ id: `n${index}`, capacity }));
  const leaves = range(capacities.length).map(node);
  return createQuorumSystem({ nodes, reads: choose(reads, leaves), writes: choose(writes, leaves) });
}

function optimum(system: QuorumSystem, readFraction: number, limit: { readonly loadLimit?: number } = {}) {
  const workload = [{ readFraction, weight: 1 }];
  const budget = stepBudget(100_000_000);
  const result: StrategyResult = optimizeStrategy({
    system,
    workload,
    optimize: 'load',
    resilientTo: 0,
    budget,
    ...limit,
  });
  if (result.feasible !== true) throw new Error(`no strategy: ${result.because}`);
  return result;
}

/** Scattered, with a few far ahead that are contacted always. */
const scattered = (count: number): number[] =>
  range(count).map((index) => 1_000 + ((index * 7_919) % 1_009) + (index % 10 === 0 ? 5_000 * index : 0));

describe('k of n nodes of many capacities', () => {
  it.each([
    [51, 51, 0.5],
    [60, 50, 0.9],
    [2, 109, 0.7],
    [109, 2, 0.3],
    [40, 80, 0],
    [40, 80, 1],
  ])('reads %i and writes %i of 110 have the load of their linear program at read fraction %f', (reads, writes, fr) => {
    const system = thresholds(scattered(110), reads, writes);
    const result = optimum(system, fr);
    expect(result.certificate.verified).toBe(true);
    expect(result.load / result.value).toBeCloseTo(1, 9);
    // A limit that binds nothing takes the linear program instead.
    const byProgram = optimum(system, fr, { loadLimit: 1_000 });
    expect(result.value / byProgram.value).toBeCloseTo(1, 9);
    if (byProgram.exact !== undefined) expect(result.exact).toBe(byProgram.exact);
  });

  it('have quorums of the size asked for', () => {
    const { reads, writes } = optimum(thresholds(scattered(120), 30, 100), 0.4);
    expect(new Set(reads.map(({ quorum }) => quorum.length))).toEqual(new Set([30]));
    expect(new Set(writes.map(({ quorum }) => quorum.length))).toEqual(new Set([100]));
  });

  it('are a thousand: every node is busy, 501 contacts over a capacity of 1,499,500', () => {
    const result = optimum(
      thresholds(
        range(1_000).map((index) => 1_000 + index),
        501,
        501,
      ),
      1,
    );
    expect(result.exact).toBe('501/1499500');
    expect(result.certificate.verified).toBe(true);
  });

  it('may be all nodes: the slowest decides', () => {
    const leaves = range(150).map(node);
    const nodes = leaves.map((_, index) => ({ id: `n${index}`, capacity: 7 + index }));
    const result = optimum(createQuorumSystem({ nodes, reads: allOf(leaves), writes: allOf(leaves) }), 0.25);
    expect(result.exact).toBe('1/7');
    expect(result.certificate.verified).toBe(true);
  });
});
