import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stepBudget } from '../kernel/budget.ts';
import { checkRegisterLinearizability, type RegisterOperation } from './register-linearizability.ts';
import { searchOrder } from './register-search.ts';
import { orderByZones } from './register-zones.ts';

const nameOfKey = (key: number): string => 'xyz'[key] ?? `k${key}`;
const check = (history: readonly RegisterOperation[], steps = 100_000) =>
  checkRegisterLinearizability(history, stepBudget(steps), nameOfKey);

type Times = readonly [invokedUs: number, completedUs?: number];

function operation(
  process: number,
  kind: RegisterOperation['kind'],
  [invokedUs, completedUs]: Times,
): RegisterOperation {
  const times = completedUs === undefined ? { invokedUs } : { invokedUs, completedUs };
  return { process, kind, key: 0, ...times, outcome: completedUs === undefined ? 'open' : 'ok' };
}
const write = (process: number, value: number, times: Times): RegisterOperation => ({
  ...operation(process, 'write', times),
  value,
});
const read = (process: number, result: number | null, times: Times): RegisterOperation => ({
  ...operation(process, 'read', times),
  result,
});
const cas = (process: number, expected: number | null, value: number, times: Times): RegisterOperation => ({
  ...operation(process, 'cas', times),
  expected,
  value,
});

describe('verdicts and their reasons', () => {
  it('holds for the empty history, and for reads that follow the writes', () => {
    expect(check([])).toEqual({ verdict: 'holds', staleReads: [] });
    expect(check([read(1, null, [0, 1]), write(1, 7, [2, 3]), read(2, 7, [4, 5])]).verdict).toBe('holds');
  });

  it('names a stale read and the write that had completed before it', () => {
    const stale = read(2, 1, [4, 5]);
    const second = write(1, 2, [2, 3]);
    expect(check([write(1, 1, [0, 1]), second, stale])).toEqual({
      verdict: 'violated',
      key: 0,
      operation: stale,
      reason: "client 2 read x=1 after client 1's write of 2 had completed",
      staleReads: [{ read: stale, replacedBy: second }],
    });
  });

  it('counts a value as written once somebody has read it, though its write is still open', () => {
    const inverted = read(3, null, [4, 5]);
    const verdict = check([write(1, 1, [0]), read(2, 1, [2, 3]), inverted]);
    expect(verdict).toMatchObject({ verdict: 'violated', reason: 'client 3 read x=null after client 2 had read x=1' });
    expect(verdict.staleReads).toMatchObject([{ read: inverted }]);
  });

  it('finds two readers who disagree about the order of two writes, where no read is stale by itself', () => {
    const verdict = check([
      write(1, 1, [0, 10]),
      write(2, 2, [0, 10]),
      read(3, 1, [1, 2]),
      read(3, 2, [3, 4]),
      read(4, 1, [5, 6]),
    ]);
    expect(verdict).toMatchObject({ verdict: 'violated', operation: { process: 4 } });
    expect(verdict).toHaveProperty(
      'reason',
      'client 4 read x=1 after client 3 had read x=2, while client 3 read x=2 after client 3 had read x=1',
    );
  });

  it('finds values that nobody wrote, whose write was refused, or that are read before they are written', () => {
    expect(check([read(1, 9, [0, 1])])).toHaveProperty('reason', 'client 1 read x=9, which nobody wrote');
    const refused: RegisterOperation = { ...write(2, 9, [0, 1]), outcome: 'failed' };
    expect(check([refused, read(1, 9, [2, 3])])).toHaveProperty(
      'reason',
      'client 1 read x=9, which only client 2 tried to write, and was refused',
    );
    expect(check([read(1, 9, [0, 1]), write(2, 9, [2, 3])])).toHaveProperty(
      'reason',
      'client 1 read x=9 before client 2 asked to write it',
    );
  });

  it('lets an open write take effect late, early, or never', () => {
    const open = write(1, 1, [0]);
    expect(check([open, read(2, null, [5, 6])]).verdict).toBe('holds');
    expect(check([open, read(2, 1, [5, 6])]).verdict).toBe('holds');
    expect(check([open, read(2, null, [5, 6]), read(2, 1, [7, 8])]).verdict).toBe('holds');
  });

  it('takes operations that touch in time as overlapping', () => {
    expect(check([write(1, 1, [0, 5]), read(2, null, [5, 6])]).verdict).toBe('holds');
    expect(check([write(1, 1, [0, 4]), read(2, null, [5, 6])]).verdict).toBe('violated');
  });

  it('judges each key by itself and reports the violation that completed first', () => {
    const inKeyOne = [write(1, 1, [0, 1]), read(1, null, [2, 3])].map((each) => ({ ...each, key: 1 }));
    const inKeyZero = [write(1, 1, [0, 1]), read(1, null, [4, 5])];
    expect(check([...inKeyZero, ...inKeyOne])).toMatchObject({ verdict: 'violated', key: 1 });
  });

  it('does not let two clients both replace the same value', () => {
    const verdict = check([cas(1, null, 1, [0, 1]), cas(2, null, 2, [2, 3])]);
    expect(verdict).toMatchObject({
      verdict: 'violated',
      reason: 'client 2 replaced x=null by 2, but when that completed x could only hold 1 (written by client 1)',
    });
    expect(check([cas(1, null, 1, [0, 9]), cas(2, 1, 2, [2, 3])]).verdict).toBe('holds');
  });

  it('says unknown, not holds, when the budget ends', () => {
    const many = Array.from({ length: 12 }, (_, index) => write(index, index % 2, [0, 100]));
    const hard = [...many, read(20, 1, [101, 102])];
    expect(check(hard, 50)).toMatchObject({ verdict: 'unknown', key: 0, reason: 'step limit of 50 reached' });
    expect(check(hard).verdict).toBe('holds');
  });
});

/** All orders, one after the other: an order fits when it respects time and every read and compare-and-set. */
function hasOrder(history: readonly RegisterOperation[]): boolean {
  const certain = history.filter(({ outcome }) => outcome === 'ok');
  const optional = history.filter(({ outcome, kind }) => outcome === 'open' && kind !== 'read');
  const place = (
    left: readonly RegisterOperation[],
    extra: readonly RegisterOperation[],
    value: number | null,
  ): boolean => {
    if (left.length === 0) return true;
    return [...left, ...extra].some((next) => {
      const isFirst = left.every((each) => each === next || (each.completedUs ?? Infinity) >= next.invokedUs);
      const mustBe = next.kind === 'read' ? next.result : next.expected;
      if (!isFirst || (next.kind !== 'write' && (mustBe ?? null) !== value)) return false;
      const without = (list: readonly RegisterOperation[]) => list.filter((each) => each !== next);
      return place(without(left), without(extra), next.kind === 'read' ? value : (next.value ?? null));
    });
  };
  return place(certain, optional, null);
}

const arbitraryTimes = fc
  .tuple(fc.integer({ min: 0, max: 12 }), fc.integer({ min: 0, max: 5 }), fc.boolean(), fc.boolean())
  .map(([from, length, a, b]): Times => (a && b ? [from] : [from, from + length]));
const arbitraryResult = fc.option(fc.integer({ min: 1, max: 4 }), { nil: null });
const arbitraryRead = fc.tuple(arbitraryResult, arbitraryTimes).map(([result, times]) => read(1, result, times));
const arbitraryOperation = fc.oneof(
  arbitraryRead,
  fc.tuple(fc.integer({ min: 1, max: 4 }), arbitraryTimes).map(([value, times]) => write(2, value, times)),
  fc
    .tuple(arbitraryResult, fc.integer({ min: 1, max: 4 }), arbitraryTimes)
    .map(([expected, value, times]) => cas(3, expected, value, times)),
);
/** Up to four writes of distinct values, and reads. */
const arbitraryUnique = fc
  .tuple(fc.array(arbitraryTimes, { maxLength: 4 }), fc.array(arbitraryRead, { maxLength: 4 }))
  .map(([writes, reads]) => [...writes.map((times, index) => write(9, index + 1, times)), ...reads]);

describe('against trying all orders', () => {
  it('zones agree, for values written once', () => {
    let violated = 0;
    fc.assert(
      fc.property(arbitraryUnique, (history) => {
        const misfit = orderByZones(history, 'x');
        violated += misfit === undefined ? 0 : 1;
        expect(misfit === undefined).toBe(hasOrder(history));
      }),
      { seed: 42, numRuns: 2000 },
    );
    expect(violated).toBeGreaterThan(200);
    expect(violated).toBeLessThan(1800);
  });

  it('the search agrees, for all operations', () => {
    fc.assert(
      fc.property(fc.array(arbitraryOperation, { maxLength: 7 }), (history) => {
        expect(searchOrder(history, 'x', stepBudget(1_000_000)) === undefined).toBe(hasOrder(history));
      }),
      { seed: 42, numRuns: 1000 },
    );
  });

  it('no history with a stale read has an order, and the whole check agrees', () => {
    fc.assert(
      fc.property(fc.array(arbitraryOperation, { maxLength: 7 }), (history) => {
        const { verdict, staleReads } = check(history);
        if (staleReads.length > 0) expect(verdict).toBe('violated');
        for (const { read: stale } of staleReads) expect(history).toContain(stale);
        expect(verdict).toBe(hasOrder(history) ? 'holds' : 'violated');
      }),
      { seed: 7, numRuns: 1000 },
    );
  });
});
