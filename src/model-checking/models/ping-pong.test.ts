import { describe, expect, it } from 'vitest';
import { actorSystem } from '../actors/actor-system.ts';
import { type PlainSearch, searchActorsPlainly } from '../actors/plain-actor-search.ts';
import { exploreFully } from './explore-fully.ts';
import { type PingPongSetup, pingPong } from './ping-pong.ts';

const perfect: PingPongSetup = { max: 5, isLossy: false, network: 'unordered_non_duplicating' };
const worst: PingPongSetup = { max: 5, isLossy: true, network: 'unordered_duplicating' };

const onPerfect = searchActorsPlainly(pingPong(perfect));
const onWorst = searchActorsPlainly(pingPong(worst));

function verdictOf({ properties }: PlainSearch, name: string) {
  return properties.find((property) => property.name === name);
}

describe('ping-pong', () => {
  it.each<[PingPongSetup, number]>([
    // Stateright v0.31.0, tests of src/actor/model.rs.
    [{ ...worst, max: 1 }, 14],
    [worst, 4094],
    [perfect, 11],
    [{ ...perfect, network: 'unordered_duplicating' }, 11],
  ])('has the states of Stateright for %j', (setup, unique) => {
    const plain = searchActorsPlainly(pingPong(setup));
    expect(plain.unique).toBe(unique);
    const explored = exploreFully(actorSystem(pingPong(setup)));
    expect(explored).toMatchObject({ unique, generated: plain.generated, depth: plain.depth, violations: {} });
  });

  it('keeps the counts within one of each other, however bad the network', () => {
    expect(verdictOf(onWorst, 'delta within 1')).toEqual({
      name: 'delta within 1',
      holds: true,
    });
  });

  it('can reach the maximum, first with counts 4 and 5', () => {
    expect(verdictOf(onPerfect, 'can reach max')).toMatchObject({ states: 10 });
    expect(exploreFully(actorSystem(pingPong(perfect))).reached.has('can reach max')).toBe(true);
  });

  it('must reach the maximum where nothing is lost', () => {
    for (const network of ['unordered_non_duplicating', 'unordered_duplicating', 'ordered'] as const)
      expect(verdictOf(searchActorsPlainly(pingPong({ ...perfect, network })), 'must reach max')?.holds).toBe(true);
  });

  it('may stop for good when the first message is lost', () => {
    expect(verdictOf(onWorst, 'must reach max')).toMatchObject({
      holds: false,
      states: 2,
    });
  });

  it('need not exceed the maximum, because the boundary ends the path at 5 and 5', () => {
    expect(verdictOf(onPerfect, 'must exceed max')).toMatchObject({
      holds: false,
      states: 11,
    });
  });
});
