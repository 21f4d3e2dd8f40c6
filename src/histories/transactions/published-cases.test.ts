/** Small histories of other checkers' tests, with the verdicts that those and a search over all orders of commits agree on. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { stepBudget } from '../../kernel/budget.ts';
import type { History, MicroOperation, Operation } from '../history.ts';
import { checkTransactions, type DecidedModel } from './check-transactions.ts';

interface Case {
  readonly id: string;
  readonly sessions: readonly (readonly (readonly MicroOperation[])[])[];
  readonly expected: Readonly<Record<string, boolean>>;
}

const CASES = JSON.parse(
  readFileSync(new URL('./testdata/register-cases.json', import.meta.url), 'utf8'),
) as readonly Case[];

test.each(CASES)('$id', ({ sessions, expected }) => {
  const history = historyOf(sessions);
  for (const [consistency, holds] of Object.entries(expected)) {
    const question = { workload: 'rw-register', definitions: 'axiomatic', initial: 0, hasRealTime: false } as const;
    const result = checkTransactions(
      history,
      { ...question, consistency: consistency as DecidedModel },
      stepBudget(1_000_000),
    );
    expect(`${consistency} ${result.verdict}`).toBe(`${consistency} ${holds ? 'holds' : 'violated'}`);
  }
});

function historyOf(sessions: Case['sessions']): History {
  const operations: Operation[] = [];
  sessions.forEach((session, process) => {
    for (const micros of session) {
      const id = operations.length;
      const at = { invoked: 2 * id, completed: 2 * id + 1, invokedLine: 2 * id + 1 };
      const output = micros.map((micro) => [...micro]);
      operations.push({ id, process, f: 'txn', key: undefined, input: output, output, outcome: 'ok', ...at });
    }
  });
  return { operations, processes: sessions.map((_, index) => `${index}`), remarks: [] };
}
