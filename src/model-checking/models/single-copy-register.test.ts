import { describe, expect, it } from 'vitest';
import { actorSystem } from '../actors/actor-system.ts';
import { searchActorsPlainly } from '../actors/plain-actor-search.ts';
import { exploreFully } from './explore-fully.ts';
import type { SingleCopySetup } from './single-copy-register.ts';
import { singleCopyRegister } from './single-copy-register.ts';

const MINUTES_5 = 300_000;

const setup = (clients: number, servers: number, more: Partial<SingleCopySetup> = {}) =>
  singleCopyRegister({ clients, servers, network: 'unordered_non_duplicating', putCount: 1, ...more });

describe('the single-copy register', () => {
  it('has the states of Stateright for two clients at one server, and is linearizable', () => {
    // Stateright v0.31.0, examples/single-copy-register.rs asserts 93; 121 and 9 were measured with it.
    const expected = { unique: 93, generated: 121, depth: 9 };
    const holding = [
      { name: 'linearizable', holds: true },
      { name: 'value chosen', holds: true, states: 4 },
    ];
    expect(searchActorsPlainly(setup(2, 1))).toEqual({ ...expected, properties: holding });
    expect(exploreFully(actorSystem(setup(2, 1)))).toMatchObject({ ...expected, violations: {} });
  });

  it(
    'has the states of Stateright for three and four clients',
    () => {
      // Measured with Stateright v0.31.0, for four clients with depth.
      expect(exploreFully(actorSystem(setup(3, 1)))).toMatchObject({ unique: 4243, generated: 6778, violations: {} });
      expect(exploreFully(actorSystem(setup(4, 1)))).toMatchObject({
        unique: 400_233,
        generated: 731_789,
        depth: 17,
        violations: {},
      });
    },
    MINUTES_5,
  );

  it('is not linearizable with two servers: four deliveries show it', () => {
    // Stateright's counterexample: Put, PutOk, Get, GetOk of nothing. It stops there; 62 states are all that there are.
    const { unique, properties } = searchActorsPlainly(setup(2, 2));
    expect(unique).toBe(62);
    expect(properties).toEqual([
      { name: 'linearizable', holds: false, states: 5 },
      { name: 'value chosen', holds: true, states: 5 },
    ]);
    expect(exploreFully(actorSystem(setup(2, 2)))).toMatchObject({ unique: 62, violations: { linearizable: 4 } });
  });

  it('is not linearizable when a put can be delivered twice', () => {
    const model = setup(2, 1, { network: 'unordered_duplicating' });
    const { unique, properties } = searchActorsPlainly(model);
    expect(properties[0]).toEqual({ name: 'linearizable', holds: false, states: 10 });
    expect(exploreFully(actorSystem(model))).toMatchObject({ unique, violations: { linearizable: 9 } });
  });

  it('agrees with the plain search on every network and number of puts', () => {
    for (const network of ['unordered_non_duplicating', 'ordered'] as const)
      for (const putCount of [1, 2]) {
        const model = setup(2, 1, { network, putCount });
        const { unique, generated, depth, properties } = searchActorsPlainly(model);
        const explored = exploreFully(actorSystem(model));
        expect(explored).toMatchObject({ unique, generated, depth, violations: {} });
        expect(explored.reached.has('value chosen')).toBe(properties[1]?.holds);
      }
  });

  it('tells who wrote and read what when it is not linearizable', () => {
    const linearizable = setup(2, 2).properties[0];
    const complaint = linearizable?.kind === 'always' && linearizable.holds(viewOfStaleRead());
    expect(complaint).toBe(
      'no order explains what was seen of key 0: client 1 may have written A; client 2 wrote B, read null',
    );
  });
});

function viewOfStaleRead() {
  const model = setup(2, 2);
  const events = [
    { kind: 'invoke', client: 0, operation: { kind: 'write', key: 0, value: 'A' } },
    { kind: 'invoke', client: 1, operation: { kind: 'write', key: 0, value: 'B' } },
    { kind: 'return', client: 1, result: null },
    { kind: 'invoke', client: 1, operation: { kind: 'read', key: 0 } },
    { kind: 'return', client: 1, result: null },
  ] as const;
  const environment = events.reduce((before, event) => model.observe!(before, event)!, model.environment);
  return { states: [], environment, inFlight: () => [] };
}
