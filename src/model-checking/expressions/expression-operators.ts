/**
 * The language of user-written invariants, one row an operator: the reference and the help are generated from it, and a test
 * executes the examples in {@link EXAMPLE_STATE}. Strings, numbers, `true`, `false`, `null`; lists from index 0; records by dot.
 */
import type { StateDescription } from '../transition-system.ts';
import { FUNCTION_ALIASES } from './functions.ts';
import { ALIASES } from './tokens.ts';

export interface OperatorDescription {
  /** How it is written: `all x in list: E`. */
  readonly name: string;
  /** Other spellings, those of TLA+ and C among them. */
  readonly aliases: readonly string[];
  readonly group: 'temporal' | 'quantifier' | 'logic' | 'comparison' | 'arithmetic' | 'access' | 'function' | 'form';
  readonly meaning: string;
  /** True in {@link EXAMPLE_STATE}. */
  readonly example: string;
}

/** A small cluster, as the examples see it. */
export const EXAMPLE_STATE: StateDescription = {
  max_term: 3,
  nodes: [
    { name: 'n1', role: 'follower', term: 2, commitIndex: 1, log: [{ term: 1, value: 7 }], votes: {} },
    {
      name: 'n2',
      role: 'leader',
      term: 3,
      commitIndex: 2,
      log: [
        { term: 1, value: 7 },
        { term: 3, value: 9 },
      ],
      votes: { n2: true, n3: true },
    },
    {
      name: 'n3',
      role: 'follower',
      term: 3,
      commitIndex: 1,
      log: [{ term: 1, value: 7 }],
      votes: {},
      votedFor: 'n2',
    },
  ],
};

type Row = readonly [name: string, meaning: string, example: string, aliases?: readonly string[]];

const of = (key: string): readonly string[] => ALIASES[key] ?? [];

function rows(group: OperatorDescription['group'], all: readonly Row[]): OperatorDescription[] {
  return all.map(([name, meaning, example, aliases = []]) => ({ name, aliases, group, meaning, example }));
}

export const EXPRESSION_OPERATORS: readonly OperatorDescription[] = [
  ...rows('temporal', [
    ['always E', 'E in every state; what a bare E means', 'always all n in nodes: n.term <= max_term', ['[] E']],
    ['sometimes E', 'E in at least one reachable state', 'sometimes some n in nodes: n.role = "leader"'],
    ['eventually E', 'on every fair path, E at some time', 'eventually some n in nodes: n.commitIndex > 1', ['<> E']],
    [
      'E leads to F',
      'on every fair path, after E comes F, or with it',
      'max_term > 2 leads to max_term > 1',
      ['E ~> F'],
    ],
  ]),
  ...rows('quantifier', [
    [
      'all x in list: E',
      'E for every element; several names range over all combinations',
      'all a, b in nodes: a.role = "leader" and b.role = "leader" implies a.name = b.name',
      of('all'),
    ],
    ['some x in list: E', 'E for at least one element', 'some n in nodes: n.commitIndex > 1', of('some')],
    ['count(x in list: E)', 'for how many elements E is true', 'count(n in nodes: n.role = "leader") <= 1'],
    ['sum(x in list: N)', 'the sum of N over the elements; 0 where there are none', 'sum(n in nodes: len(n.log)) = 4'],
    ['min(x in list: N)', 'the least N; there must be an element', 'min(n in nodes: n.term) = 2'],
    ['max(x in list: N)', 'the greatest N; there must be an element', 'max(n in nodes: n.term) <= max_term'],
    ['filter(x in list: E)', 'the elements for which E is true', 'len(filter(n in nodes: n.term = max_term)) = 2'],
    ['map(x in list: V)', 'V of every element', '"leader" in map(n in nodes: n.role)'],
  ]),
  ...rows('logic', [
    [
      'not E',
      'E is false; weaker than comparisons, so not a = b is not (a = b)',
      'not max_term = 4',
      [...of('not'), '!'],
    ],
    ['E and F', 'both; F is not looked at where E is false', 'max_term > 1 and max_term < 9', of('and')],
    ['E or F', 'at least one; F is not looked at where E is true', 'max_term = 1 or max_term = 3', of('or')],
    ['E implies F', 'F wherever E; groups to the right', 'max_term > 2 implies max_term > 1', of('implies')],
    ['E iff F', 'both or neither', 'max_term > 2 iff max_term >= 3', of('iff')],
  ]),
  ...rows('comparison', [
    ['V = W', 'equal, lists and records by what is in them', 'nodes[0].log = nodes[2].log', of('=')],
    ['V != W', 'not equal', 'nodes[0].role != "leader"', of('!=')],
    ['V < W', 'less; two numbers, or two strings by code units', 'nodes[0].name < nodes[1].name'],
    ['V <= W', 'less or equal', 'nodes[0].term <= max_term', of('<=')],
    ['V > W', 'greater', 'max_term > nodes[0].term'],
    ['V >= W', 'greater or equal', 'max_term >= nodes[1].term', of('>=')],
    ['V in list', 'an element of it', 'nodes[1].role in ["leader", "candidate"]', of('in')],
    ['V not in list', 'no element of it', 'nodes[0].role not in ["leader", "candidate"]', of('not in')],
  ]),
  ...rows('arithmetic', [
    ['N + M', 'sum', 'nodes[0].term + 1 = max_term'],
    ['N - M', 'difference', 'max_term - 1 = nodes[0].term'],
    ['-N', 'the opposite', '-max_term < 0'],
    ['N * M', 'product', 'count(n in nodes: n.term = max_term) * 2 > len(nodes)'],
    ['N / M', 'quotient, not rounded', 'len(nodes) / 2 = 1.5'],
    ['N % M', 'remainder, with the sign of M', '-1 % 3 = 2'],
    [
      'N..M',
      'the list of whole numbers from N to M, both included; empty where N > M',
      'all i in 0..len(nodes) - 1: nodes[i].term > 0',
    ],
  ]),
  ...rows('access', [
    ['V.name', 'a member of a record', 'nodes[1].log[0].term = 1'],
    ['V.name?', 'the member, or null where there is none', 'nodes[0].votedFor? = null'],
    ['V[N]', 'an item of a list, from 0; or a member of a record by its name', 'nodes[1].votes["n3"]'],
    ['V[N]?', 'the item, or null where there is none', 'nodes[0].log[5]? = null'],
    ['V[N:M]', 'the items from N up to but without M; either may be left out', 'nodes[1].log[:1] = nodes[0].log'],
  ]),
  ...rows('function', [
    ['len(V)', 'number of items, members or characters', 'len(nodes[1].log) = 2', Object.keys(FUNCTION_ALIASES)],
    ['last(list)', 'the last item', 'last(nodes[1].log).term = 3'],
    ['sum(list)', 'the sum; also sum(a, b, …)', 'sum([1, 2, 3]) = 6'],
    ['min(list)', 'the least; also min(a, b, …)', 'min(max_term, 2) = 2'],
    ['max(list)', 'the greatest; also max(a, b, …)', 'max([1, max_term]) = 3'],
    ['distinct(list)', 'every value once', 'len(distinct(map(n in nodes: n.term))) = 2'],
    ['keys(record)', 'names of its members', '"n3" in keys(nodes[1].votes)'],
    ['values(record)', 'values of its members', 'all v in values(nodes[1].votes): v'],
    ['abs(N)', 'without the sign', 'abs(nodes[0].term - max_term) = 1'],
  ]),
  ...rows('form', [
    [
      'if E then V else W',
      'V where E is true, else W',
      'all n in nodes: if n.role = "leader" then n.term = 3 else n.term <= 3',
    ],
    [
      'let x = V in W',
      'W, in which x stands for V; several by commas',
      'let last = len(nodes) - 1 in nodes[last].term = 3',
    ],
    ['[V, W]', 'a list', '[1, 2][1] = 2', ['{V, W}']],
    ['(V)', 'first what is inside', '(max_term + 1) * 2 = 8'],
  ]),
];
