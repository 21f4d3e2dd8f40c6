import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stepBudget } from '../../kernel/budget.ts';
import { allOf, anyOf, majority, node } from '../expressions/expression.ts';
import { createQuorumSystem } from '../quorum-system.ts';
import { certify, certifyBest, provesInfeasible } from './certificate.ts';
import { optimizeStrategy } from './strategy.ts';
import { normalizeWorkload } from './strategy-figures.ts';
import type { Prices } from './strategy-problem.ts';

const readsOnly = [{ readFraction: 1, weight: 1 }];
const NO_LIMITS = { loadLimit: 0, networkLimit: 0, latencyLimit: 0 };

function majorityOfThree(prices: Prices, value: number) {
  const reads = majority([node(0), node(1), node(2)]);
  const system = createQuorumSystem({ nodes: [{ id: 'a' }, { id: 'b' }, { id: 'c' }], reads });
  return certify(
    {
      system,
      workload: readsOnly,
      shares: normalizeWorkload(readsOnly),
      optimize: 'load',
      resilientTo: 0,
      contacts: { reads: { quorums: reads, expression: reads } },
      budget: stepBudget(100_000),
    },
    value,
    prices,
  );
}

describe('certificate', () => {
  const equal: Prices = { ...NO_LIMITS, load: [[1 / 3, 1 / 3, 1 / 3]] };

  it('proves the load 2/3 of a majority of three: every quorum holds two thirds of the price', () => {
    const { bound, gap, verified } = majorityOfThree(equal, 2 / 3);
    expect(bound).toBeCloseTo(2 / 3, 15);
    expect(gap).toBeCloseTo(0, 15);
    expect(verified).toBe(true);
  });

  it.each([0.6, 0.666, 0.667, 0.7, 1])('refuses the wrong value %f', (value) => {
    expect(majorityOfThree(equal, value).verified).toBe(false);
  });

  it('refuses the right value when the prices do not prove it', () => {
    const { bound, verified } = majorityOfThree({ ...NO_LIMITS, load: [[0.5, 0.4, 0.1]] }, 2 / 3);
    expect(bound).toBeCloseTo(0.5, 15);
    expect(verified).toBe(false);
  });

  it('is not fooled by prices that are negative or too high, or by prices of limits that were not set', () => {
    expect(majorityOfThree({ ...NO_LIMITS, load: [[9, 9, -9]] }, 2 / 3).bound).toBeCloseTo(0.5, 15);
    expect(
      majorityOfThree({ load: [[9, 9, 9]], loadLimit: 9, networkLimit: 9, latencyLimit: 9 }, 2 / 3).bound,
    ).toBeCloseTo(2 / 3, 15);
  });

  it('never proves more than the optimum, whatever the prices', () => {
    const reads = anyOf([allOf([node(0), node(1)]), allOf([node(2), node(3)])]);
    const system = createQuorumSystem({
      nodes: [4, 3, 2, 1].map((latencyMs, index) => ({ id: `n${index}`, capacity: 100 - 15 * index, latencyMs })),
      reads,
    });
    const goal = {
      workload: [
        { readFraction: 0.2, weight: 3 },
        { readFraction: 0.9, weight: 1 },
      ],
      optimize: 'load' as const,
      networkLimit: 2,
      latencyLimitMs: 3.25,
      resilientTo: 0,
    };
    const optimum = optimizeStrategy({ system, ...goal, budget: stepBudget(1_000_000) });
    expect(optimum.feasible === true && optimum.certificate.verified).toBe(true);
    const value = optimum.feasible === true ? optimum.value : Number.NaN;
    const contacts = {
      reads: { quorums: system.reads, expression: system.reads },
      writes: { quorums: system.writes, expression: system.writes },
    };
    const problem = { system, ...goal, shares: normalizeWorkload(goal.workload), contacts };
    const prices = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 4, maxLength: 4 });
    const limit = fc.double({ min: 0, max: 0.02, noNaN: true });
    fc.assert(
      fc.property(prices, prices, limit, limit, (first, second, networkLimit, latencyLimit) => {
        const given = { load: [first, second], loadLimit: 0, networkLimit, latencyLimit };
        const { bound } = certify({ ...problem, budget: stepBudget(100_000) }, value, given);
        expect(bound).toBeLessThanOrEqual(value * (1 + 1e-12));
      }),
      { seed: 42, numRuns: 200 },
    );
  });
});

describe('a certificate after the budget ended', () => {
  const spent = () => {
    const budget = stepBudget(1);
    budget.spend(2);
    return budget;
  };
  const gridOf = (size: number) => {
    const cells = Array.from({ length: size }, (_, row) =>
      Array.from({ length: size }, (_, column) => node(row * size + column)),
    );
    const columns = cells.map((_, column) => cells.map((row) => row[column] ?? node(0)));
    // A row, a column and one node of every row: nothing splits this into independent parts.
    const reads = allOf([anyOf(cells.map(allOf)), anyOf(columns.map(allOf)), allOf(cells.map(anyOf))]);
    const nodes = cells.flat().map((_, index) => ({ id: `n${index}` }));
    const system = createQuorumSystem({ nodes, reads, writes: reads });
    return {
      system,
      workload: readsOnly,
      shares: normalizeWorkload(readsOnly),
      optimize: 'load' as const,
      resilientTo: 0,
      contacts: { reads: { quorums: reads, expression: reads } },
      budget: spent(),
    };
  };

  it('still has a bound, of the cheapest sets themselves where those are found at once', () => {
    const problem = gridOf(3);
    const { bound, verified } = certify(problem, 5 / 9, { ...NO_LIMITS, load: [Array(9).fill(1)] });
    expect(bound).toBeCloseTo(5 / 9, 12);
    expect(verified).toBe(true);
  });

  it('has a bound below the load, never above, and says how it came about, where they are not', () => {
    const size = 12;
    const load = (2 * size - 1) / size ** 2;
    const even = { ...NO_LIMITS, load: [Array(size ** 2).fill(1)] };
    const { bound, gap, verified, method } = certify(gridOf(size), load, even);
    expect(bound).toBeGreaterThan(0);
    expect(bound).toBeLessThan(load);
    expect(gap).toBeCloseTo(1 - bound / load, 12);
    expect(verified).toBe(false);
    expect(method).toContain('bounded from below');
  });

  it('takes equal prices where those given prove less', () => {
    const uneven = { ...NO_LIMITS, load: [[1, ...Array(8).fill(0)]] };
    expect(certify(gridOf(3), 5 / 9, uneven).bound).toBe(0);
    expect(certifyBest(gridOf(3), 5 / 9, uneven)).toMatchObject({ verified: true });
  });
});

describe('infeasibility', () => {
  const reads = majority([node(0), node(1), node(2)]);
  const system = createQuorumSystem({ nodes: [{ id: 'a' }, { id: 'b' }, { id: 'c' }], reads });
  const prove = (limits: { readonly loadLimit?: number; readonly networkLimit?: number }, prices: Prices) =>
    provesInfeasible(
      {
        system,
        workload: readsOnly,
        shares: normalizeWorkload(readsOnly),
        optimize: 'latency',
        resilientTo: 0,
        contacts: { reads: { quorums: reads, expression: reads } },
        budget: stepBudget(100_000),
        ...limits,
      },
      prices,
    );
  const load = { ...NO_LIMITS, load: [[1, 1, 1]], loadLimit: 1 };

  it('is proved by prices at which every quorum costs more than the limits are worth', () => {
    expect(prove({ loadLimit: 0.66 }, load)).toBe(true);
    expect(prove({ networkLimit: 1.9 }, { ...NO_LIMITS, load: [[]], networkLimit: 1 })).toBe(true);
  });

  it('is refused for limits that can be met, for prices that prove nothing, and without limits', () => {
    expect(prove({ loadLimit: 0.67 }, load)).toBe(false);
    expect(prove({ loadLimit: 0.66 }, { ...load, load: [[1, 0, 0]] })).toBe(false);
    expect(prove({}, load)).toBe(false);
  });
});
