import fc from 'fast-check';
import { expect, test } from 'vitest';
import { findJsonFault } from './json-fault.ts';

test.each<[string, number, string]>([
  ['', 0, 'a value'],
  ['   ', 3, 'a value'],
  ['abc', 0, 'a value'],
  ['nul', 0, 'a value'],
  ['{a: 1}', 1, 'a property name in double quotes, or "}"'],
  ['{"a": 1,}', 8, 'a property name in double quotes'],
  ['{"a" 1}', 5, '":"'],
  ['{"a":}', 5, 'a value'],
  ['[1, 2', 5, '"," or the closing bracket'],
  ['[1 2]', 3, '"," or the closing bracket'],
  ['[1,]', 3, 'a value'],
  ['[1}', 2, '"," or the closing bracket'],
  ['{]', 1, 'a property name in double quotes, or "}"'],
  ['01', 1, 'nothing more'],
  ['1.', 1, 'nothing more'],
  ['{} {}', 3, 'nothing more'],
  ["['a']", 1, 'a value or "]"'],
  ['"abc', 4, 'a closing quote'],
  ['"a\nb"', 2, 'a closing quote, or the character as an escape like \\n'],
  ['"a\\x"', 2, 'an escape like \\" or \\u00e9'],
])('%j goes wrong at %i, where %s should stand', (text, offset, expected) => {
  expect(findJsonFault(text)).toEqual({ offset, expected });
});

test('what JSON.parse takes has no fault, and what it refuses has one', () => {
  const mutated = fc
    .tuple(
      fc.json(),
      fc.nat(),
      fc.constantFrom('', ',', ':', '"', '\\', '{', '}', '[', ']', '0', '-', 'e', '\n', ' ', 't'),
    )
    .map(([text, position, piece]) => {
      const at = position % (text.length + 1);
      return text.slice(0, at) + piece + text.slice(at + (position % 2));
    });
  fc.assert(
    fc.property(mutated, (text) => {
      expect(findJsonFault(text) === undefined).toBe(isJson(text));
    }),
    { seed: 42, numRuns: 3_000 },
  );
});

test('the text up to a fault can be completed to JSON, so the fault is not reported too late', () => {
  const fault = findJsonFault('{"a": [1, {"b": tru}]}');
  expect(fault).toEqual({ offset: 16, expected: 'a value' });
  expect(isJson(`${'{"a": [1, {"b": tru}]}'.slice(0, fault?.offset)}0}]}`)).toBe(true);
});

test('depth and length do not matter', () => {
  expect(findJsonFault('['.repeat(1_000_000))).toEqual({ offset: 1_000_000, expected: 'a value or "]"' });
  expect(findJsonFault(`"${'x'.repeat(5_000_000)}`)?.offset).toBe(5_000_001);
});

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
