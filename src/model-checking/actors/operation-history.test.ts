import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RegisterOperation as TimedOperation } from '../../histories/register-linearizability.ts';
import { checkRegisterLinearizability } from '../../histories/register-linearizability.ts';
import { stepBudget } from '../../kernel/budget.ts';
import type { OperationEvent, OperationHistory, RegisterOperation, RegisterValue } from './operation-history.ts';
import { emptyHistory, isLinearizable, linearizabilityComplaint, recordOperation } from './operation-history.ts';

const write = (client: number, value: RegisterValue, key = 0): OperationEvent => ({
  kind: 'invoke',
  client,
  operation: { kind: 'write', key, value },
});
const read = (client: number, key = 0): OperationEvent => ({
  kind: 'invoke',
  client,
  operation: { kind: 'read', key },
});
const swap = (client: number, expected: RegisterValue, value: RegisterValue): OperationEvent => ({
  kind: 'invoke',
  client,
  operation: { kind: 'cas', key: 0, expected, value },
});
const ok = (client: number, result: RegisterValue = null): OperationEvent => ({ kind: 'return', client, result });
const failed = (client: number): OperationEvent => ({ kind: 'fail', client });

function historyOf(...events: readonly OperationEvent[]): OperationHistory {
  return events.reduce(recordOperation, emptyHistory(3));
}

describe('a history of operations', () => {
  it('keeps with each operation what had completed before it', () => {
    const history = historyOf(write(0, 1), read(1), ok(0), read(2), ok(1, 1));
    expect(history.clients.map(({ completed, open }) => [...completed, open].map((each) => each?.after))).toEqual([
      [[0, 0, 0], undefined],
      [[0, 0, 0], undefined],
      [[1, 0, 0]],
    ]);
  });

  it('is the same whatever the order of steps that nobody can tell apart', () => {
    const one = historyOf(write(0, 1), write(1, 2), ok(0), ok(1));
    const other = historyOf(write(1, 2), write(0, 1), ok(1), ok(0));
    expect(JSON.stringify(one)).toBe(JSON.stringify(other));
  });

  it('refuses a second operation of a client, and an answer to none', () => {
    expect(() => historyOf(write(0, 1), read(0))).toThrow('one operation open');
    expect(() => historyOf(ok(0))).toThrow('was invoked');
  });
});

describe('linearizability', () => {
  it('lets a read overlap a write and see either value', () => {
    expect(isLinearizable(historyOf(write(0, 1), read(1), ok(1, null), ok(0)))).toBe(true);
    expect(isLinearizable(historyOf(write(0, 1), read(1), ok(1, 1), ok(0)))).toBe(true);
  });

  it('does not let a read see what a completed write replaced', () => {
    expect(isLinearizable(historyOf(write(0, 1), ok(0), read(1), ok(1, null)))).toBe(false);
  });

  it('does not let a read see a write that is invoked later', () => {
    expect(isLinearizable(historyOf(read(0), ok(0, 1), write(1, 1), ok(1)))).toBe(false);
  });

  it('does not let a later read see the value before an earlier read, though the write is still open', () => {
    const halfway = [write(0, 1), read(1), ok(1, 1), read(2)];
    expect(isLinearizable(historyOf(...halfway, ok(2, 1)))).toBe(true);
    expect(isLinearizable(historyOf(...halfway, ok(2, null)))).toBe(false);
  });

  it('lets an open write take effect at any time, or never, and a failed one never', () => {
    expect(isLinearizable(historyOf(write(0, 1), read(1), ok(1, null), read(1), ok(1, 1)))).toBe(true);
    expect(isLinearizable(historyOf(write(0, 1), read(1), ok(1, null)))).toBe(true);
    expect(isLinearizable(historyOf(write(0, 1), failed(0), read(1), ok(1, 1)))).toBe(false);
  });

  it('lets one of two equal compare-and-sets succeed, not both', () => {
    expect(isLinearizable(historyOf(swap(0, null, 1), swap(1, null, 2), ok(0), failed(1)))).toBe(true);
    expect(isLinearizable(historyOf(swap(0, null, 1), swap(1, null, 2), ok(0), ok(1)))).toBe(false);
  });

  it('judges each key by itself', () => {
    expect(isLinearizable(historyOf(write(0, 1, 7), ok(0), read(1, 8), ok(1, null)))).toBe(true);
    expect(isLinearizable(historyOf(write(0, 1, 7), ok(0), write(1, 2, 8), read(2, 7), ok(2, null)))).toBe(false);
  });

  it('says who saw what on the key that has no order', () => {
    const history = historyOf(write(0, 'A'), ok(0), write(1, 'B'), read(2), ok(2, null));
    expect(linearizabilityComplaint(history, (client) => `client ${client + 1}`)).toBe(
      'no order explains what was seen of key 0: client 1 wrote A; client 2 may have written B; client 3 read null',
    );
  });

  it('agrees with the checker of timed histories', () => {
    fc.assert(
      fc.property(fc.array(arbitraryChoice(), { maxLength: 24 }), (choices) => {
        const { history, timed } = replay(choices);
        const { verdict } = checkRegisterLinearizability(timed, stepBudget(1_000_000));
        expect(isLinearizable(history) ? 'holds' : 'violated').toBe(verdict);
      }),
      { seed: 42, numRuns: 3000 },
    );
  });
});

interface Choice {
  readonly client: number;
  readonly operation: RegisterOperation;
  readonly fails: boolean;
  readonly result: RegisterValue;
}

function arbitraryChoice(): fc.Arbitrary<Choice> {
  const value = fc.integer({ min: 1, max: 3 });
  const seen = fc.option(value, { nil: null });
  const key = fc.integer({ min: 0, max: 1 });
  const operation: fc.Arbitrary<RegisterOperation> = fc.oneof(
    fc.record({ kind: fc.constant('read' as const), key }),
    fc.record({ kind: fc.constant('write' as const), key, value }),
    fc.record({ kind: fc.constant('cas' as const), key, expected: seen, value }),
  );
  const fails = fc.integer({ min: 0, max: 9 }).map((draw) => draw === 0);
  return fc.record({ client: fc.integer({ min: 0, max: 2 }), operation, fails, result: seen });
}

/** Each choice invokes an operation of its client, or ends the one that is open; its place is the time. */
function replay(choices: readonly Choice[]): { history: OperationHistory; timed: readonly TimedOperation[] } {
  let history = emptyHistory(3);
  const timed: TimedOperation[] = [];
  const openOf = new Map<number, number>();
  for (const [at, { client, operation, fails, result }] of choices.entries()) {
    const open = openOf.get(client);
    if (open === undefined) {
      history = recordOperation(history, { kind: 'invoke', client, operation });
      openOf.set(client, timed.push({ process: client, ...timedOf(operation), invokedUs: at, outcome: 'open' }) - 1);
    } else {
      openOf.delete(client);
      const isRead = timed[open]!.kind === 'read';
      const seen = isRead ? { result: result as number | null } : {};
      history = recordOperation(history, fails ? failed(client) : ok(client, isRead ? result : null));
      timed[open] = {
        ...timed[open]!,
        completedUs: at,
        ...(fails ? { outcome: 'failed' } : { outcome: 'ok', ...seen }),
      };
    }
  }
  return { history, timed };
}

function timedOf(operation: RegisterOperation): Pick<TimedOperation, 'kind' | 'key' | 'value' | 'expected'> {
  const { kind, key } = operation;
  if (kind === 'read') return { kind, key };
  const value = operation.value as number;
  return kind === 'write' ? { kind, key, value } : { kind, key, value, expected: operation.expected as number | null };
}
