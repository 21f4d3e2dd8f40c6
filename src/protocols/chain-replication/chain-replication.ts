/**
 * Chain replication (van Renesse and Schneider, OSDI 2004): servers in a line; updates enter at the head, are answered by the tail, and
 * reads are answered by the tail alone. Strong consistency with n - 1 messages down the chain per update, and any n - 1 failures survived
 * as long as the master sees them one after the other.
 *
 * Two invariants carry it. Update propagation: the history of a server is a prefix of that of its predecessor. In-process requests:
 * what a server has more than its successor is in its list Sent. When a middle server fails, its predecessor sends Sent to the new
 * successor; when the tail fails, its predecessor is the tail and is done with all it has; when the head fails, the next is the head, and updates
 * that only the old one had are as if they never came.
 *
 * Not decided here: how the master is replicated, and how objects are spread over several chains.
 */
import type { NodeIndex } from '../../kernel/units.ts';
import type { Input, Protocol } from '../protocol.ts';
import { NO_OUTPUTS } from '../protocol.ts';
import { describeChain } from './chain-describe.ts';
import { firstView, initialMaster, MASTER_TIMERS, onMasterMessage, onSilence } from './chain-master.ts';
import { chainProperties } from './chain-replication-properties.ts';
import {
  heartbeat,
  onAck,
  onHeartbeat,
  onNeed,
  onPong,
  onRequest,
  onRetry,
  onUpdate,
  onView,
  withApplied,
  withSeen,
} from './chain-server.ts';
import type {
  ChainConfig,
  ChainDurable,
  ChainMessage,
  ChainState,
  ChainStep,
  Master,
  Server,
  View,
} from './chain-state.ts';

export const chainReplication: Protocol<ChainConfig, ChainState, ChainMessage, ChainDurable> = {
  timers: ['heartbeat', 'retry', ...MASTER_TIMERS],
  initial: (config, self, durable, incarnation) =>
    self === config.servers
      ? initialMaster(config, self, durable?.view)
      : initialServer(config, self, durable?.role === 'server' ? durable : undefined, incarnation),
  step: (state, input) => (state.role === 'master' ? onMasterInput(state, input) : onServerInput(state, input)),
  properties: chainProperties,
  describe: describeChain,
};

const NO_VIEW: View = { view: 0, chain: [], joiner: null };

function initialServer(
  config: ChainConfig,
  self: NodeIndex,
  kept: Pick<Server, 'view' | 'hist' | 'acked'> | undefined,
  incarnation: number,
): ChainStep {
  const hist = kept?.hist ?? [];
  const acked = kept?.acked ?? 0;
  const state: Server = {
    config,
    self,
    role: 'server',
    view: kept?.view ?? (incarnation === 0 ? firstView(config) : NO_VIEW),
    hist,
    acked,
    table: withApplied([], hist, 0, acked),
    seen: withSeen([], hist, 0),
    stuckAt: -1,
    tick: 1,
    leaseEnd: 0,
  };
  const { state: retried, outputs } = onRetry(state);
  return { state: retried, outputs: [...outputs, ...heartbeat(state)] };
}

function onMasterInput(state: Master, input: Input<ChainMessage>): ChainStep {
  switch (input.kind) {
    case 'message':
      return onMasterMessage(state, input.from, input.message);
    case 'timer':
      return onSilence(state, input.timer);
    case 'request': {
      const { client, number } = input.request;
      return { state, outputs: [{ kind: 'respond', client, number, response: { status: 'redirect' } }] };
    }
    case 'choice':
      return { state, outputs: NO_OUTPUTS };
  }
}

function onServerInput(state: Server, input: Input<ChainMessage>): ChainStep {
  switch (input.kind) {
    case 'message':
      return onServerMessage(state, input.from, input.message);
    case 'timer':
      return input.timer === 'heartbeat' ? onHeartbeat(state) : onRetry(state);
    case 'request':
      return onRequest(state, input.request);
    case 'choice':
      return { state, outputs: NO_OUTPUTS };
  }
}

function onServerMessage(state: Server, from: NodeIndex, message: ChainMessage): ChainStep {
  switch (message.kind) {
    case 'update':
      return onUpdate(state, from, message);
    case 'ack':
      return onAck(state, from, message.view, message.length);
    case 'need':
      return onNeed(state, from, message.view, message.length);
    case 'pong':
      return onPong(state, message.view, message.tick);
    case 'view':
      return onView(state, message);
    case 'ping':
    case 'caught_up':
      return { state, outputs: NO_OUTPUTS };
  }
}
