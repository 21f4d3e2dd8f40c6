import { describe, expect, test } from 'vitest';
import { stepBudget } from '../../kernel/budget.ts';
import { createPrng } from '../../kernel/prng.ts';
import type { History } from '../history.ts';
import { checkTransactions, type DecidedModel, type TransactionQuestion } from './check-transactions.ts';
import { type PlainModel, type PlainOrder, someCommitOrder } from './every-commit-order.ts';
import { randomTransactions, type TransactionShape } from './random-transactions.ts';

const BUDGET = 10_000_000;

const LEVELS: readonly (readonly [DecidedModel, PlainModel, PlainOrder, 'adya' | 'axiomatic'])[] = [
  ['read-committed', 'read-committed', 'none', 'adya'],
  ['read-committed', 'monotonic-read-committed', 'session', 'axiomatic'],
  ['read-atomic', 'read-atomic', 'none', 'adya'],
  ['read-atomic', 'read-atomic', 'session', 'axiomatic'],
  ['causal', 'causal', 'session', 'adya'],
  ['prefix', 'prefix', 'none', 'adya'],
  ['strong-session-prefix', 'prefix', 'session', 'adya'],
  ['snapshot-isolation', 'snapshot-isolation', 'none', 'adya'],
  ['snapshot-isolation', 'snapshot-isolation', 'session', 'axiomatic'],
  ['strong-snapshot-isolation', 'snapshot-isolation', 'realtime', 'adya'],
  ['serializable', 'serializable', 'none', 'adya'],
  ['strong-session-serializable', 'serializable', 'session', 'adya'],
  ['strict-serializable', 'serializable', 'realtime', 'adya'],
];

const SHAPES: readonly TransactionShape[] = (['rw-register', 'list-append'] as const).flatMap((workload) => [
  { workload, transactions: 4, processes: 2, keys: 2, most: 3, wrongInTen: 5, failedInTen: 1, openInTen: 1 },
  { workload, transactions: 5, processes: 3, keys: 3, most: 3, wrongInTen: 5, failedInTen: 0, openInTen: 1 },
  { workload, transactions: 5, processes: 4, keys: 2, most: 2, wrongInTen: 6, failedInTen: 0, openInTen: 0 },
]);

describe('every verdict is that of trying all orders of commits', () => {
  test.each(SHAPES)('$workload, $transactions transactions on $keys keys', (shape) => {
    const prng = createPrng(42);
    const tally = new Map<string, number>();
    for (let run = 0; run < 170; run++) {
      const history = randomTransactions(prng, shape);
      for (const [consistency, plain, order, definitions] of LEVELS) {
        const result = check(history, { workload: shape.workload, consistency, definitions });
        // A transaction that contradicts itself has no meaning to the plain definition of these.
        if (plain.endsWith('read-committed') && result.anomalyCounts.has('internal')) continue;
        const expected = someCommitOrder(history, plain, order) ? 'holds' : 'violated';
        if (result.verdict !== expected) expect.fail(complaint(history, consistency, definitions, expected, result));
        tally.set(`${consistency} ${expected}`, (tally.get(`${consistency} ${expected}`) ?? 0) + 1);
      }
    }
    for (const [consistency] of LEVELS) {
      for (const verdict of ['holds', 'violated'])
        expect(tally.get(`${consistency} ${verdict}`) ?? 0).toBeGreaterThan(5);
    }
  });
});

function check(history: History, question: TransactionQuestion) {
  return checkTransactions(history, question, stepBudget(BUDGET));
}

function complaint(history: History, ...rest: readonly unknown[]): string {
  const lines = history.operations.map((operation) =>
    [
      operation.process,
      operation.invoked,
      operation.completed,
      operation.outcome,
      JSON.stringify(operation.output ?? operation.input),
    ].join(' '),
  );
  return [...lines, ...rest.map((part) => JSON.stringify(part))].join('\n');
}
