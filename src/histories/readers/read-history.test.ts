import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { detectFormat, FORMATS, type Format } from './format.ts';
import { readHistory } from './read-history.ts';

function testdata(name: string): string {
  return readFileSync(new URL(`testdata/${name}`, import.meta.url), 'utf8');
}

describe('formats', () => {
  const EXAMPLES: readonly [Format, string][] = [
    ['jepsen_edn', '{:process 0, :type :invoke, :f :read, :value nil}'],
    ['jepsen_edn', '\uFEFF; a history\n\n[{:type :invoke, :process 0}'],
    ['jepsen_edn', '[\n[0 :invoke :read nil]'],
    ['jepsen_edn', '({:type :invoke}'],
    ['jepsen_edn', '#jepsen.history.Op{:type :invoke}'],
    ['jepsen_log', 'Jepsen 0.1\nINFO  jepsen.core - Running test\nINFO  jepsen.util - 0\t:invoke\t:read\tnil'],
    ['jepsen_log', '2024-05-01 10:00:00,123{GMT}\tINFO\t[jepsen worker 3] jepsen.util: 3\t:ok\t:read\t4'],
    ['event_json', '[{"type":"invoke","f":"read","process":0}]'],
    ['event_json', '{"process": 0, "type": "invoke", "f": "write", "value": 1, "time_ns": 5}'],
    ['operation_json', '{"process": 0, "f": "write", "input": 1, "start_ns": 5, "end_ns": 9}'],
    ['register_text', 'c 4 4 1 5'],
    ['awdit_text', 'r 0 1\n----'],
    ['plume_text', 'r(3041,0,1,0)'],
    ['session_text', 'w(x,1)w(y,1)|r(x,1)'],
  ];

  test.each(EXAMPLES)('%s: %j', (format, text) => {
    expect(detectFormat(text)).toBe(format);
  });

  test('all have an example here', () => {
    expect(new Set(EXAMPLES.map(([format]) => format))).toEqual(new Set(Object.keys(FORMATS)));
  });
});

/** Line by line with a regular expression, and the next line of the process. */
function readLogSlowly(text: string): unknown[] {
  const events = text
    .trim()
    .split('\n')
    .map((line) => /(\d+)\s+:(\w+)\s+:(\w+)\s+(.+)/.exec(line)!.slice(1) as [string, string, string, string])
    .map(([process, type, f, form]) => ({
      process,
      type,
      f,
      value: /^[[\d]/.test(form) ? JSON.parse(form.replace(' ', ',')) : null,
    }));
  return events.flatMap(({ process, type, f, value }, at) => {
    if (type !== 'invoke') return [];
    const end = events.slice(at + 1).find((other) => other.process === process);
    return [[process, f, value, end?.type === 'ok' ? end.value : null, end?.type ?? 'info']];
  });
}

describe('files of others', () => {
  test.each(['etcd_000.log', 'etcd_002.log'])('%s reads as a simple reader of its lines reads it', (name) => {
    const { operations, processes, remarks } = readHistory([testdata(name)]);
    const words = { ok: 'ok', failed: 'fail', open: 'info' };
    const read = operations.map(({ process, f, input, output, outcome }) => [
      processes[process],
      f,
      input,
      output,
      words[outcome],
    ]);
    expect(read).toEqual(readLogSlowly(testdata(name)));
    expect(remarks).toEqual([]);
  });

  test("Porcupine's key-value file has its 58 operations, each with its key", () => {
    const { operations, format, processes } = readHistory([testdata('porcupine-kv-c01-ok.txt')]);
    expect(operations).toHaveLength(58);
    expect(operations[0]).toMatchObject({ f: 'append', key: '0', input: 'x 0 0 y', outcome: 'ok' });
    expect(operations.every(({ key }) => typeof key === 'string')).toBe(true);
    expect([format, processes]).toEqual(['jepsen_edn', ['0']]);
  });

  test("AWDIT's long fork has five transactions in three sessions, and no real time", () => {
    const { operations, processes, hasRealTime, initial } = readHistory([testdata('awdit-long-fork.txt')]);
    expect(operations.map(({ process, output }) => [process, output])).toEqual([
      [
        0,
        [
          ['w', 0, 0],
          ['w', 1, 0],
        ],
      ],
      [1, [['w', 0, 1]]],
      [
        1,
        [
          ['r', 0, 1],
          ['r', 1, 0],
        ],
      ],
      [2, [['w', 1, 1]]],
      [
        2,
        [
          ['r', 1, 1],
          ['r', 0, 0],
        ],
      ],
    ]);
    expect([processes.length, hasRealTime, initial]).toEqual([3, false, 0]);
  });
});

describe('text formats', () => {
  test('a register in calls and returns', () => {
    const { operations, initial, hasRealTime } = readHistory(['c 0 4 1 7\nc 1 5 0 0\nr 1 5 0 7\nr 0 4 1 7\n']);
    expect(operations).toMatchObject([
      { f: 'write', input: 7, invoked: 0, completed: 3, process: 0 },
      { f: 'read', input: null, output: 7, invoked: 1, completed: 2, process: 1 },
    ]);
    expect([initial, hasRealTime]).toEqual([0, true]);
  });

  test('transactions of Plume, whose lines may be mixed', () => {
    const { operations, processes } = readHistory(['w(0,1,s,1)\nw(k,2,t,2)\nr(k,2,s,1)\nr(0,1,s,3)\n']);
    expect(operations.map(({ process, output }) => [processes[process], output])).toEqual([
      [
        's',
        [
          ['w', 0, 1],
          ['r', 'k', 2],
        ],
      ],
      ['t', [['w', 'k', 2]]],
      ['s', [['r', 0, 1]]],
    ]);
  });

  test('sessions on one line, with an aborted transaction', () => {
    const { operations, hasRealTime } = readHistory(['w(x,1) w(y,2)! ; w(x,3)\n| r(x,3)']);
    expect(operations.map(({ process, input, outcome }) => [process, input, outcome])).toEqual([
      [
        0,
        [
          ['w', 'x', 1],
          ['w', 'y', 2],
        ],
        'failed',
      ],
      [0, [['w', 'x', 3]], 'ok'],
      [1, [['r', 'x', null]], 'ok'],
    ]);
    expect(hasRealTime).toBe(false);
  });
});

describe('what the source leaves unsaid', () => {
  test('values that are pairs of a key and a value are told from pairs of a compare-and-set', () => {
    const independent = readHistory([
      `{:process 0 :type :invoke :f :write :value [3 1]}
       {:process 0 :type :ok :f :write :value [3 1]}
       {:process 1 :type :invoke :f :cas :value [3 [1 2]]}
       {:process 0 :type :invoke :f :read :value [4 nil]}
       {:process 0 :type :ok :f :read :value [4 9]}
       {:process 1 :type :info :f :cas :value :timed-out}`,
    ]);
    expect(independent.operations.map(({ key, input, output }) => [key, input, output])).toEqual([
      [3, 1, 1],
      [3, [1, 2], null],
      [4, null, 9],
    ]);
    const plain = readHistory([
      '{:process 0 :type :invoke :f :cas :value [3 1]}{:process 1 :type :invoke :f :read :value nil}',
    ]);
    expect(plain.operations.map(({ key, input }) => [key, input])).toEqual([
      [undefined, [3, 1]],
      [undefined, null],
    ]);
  });

  test('the caller may know better', () => {
    const text = '{:process 0 :type :invoke :f :add :value [3 1]}';
    expect(readHistory([text]).operations[0]).toMatchObject({ key: undefined, input: [3, 1] });
    expect(readHistory([text], { independentKeys: true }).operations[0]).toMatchObject({ key: 3, input: 1 });
  });

  test('a history of completions has operations without real time', () => {
    const { operations, hasRealTime, remarks } = readHistory([
      `[{"process": 0, "type": "ok", "f": "txn", "value": [["append", "x", 1], ["r", "y", [2]]]},
        {"process": 1, "type": "fail", "f": "txn", "value": [["append", "y", 2]]}]`,
    ]);
    expect(operations).toMatchObject([
      {
        input: [
          ['append', 'x', 1],
          ['r', 'y', null],
        ],
        output: [
          ['append', 'x', 1],
          ['r', 'y', [2]],
        ],
        outcome: 'ok',
      },
      { input: [['append', 'y', 2]], output: null, outcome: 'failed' },
    ]);
    expect(hasRealTime).toBe(false);
    expect(remarks.map(({ kind }) => kind)).toEqual(['completions_only']);
  });

  test('micro-operations get their short names, and make an operation a transaction', () => {
    const { operations } = readHistory(['{:process 0 :type :invoke :f :read :value [[:read :x nil] [:write :y 2]]}']);
    expect(operations[0]).toMatchObject({
      f: 'txn',
      input: [
        ['r', 'x', null],
        ['w', 'y', 2],
      ],
    });
  });
});

describe('oddities', () => {
  function remarks(text: string): unknown[] {
    return readHistory([text]).remarks.map(({ line, kind, text: said }) => [line, kind, said]);
  }

  test('the nemesis is left out', () => {
    const { operations, remarks: said } = readHistory([
      `{:process :nemesis, :type :info, :f :start, :value nil}
       {:process 0, :type :invoke, :f :read, :value nil}
       [:nemesis :info :stop "n1"]`,
    ]);
    expect(operations).toMatchObject([{ f: 'read', invoked: 0 }]);
    expect(said.map(({ line, kind }) => [line, kind])).toEqual([
      [1, 'nemesis'],
      [3, 'nemesis'],
    ]);
  });

  test('a history of the nemesis alone has no operations', () => {
    const { operations, remarks: said } = readHistory(['{:process :nemesis, :type :info, :f :start}']);
    expect(operations).toEqual([]);
    expect(said.map(({ kind }) => kind)).toEqual(['nemesis', 'no_operations']);
  });

  test('time that goes back, and numbers that come twice or out of order', () => {
    expect(
      remarks(`{:process 0 :type :invoke :f :read :time 20 :index 0}
               {:process 1 :type :invoke :f :read :time 15 :index 2}
               {:process 0 :type :ok :f :read :time 20 :index 2}
               {:process 1 :type :ok :f :read :time 30 :index 1}`),
    ).toEqual([
      [2, 'time_goes_back', 'the time goes back by 5 ns against line 1; the order of the lines counts'],
      [3, 'duplicate_index', 'the index 2 comes a second time'],
      [4, 'index_goes_back', 'the index 1 comes after 2; the order of the lines counts'],
    ]);
  });

  test('a number that elsewhere is a numeral in quotes', () => {
    expect(
      remarks(`{:process 0 :type :invoke :f :write :value 1}
               {:process 1 :type :invoke :f :read :value nil}
               {:process 1 :type :ok :f :read :value "1"}`),
    ).toEqual([
      [3, 'mixed_types', 'line 1 has a number and line 3 a numeral in quotes: 1 and "1" are different values'],
    ]);
  });

  test('other lines of a log are counted, twenty at most each for itself', () => {
    const noise = Array.from({ length: 30 }, (_, index) => `INFO  jepsen.core - note ${index}`).join('\n');
    const { operations, remarks: said } = readHistory([`${noise}\nINFO  jepsen.util - 0\t:invoke\t:write\t3\tnil\n`]);
    expect(operations).toMatchObject([{ f: 'write', input: 3 }]);
    expect(said).toHaveLength(20);
    expect(said[19]).toEqual({
      line: 20,
      kind: 'line_not_recognised',
      text: 'left out: no event of an operation (and 10 more such)',
    });
  });
});
