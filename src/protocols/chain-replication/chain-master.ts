/**
 * The master: takes servers that fell silent out of the chain, and lets those that return in at its tail, one at a time. It is one node
 * that stands for a replicated service (the paper runs Paxos there).
 *
 * A joiner first copies the history of the tail. From the moment the tail knows of it, the tail waits for its acknowledgements, so when it has
 * caught up nothing is acknowledged that it lacks, and the next view makes it the tail.
 */
import type { NodeIndex } from '../../kernel/units.ts';
import { NO_OUTPUTS } from '../protocol.ts';
import type { ChainConfig, ChainMessage, ChainOutput, ChainStep, Master, View } from './chain-state.ts';
import { SERVERS_MAX } from './chain-state.ts';

/** The master waits longer than a tail relies on its lease: their clocks may run ten per cent apart each. */
const CLOCK_MARGIN = 1.25;

const SILENCE_TIMERS: readonly string[] = Array.from({ length: SERVERS_MAX }, (_, server) => `silence-n${server + 1}`);

export const MASTER_TIMERS = SILENCE_TIMERS;

export function initialMaster(config: ChainConfig, self: NodeIndex, kept: View | undefined): ChainStep {
  const view = kept ?? firstView(config);
  const outputs = Array.from({ length: config.servers }, (_, server) => silenceTimer(config, server));
  return { state: { config, self, role: 'master', view }, outputs };
}

export function firstView({ servers }: ChainConfig): View {
  return { view: 1, chain: Array.from({ length: servers }, (_, server) => server), joiner: null };
}

export function onMasterMessage(state: Master, from: NodeIndex, message: ChainMessage): ChainStep {
  if (message.kind === 'ping') return onPing(state, from, message.view, message.tick);
  const { view, chain, joiner } = state.view;
  const isCaughtUp = message.kind === 'caught_up' && message.view === view && from === joiner;
  return isCaughtUp
    ? install(state, { view: view + 1, chain: [...chain, from], joiner: null })
    : { state, outputs: NO_OUTPUTS };
}

/** A member without a view has lost its disk: it counts as silent until it is out, and then joins like any other. */
function onPing(state: Master, from: NodeIndex, known: number, tick: number): ChainStep {
  const { config, view } = state;
  const isMember = view.chain.includes(from);
  if (isMember && known === 0) return { state, outputs: NO_OUTPUTS };
  if (!isMember && view.joiner === null)
    return install(state, { view: view.view + 1, chain: view.chain, joiner: from }, [silenceTimer(config, from)]);
  const pong: ChainOutput =
    known < view.view
      ? { kind: 'send', to: from, message: viewMessage(view) }
      : { kind: 'send', to: from, message: { kind: 'pong', view: view.view, tick } };
  return { state, outputs: [pong, silenceTimer(config, from)] };
}

export function onSilence(state: Master, timer: string): ChainStep {
  const server = SILENCE_TIMERS.indexOf(timer);
  const { view, chain, joiner } = state.view;
  if (server === joiner) return install(state, { view: view + 1, chain, joiner: null });
  const isOut = !chain.includes(server);
  if (isOut) return { state, outputs: NO_OUTPUTS };
  if (chain.length === 1) return { state, outputs: [silenceTimer(state.config, server)] };
  return install(state, { view: view + 1, chain: chain.filter((each) => each !== server), joiner });
}

function install(state: Master, view: View, others: readonly ChainOutput[] = NO_OUTPUTS): ChainStep {
  const outputs: ChainOutput[] = [{ kind: 'persist', durable: { role: 'master', view } }];
  for (let to = 0; to < state.config.servers; to++) outputs.push({ kind: 'send', to, message: viewMessage(view) });
  for (const output of others) outputs.push(output);
  return { state: { ...state, view }, outputs };
}

function viewMessage({ view, chain, joiner }: View): ChainMessage {
  return { kind: 'view', view, chain, joiner };
}

function silenceTimer({ leaseMs }: ChainConfig, server: NodeIndex): ChainOutput {
  const ms = leaseMs * CLOCK_MARGIN;
  return { kind: 'set_timer', timer: SILENCE_TIMERS[server] ?? '', minMs: ms, maxMs: ms };
}
