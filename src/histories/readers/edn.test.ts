import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Value } from '../history.ts';
import { type Notation, readRecords } from './edn.ts';

function values(text: string, notation: Notation = 'edn', chunkLength = text.length): Value[] {
  const chunks: string[] = [];
  for (let start = 0; start < text.length; start += Math.max(1, chunkLength)) {
    chunks.push(text.slice(start, start + Math.max(1, chunkLength)));
  }
  return [...readRecords(chunks, notation)].map(({ value }) => value);
}

describe('EDN', () => {
  test.each<[string, Value]>([
    ['{:type :ok, :value nil}', { type: 'ok', value: null }],
    ['{:a/b true :c false}', { 'a/b': true, c: false }],
    ['{"a" 1 2 3 nil 4 [1 2] 5}', { a: 1, 2: 3, null: 4, '[1,2]': 5 }],
    ['{:v [1 (2 3) #{4} []]}', { v: [1, [2, 3], [4], []] }],
    ['{:v [0 -0 +5 -7 12N 1.5 -2.5e3 3M 1E2 1/4 -3/2]}', { v: [0, 0, 5, -7, 12, 1.5, -2500, 3, 100, 0.25, -1.5] }],
    ['{:v 9007199254740991}', { v: 9007199254740991 }],
    ['{:v 9007199254740993}', { v: '9007199254740993' }],
    ['{:v ["a\\n\\t\\"\\\\b" "\\u00e9" "two\nlines"]}', { v: ['a\n\t"\\b', 'é', 'two\nlines'] }],
    ['{:v [\\a \\newline \\space \\u0041 \\( \\,]}', { v: ['a', '\n', ' ', 'A', '(', ','] }],
    ['{:v #inst "2024-01-01T00:00:00Z"}', { v: '2024-01-01T00:00:00Z' }],
    ['#jepsen.history.Op{:index 0}', { index: 0 }],
    ['{:v [##Inf ##NaN]}', { v: ['Inf', 'NaN'] }],
    ['{:a #_ :gone 1 #_[2 #_ 3] :b 4 #_{}}', { a: 1, b: 4 }],
    ['{:v [sym - + -x a.b/c? nilly truest]}', { v: ['sym', '-', '+', '-x', 'a.b/c?', 'nilly', 'truest'] }],
    ['; first\n{:a ; then\n 1}; last', { a: 1 }],
    ['{:__proto__ 1 :constructor 2 :toString 3}', JSON.parse('{"__proto__": 1, "constructor": 2, "toString": 3}')],
  ])('%s', (text, value) => {
    for (const chunkLength of [1, 2, 3, 7, text.length]) expect(values(text, 'edn', chunkLength)).toEqual([value]);
    expect(JSON.stringify(values(text))).toBe(JSON.stringify([value]));
  });

  test('records stand one after the other, in one vector, or in one list', () => {
    const records = [{ a: 1 }, { a: 2 }];
    for (const text of ['{:a 1} {:a 2}', '[{:a 1}\n{:a 2}]', '({:a 1}, {:a 2})', '[ ; why\n{:a 1} #_{:a 3} {:a 2}]']) {
      expect(values(text)).toEqual(records);
      expect(values(text, 'edn', 1)).toEqual(records);
    }
    expect(values('[]')).toEqual([]);
    expect(values('')).toEqual([]);
  });

  test('a tuple is a record, alone and in a vector', () => {
    const records = [
      [0, 'invoke', 'read', null],
      [0, 'ok', 'read', 1],
    ];
    expect(values('[0 :invoke :read nil]\n[0 :ok :read 1]')).toEqual(records);
    expect(values('[[0 :invoke :read nil]\n[0 :ok :read 1]]')).toEqual(records);
  });

  test('each record comes with its line', () => {
    const text = '[{:a 1}\n; no\n {:a\n 2} {:a "\n"}\n{:a 4}]';
    expect([...readRecords([text], 'edn')].map(({ line }) => line)).toEqual([1, 3, 4, 6]);
  });

  test('a byte order mark is passed over', () => {
    expect(values('\uFEFF{:a 1}')).toEqual([{ a: 1 }]);
  });

  test('memory does not grow with the length of the source', () => {
    function* endless(): Generator<string> {
      for (let index = 0; ; index++) yield `{:a ${index}}\n`;
    }
    let count = 0;
    for (const { value } of readRecords(endless(), 'edn')) {
      expect(value).toEqual({ a: count });
      if (++count === 10_000) break;
    }
  });
});

/** Integers that a double cannot hold exactly become texts. */
function isKept(number: number): boolean {
  return Number.isSafeInteger(number) || !/^-?\d+$/.test(String(number));
}

/** Plain JSON values with the traps of both notations in their texts. */
const value: fc.Arbitrary<Value> = fc.letrec<{ value: Value }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.constant(null),
    fc.boolean(),
    fc.integer(),
    fc
      .double({ noNaN: true, noDefaultInfinity: true })
      .filter(isKept)
      .map((number) => number + 0),
    fc.string({
      unit: fc.constantFrom('a', ' ', '"', '\\', '\n', '\t', ',', ';', ':', '{', ']', '#', 'é', '😀', '\u0001'),
    }),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(fc.string({ maxLength: 5 }), tie('value'), { maxKeys: 4, noNullPrototype: true }),
  ),
})).value;

/** The other direction of what the reader does, written without regard to it. */
function printEdn(printed: Value): string {
  if (printed === null) return 'nil';
  if (Array.isArray(printed)) return `[${(printed as readonly Value[]).map(printEdn).join(' ')}]`;
  if (typeof printed === 'object') {
    const entries = Object.entries(printed).map(([name, member]) => `${printName(name)} ${printEdn(member)}`);
    return `{${entries.join(', ')}}`;
  }
  if (typeof printed !== 'string') return String(printed).replace('e+', 'e');
  return JSON.stringify(printed);
}

function printName(name: string): string {
  return /^[a-z]+$/.test(name) ? `:${name}` : JSON.stringify(name);
}

describe('any value', () => {
  const records = fc.array(
    value.map((member) => ({ value: member })),
    { maxLength: 4 },
  );

  test('printed as EDN reads back, in whatever chunks it comes', () => {
    fc.assert(
      fc.property(records, fc.integer({ min: 1, max: 9 }), (printed, chunkLength) => {
        const text = printed.map((record) => `${printEdn(record)} ; comment\n`).join('');
        expect(values(text, 'edn', chunkLength)).toEqual(printed);
      }),
      { seed: 42, numRuns: 1500 },
    );
  });

  test('printed as JSON reads as JSON.parse reads it, in whatever chunks it comes', () => {
    fc.assert(
      fc.property(records, fc.integer({ min: 1, max: 9 }), fc.boolean(), (printed, chunkLength, isArray) => {
        const text = isArray
          ? JSON.stringify(printed, null, 1)
          : printed.map((record) => JSON.stringify(record)).join('\n');
        expect(values(text, 'json', chunkLength)).toEqual(printed);
      }),
      { seed: 42, numRuns: 1500 },
    );
  });

  test('cut off anywhere, either reads as a part or fails with a place', () => {
    fc.assert(
      fc.property(records, fc.nat(), (printed, at) => {
        const text = printed.map((record) => printEdn(record)).join('\n');
        const cut = text.slice(0, at % (text.length + 1));
        try {
          const read = values(cut);
          expect(read).toEqual(printed.slice(0, read.length));
        } catch (error) {
          expect(error).toMatchObject({
            failure: { code: 'history/unreadable', path: expect.stringMatching(/^line \d+, column \d+$/) },
          });
        }
      }),
      { seed: 42, numRuns: 1000 },
    );
  });
});
