import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { createBudget } from '../src/kernel/budget.ts';
import { quorumRequestSchema } from '../src/schemas/quorum.ts';
import { reportOnQuorums } from '../src/solutions/quorum/quorum-report.ts';

type Input = Record<string, unknown>;

/** Exact enumerations by an independent program; the source stands in the file beside the engine's test. */
const targets = JSON.parse(
  readFileSync(new URL('../src/availability/testdata/availability-targets.json', import.meta.url), 'utf8'),
) as Record<string, Record<string, unknown> | number>;

function availabilityOf(input: Input): {
  read: number;
  write: number;
  unavailability: { read: number; write: number };
} {
  const request = quorumRequestSchema.parse(input);
  const { availability } = reportOnQuorums(request, createBudget({ steps: 1e9 }), () => {});
  expect(availability?.exact).toBe(true);
  return availability as NonNullable<typeof availability>;
}

function target(group: string, key: string): number {
  const found = targets[group];
  const value = typeof found === 'object' ? found[key] : found;
  expect(value, `${group}/${key}`).toBeTypeOf('number');
  return value as number;
}

const ids = (count: number): string[] => Array.from('abcdefghi').slice(0, count);

describe.each([0.9, 0.95, 0.99, 0.999])('majorities of nodes that are up %d of the time', (node) => {
  test.each([1, 2, 3, 4, 5, 6, 7, 8, 9])('%d nodes', (count) => {
    const { write } = availabilityOf({ node_count: count, node_availability: node });
    expect(Math.abs(write - target(`majority node_a=${node}`, String(count)))).toBeLessThan(1e-9);
  });
});

test.each([
  ['ex1', [1, 0, 0], [1, 1]],
  ['ex2', [2, 1, 1], [2, 3]],
  ['ex3', [1, 1, 1], [1, 3]],
])("Gifford's example %s", (example, votes, shape) => {
  const nodes = votes.map((vote, index) => ({ id: `n${index}`, votes: vote, availability: 0.99 }));
  const { unavailability } = availabilityOf({ nodes, construction: 'weighted_voting', shape });
  const expected = targets['gifford blocking (a=.99)'] as Record<string, { read_block: number; write_block: number }>;
  expect(Math.abs(unavailability.read - (expected[example]?.read_block ?? 1))).toBeLessThan(1e-9);
  expect(Math.abs(unavailability.write - (expected[example]?.write_block ?? 1))).toBeLessThan(1e-9);
});

test.each([
  [0.99, 1, '1.0'],
  [0.99, 0.999, '0.999'],
  [0.999, 0.9995, '0.9995'],
  [0.99, 0.99, '0.99'],
])('six copies in three zones, nodes %d, zones %d', (node, zone, label) => {
  const group = `aurora 6 copies 3 AZ node_a=${node} zone_a=${label}`;
  const zones = ['x', 'y', 'z'].map((id) => ({ id, availability: zone }));
  const spread = (count: number): Input[] => ids(count).map((id, index) => ({ id, zone: zones[index % 3]?.id }));
  const all = ids(6).join(', ');
  const six = {
    nodes: spread(6),
    zones,
    node_availability: node,
    reads: `choose(3, ${all})`,
    writes: `choose(4, ${all})`,
  };
  const { read, write } = availabilityOf(six);
  expect(Math.abs(read - target(group, 'read3of6'))).toBeLessThan(1e-9);
  expect(Math.abs(write - target(group, 'write4of6'))).toBeLessThan(1e-9);
  const three = availabilityOf({ nodes: spread(3), zones, node_availability: node });
  expect(Math.abs(three.write - target(group, 'three_copies_2of3'))).toBeLessThan(1e-9);
});

describe.each([
  [0.999, 0.999],
  [0.99, 0.999],
  [0.999, 0.9999],
])('majorities spread over zones, nodes %d, zones %d', (node, zone) => {
  test.each([
    ['3n/1z', [3]],
    ['3n/2z (2+1)', [2, 1]],
    ['3n/3z', [1, 1, 1]],
    ['4n/2z (2+2)', [2, 2]],
    ['5n/1z', [5]],
    ['5n/2z (3+2)', [3, 2]],
    ['5n/3z (2+2+1)', [2, 2, 1]],
    ['5n/5z', [1, 1, 1, 1, 1]],
  ])('%s', (layout, counts) => {
    const nodes = counts.flatMap((count, z) =>
      Array.from({ length: count }, (_, i) => ({ id: `z${z}n${i}`, zone: `z${z}` })),
    );
    const zones = counts.map((_, z) => ({ id: `z${z}`, availability: zone }));
    const { write } = availabilityOf({ nodes, zones, node_availability: node });
    expect(Math.abs(write - target(`majority layouts node_a=${node} zone_a=${zone}`, layout))).toBeLessThan(1e-9);
  });

  test('two nodes and a witness in three zones', () => {
    const nodes = ['a', 'b', 'w'].map((id) => ({ id, zone: `zone ${id}`, witness: id === 'w' }));
    const zones = nodes.map((entry) => ({ id: entry.zone, availability: zone }));
    const { write } = availabilityOf({ nodes, zones, node_availability: node });
    expect(Math.abs(write - target(`majority layouts node_a=${node} zone_a=${zone}`, '2n+witness/3z'))).toBeLessThan(
      1e-9,
    );
  });
});

const rows = ['a*b*c', 'd*e*f', 'g*h*i'];
const columns = ['a*d*g', 'b*e*h', 'c*f*i'];

describe.each([0.3, 0.1, 0.01])('systems of nodes that fail with probability %d', (failure) => {
  test.each<[string, Input, 'read' | 'write']>([
    ['majority-7', { node_count: 7 }, 'write'],
    ['majority-9', { node_count: 9 }, 'write'],
    ['fano-7', { construction: 'projective_plane', shape: [2] }, 'write'],
    ['tree-7', { construction: 'tree', node_count: 7 }, 'write'],
    ['wheel-6', { construction: 'wheel', node_count: 6 }, 'write'],
    ['hier-maj 3x3', { construction: 'hierarchical', shape: [3, 3] }, 'write'],
    ['cwall 1,2,3', { construction: 'crumbling_wall', shape: [1, 2, 3] }, 'write'],
    ['grid3x3 row(read)', { reads: rows.join(' + ') }, 'read'],
    ['grid3x3 row-cover(write)', { reads: rows.join(' + ') }, 'write'],
    [
      'grid3x3 row+col (Maekawa-style)',
      { reads: rows.flatMap((r) => columns.map((c) => `${r}*${c}`)).join(' + ') },
      'read',
    ],
  ])('%s', (name, input, side) => {
    const { unavailability } = availabilityOf({ ...input, node_availability: 1 - failure });
    expect(Math.abs(unavailability[side] - target(`failure probability Fp, p=${failure}`, name))).toBeLessThan(1e-9);
  });
});

test('joint consensus from {a, b, c} to {c, d, e}', () => {
  const input = { membership_change: { from: ['a', 'b', 'c'], to: ['c', 'd', 'e'] }, node_availability: 0.99 };
  const joint = target('joint consensus {abc}->{cde} a=.99', '');
  expect(Math.abs(availabilityOf(input).write - joint)).toBeLessThan(1e-9);
});

test('Flexible Paxos: phase-1 quorums of 8, phase-2 quorums of 3 out of 10', () => {
  const flexible = { node_count: 10, construction: 'flexible_paxos', shape: [8, 3], node_availability: 0.9 };
  const { read, write } = availabilityOf(flexible);
  expect(Math.abs(read - target('fpaxos-10 a=.9', 'q1_8'))).toBeLessThan(1e-9);
  expect(Math.abs(write - target('fpaxos-10 a=.9', 'q2_3'))).toBeLessThan(1e-9);
  const majority = availabilityOf({ node_count: 10, node_availability: 0.9 });
  expect(Math.abs(majority.write - target('fpaxos-10 a=.9', 'maj6'))).toBeLessThan(1e-9);
  const four = availabilityOf({
    node_count: 4,
    construction: 'flexible_paxos',
    shape: [3, 2],
    node_availability: 0.99,
  });
  expect(Math.abs(four.read - target('fpaxos n=4 a=.99', 'q1_3'))).toBeLessThan(1e-9);
  expect(Math.abs(four.write - target('fpaxos n=4 a=.99', 'q2_2'))).toBeLessThan(1e-9);
});
