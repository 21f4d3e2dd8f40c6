import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { permutationsOf, renameNodes } from './node-renaming.ts';

const MEMBERS = { node: ['self', 'votedFor'], nodes: ['voters'], byNode: ['nextIndex'] };

describe('renaming of nodes', () => {
  it('renames a node, a set of nodes, and what is listed by node', () => {
    const state = {
      self: 0,
      votedFor: null,
      voters: [0, 2],
      nextIndex: [10, 11, 12],
      term: 2,
      log: [{ votedFor: 1, term: 1 }],
    };
    // n1 becomes n2, n2 becomes n3, n3 becomes n1.
    expect(renameNodes(state, MEMBERS, [1, 2, 0])).toEqual({
      self: 1,
      votedFor: null,
      voters: [0, 1],
      nextIndex: [12, 10, 11],
      term: 2,
      log: [{ votedFor: 2, term: 1 }],
    });
  });

  it('renames inside what is listed by node', () => {
    const state = { nextIndex: [{ votedFor: 0 }, { votedFor: 1 }] };
    expect(renameNodes(state, MEMBERS, [1, 0])).toEqual({ nextIndex: [{ votedFor: 0 }, { votedFor: 1 }] });
  });

  it('leaves alone the config, numbers under other names, and lists of another length', () => {
    const state = { config: { self: 0 }, term: 0, nextIndex: [], voters: null };
    const renamed = renameNodes(state, MEMBERS, [1, 0]) as typeof state;
    expect(renamed).toEqual(state);
    expect(renamed.config).toBe(state.config);
  });

  it('keeps members in their order, so that equal states still print alike', () => {
    const state = { term: 1, self: 0, voters: [0], nextIndex: [1, 2] };
    expect(JSON.stringify(renameNodes(state, MEMBERS, [1, 0]))).toBe(
      '{"term":1,"self":1,"voters":[1],"nextIndex":[2,1]}',
    );
  });

  it('is undone by the inverse renaming, and follows composition', () => {
    const nodes = 4;
    const node = fc.nat({ max: nodes - 1 });
    const drawnState = fc.record({
      self: node,
      votedFor: fc.option(node),
      voters: fc.uniqueArray(node).map((voters) => voters.toSorted((a, b) => a - b)),
      nextIndex: fc.array(fc.nat(9), { minLength: nodes, maxLength: nodes }),
    });
    const names = fc.constantFrom(...permutationsOf(nodes));
    fc.assert(
      fc.property(drawnState, names, names, (state, first, second) => {
        const inverse = first.map((_, at) => first.indexOf(at));
        const once = renameNodes(state, MEMBERS, first);
        expect(renameNodes(once, MEMBERS, inverse)).toEqual(state);
        const both = first.map((name) => second[name]!);
        expect(renameNodes(once, MEMBERS, second)).toEqual(renameNodes(state, MEMBERS, both));
      }),
      { seed: 42, numRuns: 200 },
    );
  });

  it('knows every permutation but the identity', () => {
    expect([1, 2, 3, 4].map((nodes) => permutationsOf(nodes).length)).toEqual([0, 1, 5, 23]);
    expect(new Set(permutationsOf(4).map(String)).size).toBe(23);
  });
});
