import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stepBudget } from '../../kernel/budget.ts';
import {
  allOf,
  anyOf,
  choose,
  type Expression,
  isSatisfied,
  majority,
  node,
  weighted,
} from '../expressions/expression.ts';
import { knownNames } from '../expressions/node-names.ts';
import { parseExpression } from '../expressions/parse-expression.ts';
import { createQuorumSystem, type QuorumNodeSpec } from '../quorum-system.ts';
import { optimizeStrategy, type StrategyProblem, type StrategyResult } from './strategy.ts';

const half = [{ readFraction: 0.5, weight: 1 }];
const readsOnly = [{ readFraction: 1, weight: 1 }];

const names = (count: number): string[] => Array.from({ length: count }, (_, index) => `n${index}`);
const all = (count: number): Expression[] => Array.from({ length: count }, (_, index) => node(index));

interface Ask extends Partial<Omit<StrategyProblem, 'system'>> {
  readonly nodes: readonly QuorumNodeSpec[];
  readonly reads: Expression | string;
  readonly writes?: Expression;
}

function ask({ nodes, reads, writes, ...goal }: Ask): StrategyResult {
  const given = knownNames(nodes.map(({ id }) => id));
  const expression = typeof reads === 'string' ? parseExpression(reads, { path: 'reads', names: given }) : reads;
  const system = createQuorumSystem({ nodes, reads: expression, writes });
  return optimizeStrategy({
    system,
    workload: half,
    optimize: 'load',
    resilientTo: 0,
    budget: stepBudget(1e8),
    ...goal,
  });
}

function optimal(given: Ask): StrategyResult & { feasible: true } {
  const result = ask(given);
  if (result.feasible !== true) throw new Error(result.because);
  return result;
}

describe('known loads', () => {
  const fano = ['abc', 'ade', 'afg', 'bdf', 'beg', 'cdg', 'cef'].map((line) => line.split('').join('*')).join(' + ');
  const wheel = ['h*a', 'h*b', 'h*c', 'h*d', 'h*e', 'a*b*c*d*e'].join(' + ');
  const tree7 = 'a*(b*(d+e) + c*(f+g)) + (b*(d+e) + d*e)*(c*(f+g) + f*g) + a*d*e + a*f*g';

  it.each([
    ['Fano plane', 'abcdefg', fano, '3/7'],
    ['majority of 9', 'abcdefghi', 'majority(a,b,c,d,e,f,g,h,i)', '5/9'],
    ['tree of 7', 'abcdefg', tree7, '1/2'],
    ['hierarchical 3x3', 'abcdefghi', 'majority(majority(a,b,c), majority(d,e,f), majority(g,h,i))', '4/9'],
    ['wheel of 6', 'habcde', wheel, '5/9'],
    ['crumbling wall 1,2,3', 'abcdef', 'a*(b+c)*(d+e+f) + b*c*(d+e+f) + d*e*f', '1/2'],
  ])('%s', (_name, ids, reads, load) => {
    const result = optimal({ nodes: ids.split('').map((id) => ({ id })), reads, workload: readsOnly });
    expect(result.exact).toBe(load);
    expect(result.certificate.verified).toBe(true);
  });
});

describe('the defects of quoracle are absent', () => {
  it('D1: a load may exceed 1', () => {
    const nodes = names(3).map((id) => ({ id, capacity: 0.5 }));
    const { exact, capacity } = optimal({ nodes, reads: majority(all(3)) });
    expect(exact).toBe('4/3');
    expect(capacity).toBeCloseTo(0.75, 12);
  });

  it('D2: ids that look alike do not collide', () => {
    const nodes = ['n-1', 'n_1', 'n 1'].map((id) => ({ id }));
    expect(optimal({ nodes, reads: majority(all(3)) }).exact).toBe('2/3');
  });

  it('D4: latency under failures takes sets that are not minimal, always', () => {
    const nodes = Object.entries({ x: 1, a: 2, y: 4, z: 5 }).map(([id, s]) => ({ id, latencyMs: s * 1000 }));
    const goal = { workload: readsOnly, optimize: 'latency', resilientTo: 1 } as const;
    const reads = 'choose(2,x,y,z) + a*x';
    const forwards = optimal({ nodes, reads, ...goal });
    const backwards = optimal({ nodes: [...nodes].reverse(), reads, ...goal });
    expect(forwards.value).toBe(2000);
    expect(backwards.value).toBe(2000);
    expect(forwards.certificate.verified).toBe(true);
  });

  it.each([1e4, 1e6, 1e8, 1e-6])(
    'D6: capacities times %f give the load divided by it, and the same strategy',
    (factor) => {
      const scaled = (by: number) => [300, 200, 100, 50, 175].map((c, i) => ({ id: `n${i}`, capacity: c * by }));
      const [plain, large] = [1, factor].map((by) => optimal({ nodes: scaled(by), reads: majority(all(5)) }));
      expect((large!.value * factor) / plain!.value).toBeCloseTo(1, 12);
      expect(large!.certificate.verified).toBe(true);
    },
  );

  it('D7: a side that is never used needs no failure-resilient sets', () => {
    // Reads a + b + c survive a failure as pairs; writes a*b*c survive none.
    const nodes = names(3).map((id) => ({ id }));
    const result = optimal({ nodes, reads: anyOf(all(3)), workload: readsOnly, resilientTo: 1 });
    expect(result.exact).toBe('2/3');
    expect(result.writes).toEqual([{ quorum: [0, 1, 2], probability: 1 }]);
    const both = ask({ nodes, reads: anyOf(all(3)), workload: half, resilientTo: 1 });
    expect(both).toEqual({
      feasible: false,
      because: 'no set of nodes remains a quorum for writes after any 1 of its nodes fail',
    });
  });

  it('D8: over a workload, the mean of 1/load and 1/mean load are both reported', () => {
    const nodes = names(6).map((id) => ({ id }));
    const reads = anyOf([allOf(all(6).slice(0, 3)), allOf(all(6).slice(3))]);
    const workload = [0.1, 0.75].map((readFraction) => ({ readFraction, weight: 1 }));
    const { load, capacity, capacityAtMeanLoad, exact } = optimal({ nodes, reads, workload });
    expect(exact).toBe('97/240');
    expect(capacityAtMeanLoad).toBeCloseTo(1 / load, 12);
    expect(capacity).toBeGreaterThan(capacityAtMeanLoad);
  });
});

describe('a strategy', () => {
  it('is a distribution over quorums whose metrics are those reported', () => {
    const nodes = [7, 5, 4, 9, 3, 6].map((capacity, i) => ({ id: `n${i}`, capacity, latencyMs: i + 1 }));
    const [a, b, c, d, e, f] = all(6) as [Expression, Expression, Expression, Expression, Expression, Expression];
    const reads = choose(2, [allOf([a, b]), majority([c, d, e]), f]);
    const { reads: r, writes: w, load, nodeLoad, networkLoad, latencyMs } = optimal({ nodes, reads });
    for (const [side, strategy] of [
      [reads, r],
      [undefined, w],
    ] as const) {
      expect(strategy.reduce((sum, { probability }) => sum + probability, 0)).toBeCloseTo(1, 12);
      for (const { quorum } of side === undefined ? [] : strategy) {
        expect(isSatisfied(side!, (x) => quorum.includes(x))).toBe(true);
      }
    }
    const rate = (x: number) =>
      [...r, ...w].reduce((sum, { quorum, probability }) => sum + (quorum.includes(x) ? probability / 2 : 0), 0);
    nodes.forEach(({ capacity }, x) => {
      expect(nodeLoad[x]).toBeCloseTo(rate(x) / capacity, 12);
    });
    expect(load).toBeCloseTo(Math.max(...nodeLoad), 12);
    expect(networkLoad).toBeCloseTo(
      nodes.reduce((sum, _, x) => sum + rate(x), 0),
      12,
    );
    expect(latencyMs).toBeGreaterThan(0);
  });

  it('costs the same whether the tree is taken by branches or quorum by quorum', () => {
    // One node repeated in a way that changes nothing (absorption) turns the tree into an expression with duplicates.
    const shape = fc.record({
      capacities: fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 7, maxLength: 7 }),
      outer: fc.integer({ min: 1, max: 3 }),
      inner: fc.integer({ min: 1, max: 3 }),
      readFraction: fc.integer({ min: 0, max: 10 }),
    });
    fc.assert(
      fc.property(shape, ({ capacities, outer, inner, readFraction }) => {
        const nodes = capacities.map((capacity, i) => ({ id: `n${i}`, capacity }));
        const n = all(7) as [Expression, Expression, Expression, Expression, Expression, Expression, Expression];
        const reads = choose(outer, [choose(inner, n.slice(0, 3)), allOf([n[3], n[4]]), anyOf([n[5], n[6]])]);
        const workload = [
          { readFraction: readFraction / 10, weight: 1 },
          { readFraction: 0.5, weight: 1 },
        ];
        const byBranches = optimal({ nodes, reads, workload });
        const bySets = optimal({ nodes, reads: anyOf([reads, allOf(n)]), workload });
        expect(bySets.value / byBranches.value).toBeCloseTo(1, 12);
        expect(byBranches.exact).toBe(bySets.exact);
        expect(byBranches.certificate.verified && bySets.certificate.verified).toBe(true);
      }),
      { seed: 42, numRuns: 60 },
    );
  });

  it('is the same, byte for byte, every time', () => {
    const nodes = [3, 1, 4, 1, 5, 9, 2].map((capacity, i) => ({ id: `n${i}`, capacity }));
    const once = JSON.stringify(optimal({ nodes, reads: majority(all(7)) }));
    expect(JSON.stringify(optimal({ nodes, reads: majority(all(7)) }))).toBe(once);
  });

  it('treats alike nodes alike only where both sides allow it', () => {
    // Writes need n0; the reads alone would let n0 and n1 be swapped, and spread the writes to a load of 5/6.
    const nodes = names(3).map((id) => ({ id }));
    const result = optimal({ nodes, reads: allOf(all(3)), writes: allOf([node(0), anyOf([node(1), node(2)])]) });
    expect(result.exact).toBe('1');
    expect(result.nodeLoad[0]).toBeCloseTo(1, 12);
  });
});

describe('limits that cannot be met', () => {
  const nodes = [1, 2, 3, 4, 5, 6].map((latencyMs, i) => ({ id: 'abcdef'[i]!, capacity: 100, latencyMs }));
  const reads = 'a*b*c + d*e*f';

  it('are named, with the least value that would do', () => {
    const result = ask({ nodes, reads, latencyLimitMs: 1 });
    expect(result).toMatchObject({ feasible: false, limit: { name: 'latencyLimitMs', given: 1 } });
    if (result.feasible !== false) return;
    expect(result.limit?.least).toBeCloseTo(3.5, 12);
    expect(ask({ nodes, reads, latencyLimitMs: result.limit!.least * (1 + 1e-9) }).feasible).toBe(true);
  });

  it('are reported together with the limits that hold', () => {
    const result = ask({ nodes, reads, optimize: 'network', latencyLimitMs: 3.5, loadLimit: 0.0045 });
    expect(result.feasible).toBe(false);
    expect(result.feasible === false && result.because).toMatch(
      /loadLimit is 0.0045, but .* while latencyLimitMs holds is 0\.00/,
    );
  });

  it('are named one by one when two are impossible by themselves', () => {
    const result = ask({ nodes, reads, optimize: 'load', latencyLimitMs: 1, networkLimit: 1 });
    expect(result).toMatchObject({ feasible: false, limit: { name: 'networkLimit', least: 2.5 } });
  });
});

describe('large systems', () => {
  it('a majority of 1,000 equal nodes has the load 501/1000', () => {
    const result = optimal({
      nodes: names(1000).map((id) => ({ id })),
      reads: majority(all(1000)),
      workload: readsOnly,
    });
    expect(result.exact).toBe('501/1000');
    expect(result.certificate).toMatchObject({ verified: true });
    for (const { quorum } of result.reads) expect(quorum.length).toBe(501);
  });

  it('any 60 of 100 unequal nodes: the capacity that fills every node but those that are always contacted', () => {
    // With reads only, load l needs sum_x min(1, c_x l) = 60: find l by bisection.
    const capacities = Array.from({ length: 100 }, (_, i) => 100 + ((i * 7919) % 97));
    const contacted = (load: number) => capacities.reduce((sum, capacity) => sum + Math.min(1, capacity * load), 0);
    let [low, high] = [0, 1];
    for (let step = 0; step < 60; step++) {
      const middle = (low + high) / 2;
      if (contacted(middle) < 60) low = middle;
      else high = middle;
    }
    const nodes = capacities.map((capacity, i) => ({ id: `n${i}`, capacity }));
    const result = optimal({ nodes, reads: choose(60, all(100)), workload: readsOnly });
    expect(result.value / high).toBeCloseTo(1, 9);
    expect(result.certificate.verified).toBe(true);
  });

  it.each([
    ['majority of 15', 15, majority(all(15)), '8/15'],
    ['grid 5x5', 25, anyOf([0, 1, 2, 3, 4].map((row) => allOf(all(25).slice(5 * row, 5 * row + 5)))), '1/5'],
  ])('%s', (_name, count, reads, load) => {
    const result = optimal({ nodes: names(count).map((id) => ({ id })), reads });
    expect(result.exact).toBe(load);
    expect(result.certificate.verified).toBe(true);
  });

  it('generates the quorums of a system with votes that has too many to list', () => {
    const votes = Array.from({ length: 24 }, (_, i) => 1 + (i % 3));
    const nodes = names(24).map((id) => ({ id }));
    const result = optimal({ nodes, reads: weighted(25, all(24), votes), workload: readsOnly });
    // Every quorum holds 25 of the 48 votes, so with prices in proportion to votes the load is at least 25/48.
    expect(result.value).toBeCloseTo(25 / 48, 9);
    expect(result.certificate.verified).toBe(true);
  });

  it('generates sets that survive a failure on a tree of 27 nodes: 12 nodes are the fewest', () => {
    const third = (from: number): Expression =>
      majority([0, 3, 6].map((offset) => majority(all(27).slice(from + offset, from + offset + 3))));
    const reads = majority([third(0), third(9), third(18)]);
    const result = optimal({ nodes: names(27).map((id) => ({ id })), reads, resilientTo: 1 });
    expect(result.value).toBeCloseTo(12 / 27, 9);
    expect(result.certificate.verified).toBe(true);
  });

  it('generates by latency', () => {
    const nodes = names(21).map((id, i) => ({ id, capacity: 10, latencyMs: 1 + ((i * 8) % 21) }));
    const result = optimal({ nodes, reads: majority(all(21)), optimize: 'latency', networkLimit: 11 });
    expect(result.value).toBe(11);
    expect(result.certificate.verified).toBe(true);
  });

  it('says that it does not know when the budget ends', () => {
    const nodes = names(40).map((id, i) => ({ id, capacity: 10 + i }));
    const result = ask({ nodes, reads: majority(all(40)), budget: stepBudget(20) });
    expect(result.feasible).toBeUndefined();
    expect(result.feasible === undefined && result.because).toMatch(/step limit of 20/);
  });
});
