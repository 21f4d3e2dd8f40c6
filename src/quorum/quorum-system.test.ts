import { describe, expect, it } from 'vitest';
import { attempt } from '../kernel/failure.ts';
import { allOf, anyOf, node } from './expressions/expression.ts';
import { createQuorumSystem, type QuorumSystemSpec } from './quorum-system.ts';

const reads = anyOf([node(0), node(1)]);
const nodes = [{ id: 'a' }, { id: 'b' }];

describe('quorum systems', () => {
  it('fill in one vote, capacity one, data, and the dual of reads as writes', () => {
    const system = createQuorumSystem({ nodes, reads });
    expect(system.nodes[0]).toEqual({ id: 'a', votes: 1, readCapacity: 1, writeCapacity: 1, witness: false });
    expect(system.writes).toEqual(allOf([node(0), node(1)]));
    expect(system.zones).toEqual([]);
  });

  it('let the capacity of one direction override that of both', () => {
    const system = createQuorumSystem({ nodes: [{ id: 'a', capacity: 10, writeCapacity: 5 }, { id: 'b' }], reads });
    expect(system.nodes[0]).toMatchObject({ readCapacity: 10, writeCapacity: 5 });
  });

  it('have zones that only nodes mention, after those that are listed', () => {
    const system = createQuorumSystem({
      nodes: [
        { id: 'a', zone: 'z' },
        { id: 'b', zone: 'y' },
      ],
      zones: [{ id: 'y', availability: 0.9, within: 'x' }, { id: 'x' }],
      reads,
    });
    expect(system.zones).toEqual([
      { id: 'y', availability: 0.9, within: 1 },
      { id: 'x', availability: 1 },
      { id: 'z', availability: 1 },
    ]);
    expect(system.nodes.map(({ zone }) => zone)).toEqual([2, 0]);
  });

  it.each<[string, Partial<QuorumSystemSpec>, string]>([
    ['two nodes of one id', { nodes: [{ id: 'a' }, { id: 'a' }] }, 'input/conflict'],
    ['two zones of one id', { zones: [{ id: 'z' }, { id: 'z' }] }, 'input/conflict'],
    ['a zone within an unknown one', { zones: [{ id: 'z', within: 'x' }] }, 'input/invalid'],
    ['a zone within itself', { zones: [{ id: 'z', within: 'z' }] }, 'input/conflict'],
    [
      'zones within each other',
      {
        zones: [
          { id: 'y', within: 'z' },
          { id: 'z', within: 'y' },
        ],
      },
      'input/conflict',
    ],
  ])('refuse %s', (_, change, code) => {
    expect(attempt(() => createQuorumSystem({ nodes, reads, ...change }))).toMatchObject({
      ok: false,
      failure: { code },
    });
  });
});
