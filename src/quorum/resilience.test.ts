import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stepBudget } from '../kernel/budget.ts';
import { construct } from './constructions/constructions.ts';
import { choose, type Expression, isSatisfied, majority, node, weighted } from './expressions/expression.ts';
import { createQuorumSystem, type QuorumSystem } from './quorum-system.ts';
import { resilience, zoneResilience } from './resilience.ts';
import {
  allMinimalQuorums,
  duplicateFreeExpressions,
  expressions,
  range,
  smallestHittingSet,
} from './testdata/brute-force.ts';

const NODES = 7;
const PLENTY = 10_000_000;

describe('resilience', () => {
  it.each([
    ['with repeated nodes', expressions(NODES)],
    ['without', duplicateFreeExpressions(NODES)],
  ])('of expressions %s is one less than the smallest hitting set of all minimal quorums', (_, arbitrary) => {
    fc.assert(
      fc.property(arbitrary, (expression) => {
        const { failures, fatal } = resilience(expression, { budget: stepBudget(PLENTY) });
        expect(failures).toBe(smallestHittingSet(allMinimalQuorums(expression, NODES), NODES) - 1);
        expect(fatal).toHaveLength((failures ?? 0) + 1);
        expect(isSatisfied(expression, (index) => !fatal.includes(index))).toBe(false);
      }),
      { seed: 42, numRuns: 200 },
    );
  });

  it.each<[string, Expression, number]>([
    ['a single node', node(0), 0],
    ['majority of 1,000', majority(range(1_000).map(node)), 499],
    ['three of six', choose(3, range(6).map(node)), 3],
    ['votes 3, 1, 1, 1', weighted(4, range(4).map(node), [3, 1, 1, 1]), 0],
    [
      '1,000 different votes',
      weighted(
        250_251,
        range(1_000).map(node),
        range(1_000).map((index) => index + 1),
      ),
      293,
    ],
  ])('of %s', (_, expression, failures) => {
    expect(resilience(expression, { budget: stepBudget(PLENTY) }).failures).toBe(failures);
  });

  it('of a crumbling wall is one less than its lightest way down', () => {
    // Rows of 1 to 12 and of 22 nodes: one node of each of the 13 rows meets every full row, and no 12 nodes do.
    const { reads } = construct({ construction: 'crumbling_wall', nodeCount: 100 });
    expect(resilience(reads, { budget: stepBudget(100_000) }).failures).toBe(12);
  });

  it('is undecided without budget', () => {
    expect(resilience(majority(range(9).map(node)), { budget: stepBudget(3) })).toEqual({
      failures: undefined,
      fatal: [],
    });
  });
});

describe('resilience to the loss of zones', () => {
  const ids = range(NODES).map((index) => `n${index}`);
  const zoneOf = fc.array(fc.option(fc.constantFrom('z0', 'z1', 'z2', 'z3'), { nil: undefined }), {
    minLength: NODES,
    maxLength: NODES,
  });
  const zones = [
    { id: 'region' },
    { id: 'z0', within: 'region' },
    { id: 'z1', within: 'z0' },
    { id: 'z2' },
    { id: 'z3', within: 'z1' },
  ];

  it('is what losing every set of occupied zones shows', () => {
    fc.assert(
      fc.property(expressions(NODES), expressions(NODES), zoneOf, (reads, writes, placement) => {
        const nodes = ids.map((id, index) => ({ id, zone: placement[index] }));
        const system = createQuorumSystem({ nodes, zones, reads, writes });
        const { failures, fatal } = zoneResilience(system, { budget: stepBudget(PLENTY) });
        expect(failures).toBe(zonesThatMayBeLost(system));
        if (fatal.length > 0) expect(survives(system, fatal)).toBe(false);
      }),
      { seed: 42, numRuns: 200 },
    );
  });

  it('counts availability zones, not the region around them', () => {
    const placed = range(6).map((index) => ({ id: ids[index] ?? '', zone: `az${index % 3}` }));
    const around = [{ id: 'region' }, ...range(3).map((zone) => ({ id: `az${zone}`, within: 'region' }))];
    // Aurora: writes 4 of 6 survive one availability zone, reads 3 of 6 do too.
    const system = createQuorumSystem({
      nodes: placed,
      zones: around,
      reads: choose(3, range(6).map(node)),
      writes: choose(4, range(6).map(node)),
    });
    expect(zoneResilience(system, { budget: stepBudget(PLENTY) })).toEqual({ failures: 1, fatal: [1, 2] });
  });

  it('is all zones when nodes outside suffice', () => {
    const system = createQuorumSystem({
      nodes: [{ id: 'a', zone: 'z' }, { id: 'b' }],
      reads: choose(1, [node(0), node(1)]),
      writes: choose(1, [node(0), node(1)]),
    });
    expect(zoneResilience(system, { budget: stepBudget(PLENTY) })).toEqual({ failures: 1, fatal: [] });
  });
});

/** Tries all sets of zones that directly contain nodes. */
function zonesThatMayBeLost(system: QuorumSystem): number {
  const occupied = [...new Set(system.nodes.flatMap(({ zone }) => (zone === undefined ? [] : [zone])))];
  const sizes = range(2 ** occupied.length)
    .map((set) => occupied.filter((_, index) => ((set >> index) & 1) === 1))
    .filter((lost) => !survives(system, lost))
    .map((lost) => lost.length);
  return sizes.length === 0 ? occupied.length : Math.min(...sizes) - 1;
}

function survives(system: QuorumSystem, lost: readonly number[]): boolean {
  const isUp = (index: number): boolean => {
    for (let zone = system.nodes[index]?.zone; zone !== undefined; zone = system.zones[zone]?.within) {
      if (lost.includes(zone)) return false;
    }
    return true;
  };
  return isSatisfied(system.reads, isUp) && isSatisfied(system.writes, isUp);
}
