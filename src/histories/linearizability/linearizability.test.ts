import { describe, expect, it } from 'vitest';
import { stepBudget } from '../../kernel/budget.ts';
import { attempt } from '../../kernel/failure.ts';
import type { History, Operation, Value } from '../history.ts';
import type { ModelSpec } from '../models/catalogue.ts';
import { checkLinearizability } from './linearizability.ts';
import { LinearizabilityStream } from './linearizability-stream.ts';
import { possibleFinalStates, possibleResults } from './possible-outcomes.ts';

type Asked = readonly [process: number, f: string, input: Value, output: Value, invoked: number, completed?: number];

function historyOf(...asked: readonly Asked[]): History {
  const operations = asked.map(([process, f, input, output, invoked, completed = Infinity], id): Operation => {
    const outcome = completed === Infinity ? 'open' : 'ok';
    return { id, process, f, key: undefined, input, output, outcome, invoked, completed, invokedLine: invoked + 1 };
  });
  return { operations, processes: ['a', 'b', 'c', 'd', 'e'], remarks: [] };
}

const REGISTER: ModelSpec = { name: 'register' };
const check = (history: History, spec: ModelSpec, steps = 1e6) =>
  checkLinearizability(history, spec, {}, stepBudget(steps));

describe('the answer', () => {
  it('names the culprit, the states it found, who left them so, the operation before, and an order of what came before', () => {
    const history = historyOf([0, 'write', 1, null, 0, 1], [1, 'write', 2, null, 2, 3], [2, 'read', null, 1, 4, 5]);
    const [, second, stale] = history.operations;
    expect(check(history, REGISTER)).toEqual({
      verdict: 'violated',
      model: 'register',
      operations: 3,
      parts: 1,
      decidedBy: [{ algorithm: 'zones', parts: 1 }],
      peakConfigurations: 0,
      violation: {
        key: undefined,
        culprit: stale,
        sentence: 'process c read 1 (line 5), but when that completed it could only be 2 (left so by process b)',
        states: [{ state: '2', why: 'it would have returned 2', leftBy: [second] }],
        previousOk: second,
        longestPrefix: [0, 1],
        operations: history.operations,
      },
    });
  });

  it('holds for nothing at all', () => {
    expect(check(historyOf(), REGISTER)).toMatchObject({ verdict: 'holds', parts: 0 });
  });

  it('finds the violated key among many, and judges keys apart', () => {
    const good = historyOf([0, 'write', 1, null, 0, 1], [0, 'read', null, 1, 2, 3]).operations;
    const bad = historyOf([1, 'write', 1, null, 4, 5], [1, 'read', null, null, 6, 7]).operations;
    const operations = [...good.map((each) => ({ ...each, key: 'x' })), ...bad.map((each) => ({ ...each, key: 'y' }))];
    const numbered = operations.map((operation, id) => ({ ...operation, id }));
    const found = check({ operations: numbered, processes: ['a', 'b'], remarks: [] }, REGISTER);
    expect(found).toMatchObject({ verdict: 'violated', parts: 2, violation: { key: 'y' } });
    expect(found.violation!.sentence).toContain('when that completed y could only be 1');
  });

  it('is unknown when the budget ends, and says what grew and what would help', () => {
    const open = Array.from({ length: 14 }, (_, index): Asked => [index, 'add', 2 ** index, null, index]);
    const history = historyOf(...open, [20, 'read', null, 2 ** 15, 100, 101]);
    expect(check(history, { name: 'counter' }, 3000)).toMatchObject({
      verdict: 'unknown',
      unknown: {
        cause: 'steps',
        overlapping: 15,
        open: 14,
        advice: expect.stringContaining('14 operations that stayed open overlap'),
      },
    });
    expect(check(history, { name: 'counter' }, 1e8).verdict).toBe('violated');
  });

  it('is unknown when the memory ends', () => {
    const open = Array.from({ length: 18 }, (_, index): Asked => [index, 'add', 2 ** index, null, index]);
    const history = historyOf(...open, [20, 'read', null, 2 ** 19, 100, 101]);
    const found = checkLinearizability(history, { name: 'counter' }, { bytesMax: 1e6 }, stepBudget(1e8));
    expect(found).toMatchObject({ verdict: 'unknown', unknown: { cause: 'memory' } });
  });

  it('observes failed compare-and-sets only on demand', () => {
    const write = historyOf([0, 'write', 1, null, 0, 1], [1, 'cas', [1, 2], null, 2, 3]);
    const operations = write.operations.map((each) =>
      each.f === 'cas' ? { ...each, outcome: 'failed' as const } : each,
    );
    const history = { ...write, operations };
    expect(check(history, { name: 'cas-register' }).verdict).toBe('holds');
    const found = check(history, { name: 'cas-register', failedCasObserves: true });
    expect(found.violation!.sentence).toBe(
      'process b found something other than 1 (line 3), but when that completed it could only be 1 (left so by process a)',
    );
  });
});

describe('a model that does not fit', () => {
  it.each<[string, ModelSpec, Asked]>([
    ['an unknown operation', REGISTER, [0, 'enqueue', 1, null, 6, 7]],
    ['a compare-and-set of one value', { name: 'cas-register' }, [0, 'cas', 1, null, 6, 7]],
    ['a counter that reads as a text', { name: 'counter' }, [0, 'read', null, 'many', 6, 7]],
    ['a transaction that is none', { name: 'list-append' }, [0, 'txn', 'x', null, 6, 7]],
    [
      'an operation without a row',
      { name: 'table', initial: 'a', rows: [{ from: 'a', f: 'go', to: 'a' }] },
      [0, 'stop', null, null, 6, 7],
    ],
  ])('is a failure that names the line: %s', (_, spec, asked) => {
    const failed = attempt(() => check(historyOf(asked), spec));
    expect(failed).toMatchObject({ ok: false, failure: { code: 'input/invalid', path: 'line 7' } });
  });
});

describe('what could have happened', () => {
  const history = historyOf(
    [0, 'write', 1, null, 0, 1],
    [1, 'write', 2, null, 2],
    [2, 'read', null, null, 3],
    [3, 'write', 3, null, 4, 5],
    [4, 'read', null, 3, 6, 7],
  );

  it('an open read may return any value of any order', () => {
    expect(possibleResults(history, REGISTER, 2, stepBudget(1e6))).toEqual({ results: [1, 3, 2], isComplete: true });
  });

  it('a completed read may return what fits with what others saw', () => {
    expect(possibleResults(history, REGISTER, 4, stepBudget(1e6))).toEqual({ results: [3, 2], isComplete: true });
  });

  it('an open write may have taken effect last', () => {
    const [found] = possibleFinalStates(history, REGISTER, stepBudget(1e6));
    expect(found).toMatchObject({ outcome: 'all', states: [{ value: 3 }, { value: 2 }] });
  });

  it('nothing is possible at the end of what is not linearizable', () => {
    const wrong = historyOf([0, 'write', 1, null, 0, 1], [1, 'read', null, null, 2, 3]);
    expect(possibleFinalStates(wrong, REGISTER, stepBudget(1e6))).toEqual([
      { key: undefined, states: [], outcome: 'none' },
    ]);
  });
});

describe('a stream', () => {
  it('finds a violation as soon as all that was invoked before is resolved, and stays with it', () => {
    const stream = new LinearizabilityStream(REGISTER, stepBudget(1e6));
    const write = stream.invoke({ process: 0, f: 'write', key: 'x', input: 1 });
    const slow = stream.invoke({ process: 1, f: 'read', key: 'x', input: null });
    expect(stream.complete(write, 'ok').verdict).toBe('holds');
    const stale = stream.invoke({ process: 2, f: 'read', key: 'x', input: null });
    expect(stream.complete(stale, 'ok', null).verdict).toBe('holds');
    const found = stream.complete(slow, 'ok', 1);
    expect(found).toMatchObject({ verdict: 'violated', culprit: { id: stale }, states: ['1'] });
    const later = stream.invoke({ process: 2, f: 'read', key: 'x', input: null });
    expect(stream.complete(later, 'ok', 1)).toEqual(found);
  });

  it('forgets what completed, over unique values without end', () => {
    const stream = new LinearizabilityStream(REGISTER, stepBudget(1e9));
    for (let value = 0; value < 20_000; value++) {
      const write = stream.invoke({ process: 0, f: 'write', key: undefined, input: value });
      const read = stream.invoke({ process: 1, f: 'read', key: undefined, input: null });
      stream.complete(write, 'ok');
      stream.complete(read, 'ok', value);
      if (stream.waiting > 0 || stream.statesHeld > 10_000)
        expect({ value, states: stream.statesHeld }).toBeUndefined();
    }
    const read = stream.invoke({ process: 1, f: 'read', key: undefined, input: null });
    expect(stream.complete(read, 'ok', 0)).toMatchObject({ verdict: 'violated', states: ['19999'] });
  });
});
