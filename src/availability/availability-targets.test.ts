/**
 * Every figure of testdata/availability-targets.json, with the constructions written out by hand: independently of
 * `src/quorum/constructions/constructions.ts`, which has tests of its own.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { stepBudget } from '../kernel/budget.ts';
import { allOf, anyOf, choose, type Expression, majority, node, weighted } from '../quorum/expressions/expression.ts';
import { expressionAvailability } from './expression-availability.ts';

type Figures = Record<string, number>;
const targets = JSON.parse(
  readFileSync(new URL('testdata/availability-targets.json', import.meta.url), 'utf8'),
) as Record<string, Figures> & { 'gifford blocking (a=.99)': Record<string, Figures> };

const visited = new Set<string>();
const figures = (title: string): Figures => {
  visited.add(title);
  const found = targets[title];
  if (found === undefined) throw new Error(`no figures called ${title}`);
  return found;
};

const nodes = (count: number): Expression[] => Array.from({ length: count }, (_, index) => node(index));
const letters = (text: string): Expression[] => text.split('').map((letter) => node('abcdefghi'.indexOf(letter)));
/** 'ab+cd': a and b, or c and d. */
const sum = (text: string): Expression => anyOf(text.split('+').map((product) => allOf(letters(product))));
/** '(a+b)(c+d)': a or b, and c or d. */
const product = (text: string): Expression => allOf(text.split('*').map((each) => anyOf(letters(each))));

interface Layout {
  readonly zones?: readonly number[];
  readonly zone?: number;
  readonly node: number;
}

function solve(expression: Expression, { zones = [], zone = 1, node: availability }: Layout) {
  const result = expressionAvailability(expression, {
    availabilityOf: Array.from({ length: 10 }, () => availability),
    zoneOf: zones,
    zones: [...new Set(zones)].map(() => ({ availability: zone })),
    budget: stepBudget(1_000_000),
  });
  expect(result.exact).toBe(true);
  return result;
}

/** To 1e-9, as far as the target's own digits go; its smallest ones come from 1 - x and have some 1e-16 of noise. */
function expectClose(actual: number, expected: number): void {
  expect(Math.abs(actual - expected)).toBeLessThan(1e-12);
}

describe('majorities of independent nodes', () => {
  test.each([0.9, 0.95, 0.99, 0.999])('1 to 9 nodes, each up %s', (availability) => {
    const rows = Object.entries(figures(`majority node_a=${availability}`));
    expect(rows).toHaveLength(9);
    for (const [count, expected] of rows) {
      expectClose(solve(majority(nodes(Number(count))), { node: availability }).value, expected);
    }
  });

  test('the unavailability of nine nodes at 99.9% keeps its digits', () => {
    // Sum over k of 5 or more failures of C(9,k) 0.001^k 0.999^(9-k), in exact fractions by hand: BigInt below.
    const choose9 = [1n, 9n, 36n, 84n, 126n, 126n, 84n, 36n, 9n, 1n];
    const exact = [5, 6, 7, 8, 9].reduce((total, k) => total + (choose9[k] ?? 0n) * 999n ** BigInt(9 - k), 0n);
    const { unavailability } = solve(majority(nodes(9)), { node: 0.999 });
    expect(unavailability / (Number(exact) / 1e27)).toBeCloseTo(1, 12);
  });
});

test('Gifford: three weighted examples', () => {
  visited.add('gifford blocking (a=.99)');
  const gifford = targets['gifford blocking (a=.99)'];
  const votes = { ex1: [1, 0, 0], ex2: [2, 1, 1], ex3: [1, 1, 1] };
  const needed = { ex1: [1, 1], ex2: [2, 3], ex3: [1, 3] };
  for (const name of ['ex1', 'ex2', 'ex3'] as const) {
    const voters = votes[name].flatMap((count, index) => (count > 0 ? [{ node: node(index), count }] : []));
    const quorum = (threshold: number): Expression =>
      weighted(
        threshold,
        voters.map((voter) => voter.node),
        voters.map(({ count }) => count),
      );
    const [read = 0, write = 0] = needed[name];
    expectClose(solve(quorum(read), { node: 0.99 }).unavailability, gifford[name]?.read_block ?? Number.NaN);
    expectClose(solve(quorum(write), { node: 0.99 }).unavailability, gifford[name]?.write_block ?? Number.NaN);
  }
});

test.each([
  [0.99, '1.0', 1],
  [0.99, '0.999', 0.999],
  [0.999, '0.9995', 0.9995],
  [0.99, '0.99', 0.99],
])('Aurora: six copies in three zones, nodes up %s, zones up %s', (availability, zoneText, zone) => {
  const expected = figures(`aurora 6 copies 3 AZ node_a=${availability} zone_a=${zoneText}`);
  const six = { node: availability, zone, zones: [0, 0, 1, 1, 2, 2] };
  expectClose(solve(choose(4, nodes(6)), six).value, expected.write4of6 ?? Number.NaN);
  expectClose(solve(choose(3, nodes(6)), six).value, expected.read3of6 ?? Number.NaN);
  const three = { node: availability, zone, zones: [0, 1, 2] };
  expectClose(solve(choose(2, nodes(3)), three).value, expected.three_copies_2of3 ?? Number.NaN);
});

const LAYOUTS: Record<string, readonly number[]> = {
  '3n/1z': [0, 0, 0],
  '3n/2z (2+1)': [0, 0, 1],
  '3n/3z': [0, 1, 2],
  '4n/2z (2+2)': [0, 0, 1, 1],
  '5n/1z': [0, 0, 0, 0, 0],
  '5n/2z (3+2)': [0, 0, 0, 1, 1],
  '5n/3z (2+2+1)': [0, 0, 1, 1, 2],
  '5n/5z': [0, 1, 2, 3, 4],
  // The witness votes like the others.
  '2n+witness/3z': [0, 1, 2],
};

test.each([
  [0.999, 0.999],
  [0.99, 0.999],
  [0.999, 0.9999],
])('majority layouts, nodes up %s, zones up %s', (availability, zone) => {
  const rows = Object.entries(figures(`majority layouts node_a=${availability} zone_a=${zone}`));
  expect(rows.map(([layout]) => layout)).toEqual(Object.keys(LAYOUTS));
  for (const [layout, expected] of rows) {
    const zones = LAYOUTS[layout] ?? [];
    expectClose(solve(majority(nodes(zones.length)), { node: availability, zone, zones }).value, expected);
  }
});

const SYSTEMS: Record<string, Expression> = {
  'majority-7': majority(nodes(7)),
  'fano-7': sum('abc+ade+afg+bdf+beg+cdg+cef'),
  // root * (left or right) + left * right, for a root a with subtrees b(d, e) and c(f, g).
  'tree-7': treeOf('a', [treeOf('b', letters('de')), treeOf('c', letters('fg'))]),
  // A hub with one spoke, or the whole rim.
  'wheel-6': sum('ab+ac+ad+ae+af+bcdef'),
  'grid3x3 row(read)': sum('abc+def+ghi'),
  'grid3x3 row-cover(write)': product('abc*def*ghi'),
  'grid3x3 row+col (Maekawa-style)': allOf([sum('abc+def+ghi'), sum('adg+beh+cfi')]),
  'hier-maj 3x3': choose(2, [choose(2, letters('abc')), choose(2, letters('def')), choose(2, letters('ghi'))]),
  'majority-9': majority(nodes(9)),
  // A full row, and one of each row below: rows a, bc, def.
  'cwall 1,2,3': anyOf([product('a*bc*def'), allOf([...letters('bc'), product('def')]), sum('def')]),
};

function treeOf(root: string, subtrees: Expression[]): Expression {
  const [top] = letters(root);
  if (top === undefined) throw new Error('a tree has a root');
  return anyOf([allOf([top, anyOf(subtrees)]), allOf(subtrees)]);
}

test.each([0.3, 0.1, 0.01])('failure probabilities of the classic constructions, p = %s', (p) => {
  const rows = Object.entries(figures(`failure probability Fp, p=${p}`));
  expect(rows.map(([name]) => name)).toEqual(Object.keys(SYSTEMS));
  for (const [name, expected] of rows) {
    const system = SYSTEMS[name];
    if (system === undefined) throw new Error(name);
    expectClose(solve(system, { node: 1 - p }).unavailability, expected);
  }
});

test('small failure probabilities have six digits and more', () => {
  // Enumerated as 1 - x in the file: 3.4e-7 has nine digits there, 1.2e-8 eight.
  const expected = figures('failure probability Fp, p=0.01');
  for (const name of ['majority-7', 'hier-maj 3x3', 'majority-9']) {
    const system = SYSTEMS[name];
    if (system === undefined) throw new Error(name);
    expect(solve(system, { node: 0.99 }).unavailability / (expected[name] ?? Number.NaN)).toBeCloseTo(1, 6);
  }
});

test('joint consensus from {a, b, c} to {c, d, e} is as available as four nodes', () => {
  visited.add('joint consensus {abc}->{cde} a=.99');
  const joint = allOf([majority(letters('abc')), majority(letters('cde'))]);
  expectClose(solve(joint, { node: 0.99 }).value, 0.99940797);
  expect(targets['joint consensus {abc}->{cde} a=.99']).toBeCloseTo(0.99940797, 12);
});

test('Flexible Paxos: phase-1 and phase-2 quorums of ten and of four nodes', () => {
  const ten = figures('fpaxos-10 a=.9');
  expectClose(solve(choose(8, nodes(10)), { node: 0.9 }).value, ten.q1_8 ?? Number.NaN);
  expectClose(solve(choose(3, nodes(10)), { node: 0.9 }).value, ten.q2_3 ?? Number.NaN);
  expectClose(solve(choose(6, nodes(10)), { node: 0.9 }).value, ten.maj6 ?? Number.NaN);
  const four = figures('fpaxos n=4 a=.99');
  expectClose(solve(choose(3, nodes(4)), { node: 0.99 }).value, four.q1_3 ?? Number.NaN);
  expectClose(solve(choose(2, nodes(4)), { node: 0.99 }).value, four.q2_2 ?? Number.NaN);
});

test('no figure of the file is left out', () => {
  expect([...visited].sort()).toEqual(Object.keys(targets).sort());
});
