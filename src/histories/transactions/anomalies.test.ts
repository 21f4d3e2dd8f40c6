import { describe, expect, test } from 'vitest';
import { stepBudget } from '../../kernel/budget.ts';
import type { History, Operation, Outcome, Value } from '../history.ts';
import { checkTransactions, type TransactionQuestion } from './check-transactions.ts';

type Row = readonly [process: number, invoked: number, completed: number, micros: Value, outcome?: Outcome];

function history(...rows: readonly Row[]): History {
  const operations = rows.map(([process, invoked, completed, micros, outcome = 'ok'], id): Operation => {
    const output = outcome === 'ok' ? micros : null;
    return {
      id,
      process,
      f: 'txn',
      key: undefined,
      input: micros,
      output,
      outcome,
      invoked,
      completed,
      invokedLine: 1,
    };
  });
  return { operations, processes: ['p0', 'p1', 'p2', 'p3'], remarks: [] };
}

const ask = (given: History, question: TransactionQuestion, steps = 1_000_000) =>
  checkTransactions(given, question, stepBudget(steps));

const lists = { workload: 'list-append', consistency: 'strict-serializable' } as const;
const registers = { workload: 'rw-register', consistency: 'serializable' } as const;

describe('list-append', () => {
  test('each edge of a cycle has its reason', () => {
    const given = history(
      [
        0,
        0,
        4,
        [
          ['append', 'x', 1],
          ['r', 'y', [1]],
        ],
      ],
      [
        1,
        1,
        5,
        [
          ['append', 'y', 1],
          ['r', 'x', [1]],
        ],
      ],
    );
    const result = ask(given, { ...lists, consistency: 'read-committed' });
    expect(result.verdict).toBe('violated');
    expect(result.not).toEqual(['read-committed']);
    expect(result.anomalies[0]?.cycle?.map(({ kind, reason }) => [kind, reason])).toEqual([
      ['wr', "T1 < T2, because T2 observed T1's append of 1 to key x"],
      ['wr', "but T2 < T1, because T1 observed T2's append of 1 to key y"],
    ]);
  });

  test('a stale read is wrong only where real time counts', () => {
    const given = history([0, 0, 1, [['append', 'x', 1]]], [1, 2, 3, [['r', 'x', null]]], [2, 4, 5, [['r', 'x', [1]]]]);
    expect(ask(given, { ...lists, consistency: 'serializable' }).verdict).toBe('holds');
    const strict = ask(given, lists);
    expect(strict.forbidden).toEqual(['G-single-item-realtime']);
    expect(strict.not).toEqual(['strong-snapshot-isolation']);
    expect(strict.strongestNotRuledOut).toEqual(['strong-session-serializable', 'strong-read-committed']);
  });

  test('write skew is allowed by snapshot isolation and not by serializability', () => {
    const given = history(
      [
        0,
        0,
        2,
        [
          ['r', 'x', null],
          ['append', 'y', 1],
        ],
      ],
      [
        1,
        1,
        3,
        [
          ['r', 'y', null],
          ['append', 'x', 1],
        ],
      ],
    );
    expect(ask(given, { ...lists, consistency: 'snapshot-isolation' }).verdict).toBe('holds');
    const result = ask(given, { ...lists, consistency: 'serializable' });
    expect(result.anomalies.map(({ type, pattern }) => [type, pattern])).toEqual([['G2-item', 'write-skew']]);
  });

  test('a long fork is named', () => {
    const given = history(
      [0, 0, 10, [['append', 'x', 1]]],
      [1, 1, 11, [['append', 'y', 1]]],
      [
        2,
        2,
        12,
        [
          ['r', 'x', [1]],
          ['r', 'y', null],
        ],
      ],
      [
        3,
        3,
        13,
        [
          ['r', 'x', null],
          ['r', 'y', [1]],
        ],
      ],
    );
    const result = ask(given, { ...lists, consistency: 'snapshot-isolation' });
    expect(result.anomalies.map(({ type, pattern }) => [type, pattern])).toEqual([['G-nonadjacent-item', 'long-fork']]);
    expect(ask(given, { ...lists, consistency: 'causal' }).verdict).toBe('holds');
  });

  test('an open transaction that was read did commit, one that was not need not', () => {
    const open: Row = [0, 0, Infinity, [['append', 'x', 1]], 'open'];
    expect(ask(history(open, [1, 1, 2, [['r', 'x', null]]]), lists)).toMatchObject({
      verdict: 'holds',
      openButObserved: 0,
    });
    const seen = ask(history(open, [1, 1, 2, [['r', 'x', [1]]]], [2, 3, 4, [['r', 'x', null]]]), lists);
    expect(seen).toMatchObject({ verdict: 'violated', openButObserved: 1 });
  });

  test.each([
    ['G1a', history([0, 0, 1, [['append', 'x', 1]], 'failed'], [1, 2, 3, [['r', 'x', [1]]]])],
    [
      'G1b',
      history(
        [
          0,
          0,
          1,
          [
            ['append', 'x', 1],
            ['append', 'x', 2],
          ],
        ],
        [1, 2, 3, [['r', 'x', [1]]]],
      ),
    ],
    [
      'internal',
      history([
        0,
        0,
        1,
        [
          ['append', 'x', 1],
          ['r', 'x', null],
        ],
      ]),
    ],
    ['duplicate-elements', history([0, 0, 1, [['append', 'x', 1]]], [1, 2, 3, [['r', 'x', [1, 1]]]])],
    ['unwritten-read', history([1, 2, 3, [['r', 'x', [7]]]])],
    [
      'dirty-update',
      history(
        [0, 0, 1, [['append', 'x', 1]], 'failed'],
        [1, 2, 3, [['append', 'x', 2]]],
        [2, 4, 5, [['r', 'x', [1, 2]]]],
      ),
    ],
    [
      'incompatible-order',
      history(
        [0, 0, 1, [['append', 'x', 1]]],
        [0, 2, 3, [['append', 'x', 2]]],
        [1, 4, 5, [['r', 'x', [1, 2]]]],
        [1, 6, 7, [['r', 'x', [2]]]],
      ),
    ],
    [
      'lost-update',
      history(
        [
          0,
          0,
          2,
          [
            ['r', 'x', null],
            ['append', 'x', 1],
          ],
        ],
        [
          1,
          1,
          3,
          [
            ['r', 'x', null],
            ['append', 'x', 2],
          ],
        ],
      ),
    ],
  ] as const)('%s is found', (type, given) => {
    const result = ask(given, lists);
    expect(result.verdict).toBe('violated');
    expect(result.forbidden).toContain(type);
  });
});

describe('rw-register', () => {
  test('a value that nobody wrote is an anomaly, unless keys begin with it', () => {
    const given = history([0, 0, 1, [['w', 'x', 1]]], [1, 2, 3, [['r', 'x', 2]]]);
    expect(ask(given, registers).forbidden).toEqual(['unwritten-read']);
    expect(ask(given, { ...registers, initial: 2 }).verdict).toBe('holds');
  });

  test('a stale read of a single key is caught under strict serializability', () => {
    const given = history([0, 0, 1, [['w', 'x', 1]]], [0, 2, 3, [['w', 'x', 2]]], [1, 4, 5, [['r', 'x', 1]]]);
    const result = ask(given, { ...registers, consistency: 'strict-serializable' });
    expect(result.verdict).toBe('violated');
    expect(result.anomalies[0]?.text).toMatch(/realtime|completed at event|must come before/);
    expect(ask(given, registers).verdict).toBe('holds');
  });

  test('promises of single keys give the cycle its plain name', () => {
    const given = history([0, 0, 1, [['w', 'x', 1]]], [0, 2, 3, [['w', 'x', 2]]], [1, 4, 5, [['r', 'x', 1]]]);
    const result = ask(given, { ...registers, linearizableKeys: true });
    expect(result.forbidden).toEqual(['cyclic-versions']);
  });

  test('a value written twice is a broken precondition, not a verdict', () => {
    const given = history([0, 0, 1, [['w', 'x', 1]]], [1, 2, 3, [['w', 'x', 1]]], [2, 4, 5, [['r', 'x', 1]]]);
    const result = ask(given, registers);
    expect(result.verdict).toBe('unknown');
    expect(result.unknownBecause[0]).toMatch(/written more than once/);
  });

  test('a read of a value that the reader writes later is a read of the future', () => {
    const given = history([
      0,
      0,
      1,
      [
        ['r', 'x', 1],
        ['w', 'x', 1],
      ],
    ]);
    expect(ask(given, registers).forbidden).toEqual(['future-read']);
  });
});

test('an exhausted budget is unknown, with the reason', () => {
  const given = history([0, 0, 1, [['append', 'x', 1]]], [1, 2, 3, [['r', 'x', [1]]]]);
  const result = ask(given, lists, 1);
  expect(result.verdict).toBe('unknown');
  expect(result.unknownBecause).toEqual(['step limit of 1 reached']);
});

test('an empty history satisfies everything', () => {
  expect(ask(history(), lists).strongestNotRuledOut).toEqual(['strict-serializable']);
});

test('what does not fit the workload is refused with its place', () => {
  expect(() => ask(history([0, 0, 1, [['w', 'x', 1]]]), lists)).toThrow(/does not fit the workload/);
  expect(() => ask(history([0, 0, 1, [['r', 'x', 5]]]), lists)).toThrow(/must return a list/);
});
