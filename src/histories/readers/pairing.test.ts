import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Operation, Value } from '../history.ts';
import { openHistory, type ReadOptions, readHistory } from './read-history.ts';

type Step = readonly [process: number | string, type: string, f: string, value?: Value];

function read(steps: readonly Step[], options: ReadOptions = {}): ReturnType<typeof readHistory> {
  const lines = steps.map(([process, type, f, value = null]) => JSON.stringify({ process, type, f, value }));
  return readHistory([lines.join('\n')], options);
}

function brief(operations: readonly Operation[]): unknown[] {
  return operations.map(({ process, f, input, output, outcome, invoked, completed }) => [
    process,
    f,
    input,
    output,
    outcome,
    invoked,
    completed,
  ]);
}

describe('pairing', () => {
  test('ok and fail complete, info and the end leave open', () => {
    const { operations, processes, remarks } = read([
      [7, 'invoke', 'write', 1],
      [3, 'invoke', 'read'],
      [7, 'ok', 'write', 1],
      [3, 'fail', 'read', 'timed-out'],
      [7, 'invoke', 'cas', [1, 2]],
      [3, 'invoke', 'write', 5],
      [7, 'info', 'cas', 'timed-out'],
    ]);
    expect(brief(operations)).toEqual([
      [0, 'write', 1, 1, 'ok', 0, 2],
      [1, 'read', null, null, 'failed', 1, 3],
      [0, 'cas', [1, 2], null, 'open', 4, Infinity],
      [1, 'write', 5, null, 'open', 5, Infinity],
    ]);
    expect(processes).toEqual(['7', '3']);
    expect(remarks).toEqual([]);
    expect(operations.map(({ invokedLine, completedLine }) => [invokedLine, completedLine])).toEqual([
      [1, 3],
      [2, 4],
      [5, 7],
      [6, undefined],
    ]);
  });

  test('a process that acts after its own info counts as a new one, and each time again', () => {
    const { operations, processes, remarks } = read([
      [0, 'invoke', 'write', 1],
      [0, 'info', 'write'],
      [0, 'invoke', 'write', 2],
      [0, 'info', 'write'],
      [0, 'invoke', 'read'],
      [0, 'ok', 'read', 2],
    ]);
    expect(operations.map(({ process, outcome }) => [process, outcome])).toEqual([
      [0, 'open'],
      [1, 'open'],
      [2, 'ok'],
    ]);
    expect(processes).toEqual(['0', '0 from line 3', '0 from line 5']);
    expect(remarks.map(({ line, kind }) => [line, kind])).toEqual([
      [3, 'acts_after_info'],
      [5, 'acts_after_info'],
    ]);
  });

  test('a failure without an invocation is left out with a remark', () => {
    const { operations, remarks } = read([
      [0, 'fail', 'write', 1],
      [0, 'invoke', 'read'],
      [0, 'ok', 'read', null],
    ]);
    expect(operations).toHaveLength(1);
    expect(remarks).toEqual([
      {
        line: 1,
        kind: 'completion_without_invocation',
        text: 'left out: this fail completes no operation that is open',
      },
    ]);
  });

  test('what breaks the history can be left out', () => {
    const { operations, remarks } = read(
      [
        [0, 'invoke', 'write', 1],
        [0, 'invoke', 'write', 2],
        [0, 'ok', 'read', 9],
        [0, 'ok', 'write', 2],
        [5, 'ok', 'write', 3],
      ],
      { leaveOutBroken: true },
    );
    expect(operations.map(({ input, outcome }) => [input, outcome])).toEqual([
      [1, 'open'],
      [2, 'ok'],
    ]);
    expect(remarks.map(({ kind }) => kind)).toEqual([
      'two_open_in_one_process',
      'completion_of_another_operation',
      'completion_without_invocation',
    ]);
  });

  test('events without a process complete what they fit', () => {
    const { operations, hasRealTime } = readHistory([
      `{:type :invoke :f :read :value nil}
       {:type :invoke :f :write :value 425}
       {:type :invoke :f :write :value 430}
       {:type :ok :f :write :value 430}
       {:type :ok :f :write :value 425}
       {:type :ok :f :read :value 430}`,
    ]);
    expect(brief(operations)).toEqual([
      [0, 'read', null, 430, 'ok', 0, 5],
      [1, 'write', 425, 425, 'ok', 1, 4],
      [2, 'write', 430, 430, 'ok', 2, 3],
    ]);
    expect(hasRealTime).toBe(true);
  });

  test('transactions without a process and a word complete by their keys and writes', () => {
    const { operations } = readHistory([
      `{:type :invoke :value [[:r 1 nil] [:append 2 3]]}
       {:type :invoke :value [[:r 1 nil] [:append 2 4]]}
       {:type :ok :value [[:r 1 [7]] [:append 2 4]]}`,
    ]);
    expect(operations.map(({ f, output, outcome }) => [f, output, outcome])).toEqual([
      ['txn', null, 'open'],
      [
        'txn',
        [
          ['r', 1, [7]],
          ['append', 2, 4],
        ],
        'ok',
      ],
    ]);
  });
});

/** A history as it may come: each process invokes and completes by turns, and ends with an info or open. */
const steps = fc
  .array(
    fc.record({
      process: fc.integer({ min: 0, max: 3 }),
      type: fc.constantFrom('ok', 'ok', 'fail', 'info'),
      f: fc.constantFrom('read', 'write', 'add'),
      value: fc.integer({ min: 0, max: 9 }),
    }),
    { maxLength: 30 },
  )
  .map((moves) => {
    const open = new Map<number, Step>();
    const gone = new Set<number>();
    const built: Step[] = [];
    for (const { process, type, f, value } of moves) {
      if (gone.has(process)) continue;
      const running = open.get(process);
      const step: Step = running === undefined ? [process, 'invoke', f, value] : [process, type, running[2], value];
      if (running === undefined) open.set(process, step);
      else open.delete(process);
      if (step[1] === 'info') gone.add(process);
      built.push(step);
    }
    return built;
  })
  .filter((built) => built.length > 0);

/** Looks, for each invocation, for the next event of its process. Events are numbered without the infos. */
function pairedSlowly(events: readonly Step[]): unknown[] {
  const numberOf = (at: number): number => events.slice(0, at).filter(([, type]) => type !== 'info').length;
  const names = [...new Set(events.map(([process]) => process))];
  return events.flatMap(([process, type, f, input = null], at) => {
    if (type !== 'invoke') return [];
    const next = events.findIndex((other, index) => index > at && other[0] === process);
    const [, end, , value = null] = events[next] ?? [process, 'info', f];
    const outcome = { ok: 'ok', fail: 'failed', info: 'open' }[end];
    const completed = end === 'info' ? Infinity : numberOf(next);
    return [[names.indexOf(process), f, input, end === 'ok' ? value : null, outcome, numberOf(at), completed]];
  });
}

describe('any history', () => {
  test('pairs as by looking ahead for the next event of the process', () => {
    fc.assert(
      fc.property(steps, (events) => {
        expect(brief(read(events).operations)).toEqual(pairedSlowly(events));
      }),
      { seed: 42, numRuns: 1000 },
    );
  });

  test('reads the same from JSON, EDN maps, tuples and a log, but for the lines', () => {
    const texts = (events: readonly Step[]): string[] => [
      events.map(([process, type, f, value = null]) => JSON.stringify({ process, type, f, value })).join('\n'),
      `[${events.map(([process, type, f, value = null]) => JSON.stringify({ index: 3, f, process, value, type })).join(',')}]`,
      events
        .map(
          ([process, type, f, value]) =>
            `{:process ${process}, :type :${type}, :f :${f}, :value ${JSON.stringify(value)}}`,
        )
        .join('\n'),
      `(${events.map(([process, type, f, value]) => `[${process} :${type} :${f} ${JSON.stringify(value)}]`).join('\n')})`,
      events
        .map(([process, type, f, value]) => `INFO  jepsen.util - ${process}\t:${type}\t:${f}\t${JSON.stringify(value)}`)
        .join('\n'),
    ];
    fc.assert(
      fc.property(steps, (events) => {
        const read = texts(events).map((text) => brief(readHistory(text.split('')).operations));
        for (const other of read) expect(other).toEqual(read[0]);
      }),
      { seed: 42, numRuns: 200 },
    );
  });

  test('streamed, shows each operation first open and then as it ended', () => {
    fc.assert(
      fc.property(steps, (events) => {
        const text = events.map(
          ([process, type, f, value]) =>
            `{:process ${process} :type :${type} :f :${f} :value ${JSON.stringify(value)}}`,
        );
        const stream = openHistory(text);
        const seen: Operation[] = [];
        for (const { kind, operation } of stream.events) {
          if (kind === 'invoked') expect(operation).toMatchObject({ id: seen.length, outcome: 'open', output: null });
          else expect(seen[operation.id]?.outcome).toBe('open');
          seen[operation.id] = operation;
        }
        const { operations, processes } = readHistory(text);
        expect(seen).toEqual(operations);
        expect(stream.processes).toEqual(processes);
      }),
      { seed: 42, numRuns: 200 },
    );
  });
});
