/**
 * A protocol for tests of the simulator alone: node 0 rings a bell every so often and tells all others, who write down each ring
 * on their disk before they answer.
 */
import type { ProtocolDefinition } from '../../../protocols/definition.ts';
import type { NodeState, Output, Protocol } from '../../../protocols/protocol.ts';

export interface BellConfig {
  readonly nodes: number;
  readonly intervalMs: number;
  readonly wall?: boolean;
  /** Answers leave before the disk has the ring: a mistake. */
  readonly hasty?: boolean;
}

export interface BellState extends NodeState<BellConfig> {
  /** Rings made or heard. */
  readonly heard: number;
  /** Node 0: the most that each node has confirmed. */
  readonly confirmed: readonly number[];
}

type Message = { readonly kind: 'ring' | 'heard'; readonly count: number };

const bell: Protocol<BellConfig, BellState, Message, number> = {
  timers: ['bell'],
  initial: (config, self, durable) => ({
    state: { config, self, heard: durable ?? 0, confirmed: self === 0 ? Array.from({ length: config.nodes }, () => 0) : [] },
    outputs: self === 0 ? [alarm(config)] : [],
  }),
  step: (state, input) => {
    const { config, self } = state;
    if (input.kind === 'timer') {
      const heard = state.heard + 1;
      const others = Array.from({ length: config.nodes - 1 }, (_, index) => index + 1);
      const rings = others.map((to) => ({ kind: 'send' as const, to, message: { kind: 'ring' as const, count: heard } }));
      return { state: { ...state, heard }, outputs: [...rings, { kind: 'persist', durable: heard }, alarm(config)] };
    }
    if (input.kind === 'request') {
      const { client, number, command } = input.request;
      const value = command.kind === 'clock' ? input.clockMs : state.heard;
      return { state, outputs: [{ kind: 'respond', client, number, response: { status: 'ok', value } }] };
    }
    if (input.kind !== 'message') return { state, outputs: [] };
    const { kind, count } = input.message;
    if (kind === 'heard') {
      const confirmed = state.confirmed.map((known, node) => (node === input.from ? Math.max(known, count) : known));
      return { state: { ...state, confirmed }, outputs: [] };
    }
    const answer = { kind: 'send' as const, to: input.from, message: { kind: 'heard' as const, count } };
    if (count <= state.heard) return { state, outputs: [answer] };
    const persist = { kind: 'persist' as const, durable: count };
    return { state: { ...state, self, heard: count }, outputs: config.hasty === true ? [answer, persist] : [persist, answer] };
  },
  tear: (before, after, kept) => Math.floor((before ?? 0) + kept * (after - (before ?? 0))),
  properties: ({ nodes }) => [
    {
      kind: 'always',
      name: 'what is confirmed was heard',
      statement: 'No node has forgotten a ring that it confirmed.',
      holds: ({ states }) => {
        const forgetful = states.findIndex(({ heard }, node) => node > 0 && heard < (states[0]?.confirmed[node] ?? 0));
        return forgetful === -1 ? undefined : `n${forgetful + 1} forgot a ring`;
      },
    },
    { kind: 'sometimes', name: 'a ring is heard', statement: 'Somebody hears one.', reached: ({ states }) => (states[1]?.heard ?? 0) > 0 },
    {
      kind: 'eventually',
      name: 'everybody hears',
      statement: 'In the end all have heard about as many rings.',
      holds: ({ states }) => {
        const least = Math.min(...states.map(({ heard }) => heard));
        return (states[0]?.heard ?? 0) - least <= nodes ? undefined : 'somebody lags';
      },
    },
  ],
  describe: {
    role: ({ self }) => (self === 0 ? 'ringer' : 'hearer'),
    leads: ({ self }) => self === 0,
    state: ({ heard }) => `heard ${heard}`,
    message: ({ kind, count }) => `${kind} ${count}`,
  },
};

function alarm({ intervalMs, wall }: BellConfig): Output<Message, number> {
  return { kind: 'set_timer', timer: 'bell', minMs: intervalMs, maxMs: intervalMs, ...(wall === true ? { wall } : {}) };
}

export const bellDefinition: ProtocolDefinition<BellConfig, BellState, Message, number> = {
  name: 'bell',
  title: 'Bell',
  description: 'Rings.',
  nodes: { min: 2, max: 9, standard: 3 },
  settings: [],
  variants: [],
  protocol: bell,
  configure: ({ nodes }) => ({ nodes, intervalMs: 100 }),
  nodeNames: ({ nodes }) => Array.from({ length: nodes }, (_, node) => `n${node + 1}`),
  clients: { contacts: () => [0], choice: 'leader' },
  workload: {
    command: (_draw, sequence) => ({ kind: sequence % 2 === 0 ? 'clock' : 'count' }),
    isWrite: () => false,
  },
  history: () => 'none',
};
