import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createPrng } from '../../kernel/prng.ts';
import type { Clock } from '../vector-clock.ts';
import { joinClocks, NO_CLOCK, withEntry } from '../vector-clock.ts';
import {
  applyOperation,
  DATA_TYPES,
  type DataType,
  emptyPayload,
  mergePayloads,
  type Operation,
  type Payload,
  prepare,
  readPayload,
  UPDATES,
} from './data-types.ts';

interface Replica {
  readonly payload: Payload;
  readonly clock: Clock;
}

/** Three replicas after random updates and merges, and all their operations. */
function randomReplicas(dataType: DataType, seed: number): { replicas: Replica[]; operations: Operation[] } {
  const prng = createPrng(seed);
  const replicas: Replica[] = [0, 1, 2].map(() => ({ payload: emptyPayload(dataType), clock: NO_CLOCK }));
  const operations: Operation[] = [];
  for (let step = 0; step < 25; step++) {
    const node = prng.nextInt(3);
    const mine = replicas[node]!;
    if (prng.nextInt(3) === 0) {
      replicas[node] = merged(mine, replicas[prng.nextInt(3)]!);
      continue;
    }
    const kind = UPDATES[dataType][prng.nextInt(UPDATES[dataType].length)]!;
    const effect = prepare(mine.payload, { kind, value: 1 + prng.nextInt(3) }, prng.nextInt(50));
    if (effect === undefined) continue;
    const operation: Operation = { node, count: (mine.clock[node] ?? 0) + 1, context: mine.clock, key: 0, effect };
    operations.push(operation);
    replicas[node] = {
      payload: applyOperation(mine.payload, operation),
      clock: withEntry(mine.clock, node, operation.count),
    };
  }
  return { replicas, operations };
}

function merged(mine: Replica, theirs: Replica): Replica {
  return {
    payload: mergePayloads(mine.payload, theirs.payload, mine.clock, theirs.clock),
    clock: joinClocks(mine.clock, theirs.clock),
  };
}

describe.each(DATA_TYPES)('%s', (dataType) => {
  test('has a merge that is commutative, associative and idempotent (Definition 2.3)', () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const [a, b, c] = randomReplicas(dataType, seed).replicas as [Replica, Replica, Replica];
        expect(merged(a, b).payload).toEqual(merged(b, a).payload);
        expect(merged(merged(a, b), c).payload).toEqual(merged(a, merged(b, c)).payload);
        expect(merged(a, a)).toEqual(a);
        const all = merged(merged(a, b), c);
        expect(merged(all, b).payload).toBe(all.payload);
      }),
      { seed: 42, numRuns: 200 },
    );
  });

  test('comes to the same by its operations in causal order as by its states', () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const { replicas, operations } = randomReplicas(dataType, seed);
        const byStates = replicas.reduce(merged).payload;
        const byOperations = operations.reduce(applyOperation, emptyPayload(dataType));
        expect(readPayload(byOperations)).toEqual(readPayload(byStates));
      }),
      { seed: 42, numRuns: 200 },
    );
  });
});

test('an addition that a removal has not seen stays: additions win (Specification 15)', () => {
  const empty = emptyPayload('or_set');
  const add = (node: number, count: number, seen: Payload): Payload =>
    applyOperation(seen, { node, count, context: [], key: 0, effect: prepare(seen, { kind: 'add', value: 7 }, 0)! });
  const first = add(0, 1, empty);
  const removal = prepare(first, { kind: 'remove', value: 7 }, 0)!;
  const removed = applyOperation(first, { node: 1, count: 1, context: [1], key: 0, effect: removal });
  const again = add(2, 1, empty);
  expect(readPayload(removed)).toEqual([]);
  expect(readPayload(mergePayloads(removed, again, [1, 1], [0, 0, 1]))).toEqual([7]);
});

test('what was removed from a two-phase set never comes back (Specification 12)', () => {
  let payload = emptyPayload('two_phase_set');
  for (const [index, kind] of ['add', 'remove', 'add'].entries()) {
    const effect = prepare(payload, { kind, value: 7 }, 0);
    if (effect !== undefined)
      payload = applyOperation(payload, { node: 0, count: index + 1, context: [], key: 0, effect });
  }
  expect(readPayload(payload)).toEqual([]);
});
