import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exploreFully } from '../models/explore-fully.ts';
import type { ActorModel, ActorStep, NetworkKind } from './actor-model.ts';
import { actorSystem } from './actor-system.ts';
import { searchActorsPlainly } from './plain-actor-search.ts';

const NETWORKS: readonly NetworkKind[] = ['unordered_non_duplicating', 'unordered_duplicating', 'ordered'];

interface Received {
  readonly got: readonly string[];
}

/** The first actor sends all of `sent` to the second, which keeps those that are not `ignored`. */
function sender(network: NetworkKind, sent: readonly string[], isLossy: boolean) {
  const model: ActorModel<Received, string, null, never, never> = {
    names: ['sender', 'receiver'],
    network,
    isLossy,
    dropsIdleDeliveries: true,
    environment: null,
    start: (actor) => ({
      state: { got: [] },
      sends: actor === 0 ? sent.map((message) => ({ to: 1, message })) : [],
    }),
    receive: (_, { got }, __, message) =>
      message === 'ignored' || got.length > 2 ? undefined : { state: { got: [...got, message] }, sends: [] },
    properties: [],
    describe: { state: (_, state) => state, message: (message) => message },
  };
  return model;
}

describe('the plain search', () => {
  it('takes an ignored message from an ordered network only', () => {
    // Stateright v0.31.0, src/actor/model.rs, test no_op_depends_on_network: 2, 2 and 3 states. There a redelivery is ignored too.
    const uniqueOn = (network: NetworkKind) =>
      searchActorsPlainly(sender(network, ['ignored', 'interesting'], false)).unique;
    expect(uniqueOn('unordered_non_duplicating')).toBe(2);
    expect(uniqueOn('ordered')).toBe(3);
  });

  it('delivers in any order, or in the order of sending', () => {
    // Stateright v0.31.0, src/actor/model.rs, test handles_ordered_network_flag: 5 states of the receiver, and 3.
    expect(searchActorsPlainly(sender('unordered_non_duplicating', ['2', '1'], false)).unique).toBe(5);
    expect(searchActorsPlainly(sender('ordered', ['2', '1'], false)).unique).toBe(3);
  });

  it('keeps two equal messages apart in a bag, and not in a set', () => {
    expect(searchActorsPlainly(sender('unordered_non_duplicating', ['1', '1'], true))).toMatchObject({
      unique: 6,
      generated: 7,
      depth: 3,
    });
    expect(searchActorsPlainly(sender('unordered_duplicating', ['1', '1'], true))).toMatchObject({
      unique: 8,
      generated: 8,
      depth: 5,
    });
  });
});

describe('a model as a transition system', () => {
  it('has the states, steps and verdicts of the plain search, whatever the actors do', () => {
    fc.assert(
      fc.property(arbitraryModel(), (model) => {
        const plain = searchActorsPlainly(model);
        const explored = exploreFully(actorSystem(model));
        expect(explored).toMatchObject({ unique: plain.unique, generated: plain.generated, depth: plain.depth });
        const judged = plain.properties.map(({ name, holds, states }) => ({
          name,
          holds,
          steps: name === 'some reach 2' || states === undefined ? undefined : states - 1,
        }));
        expect(judged).toEqual([
          verdict(explored, 'all below 2'),
          verdict(explored, 'no step to 2'),
          verdict(explored, 'counter below 3'),
          { name: 'some reach 2', holds: explored.reached.has('some reach 2'), steps: undefined },
        ]);
      }),
      { seed: 42, numRuns: 200 },
    );
  });
});

function verdict({ violations }: ReturnType<typeof exploreFully>, name: string) {
  return { name, holds: !(name in violations), steps: violations[name] };
}

const ACTORS = 2;
const STATES = 3;
const MESSAGES = 2;

interface Rule {
  readonly state: number;
  readonly sends: readonly { readonly to: number; readonly message: number }[];
  readonly told: readonly number[];
}

/** Actors that follow tables drawn at random, beside a counter of what they tell that forbids what would go beyond 3. */
function arbitraryModel(): fc.Arbitrary<ActorModel<number, number, number, number, number>> {
  const sends = fc.array(fc.record({ to: fc.nat({ max: ACTORS - 1 }), message: fc.nat({ max: MESSAGES - 1 }) }), {
    maxLength: 1,
  });
  const rule: fc.Arbitrary<Rule> = fc.record({
    state: fc.nat({ max: STATES - 1 }),
    sends,
    told: fc.array(fc.constant(1), { maxLength: 1 }),
  });
  const table = (rules: number) =>
    fc.array(fc.option(rule, { nil: undefined, freq: 2 }), { minLength: rules, maxLength: rules });
  return fc
    .record({
      network: fc.constantFrom(...NETWORKS),
      isLossy: fc.boolean(),
      dropsIdleDeliveries: fc.boolean(),
      messagesPerLinkMax: fc.constantFrom(1, 2),
      starts: fc.array(sends, { minLength: ACTORS, maxLength: ACTORS }),
      receives: table(ACTORS * STATES * MESSAGES),
      acts: table(ACTORS * STATES),
      isCut: fc.boolean(),
      hasBoundary: fc.boolean(),
    })
    .map(({ starts, receives, acts, isCut, hasBoundary, ...rest }) => ({
      ...rest,
      names: ['a', 'b'],
      environment: 0,
      start: (actor) => ({ state: 0, sends: starts[actor]! }),
      receive: (actor, state, _, message) => stepOf(receives[(actor * STATES + state) * MESSAGES + message]),
      actions: () => [0],
      act: (actor, state) => [stepOf(acts[actor * STATES + state])].filter((step) => step !== undefined),
      isPossible: (counter, actor) => actor === 0 || counter < 2,
      observe: (counter, observation) => (counter + observation > 3 ? undefined : counter + observation),
      lose: (counter) => (counter > 2 ? undefined : counter + 1),
      isLinked: (counter, from, to) => !isCut || counter !== 1 || from + to !== 1,
      ...(hasBoundary ? { isWithinBoundary: (actor: number, state: number) => actor !== 1 || state < 2 } : {}),
      properties: [
        {
          kind: 'always',
          name: 'all below 2',
          statement: 'No actor is in state 2.',
          holds: ({ states }) => (states.includes(2) ? `states ${states.join()}` : undefined),
        },
        {
          kind: 'always_step',
          name: 'no step to 2',
          statement: 'No step leads to state 2 from below.',
          holds: (_, before, after) => (before < 2 && after === 2 ? 'to 2' : undefined),
        },
        {
          kind: 'always',
          name: 'counter below 3',
          statement: 'The counter stays below 3.',
          looksAt: 'environment',
          holds: ({ environment }) => (environment < 3 ? undefined : `counter ${environment}`),
        },
        {
          kind: 'sometimes',
          name: 'some reach 2',
          statement: 'Somebody is in state 2 with a message on the way.',
          looksAt: 'network',
          reached: (view) => view.states.includes(2) && view.inFlight().length > 0,
        },
      ],
      describe: { state: (_, state) => state, message: String },
    }));
}

function stepOf(rule: Rule | undefined): ActorStep<number, number, number> | undefined {
  return rule === undefined ? undefined : { state: rule.state, sends: rule.sends, observations: rule.told };
}
