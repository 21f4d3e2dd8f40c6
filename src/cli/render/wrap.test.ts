import fc from 'fast-check';
import stringWidth from 'string-width';
import { expect, test } from 'vitest';
import { HARD_SPACE, withoutControls, wrapText } from './wrap.ts';

test.each<[string, number, string[]]>([
  ['one two three', 7, ['one two', 'three']],
  ['one two', 7, ['one two']],
  ['', 7, ['']],
  ['a\n\nb', 7, ['a', '', 'b']],
  ['  indented text', 10, ['  indented', '  text']],
  ['incomprehensible', 5, ['incom', 'prehe', 'nsibl', 'e']],
  ['日本語の文', 4, ['日本', '語の', '文']],
  [`{a,${HARD_SPACE}b} {c,${HARD_SPACE}d}`, 8, ['{a, b}', '{c, d}']],
  [`{aa,${HARD_SPACE}bb,${HARD_SPACE}cc}`, 8, ['{aa, bb,', 'cc}']],
])('%j in %i columns', (text, columns, lines) => {
  expect(wrapText(text, columns)).toEqual(lines);
});

test('no line is too wide, and no word is lost', () => {
  const words = fc.array(fc.oneof(fc.string({ maxLength: 12 }), fc.constantFrom('∩', 'Zürich', '👩‍👩‍👧', '語')), {
    maxLength: 30,
  });
  fc.assert(
    fc.property(words, fc.integer({ min: 6, max: 40 }), (parts, columns) => {
      const text = withoutControls(parts.join(' '));
      const lines = wrapText(text, columns);
      for (const line of lines) expect(stringWidth(line)).toBeLessThanOrEqual(columns);
      const letters = (each: string): string => each.replaceAll(/\s/g, '');
      expect(letters(lines.join(''))).toBe(letters(text));
    }),
    { seed: 42, numRuns: 300 },
  );
});
