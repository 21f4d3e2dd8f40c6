import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readHistory } from './read-history.ts';

interface Timed {
  readonly process: string;
  readonly startNs: number;
  readonly endNs: number | undefined;
}

function read(operations: readonly Timed[]): ReturnType<typeof readHistory> {
  const lines = operations.map(({ process, startNs, endNs }, index) =>
    JSON.stringify({
      process,
      f: 'write',
      input: index,
      start_ns: startNs,
      ...(endNs === undefined ? {} : { end_ns: endNs }),
    }),
  );
  return readHistory([lines.join('\n')]);
}

/** What each process does one after the other, with times so coarse that they often touch. */
const timedOperations = fc
  .array(fc.array(fc.tuple(fc.integer({ min: 0, max: 2 }), fc.integer({ min: 0, max: 2 })), { maxLength: 4 }), {
    minLength: 1,
    maxLength: 4,
  })
  .map((processes) =>
    processes.flatMap((moves, process) => {
      let nowNs = 0;
      return moves.map(([waitNs, lastsNs], index): Timed => {
        const startNs = nowNs + waitNs;
        nowNs = startNs + lastsNs;
        return { process: `p${process}`, startNs, endNs: lastsNs === 2 && index % 2 === 1 ? undefined : nowNs };
      });
    }),
  )
  .filter((operations) => operations.length > 0)
  .chain((operations) => fc.shuffledSubarray(operations, { minLength: operations.length }));

describe('operations with start and end', () => {
  test('precede each other exactly when one ended before the other started, but for the order within a process', () => {
    fc.assert(
      fc.property(timedOperations, (timed) => {
        const { operations, remarks } = read(timed);
        const moved = remarks.some(({ kind }) => kind === 'touching_times');
        for (const a of operations) {
          for (const b of operations) {
            const [first, second] = [timed[a.input as number]!, timed[b.input as number]!];
            const precedes = a.completed < b.invoked;
            if (first.endNs !== undefined && first.endNs < second.startNs) expect(precedes).toBe(true);
            else if (precedes) expect(first.process).toBe(second.process);
            if (a.id < b.id && first.process === second.process && first.endNs !== undefined && !moved) {
              expect(precedes).toBe(true);
            }
          }
        }
      }),
      { seed: 42, numRuns: 2000 },
    );
  });

  test('of one process may touch, and those of others overlap both', () => {
    const { operations, remarks } = read([
      { process: 'a', startNs: 0, endNs: 10 },
      { process: 'a', startNs: 10, endNs: 20 },
      { process: 'b', startNs: 10, endNs: 15 },
      { process: 'c', startNs: 5, endNs: 10 },
    ]);
    const [a1, c, b, a2] = operations;
    expect(operations.map(({ input }) => input)).toEqual([0, 3, 2, 1]);
    expect(a1!.completed).toBeLessThan(a2!.invoked);
    expect(b!.invoked).toBeLessThan(a1!.completed);
    expect(c!.completed).toBeGreaterThan(a2!.invoked);
    expect(remarks).toEqual([]);
  });

  test('leave a process only while nothing stays open', () => {
    const { operations, processes } = read([
      { process: 'a', startNs: 20, endNs: 30 },
      { process: 'a', startNs: 0, endNs: undefined },
      { process: 'a', startNs: 40, endNs: 50 },
    ]);
    expect(operations.map(({ process, outcome }) => [processes[process], outcome])).toEqual([
      ['a', 'open'],
      ['a from line 1', 'ok'],
      ['a from line 1', 'ok'],
    ]);
  });

  test('take their outcome from what they say, and else from whether they ended', () => {
    const { operations, processes } = readHistory([
      `{"process": 1, "f": "read", "output": 4, "start_ns": 1, "end_ns": 2}
       {"process": 1, "f": "cas", "key": "x", "input": [1, 2], "start_ns": 3, "end_ns": 4, "outcome": "failed"}
       {"process": 1, "f": "write", "input": 5, "start_ns": 1732527000000000005, "end_ns": 1732527000000000009, "outcome": "open"}
       {"process": "c", "f": "txn", "output": [["r", "x", 1], ["w", "y", 2]], "start_ns": 7, "end_ns": 8}`,
    ]);
    expect(operations).toMatchObject([
      { f: 'read', output: 4, outcome: 'ok', input: null, invokedNs: 1, completedNs: 2 },
      { f: 'cas', key: 'x', input: [1, 2], outcome: 'failed', output: null },
      {
        f: 'txn',
        input: [
          ['r', 'x', null],
          ['w', 'y', 2],
        ],
        output: [
          ['r', 'x', 1],
          ['w', 'y', 2],
        ],
      },
      { f: 'write', outcome: 'open', completed: Infinity },
    ]);
    expect(processes).toEqual(['1', 'c']);
  });
});
