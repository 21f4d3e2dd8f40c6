import { describe, expect, it } from 'vitest';
import { stepBudget } from '../../kernel/budget.ts';
import { dual } from '../expressions/dual.ts';
import { choose, type Expression, node } from '../expressions/expression.ts';
import { renderExpression } from '../expressions/render-expression.ts';
import { createQuorumSystem } from '../quorum-system.ts';
import { optimizeStrategy } from '../strategies/strategy.ts';
import { type SearchProblem, type SearchResult, searchQuorumSystems } from './search.ts';

type Wanted = Omit<SearchProblem, 'budget' | 'resilientTo' | 'minimumResilience'> & Partial<SearchProblem>;

function search(problem: Wanted): SearchResult {
  return searchQuorumSystems({ resilientTo: 0, minimumResilience: 0, budget: stepBudget(20_000_000), ...problem });
}

function readsOf({ best }: SearchResult): string {
  return best === undefined
    ? ''
    : renderExpression(
        best.system.reads,
        best.system.nodes.map(({ id }) => id),
      );
}

/** Case study of quoracle (examples/case_study.py @ ee7400a); its search takes 36-41 s for each of these. */
describe('the case study', () => {
  const nodes = Object.entries({ a: [2000, 1], b: [1000, 1], c: [2000, 3], d: [1000, 4], e: [2000, 5] }).map(
    ([id, [capacity = 0, seconds = 0]]) => ({
      id,
      writeCapacity: capacity,
      readCapacity: 2 * capacity,
      latencyMs: 1000 * seconds,
    }),
  );
  const weights = { 0.9: 10, 0.8: 20, 0.7: 100, 0.6: 100, 0.5: 100, 0.4: 60, 0.3: 30, 0.2: 30, 0.1: 20 };
  const workload = Object.entries(weights).map(([fraction, weight]) => ({ readFraction: Number(fraction), weight }));
  const base = { nodes, workload, minimumResilience: 1 };

  it('capacity: 5005.19', () => {
    const result = search({ ...base, optimize: 'load' });
    expect(result.best?.strategy.capacity).toBeCloseTo(5005.19, 2);
    expect(result.best?.strategy.exact).toBe('379/1880000');
    expect(result.best?.strategy.certificate.verified).toBe(true);
    expect(result).toMatchObject({ exhaustive: true });
    // The same system as (c + b*d)*(a + e): a and c are alike when latency does not matter.
    expect(readsOf(result)).toBe('(a + c)*(e + b*d)');
  });

  it('capacity with sets that survive a failure: 3012.03', () => {
    const result = search({ ...base, optimize: 'load', resilientTo: 1 });
    expect(result.best?.strategy.capacity).toBeCloseTo(3012.03, 2);
    expect(readsOf(result)).toBe('majority(a, c, e, b + d)');
    expect(result.exhaustive).toBe(true);
  });

  it('latency with a capacity of 2000: 1.476595 s', () => {
    const result = search({ ...base, optimize: 'latency', loadLimit: 1 / 2000 });
    expect(result.best?.strategy.value).toBeCloseTo(1476.5957, 3);
    expect(result.best?.strategy.exact).toBe('69400/47');
    expect(readsOf(result)).toBe('majority(a, b, c*d*e)');
    expect(result.exhaustive).toBe(true);
  });
});

describe('the searches of the paper and the tutorial', () => {
  it('paper: a + b + c + d, network 1, latency 1 s', () => {
    const nodes = Object.entries({ a: [200, 4], b: [200, 4], c: [100, 1], d: [100, 1] }).map(
      ([id, [readCapacity = 0, seconds = 0]]) => ({
        id,
        readCapacity,
        writeCapacity: readCapacity / 2,
        latencyMs: 1000 * seconds,
      }),
    );
    const workload = [{ readFraction: 1, weight: 1 }];
    const result = search({ nodes, workload, optimize: 'latency', loadLimit: 1 / 150, networkLimit: 2 });
    expect(readsOf(result)).toBe('a + b + c + d');
    expect(result.best?.strategy).toMatchObject({ value: 1000, networkLoad: 1 });
    // The capacity is not the objective: quoracle's strategy c 1/3, d 2/3 has 150.
    expect(result.best?.strategy.capacity).toBeGreaterThanOrEqual(150 * (1 - 1e-9));
  });

  it('tutorial: choose(3, a, c, e, b + d + f), capacity 3500', () => {
    const nodes = 'abcdef'.split('').map((id, index) => ({
      id,
      writeCapacity: index % 2 === 0 ? 1000 : 500,
      readCapacity: index % 2 === 0 ? 10_000 : 5000,
      latencyMs: 1000 * (index + 1),
    }));
    const result = search({
      nodes,
      workload: [{ readFraction: 0.75, weight: 1 }],
      optimize: 'load',
      minimumResilience: 1,
      resilientTo: 1,
      latencyLimitMs: 4000,
      networkLimit: 4,
    });
    expect(result.best?.strategy.exact).toBe('1/3500');
    expect(readsOf(result)).toBe('majority(a, c, e, b + d + f)');
    expect(result.exhaustive).toBe(true);
  });
});

describe('search', () => {
  it('finds what solving every duplicate-free system finds', () => {
    const nodes = [90, 60, 60, 40].map((capacity, i) => ({ id: `n${i}`, capacity, latencyMs: [4, 1, 1, 2][i]! }));
    for (const [optimize, limits] of [
      ['load', {}],
      ['load', { networkLimit: 1.6, latencyLimitMs: 3 }],
      ['network', { loadLimit: 1 / 90 }],
      ['latency', { loadLimit: 1 / 90 }],
    ] as const) {
      const workload = [{ readFraction: 0.7, weight: 1 }];
      const goal = { workload, optimize, ...limits, resilientTo: 0 };
      const values = everyExpression([0, 1, 2, 3]).flatMap((reads) => {
        const system = createQuorumSystem({ nodes, reads, writes: dual(reads) });
        const result = optimizeStrategy({ system, ...goal, budget: stepBudget(1e6) });
        return result.feasible === true ? [result.value] : [];
      });
      const best = Math.min(...values);
      expect(search({ nodes, ...goal }).best?.strategy.value ?? Number.NaN).toBeCloseTo(best, 9);
    }
  });

  it('respects the resilience asked for: 2 of 5 leaves only the majority', () => {
    const nodes = 'abcde'.split('').map((id) => ({ id }));
    const goal = { nodes, workload: [{ readFraction: 0.5, weight: 1 }], optimize: 'load' } as const;
    expect(readsOf(search({ ...goal, minimumResilience: 2 }))).toBe('majority(a, b, c, d, e)');
    expect(search({ ...goal, minimumResilience: 3 })).toEqual({ exhaustive: true, candidates: 53 });
  });

  it('says what stopped it, with the best so far', () => {
    const nodes = Array.from({ length: 9 }, (_, i) => ({ id: `n${i}`, capacity: 10 + i }));
    const reports: number[] = [];
    const result = search({
      nodes,
      workload: [{ readFraction: 0.5, weight: 1 }],
      optimize: 'load',
      budget: stepBudget(60_000),
      progress: (done) => reports.push(done),
    });
    expect(result.exhaustive).toBe(false);
    expect(result.stoppedBy).toBe('step limit of 60000 reached');
    expect(result.best?.strategy.certificate.verified).toBe(true);
    expect(reports).toEqual([...reports].sort((a, b) => a - b));
  });

  it('tries single thresholds even over many nodes', () => {
    const nodes = Array.from({ length: 40 }, (_, i) => ({ id: `n${i}`, capacity: 10 + i }));
    const result = search({ nodes, workload: [{ readFraction: 0.5, weight: 1 }], optimize: 'network' });
    expect(result.best).toBeDefined();
    expect(result.stoppedBy).toMatch(/parts/);
  });
});

function everyExpression(members: readonly number[]): Expression[] {
  const [first, ...rest] = members;
  if (first === undefined || rest.length === 0) return members.map((member) => node(member));
  const splits = rest.reduce<number[][][]>(
    (blocks, member) =>
      blocks.flatMap((split) => [
        [...split, [member]],
        ...split.map((block, at) => [...split.slice(0, at), [...block, member], ...split.slice(at + 1)]),
      ]),
    [[[first]]],
  );
  return splits
    .filter((split) => split.length > 1)
    .flatMap((split) => {
      const combos = split.reduce<Expression[][]>(
        (partial, block) => partial.flatMap((combo) => everyExpression(block).map((part) => [...combo, part])),
        [[]],
      );
      return combos.flatMap((children) => children.map((_, index) => choose(index + 1, children)));
    });
}
