/**
 * What the readers say to broken texts, in testdata/mistakes.txt.
 */
import { describe, expect, test } from 'vitest';
import { FailureError, renderFailure } from '../../kernel/failure.ts';
import { type ReadOptions, readHistory } from './read-history.ts';

const MISTAKES: readonly [title: string, text: string, options?: ReadOptions][] = [
  ['an empty file', ''],
  ['an empty vector', '[]'],
  ['only comments', '; nothing\n; here\n'],
  ['no history at all', 'Dear Sir or Madam,\nplease check.'],
  ['cut off within a map', '{:process 0, :type :invoke, :f :read, :value nil}\n{:process 0, :type :o'],
  ['cut off within a string', '{:process 0, :type :invoke, :f :put, :key "a", :value "x 0'],
  ['cut off after a key', '{:process 0, :type'],
  ['a vector of operations that is not closed', '[{:process 0, :type :invoke, :f :read, :value nil}\n'],
  ['the wrong bracket', '[{:process 0, :type :invoke, :f :cas, :value [1 2}]'],
  ['one bracket too many', '{:process 0, :type :invoke, :f :read}}\n'],
  ['a key without a value', '{:process 0, :type :invoke, :f}'],
  ['a key twice', '{:process 0, :type :invoke, :f :read, :type :ok}'],
  ['an unknown escape', '{:process 0, :type :invoke, :f :write, :value "a\\q"}'],
  ['a wrong number', '{:process 0, :type :invoke, :f :write, :value 12x}'],
  ['brackets without end', '['.repeat(1000)],
  ['discards without end', '#_'.repeat(1000)],
  [
    'bytes that are no UTF-8',
    '{:process 0, :type :invoke, :f :write, :value "x"}\n{:process 0, :type :ok, :value "\uFFFD"}',
  ],
  ['an unknown type', '{:process 0, :type :okay, :f :read}'],
  ['no type', '{:process 0, :f :read}'],
  ['a process that is a list', '{:process [0], :type :invoke, :f :read}'],
  ['no word', '{:process 0, :type :invoke, :value 3}'],
  ['a record that is no operation', '{:process 0, :type :invoke, :f :read}\n17'],
  ['a tuple too short', '[0 :invoke]'],
  ['JSON without a colon', '{"process": 0, "type" "invoke"}'],
  ['JSON with a word that is none', '[{"process": 0, "type": "invoke", "value": undefined}]'],
  ['JSON cut off', '[{"process": 0, "type": "invoke", "f": "read", "value": null},\n {"process": 0'],
  [
    'a completion that comes from nowhere',
    '{:process 0, :type :invoke, :f :read}\n{:process 1, :type :ok, :f :read, :value 3}',
  ],
  [
    'a process that answers after its own info',
    '{:process 0, :type :invoke, :f :write, :value 1}\n{:process 0, :type :info, :f :write, :value 1}\n{:process 0, :type :ok, :f :write, :value 1}',
  ],
  [
    'two operations open in one process',
    '{:process 0, :type :invoke, :f :write, :value 1}\n{:process 0, :type :invoke, :f :read, :value nil}',
  ],
  [
    'a completion of another operation',
    '{:process 0, :type :invoke, :f :write, :value 1}\n{:process 0, :type :ok, :f :read, :value 1}',
  ],
  ['a log whose value is cut off', 'INFO  jepsen.util - 0\t:invoke\t:cas\t[1 2'],
  ['an operation that ends before it starts', '{"process": 0, "f": "read", "output": 1, "start_ns": 10, "end_ns": 9}'],
  ['an operation with a member misspelt', '{"process": 0, "f": "read", "start_ns": 10, "ends_ns": 12}'],
  ['an operation without a start', '{"process": 0, "f": "read", "end_ns": 12}'],
  ['an operation that is ok but did not end', '{"process": 0, "f": "read", "start_ns": 10, "outcome": "ok"}'],
  ['a register line that is wrong', 'c 0 0 1 5\nr 0 0 1\n'],
  ['a transaction line that is wrong', 'w 0 1\n---\nx 0 1\n'],
  ['a Plume line that is wrong', 'w(0,1,1,1)\nw(0,1,1)\n'],
  ['a session that is wrong', 'w(x,1)|r(x)'],
  ['more operations than allowed', 'c 0 0 1 5\nc 1 1 1 6\n', { operationsMax: 1 }],
];

describe('broken texts', () => {
  test('get a failure that says where, what and what next', async () => {
    const said = MISTAKES.map(([title, text, options]) => `## ${title}\n\n${failureOf(text, options)}\n`).join('\n');
    await expect(said).toMatchFileSnapshot('testdata/mistakes.txt');
  });

  test.each(MISTAKES)('%s: the same whether it comes whole or in pieces', (_, text, options) => {
    expect(failureOf(text.split(''), options)).toBe(failureOf(text, options));
  });

  test('a line or a token without end is refused before it fills the memory', () => {
    function* without(end: string, start: string): Generator<string> {
      yield start;
      for (let index = 0; index < 1000; index++) yield 'x'.repeat(1_000_000);
      yield end;
    }
    for (const start of [
      'c 0 0 1 5\n',
      '{:process 0, :type :invoke, :value "',
      '{:process 0, :type :invoke, :value ',
    ]) {
      expect(failureOf(without('\n', start))).toContain('longer than 16777216 characters');
    }
  });

  test('a bracket that is never closed is refused before it fills the memory', () => {
    function* unclosed(): Generator<string> {
      yield '{:process 0, :type :invoke, :value [';
      for (let index = 0; index < 100; index++) yield `"${'x'.repeat(1_000_000)}" `;
    }
    expect(failureOf(unclosed())).toContain('one record is longer than 67108864 characters');
  });
});

function failureOf(text: Iterable<string>, options: ReadOptions = {}): string {
  try {
    readHistory(typeof text === 'string' ? [text] : text, options);
    return 'no failure';
  } catch (error) {
    if (error instanceof FailureError) return renderFailure(error.failure);
    throw error;
  }
}
