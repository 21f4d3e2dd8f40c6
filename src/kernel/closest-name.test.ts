import { expect, test } from 'vitest';
import { closestName } from './closest-name.ts';

test.each([
  ['nodse', 'nodes'],
  ['Nodes', 'nodes'],
  ['node', 'nodes'],
  ['reed', 'reads'],
  ['node_cuont', 'node_count'],
  ['latency_limit', 'latency_limit_ms'],
  ['quorum', undefined],
  ['', undefined],
  ['n'.repeat(1e6), undefined],
])('%#: the name that was meant', (given, meant) => {
  expect(closestName(given, ['nodes', 'reads', 'node_count', 'latency_limit_ms'])).toBe(meant);
});
