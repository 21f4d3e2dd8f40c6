import { describe, expect, it } from 'vitest';
import { actorSystem } from '../actors/actor-system.ts';
import { searchActorsPlainly } from '../actors/plain-actor-search.ts';
import { exploreFully } from './explore-fully.ts';
import { type PaxosMessage, type PaxosServerState, paxos } from './paxos.ts';
import type { RegisterActorState, RegisterMessage } from './register-clients.ts';

const MINUTES_5 = 300_000;

const setup = (clients: number, network: 'unordered_non_duplicating' | 'unordered_duplicating' | 'ordered') =>
  paxos({ clients, servers: 3, network });

describe('single-decree Paxos', () => {
  it('has the states of Stateright for one client at three servers', () => {
    // Measured with Stateright v0.31.0, examples/paxos.rs.
    const expected = { unique: 265, generated: 482, depth: 14 };
    const model = setup(1, 'unordered_non_duplicating');
    expect(searchActorsPlainly(model)).toEqual({
      ...expected,
      properties: [
        { name: 'linearizable', holds: true },
        { name: 'value chosen', holds: true, states: 9 },
      ],
    });
    expect(exploreFully(actorSystem(model))).toMatchObject({ ...expected, violations: {} });
  });

  it('has the states of Stateright for two clients', () => {
    // Stateright v0.31.0, examples/paxos.rs asserts 16,668; 32,971 and 21 were measured with it.
    const explored = exploreFully(actorSystem(setup(2, 'unordered_non_duplicating')));
    expect(explored).toMatchObject({ unique: 16_668, generated: 32_971, depth: 21, violations: {} });
    expect(explored.reached.has('value chosen')).toBe(true);
  });

  it(
    'has the states of Stateright for three clients',
    () => {
      // 1,194,428 was measured with Stateright v0.31.0; 2,420,477 and 28 are ours.
      expect(exploreFully(actorSystem(setup(3, 'unordered_non_duplicating')))).toMatchObject({
        unique: 1_194_428,
        generated: 2_420_477,
        depth: 28,
        violations: {},
      });
    },
    MINUTES_5,
  );

  it('agrees with the plain search on the other networks', () => {
    for (const network of ['unordered_duplicating', 'ordered'] as const) {
      const model = setup(1, network);
      const { unique, generated, depth, properties } = searchActorsPlainly(model);
      expect(properties.map(({ holds }) => holds)).toEqual([true, true]);
      expect(exploreFully(actorSystem(model))).toMatchObject({ unique, generated, depth, violations: {} });
    }
  });

  it('proposes what the highest ballot among the promises had accepted, not its own put', () => {
    const older = { ballot: { round: 1, server: 1 }, proposal: { request: 3, client: 3, value: 'A' } };
    const newer = { ballot: { round: 2, server: 0 }, proposal: { request: 4, client: 4, value: 'B' } };
    const ballot = { round: 3, server: 2 };
    const own = { request: 5, client: 5, value: 'C' };
    const state = proposerOf({ ballot, proposal: own, promises: [null, null, { accepted: older }] });
    const step = receive(2, state, 0, { kind: 'prepared', ballot, accepted: newer });
    expect(step?.sends).toEqual(
      [0, 1].map((to) => ({ to, message: { kind: 'accept', ballot, proposal: newer.proposal } })),
    );
  });

  it('proposes its own put where nobody in the majority had accepted any', () => {
    const ballot = { round: 3, server: 2 };
    const own = { request: 5, client: 5, value: 'C' };
    const state = proposerOf({ ballot, proposal: own, promises: [null, null, { accepted: null }] });
    const step = receive(2, state, 0, { kind: 'prepared', ballot, accepted: null });
    expect(step?.sends).toEqual([0, 1].map((to) => ({ to, message: { kind: 'accept', ballot, proposal: own } })));
  });

  it('promises nothing to a ballot that is not higher, and accepts none that is lower', () => {
    const state = proposerOf({ ballot: { round: 2, server: 1 } });
    const lower = { round: 2, server: 0 };
    const proposal = { request: 3, client: 3, value: 'A' };
    expect(receive(2, state, 1, { kind: 'prepare', ballot: { round: 2, server: 1 } })).toBeUndefined();
    expect(receive(2, state, 0, { kind: 'accept', ballot: lower, proposal })).toBeUndefined();
    expect(receive(2, state, 1, { kind: 'accept', ballot: { round: 2, server: 1 }, proposal })).toBeDefined();
  });

  it('answers a get only where the decision is known', () => {
    expect(receive(2, proposerOf({}), 3, { kind: 'get', request: 6 })).toBeUndefined();
    const accepted = { ballot: { round: 1, server: 0 }, proposal: { request: 3, client: 3, value: 'A' } };
    const step = receive(2, proposerOf({ accepted, isDecided: true }), 3, { kind: 'get', request: 6 });
    expect(step?.sends).toEqual([{ to: 3, message: { kind: 'get_ok', request: 6, value: 'A' } }]);
  });
});

function proposerOf(given: Partial<PaxosServerState>): RegisterActorState<PaxosServerState> {
  const nothing: PaxosServerState = {
    ballot: { round: 0, server: 0 },
    proposal: null,
    promises: [null, null, null],
    accepts: [false, false, false],
    accepted: null,
    isDecided: false,
  };
  return { role: 'server', server: { ...nothing, ...given } };
}

function receive(
  self: number,
  state: RegisterActorState<PaxosServerState>,
  from: number,
  message: RegisterMessage | PaxosMessage,
) {
  return setup(3, 'ordered').receive(self, state, from, message);
}
