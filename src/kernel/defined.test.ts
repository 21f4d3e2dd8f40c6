import { expect, test } from 'vitest';
import { defined } from './defined.ts';

test('undefined members are left out, null and zero are kept, and the argument is not touched', () => {
  const members = { a: 1 as number | undefined, b: undefined, c: null, d: 0 };
  expect(Object.keys(defined(members))).toEqual(['a', 'c', 'd']);
  expect(Object.keys(members)).toEqual(['a', 'b', 'c', 'd']);
});

test('what may be undefined becomes an optional property', () => {
  const limit = Math.min(1, 2) as number | undefined;
  const request: { readonly limit?: number; readonly name: string } = defined({ limit, name: 'x' });
  expect(request).toEqual({ limit: 1, name: 'x' });
});
