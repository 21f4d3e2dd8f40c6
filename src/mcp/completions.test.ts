import { expect, test } from 'vitest';
import { completionsOf } from './completions.ts';

test.each<[string, string[]]>([
  ['', ['load', 'network', 'latency', 'overload']],
  ['l', ['load', 'latency', 'overload']],
  ['LO', ['load', 'overload']],
  ['work', ['network']],
  ['.*', []],
  ['loads', []],
])('%j is completed to %j', (typed, values) => {
  expect(completionsOf(['load', 'network', 'latency', 'overload'], typed)).toEqual(values);
});
