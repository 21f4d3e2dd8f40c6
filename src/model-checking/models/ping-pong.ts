/**
 * Two actors that count together: one sends Ping(n), the other, at n, answers Pong(n), and each adds one (Stateright
 * `src/actor/actor_test_util.rs`). Small enough to write down all states by hand, and enough to tell networks apart: a lost
 * message stops them for good, a repeated one is ignored.
 *
 * States in which somebody has counted beyond `max_nat` are outside the boundary. On a duplicating network the last delivered
 * message is part of the state, as in Stateright.
 */
import { choiceOf, numberOf } from '../../protocols/settings.ts';
import type { ActorIndex, ActorModel, ActorView, NetworkKind } from '../actors/actor-model.ts';
import { actorSystem } from '../actors/actor-system.ts';
import { networkOf, networkSetting } from './actor-settings.ts';
import type { ModelDefinition } from './model-definition.ts';

const LOSSES = ['lossless', 'lossy'] as const;

export const pingPongModel: ModelDefinition = {
  name: 'ping_pong',
  title: 'Ping-pong counters',
  description: 'Two actors that count by answering each other (Stateright, src/actor/actor_test_util.rs).',
  settings: [
    {
      name: 'max_nat',
      kind: 'integer',
      standard: 5,
      min: 1,
      max: 12,
      description: 'is how far they count; states beyond are not explored',
    },
    {
      name: 'loss',
      kind: 'choice',
      standard: 'lossless',
      options: LOSSES,
      description: 'is whether the network may lose messages',
    },
    networkSetting,
  ],
  build: (settings) =>
    actorSystem(
      pingPong({
        max: numberOf(settings, 'max_nat'),
        isLossy: choiceOf(settings, 'loss', LOSSES) === 'lossy',
        network: networkOf(settings),
      }),
    ),
};

export interface PingPongSetup {
  readonly max: number;
  readonly isLossy: boolean;
  readonly network: NetworkKind;
}

export interface PingPongMessage {
  readonly kind: 'ping' | 'pong';
  readonly count: number;
}

interface Delivery {
  readonly from: ActorIndex;
  readonly to: ActorIndex;
  readonly message: PingPongMessage;
}

export interface PingPongEnvironment {
  /** Stays null unless the network duplicates. */
  readonly lastDelivery: Delivery | null;
}

export type PingPongActors = ActorModel<number, PingPongMessage, PingPongEnvironment, Delivery, never>;

const PING = 0;
const PONG = 1;

export function pingPong({ max, isLossy, network }: PingPongSetup): PingPongActors {
  return {
    names: ['ping', 'pong'],
    network,
    isLossy,
    dropsIdleDeliveries: network !== 'ordered',
    environment: { lastDelivery: null },
    start: (actor) => ({
      state: 0,
      sends: actor === PING ? [{ to: PONG, message: { kind: 'ping', count: 0 } }] : [],
    }),
    receive: (actor, count, from, message) => {
      if (message.count !== count) return undefined;
      const answer: PingPongMessage =
        message.kind === 'ping' ? { kind: 'pong', count } : { kind: 'ping', count: count + 1 };
      const delivery = { from, to: actor, message };
      return {
        state: count + 1,
        sends: [{ to: from, message: answer }],
        observations: network === 'unordered_duplicating' ? [delivery] : [],
      };
    },
    observe: (_, delivery) => ({ lastDelivery: delivery }),
    isWithinBoundary: (_, count) => count <= max,
    properties: pingPongProperties(max),
    describe: {
      state: (_, count) => count,
      environment: (environment) => (network === 'unordered_duplicating' ? environment : {}),
      message: ({ kind, count }) => `${kind === 'ping' ? 'Ping' : 'Pong'} ${count}`,
    },
  };
}

function pingPongProperties(max: number): PingPongActors['properties'] {
  const anyCounts = (target: number) => (view: ActorView<number, PingPongMessage, PingPongEnvironment>) =>
    view.states.includes(target);
  return [
    {
      kind: 'always',
      name: 'delta within 1',
      statement: 'The two counts differ by one at most.',
      holds: ({ states }) => {
        const delta = Math.max(...states) - Math.min(...states);
        return delta <= 1 ? undefined : `ping and pong have counted to ${states.join(' and ')}`;
      },
    },
    {
      kind: 'sometimes',
      name: 'can reach max',
      statement: `Somebody counts to ${max}.`,
      reached: anyCounts(max),
    },
    {
      kind: 'eventually',
      name: 'must reach max',
      statement: `On every path somebody counts to ${max}.`,
      holds: anyCounts(max),
    },
    {
      kind: 'eventually',
      name: 'must exceed max',
      statement: `On every path somebody counts to ${max + 1}. Never true, because the boundary ends every path before.`,
      holds: anyCounts(max + 1),
    },
  ];
}
