import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Budget, stepBudget } from '../kernel/budget.ts';
import { attempt } from '../kernel/failure.ts';
import { dual } from '../quorum/expressions/dual.ts';
import {
  allOf,
  anyOf,
  choose,
  type Expression,
  isSatisfied,
  majority,
  node,
  weighted,
} from '../quorum/expressions/expression.ts';
import { createQuorumSystem, type QuorumNodeSpec, type ZoneSpec } from '../quorum/quorum-system.ts';
import { availability } from './availability.ts';
import { type Chance, type Components, chainOf, componentsOf, type FailureModel } from './components.ts';
import { chanceByDiagram } from './diagram-chance.ts';
import { expressionAvailability } from './expression-availability.ts';
import { factor } from './factoring.ts';
import { enclose } from './gate-chances.ts';
import { gatesOf } from './gates.ts';

const range = (count: number): number[] => Array.from({ length: count }, (_, index) => index);
const nodes = (count: number): Expression[] => range(count).map(node);
const ample = (): Budget => stepBudget(20_000_000);

/** The definition: the sum over all states of all nodes and zones. */
function bruteForce(expression: Expression, components: Components): Chance {
  const total = { up: 0, down: 0 };
  for (let state = 0; state < 2 ** components.chances.length; state++) {
    const isUp = (component: number): boolean => ((state >> component) & 1) === 1;
    const mass = components.chances.reduce((product, { up, down }, index) => product * (isUp(index) ? up : down), 1);
    const serves = isSatisfied(expression, (index) => chainOf(components, index).every(isUp));
    total[serves ? 'up' : 'down'] += mass;
  }
  return total;
}

const NODES = 5;
const probability = fc.oneof(
  { weight: 4, arbitrary: fc.double({ min: 0, max: 1, noNaN: true }) },
  { weight: 1, arbitrary: fc.constantFrom(0, 1, 0.999999) },
);

/** Trees with duplicates, votes and any thresholds. */
const expressions = fc.letrec<{ tree: Expression; leaf: Expression; gate: Expression }>((tie) => ({
  tree: fc.oneof({ depthSize: 'small', withCrossShrink: true }, tie('leaf'), tie('gate')),
  leaf: fc.nat({ max: NODES - 1 }).map(node),
  gate: fc
    .array(fc.record({ child: tie('tree'), votes: fc.integer({ min: 1, max: 3 }) }), { minLength: 1, maxLength: 4 })
    .chain((children) => {
      const votes = children.map((each) => each.votes);
      return fc.integer({ min: 1, max: votes.reduce((sum, each) => sum + each, 0) }).map((needed) =>
        weighted(
          needed,
          children.map(({ child }) => child),
          votes,
        ),
      );
    }),
})).tree;

/** Up to three zones, each within one of a smaller index or in none. */
const failureModels: fc.Arbitrary<FailureModel> = fc.record({
  availabilityOf: fc.array(probability, { minLength: NODES, maxLength: NODES }),
  zoneOf: fc.array(fc.option(fc.nat({ max: 2 }), { nil: undefined }), { minLength: NODES, maxLength: NODES }),
  zones: fc
    .array(fc.record({ availability: probability, within: fc.option(fc.nat({ max: 1 }), { nil: undefined }) }), {
      minLength: 3,
      maxLength: 3,
    })
    .map((zones) =>
      zones.map(({ availability: up, within }, index) => ({
        availability: up,
        ...(within === undefined || within >= index ? {} : { within }),
      })),
    ),
});

function expectChance(actual: Chance, expected: Chance): void {
  expect(actual.up).toBeCloseTo(expected.up, 12);
  expect(actual.down).toBeCloseTo(expected.down, 12);
}

describe('every method agrees with enumeration of all states, for any expression and any nesting of zones', () => {
  const check = (method: (expression: Expression, components: Components) => Chance): void => {
    fc.assert(
      fc.property(expressions, failureModels, (expression, model) => {
        const components = componentsOf(model);
        expectChance(method(expression, components), bruteForce(expression, components));
      }),
      { seed: 42, numRuns: 300 },
    );
  };

  test('the method that is picked', () => {
    fc.assert(
      fc.property(expressions, failureModels, (expression, model) => {
        const { value, unavailability, exact } = expressionAvailability(expression, { ...model, budget: ample() });
        expect(exact).toBe(true);
        expectChance({ up: value, down: unavailability }, bruteForce(expression, componentsOf(model)));
      }),
      { seed: 42, numRuns: 300 },
    );
  });

  test('factoring', () => {
    check((expression, components) => {
      const { worst, best } = factor(gatesOf(expression, components), components, ample());
      expect(best).toBe(worst);
      return worst;
    });
  });

  test('decision diagrams', () => {
    check((expression, components) => {
      const chance = chanceByDiagram(expression, components, ample());
      if (chance === undefined) throw new Error('budget spent');
      return chance;
    });
  });
});

describe('bounds', () => {
  test('enclose the truth however early factoring stops', () => {
    fc.assert(
      fc.property(expressions, failureModels, fc.nat({ max: 200 }), (expression, model, steps) => {
        const components = componentsOf(model);
        const truth = bruteForce(expression, components);
        const { worst, best } = factor(gatesOf(expression, components), components, stepBudget(steps));
        expect(worst.up).toBeLessThanOrEqual(truth.up + 1e-14);
        expect(best.up).toBeGreaterThanOrEqual(truth.up - 1e-14);
        expect(worst.down).toBeGreaterThanOrEqual(truth.down - 1e-14);
        expect(best.down).toBeLessThanOrEqual(truth.down + 1e-14);
      }),
      { seed: 43, numRuns: 500 },
    );
  });

  test('are exact when nothing is shared', () => {
    const components = componentsOf({ availabilityOf: [0.9, 0.8, 0.7] });
    const { worst, best } = enclose(gatesOf(anyOf([allOf(nodes(2)), node(2)]), components).root, components.chances);
    expect(best).toBe(worst);
    expect(worst.up).toBeCloseTo(1 - (1 - 0.72) * 0.3, 15);
  });

  test('of a grid whose columns are zones hold the value on both sides, and are not called exact', () => {
    const side = 30;
    const row = (index: number): Expression[] => range(side).map((column) => node(index * side + column));
    const rowCover = allOf(range(side).map((index) => anyOf(row(index))));
    const result = expressionAvailability(rowCover, {
      availabilityOf: range(side * side).map(() => 0.3),
      zoneOf: range(side * side).map((index) => index % side),
      zones: range(side).map(() => ({ availability: 0.9 })),
      budget: stepBudget(300_000),
    });
    expect(result.exact).toBe(false);
    expect(result.method).toContain('bounds');
    expect(result.upper).toBeGreaterThan(result.value);
    // By itself: given z zones up, a row is covered with probability 1 - 0.7^z, independently of the other rows.
    const truth = range(side + 1).reduce(
      (total, up) => total + binomial(side, up) * 0.9 ** up * 0.1 ** (side - up) * (1 - 0.7 ** up) ** side,
      0,
    );
    expect(result.value).toBeLessThan(truth);
    expect(result.upper).toBeGreaterThan(truth);
    expect(result.unavailability).toBeGreaterThan(1 - truth);
  });

  test('enclose the truth whenever the counting of votes stops, in nested zones too', () => {
    const votes = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: NODES, maxLength: NODES });
    fc.assert(
      fc.property(
        votes,
        fc.double({ min: 0, max: 1, noNaN: true }),
        failureModels,
        fc.nat({ max: NODES }),
        (...given) => {
          const [votesOfNode, share, model, steps] = given;
          const total = votesOfNode.reduce((sum, each) => sum + each, 0);
          const needed = Math.max(1, Math.round(share * total));
          const ballot = weighted(needed, nodes(NODES), votesOfNode);
          const components = componentsOf(model);
          for (const expression of [ballot, anyOf([allOf([ballot, ballot]), ballot])]) {
            const truth = bruteForce(expression, components);
            const { worst, best } = enclose(
              gatesOf(expression, components).root,
              components.chances,
              stepBudget(steps),
            );
            expect(worst.up).toBeLessThanOrEqual(truth.up + 1e-14);
            expect(best.up).toBeGreaterThanOrEqual(truth.up - 1e-14);
            expect(worst.down).toBeGreaterThanOrEqual(truth.down - 1e-14);
            expect(best.down).toBeLessThanOrEqual(truth.down + 1e-14);
          }
        },
      ),
      { seed: 44, numRuns: 300 },
    );
  });

  test('are what is said of 1,000 nodes with many votes each when the budget does not suffice to count them', () => {
    const votesOfNode = range(1000).map((index) => 501 + ((index * 271) % 500));
    const total = votesOfNode.reduce((sum, each) => sum + each, 0);
    const ballot = weighted(Math.floor(total / 2) + 1, nodes(1000), votesOfNode);
    const budget = stepBudget(50_000);
    const result = expressionAvailability(ballot, { availabilityOf: votesOfNode.map(() => 0.99), budget });
    expect(budget.exhausted).toBe('step limit of 50000 reached');
    expect(budget.stepsSpent).toBeLessThan(70_000);
    expect(result).toMatchObject({ exact: false, method: expect.stringContaining('counting of votes cut short') });
    // It is 1 but for less than 1e-100 (Hoeffding): above what Markov says, below the bound.
    expect(result.value).toBeGreaterThan(0.9);
    expect(result.value).toBeLessThan(1);
    expect(result.upper).toBe(1);
  });

  test('without any budget there is still an answer', () => {
    const ring = anyOf(range(6).map((index) => allOf([node(index), node((index + 1) % 6)])));
    const result = expressionAvailability(ring, { availabilityOf: range(6).map(() => 0.9), budget: stepBudget(0) });
    expect(result.exact).toBe(false);
    const truth = bruteForce(ring, componentsOf({ availabilityOf: range(6).map(() => 0.9) })).up;
    expect(result.value).toBeLessThanOrEqual(truth);
    expect(result.upper).toBeGreaterThanOrEqual(truth);
  });
});

function binomial(n: number, k: number): number {
  return range(k).reduce((product, index) => (product * (n - index)) / (index + 1), 1);
}

const spec = (count: number, node_a: number, zoneOf?: (index: number) => string): QuorumNodeSpec[] =>
  range(count).map((index) => ({
    id: `n${index}`,
    availability: node_a,
    ...(zoneOf === undefined ? {} : { zone: zoneOf(index) }),
  }));

describe('read, write and both', () => {
  test('both is the conjunction with shared nodes, for random systems', () => {
    fc.assert(
      fc.property(expressions, expressions, failureModels, (reads, writes, model) => {
        const { availabilityOf, zoneOf = [], zones = [] } = model;
        const system = {
          nodes: availabilityOf.map((up, index) => ({
            id: `n${index}`,
            votes: 1,
            readCapacity: 1,
            writeCapacity: 1,
            witness: false,
            availability: up,
            ...(zoneOf[index] === undefined ? {} : { zone: zoneOf[index] }),
          })),
          zones: zones.map((zone, index) => ({ id: `z${index}`, ...zone })),
          reads,
          writes,
        };
        const report = availability({ system, budget: ample() });
        const components = componentsOf(model);
        expect(report.exact).toBe(true);
        expect(report.read).toBeCloseTo(bruteForce(reads, components).up, 12);
        expect(report.write).toBeCloseTo(bruteForce(writes, components).up, 12);
        expect(report.both).toBeCloseTo(bruteForce(allOf([reads, writes]), components).up, 12);
        expect(report.unavailability.both).toBeCloseTo(bruteForce(allOf([reads, writes]), components).down, 12);
        expect(report.downtimeSecondsPerYear.both).toBeCloseTo(report.unavailability.both * 31_536_000, 9);
      }),
      { seed: 44, numRuns: 200 },
    );
  });

  test('the dual serves exactly when the original does not, with up and down swapped', () => {
    fc.assert(
      fc.property(expressions, fc.array(probability, { minLength: NODES, maxLength: NODES }), (expression, ups) => {
        const read = expressionAvailability(expression, { availabilityOf: ups, budget: ample() });
        const write = expressionAvailability(dual(expression), {
          availabilityOf: ups.map((up) => 1 - up),
          budget: ample(),
        });
        expect(read.value).toBeCloseTo(write.unavailability, 12);
      }),
      { seed: 45, numRuns: 200 },
    );
  });

  test('thresholds over the same nodes: the larger one decides, as with reads of 3 and writes of 4 in Aurora', () => {
    // Verbitski et al., SIGMOD 2017, 10.1145/3035918.3056101; figures by enumeration.
    const zones: ZoneSpec[] = ['a', 'b', 'c'].map((id) => ({ id, availability: 0.999 }));
    const aurora = createQuorumSystem({
      nodes: spec(6, 0.99, (index) => 'abc'[index % 3] ?? ''),
      zones,
      reads: choose(3, nodes(6)),
      writes: choose(4, nodes(6)),
    });
    const report = availability({ system: aurora, budget: ample() });
    expect(report.write).toBeCloseTo(0.9998595313478567, 14);
    expect(report.read).toBeCloseTo(0.9999950822927911, 14);
    expect(report.both).toBe(report.write);
    expect(Math.round(report.downtimeSecondsPerYear.write)).toBe(4430);
  });

  test('four of six copies can be worse than two of three, when zones fail as often as nodes', () => {
    const zones: ZoneSpec[] = ['a', 'b', 'c'].map((id) => ({ id, availability: 0.99 }));
    const layout = (count: number, quorum: number) =>
      availability({
        system: createQuorumSystem({
          nodes: spec(count, 0.99, (index) => 'abc'[index % 3] ?? ''),
          zones,
          reads: choose(quorum, nodes(count)),
          writes: choose(quorum, nodes(count)),
        }),
        budget: ample(),
      }).write;
    expect(layout(6, 4)).toBeLessThan(layout(3, 2));
  });

  test('nodes that state no availability take the default, and are always up without one', () => {
    const system = createQuorumSystem({ nodes: [{ id: 'a' }, { id: 'b', availability: 0.5 }], reads: allOf(nodes(2)) });
    expect(availability({ system, budget: ample() }).read).toBe(0.5);
    expect(availability({ system, defaultAvailability: 0.8, budget: ample() }).read).toBeCloseTo(0.4, 15);
  });
});

describe('zones', () => {
  test('a second zone never helps a majority: some zone of the two is needed whatever the split', () => {
    const zoned = (counts: readonly number[], node_a: number, zone_a: number): number => {
      const zoneOf = counts.flatMap((count, zone) => range(count).map(() => zone));
      return expressionAvailability(majority(nodes(zoneOf.length)), {
        availabilityOf: zoneOf.map(() => node_a),
        zoneOf,
        zones: counts.map(() => ({ availability: zone_a })),
        budget: ample(),
      }).value;
    };
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 6 }),
        fc.integer({ min: 1, max: 6 }),
        probability,
        probability,
        (first, second, node_a, zone_a) => {
          expect(zoned([first, second], node_a, zone_a)).toBeLessThanOrEqual(
            zoned([first + second], node_a, zone_a) + 1e-14,
          );
        },
      ),
      { seed: 46, numRuns: 200 },
    );
    expect(zoned([1, 1, 1], 0.999, 0.999)).toBeGreaterThan(zoned([3], 0.999, 0.999));
  });

  test('nest: a host in a rack in a zone in a region, with a zone in between that never fails', () => {
    const { value } = expressionAvailability(node(0), {
      availabilityOf: [0.9],
      zoneOf: [0],
      zones: [
        { availability: 0.8, within: 1 },
        { availability: 1, within: 2 },
        { availability: 0.7, within: 3 },
        { availability: 0.6 },
      ],
      budget: ample(),
    });
    expect(value).toBeCloseTo(0.9 * 0.8 * 0.7 * 0.6, 15);
  });

  test('a majority of 1,000 nodes in 100 racks of 10 regions is exact: as ten equal regions, convolved', () => {
    const regions = range(10).map(() => ({ availability: 0.9 }));
    const racks = range(100).map((index) => ({ availability: 0.95, within: 100 + (index % 10) }));
    const report = expressionAvailability(majority(nodes(1000)), {
      availabilityOf: range(1000).map(() => 0.98),
      zoneOf: range(1000).map((index) => index % 100),
      zones: [...racks, ...regions],
      budget: ample(),
    });
    expect(report.exact).toBe(true);
    // The same by hand: distribution of one region, convolved ten times.
    const nodeVotes = range(11).map((k) => binomial(10, k) * 0.98 ** k * 0.02 ** (10 - k));
    const rack = nodeVotes.map((mass, k) => 0.95 * mass + (k === 0 ? 0.05 : 0));
    const region = power(rack, 10).map((mass, k) => 0.9 * mass + (k === 0 ? 0.1 : 0));
    const all = power(region, 10);
    const expected = all.slice(501).reduce((total, mass) => total + mass, 0);
    expect(report.value).toBeCloseTo(expected, 12);
  });
});

function power(distribution: readonly number[], times: number): number[] {
  return range(times).reduce(
    (product) => {
      const next = new Array<number>(product.length + distribution.length - 1).fill(0);
      product.forEach((a, i) => {
        distribution.forEach((b, j) => {
          next[i + j] = (next[i + j] ?? 0) + a * b;
        });
      });
      return next;
    },
    [1],
  );
}

describe('digits', () => {
  test('the unavailability of a majority of nine at 99.999% is right to ten digits, though 1 - x has none of them', () => {
    const { value, unavailability } = expressionAvailability(majority(nodes(9)), {
      availabilityOf: range(9).map(() => 0.99999),
      budget: ample(),
    });
    const p = 1 - 0.99999;
    const expected = [5, 6, 7, 8, 9].reduce((sum, k) => sum + binomial(9, k) * p ** k * 0.99999 ** (9 - k), 0);
    expect(unavailability / expected).toBeCloseTo(1, 10);
    expect(unavailability).toBeLessThan(2e-23);
    expect(value).toBe(1);
  });

  test('a decision diagram keeps them too: two overlapping majorities', () => {
    const joint = allOf([majority([0, 1, 2, 3, 4].map(node)), majority([4, 5, 6, 7, 8].map(node))]);
    const chance = chanceByDiagram(joint, componentsOf({ availabilityOf: range(9).map(() => 0.999999) }), ample());
    // Three of five fail, on either side; to first order 2 C(5,3) p^3.
    expect((chance?.down ?? 0) / 2e-17).toBeCloseTo(1, 5);
  });
});

describe('sizes', () => {
  test('a sum of 12,000 products: three racks of 40 nodes, one of each', () => {
    const products = range(12_000).map((index) => {
      const [a, b, c] = [index % 40, 40 + (Math.floor(index / 40) % 40), 80 + Math.floor(index / 1600)];
      return allOf([node(a ?? 0), node(b ?? 0), node(c ?? 0)]);
    });
    const report = expressionAvailability(anyOf(products), {
      availabilityOf: range(120).map(() => 0.01),
      budget: ample(),
    });
    expect(report.exact || (report.upper ?? 0) >= report.value).toBe(true);
    // Products combine every a and b with the first seven and a half nodes of the third rack.
    const rack = 1 - 0.99 ** 40;
    expect(report.value).toBeLessThanOrEqual(rack * rack * (1 - 0.99 ** 8));
    expect(report.upper ?? report.value).toBeGreaterThanOrEqual(rack * rack * (1 - 0.99 ** 7));
  });

  test('nesting a thousand deep', () => {
    const nested = range(1000).reduce<Expression>(
      (inner, index) => (index % 2 === 0 ? anyOf([inner, node(index)]) : allOf([inner, node(index)])),
      node(1000),
    );
    const report = expressionAvailability(allOf([nested, node(0)]), {
      availabilityOf: range(1001).map(() => 0.5),
      budget: ample(),
    });
    // Given that node 0 is up, what is below the second level is up for certain.
    let up = 1;
    for (const index of range(1000).slice(1)) up = index % 2 === 0 ? 1 - (1 - up) * 0.5 : up * 0.5;
    expect(report.exact).toBe(true);
    expect(report.value).toBeCloseTo(up * 0.5, 14);
  });
});

describe('bad input', () => {
  test.each([-0.1, 1.1, 99.9, Number.NaN, Number.POSITIVE_INFINITY])('a probability of %s names the node', (value) => {
    const result = attempt(() =>
      expressionAvailability(majority(nodes(3)), { availabilityOf: [0.9, value, 0.9], budget: ample() }),
    );
    expect(result).toMatchObject({
      ok: false,
      failure: { code: 'availability/invalid_probability', path: 'nodes[1].availability', received: String(value) },
    });
  });

  test('a probability of a zone names the zone', () => {
    const result = attempt(() =>
      expressionAvailability(node(0), { availabilityOf: [1], zones: [{ availability: 2 }], budget: ample() }),
    );
    expect(result).toMatchObject({ ok: false, failure: { path: 'zones[0].availability' } });
  });

  test('votes beyond the limit fail, but not where they have a common divisor', () => {
    const voting = (votes: readonly number[]) =>
      expressionAvailability(weighted(2 * (votes[0] ?? 0), nodes(3), votes), {
        availabilityOf: [0.9, 0.9, 0.9],
        budget: ample(),
      });
    expect(attempt(() => voting([1e9, 1e9 + 1, 1e9 + 3]))).toMatchObject({
      ok: false,
      failure: { code: 'availability/too_large' },
    });
    expect(voting([1e9, 1e9, 1e9]).value).toBeCloseTo(0.972, 15);
  });
});
