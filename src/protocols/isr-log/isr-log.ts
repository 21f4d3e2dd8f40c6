/**
 * A log with in-sync replicas, as in Kafka: the leader keeps a list of replicas that have kept up, a record is committed when all of these
 * have it, and only one of them may be elected. A failure shrinks the list instead of stopping writes, so that f + 1 replicas survive f
 * failures; who holds the list and the epochs is a controller.
 *
 * The default is the protocol after KIP-320. The steps that led there are variants, each with the hole that the next one closed.
 * Sources: the Kafka improvement proposals 101, 279 and 320, and the TLA+ specifications of hachikuji/kafka-specification.
 *
 * Not decided here: leases of the leader. As in Kafka, a leader that is cut off goes on to answer reads below its high watermark, so
 * reads may be stale; writes cannot be acknowledged by it.
 */
import type { NodeIndex } from '../../kernel/units.ts';
import type { Input, Protocol, Request } from '../protocol.ts';
import { NO_OUTPUTS } from '../protocol.ts';
import {
  firstPartition,
  initialController,
  onControllerMessage,
  onElect,
  onRebalance,
  onSession,
  SESSION_TIMERS,
} from './isr-controller.ts';
import { askLeader, becomeFollower, onEpochEnd, onFetched } from './isr-follower.ts';
import {
  askAgain,
  becomeLeader,
  isLeader,
  onDurable,
  onEpochQuery,
  onFetch,
  onIsr,
  onLag,
  onRequest,
} from './isr-leader.ts';
import { describeIsrLog } from './isr-log-describe.ts';
import { isrLogProperties } from './isr-log-properties.ts';
import type {
  Controller,
  IsrLogConfig,
  IsrLogDurable,
  IsrLogMessage,
  IsrLogOutput,
  IsrLogState,
  IsrLogStep,
  Leader,
  Partition,
  Replica,
} from './isr-log-state.ts';
import { timerOf } from './isr-log-state.ts';

export const isrLog: Protocol<IsrLogConfig, IsrLogState, IsrLogMessage, IsrLogDurable> = {
  timers: ['heartbeat', 'fetch', 'lag', 'rebalance', ...SESSION_TIMERS],
  initial: (config, self, durable, incarnation) =>
    self === config.replicas
      ? initialController(config, self, durable?.role === 'controller' ? durable : undefined)
      : initialReplica(config, self, durable?.role === 'replica' ? durable : undefined, incarnation),
  step: (state, input) =>
    state.role === 'controller' ? onControllerInput(state, input) : onReplicaInput(state, input),
  properties: isrLogProperties,
  describe: describeIsrLog,
};

/** At the first start everybody knows the first leader; later the controller says who leads. */
function initialReplica(
  config: IsrLogConfig,
  self: NodeIndex,
  kept: Pick<Replica, 'epoch' | 'log' | 'hw'> | undefined,
  incarnation: number,
): IsrLogStep {
  const log = kept?.log ?? [];
  const replica: Replica = {
    config,
    self,
    role: 'replica',
    incarnation,
    epoch: kept?.epoch ?? 0,
    version: 0,
    leader: null,
    log,
    hw: Math.min(kept?.hw ?? 0, log.length),
    isTruncating: false,
    lead: null,
  };
  const { state, outputs } =
    incarnation === 0 ? onPartition(replica, firstPartition(config)) : { state: replica, outputs: NO_OUTPUTS };
  return { state, outputs: state.role === 'replica' ? [...outputs, ...heartbeat(state)] : outputs };
}

function heartbeat({ config, incarnation, epoch, version, lead }: Replica): IsrLogOutput[] {
  const beat: IsrLogOutput = {
    kind: 'send',
    to: config.replicas,
    message: { kind: 'heartbeat', incarnation, epoch, version },
  };
  const again = lead?.asked == null ? NO_OUTPUTS : [askAgain({ config, epoch, version }, lead.asked)];
  return [beat, ...again, timerOf('heartbeat', config.heartbeatMs)];
}

function onControllerInput(state: Controller, input: Input<IsrLogMessage>): IsrLogStep {
  switch (input.kind) {
    case 'message':
      return onControllerMessage(state, input.from, input.message);
    case 'timer':
      return input.timer === 'rebalance' ? onRebalance(state) : onSession(state, input.timer);
    case 'request': {
      const { kind, nodes } = input.request.command;
      return kind === 'elect' && nodes?.[0] !== undefined
        ? onElect(state, nodes[0])
        : redirect(state, input.request, state.partition.leader);
    }
    case 'choice':
      return { state, outputs: NO_OUTPUTS };
  }
}

function onReplicaInput(state: Replica, input: Input<IsrLogMessage>): IsrLogStep {
  switch (input.kind) {
    case 'message':
      return onReplicaMessage(state, input.from, input.message);
    case 'timer':
      return onReplicaTimer(state, input.timer);
    case 'request':
      return isLeader(state) ? onRequest(state, input.request) : redirect(state, input.request, state.leader);
    case 'choice':
      return { state, outputs: NO_OUTPUTS };
  }
}

function redirect(state: IsrLogState, { client, number }: Request, to: NodeIndex | null): IsrLogStep {
  const response = to === null ? ({ status: 'redirect' } as const) : ({ status: 'redirect', to } as const);
  return { state, outputs: [{ kind: 'respond', client, number, response }] };
}

function onReplicaMessage(state: Replica, from: NodeIndex, message: IsrLogMessage): IsrLogStep {
  switch (message.kind) {
    case 'leader_and_isr':
      return onPartition(state, message);
    case 'epoch_end':
      return onEpochEnd(state, from, message);
    case 'fetched':
      return onFetched(state, from, message);
    default:
      return isLeader(state) ? onLeaderMessage(state, from, message) : { state, outputs: NO_OUTPUTS };
  }
}

function onLeaderMessage(state: Leader, from: NodeIndex, message: IsrLogMessage): IsrLogStep {
  switch (message.kind) {
    case 'fetch':
      return onFetch(state, from, message);
    case 'epoch_query':
      return onEpochQuery(state, from, message.epoch, message.lastEpoch);
    case 'durable':
      return message.epoch === state.epoch ? onDurable(state, message.offset) : { state, outputs: NO_OUTPUTS };
    default:
      return { state, outputs: NO_OUTPUTS };
  }
}

/** What the controller has decided. Within an epoch only the leader heeds it, except for who has just started. */
function onPartition(state: Replica, partition: Partition): IsrLogStep {
  const { epoch, version, leader, incarnation } = partition;
  const isNew = epoch > state.epoch || (epoch === state.epoch && state.leader === null && version > state.version);
  if (!isNew) return epoch < state.epoch ? { state, outputs: NO_OUTPUTS } : onSameEpoch(state, partition);
  if (leader !== state.self) return becomeFollower(state, partition);
  return incarnation === state.incarnation ? becomeLeader(state, partition) : { state, outputs: NO_OUTPUTS };
}

function onSameEpoch(state: Replica, partition: Partition): IsrLogStep {
  if (isLeader(state)) return onIsr(state, partition);
  const { version } = partition;
  return { state: version > state.version ? { ...state, version } : state, outputs: NO_OUTPUTS };
}

function onReplicaTimer(state: Replica, timer: string): IsrLogStep {
  if (timer === 'heartbeat') return { state, outputs: heartbeat(state) };
  if (timer === 'lag') return isLeader(state) ? onLag(state) : { state, outputs: NO_OUTPUTS };
  const isFollowing = state.leader !== null && state.lead === null;
  return { state, outputs: isFollowing ? askLeader(state, state.leader ?? 0) : NO_OUTPUTS };
}
