/**
 * Chains in words.
 */
import type { Descriptions } from '../protocol.ts';
import type { ChainMessage, ChainState, Server, Update, View } from './chain-state.ts';
import { isHead, isTail } from './chain-state.ts';

/** Bytes of a header, and of an update without its payload. */
const HEADER_BYTES = 32;
const UPDATE_BYTES = 16;

export const describeChain: Descriptions<ChainState, ChainMessage> = {
  role: (state) => (state.role === 'master' ? 'master' : roleOf(state)),
  term: ({ view }) => view.view,
  leads: (state) => state.role === 'server' && isHead(state) && state.tick < state.leaseEnd,
  state: (state) =>
    state.role === 'master'
      ? describeView(state.view)
      : `view ${state.view.view}, history ${describeUpdates(state.hist)}, acknowledged ${state.acked}`,
  message: describeMessage,
  messageBytes: (message, payloadBytes) =>
    HEADER_BYTES + (message.kind === 'update' ? message.updates.length * (UPDATE_BYTES + payloadBytes) : 0),
};

function roleOf(state: Server): string {
  if (isHead(state)) return 'head';
  if (isTail(state)) return 'tail';
  if (state.view.joiner === state.self) return 'joiner';
  return state.view.chain.includes(state.self) ? 'middle' : 'out';
}

function describeView({ view, chain, joiner }: View): string {
  const line = chain.map((server) => `n${server + 1}`).join(' → ');
  return `view ${view}: ${line}${joiner === null ? '' : `, n${joiner + 1} joins`}`;
}

function describeUpdates(updates: readonly Update[]): string {
  return updates.length === 0 ? 'empty' : updates.map(({ value }) => value).join(' ');
}

function describeMessage(message: ChainMessage): string {
  switch (message.kind) {
    case 'update':
      return `update view ${message.view}, ${describeUpdates(message.updates)} behind ${message.from}`;
    case 'need':
    case 'ack':
      return `${message.kind} view ${message.view}, length ${message.length}`;
    case 'view':
      return describeView(message);
    case 'caught_up':
      return `caught up in view ${message.view}`;
    default:
      return `${message.kind} view ${message.view}`;
  }
}
